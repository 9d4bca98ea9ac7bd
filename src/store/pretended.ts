import type { Listing } from './table.ts'

/** Rows of a table that nobody stores: each is made when it is asked for, by its place among them. */
export interface Pretence {
  /** The id of the first one; the others follow without a gap. */
  readonly first: number
  readonly count: number
  /** What all of them have in common, such as their project. */
  readonly fields: Readonly<Record<string, number | null>>
  /** The time in which they came about, one after the other, in milliseconds since 1970. */
  readonly from: number
  readonly until: number
}

/** Whether an id is one of the pretended. */
export const holds = ({ first, count }: Pretence, id: number): boolean => id >= first && id < first + count

/** When the row at a place came about, in milliseconds since 1970. */
export const instantOf = ({ count, from, until }: Pretence, place: number): number =>
  from + Math.floor(((place + 1) * (until - from)) / (count + 1))

/**
 * The places from `from` up to, but not, `to` that pass, where what passes repeats itself after so many of them: counted
 * and found by arithmetic, however many there are.
 */
export function places(
  from: number,
  to: number,
  period: number,
  passes: (place: number) => boolean,
): Listing<number> {
  const passing = Array.from({ length: period }, (_, place) => place).filter(passes)
  const before = (end: number) =>
    Math.floor(end / period) * passing.length + passing.filter(place => place < end % period).length
  const skipped = before(from)
  const count = to > from ? before(to) - skipped : 0
  const within = (place: number) => Math.min(count, Math.max(0, place))
  const at = (number: number) =>
    Math.floor(number / passing.length) * period + passing[number % passing.length]!
  return {
    count,
    slice: (low, high) =>
      Array.from({ length: Math.max(0, within(high) - within(low)) }, (_, place) =>
        at(skipped + within(low) + place),
      ),
  }
}

/** A listing of what is made of each item, when it is asked for. */
export const mapped = <T, U>(items: Listing<T>, make: (item: T) => U): Listing<U> => ({
  count: items.count,
  slice: (low, high) => items.slice(low, high).map(make),
})

/** Listings one behind the other. */
export const joined = <T>(parts: readonly Listing<T>[]): Listing<T> => ({
  count: parts.reduce((sum, { count }) => sum + count, 0),
  slice: (low, high) => {
    let start = 0
    return parts.flatMap(part => {
      const [from, to] = [Math.max(0, low - start), Math.max(0, high - start)]
      start += part.count
      return part.slice(from, to)
    })
  },
})
