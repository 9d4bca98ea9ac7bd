import type { Exchange } from './exchange.ts'
import { assign, noParams, ParameterError, type Params, parseNested } from './rack.ts'
import { refuse } from './reason.ts'
import { frozen } from './target.ts'

/** A file that came in a multipart body. */
export interface UploadedFile {
  readonly filename: string
  readonly type: string
  readonly bytes: Buffer
}

/**
 * Fills the exchange's one bag of parameters: query, then the body over it, then the path over both. Refuses a body that
 * isn't what it says it is. Takes time only where the body does.
 */
export function readParams(exchange: Exchange): Promise<void> | undefined {
  const { target, address, rawBody } = exchange
  const { pathParams } = target
  const hasBody = rawBody !== undefined && rawBody.length > 0
  if (target.bag && !hasBody) {
    exchange.bag = target.bag
    return undefined
  }
  const bag = noParams()
  exchange.bag = bag
  try {
    if (address.query) parseNested(address.query, bag)
    refuseFormat(exchange)
    const body = hasBody ? readBody(exchange, rawBody) : undefined
    if (body instanceof Promise) return body.then(params => void Object.assign(bag, params, pathParams))
    if (body) Object.assign(bag, body)
  } catch (error) {
    throw asRefusal(error)
  } finally {
    Object.assign(bag, pathParams)
  }
  if (!hasBody) target.bag = frozen(bag)
  return undefined
}

const asRefusal = (error: unknown) =>
  error instanceof ParameterError ? refuse('badRequest', { problem: error.message }) : error

/** Refuses where a query asks for another format than there is; what the path says of it goes before. */
function refuseFormat({ bag, target: { pathParams } }: Exchange): void {
  const format = pathParams.format ?? bag.format ?? ''
  if (format !== 'json' && format !== '')
    throw refuse('notAcceptable', { format: typeof format === 'string' ? format : JSON.stringify(format) })
}

const form = 'application/x-www-form-urlencoded'
const multipart = 'multipart/form-data'

function readBody(exchange: Exchange, body: Buffer): Params | Promise<Params> {
  const { conduct } = exchange.contract
  const header = exchange.headers['content-type'] ?? ''
  const type = header.split(/[;,]/)[0]!.trim().toLowerCase()
  const isGet = exchange.method === 'GET' || exchange.method === 'HEAD'
  if (conduct.readsOnlyFormsOfGets && isGet && type !== form && type !== multipart) return {}
  switch (type) {
    case 'application/json':
      return readJson(body, exchange.api.mostValues ?? usualValues)
    case '':
      if (conduct.refusesUntypedBodies) throw refuse('unsupportedType', { type })
      // As Rack has it: a body without a type is a form.
      return parseNested(body.toString(), undefined, 'form')
    case form:
      return parseNested(body.toString(), undefined, 'form')
    case multipart:
      return readMultipart(header, body)
    case 'text/plain':
      if (conduct.ignoresPlainText) return {}
      throw refuse('unsupportedType', { type })
    default:
      throw refuse('unsupportedType', { type })
  }
}

/** A JSON object; lists and plain values are no parameters, and count as none. */
function readJson(body: Buffer, mostValues: number): Params {
  refuseTooMuch(body, mostValues)
  const text = body.toString()
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : {}
  } catch {
    throw refuse('malformed', { problem: 'the body is no JSON', sent: text.trimStart() })
  }
}

const usualValues = 50_000
const mostLevels = 100

/** Counts values and levels of JSON by its signs: millions of them would take seconds to be made into objects. */
function refuseTooMuch(body: Buffer, mostValues: number): void {
  let [values, levels, inText] = [0, 0, false]
  for (let at = 0; at < body.length; at++) {
    const sign = String.fromCharCode(body[at]!)
    if (sign === '"') inText = !inText
    else if (inText) at += sign === '\\' ? 1 : 0
    else if (sign === '{' || sign === '[') levels++
    else if (sign === '}' || sign === ']') levels--
    else if (sign === ',') values++
    if (levels > mostLevels) throw refuse('badRequest', { problem: `nested deeper than ${mostLevels}` })
    if (values > mostValues) throw refuse('badRequest', { problem: `more than ${mostValues} values` })
  }
}

const mostParts = 1000

/** Fields and files of a multipart body, in the same grammar as a query. */
async function readMultipart(type: string, body: Buffer): Promise<Params> {
  // Few requests need it: loaded at the first.
  const { Busboy } = await import('@fastify/busboy')
  const bag: Params = Object.create(null)
  const taken = new Promise<void>((resolve, reject) => {
    const take = (name: string | undefined, value: unknown) => {
      try {
        if (name) assign(bag, name, value)
      } catch (error) {
        reject(error)
      }
    }
    // Nothing is cut short in silence: a body's own limit is that of all its fields.
    const limits = { parts: mostParts, fieldSize: body.length }
    const parser = new Busboy({ headers: { 'content-type': type }, limits })
    parser.on('field', (name, value) => take(name, value))
    parser.on('file', (name, stream, filename, _encoding, mimeType) => {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', () =>
        take(name, { filename, type: mimeType, bytes: Buffer.concat(chunks) } satisfies UploadedFile),
      )
      // A body that ends within a file is told here, and takes the process down where nobody listens.
      stream.on('error', reject)
    })
    parser.on('partsLimit', () => reject(new Error(`more than ${mostParts} parts`)))
    parser.on('error', reject)
    parser.on('finish', resolve)
    parser.end(body)
  })
  await taken.catch(error => {
    throw error instanceof ParameterError
      ? asRefusal(error)
      : refuse('malformed', { problem: error.message, sent: '' })
  })
  return bag
}
