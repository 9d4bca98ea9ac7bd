import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Operation } from '../contract/contract.ts'
import { coerce } from './coerce.ts'
import type { Exchange } from './exchange.ts'
import { type Misfit, misfitOf } from './misfit.ts'
import { nearest } from './nearest.ts'
import type { Params } from './rack.ts'
import { Refusal, refuse } from './reason.ts'
import { frozen } from './target.ts'

type Problem = Refusal['problems'][number]

/**
 * Takes out of the bag what the operation knows, in its types and with its defaults. Refuses the first attribute that
 * is missing, else everything that is not as it should be. What the operation doesn't know is left and noted.
 */
export function validate(exchange: Exchange): void {
  const { operation, bag, contract, target } = exchange
  // Nothing else was sent than the target, so that it comes to the same each time.
  const isOfTarget = bag === target.bag
  if (isOfTarget && target.params) {
    exchange.params = target.params
    return
  }
  const { conduct } = contract
  refuseUnknown(exchange)
  const params: Params = {}
  const missed: string[] = []
  let present = 0
  for (const { name, schema, required } of operation.attributes.values()) {
    const given = name in bag
    if (given) present++
    const value = given ? coerce(bag[name], schema, contract) : undefined
    if (required && conduct.blankIsMissing && (isBlank(value) || isBlank(bag[name]))) missed.push(name)
    else if (value !== undefined) params[name] = value
    else if (schema.default !== undefined) params[name] = schema.default
    else if (required && given && conduct.nullIsGiven && schema.type === 'string') params[name] = ''
    else if (required) missed.push(name)
  }
  if (missed.length > 0 && !conduct.tellsEveryProblem) throw new Refusal([missing(missed[0]!)])
  const holds = contract.attributesValidator(operation)
  const errors = holds(params) ? [] : holds.errors!
  if (missed.length > 0 || errors.length > 0) throw new Refusal(problemsOf(missed, errors, exchange))
  if (operation.bodyRequired.length > 0 && !operation.bodyRequired.some(name => Object.hasOwn(bag, name)))
    throw refuse('nothingGiven', { attributes: operation.bodyRequired.join(', ') })
  exchange.params = params
  if (Object.keys(bag).length > present) noteUnknown(exchange)
  else if (isOfTarget) target.params = frozen(params)
}

/** Before all else: what is missing was most likely sent under that name. */
function refuseUnknown({ api, operation, bag, contract }: Exchange): void {
  if (!operation.closed && !contract.conduct.refusesUnknown) return
  const known = [...operation.attributes.keys()]
  const stray = Object.keys(bag).find(name => !known.includes(name) && !api.everywhere.includes(name))
  if (stray !== undefined) throw refuse('unknown', { attribute: stray, known: known.join(', ') || 'none' })
}

const missing = (attribute: string): Problem => ({ reason: 'missing', facts: { attribute } })

/** As Ruby has it: what is empty, or only blanks, or false. */
function isBlank(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === ''
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === false
}

/** At most one problem an attribute: what is said of its parts would only repeat it. */
function problemsOf(
  missed: readonly string[],
  errors: readonly ErrorObject[],
  { operation, contract }: Exchange,
): Problem[] {
  const problems = new Map(missed.map(name => [name, missing(name)]))
  const properties = Object.fromEntries([...operation.attributes].map(([name, { schema }]) => [name, schema]))
  for (const error of errors) {
    const attribute = error.instancePath.split('/')[1] ?? ''
    if (problems.has(attribute)) continue
    const misfit = misfitOf(error, { properties }, contract.document, 1)
    problems.set(attribute, problemOf(attribute, error, misfit))
  }
  return contract.conduct.tellsEveryProblem ? inTurn(problems, operation) : [...problems.values()]
}

/** Told of the record to be, and only when all that was sent can be read. */
const ofTheRecord = ['tooLong', 'blank']

/** Problems in the order in which the operation declares its attributes; those of the request before the record's. */
function inTurn(problems: Map<string, Problem>, { attributes }: Operation): Problem[] {
  const sorted = [...attributes.keys()].flatMap(name => problems.get(name) ?? [])
  const ofTheRequest = sorted.filter(({ reason }) => !ofTheRecord.includes(reason))
  return ofTheRequest.length > 0 ? ofTheRequest : sorted
}

function problemOf(attribute: string, { keyword, params }: ErrorObject, { part, clause }: Misfit): Problem {
  const problem = part === '' ? clause : `${part} ${clause}`
  if (keyword === 'enum') return { reason: 'notAllowed', facts: { attribute, problem } }
  if (keyword === 'maxLength')
    return { reason: 'tooLong', facts: { attribute, maximum: params.limit, problem } }
  if (keyword === 'minLength') return { reason: 'blank', facts: { attribute, problem } }
  return { reason: 'invalid', facts: { attribute, problem } }
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
