import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const folder = new URL('../fixtures/exchanges/', import.meta.url)

/** A page of the docs and the exchanges that it prints. */
export interface Page {
  /** Where the page's endpoints stand that are printed without a root: `/api/v4`. */
  api: string
  exchanges: GoldExchange[]
}

/** One request and its answer, as the docs print them. */
export interface GoldExchange {
  name: string
  source: string
  /** A patch of the default world: table → id → fields to merge, or null for no such row; `next`: table → next id. */
  given?: { next?: Record<string, number> } & Record<string, Record<string, Record<string, unknown> | null>>
  /** What a caller adds to the printed request: values for its `:names`, and more. */
  with?: With
  /** The request word for word, or else `asked`: ours, where the docs print an answer only. */
  request?: string
  asked?: string
  answer: { status: number; headers?: Record<string, string | number>; body?: string }
  /** What cannot be equal, and why: header names, JSON pointers, or `order` of a list. */
  differs?: Record<string, string>
}

type With = {
  query?: Record<string, string>
  headers?: Record<string, string>
  form?: Record<string, string>
} & Record<string, unknown>

/** A request ready for fetch. */
export interface GoldRequest {
  method: string
  url: string
  headers: Record<string, string>
  body?: string | FormData
}

const read = (file: string) => parse(readFileSync(new URL(file, folder), 'utf8'))

export const readPage = (name: string): Page => read(`${name}.yaml`)

const substitutions: Record<string, string> = read('substitutions.yaml')
const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const anyPrinted = new RegExp(Object.keys(substitutions).map(literal).join('|'), 'g')

/** A value with the docs' hosts and placeholders, wherever they stand in it, replaced by those of the world at `url`. */
export function substitute<T>(value: T, url: string): T {
  const places: Record<string, string> = { url, here: fileURLToPath(folder).replace(/\/$/, '') }
  const put = (printed: string) => substitutions[printed]!.replace(/\{(\w+)\}/g, (_, place) => places[place]!)
  const inText = (_key: string, it: unknown) => (typeof it === 'string' ? it.replace(anyPrinted, put) : it)
  return JSON.parse(JSON.stringify(value), inText)
}

/** What an exchange asks of the world at `url`: its printed text filled and completed by `with`. */
export function requestOf(exchange: GoldExchange, url: string, api: string): GoldRequest {
  const { request, asked, with: more = {} } = exchange
  const sent = parseRequest((request ?? asked)!.trim(), url, api)
  const placeholder = /(?<=\/):(\w+)/g
  sent.url = sent.url.replace(placeholder, (_, name) => encodeURIComponent(String(more[name])))
  if (more.query) sent.url += `${sent.url.includes('?') ? '&' : '?'}${new URLSearchParams(more.query)}`
  Object.assign(sent.headers, more.headers)
  if (more.form) {
    sent.headers['Content-Type'] = 'application/x-www-form-urlencoded'
    sent.body = String(new URLSearchParams(more.form))
  }
  return sent
}

/** Reads a curl command, or a request as HTTP writes it: `GET /path`, headers, a blank line, a body. */
export function parseRequest(text: string, url: string, api: string): GoldRequest {
  if (text.startsWith('curl ')) return parseCurl(text)
  const [head = '', ...body] = text.split('\n\n')
  const [line = '', ...headers] = head.split('\n')
  const [method = '', target = ''] = line.split(' ')
  return {
    method,
    url: target.startsWith('/') ? `${url}${target.startsWith('/api/') ? '' : api}${target}` : target,
    headers: Object.fromEntries(headers.map(parseHeader)),
    body: body.length > 0 ? body.join('\n\n') : undefined,
  }
}

function parseCurl(text: string): GoldRequest {
  const words = wordsOf(text).slice(1)
  const sent: GoldRequest = { method: '', url: '', headers: {} }
  const data: string[] = []
  const form = new FormData()
  const value = () => words.shift() ?? ''
  const options: Record<string, () => void> = {
    '--request': () => (sent.method = value()),
    '--header': () => Object.assign(sent.headers, Object.fromEntries([parseHeader(value())])),
    '--data': () => data.push(value()),
    '--form': () => addPart(form, value()),
    '--head': () => (sent.method = 'HEAD'),
    '--globoff': () => {},
  }
  const short: Record<string, string> = { '-X': '--request', '-H': '--header', '-d': '--data' }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) sent.url = word
    else (options[short[word] ?? word] ?? refuse(word))()
  }
  if (data.length > 0) {
    sent.body = data.join('&')
    sent.headers['Content-Type'] ??= 'application/x-www-form-urlencoded'
  } else if ([...form.keys()].length > 0) sent.body = form
  sent.method ||= sent.body ? 'POST' : 'GET'
  return sent
}

const refuse = (option: string) => {
  throw new Error(`curl's option ${option} is not understood`)
}

/** A command's words: blanks part them, outside quotes; a newline does so too, with or without its backslash. */
function wordsOf(command: string): string[] {
  const words = command.replaceAll('\\\n', ' ').match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? []
  const bare = (part: string) => part.replace(/\\(["\\$`])/g, '$1')
  return words.map(word =>
    word.replace(
      /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
      (_, double, single, escaped) => single ?? escaped ?? bare(double),
    ),
  )
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}

/** One `name=value` of a multipart form; `name=@path` sends the file. */
function addPart(form: FormData, part: string): void {
  const [, name = '', at = '', value = ''] = /^([^=]+)=(@?)(.*)$/s.exec(part) ?? []
  if (at) form.append(name, new Blob([readFileSync(value)]), basename(value))
  else form.append(name, value)
}

/** A printed JSON body; the docs sometimes leave a comma behind the last item. */
export const parseBody = (text: string): unknown =>
  JSON.parse(text.replace(/("(?:\\.|[^"\\])*")|,(?=\s*[\]}])/g, (_, string) => string ?? ''))
