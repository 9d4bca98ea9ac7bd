import type { Contract } from '../contract/contract.ts'
import { resolve, type Schema } from '../contract/document.ts'
import { isDay } from '../store/clock.ts'

const yes = ['1', 't', 'true', 'y', 'yes', 'on']
const no = ['0', 'f', 'false', 'n', 'no', 'off']

/**
 * A value in the type that its schema asks for, as GitLab reads texts: whole numbers, GitLab's words for yes and no,
 * dates, a single value where a list is asked for. `undefined` stands for a value that counts as not given; what can't
 * be read is left as it is, for the schema to refuse.
 */
export function coerce(value: unknown, given: Schema, contract: Contract): unknown {
  const schema = resolve(contract.document, given)
  if (schema.anyOf) return coerceToAny(value, schema.anyOf, contract)
  const types = schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type
  if (value === null) return types.includes('null') || types.length === 0 ? null : undefined
  if (types.includes('array')) return coerceItems(value, schema, types, contract)
  if (types.includes('object')) return coerceProperties(value, schema, contract)
  if (types.includes('string')) return coerceText(value, schema)
  // What may be anything is as it was sent.
  if (types.length === 0) return value
  if (value === '') return types.includes('null') ? null : undefined
  if (types.includes('integer')) return readWhole(value, contract)
  if (types.includes('number'))
    return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (types.includes('boolean')) return coerceWord(value)
  return value
}

function readWhole(value: unknown, { conduct }: Contract): unknown {
  if (typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value)) return Number(value)
  if (conduct.castsNumbers) return castWhole(value)
  const isFraction =
    typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d{1,15}\.\d*$/.test(value))
  return conduct.cutsFractions && isFraction ? Math.trunc(Number(value)) : value
}

/** As Ruby's `to_i` and the databases of old do; blanks are not given. */
function castWhole(value: unknown): unknown {
  if (typeof value === 'number') return Math.trunc(value)
  if (typeof value !== 'string') return value
  return value.trim() === '' ? undefined : Number(/^\s*([+-]?\d+)/.exec(value)?.[1] ?? 0)
}

function coerceWord(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const word = `${value}`.toLowerCase()
  return yes.includes(word) || (no.includes(word) ? false : value)
}

/** The first reading that a type of the alternatives is happy with. */
function coerceToAny(value: unknown, alternatives: Schema[], contract: Contract): unknown {
  for (const schema of alternatives) {
    const read = coerce(value, schema, contract)
    const type = Number.isInteger(read) ? 'integer' : typeof read
    if (type === resolve(contract.document, schema).type) return read
  }
  return value
}

function coerceItems(value: unknown, { items }: Schema, types: string[], contract: Contract): unknown {
  if (value === '') return []
  if (typeof value === 'string' && types.includes('string')) return value
  if (typeof value === 'object' && !Array.isArray(value)) return value
  const list = Array.isArray(value) ? value : [value]
  return items ? list.map(item => coerce(item, items, contract) ?? item) : list
}

function coerceProperties(value: unknown, { properties }: Schema, contract: Contract): unknown {
  if (value === '') return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !properties) return value
  const object: Record<string, unknown> = Object.create(null)
  for (const [name, given] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    object[name] = known ? coerce(given, known, contract) : given
  }
  return object
}

function coerceText(value: unknown, schema: Schema): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return value
  if (schema.format === 'date-time') return value === '' ? undefined : (readInstant(value) ?? value)
  if (schema.format === 'date') return value === '' ? undefined : value
  return value
}

const instant =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(?:\s*(Z|[+-]\d{2}:?\d{2})| (\d{2}:\d{2}))?$/i

/**
 * An ISO 8601 date as an instant in UTC. A `+` that was sent unencoded arrives as a blank; GitLab then takes the time
 * as UTC without a word, and so do we.
 */
function readInstant(text: string): string | undefined {
  const found = instant.exec(text.trim())
  if (!found) return undefined
  const [, date, time = '00:00', zone = 'Z'] = found
  const parsed = new Date(`${date}T${time}${zone}`)
  return Number.isNaN(parsed.getTime()) || !isDay(date!) ? undefined : parsed.toISOString()
}
