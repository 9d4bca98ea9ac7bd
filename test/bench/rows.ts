// The data that all servers get: pipelines of project 1, as many as are wanted.
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { extended } from './contracts.ts'

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

const states = [
  ...Array(12).fill('success'),
  ...['failed', 'failed', 'failed', 'canceled', 'running', 'pending', 'skipped', 'failed'],
]
const refs = ['master', 'develop', 'master', 'feature']

/** The id of the first row; those below are the default world's own. */
export const firstId = 1001

/** A pipeline as a list shows it: what the other servers keep, fewer fields than ours has to. */
export function shown(index: number) {
  const time = new Date(Date.UTC(2019, 0, 1) + index * 1000).toISOString()
  const ref = refs[index % 4]!
  return {
    id: firstId + index,
    status: states[index % states.length] as string,
    ref: ref === 'feature' ? `feature/${(index >> 2) % 10}` : ref,
    sha: (index + 1).toString(16).padStart(40, 'a'),
    web_url: `http://127.0.0.1/foo/bar/pipelines/${firstId + index}`,
    created_at: time,
    updated_at: time,
  }
}

/** The same as our fixtures have it. */
function stored(index: number) {
  const { web_url: _, ...row } = shown(index)
  const { updated_at: time } = row
  return {
    ...row,
    project_id: 1,
    before_sha: '0'.repeat(40),
    tag: false,
    yaml_errors: null,
    user_id: 1,
    started_at: time,
    finished_at: time,
    committed_at: null,
    duration: 20,
    coverage: null,
    variables: [],
  }
}

/** Writes JSON in pieces: a million rows are more than one text should hold. */
function write(file: string, head: string, rows: number, row: (index: number) => object, tail: string): void {
  const out = openSync(file, 'w')
  writeSync(out, head)
  for (let from = 0; from < rows; from += 10_000) {
    const piece = Array.from({ length: Math.min(10_000, rows - from) }, (_, at) =>
      JSON.stringify(row(from + at)),
    )
    writeSync(out, (from > 0 ? ',\n' : '') + piece.join(',\n'))
  }
  writeSync(out, tail)
  closeSync(out)
}

/** Writes the rows as one JSON object with a list named `pipelines`. */
export const writeShown = (file: string, rows: number) => write(file, '{"pipelines":[', rows, shown, ']}')

/**
 * A copy of this product as it is installed, with more rows in its default world and more operations in its contract:
 * what runs is `node dist/main.js`, as it was built. Answers the folder.
 */
export function productWith(folder: string, rows: number, operations: number): string {
  mkdirSync(folder, { recursive: true })
  for (const part of ['dist', 'fixtures', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  if (rows > 0) {
    const file = join(folder, 'fixtures/v4/pipelines.json')
    const own = (JSON.parse(readFileSync(file, 'utf8')) as { rows: object[] }).rows
    const head = `{"rows":[${own.map(row => JSON.stringify(row)).join(',\n')},\n`
    write(file, head, rows, stored, ']}')
  }
  if (operations > 0) {
    const file = join(folder, 'dist/openapi/v4.documented.json')
    writeFileSync(file, JSON.stringify(extended(JSON.parse(readFileSync(file, 'utf8')), operations)))
  }
  return folder
}
