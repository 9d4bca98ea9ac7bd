/** A row of any table: immutable, known by a number that its table gives out once. */
export interface Row {
  readonly id: number
}

/** A table's name, the fields by which its rows are looked up, and (for the compiler only) their type. */
export interface Table<R extends Row> {
  readonly name: string
  readonly by: readonly (keyof R & string)[]
  readonly row?: R
}

/** The names of all tables that rooms have declared: fixtures of any other name would be read by nobody. */
export const declaredTables = new Set<string>()

/** Declares a table; `by` are the fields that get an index. */
export function table<R extends Row>(name: string, ...by: (keyof R & string)[]): Table<R> {
  declaredTables.add(name)
  return { name, by }
}

/** Where the row with an id is, or would be put, in rows sorted by id. */
export function position(rows: readonly Row[], id: number): number {
  let low = 0
  let high = rows.length
  // New rows come last: the common case needs no search.
  if (high === 0 || rows[high - 1]!.id < id) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle]!.id < id) low = middle + 1
    else high = middle
  }
  return low
}

/** A collection that is counted and cut without being made whole. */
export interface Listing<T> {
  readonly count: number
  slice(from: number, to: number): readonly T[]
}

/** An array as a listing. */
export const listing = <T>(rows: readonly T[]): Listing<T> => ({
  count: rows.length,
  slice: (from, to) => rows.slice(from, to),
})
