import type { Contract, Operation } from '../src/contract/contract.ts'
import { pointerPart, type Response, resolve, type Schema } from '../src/contract/document.ts'
import type { Answered } from './ask.ts'

/** Holds answers against a contract, and remembers which headers they had. */
export interface Judge {
  /** What of an answer breaks the contract. */
  faultsOf(operation: Operation, answered: Answered): string[]
  /** Headers that some answers had, but not all, and that the contract doesn't declare for them. */
  undeclared(): string[]
  /** Headers that the contract declares and no answer had. */
  unseen(): string[]
}

// Of the message and the connection, not of the API.
const ofHttp = ['connection', 'content-length', 'content-type', 'keep-alive', 'transfer-encoding']
/** Our own diagnostics, and what only tells that a scenario was asked for. */
const ofTheUnderstudy = /^x-understudy-|^preference-applied$/

export function createJudge(contract: Contract): Judge {
  const { document } = contract
  const declared = new Set<string>()
  const seen = new Set<string>()
  const undeclared = new Map<string, string>()
  let standing: Set<string> | undefined

  function faultsOf(operation: Operation, answered: Answered): string[] {
    const { responses } = operation.object
    const key = responses[answered.status] ? `${answered.status}` : 'default'
    const given = responses[key]!
    const place = given.$ref?.slice(1) ?? `${operation.pointer}/responses/${key}`
    const response = resolve<Response>(document, given)
    return [...faultsOfBody(response, place, answered), ...faultsOfHeaders(response, place, answered)]
  }

  function faultsOfBody({ content }: Response, place: string, { headers, text, body }: Answered): string[] {
    const type = headers.get('content-type')
    if (!content) return type === null && text === '' ? [] : [`a body of ${type} where none is documented`]
    const media = content[type ?? '']
    if (!media) return [`${type} is not documented`]
    const validate = contract.validator(`${place}/content/${pointerPart(type!)}/schema`)
    if (!validate(body ?? text))
      return validate.errors!.map(error => `${error.instancePath} ${error.message}`)
    return isInOrder(media.schema!, body) ? [] : [`fields are in another order than in ${place}`]
  }

  function faultsOfHeaders({ headers = {} }: Response, place: string, answered: Answered): string[] {
    const own = new Map(
      Object.entries(headers).map(([name, it]) => [
        name.toLowerCase(),
        (it as Schema).$ref?.slice(1) ?? `${place}/headers/${pointerPart(name)}`,
      ]),
    )
    for (const name of own.keys()) declared.add(`${place} ${name}`)
    const names = [...answered.headers.keys()].filter(it => !ofHttp.includes(it) && !ofTheUnderstudy.test(it))
    standing = new Set(standing ? names.filter(name => standing!.has(name)) : names)
    const faults: string[] = []
    for (const name of names) {
      const pointer = own.get(name)
      if (!pointer) undeclared.set(`${place} ${name}`, name)
      else {
        seen.add(`${place} ${name}`)
        const text = answered.headers.get(name)!
        const holds = contract.validator(`${pointer}/schema`)
        if (!holds(text) && !(/^\d+$/.test(text) && holds(Number(text)))) faults.push(`${name}: ${text}`)
      }
    }
    return faults
  }

  /** Whether an object's fields, or those of a list's items, stand in the order of the schema's `properties`. */
  function isInOrder(given: Schema, body: unknown): boolean {
    const schema = resolve(document, given)
    if (Array.isArray(body)) return !schema.items || body.every(item => isInOrder(schema.items!, item))
    const options = schema.anyOf ?? schema.oneOf
    if (options) return options.some(option => isInOrder(option, body))
    if (typeof body !== 'object' || body === null || !schema.properties) return true
    const places = Object.keys(body).map(name => Object.keys(schema.properties!).indexOf(name))
    return places.every((place, index) => index === 0 || places[index - 1]! < place)
  }

  return {
    faultsOf,
    undeclared: () => [...undeclared].filter(([, name]) => !standing?.has(name)).map(([place]) => place),
    unseen: () => [...declared].filter(place => !seen.has(place)),
  }
}
