import type { Chance, Clock } from './clock.ts'
import type { Ids } from './ids.ts'
import { all, Indexes, pair } from './indexes.ts'
import { holds, type Pretence } from './pretended.ts'
import { declaredTables, type Key, type Listing, position, type Row, type Table } from './table.ts'

/** What lowdb keeps of a world: rows by table, sorted by id, and the next ids given out. */
export interface WorldData {
  tables: Record<string, readonly Row[]>
  next: Record<string, number>
  /** The last number that each counter gave. */
  counters: Record<string, number>
  /** Rows that nobody stores, by table. */
  pretended?: Record<string, readonly Pretence[]>
}

/** A world's record before there is anything in it. */
export const emptyWorld = (): WorldData => ({ tables: {}, next: {}, counters: {} })

/** Rows to change, by table and id: fields to merge, or null to take the row away. */
export type Changes = Readonly<Record<string, Readonly<Record<string, object | null>>>>

const room: readonly null[] = Array.from({ length: 16 }, () => null)

/**
 * Tables, counters, clock and chance, apart from every other world. A fork shares all arrays with its parent;
 * each side copies what it is about to change, once.
 */
export class World {
  readonly name: string
  readonly clock: Clock
  readonly chance: Chance
  readonly data: WorldData
  readonly #indexes: Indexes
  /** The arrays that this world alone holds, and so may change in place. */
  #own = new WeakSet<object>()
  /** Of arrays that are changed in place, what stands for them as they are by now. */
  readonly #versions = new WeakMap<object, object>()
  readonly #empty = {}

  constructor(name: string, clock: Clock, chance: Chance, data: WorldData, indexes = new Indexes()) {
    this.name = name
    this.clock = clock
    this.chance = chance
    this.data = data
    this.#indexes = indexes
  }

  /** A world like this one; from here on neither sees what the other does. */
  fork(name: string, chance: Chance, data: WorldData): World {
    Object.assign(data, this.still())
    return new World(name, this.clock.fork(), chance, data, this.#indexes.fork())
  }

  /** Its record as it is by now, which stays so: from here on the world copies each array before it changes it. */
  still(): WorldData {
    this.#own = new WeakSet()
    const { tables, next, counters, pretended } = this.data
    return {
      tables: { ...tables },
      next: { ...next },
      counters: { ...counters },
      pretended: { ...pretended },
    }
  }

  /** All rows of a table, by id. */
  rows<R extends Row>(table: Table<R>): readonly R[] {
    return (this.data.tables[table.name] ?? []) as readonly R[]
  }

  /** What stays the same, in all worlds that share its rows, as long as a table does. */
  version<R extends Row>(table: Table<R>): object {
    const rows = this.rows(table)
    if (!this.#own.has(rows)) return this.data.tables[table.name] ?? this.#empty
    let version = this.#versions.get(rows)
    if (!version) this.#versions.set(rows, (version = {}))
    return version
  }

  tableNames(): string[] {
    return Object.keys(this.data.tables)
  }

  get<R extends Row>(table: Table<R>, id: number | null | undefined): R | undefined {
    const rows = this.rows(table)
    if (id === undefined || id === null || rows.length === 0) return undefined
    // Ids are given out one by one: most rows stand as far from the last one as their ids tell.
    const likely = rows[rows.length - 1 - (rows[rows.length - 1]!.id - id)]
    if (likely?.id === id) return likely
    const row = rows[position(rows, id)]
    return row?.id === id ? row : undefined
  }

  /** The rows whose field has a value, by id; the field is one of the table's `by`. */
  where<R extends Row, F extends keyof R & string>(table: Table<R>, field: F, value: R[F]): R[] {
    return this.#ids(table, field, value)
      .slice()
      .map(id => this.get(table, id)!)
  }

  /** The same, none of them looked up before it is asked for; of two fields, if their pair is one of the table's `by`. */
  listed<R extends Row, F extends keyof R & string, G extends keyof R & string>(
    table: Table<R>,
    field: F,
    value: R[F],
    other?: readonly [G, R[G]],
  ): Listing<R> {
    return this.#listing(table, this.#ids(table, field, value, other))
  }

  /** The rows with the values of a key's fields, in the order that it is for: none looked up before it is asked for. */
  ordered<R extends Row>(
    table: Table<R>,
    key: `${string}>${keyof R & string}`,
    values: readonly (string | number | null)[] = [],
  ): Listing<R> {
    const value = values.length === 0 ? all : values.length === 1 ? values[0] : pair(values[0], values[1])
    return this.#listing(table, this.#indexes.ids(table, this.rows(table), key, value))
  }

  /** The first row whose field, or whose two fields, have a value. */
  find<R extends Row, F extends keyof R & string, G extends keyof R & string>(
    table: Table<R>,
    field: F,
    value: R[F],
    other?: readonly [G, R[G]],
  ): R | undefined {
    return this.get(table, this.#ids(table, field, value, other).slice(0, 1)[0])
  }

  /** Adds a row under the table's next id, or under the id it brings, which must be free. */
  insert<R extends Row>(table: Table<R>, fields: Omit<R, 'id'> & { id?: number }): R {
    const next = this.nextId(table)
    const id = fields.id ?? next
    if (this.#pretenceWith(table, id)) throw new Error(`${table.name} pretends to have a row ${id}`)
    const rows = this.#rowsToChange(table)
    const place = position(rows, id)
    if (rows[place]?.id === id) throw new Error(`${table.name} has a row ${id} already`)
    const row = { ...fields, id } as unknown as R
    if (place === rows.length) rows.push(row)
    else rows.splice(place, 0, row)
    this.data.next[table.name] = Math.max(next, id + 1)
    this.#indexes.change(table.name, rows, undefined, row)
    return row
  }

  /** Changes some fields of the row with a row's id, as it is by now, and answers it. */
  update<R extends Row>(table: Table<R>, { id }: R, change: Partial<Omit<R, 'id'>>): R {
    const rows = this.#rowsToChange(table)
    const place = this.#placeOf(table, id)
    const row = rows[place]!
    const changed = { ...row, ...change, id }
    rows[place] = changed
    this.#indexes.change(table.name, rows, row, changed)
    return changed
  }

  /** Takes away the row with a row's id. */
  remove<R extends Row>(table: Table<R>, { id }: R): void {
    // The next id is kept: ids of what is gone are not given out again.
    this.data.next[table.name] = this.nextId(table)
    const rows = this.#rowsToChange(table)
    const [row] = rows.splice(this.#placeOf(table, id), 1)
    this.#indexes.change(table.name, rows, row, undefined)
  }

  /** Changes rows of any table by id, and the ids that tables give out next. */
  patch(changes: Changes, next: Readonly<Record<string, number>> = {}): void {
    for (const [name, rows] of Object.entries(changes)) {
      const table = declaredTables.get(name)
      if (!table) throw new Error(`there is no table "${name}"`)
      for (const [key, fields] of Object.entries(rows)) {
        const id = /^[1-9]\d{0,14}$/.test(key) ? Number(key) : undefined
        if (id === undefined) throw new Error(`${name}: "${key}" is not an id`)
        const row = this.get(table, id)
        if (row && fields) this.update(table, row, fields)
        else if (row) this.remove(table, row)
        else if (fields) this.insert(table, { ...fields, id })
      }
    }
    Object.assign(this.data.next, next)
  }

  /** Takes away many rows of a table, by id; of those that aren't there, none. */
  removeAll<R extends Row>(table: Table<R>, ids: Iterable<number>): void {
    const gone = [...new Set(ids)].map(id => this.get(table, id)).filter(row => row !== undefined)
    if (gone.length < 4) for (const row of gone) this.remove(table, row)
    else {
      this.data.next[table.name] = this.nextId(table)
      const leaving = new Set<Row>(gone)
      this.#indexes.prepare(table, this.rows(table))
      const kept = this.rows(table).filter(row => !leaving.has(row))
      this.#own.add(kept)
      this.data.tables[table.name] = kept
      this.#indexes.removed(table.name, gone)
    }
  }

  /** Puts rows, sorted by id, in the place of a table's, pretended ones too; `next` is the id that it gives out next. */
  replace(name: string, rows: readonly Row[], next?: number): void {
    const table: Table<Row> = { name, by: [] }
    this.pretend(table, [])
    const least = this.nextId(table)
    this.data.tables[name] = rows.slice()
    this.data.next[name] = next ?? Math.max(least, (rows.at(-1)?.id ?? 0) + 1)
    this.#indexes.forget(name)
  }

  /**
   * Takes away all that hangs on a row: the rows of a family of tables (`v4.`) whose field holds its id. Tables that
   * aren't looked up by the field have none.
   */
  removeDependents(family: string, field: string, id: number): void {
    for (const [name, all] of Object.entries(this.data.pretended ?? {})) {
      const kept = all.filter(({ fields }) => fields[field] !== id)
      if (name.startsWith(family)) this.pretend({ name, by: [] }, kept)
    }
    const key = field as Key<Row>
    for (const table of declaredTables.values())
      if (table.name.startsWith(family) && table.by.includes(key))
        this.removeAll(table, this.#indexes.ids(table, this.rows(table), key, id).slice())
  }

  /** The id that the next row of a table gets: the one that was set, or the first free one behind it. */
  nextId<R extends Row>(table: Table<R>): number {
    let id = this.data.next[table.name] ?? (this.rows(table).at(-1)?.id ?? 0) + 1
    for (;;) {
      const pretence = this.#pretenceWith(table, id)
      if (pretence) id = pretence.first + pretence.count
      else if (this.get(table, id)) id++
      else return id
    }
  }

  /** What a table pretends to hold beside its rows. */
  pretended<R extends Row>(table: Table<R>): readonly Pretence[] {
    return this.data.pretended?.[table.name] ?? []
  }

  /** Has a table pretend to hold rows, under ids that no row of it has, instead of what it pretended before. */
  pretend<R extends Row>(table: Table<R>, pretences: readonly Pretence[]): void {
    const { [table.name]: _, ...others } = this.data.pretended ?? {}
    this.data.pretended = pretences.length > 0 ? { ...others, [table.name]: pretences } : others
  }

  /** The next number of a counter, such as that of a project's iids: above `least`, and above all that it ever gave. */
  count(counter: string, least = 0): number {
    this.reserve(counter, Math.max(this.data.counters[counter] ?? 0, least) + 1)
    return this.data.counters[counter]!
  }

  /** Sees to it that a counter never gives a number, or one below it, again. */
  reserve(counter: string, number: number): void {
    this.data.counters[counter] = Math.max(this.data.counters[counter] ?? 0, number)
  }

  #listing<R extends Row>(table: Table<R>, ids: Ids): Listing<R> {
    return {
      count: ids.length,
      slice: (from, to) => ids.slice(from, to).map(id => this.get(table, id)!),
    }
  }

  #ids<R extends Row>(
    table: Table<R>,
    field: keyof R & string,
    value: unknown,
    other?: readonly [keyof R & string, unknown],
  ): Ids {
    const rows = this.rows(table)
    if (!other) return this.#indexes.ids(table, rows, field, value)
    return this.#indexes.ids(table, rows, `${field}+${other[0]}`, pair(value, other[1]))
  }

  /** Where the row with an id is, which must be there. */
  #placeOf<R extends Row>(table: Table<R>, id: number): number {
    const place = position(this.rows(table), id)
    if (this.rows(table)[place]?.id !== id) throw new Error(`${table.name} has no row ${id}`)
    return place
  }

  #pretenceWith<R extends Row>(table: Table<R>, id: number): Pretence | undefined {
    return this.data.pretended?.[table.name]?.find(it => holds(it, id))
  }

  #rowsToChange<R extends Row>(table: Table<R>): R[] {
    const rows = this.rows(table) as R[]
    this.#versions.delete(rows)
    if (this.#own.has(rows)) return rows
    this.#indexes.prepare(table, rows)
    // With room at its end, as the first row that is added would have all of them copied once more.
    const copy = (rows as (R | null)[]).concat(room) as R[]
    copy.length = rows.length
    this.#own.add(copy)
    this.data.tables[table.name] = copy
    return copy
  }
}
