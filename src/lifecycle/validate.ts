import type { ErrorObject } from 'ajv/dist/2020.js'
import { coerce } from './coerce.ts'
import type { Exchange } from './exchange.ts'
import { nearest } from './nearest.ts'
import type { Params } from './rack.ts'
import { Refusal, refuse } from './reason.ts'

/**
 * Takes out of the bag what the operation knows, in its types and with its defaults. Refuses the first attribute that
 * is missing, else everything that is not as it should be. What the operation doesn't know is left and noted.
 */
export function validate(exchange: Exchange): void {
  const { operation, bag, contract } = exchange
  const params: Params = {}
  let present = 0
  for (const { name, schema, required } of operation.attributes.values()) {
    const given = Object.hasOwn(bag, name)
    if (given) present++
    const value = given ? coerce(bag[name], schema, contract.document) : undefined
    if (value !== undefined) params[name] = value
    else if (schema.default !== undefined) params[name] = schema.default
    else if (required) throw refuse('missing', { attribute: name })
  }
  const holds = contract.attributesValidator(operation)
  if (!holds(params)) throw new Refusal(problemsOf(holds.errors!))
  exchange.params = params
  if (Object.keys(bag).length > present) noteUnknown(exchange)
}

/** At most one problem an attribute: what is said of its parts would only repeat it. */
function problemsOf(errors: ErrorObject[]): Refusal['problems'] {
  const problems = new Map<string, Refusal['problems'][number]>()
  for (const error of errors) {
    const attribute = error.instancePath.split('/')[1] ?? ''
    if (!problems.has(attribute)) problems.set(attribute, problemOf(attribute, error))
  }
  return [...problems.values()]
}

function problemOf(attribute: string, { keyword, params }: ErrorObject): Refusal['problems'][number] {
  if (keyword === 'enum') return { reason: 'notAllowed', facts: { attribute } }
  if (keyword === 'maxLength') return { reason: 'tooLong', facts: { attribute, maximum: params.limit } }
  if (keyword === 'minLength') return { reason: 'blank', facts: { attribute } }
  return { reason: 'invalid', facts: { attribute } }
}

function noteUnknown({ api, operation, bag, notes }: Exchange): void {
  const known = [...operation.attributes.keys(), ...api.everywhere]
  for (const name of Object.keys(bag)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    notes.push(`unknown parameter "${name}"${meant ? `; did you mean "${meant}"?` : ''}`)
    // A request may carry thousands of them; a few remarks are enough.
    if (notes.length >= 5) return
  }
}
