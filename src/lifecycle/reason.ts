import type { Wording } from '../contract/document.ts'

/** Why a request can be refused. What each comes to on the wire stands in the contract's `x-refusals`. */
export const reasons = [
  ...['badRequest', 'missing', 'nothingGiven', 'unknown', 'unusable', 'malformed'],
  ...['invalid', 'notAllowed', 'tooLong', 'blank'],
  ...['unknownScenario', 'refNotFound', 'protectedRef', 'variablesNotHash', 'variablesNotMap', 'noBuilds'],
  ...['urlInvalid', 'unplayable', 'twoTokens'],
  ...['unauthorized', 'tokenExpired', 'tokenRevoked', 'impersonationDisabled'],
  ...['forbidden', 'blocked', 'insufficientScope', 'sudoNeedsAdmin', 'sudoNeedsToken', 'sudoUnknown'],
  ...['noPipeline', 'notRetryable', 'notErasable', 'usersNotListed', 'branchNameInvalid'],
  ...['nameless', 'namespaceUnknown', 'namespaceClosed', 'noLimitReached', 'groupUnknown', 'alreadyShared'],
  ...['iidTaken', 'blankNote', 'blankNoteEdit'],
  ...['notFound', 'recordNotFound', 'thingNotFound', 'routeUnknown', 'methodNotAllowed'],
  ...['keysetUnavailable', 'pageTooFar'],
  ...['notAcceptable', 'timeout', 'conflict', 'nameTaken', 'forkTaken', 'accountTaken', 'versionGone'],
  ...['modifiedSince', 'tooLarge', 'uriTooLong', 'unsupportedType', 'unprocessable', 'unusableArchive'],
  ...['tooManyRequests', 'rateLimited', 'signIn'],
  ...['serverError', 'zeroPerPage', 'errorPage', 'badGateway', 'unavailable', 'gatewayTimeout'],
] as const
export type Reason = (typeof reasons)[number]

/** What a wording's `{names}` are filled with. */
export type Facts = Readonly<Record<string, string | number>>

/** Thrown anywhere in a request's life to end it; several problems of one request travel together. */
export class Refusal extends Error {
  readonly problems: readonly { reason: Reason; facts: Facts }[]

  constructor(problems: Refusal['problems']) {
    super(problems.map(({ reason, facts }) => reason + told(facts)).join(', '))
    this.problems = problems
  }
}

/** What was sent may hold a token, and is no line for a log; hints stand among the notes. */
const unlogged = ['sent', 'hint']

/** Facts for the log: ` (needs destroy_pipeline)`. */
function told(facts: Facts): string {
  const texts = Object.entries(facts).flatMap(([name, fact]) =>
    unlogged.includes(name) ? [] : [`${name} ${`${fact}`.slice(0, 200)}`],
  )
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`
}

/** The refusal for one reason, to be thrown. */
export const refuse = (reason: Reason, facts: Facts = {}): Refusal => new Refusal([{ reason, facts }])

/** An answer as it goes out, but for the headers that every answer has. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  /** The media type; none where there is no body. */
  readonly type?: string
  readonly body: string
}

/** A refusal in an API's words: each problem written by itself, then merged into one body. */
export function wordRefusal(wordings: Readonly<Record<string, Wording>>, { problems }: Refusal): Answer {
  const [first] = problems
  const wording = wordings[first!.reason]
  if (!wording) throw new Error(`x-refusals has no wording for "${first!.reason}"`)
  const headers = Object.entries(wording.headers ?? {}).map(([name, text]) => [
    name,
    fill(text, first!.facts) as string,
  ])
  const bodies = problems.map(({ reason, facts }) => fill(wordings[reason]!.body, facts))
  const body = bodies.reduce(merge)
  return {
    status: wording.status,
    headers: Object.fromEntries(headers),
    type: body === undefined ? undefined : (wording.type ?? 'application/json'),
    body: body === undefined ? '' : wording.type ? String(body) : JSON.stringify(body),
  }
}

/** A template with its `{names}` filled, in keys and texts alike; a `{Name}` begins with a capital. */
function fill(template: unknown, facts: Facts): unknown {
  if (typeof template === 'string')
    return template.replace(/{(\w)(\w*)}/g, (place, first: string, rest: string) => {
      const fact = `${facts[first.toLowerCase() + rest] ?? place}`
      return first === first.toLowerCase() ? fact : fact[0]!.toUpperCase() + fact.slice(1)
    })
  if (Array.isArray(template)) return template.map(item => fill(item, facts))
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [fill(key, facts), fill(value, facts)]),
  )
}

/** Two bodies as one: objects by key, lists end to end, sentences joined by ", ". */
function merge(one: unknown, other: unknown): unknown {
  if (typeof one === 'string') return one === other ? one : `${one}, ${other}`
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other]
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) return one
  const merged: Record<string, unknown> = { ...one }
  for (const [key, value] of Object.entries(other))
    merged[key] = key in merged ? merge(merged[key], value) : value
  return merged
}
