import { type Response, resolve } from '../contract/document.ts'
import { etagOf, isKnown } from './conditional.ts'
import type { Deed, Exchange } from './exchange.ts'
import { paginate } from './paginate.ts'
import type { Answer } from './reason.ts'
import { exampleOf } from './sample.ts'

/** What was done, as it goes out: the page asked for, each item by its schema, an ETag where the API has them. */
export function answer(exchange: Exchange, deed: Deed): Answer {
  const { api, operation, contract } = exchange
  if (deed.kind === 'nothing') return said(exchange)
  const { body, headers } = written(exchange, deed)
  const answered: Answer = { status: operation.success, headers, type: 'application/json', body }
  if (exchange.settings.checkAnswers) check(exchange, answered)
  if (!api.etags) return answered
  headers.ETag = etagOf(body)
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

function written(exchange: Exchange, deed: Exclude<Deed, { kind: 'nothing' }>) {
  const { contract, operation } = exchange
  const schema = operation.answer && resolve(contract.document, operation.answer)
  if (deed.kind === 'one') {
    const headers: Record<string, string> = {}
    return { body: deed.write(schema, exchange)(deed.item), headers }
  }
  const { items, headers } = paginate(exchange, deed.items)
  const itemSchema = schema?.items && resolve(contract.document, schema.items)
  return { body: `[${items.map(deed.write(itemSchema, exchange)).join(',')}]`, headers }
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
