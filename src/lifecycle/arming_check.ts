import type { ValidateFunction } from 'ajv/dist/2020.js'
import type { Contract } from '../contract/contract.ts'
import type { Arming } from './arming.ts'
import { nearest } from './nearest.ts'
import { isForcible, reasonBy, scenariosOf } from './scenario_names.ts'

/** An API whose requests may be meant. */
export interface Known {
  readonly name: string
  readonly contract: Contract
}

/** What is wrong with a scenario that is to be armed: names that no contract knows; nothing where all is well. */
export function checkArming({ api, operation, answer }: Arming, apis: readonly Known[]): string | undefined {
  const named = apis.filter(({ name }) => api === undefined || name === api)
  const meant = named.filter(({ contract }) => operation === undefined || contract.operations.has(operation))
  if (meant.length === 0)
    return `there is no operation "${operation}"${hint(`${operation}`, named.flatMap(operationsOf))}`
  const { reason, code, status, body, headers = {} } = answer
  if ([reason, code, status ?? body].filter(it => it !== undefined).length > 1)
    return 'an answer has a code, or a reason, or a status and body of its own'
  const refusals = meant.map(({ contract }) => contract.refusals)
  if (reason !== undefined && !refusals.some(it => reasonBy(it, reason)))
    return `there is no reason "${reason}"${hint(reason, refusals.flatMap(namesOf))}`
  if (code !== undefined && !refusals.some(it => isForcible(it, code)))
    return `nothing is answered with ${code}`
  const framing = Object.keys(headers).find(name => /^(content-length|transfer-encoding)$/i.test(name))
  if (framing !== undefined)
    return `${framing} is told by the server; a fault can make an answer end too early`
  return undefined
}

/** What is wrong with the form of a scenario that is to be armed, by the schema that the control API has for it. */
export function checkForm(
  arming: unknown,
  validate: ValidateFunction,
  names: readonly string[],
): string | undefined {
  if (validate(arming)) return undefined
  const [{ keyword, instancePath, params, message }] = validate.errors! as [
    NonNullable<typeof validate.errors>[0],
  ]
  const place = instancePath.slice(1).replaceAll('/', '.') || 'a scenario'
  if (keyword === 'enum') return `${place} is none of ${params.allowedValues.join(', ')}`
  if (keyword !== 'additionalProperties') return `${place} ${message}`
  const stray = `${params.additionalProperty}`
  return `${place} has no "${stray}"${hint(stray, names)}`
}

const operationsOf = ({ contract }: Known) => [...contract.operations.keys()]
const namesOf = (refusals: Contract['refusals']) => [...scenariosOf(refusals).keys()]

function hint(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  return meant ? `; did you mean "${meant}"?` : ''
}
