import type { Exchange } from './exchange.ts'
import { type Params, parseNested, toQuery } from './rack.ts'

/** A URL of a page: the request's own, with its parameters and those given over them, sorted by name. */
export const pageUrl = (url: string, params: Params, over: Params): string =>
  `${url}?${toQuery({ ...params, ...over })}`

/** The same for any page: all but its number is written once. */
export function pageUrls(url: string, params: Params): (page: number) => string {
  const whole = pageUrl(url, params, { page: 0 })
  const place = whole.search(/(?<=[?&])page=0(?=&|$)/) + 'page='.length
  const [before, after] = [whole.slice(0, place), whole.slice(place + 1)]
  return page => before + page + after
}

/** One entry of a Link header; what a client sent of the URL as it was must not end the entry. */
export const linkTo = (url: string, rel: string): string =>
  `<${url.replace(/[<>"]/g, encodeURIComponent)}>; rel="${rel}"`

/** The parameters that URLs of pages repeat: those of the query, or else all that the request comes to. */
export function repeated({ address, bag, params, contract }: Exchange): Params {
  if (!contract.conduct.linksRepeatAll) return parseNested(address.query)
  return Object.fromEntries(
    Object.entries({ ...bag, ...params }).map(([name, value]) => [name, printed(value)]),
  )
}

/** The URL of the page behind a row, by a parameter that says so: as it was sent, unless all is repeated. */
export function urlBehind(exchange: Exchange, url: string, over: Readonly<Record<string, string>>): string {
  if (exchange.contract.conduct.linksRepeatAll) return pageUrl(url, repeated(exchange), over)
  const [[name, value]] = Object.entries(over) as [[string, string]]
  const sent = exchange.address.query.split('&').filter(pair => pair && !pair.startsWith(`${name}=`))
  return `${url}?${[...sent, `${name}=${value}`].join('&')}`
}

const instant = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.\d+Z$/

/** Instants stand in such URLs with their offset and without fractions. */
const printed = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(instant, '$1+00:00') : value
