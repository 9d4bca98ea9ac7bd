import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'

/** Who holds a lock, as its file tells; `mark` is unlike that of any other lock. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process began, where the system tells it: a number may be another process's by now. */
  readonly began?: string
  readonly mark: string
}

/** A file that says whose another file is. */
export interface Lock {
  isHeld(): boolean
  release(): void
}

/**
 * Takes a lock, also from a process that ended without giving it back; of several that try it at once, one gets it.
 * Throws who holds it. Knows processes of this machine only.
 */
export function takeLock(path: string): Lock {
  const mine = { pid: process.pid, host: hostname(), began: beginOf(process.pid), mark: newMark() }
  const other = take(path, mine)
  if (other) {
    const where = other.host === mine.host ? '' : ` on ${other.host}`
    throw new Error(
      `is in use by process ${other.pid}${where}; if that is no gitlab-understudy, remove ${path}`,
    )
  }
  const isHeld = () => {
    try {
      return holderOf(path)?.mark === mine.mark
    } catch {
      return false
    }
  }
  return {
    isHeld,
    release: () => {
      if (isHeld()) rmSync(path, { force: true })
    },
  }
}

/** Answers who else holds it, if anybody does. */
function take(path: string, mine: Holder): Holder | undefined {
  for (;;) {
    if (put(path, mine)) return undefined
    const other = holderOf(path)
    if (!other) continue
    if (isAlive(other)) return other
    // The right to replace the lock of just that one is a lock, too: who has it knows that nobody else replaces it.
    const right = `${path}.${other.mark}`
    const rival = take(right, mine)
    if (rival) return rival
    if (holderOf(path)?.mark === other.mark) {
      renameSync(right, path)
      return undefined
    }
    rmSync(right, { force: true })
  }
}

/** Whether a lock could be put where none is; it is there with all that it says, or not at all. */
function put(path: string, mine: Holder): boolean {
  const beside = `${path}.${mine.pid}.${newMark()}.tmp`
  const handle = openSync(beside, 'wx')
  try {
    writeSync(handle, `${JSON.stringify(mine)}\n`)
    fsyncSync(handle)
    linkSync(beside, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // What stands beside may have been cleared away by who got the lock.
    if (code === 'EEXIST' || code === 'ENOENT') return false
    throw error
  } finally {
    closeSync(handle)
    rmSync(beside, { force: true })
  }
}

function holderOf(path: string): Holder | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const holder = JSON.parse(text)
    if (Number.isSafeInteger(holder.pid) && /^[0-9a-f]{12}$/.test(holder.mark)) return holder
  } catch {}
  throw new Error(`can't be locked: ${path} is no lock of ours; if nobody uses it, remove it`)
}

function isAlive({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const begins = beginOf(pid)
  return !began || !begins || begins === began
}

/** The boot and the tick at which a process began; nothing where the system doesn't tell. */
function beginOf(pid: number): string | undefined {
  try {
    const told = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Behind the name, which may hold anything: the state first, the beginning as the 20th.
    const fields = told.slice(told.lastIndexOf(')') + 2).split(' ')
    // One that has ended stays in the table until its parent asks.
    if (/^[ZX]/.test(fields[0]!)) return 'ended'
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
  } catch {
    return undefined
  }
}

const newMark = () => randomBytes(6).toString('hex')
