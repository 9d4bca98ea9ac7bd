/** The only source of time and chance: nothing else in the house calls Date or Math.random. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** GitLab's form of an instant: UTC with milliseconds. */
  iso(): string
}

/** The machine's clock, or one that stands still at an instant. */
export function createClock(standing?: number): Clock {
  const now = standing === undefined ? () => Date.now() : () => standing
  return { now, iso: () => new Date(now()).toISOString() }
}

/** Chance that repeats itself for the same seed. */
export interface Chance {
  /** So many lower-case hexadecimal digits. */
  hex(digits: number): string
  /** A random (version 4) UUID. */
  uuid(): string
}

/** A sequence of 32-bit numbers by mulberry32: small, fast, and good enough for tokens nobody guards. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const hex = (digits: number) => {
    let text = ''
    while (text.length < digits) text += next().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }
  const uuid = () => {
    const variant = '89ab'[next() & 3]
    return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`
  }
  return { hex, uuid }
}
