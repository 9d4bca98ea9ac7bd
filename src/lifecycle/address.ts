import { mainWorld } from '../store/store.ts'

/** Where a request was sent, read off its URL. */
export interface Address {
  readonly world: string
  /** `/w/<name>` where the world was named by the path, else empty. */
  readonly prefix: string
  /** The path behind the prefix, as sent but for doubled slashes. */
  readonly path: string
  /** The query as sent, without its question mark. */
  readonly query: string
}

const named = /^\/w\/([^/]+)(?=\/|$)/
// `.` and `..` are letters of a name, but alone they are steps of a path, which clients take before they ask.
/** What a world can be called. */
export const worldName = /^(?!\.{1,2}$)[\w.-]{1,64}$/

const isPlain = (target: string) => target.startsWith('/') && !target.includes('#')

let last: { readonly target: string; readonly address: Address } | undefined

/** Where a target leads. Asked for twice in a request's life, most often one right after the other. */
export function addressOf(target: string): Address {
  if (last?.target !== target) last = { target, address: split(target) }
  return last.address
}

/** Splits a request's target into world, path and query; a proxy's form, with scheme and host in front, is as good. */
function split(target: string): Address {
  const [sent = ''] = isPlain(target) ? [target] : target.replace(/^https?:\/\/[^/?#]*/i, '').split('#')
  const mark = sent.indexOf('?')
  const path = mark < 0 ? sent : sent.slice(0, mark)
  const whole = (path.includes('//') ? path.replace(/\/{2,}/g, '/') : path) || '/'
  const query = mark < 0 ? '' : sent.slice(mark + 1)
  const found = whole.startsWith('/w/') ? named.exec(whole) : null
  if (!found || !worldName.test(found[1]!)) return { world: '', prefix: '', path: whole, query }
  return { world: found[1]!, prefix: found[0], path: whole.slice(found[0].length) || '/', query }
}

/** The world that a request is for: by its path, else by its header, else the main one; nothing where the name is no name. */
export function worldOf(address: Address, header: string | string[] | undefined): string | undefined {
  if (address.world) return address.world
  if (address.path.startsWith('/w/') && named.test(address.path)) return undefined
  if (header === undefined) return mainWorld
  return typeof header === 'string' && worldName.test(header) ? header : undefined
}

const safeHost = /^[\w.\-[\]:]{1,255}$/

type Headers = Record<string, string | string[] | undefined>

/** The first that a header says. */
function said(headers: Headers, name: string): string {
  const sent = headers[name]
  if (sent === undefined) return ''
  const all = String(sent)
  const comma = all.indexOf(',')
  return (comma < 0 ? all : all.slice(0, comma)).trim()
}

/** The scheme and host under which a client reached the server, as proxies in front tell it. */
export function originOf(headers: Headers, fallback: () => string): string {
  const scheme = said(headers, 'x-forwarded-proto').toLowerCase() === 'https' ? 'https' : 'http'
  const host = said(headers, 'x-forwarded-host') || said(headers, 'host')
  if (!safeHost.test(host)) return `${scheme}://${fallback()}`
  const port = said(headers, 'x-forwarded-port')
  if (port === '') return `${scheme}://${host}`
  const usual = port === (scheme === 'https' ? '443' : '80')
  if (!/^\d{1,5}$/.test(port) || usual || /:\d+$/.test(host)) return `${scheme}://${host}`
  return `${scheme}://${host}:${port}`
}
