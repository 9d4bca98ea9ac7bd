import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Row } from './table.ts'
import type { WorldData } from './tables.ts'

/** The folder of the default world. */
export const ownFixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))

const rooms = ['accounts', 'v1', 'v4']

/**
 * Reads `<folder>/{accounts,v1,v4}/<table>.json`, each `{ "next"?: number, "rows": [...] }`, as tables named
 * `accounts.users`, `v4.pipelines` and so on. Throws with file and place where one is broken.
 */
export function readFixtures(folder: string): WorldData {
  const data: WorldData = { tables: {}, next: {}, counters: {} }
  for (const room of rooms) {
    for (const file of filesIn(folder, room)) {
      const name = `${room}.${file.replace(/\.json$/, '')}`
      const { rows, next } = readTable(join(folder, room, file))
      data.tables[name] = rows
      if (next !== undefined) data.next[name] = next
    }
  }
  if (Object.keys(data.tables).length === 0) {
    throw new Error(`${folder}: no fixtures; expected files such as v4/pipelines.json`)
  }
  return data
}

function filesIn(folder: string, room: string): string[] {
  try {
    return readdirSync(join(folder, room)).filter(file => file.endsWith('.json'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') throw new Error(`${join(folder, room)}: is not a folder`)
    throw error
  }
}

function readTable(file: string): { rows: Row[]; next?: number } {
  const fault = (place: string, problem: string) => new Error(`${file}: ${place}: ${problem}`)
  let content: { rows?: unknown; next?: unknown }
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw fault('not JSON', (error as Error).message)
  }
  const { rows, next, ...others } = content ?? {}
  if (!Array.isArray(rows)) throw fault('/rows', 'is not a list')
  const [stray] = Object.keys(others)
  if (stray) throw fault(`/${stray}`, 'unknown key; known are "rows" and "next"')
  rows.forEach((row, index) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw fault(`/rows/${index}`, 'is not an object')
    if (!Number.isSafeInteger(row.id) || row.id < 1)
      throw fault(`/rows/${index}/id`, 'is not a positive whole number')
    if (index > 0 && rows[index - 1].id >= row.id) {
      throw fault(
        `/rows/${index}/id`,
        `${row.id} does not come after ${rows[index - 1].id}; rows are sorted by id`,
      )
    }
  })
  if (next !== undefined && (!Number.isSafeInteger(next) || (next as number) <= (rows.at(-1)?.id ?? 0))) {
    throw fault('/next', `is not a whole number above the last id`)
  }
  return { rows, next: next as number | undefined }
}
