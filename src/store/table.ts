/** A row of any table: immutable, known by a number that its table gives out once. */
export interface Row {
  readonly id: number
}

/**
 * A field by which rows are looked up, or two of them together; or how they are kept in the order of a field, those with
 * equal values by id: all of them (`>created_at`), or those of each value (`project_id>created_at`).
 */
export type Key<R> =
  | (keyof R & string)
  | `${keyof R & string}+${keyof R & string}`
  | `${string}>${keyof R & string}`

/** How one row stands to another in the order of a field; what has no value counts as the greatest, as in GitLab's database. */
export function compared(one: Row, other: Row, field: string): number {
  const [a, b] = [heldBy(one, field), heldBy(other, field)]
  if (a === b) return one.id - other.id
  return b === null || (a !== null && a < b) ? -1 : 1
}

/** What a row has in a field that others of its kind have. */
export const heldBy = (row: Row, field: string) =>
  (row as unknown as Record<string, string | number | null | undefined>)[field] ?? null

/** A table's name, the keys by which its rows are looked up, and (for the compiler only) their type. */
export interface Table<R extends Row> {
  readonly name: string
  readonly by: readonly Key<R>[]
  readonly row?: R
}

/** All tables that rooms have declared, by name: fixtures of any other name would be read by nobody. */
export const declaredTables = new Map<string, Table<Row>>()

/** Declares a table; `by` are the keys that get an index. */
export function table<R extends Row>(name: string, ...by: Key<R>[]): Table<R> {
  const declared = { name, by }
  declaredTables.set(name, declared as Table<Row>)
  return declared
}

/** Where an id is, or would be put, in ids or rows sorted by id. */
export function position(sorted: readonly (number | Row)[], id: number): number {
  let low = 0
  let high = sorted.length
  // New rows come last: the common case needs no search.
  if (high === 0 || idOf(sorted[high - 1]!) < id) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (idOf(sorted[middle]!) < id) low = middle + 1
    else high = middle
  }
  return low
}

const idOf = (it: number | Row) => (typeof it === 'number' ? it : it.id)

/** A collection that is counted and cut without being made whole. */
export interface Listing<T> {
  readonly count: number
  slice(from: number, to: number): readonly T[]
}

/** A listing from its end. */
export const reversed = <T>({ count, slice }: Listing<T>): Listing<T> => ({
  count,
  slice: (from, to) =>
    slice(Math.max(0, count - to), Math.max(0, count - from))
      .slice()
      .reverse(),
})

/** All of a listing. */
export const whole = <T>({ count, slice }: Listing<T>): readonly T[] => slice(0, count)

/** An array as a listing. */
export const listing = <T>(rows: readonly T[]): Listing<T> => ({
  count: rows.length,
  slice: (from, to) => rows.slice(from, to),
})

const chunk = 100

/** The first of a listing that passes; no more of it is looked at than it takes. */
export function firstOf<T>({ count, slice }: Listing<T>, passes: (it: T) => boolean): T | undefined {
  for (let from = 0; from < count; from += chunk) {
    const found = slice(from, from + chunk).find(passes)
    if (found !== undefined) return found
  }
  return undefined
}
