import { type Ids, ManyIds, tooMany } from './ids.ts'
import { compared, heldBy, position, type Row } from './table.ts'

/** Ids of rows by the value that they have under a key. */
export type Buckets = ReadonlyMap<unknown, Ids>

/** How a key reads rows: the value under it, and the field in whose order the ids are kept, if not in their own. */
export interface Reading {
  readonly key: string
  readonly value: (row: Row) => unknown
  readonly order: string | undefined
}

/** The value under which all rows are, where a key names no field. */
export const all = true

/** Two values as one; the first, an id, has no blank. */
export const pair = (one: unknown, other: unknown): string => `${one} ${other}`

/** How a key such as `project_id`, `project_id+status` or `project_id>created_at` reads rows. */
export function readingOf(key: string): Reading {
  const [fields, order] = key.split('>') as [string, string | undefined]
  const [field, other] = fields.split('+') as [keyof Row | '', keyof Row | undefined]
  if (field === '') return { key, value: () => all, order }
  if (other === undefined) return { key, value: row => row[field], order }
  return { key, value: row => pair(row[field], row[other]), order }
}

/** The ids of rows, which are sorted by id, by the values that they have; none have one that is undefined. */
export function bucketsOf(rows: readonly Row[], { value, order }: Reading): Buckets {
  const buckets = new Map<unknown, number[]>()
  for (const row of order ? inOrder(rows, order) : rows) {
    const held = value(row)
    if (held === undefined) continue
    const bucket = buckets.get(held)
    if (bucket) bucket.push(row.id)
    else buckets.set(held, [row.id])
  }
  const cut: Map<unknown, Ids> = buckets
  for (const [held, ids] of buckets) if (ids.length > tooMany) cut.set(held, ManyIds.of(ids))
  return cut
}

const inOrder = (rows: readonly Row[], field: string) =>
  rows.slice().sort((one, other) => compared(one, other, field))

/** Which ids come before that of a row: those that are less, or whose rows come before it in the order of a field. */
export function orderOf(row: Row, rows: readonly Row[], order: string | undefined): (id: number) => boolean {
  if (!order) return id => id < row.id
  // What is changed stands among the rows as it has become.
  return id => id !== row.id && compared(rows[position(rows, id)]!, row, order) < 0
}

/** Whether a change of a row leaves it where it is under a key. */
export const isStill = ({ value, order }: Reading, before: Row, after: Row): boolean =>
  value(before) === value(after) && (!order || heldBy(before, order) === heldBy(after, order))
