import type { Document, Schema } from '../document.ts'

/** One difference between two contracts, as a client would feel it. */
export interface Change {
  /** A client that works with the first may fail, or be misled, with the second. */
  readonly breaking: boolean
  readonly place: string
  readonly what: string
}

/** The two contracts, and the parts that are compared already. */
export interface Sides {
  readonly from: Document
  readonly to: Document
  readonly compared: Set<string>
}

/** What a schema is about: values that a client reads, or values that it sends. */
export type Way = 'answered' | 'sent'

/** Where a comparison of schemas stands. */
export interface Spot {
  readonly way: Way
  /** What holds the schema: `GET /version 200`. */
  readonly base: string
  /** From there into the value: `/items/web_url`. */
  readonly path: string
  /** The pairs of schemas around it, so that those that hold themselves come to an end. */
  readonly within: readonly (readonly [Schema, Schema])[]
}

/** What a change does to the values of a schema: more, fewer, others instead, or all as before. */
export type Effect = 'wider' | 'narrower' | 'other' | 'same'

/** A client must be ready for all that it reads, and a server for all that it is sent. */
const breaks: Record<Way, readonly Effect[]> = { answered: ['wider', 'other'], sent: ['narrower', 'other'] }

/** A change of the values at a spot. */
export const tell = ({ way, base, path }: Spot, effect: Effect, what: string): Change => ({
  breaking: breaks[way].includes(effect),
  place: path ? `${base} ${path}` : base,
  what,
})

/** Whether clients are asked to leave a part alone: what it does is not changed by that. */
export const deprecation = (was = false, is = false): string[] =>
  was === is ? [] : [is ? 'is deprecated now' : 'is no longer deprecated']

/** Where a comparison of schemas begins. */
export const spotAt = (way: Way, base: string): Spot => ({ way, base, path: '', within: [] })

/** The spot one step further into the value. */
export const into = (spot: Spot, step: string): Spot => ({ ...spot, path: `${spot.path}/${step}` })

/** True when first asked of a part that many refer to, so that what changed there is told once. */
export function isFirst({ compared }: Sides, part: string): boolean {
  const first = !compared.has(part)
  compared.add(part)
  return first
}

/** Some of the wordings that depend on who says the value. */
export const words = {
  answered: {
    gone: 'is no longer answered',
    added: 'is answered now',
    needed: 'is always there now',
    spared: 'is not always there now',
    may: (values: string) => `may be ${values} now`,
    always: (values: string) => `is always ${values} now`,
    never: (values: string) => `is never ${values} now`,
  },
  sent: {
    gone: 'is no longer taken',
    added: 'is taken now',
    needed: 'is required now',
    spared: 'may be left out now',
    may: (values: string) => `takes ${values} now`,
    always: (values: string) => `takes only ${values} now`,
    never: (values: string) => `no longer takes ${values}`,
  },
} as const

/** Several things in a sentence: `a, b or c`. */
export const listed = (things: readonly string[], last = 'or'): string =>
  [things.slice(0, -1).join(', '), things.at(-1)].filter(Boolean).join(` ${last} `)
