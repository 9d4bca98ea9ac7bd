import type { Row, Table } from './table.ts'

type Buckets = Map<unknown, readonly number[]>

/**
 * Ids of rows by the values of their fields, for all tables of a world. An index is made at the first question and kept
 * up to date from then on. Forks share what there is; each side copies what it is about to change, once.
 */
export class Indexes {
  readonly #byField: Map<string, Buckets>
  /** The indexes and lists of ids that are held here alone, and so may be changed in place. */
  #own = new WeakSet<object>()

  constructor(byField: ReadonlyMap<string, Buckets> = new Map()) {
    this.#byField = new Map(byField)
  }

  fork(): Indexes {
    this.#own = new WeakSet()
    return new Indexes(this.#byField)
  }

  /** The ids of the rows whose field has a value, in order. */
  ids<R extends Row>(table: Table<R>, rows: readonly R[], field: keyof R & string, value: unknown) {
    const key = keyOf(table.name, field)
    const known = this.#byField.get(key)
    if (known) return known.get(value) ?? []
    // Only these are kept up to date.
    if (!table.by.includes(field)) throw new Error(`${table.name} is not looked up by ${field}`)
    const made = new Map<unknown, number[]>()
    for (const row of rows) {
      const bucket = made.get(row[field])
      if (bucket) bucket.push(row.id)
      else made.set(row[field], [row.id])
    }
    this.#byField.set(key, made)
    return made.get(value) ?? []
  }

  /** The fields of a table that have an index by now. */
  fields(table: string): string[] {
    const keys = [...this.#byField.keys()].filter(key => key.startsWith(keyOf(table, '')))
    return keys.map(key => key.slice(keyOf(table, '').length))
  }

  /** Takes note of a row that was added (no `before`), changed, or taken away (no `after`). */
  change<R extends Row>(table: Table<R>, before: R | undefined, after: R | undefined): void {
    for (const field of table.by) {
      if (before && after && before[field] === after[field]) continue
      const known = this.#byField.get(keyOf(table.name, field))
      if (!known) continue
      const buckets = this.#own.has(known) ? known : new Map(known)
      this.#own.add(buckets)
      this.#byField.set(keyOf(table.name, field), buckets)
      if (before) {
        const ids = this.#bucket(buckets, before[field])
        ids.splice(placeOf(ids, before.id), 1)
      }
      if (after) {
        const ids = this.#bucket(buckets, after[field])
        ids.splice(placeOf(ids, after.id), 0, after.id)
      }
    }
  }

  /** Forgets all indexes of a table; the next questions make them again. */
  forget(table: string): void {
    for (const field of this.fields(table)) this.#byField.delete(keyOf(table, field))
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

const keyOf = (table: string, field: string) => `${table}.${field}`

function placeOf(ids: readonly number[], id: number): number {
  if (ids.length === 0 || ids[ids.length - 1]! < id) return ids.length
  return ids.findIndex(known => known >= id)
}
