import { type Document, resolve, type Schema } from '../document.ts'
import { type Alternative, alternativesOf, isAkinTo, pairsOf, type Rules } from './alternatives.ts'
import { type Change, into, isFirst, type Sides, type Spot, spotAt, tell, type Way, words } from './change.ts'
import {
  compareDefaults,
  compareKeywords,
  compareListed,
  compareMarks,
  compareOrder,
  inWords,
  narrowed,
  replaced,
  widened,
} from './values.ts'

/** What an object may hold, or an operation take. */
export interface Fields {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
}

/** How the values of a schema change. A schema that both contracts call by one name is compared there, and once. */
export function compareSchemas(sides: Sides, spot: Spot, from: Schema, to: Schema): Change[] {
  const before = resolve(sides.from, from)
  const after = resolve(sides.to, to)
  if (spot.within.some(pair => pair[0] === before && pair[1] === after)) return []
  const within = [...spot.within, [before, after] as const]
  const $ref = from.$ref === to.$ref ? from.$ref : undefined
  // What is said beside a shared reference is said of this place alone.
  const marks = $ref ? compareMarks(spot, [from], [to]) : compareMarks(spot, [from, before], [to, after])
  if (!$ref) return [...marks, ...compareAlternatives(sides, { ...spot, within }, from, to)]
  if (!isFirst(sides, `${spot.way} ${$ref}`)) return marks
  const own = { ...spotAt(spot.way, $ref.slice(2)), within }
  marks.push(...compareMarks(own, [before], [after]))
  return [...marks, ...compareAlternatives(sides, own, before, after)]
}

function compareAlternatives(sides: Sides, spot: Spot, from: Schema, to: Schema): Change[] {
  const before = alternativesOf(sides.from, from)
  const after = alternativesOf(sides.to, to)
  const isAnything = (them: Alternative[]) => them.some(({ kind }) => kind === 'any')
  if (isAnything(after))
    return isAnything(before) ? [] : [tell(spot, 'wider', words[spot.way].may('anything'))]
  if (isAnything(before)) return [tell(spot, 'narrower', words[spot.way].always(inWords(after)))]
  // Only tried: what is told of shared schemas meanwhile counts as not yet told.
  const attempt = (way: Way, one: Alternative, other: Alternative) =>
    compareKinds({ ...sides, compared: new Set(sides.compared) }, { ...spot, way }, one, other)
  const split = pairsOf(before, after, (one, other) => attempt(spot.way, one, other).length)
  const gone = weighed(split.gone, one =>
    after.filter(isAkinTo(one)).map(other => attempt('sent', one, other)),
  )
  const added = weighed(split.added, other =>
    before.filter(isAkinTo(other)).map(one => attempt('answered', one, other)),
  )
  const stays = split.pairs.some(([{ kind }]) => kind !== 'null')
  return [
    ...split.pairs.flatMap(([one, other]) => compareKinds(sides, spot, one, other)),
    ...(stays
      ? [...widened(spot, added.counting), ...narrowed(spot, gone.counting)]
      : replaced(spot, gone.counting, added.counting)),
    ...[...widened(spot, added.minor), ...narrowed(spot, gone.minor)].map(it => ({ ...it, breaking: false })),
  ]
}

/**
 * Of the alternatives that only one side has, those that count: the values of the others are allowed by what the other
 * side has. Those may hold more than is known of there, though.
 */
function weighed(alternatives: readonly Alternative[], attempts: (it: Alternative) => Change[][]) {
  const counting: Alternative[] = []
  const minor: Alternative[] = []
  for (const it of alternatives) {
    const found = attempts(it)
    if (found.every(changes => changes.some(({ breaking }) => breaking))) counting.push(it)
    else if (/object|array/.test(it.kind) && found.every(changes => changes.length > 0)) minor.push(it)
  }
  return { counting, minor }
}

/** How two alternatives that are akin differ. */
function compareKinds(sides: Sides, spot: Spot, from: Alternative, to: Alternative): Change[] {
  const { $ref, rules: before } = from
  const { rules: after } = to
  if ($ref && $ref === to.$ref) return compareSchemas(sides, spot, { $ref }, { $ref })
  const changes = [...compareListed(spot, from, to), ...compareKeywords(spot, before, after)]
  if (from.kind === 'array')
    changes.push(...compareSchemas(sides, into(spot, 'items'), before.items ?? {}, after.items ?? {}))
  if (from.kind === 'object')
    changes.push(
      ...compareFields(sides, spot.way, before, after, name => into(spot, name)),
      ...compareFurther(sides, spot, before, after),
      ...compareOrder(spot, before, after),
    )
  return changes
}

/** What may be held, or must be: the fields of an object, the attributes of an operation, the headers of an answer. */
export function compareFields(
  sides: Sides,
  way: Way,
  from: Fields,
  to: Fields,
  spotOf: (name: string) => Spot,
): Change[] {
  const names = [from, to].flatMap(({ properties = {}, required = [] }) => [
    ...Object.keys(properties),
    ...required,
  ])
  return [...new Set(names)].flatMap(name => {
    const spot = spotOf(name)
    const [before, after] = [fieldOf(sides.from, way, from, name), fieldOf(sides.to, way, to, name)]
    const [was, is] = [from, to].map(({ required }) => required?.includes(name) === true)
    const needs = is && way === 'sent'
    if (!before && !after) return []
    if (!before)
      return [tell(spot, needs ? 'narrower' : 'same', needs ? words.sent.needed : words[way].added)]
    if (!after) return [tell(spot, 'other', words[way].gone)]
    const changes = compareSchemas(sides, spot, before, after)
    if (was && !is) changes.unshift(tell(spot, 'wider', words[way].spared))
    if (!was && is) changes.unshift(tell(spot, 'narrower', words[way].needed))
    if (!was && !is && way === 'sent')
      changes.push(...compareDefaults(spot, defaultOf(sides.from, before), defaultOf(sides.to, after)))
    return changes
  })
}

/** What is known of a field, if it may be there at all. */
function fieldOf(document: Document, way: Way, fields: Fields, name: string): Schema | undefined {
  const { properties = {}, required = [] } = fields
  if (!Object.hasOwn(properties, name)) return furtherOf(fields) ?? (required.includes(name) ? {} : undefined)
  const hidden = way === 'answered' ? 'writeOnly' : 'readOnly'
  const isHidden = (resolve(document, properties[name]!) as Rules)[hidden] === true
  return isHidden ? undefined : properties[name]
}

const defaultOf = (document: Document, schema: Schema) => schema.default ?? resolve(document, schema).default

/** The schema of fields that have no name of their own in it. */
function furtherOf({ additionalProperties: further }: Fields): Schema | undefined {
  const isSchema = typeof further === 'object' && further !== null && Object.keys(further).length > 0
  return isSchema ? (further as Schema) : undefined
}

function compareFurther(sides: Sides, spot: Spot, from: Fields, to: Fields): Change[] {
  const [before, after] = [furtherOf(from), furtherOf(to)]
  const [was, is] = [from, to].map(({ additionalProperties }) => additionalProperties !== false)
  if (was && is)
    return before || after ? compareSchemas(sides, into(spot, '*'), before ?? {}, after ?? {}) : []
  if (is) return [tell(spot, 'same', 'may hold further fields now')]
  return was ? [tell(spot, before ? 'other' : 'narrower', 'holds no further fields now')] : []
}
