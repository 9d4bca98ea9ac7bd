import { createChance } from '../../store/clock.ts'

/** Chance in the forms in which rows are made of it. */
export interface Draw {
  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number
  one<T>(items: readonly T[]): T
  /** Whether something is so that is so in this share of all cases. */
  isSo(share: number): boolean
  /** A whole number from 0 up to, but not, `limit`, the small ones far more often. */
  early(limit: number): number
  /** A whole number from 0 up to, but not, `limit`, the great ones far more often. */
  late(limit: number): number
  /** So many lower-case hexadecimal digits: an even number, 64 at most. */
  hex(digits: number): string
}

/** Draws that repeat themselves for the same seed. */
export function createDraw(seed: number): Draw {
  const { fraction } = createChance(seed)
  // Digits come from here in one piece: text put together from parts takes four times the memory.
  const bytes = Buffer.alloc(32)
  const cube = () => {
    const share = fraction()
    return share * share * share
  }
  const below = (limit: number) => Math.floor(fraction() * limit)
  return {
    below,
    one: items => items[below(items.length)]!,
    isSo: share => fraction() < share,
    early: limit => Math.floor(limit * cube()),
    late: limit => Math.ceil(limit * (1 - cube())) - 1,
    hex: digits => {
      for (let byte = 0; byte < digits / 2; byte += 4) bytes.writeUInt32LE(below(2 ** 32), byte)
      return bytes.toString('hex', 0, digits / 2)
    },
  }
}

/** Things as often as their weights say, to draw one of. */
export const bag = <T>(...weighted: readonly (readonly [weight: number, thing: T])[]): readonly T[] =>
  weighted.flatMap(([weight, thing]) => Array<T>(weight).fill(thing))
