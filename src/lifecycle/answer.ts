import { type Response, resolve } from '../contract/document.ts'
import { etagOf, isKnown } from './conditional.ts'
import type { Deed, Exchange } from './exchange.ts'
import { withOrigin } from './origin.ts'
import { paginate } from './paginate.ts'
import type { Answer } from './reason.ts'
import { exampleOf } from './sample.ts'

/** What was done, as it goes out: the page asked for, each item by its schema, an ETag where the API has them. */
export function answer(exchange: Exchange, deed: Deed): Answer {
  const { api, operation, contract } = exchange
  if (deed.kind === 'nothing') return said(exchange)
  const { body, etag, headers } = deed.kind === 'one' ? whole(exchange, deed) : page(exchange, deed)
  const answered: Answer = { status: operation.success, headers, type: 'application/json', body }
  if (exchange.settings.checkAnswers) check(exchange, answered)
  if (!api.etags) return answered
  headers.ETag = etag()
  if (contract.conduct.letsClientsCache) headers['Cache-Control'] = 'max-age=0, private, must-revalidate'
  return isKnown(exchange, headers.ETag) ? { status: 304, headers, body: '' } : answered
}

/** The answer where nothing is left to be shown: no body, or what the contract says all the same. */
function said({ contract, operation }: Exchange): Answer {
  const example = operation.answer && exampleOf(contract, operation)
  const { success: status } = operation
  if (example === undefined) return { status, headers: {}, body: '' }
  return { status, headers: {}, type: 'application/json', body: JSON.stringify(example) }
}

/** A body, and what is told of it; its fingerprint is taken only where it is asked for. */
interface Written {
  readonly body: string
  readonly etag: () => string
  readonly headers: Record<string, string>
}

type Of<Kind> = Extract<Deed, { kind: Kind }>

function page(exchange: Exchange, { items, write }: Of<'many'>): Written {
  const { contract, operation, origin } = exchange
  const schema = operation.answer && resolve(contract.document, operation.answer)
  const { items: shown, headers } = paginate(exchange, items)
  const texts = shown.map(write(schema?.items && resolve(contract.document, schema.items), exchange))
  const body = withOrigin(`[${texts.join(',')}]`, origin)
  return { body, etag: () => etagOf(body), headers }
}

function whole(exchange: Exchange, { item, write }: Of<'one'>): Written {
  const { contract, operation, origin } = exchange
  const schema = operation.answer && resolve(contract.document, operation.answer)
  const text = write(schema, exchange)(item)
  const shown = shownLast(item as object, text, origin)
  return { body: shown.body, etag: () => (shown.etag ??= etagOf(shown.body)), headers: {} }
}

/** A body as it last went out for an item, of which text and to which origin: most are asked for again like that. */
interface Shown {
  readonly text: string
  readonly origin: string
  readonly body: string
  etag?: string
}

const lastShown = new WeakMap<object, Shown>()

function shownLast(item: object, text: string, origin: string): Shown {
  const known = lastShown.get(item)
  if (known?.text === text && known.origin === origin) return known
  const shown: Shown = { text, origin, body: withOrigin(text, origin) }
  // Only what has an identity can be asked for again.
  if (typeof item === 'object' && item !== null) lastShown.set(item, shown)
  return shown
}

/** Holds a finished answer, refusals too, against what the contract promises of it. Throws where it isn't kept. */
export function check({ contract, operation }: Exchange, { status, type, body }: Answer): void {
  const { responses } = operation.object
  const given = responses[status] ?? responses.default
  if (!given) throw new Error(`${operation.id} answers ${status}, which its contract does not know`)
  const place =
    given.$ref?.slice(1) ?? `${operation.pointer}/responses/${responses[status] ? status : 'default'}`
  const { content } = resolve<Response>(contract.document, given)
  if (type === undefined) return
  if (!content?.[type]?.schema)
    throw new Error(`${operation.id} answers ${status} as ${type}, which its contract does not know`)
  const validate = contract.validator(`${place}/content/${type.replace('/', '~1')}/schema`)
  if (validate(type === 'application/json' ? readJson(body) : body)) return
  const [error] = validate.errors!
  throw new Error(
    `${operation.id} ${status} breaks its contract: ${error!.instancePath || 'it'} ${error!.message} in ${body}`,
  )
}

/** One server prints what isn't JSON under its name: that is a text. */
function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
