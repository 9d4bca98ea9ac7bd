import type { Chance, Clock } from './clock.ts'
import type { Indexes } from './indexes.ts'
import { declaredTables, type Key, position, type Row, type Table } from './table.ts'
import { Tables, type WorldData } from './tables.ts'

/** Rows to change, by table and id: fields to merge, or null to take the row away. */
export type Changes = Readonly<Record<string, Readonly<Record<string, object | null>>>>

const room: readonly null[] = Array.from({ length: 16 }, () => null)

/**
 * Tables, counters, clock and chance, apart from every other world. A fork shares all arrays with its parent;
 * each side copies what it is about to change, once.
 */
export class World extends Tables {
  readonly name: string
  readonly clock: Clock
  readonly chance: Chance

  constructor(
    name: string,
    clock: Clock,
    chance: Chance,
    data: WorldData,
    indexes?: Indexes,
    state?: object,
  ) {
    super(data, indexes, state)
    this.name = name
    this.clock = clock
    this.chance = chance
  }

  /** A world like this one; from here on neither sees what the other does. */
  fork(name: string, chance: Chance, data: WorldData): World {
    Object.assign(data, this.still())
    return new World(name, this.clock.fork(), chance, data, this.indexes.fork(), this.state)
  }

  /** Its record as it is by now, which stays so: from here on the world copies each array before it changes it. */
  still(): WorldData {
    this.own.clear()
    const { tables, next, counters, pretended } = this.data
    return {
      tables: { ...tables },
      next: { ...next },
      counters: { ...counters },
      pretended: { ...pretended },
    }
  }

  /**
   * Makes the given object itself a row, so that the caller must not use it again: under the table's next id, or under
   * the id it brings, which must be free.
   */
  insert<R extends Row>(table: Table<R>, fields: Omit<R, 'id'> & { id?: number }): R {
    const next = this.nextId(table)
    const id = fields.id ?? next
    if (this.pretenceWith(table, id)) throw new Error(`${table.name} pretends to have a row ${id}`)
    const rows = this.#rowsToChange(table)
    const place = position(rows, id)
    if (rows[place]?.id === id) throw new Error(`${table.name} has a row ${id} already`)
    const row = Object.assign(fields, { id }) as unknown as R
    if (place === rows.length) rows.push(row)
    else rows.splice(place, 0, row)
    this.data.next[table.name] = Math.max(next, id + 1)
    this.indexes.change(table.name, rows, undefined, row)
    return row
  }

  /** Changes some fields of the row with a row's id, as it is by now, and answers it. */
  update<R extends Row>(table: Table<R>, { id }: R, change: Partial<Omit<R, 'id'>>): R {
    const rows = this.#rowsToChange(table)
    const place = this.#placeOf(table, id)
    const row = rows[place]!
    // Not by spreading: in code that sees rows of many kinds, V8 would give each a hidden class of its own, and reading a
    // field of such rows takes ten times as long.
    const changed = Object.assign({}, row, change, { id })
    rows[place] = changed
    this.indexes.change(table.name, rows, row, changed)
    return changed
  }

  /** Takes away the row with a row's id. */
  remove<R extends Row>(table: Table<R>, { id }: R): void {
    // The next id is kept: ids of what is gone are not given out again.
    this.data.next[table.name] = this.nextId(table)
    const rows = this.#rowsToChange(table)
    const [row] = rows.splice(this.#placeOf(table, id), 1)
    this.indexes.change(table.name, rows, row, undefined)
  }

  /** Changes rows of any table by id, and the ids that tables give out next. */
  patch(changes: Changes, next: Readonly<Record<string, number>> = {}): void {
    for (const [name, rows] of Object.entries(changes)) {
      const table = declaredTables.get(name)
      if (!table) throw new Error(`there is no table "${name}"`)
      for (const [key, fields] of Object.entries(rows)) {
        const id = /^[1-9]\d{0,14}$/.test(key) ? Number(key) : undefined
        if (id === undefined) throw new Error(`${name}: "${key}" is not an id`)
        // It would become the row's prototype, and be lost with the next start.
        if (fields && Object.hasOwn(fields, '__proto__'))
          throw new Error(`${name}: row ${id} has a field "__proto__"`)
        const row = this.get(table, id)
        if (row && fields) this.update(table, row, fields)
        else if (row) this.remove(table, row)
        else if (fields) this.insert(table, Object.assign({}, fields, { id }))
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
      this.indexes.prepare(table, this.rows(table))
      const kept = this.rows(table).filter(row => !leaving.has(row))
      this.#hold(table.name, kept)
      this.indexes.removed(table.name, gone)
    }
  }

  /** Puts rows, sorted by id, in the place of a table's, pretended ones too; `next` is the id that it gives out next. */
  replace(name: string, rows: readonly Row[], next?: number): void {
    const table: Table<Row> = { name, by: [] }
    this.pretend(table, [])
    const least = this.nextId(table)
    this.state = {}
    this.own.delete(name)
    this.data.tables[name] = rows.slice()
    this.data.next[name] = next ?? Math.max(least, (rows.at(-1)?.id ?? 0) + 1)
    this.indexes.forget(name)
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
        this.removeAll(table, this.indexes.ids(table, this.rows(table), key, id).slice())
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

  /** Where the row with an id is, which must be there. */
  #placeOf<R extends Row>(table: Table<R>, id: number): number {
    const place = position(this.rows(table), id)
    if (this.rows(table)[place]?.id !== id) throw new Error(`${table.name} has no row ${id}`)
    return place
  }

  #rowsToChange<R extends Row>(table: Table<R>): R[] {
    this.state = {}
    const own = this.own.get(table.name)
    if (own) {
      own.version = undefined
      return own.rows as R[]
    }
    const rows = this.rows(table)
    this.indexes.prepare(table, rows)
    // With room at its end, as the first row that is added would have all of them copied once more.
    const copy = (rows as (R | null)[]).concat(room) as R[]
    copy.length = rows.length
    this.#hold(table.name, copy)
    return copy
  }

  /** Puts rows that nobody else holds in the place of a table's. */
  #hold(name: string, rows: Row[]): void {
    this.state = {}
    this.own.set(name, { rows, version: undefined })
    this.data.tables[name] = rows
  }
}
