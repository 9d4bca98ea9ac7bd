import type { Exchange } from './exchange.ts'
import { assign, ParameterError, type Params, parseNested } from './rack.ts'
import { refuse } from './reason.ts'

/** A file that came in a multipart body. */
export interface UploadedFile {
  readonly filename: string
  readonly type: string
  readonly bytes: Buffer
}

/**
 * Fills the exchange's one bag of parameters: query, then the body over it, then the path over both.
 * Refuses a body that isn't what it says it is.
 */
export async function readParams(exchange: Exchange): Promise<void> {
  try {
    if (exchange.address.query) parseNested(exchange.address.query, exchange.bag)
    if (exchange.rawBody?.length) Object.assign(exchange.bag, await readBody(exchange, exchange.rawBody))
  } catch (error) {
    if (error instanceof ParameterError) throw refuse('badRequest', { problem: error.message })
    throw error
  } finally {
    Object.assign(exchange.bag, exchange.pathParams)
  }
  const { format } = exchange.bag
  if (format !== undefined && format !== 'json' && format !== '')
    throw refuse('notAcceptable', { format: String(format) })
}

function readBody(exchange: Exchange, body: Buffer): Params | Promise<Params> {
  const type = exchange.headers['content-type'] ?? ''
  switch (type.split(';')[0]!.trim().toLowerCase()) {
    case 'application/json':
      return readJson(body)
    // As Rack has it: a body without a type is a form.
    case '':
    case 'application/x-www-form-urlencoded':
      return parseNested(body.toString(), undefined, 'form')
    case 'multipart/form-data':
      return readMultipart(type, body)
    default:
      throw refuse('unsupportedType', { type })
  }
}

const mostNodes = 50_000
const mostLevels = 100

/** A JSON object; lists and plain values are no parameters, and count as none. */
function readJson(body: Buffer): Params {
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch (error) {
    throw refuse('malformed', { problem: (error as Error).message })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  let level: unknown[] = [value]
  for (let depth = 0, nodes = 0; level.length > 0; depth++) {
    nodes += level.length
    if (depth > mostLevels) throw refuse('badRequest', { problem: `nested deeper than ${mostLevels}` })
    if (nodes > mostNodes) throw refuse('badRequest', { problem: `more than ${mostNodes} values` })
    level = level.flatMap(node => (typeof node === 'object' && node !== null ? Object.values(node) : []))
  }
  return value as Params
}

/** Fields and files of a multipart body, in the same grammar as a query. */
async function readMultipart(type: string, body: Buffer): Promise<Params> {
  // Few requests need it: loaded at the first.
  const { Busboy } = await import('@fastify/busboy')
  const bag: Params = Object.create(null)
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(
        error instanceof ParameterError ? error : refuse('malformed', { problem: (error as Error).message }),
      )
    const take = (name: string | undefined, value: unknown) => {
      try {
        if (name) assign(bag, name, value)
      } catch (error) {
        fail(error)
      }
    }
    let parser: InstanceType<typeof Busboy>
    try {
      parser = new Busboy({ headers: { 'content-type': type }, limits: { parts: 1000 } })
    } catch (error) {
      return fail(error)
    }
    parser.on('field', (name, value) => take(name, value))
    parser.on('file', (name, stream, filename, _encoding, mimeType) => {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', () =>
        take(name, { filename, type: mimeType, bytes: Buffer.concat(chunks) } satisfies UploadedFile),
      )
    })
    parser.on('error', fail)
    parser.on('finish', () => resolve(bag))
    parser.end(body)
  })
}
