import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Whether a server that listens there is reached from its own machine alone. */
export const isOwn = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host)

/** The token that the control API asks for: the one that was given, or where others can reach the server one made up. */
export const tokenFor = (host: string, given: string): string | undefined =>
  given || (isOwn(host) ? undefined : randomBytes(24).toString('base64url'))

/**
 * Keeps pages of other origins out of the control API; answers why a request may not come in. A browser tells where a
 * page is from; and a page whose own name was made to lead here (DNS rebinding) calls the server by that name, which is
 * none of this machine's. Where a token is asked for, no page has it: there the server may have any name.
 */
export function guardOf(token: string | undefined) {
  return ({ headers }: { headers: IncomingHttpHeaders }): string | undefined => {
    const { host = '', origin, 'sec-fetch-site': site = 'none' } = headers
    const stranger = token === undefined ? namesOf(headers).find(name => !isOwn(hostName(name))) : undefined
    if (stranger !== undefined)
      return `this is not ${stranger || 'nowhere'}: ask 127.0.0.1 or localhost, or start the server with --admin-token`
    // Told of requests that have no Origin too: images, scripts, links.
    if (site !== 'same-origin' && site !== 'none') return `a page of another origin (${site}) may not ask`
    if (origin !== undefined && !isSameHost(origin, host)) return `a page of ${origin} may not ask`
    return undefined
  }
}

/** All names under which the server was called: by the client, and by proxies that passed it on. */
const namesOf = ({ host = '', 'x-forwarded-host': forwarded = '' }: IncomingHttpHeaders): string[] => [
  host,
  ...(forwarded === '' ? [] : `${forwarded}`.split(',').map(name => name.trim())),
]

/** The name of a Host header as browsers write it, without port, brackets and a last dot; empty where it is none. */
function hostName(host: string): string {
  const name = urlOf(host)?.hostname.replace(/^\[|\]$|\.$/g, '') ?? ''
  // Browsers take such names for their own machine without asking anybody.
  return name.endsWith('.localhost') ? 'localhost' : name
}

/** A host that is only a host: with a user, a path or a blank in it, it would be read otherwise elsewhere. */
function urlOf(host: string): URL | undefined {
  return /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined
}

function isSameHost(origin: string, host: string): boolean {
  const [, page] = /^https?:\/\/(.*)$/i.exec(origin) ?? []
  const [one, other] = [page, host].map(name => urlOf(name ?? '')?.host)
  return one !== undefined && one === other
}
