import { METHODS } from 'node:http'
import type { Contract } from '../contract/contract.ts'
import type { Schema } from '../contract/document.ts'
import type { Arming, Wanted } from './arming.ts'
import { faultNames } from './faults.ts'
import { misfitOf } from './misfit.ts'
import { nearest } from './nearest.ts'
import { anyMethod } from './pattern.ts'
import { isForcible, reasonBy, scenariosOf } from './scenario_names.ts'
import { hasBody } from './sending.ts'

/** An API whose requests may be meant. */
export interface Known {
  readonly name: string
  readonly contract: Contract
}

/**
 * What is wrong with a scenario that is to be armed: names that no contract knows, requests that nobody can send,
 * answers that can't be given; nothing where all is well.
 */
export function checkArming(arming: Arming, apis: readonly Known[]): string | undefined {
  const { api, operation, answer } = arming
  const named = apis.filter(({ name }) => api === undefined || name === api)
  const meant = named.filter(knows(operation))
  if (meant.length === 0) return operationProblem(arming, named, apis)
  return requestProblem(arming) ?? reasonProblem(answer, meant) ?? answerProblem(answer)
}

function operationProblem(
  { api, operation }: Arming,
  named: readonly Known[],
  apis: readonly Known[],
): string {
  const elsewhere = apis.find(knows(operation))
  const more = elsewhere
    ? ` in ${api}, only in ${elsewhere.name}`
    : hint(`${operation}`, named.flatMap(operationsOf))
  return `there is no operation "${operation}"${more}`
}

const knows =
  (operation: string | undefined) =>
  ({ contract }: Known) =>
    operation === undefined || contract.operations.has(operation)

/** What a pattern may say: any method that Node takes off the wire. */
const methods = [anyMethod, ...METHODS]

/** What would keep a scenario from ever meeting a request. */
function requestProblem({ method, path }: Arming): string | undefined {
  if (method !== undefined && !methods.includes(method.toUpperCase()))
    return `there is no method "${method}"${hint(method, methods)}`
  const [world] = /^\/w\/[^/]+(?=\/|$)/.exec(path ?? '') ?? []
  return world === undefined ? undefined : `a path is told without "${world}": arm it in that world`
}

function reasonProblem({ reason, code, status, body }: Wanted, meant: readonly Known[]): string | undefined {
  if ([reason, code, status ?? body].filter(it => it !== undefined).length > 1)
    return 'an answer has a code, or a reason, or a status and body of its own'
  const refusals = meant.map(({ contract }) => contract.refusals)
  if (reason !== undefined && !refusals.some(it => reasonBy(it, reason))) {
    const isFault = faultNames.some(name => name === reason)
    const more = isFault ? ', but a fault' : hint(reason, [...refusals.flatMap(namesOf), ...faultNames])
    return `there is no reason "${reason}"${more}`
  }
  return code === undefined || refusals.some(it => isForcible(it, code))
    ? undefined
    : `nothing is answered with ${code}`
}

/** How many letters the body of an answer may have: it stays in memory for as long as it is armed. */
const longestBody = 1024 * 1024

function answerProblem({ status, body, headers = {} }: Wanted): string | undefined {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
  if (text.length > longestBody)
    return `the body of an answer has ${longestBody} letters at most, this one ${text.length}`
  if (status !== undefined && !hasBody({ status }) && body !== undefined && body !== '')
    return `an answer with ${status} has no body`
  // Node would refuse to send them with an answer whose length is told.
  const framing = Object.keys(headers).find(name =>
    /^(content-length|transfer-encoding|trailer)$/i.test(name),
  )
  return framing === undefined
    ? undefined
    : `${framing} is told by the server; a fault can make an answer end too early`
}

/** What is wrong with the form of a scenario that is to be armed, by the schema that the control API has for it. */
export function checkForm(arming: unknown, { document, validator }: Contract): string | undefined {
  const validate = validator('/components/schemas/Arming')
  if (validate(arming)) return undefined
  const { part, clause } = misfitOf(
    validate.errors![0]!,
    document.components.schemas!.Arming as Schema,
    document,
  )
  return `${part || 'a scenario'} ${clause}`
}

const operationsOf = ({ contract }: Known) => [...contract.operations.keys()]
const namesOf = (refusals: Contract['refusals']) => [...scenariosOf(refusals).keys()]

function hint(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  return meant ? `; did you mean "${meant}"?` : ''
}
