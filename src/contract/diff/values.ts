import { isDeepStrictEqual } from 'node:util'
import type { Alternative, Rules } from './alternatives.ts'
import { type Change, deprecation, type Effect, listed, type Spot, tell, words } from './change.ts'

/** The kinds of values in a sentence. */
export const kindNames: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
  object: 'an object',
  array: 'a list',
  null: 'null',
}

/** Alternatives in a sentence: by their values, else by the names that the document gives them, else by their kinds. */
export function inWords(alternatives: readonly Alternative[]): string {
  const names = alternatives.flatMap(({ kind, rules, $ref }) => {
    if (kind !== 'null' && rules.enum) return rules.enum.map(value => JSON.stringify(value))
    const name = kindNames[kind] ?? kind
    return $ref ? `${name} (${$ref.split('/').at(-1)})` : name
  })
  return listed([...new Set(names)])
}

/** Alternatives that came; none is no change. */
export const widened = (spot: Spot, added: readonly Alternative[]): Change[] =>
  added.length > 0 ? [tell(spot, 'wider', words[spot.way].may(inWords(added)))] : []

/** Alternatives that went; none is no change. */
export const narrowed = (spot: Spot, gone: readonly Alternative[]): Change[] =>
  gone.length > 0 ? [tell(spot, 'narrower', words[spot.way].never(inWords(gone)))] : []

/** Alternatives of which nothing stayed but, perhaps, null. */
export function replaced(spot: Spot, gone: readonly Alternative[], added: readonly Alternative[]): Change[] {
  const values = (them: readonly Alternative[]) => them.filter(({ kind }) => kind !== 'null')
  const [lost, found] = [values(gone), values(added)]
  if (lost.length === 0 || found.length === 0) return [...widened(spot, added), ...narrowed(spot, gone)]
  const nulls = (them: readonly Alternative[]) => them.filter(({ kind }) => kind === 'null')
  return [
    tell(spot, 'other', `is ${inWords(found)} now, not ${inWords(lost)}`),
    ...widened(spot, nulls(added)),
    ...narrowed(spot, nulls(gone)),
  ]
}

/** Which values there may be, where they are told one by one; and whether numbers are whole. */
export function compareListed(spot: Spot, from: Alternative, to: Alternative): Change[] {
  const [before, after] = [from.rules.enum, to.rules.enum]
  const text = (values: unknown[]) => listed(values.map(value => JSON.stringify(value)))
  if (before && after) {
    const added = after.filter(value => !includes(before, value))
    const gone = before.filter(value => !includes(after, value))
    return [
      ...(added.length > 0 ? [tell(spot, 'wider', words[spot.way].may(text(added)))] : []),
      ...(gone.length > 0 ? [tell(spot, 'narrower', words[spot.way].never(text(gone)))] : []),
    ]
  }
  if (after) return [tell(spot, 'narrower', words[spot.way].always(text(after)))]
  if (before) return [tell(spot, 'wider', words[spot.way].may(`other than ${text(before)}`))]
  if (from.kind === to.kind) return []
  if (to.kind === 'number') return [tell(spot, 'wider', words[spot.way].may('a fraction'))]
  return [tell(spot, 'narrower', words[spot.way].never('a fraction'))]
}

const includes = (values: readonly unknown[], value: unknown) =>
  values.some(other => isDeepStrictEqual(other, value))

const ceiling = (before: unknown, after: unknown): Effect =>
  Number(after) > Number(before) ? 'wider' : 'narrower'
const floor = (before: unknown, after: unknown): Effect =>
  Number(after) < Number(before) ? 'wider' : 'narrower'
const another = (): Effect => 'other'

/** What a keyword does when it goes from one value to another. */
const moves: Readonly<Record<string, typeof ceiling>> = {
  maxLength: ceiling,
  maximum: ceiling,
  exclusiveMaximum: ceiling,
  maxItems: ceiling,
  maxProperties: ceiling,
  minLength: floor,
  minimum: floor,
  exclusiveMinimum: floor,
  minItems: floor,
  minProperties: floor,
  format: another,
  pattern: another,
}
/** What is compared elsewhere. */
const structure = ['enum', 'properties', 'required', 'additionalProperties', 'items']

/** What is asked of a value beyond its kind and its parts. */
export const compareKeywords = (spot: Spot, from: Rules, to: Rules): Change[] =>
  Object.keys({ ...from, ...to }).flatMap(keyword => {
    const [before, after] = [from, to].map(rules => asked(keyword, rules[keyword]))
    if (structure.includes(keyword) || isDeepStrictEqual(before, after)) return []
    const move = moves[keyword]
    if (!move) return [tell(spot, 'other', `has another ${keyword} now`)]
    if (after === undefined) return [tell(spot, 'wider', `has no ${keyword} now`)]
    const what = `has the ${keyword} ${after} now`
    if (before === undefined) return [tell(spot, 'narrower', what)]
    return [tell(spot, move(before, after), `${what}, not ${before}`)]
  })

/** A length of at least 0 asks nothing. */
const asked = (keyword: string, value: unknown) =>
  /^min[LIP]/.test(keyword) && value === 0 ? undefined : value

/** What an attribute is that is left out. */
export function compareDefaults(spot: Spot, before: unknown, after: unknown): Change[] {
  if (isDeepStrictEqual(before, after)) return []
  const was = before === undefined ? '' : `, not ${JSON.stringify(before)}`
  const what =
    after === undefined ? 'has no default now' : `is ${JSON.stringify(after)} now where it is left out`
  return [tell(spot, 'other', what + was)]
}

/** Whether one of those that speak of a value asks clients to leave it alone. */
export function compareMarks(spot: Spot, from: readonly object[], to: readonly object[]): Change[] {
  const [was, is] = [from, to].map(them => them.some(it => (it as Rules).deprecated === true))
  return deprecation(was, is).map(what => tell(spot, 'same', what))
}

/** Fields that come in another order: not felt, but seen. */
export function compareOrder(spot: Spot, from: Rules, to: Rules): Change[] {
  const [before, after] = [from, to].map(({ properties = {} }) => Object.keys(properties))
  const common = (names: string[], others: string[]) => names.filter(name => others.includes(name)).join('\n')
  const same = spot.way === 'sent' || common(before!, after!) === common(after!, before!)
  return same ? [] : [tell(spot, 'same', 'has its fields in another order now')]
}
