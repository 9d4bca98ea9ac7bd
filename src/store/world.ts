import type { Chance, Clock } from './clock.ts'
import { position, type Row, type Table } from './table.ts'

/** What lowdb keeps of a world: rows by table, sorted by id, and the next ids given out. */
export interface WorldData {
  tables: Record<string, readonly Row[]>
  next: Record<string, number>
}

/** Rows to change, by table and id: fields to merge, or null to take the row away. */
export type Changes = Readonly<Record<string, Readonly<Record<string, object | null>>>>

type Buckets = Map<unknown, readonly number[]>

/**
 * Tables, counters, clock and chance, apart from every other world. A fork shares all arrays and indexes with its
 * parent; each side copies what it is about to change, once.
 */
export class World {
  readonly name: string
  readonly clock: Clock
  readonly chance: Chance
  readonly data: WorldData
  #indexes: Map<string, Buckets>
  /** The arrays and indexes that this world alone holds, and so may change in place. */
  #own = new WeakSet<object>()

  constructor(
    name: string,
    clock: Clock,
    chance: Chance,
    data: WorldData,
    indexes = new Map<string, Buckets>(),
  ) {
    this.name = name
    this.clock = clock
    this.chance = chance
    this.data = data
    this.#indexes = indexes
  }

  /** A world like this one; from here on neither sees what the other does. */
  fork(name: string, chance: Chance, data: WorldData): World {
    data.tables = { ...this.data.tables }
    data.next = { ...this.data.next }
    this.#own = new WeakSet()
    return new World(name, this.clock, chance, data, new Map(this.#indexes))
  }

  /** All rows of a table, by id. */
  rows<R extends Row>(table: Table<R>): readonly R[] {
    return (this.data.tables[table.name] ?? []) as readonly R[]
  }

  get<R extends Row>(table: Table<R>, id: number | null | undefined): R | undefined {
    if (id === null || id === undefined) return undefined
    const rows = this.rows(table)
    const row = rows[position(rows, id)]
    return row?.id === id ? row : undefined
  }

  /** The rows whose field has a value, by id; the field is one of the table's `by`. */
  where<R extends Row, F extends keyof R & string>(table: Table<R>, field: F, value: R[F]): R[] {
    const ids = this.#index(table, field).get(value) ?? []
    return ids.map(id => this.get(table, id)!)
  }

  /** The first row whose field has a value. */
  find<R extends Row, F extends keyof R & string>(table: Table<R>, field: F, value: R[F]): R | undefined {
    return this.get(table, this.#index(table, field).get(value)?.[0])
  }

  /** Adds a row under the table's next id, or under the id it brings. */
  insert<R extends Row>(table: Table<R>, fields: Omit<R, 'id'> & { id?: number }): R {
    const id = fields.id ?? this.nextId(table)
    const row = { ...fields, id } as unknown as R
    const rows = this.#rowsToChange(table)
    rows.splice(position(rows, id), 0, row)
    this.data.next[table.name] = Math.max(this.nextId(table), id + 1)
    this.#reindex(table, undefined, row)
    return row
  }

  /** Replaces a row by one with some fields changed, and answers it. */
  update<R extends Row>(table: Table<R>, row: R, change: Partial<Omit<R, 'id'>>): R {
    const rows = this.#rowsToChange(table)
    const changed = { ...row, ...change }
    rows[position(rows, row.id)] = changed
    this.#reindex(table, row, changed)
    return changed
  }

  remove<R extends Row>(table: Table<R>, row: R): void {
    // The next id is kept: ids of what is gone are not given out again.
    this.data.next[table.name] = this.nextId(table)
    const rows = this.#rowsToChange(table)
    rows.splice(position(rows, row.id), 1)
    this.#reindex(table, row, undefined)
  }

  /** Changes rows of any table by id, and the ids that tables give out next. */
  patch(changes: Changes, next: Readonly<Record<string, number>> = {}): void {
    for (const [name, rows] of Object.entries(changes)) {
      const table: Table<Row> = { name, by: this.#indexed(name) }
      for (const [key, fields] of Object.entries(rows)) {
        const row = this.get(table, Number(key))
        if (row && fields) this.update(table, row, fields)
        else if (row) this.remove(table, row)
        else if (fields) this.insert(table, { ...fields, id: Number(key) })
      }
    }
    Object.assign(this.data.next, next)
  }

  /** Takes away all that hangs on a row: the rows of a family of tables (`v4.`) whose field holds its id. */
  removeDependents(family: string, field: string, id: number): void {
    for (const [name, rows] of Object.entries(this.data.tables)) {
      if (!name.startsWith(family)) continue
      const kept = rows.filter(row => (row as unknown as Record<string, unknown>)[field] !== id)
      if (kept.length === rows.length) continue
      this.data.next[name] = this.nextId({ name, by: [] })
      this.data.tables[name] = kept
      this.#own.add(kept)
      for (const key of this.#indexes.keys()) if (key.startsWith(`${name}.`)) this.#indexes.delete(key)
    }
  }

  /** The id that the next row of a table gets. */
  nextId<R extends Row>(table: Table<R>): number {
    return this.data.next[table.name] ?? (this.rows(table).at(-1)?.id ?? 0) + 1
  }

  /** The next number of a named sequence (such as the iids of a project's issues), which starts after `last`. */
  count(sequence: string, last: number): number {
    const number = this.data.next[sequence] ?? last + 1
    this.data.next[sequence] = number + 1
    return number
  }

  /** The fields of a table that have an index by now. */
  #indexed(name: string): (keyof Row)[] {
    const keys = [...this.#indexes.keys()].filter(key => key.startsWith(`${name}.`))
    return keys.map(key => key.slice(name.length + 1) as keyof Row)
  }

  #rowsToChange<R extends Row>(table: Table<R>): R[] {
    const rows = this.rows(table) as R[]
    if (this.#own.has(rows)) return rows
    const copy = rows.slice()
    this.#own.add(copy)
    this.data.tables[table.name] = copy
    return copy
  }

  /** The ids of a table's rows by the value of a field; made at the first question. */
  #index<R extends Row>(table: Table<R>, field: keyof R & string): Buckets {
    const key = `${table.name}.${field}`
    const known = this.#indexes.get(key)
    if (known) return known
    const buckets = new Map<unknown, number[]>()
    for (const row of this.rows(table)) {
      const bucket = buckets.get(row[field])
      if (bucket) bucket.push(row.id)
      else buckets.set(row[field], [row.id])
    }
    this.#indexes.set(key, buckets)
    return buckets
  }

  #reindex<R extends Row>(table: Table<R>, before: R | undefined, after: R | undefined): void {
    for (const field of table.by) {
      if (before && after && before[field] === after[field]) continue
      const key = `${table.name}.${field}`
      const known = this.#indexes.get(key)
      if (!known) continue
      const buckets = this.#own.has(known) ? known : new Map(known)
      this.#own.add(buckets)
      this.#indexes.set(key, buckets)
      if (before)
        this.#bucket(buckets, before[field]).splice(this.#place(buckets, before[field], before.id), 1)
      if (after)
        this.#bucket(buckets, after[field]).splice(this.#place(buckets, after[field], after.id), 0, after.id)
    }
  }

  #bucket(buckets: Buckets, value: unknown): number[] {
    const known = (buckets.get(value) ?? []) as number[]
    if (this.#own.has(known)) return known
    const copy = known.slice()
    this.#own.add(copy)
    buckets.set(value, copy)
    return copy
  }

  #place(buckets: Buckets, value: unknown, id: number): number {
    const ids = buckets.get(value) ?? []
    if (ids.length === 0 || ids[ids.length - 1]! < id) return ids.length
    const found = ids.findIndex(known => known >= id)
    return found < 0 ? ids.length : found
  }
}
