import type { Wanted } from './arming.ts'
import { armoryOf } from './arms.ts'
import type { Exchange } from './exchange.ts'
import { type FaultName, faultNames, faults } from './faults.ts'
import { nearest } from './nearest.ts'
import { type Answer, type Facts, type Reason, Refusal, refuse } from './reason.ts'
import { plainFailure, reasonBy, scenariosOf } from './scenario_names.ts'

/** A failure that was asked for. */
export class Forced extends Refusal {
  override message = `${this.problems[0]!.reason}, as asked for`
}

/** What becomes of a request that a scenario is for: a refusal, an answer, or only its way to the client. */
export interface Scenario {
  readonly refusal?: Refusal
  readonly answer?: Answer
  /** Put over those of whatever is answered. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly fault?: FaultName | undefined
  /** Milliseconds that a slow fault takes, or that any answer waits. */
  readonly delay?: number | undefined
}

/** What a request asks for by itself (`Prefer: code=404`, `X-Mock-Scenario: not-found`), or else is armed for it. */
export function scenarioOf(exchange: Exchange): Scenario | undefined {
  const { api, world, settings, notes } = exchange
  if (!api.failsOnRequest) return undefined
  const preferred = preferredBy(exchange)
  if (preferred) return told(exchange, preferred)
  const arm = armoryOf(world, settings.armed).due(exchange, wanted => isKnown(exchange, wanted))
  if (!arm) return undefined
  const { name, answer } = arm.arming
  notes.push(`scenario ${arm.id}${name === undefined ? '' : ` (${name})`}`)
  return told(exchange, wantedOf(exchange, answer))
}

/** A scenario whose fault is noted; one that keeps anything from being done has no answer either. */
function told({ notes }: Exchange, scenario: Scenario): Scenario {
  const { fault } = scenario
  if (!fault) return scenario
  notes.push(`${fault}, as asked for`)
  return faults[fault].prevents ? { fault, answer: { status: 0, headers: {}, body: '' } } : scenario
}

const longestDelay = 600_000

function preferredBy(exchange: Exchange): Scenario | undefined {
  const { prefer, 'x-mock-scenario': name } = exchange.headers
  const code = preference(prefer, 'code')
  // Who prefers the success that the operation has anyway, asks for nothing else than that.
  const isUsual = code !== undefined && code === `${exchange.operation.success}`
  const asked = (isUsual ? undefined : code) ?? (typeof name === 'string' ? name : undefined)
  const wait = preference(prefer, 'delay') ?? ''
  const delay = /^\d{1,9}$/.test(wait) ? Math.min(Number(wait), longestDelay) : undefined
  if (wait !== '' && delay === undefined)
    exchange.notes.push(`"${wait}" is no delay: so many milliseconds, such as delay=1500`)
  if (asked === undefined && delay === undefined) return undefined
  if (asked === undefined) return { delay, headers: applied(undefined, delay) }
  const answered = named(exchange, asked)
  const status =
    answered.refusal instanceof Forced
      ? exchange.contract.refusals[answered.refusal.problems[0]!.reason]!.status
      : answered.answer?.status
  return { ...answered, headers: applied(status, delay), delay }
}

/** RFC 7240: an answer says which preferences it follows. */
function applied(code: number | undefined, delay: number | undefined): Scenario['headers'] {
  const followed = Object.entries({ code, delay }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  )
  return followed.length === 0 ? undefined : { 'Preference-Applied': followed.join(', ') }
}

function preference(header: string | string[] | undefined, name: 'code' | 'delay'): string | undefined {
  if (header === undefined) return undefined
  return new RegExp(`(?:^|[,;])\\s*${name}\\s*=\\s*"?([^",;\\s]*)`, 'i').exec(String(header))?.[1]
}

/** The word by which an answer of the API's own is wanted, if it is. */
const wordOf = ({ code, reason }: Wanted) => reason ?? (code === undefined ? undefined : `${code}`)

function isKnown(exchange: Exchange, wanted: Wanted): boolean {
  const word = wordOf(wanted)
  if (word === undefined) return true
  return reasonBy(exchange.contract.refusals, word) !== undefined || plainFailure(word) !== undefined
}

function wantedOf(exchange: Exchange, wanted: Wanted): Scenario {
  const { status, headers, body, fault, delay } = wanted
  const spoiled = { headers, fault, delay }
  const word = wordOf(wanted)
  if (word !== undefined) return { ...named(exchange, word), ...spoiled }
  if (status === undefined && body === undefined) return spoiled
  const isText = typeof body === 'string'
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body)
  const type = text === '' ? {} : { type: isText ? 'text/plain' : 'application/json' }
  return { answer: { status: status ?? 200, headers: {}, ...type, body: text }, ...spoiled }
}

/** What a word asks for: a fault, a reason, or a status. */
function named(exchange: Exchange, word: string): Pick<Scenario, 'refusal' | 'answer' | 'fault'> {
  const asked = word.toLowerCase()
  const fault = faultNames.find(name => name === asked)
  if (fault) return { fault }
  const { refusals } = exchange.contract
  const reason = reasonBy(refusals, word)
  if (reason) return { refusal: new Forced([{ reason, facts: factsFor(exchange, reason) }]) }
  const answer = plainFailure(asked)
  if (answer) return { answer }
  const known = [...new Set([...scenariosOf(refusals).keys(), ...faultNames])].sort()
  const meant = nearest(asked, known)
  if (meant) exchange.notes.push(`did you mean ${meant}?`)
  return { refusal: refuse('unknownScenario', { asked, known: known.join(', ') }) }
}

/** The usual facts that a wording has a place for: what else would stand in the journal was never wrong. */
function factsFor(exchange: Exchange, reason: Reason): Facts {
  const places = JSON.stringify(exchange.contract.refusals[reason]).toLowerCase()
  const facts = Object.entries(usualFacts(exchange))
  return Object.fromEntries(facts.filter(([name]) => places.includes(`{${name.toLowerCase()}}`)))
}

/** What wordings are filled with where nobody was really refused. */
function usualFacts({ target: { allow }, origin, world }: Exchange): Facts {
  const seconds = 60
  const end = new Date((Math.floor(world.clock.now() / 1000) + seconds) * 1000)
  return {
    ...{ attribute: 'name', attributes: 'name, path', maximum: 255, sent: '{', ref: 'master', scope: 'api' },
    ...{ user: '123', thing: 'Project', format: 'xml', type: 'text/plain', label: 'Name' },
    ...{ allow: allow.join(', '), origin },
    ...{ limit: 10, observed: 11, seconds, period: seconds },
    ...{ reset: end.getTime() / 1000, resetTime: end.toUTCString() },
  }
}
