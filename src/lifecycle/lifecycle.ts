import { STATUS_CODES } from 'node:http'
import { httpDate } from '../store/clock.ts'
import { admit } from './admit.ts'
import { answer, check } from './answer.ts'
import { corsHeaders, options } from './cors.ts'
import type { Exchange } from './exchange.ts'
import { putOver } from './headers.ts'
import { identify } from './identify.ts'
import { readParams } from './params.ts'
import { type Answer, Refusal, refuse, wordRefusal } from './reason.ts'
import { sampled } from './sample.ts'
import { Forced, scenarioOf } from './scenario.ts'
import { sourceHeaders } from './source.ts'
import { throttle } from './throttle.ts'
import { validate } from './validate.ts'

/** Told of every exchange when it is over, however it went. */
export type Journal = (exchange: Exchange, answer: Answer, outcome: unknown) => void

/**
 * The life of a request: its steps, an answer for whatever became of them, the journal. `turnedAway` is what routing or
 * the HTTP server had against it: such a request is read, may be forced to fail, is worded and journalled like any
 * other, but gets no further. It is over at once, but where reading or behaving takes time.
 */
export function live(exchange: Exchange, journal: Journal, turnedAway?: Refusal): Answer | Promise<Answer> {
  const failed = (error: unknown) => fail(exchange, journal, error)
  const done = (answered: Answer) => end(exchange, journal, answered)
  try {
    const answered = onceKnown(problemOfReading(exchange), unreadable =>
      takeSteps(exchange, turnedAway ?? unreadable),
    )
    return answered instanceof Promise ? answered.then(done).catch(failed) : done(answered)
  } catch (error) {
    return failed(error)
  }
}

/** The end of a request's life at which something was thrown. */
export function fail(exchange: Exchange, journal: Journal, error: unknown): Answer {
  const { answered, outcome } = refused(exchange, error)
  return end(exchange, journal, answered, outcome)
}

function end(exchange: Exchange, journal: Journal, answered: Answer, outcome?: unknown): Answer {
  const finished = finish(exchange, answered, outcome)
  journal(exchange, finished, outcome)
  return finished
}

/** Goes on with what is known by now, or will be. */
const onceKnown = <T, U>(known: T | Promise<T>, next: (it: T) => U | Promise<U>): U | Promise<U> =>
  known instanceof Promise ? known.then(next) : next(known)

/** Reads the parameters; why that can't be done is thrown later, in its turn. */
function problemOfReading(exchange: Exchange): unknown {
  try {
    return readParams(exchange)?.catch((problem: unknown) => problem)
  } catch (problem) {
    return problem
  }
}

/** The steps of a request that is read, from top to bottom; whichever refuses throws. */
function takeSteps(exchange: Exchange, turnedAway: unknown): Answer | Promise<Answer> {
  identify(exchange)
  const scenario = scenarioOf(exchange)
  exchange.scenario = scenario
  if (scenario?.refusal) throw scenario.refusal
  if (scenario?.answer) return scenario.answer
  throttle(exchange)
  const optioned = options(exchange)
  if (optioned) return optioned
  if (turnedAway) throw turnedAway
  const judgedFirst = isJudgedFirst(exchange)
  if (judgedFirst) validate(exchange)
  admit(exchange)
  if (!judgedFirst) validate(exchange)
  const { api, operation } = exchange
  api.settle?.(exchange)
  // From deed to answer no other request comes between, unless the deed itself takes time.
  return onceKnown((api.behaviours[operation.id] ?? sampled)(exchange), deed => answer(exchange, deed))
}

/** Whether what is asked is judged before who asks: where anybody may read, some servers look up the caller later. */
const isJudgedFirst = ({ operation, contract }: Exchange) =>
  contract.conduct.validatesReadsFirst === true && operation.method === 'GET' && operation.isOpen

/** What goes out where something was thrown, and why; a refusal that breaks its contract is a failure of our own. */
function refused(exchange: Exchange, error: unknown): { answered: Answer; outcome: unknown } {
  const refusal = error instanceof Refusal ? error : refuse('serverError')
  // Whoever has answers checked wants to know what was wrong with this one.
  if (refusal !== error && exchange.settings.checkAnswers) exchange.notes.push(`${(error as Error).message}`)
  const answered = wordRefusal(exchange.contract.refusals, refusal)
  // What is asked for needn't be what the operation would say.
  const promised = refusal === error && !(error instanceof Forced)
  const checked = exchange.settings.checkAnswers && exchange.operation.id !== '' && promised
  try {
    if (checked) check(exchange, answered)
  } catch (breach) {
    return refused(exchange, breach)
  }
  return { answered, outcome: error }
}

/** An answer with the headers that every answer of its API has, under its own. */
function finish(exchange: Exchange, answered: Answer, outcome: unknown): Answer {
  const { api, world, notes, scenario } = exchange
  const { status, type, body } = answered
  const headers: Record<string, string> = {}
  if (type !== undefined) headers['Content-Type'] = type
  headers.Date = httpDate(world.clock.now())
  headers.Status = statusLine(status)
  headers['X-Request-Id'] = exchange.requestId
  Object.assign(headers, api.headers, corsHeaders(exchange))
  if (notes.length > 0) headers['X-Understudy-Note'] = noteOf(notes)
  Object.assign(headers, sourceHeaders(exchange, status, outcome), answered.headers)
  const over = scenario?.headers
  return { status, headers: over ? putOver(headers, over) : headers, type, body }
}

const statusLines = new Map<number, string>()

function statusLine(status: number): string {
  let line = statusLines.get(status)
  if (!line) statusLines.set(status, (line = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()))
  return line
}

const longestNote = 1000

const noteOf = (notes: readonly string[]) =>
  notes
    .join('; ')
    .replace(/[^ -~]/g, '?')
    .slice(0, longestNote)
