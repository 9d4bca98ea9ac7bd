import { type Key, position, type Row, type Table } from './table.ts'

type Buckets = Map<unknown, readonly number[]>

const none: readonly number[] = []

/**
 * Ids of rows by the values under their keys, for all tables of a world. An index is made at the first question and kept
 * up to date from then on. Forks share what there is; each side copies what it is about to change, once.
 */
export class Indexes {
  readonly #byTable: Map<string, ReadonlyMap<string, Buckets>>
  /** The indexes and lists of ids that are held here alone, and so may be changed in place. */
  #own = new WeakSet<object>()

  constructor(byTable: ReadonlyMap<string, ReadonlyMap<string, Buckets>> = new Map()) {
    this.#byTable = new Map(byTable)
  }

  fork(): Indexes {
    this.#own = new WeakSet()
    return new Indexes(this.#byTable)
  }

  /** The ids of the rows that have a value under a key, in order. */
  ids<R extends Row>(table: Table<R>, rows: readonly R[], key: Key<R>, value: unknown): readonly number[] {
    const known = this.#byTable.get(table.name)?.get(key)
    if (known) return known.get(value) ?? none
    // Only these are kept up to date.
    if (!table.by.includes(key)) throw new Error(`${table.name} is not looked up by ${key}`)
    const made = new Map<unknown, number[]>()
    const reader = reading(key)
    for (const row of rows) {
      const value = reader(row)
      const bucket = made.get(value)
      if (bucket) bucket.push(row.id)
      else made.set(value, [row.id])
    }
    this.#put(table.name, key, made)
    return made.get(value) ?? none
  }

  /** Takes note of a row that was added (no `before`), changed, or taken away (no `after`). */
  change(table: string, before: Row | undefined, after: Row | undefined): void {
    for (const [key, known] of this.#byTable.get(table) ?? []) {
      const reader = reading(key)
      const [left, come] = [before && reader(before), after && reader(after)]
      if (before && after && left === come) continue
      const buckets = this.#own.has(known) ? known : new Map(known)
      if (buckets !== known) {
        this.#own.add(buckets)
        this.#put(table, key, buckets)
      }
      if (before) {
        const ids = this.#bucket(buckets, left)
        ids.splice(position(ids, before.id), 1)
      }
      if (after) {
        const ids = this.#bucket(buckets, come)
        ids.splice(position(ids, after.id), 0, after.id)
      }
    }
  }

  /** Forgets all indexes of a table; the next questions make them again. */
  forget(table: string): void {
    this.#byTable.delete(table)
  }

  /** Puts an index in place; those of a table may be shared with other worlds. */
  #put(table: string, key: string, buckets: Buckets): void {
    this.#byTable.set(table, new Map(this.#byTable.get(table)).set(key, buckets))
  }

  #bucket(buckets: Buckets, value: unknown): number[] {
    const known = (buckets.get(value) ?? []) as number[]
    if (this.#own.has(known)) return known
    const copy = known.slice()
    this.#own.add(copy)
    buckets.set(value, copy)
    return copy
  }
}

const readers = new Map<string, (row: Row) => unknown>()

/** How the value under a key is read off a row. */
function reading(key: string): (row: Row) => unknown {
  let reader = readers.get(key)
  if (!reader) {
    const [field, other] = key.split('+') as [keyof Row, keyof Row | undefined]
    reader = other === undefined ? row => row[field] : row => pair(row[field], row[other])
    readers.set(key, reader)
  }
  return reader
}

/** Two values as one; the first, an id, has no blank. */
export const pair = (one: unknown, other: unknown): string => `${one} ${other}`
