import { all, pair } from './buckets.ts'
import type { Ids } from './ids.ts'
import { Indexes } from './indexes.ts'
import { holds, type Pretence } from './pretended.ts'
import { type Listing, position, type Row, type Table } from './table.ts'

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

/** A table whose rows are held here alone, and so may be changed in place. */
interface Own {
  readonly rows: Row[]
  /** Stands for the rows as they are by now, once somebody has asked for that. */
  version: object | undefined
}

/** The tables of a world, and how rows are found in them. */
export class Tables {
  readonly data: WorldData
  /**
   * Stands for all that is in the tables by now, and all that they pretend: the same in a fork, another object after each
   * change. Whatever changes `data.tables` or `data.pretended` must put a new one here.
   */
  state: object
  protected readonly indexes: Indexes
  protected readonly own = new Map<string, Own>()
  readonly #empty = {}

  constructor(data: WorldData, indexes = new Indexes(), state: object = {}) {
    this.data = data
    this.indexes = indexes
    this.state = state
  }

  /** All rows of a table, by id. */
  rows<R extends Row>(table: Table<R>): readonly R[] {
    return (this.data.tables[table.name] ?? []) as readonly R[]
  }

  /** What stays the same, in all worlds that share its rows, as long as a table does. */
  version<R extends Row>({ name }: Table<R>): object {
    const own = this.own.get(name)
    if (!own) return this.data.tables[name] ?? this.#empty
    own.version ??= {}
    return own.version
  }

  tableNames(): string[] {
    return Object.keys(this.data.tables)
  }

  get<R extends Row>(table: Table<R>, id: number | null | undefined): R | undefined {
    const rows = this.rows(table)
    if (id === undefined || id === null || rows.length === 0) return undefined
    // Ids are given out one by one: most rows stand as far from the last one as their ids tell.
    const likely = rows.length - 1 - (rows[rows.length - 1]!.id - id)
    // Not asked for below zero: that is no index but the name of a property, and takes as long as all the rest.
    if (likely >= 0 && rows[likely]?.id === id) return rows[likely]
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
    return this.#listing(table, this.indexes.ids(table, this.rows(table), key, value))
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

  /** The id that the next row of a table gets: the one that was set, or the first free one behind it. */
  nextId<R extends Row>(table: Table<R>): number {
    let id = this.data.next[table.name] ?? (this.rows(table).at(-1)?.id ?? 0) + 1
    for (;;) {
      const pretence = this.pretenceWith(table, id)
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
    this.state = {}
    this.data.pretended = pretences.length > 0 ? { ...others, [table.name]: pretences } : others
  }

  protected pretenceWith<R extends Row>(table: Table<R>, id: number): Pretence | undefined {
    return this.data.pretended?.[table.name]?.find(it => holds(it, id))
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
    if (!other) return this.indexes.ids(table, rows, field, value)
    return this.indexes.ids(table, rows, `${field}+${other[0]}`, pair(value, other[1]))
  }
}
