// The servers as processes: each on the first core, the load on the second, where the system lets one choose.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism } from 'node:os'

/** Whether servers and load have a core each; without taskset, or with one core, they share what there is. */
export function isPinned(): boolean {
  return (hasTwo ??= availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0)
}
let hasTwo: boolean | undefined

/** Moves this process, which is the load, away from the core of the servers. */
export function pinLoad(): void {
  if (isPinned()) spawnSync('taskset', ['-a', '-c', '-p', '1', `${process.pid}`])
}

/** A server that runs. */
export interface Running {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** How a server is started: node with these arguments; it is up when it prints a line, or when its port takes connections. */
export interface Command {
  readonly args: readonly string[]
  readonly port: number
  /** What it prints when it is up, with the port if it chose that itself. */
  readonly says?: RegExp
  /** Its working directory. */
  readonly cwd?: string
}

/** Of what there is to start, a million rows are the longest; in milliseconds. */
const longestStart = 120_000

/** Starts a server and waits until it is up. Rejects, with the end of what it said, where it isn't in time. */
export async function start({ args, port, says, cwd }: Command): Promise<Running> {
  const command = [...(isPinned() ? ['taskset', '-c', '0'] : []), process.execPath, ...args]
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' },
    cwd,
  })
  running.add(child)
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  void gone.then(() => running.delete(child))
  try {
    return { port: await listening(child, port, says), pid: child.pid!, stop: () => stop(child, gone) }
  } catch (error) {
    await stop(child, gone)
    throw error
  }
}

const running = new Set<ChildProcess>()

/** Sees to it that no server outlives this process. */
export function endTogether(): void {
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL')
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
}

async function stop(child: ChildProcess, gone: Promise<void>): Promise<void> {
  const late = setTimeout(() => child.kill('SIGKILL'), 2000)
  child.kill('SIGTERM')
  await gone
  clearTimeout(late)
}

function listening(child: ChildProcess, port: number, says: RegExp | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (why: string) => {
      clearTimeout(late)
      reject(new Error(`${why}: ${said.slice(-400).trim()}`))
    }
    const late = setTimeout(() => fail(`not up within ${longestStart / 1000} s`), longestStart)
    const up = (at: number) => {
      clearTimeout(late)
      resolve(at)
    }
    const hear = (data: Buffer) => {
      said = (said + data).slice(-4000)
      const heard = says?.exec(said)
      if (heard) up(heard[1] ? Number(heard[1]) : port)
    }
    child.stdout!.on('data', hear)
    child.stderr!.on('data', hear)
    child.once('error', error => fail(error.message))
    child.once('exit', code => fail(`it ended with ${code}`))
    if (says) return
    const knock = () => {
      if (child.exitCode !== null) return
      const socket = connect({ port, host: '127.0.0.1' }, () => {
        socket.destroy()
        up(port)
      })
      socket.on('error', () => setTimeout(knock, 20))
    }
    knock()
  })
}

/** A port that was free a moment ago; those who can't choose one themselves are told it. */
let nextPort = 21_000 + (process.pid % 20_000)
export const freePort = () => nextPort++

/**
 * The CPU time of a process so far, of all its threads, in microseconds: as the scheduler counts it, in nanoseconds,
 * else as /proc/<pid>/stat does, in ticks of 10 ms. Nothing where the system has no /proc.
 */
export function cpuOf(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const times = threads.map(thread =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    )
    const sum = times.reduce((sum, time) => sum + time, 0)
    if (sum > 0) return sum / 1000
  } catch {}
  try {
    // The name, which may hold anything, stands in brackets; utime and stime are the 12th and 13th behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return undefined
  }
}

/** What a process holds of the memory, in bytes. */
export function memoryOf(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
  } catch {
    return undefined
  }
}
