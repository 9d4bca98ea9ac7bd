import { type Document, type Media, type Response, resolve, type Schema } from '../document.ts'
import { type Change, isFirst, listed, type Sides, spotAt } from './change.ts'
import { compareFields, compareSchemas, type Fields } from './schemas.ts'

type Responses = Readonly<Record<string, Response>>

/** How the answers of an operation change: which statuses there are, with which headers, media types and bodies. */
export function compareAnswers(sides: Sides, place: string, from: Responses, to: Responses): Change[] {
  const gone = Object.keys(from).filter(status => isSuccess(status) && !Object.hasOwn(to, status))
  const added = Object.keys(to).filter(status => isSuccess(status) && !Object.hasOwn(from, status))
  const isMoved = gone.length === 1 && added.length === 1
  const changes: Change[] = []
  if (isMoved) {
    const [was, is] = [gone[0]!, added[0]!]
    changes.push({ breaking: true, place, what: `succeeds with ${is} now, not ${was}` })
    changes.push(...compareResponses(sides, `${place} ${is}`, from[was]!, to[is]!))
  }
  for (const status of Object.keys({ ...from, ...to })) {
    if (isMoved && (status === gone[0] || status === added[0])) continue
    const answer = `${place} ${status}`
    const [before, after] = [from[status], to[status]]
    if (before && after) changes.push(...compareResponses(sides, answer, before, after))
    else if (before)
      changes.push({ breaking: status !== 'default', place: answer, what: 'is no longer answered' })
    else changes.push({ breaking: isSuccess(status), place: answer, what: 'may be answered now' })
  }
  return changes
}

const isSuccess = (status: string) => status.startsWith('2')

function compareResponses(sides: Sides, answer: string, from: Response, to: Response): Change[] {
  const shared = from.$ref === to.$ref ? from.$ref : undefined
  if (shared && !isFirst(sides, shared)) return []
  const place = shared?.slice(2) ?? answer
  const [before, after] = [resolve(sides.from, from), resolve(sides.to, to)]
  return [...compareHeaders(sides, place, before, after), ...compareContents(sides, place, before, after)]
}

/** A response's headers by their names in small letters, for case means nothing in them. */
const headersOf = ({ headers = {} }: Response) =>
  new Map(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), { name, header }]))

function compareHeaders(sides: Sides, place: string, from: Response, to: Response): Change[] {
  const [before, after] = [headersOf(from), headersOf(to)]
  const shared = new Map(
    [...before].flatMap(([key, { header }]) =>
      header.$ref && header.$ref === after.get(key)?.header.$ref ? [[key, header.$ref] as const] : [],
    ),
  )
  const known = [...shared].filter(([, $ref]) => !isFirst(sides, $ref)).map(([key]) => key)
  const fields = (document: Document, headers: typeof before): Fields => {
    const told = [...headers].filter(([key]) => !known.includes(key))
    const read = told.map(([key, { header }]) => [key, resolve(document, header)] as const)
    return {
      properties: Object.fromEntries(read.map(([key, { schema = {} }]) => [key, schema as Schema])),
      required: read.flatMap(([key, header]) =>
        'required' in header && header.required === true ? [key] : [],
      ),
    }
  }
  return compareFields(sides, 'answered', fields(sides.from, before), fields(sides.to, after), key => {
    const name = (before.get(key) ?? after.get(key))!.name
    return spotAt('answered', shared.get(key)?.slice(2) ?? `${place} header ${name}`)
  })
}

function compareContents(sides: Sides, place: string, from: Response, to: Response): Change[] {
  const [before, after] = [from.content ?? {}, to.content ?? {}]
  const [was, is] = [Object.keys(before), Object.keys(after)]
  if (was.length === 0) return is.length === 0 ? [] : [{ breaking: false, place, what: 'has a body now' }]
  if (is.length === 0) return [{ breaking: true, place, what: 'has no body now' }]
  const changes = compareMediaTypes(place, was, is)
  const values = (type: string, one: Media, other: Media) =>
    compareSchemas(
      sides,
      spotAt('answered', was.length > 1 ? `${place} ${type}` : place),
      one.schema ?? {},
      other.schema ?? {},
    )
  const isExchanged = was.length === 1 && is.length === 1
  // Two names for JSON: what is read of either can be compared.
  if (isExchanged && /json/.test(was[0]!) && /json/.test(is[0]!))
    changes.push(...values(was[0]!, before[was[0]!]!, after[is[0]!]!))
  else
    changes.push(
      ...was.filter(type => is.includes(type)).flatMap(type => values(type, before[type]!, after[type]!)),
    )
  return changes
}

/** How the media types of an answer change; charsets count, for there are clients that compare them. */
function compareMediaTypes(place: string, from: readonly string[], to: readonly string[]): Change[] {
  const gone = from.filter(type => !to.includes(type))
  const added = to.filter(type => !from.includes(type))
  if (gone.length === 0 && added.length === 0) return []
  const what =
    gone.length === 0
      ? `may be ${listed(added)} now`
      : added.length === 0
        ? `is never ${listed(gone)} now`
        : `is ${listed(added)} now, not ${listed(gone)}`
  return [{ breaking: true, place, what }]
}
