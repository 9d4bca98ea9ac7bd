import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Adapter } from 'lowdb'
import { linesOf, picturesIn } from './kept_text.ts'
import type { Pictures } from './picture.ts'

/** Raised when files are written otherwise than before. */
const format = 1

/** So many characters are made and written in one go: about half a millisecond in which nobody else has a turn. */
const piece = 64 * 1024

/** A lowdb adapter, which also tells which version wrote what it read. */
export interface KeptFile extends Adapter<Pictures> {
  readonly writtenBy: string | undefined
  /** How many bytes the file had when it was last read or written. */
  readonly size: number
}

/**
 * Keeps worlds in a file: a first line that says what it is, lines that tell of worlds, and a last one with their sum.
 * Written beside it bit by bit, put in its place as a whole; `mayReplace` throws where that isn't to be. Reading throws
 * one line about what is wrong with the file, and changes nothing.
 */
export function createKeptFile(file: string, version: string, mayReplace: () => void): KeptFile {
  let writtenBy: string | undefined
  let size = 0
  return {
    get writtenBy() {
      return writtenBy
    },
    get size() {
      return size
    },
    read: async () => {
      const text = readIfThere(file)
      if (!text) return null
      try {
        const { head, lines } = partsOf(text)
        const pictures = picturesIn(lines())
        writtenBy = head.version
        size = text.length
        return pictures
      } catch (error) {
        throw new Error(
          `${file}: ${(error as Error).message}; it is left as it is. Put a good copy there, remove it, or give --data another name`,
        )
      }
    },
    write: async pictures => {
      // Of a name that no other process, and no other write, takes.
      const beside = `${file}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
      try {
        const written = await writeAll(beside, { understudy: 'worlds', format, version }, pictures)
        mayReplace()
        await rename(beside, file)
        size = written
      } catch (error) {
        await rm(beside, { force: true }).catch(() => {})
        throw error
      }
      await syncFolder(dirname(file))
    },
  }
}

/** Answers how many bytes were written, which are on the disk by then. */
async function writeAll(file: string, head: object, pictures: Pictures): Promise<number> {
  const handle = await open(file, 'wx')
  try {
    const sum = createHash('sha256')
    let size = 0
    const put = async (text: string) => {
      if (text === '') return void (await setImmediate())
      const bytes = Buffer.from(text)
      sum.update(bytes)
      size += bytes.length
      await handle.appendFile(bytes)
    }
    let text = `${JSON.stringify(head)}\n`
    for (const line of linesOf(pictures)) {
      if (line !== '') text += `${line}\n`
      if (line !== '' && text.length < piece) continue
      await put(text)
      text = ''
    }
    await put(text)
    await handle.appendFile(`${JSON.stringify(sum.digest('hex'))}\n`)
    await handle.sync()
    return size
  } finally {
    await handle.close()
  }
}

/** A rename is on the disk when its folder is; not every system can be asked to see to it. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {}
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const lineEnd = 10
/** The last line: a sum of 64 digits, in quotes. */
const sumLength = 64 + 3

/** The first line, and those between it and the sum; a file as a whole may be longer than any one text can be. */
function partsOf(bytes: Buffer) {
  const start = bytes.indexOf(lineEnd) + 1
  const head = headIn(bytes.toString('utf8', 0, Math.min(start, 1000)))
  const end = bytes.length - sumLength
  const sum = createHash('sha256')
    .update(bytes.subarray(0, Math.max(0, end)))
    .digest('hex')
  if (bytes.toString('latin1', Math.max(0, end)) !== `${JSON.stringify(sum)}\n`)
    throw new Error('is damaged: cut off, or changed since it was written')
  function* lines() {
    for (let from = start; from < end; ) {
      const to = bytes.indexOf(lineEnd, from)
      yield bytes.toString('utf8', from, to)
      from = to + 1
    }
  }
  return { head, lines }
}

function headIn(line: string): { version: string } {
  let head: { understudy?: unknown; format?: unknown; version?: unknown } | null = null
  try {
    head = JSON.parse(line)
  } catch {}
  if (head?.understudy !== 'worlds') throw new Error('holds no worlds of ours')
  if (head.format !== format)
    throw new Error(`is of format ${JSON.stringify(head.format)}, and this version knows ${format}`)
  return { version: `${head.version}` }
}
