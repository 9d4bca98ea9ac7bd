import { type Buckets, bucketsOf, isStill, orderOf, type Reading, readingOf } from './buckets.ts'
import { countBefore, type Ids, ManyIds, putIn, tooMany } from './ids.ts'
import type { Key, Row, Table } from './table.ts'

/** Stands for who alone holds something, and so may change it in place; a fork makes both sides somebody else. */
type Owner = object

/** Ids by value: as they were when it was made, which stays so, and over them those that have changed since. */
interface Index {
  readonly reading: Reading
  readonly base: Buckets
  readonly over: Map<unknown, Bucket>
  readonly owner: Owner
}

interface Bucket {
  readonly ids: number[] | ManyIds
  readonly owner: Owner
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
  /** The indexes of each table: a handful, and so found one by one. Shared with forks until one changes. */
  readonly #byTable: Map<string, readonly Index[]>
  #owner: Owner = {}

  constructor(byTable: ReadonlyMap<string, readonly Index[]> = new Map()) {
    this.#byTable = new Map(byTable)
  }

  fork(): Indexes {
    this.#owner = {}
    for (const [table, indexes] of this.#byTable)
      if (indexes.some(isOften))
        this.#byTable.set(
          table,
          indexes.map(it => (isOften(it) ? merged(it) : it)),
        )
    return new Indexes(this.#byTable)
  }

  /** The ids of the rows that have a value under a key, in order; none have one that is undefined. */
  ids<R extends Row>(table: Table<R>, rows: readonly R[], key: Key<R>, value: unknown): Ids {
    return idsOf(this.#index(table.name, key) ?? this.#made(table, rows, key), value)
  }

  /** Makes all indexes of a table of whose rows a copy is about to change: so they serve all that share the rows as well. */
  prepare<R extends Row>(table: Table<R>, rows: readonly R[]): void {
    for (const key of table.by) if (!this.#index(table.name, key)) this.#made(table, rows, key)
  }

  /** Takes note of a row among these that was added (no `before`), changed, or taken away (no `after`). */
  change(table: string, rows: readonly Row[], before: Row | undefined, after: Row | undefined): void {
    // They are no longer what something may have been made of.
    made.delete(rows)
    const indexes = this.#byTable.get(table) ?? []
    for (let place = 0; place < indexes.length; place++) {
      const { reading } = indexes[place]!
      if (before && after && isStill(reading, before, after)) continue
      const index = this.#toChange(table, place)
      const [left, come] = [before && reading.value(before), after && reading.value(after)]
      if (left !== undefined) {
        const ids = this.#bucket(index, left)
        const comesBefore = orderOf(before!, rows, reading.order)
        if (ids instanceof ManyIds) ids.take(comesBefore)
        else ids.splice(countBefore(ids, comesBefore), 1)
      }
      if (come !== undefined) {
        const ids = this.#bucket(index, come)
        const comesBefore = orderOf(after!, rows, reading.order)
        if (ids instanceof ManyIds) ids.add(after!.id, comesBefore)
        else putIn(ids, after!.id, comesBefore)
      }
    }
  }

  /** Takes note of many rows that were taken away. */
  removed(table: string, rows: readonly Row[]): void {
    const count = this.#byTable.get(table)?.length ?? 0
    for (let place = 0; place < count; place++) {
      const index = this.#toChange(table, place)
      for (const [value, ids] of bucketsOf(rows, index.reading)) {
        const gone = new Set(ids.slice())
        const left = idsOf(index, value)
          .slice()
          .filter(id => !gone.has(id))
        const kept = left.length > tooMany ? ManyIds.of(left) : left
        index.over.set(value, { ids: kept, owner: this.#owner })
      }
    }
  }

  /** Forgets all indexes of a table; the next questions make them again. */
  forget(table: string): void {
    this.#byTable.delete(table)
  }

  #index(table: string, key: string): Index | undefined {
    const indexes = this.#byTable.get(table)
    if (indexes) for (const index of indexes) if (index.reading.key === key) return index
    return undefined
  }

  #made<R extends Row>(table: Table<R>, rows: readonly R[], key: Key<R>): Index {
    // Only these are kept up to date.
    if (!table.by.includes(key)) throw new Error(`${table.name} is not looked up by ${key}`)
    const reading = readingOf(key)
    let ofRows = made.get(rows)
    if (!ofRows) made.set(rows, (ofRows = new Map()))
    let base = ofRows.get(key)
    if (!base) ofRows.set(key, (base = bucketsOf(rows, reading)))
    const index = { reading, base, over: new Map(), owner: this.#owner }
    this.#byTable.set(table.name, [...(this.#byTable.get(table.name) ?? []), index])
    return index
  }

  /** An index of which the changes are held here alone. */
  #toChange(table: string, place: number): Index {
    const indexes = this.#byTable.get(table)!
    const index = indexes[place]!
    if (index.owner === this.#owner) return index
    const copy = { ...index, over: new Map(index.over), owner: this.#owner }
    this.#byTable.set(table, indexes.with(place, copy))
    return copy
  }

  /** The ids that have a value, held here alone. */
  #bucket(index: Index, value: unknown): number[] | ManyIds {
    const changed = index.over.get(value)
    const known = changed?.ids ?? (index.base.get(value) as number[] | ManyIds | undefined) ?? []
    const isMany = known.length > tooMany && !(known instanceof ManyIds)
    if (changed?.owner === this.#owner && !isMany) return known
    const copy = known instanceof ManyIds ? known.copy() : isMany ? ManyIds.of(known) : known.slice()
    index.over.set(value, { ids: copy, owner: this.#owner })
    return copy
  }
}

const idsOf = ({ base, over }: Index, value: unknown): Ids => over.get(value)?.ids ?? base.get(value) ?? none

const isOften = ({ over }: Index): boolean => over.size > mostChanges

/** An index with all its changes made; those who share it change it no more. */
function merged({ reading, base, over }: Index): Index {
  const buckets = new Map(base)
  for (const [value, { ids }] of over) {
    if (ids.length > 0) buckets.set(value, ids)
    else buckets.delete(value)
  }
  return { reading, base: buckets, over: new Map(), owner: {} }
}
