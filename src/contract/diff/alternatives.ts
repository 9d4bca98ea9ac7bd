import { type Document, resolve, type Schema } from '../document.ts'

/** A schema of whatever keywords. */
export type Rules = Schema & { readonly [keyword: string]: unknown }

/** One kind of value that a schema allows, and what it asks of values of that kind. */
export interface Alternative {
  readonly kind: string
  readonly rules: Rules
  /** The reference by which the schema names it, and it alone. */
  readonly $ref: string | undefined
}

/** Keywords by which a schema allows neither more nor less. */
const remarks = /^(title|description|examples?|default|deprecated|readOnly|writeOnly|\$comment|x-.*)$/

/** Those, and the keywords that kinds are read from. */
const silent = new RegExp(`${remarks.source}|^(type|enum|const|\\$.*)$`)

/** Every kind of value that a schema allows, whether it tells them by `anyOf`, by `oneOf` or by a list of types. */
export function alternativesOf(document: Document, given: Schema, within: Schema[] = []): Alternative[] {
  const schema = resolve(document, given)
  // A choice that is its own member offers nothing new there.
  if (within.includes(schema) || within.length > 8) return []
  const rules = joined(document, schema)
  const choice = ['anyOf', 'oneOf'].find(keyword => rules[keyword])
  if (!choice) {
    const kinds = kindsOf(rules)
    const $ref = kinds.length > 1 ? undefined : given.$ref
    return kinds.map(kind => ({ kind, rules: ruled(rules, kind), $ref }))
  }
  const { [choice]: members, ...common } = rules
  const alone = Object.keys(common).every(keyword => remarks.test(keyword))
  const alternatives = (members as Schema[]).flatMap(member =>
    alternativesOf(document, alone ? member : { allOf: [common, member] }, [...within, schema]),
  )
  return united(alternatives)
}

/** Alternatives that do nothing but list values are one of each kind. */
function united(alternatives: Alternative[]): Alternative[] {
  const isList = ({ kind, rules, $ref }: Alternative) =>
    $ref === undefined && (kind === 'null' || Object.keys(rules).join() === 'enum')
  const kinds = new Set(alternatives.filter(isList).map(({ kind }) => kind))
  const lists = [...kinds].map(kind => {
    const values = alternatives.flatMap(it => (isList(it) && it.kind === kind ? (it.rules.enum ?? []) : []))
    return { kind, rules: kind === 'null' ? {} : { enum: values }, $ref: undefined }
  })
  return [...alternatives.filter(it => !isList(it)), ...lists]
}

/** What a schema and the members of its `allOf` ask together. */
function joined(document: Document, schema: Schema | boolean, within: Schema[] = []): Rules {
  // These two are schemas as well: anything, and nothing.
  if (typeof schema === 'boolean') return schema ? {} : { enum: [] }
  const { allOf = [], ...own } = schema as Rules
  if (within.includes(schema)) return own
  return allOf.map(part => joined(document, resolve(document, part), [...within, schema])).reduce(join, own)
}

function join(one: Rules, other: Rules): Rules {
  const both: Rules = { ...one, ...other }
  if (one.properties && other.properties) both.properties = { ...one.properties, ...other.properties }
  if (one.required && other.required) both.required = [...one.required, ...other.required]
  return both
}

/** What keywords are about, where no type is told; of a value of another kind they ask nothing. */
const about: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
}
const ruling = Object.values(about).flat()

function kindsOf(rules: Rules): string[] {
  const values = valuesOf(rules)
  if (rules.type !== undefined)
    return [rules.type].flat().filter(kind => !values || values.some(value => isOf(kind, value)))
  if (values) return [...new Set(values.map(kindOf))]
  return [Object.keys(about).find(kind => about[kind]!.some(keyword => keyword in rules)) ?? 'any']
}

/** The rules for one kind only: the keywords about it, what is about none, and the listed values of that kind. */
function ruled(rules: Rules, kind: string): Rules {
  const own = about[asNumber(kind)] ?? []
  const kept = Object.entries(rules).filter(
    ([keyword]) => own.includes(keyword) || !(ruling.includes(keyword) || silent.test(keyword)),
  )
  const values = kind === 'null' ? undefined : valuesOf(rules)?.filter(value => isOf(kind, value))
  return Object.fromEntries(values ? [...kept, ['enum', values]] : kept)
}

const valuesOf = (rules: Rules): unknown[] | undefined => ('const' in rules ? [rules.const] : rules.enum)

const isOf = (kind: string, value: unknown) =>
  kind === kindOf(value) || (kind === 'number' && typeof value === 'number')

/** The kind of a value, in a schema's words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

type Pair = readonly [before: Alternative, after: Alternative]

/**
 * Which alternative has become which: of one kind, and those first that differ least. What is left over was added or is
 * gone.
 */
export function pairsOf(
  before: readonly Alternative[],
  after: readonly Alternative[],
  distance: (one: Alternative, other: Alternative) => number,
): { pairs: Pair[]; gone: Alternative[]; added: Alternative[] } {
  const candidates = before.flatMap(one => after.filter(isAkinTo(one)).map(other => [one, other] as const))
  // Nothing is to be weighed where each has one that it may have become.
  const isPlain = [...before, ...after].every(it => candidates.filter(pair => pair.includes(it)).length < 2)
  const weighed = candidates.map(pair => ({ pair, distance: isPlain ? 0 : distance(...pair) }))
  const [gone, added] = [new Set(before), new Set(after)]
  const pairs = weighed
    .sort((one, other) => one.distance - other.distance)
    .flatMap(({ pair }) => {
      if (!gone.has(pair[0]) || !added.has(pair[1])) return []
      gone.delete(pair[0])
      added.delete(pair[1])
      return [pair]
    })
  return { pairs, gone: [...gone], added: [...added] }
}

/** Whether one alternative may have become another: whole numbers are numbers. */
export const isAkinTo =
  (one: Alternative) =>
  (other: Alternative): boolean =>
    asNumber(one.kind) === asNumber(other.kind)

const asNumber = (kind: string) => (kind === 'integer' ? 'number' : kind)
