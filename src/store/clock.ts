/** The only source of time and chance: nothing else in the house calls Date or Math.random. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** GitLab's form of an instant: UTC with milliseconds. */
  iso(): string
  /** Whether it stands still. */
  stands(): boolean
  /** Stands still at an instant from now on. */
  stop(at: number): void
  /** Goes so many milliseconds on, or back; one that stands still stands there. */
  advance(by: number): void
  /** Goes on from where it is, as fast as the machine's. */
  run(): void
  /** A clock that shows the same, and goes its own way from here. */
  fork(): Clock
  /** What `createClock` needs to go on from here. */
  state(): { readonly standing?: number; readonly ahead: number }
}

/** The first and the last instant that can be told as all APIs do: with four digits for the year. */
const [earliest, latest] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')]

const within = (at: number) => Math.min(latest, Math.max(earliest, at))

/** GitLab's form of an instant, in milliseconds since 1970; the end of time where it is beyond. */
export const instantText = (at: number): string => new Date(within(at)).toISOString()

/** Whether a day such as `2020-02-29` is in the calendar: Date takes the 30th of February for the 1st of March. */
export function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${day}T`)
}

/** Milliseconds since 1970 of an instant in any form that Date reads; nothing where there is no such instant. */
export function instantIn(text: string): number | undefined {
  const [day] = /^\d{4}-\d\d-\d\d/.exec(text) ?? []
  const at = Date.parse(text)
  return Number.isNaN(at) || (day !== undefined && !isDay(day)) ? undefined : at
}

/** The machine's clock, or one that stands still at an instant. */
export function createClock(standing?: number, ahead = 0): Clock {
  let stopped = standing
  let offset = ahead
  const now = () => stopped ?? within(Date.now() + offset)
  // One request may ask for it many times.
  let told = { at: Number.NaN, text: '' }
  return {
    now,
    iso: () => {
      const at = now()
      if (at !== told.at) told = { at, text: instantText(at) }
      return told.text
    },
    stands: () => stopped !== undefined,
    stop: at => {
      stopped = within(at)
    },
    advance: by => {
      if (stopped === undefined) offset = within(now() + by) - Date.now()
      else stopped = within(stopped + by)
    },
    run: () => {
      offset = now() - Date.now()
      stopped = undefined
    },
    fork: () => createClock(stopped, offset),
    state: () => ({ standing: stopped, ahead: offset }),
  }
}

let dated = { second: Number.NaN, text: '' }

/** An instant as HTTP's Date has it; most requests of a second share one text. */
export function httpDate(at: number): string {
  const second = Math.floor(at / 1000)
  if (second !== dated.second) dated = { second, text: new Date(at).toUTCString() }
  return dated.text
}

/** Chance that repeats itself for the same seed. */
export interface Chance {
  /** So many lower-case hexadecimal digits. */
  hex(digits: number): string
  /** A random (version 4) UUID. */
  uuid(): string
  /** A number from 0 up to, but not, 1. */
  fraction(): number
  /** Chance that goes on as this one would. */
  fork(): Chance
  /** The seed with which `createChance` goes on from here. */
  state(): number
}

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const eightDigits = (bits: number) =>
  pairs[bits >>> 24]! + pairs[(bits >>> 16) & 255] + pairs[(bits >>> 8) & 255] + pairs[bits & 255]

const fourDigits = (bits: number) => pairs[(bits >>> 8) & 255]! + pairs[bits & 255]

const threeDigits = (bits: number) => '0123456789abcdef'[(bits >>> 8) & 15]! + pairs[bits & 255]

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
    while (text.length < digits) text += eightDigits(next())
    return text.slice(0, digits)
  }
  const uuid = () => {
    const variant = '89ab'[next() & 3]!
    const [first, second, third, fourth] = [next(), next(), next(), next()]
    // Not cut out of a longer text: each request has one.
    return (
      `${eightDigits(first)}-${fourDigits(second >>> 16)}-4${threeDigits(second)}-` +
      `${variant}${threeDigits(third >>> 16)}-${fourDigits(third)}${eightDigits(fourth)}`
    )
  }
  return { hex, uuid, fraction: () => next() / 2 ** 32, fork: () => createChance(state), state: () => state }
}
