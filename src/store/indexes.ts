import { countBefore, type Ids, ManyIds, tooMany } from './ids.ts'
import { compared, heldBy, type Key, position, type Row, type Table } from './table.ts'

type Buckets = ReadonlyMap<unknown, Ids>

/** Ids by value: as they were when it was made, which stays so, and over them those that have changed since. */
interface Index {
  readonly base: Buckets
  readonly over: Buckets
}

interface ChangingIndex extends Index {
  readonly over: Map<unknown, Ids>
}

const none: Ids = []

/** What was made of an array of rows serves all worlds that share the array. */
const made = new WeakMap<readonly Row[], Map<string, Buckets>>()

/** After so many changes an index is made one again, so that the next to share it has less to copy. */
const mostChanges = 1000

/**
 * Ids of rows by the values under their keys, for all tables of a world. An index is made at the first question and kept
 * up to date from then on. Forks share what there is; each side copies what it is about to change, once.
 */
export class Indexes {
  readonly #byTable: Map<string, ReadonlyMap<string, Index>>
  /** The changes and lists of ids that are held here alone, and so may be changed in place. */
  #own = new WeakSet<object>()

  constructor(byTable: ReadonlyMap<string, ReadonlyMap<string, Index>> = new Map()) {
    this.#byTable = new Map(byTable)
  }

  fork(): Indexes {
    this.#own = new WeakSet()
    for (const [table, known] of this.#byTable)
      for (const [key, index] of known)
        if (index.over.size > mostChanges) this.#put(table, key, merged(index))
    return new Indexes(this.#byTable)
  }

  /** The ids of the rows that have a value under a key, in order; none have one that is undefined. */
  ids<R extends Row>(table: Table<R>, rows: readonly R[], key: Key<R>, value: unknown): Ids {
    return idsOf(this.#byTable.get(table.name)?.get(key) ?? this.#made(table, rows, key), value)
  }

  /** Makes all indexes of a table of whose rows a copy is about to change: so they serve all that share the rows as well. */
  prepare<R extends Row>(table: Table<R>, rows: readonly R[]): void {
    for (const key of table.by) if (!this.#byTable.get(table.name)?.has(key)) this.#made(table, rows, key)
  }

  /** Takes note of a row among these that was added (no `before`), changed, or taken away (no `after`). */
  change(table: string, rows: readonly Row[], before: Row | undefined, after: Row | undefined): void {
    // They are no longer what something may have been made of.
    made.delete(rows)
    for (const key of this.#byTable.get(table)?.keys() ?? []) {
      const { value, order } = reading(key)
      const [left, come] = [before && value(before), after && value(after)]
      if (before && after && left === come && (!order || heldBy(before, order) === heldBy(after, order)))
        continue
      const index = this.#toChange(table, key)
      if (left !== undefined) {
        const ids = this.#bucket(index, left)
        const comesBefore = orderOf(before!, rows, order)
        if (ids instanceof ManyIds) ids.take(comesBefore)
        else ids.splice(countBefore(ids, comesBefore), 1)
      }
      if (come !== undefined) {
        const ids = this.#bucket(index, come)
        const comesBefore = orderOf(after!, rows, order)
        if (ids instanceof ManyIds) ids.add(after!.id, comesBefore)
        else ids.splice(countBefore(ids, comesBefore), 0, after!.id)
      }
    }
  }

  /** Takes note of many rows that were taken away. */
  removed(table: string, rows: readonly Row[]): void {
    for (const key of this.#byTable.get(table)?.keys() ?? []) {
      const index = this.#toChange(table, key)
      for (const [value, ids] of bucketsOf(rows, key)) {
        const gone = new Set(ids.slice())
        const left = idsOf(index, value)
          .slice()
          .filter(id => !gone.has(id))
        const kept = left.length > tooMany ? ManyIds.of(left) : left
        this.#own.add(kept)
        index.over.set(value, kept)
      }
    }
  }

  /** Forgets all indexes of a table; the next questions make them again. */
  forget(table: string): void {
    this.#byTable.delete(table)
  }

  #made<R extends Row>(table: Table<R>, rows: readonly R[], key: Key<R>): Index {
    // Only these are kept up to date.
    if (!table.by.includes(key)) throw new Error(`${table.name} is not looked up by ${key}`)
    let ofRows = made.get(rows)
    if (!ofRows) made.set(rows, (ofRows = new Map()))
    let base = ofRows.get(key)
    if (!base) ofRows.set(key, (base = bucketsOf(rows, key)))
    const index = { base, over: new Map() }
    this.#put(table.name, key, index)
    return index
  }

  /** Puts an index in place; those of a table may be shared with other worlds. */
  #put(table: string, key: string, index: Index): void {
    this.#byTable.set(table, new Map(this.#byTable.get(table)).set(key, index))
  }

  /** An index of which the changes are held here alone. */
  #toChange(table: string, key: string): ChangingIndex {
    const { base, over } = this.#byTable.get(table)!.get(key)!
    const changes = (this.#own.has(over) ? over : new Map(over)) as ChangingIndex['over']
    if (changes !== over) {
      this.#own.add(changes)
      this.#put(table, key, { base, over: changes })
    }
    return { base, over: changes }
  }

  /** The ids that have a value, held here alone. */
  #bucket(index: ChangingIndex, value: unknown): number[] | ManyIds {
    const known = idsOf(index, value) as number[] | ManyIds
    const isMany = known.length > tooMany && !(known instanceof ManyIds)
    if (this.#own.has(known) && !isMany) return known
    const copy = known instanceof ManyIds ? known.copy() : isMany ? ManyIds.of(known) : known.slice()
    this.#own.add(copy)
    index.over.set(value, copy)
    return copy
  }
}

const idsOf = ({ base, over }: Index, value: unknown): Ids => over.get(value) ?? base.get(value) ?? none

/** An index with all its changes made. */
function merged({ base, over }: Index): Index {
  const buckets = new Map(base)
  for (const [value, ids] of over) {
    if (ids.length > 0) buckets.set(value, ids)
    else buckets.delete(value)
  }
  return { base: buckets, over: new Map() }
}

function bucketsOf(rows: readonly Row[], key: string): Buckets {
  const buckets = new Map<unknown, number[]>()
  const { value, order } = reading(key)
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
function orderOf(row: Row, rows: readonly Row[], order: string | undefined): (id: number) => boolean {
  if (!order) return id => id < row.id
  // What is changed stands among the rows as it has become.
  return id => id !== row.id && compared(rows[position(rows, id)]!, row, order) < 0
}

/** How the value under a key is read off a row, and the field in whose order the ids are kept, if not in their own. */
interface Reading {
  readonly value: (row: Row) => unknown
  readonly order: string | undefined
}

const readings = new Map<string, Reading>()

function reading(key: string): Reading {
  let reading = readings.get(key)
  if (!reading) {
    const [fields, order] = key.split('>') as [string, string | undefined]
    const [field, other] = fields.split('+') as [keyof Row | '', keyof Row | undefined]
    const value: Reading['value'] =
      field === '' ? () => all : other === undefined ? row => row[field] : row => pair(row[field], row[other])
    readings.set(key, (reading = { value, order }))
  }
  return reading
}

/** The value under which all rows are, where a key names no field. */
export const all = true

/** Two values as one; the first, an id, has no blank. */
export const pair = (one: unknown, other: unknown): string => `${one} ${other}`
