import type { Exchange } from './exchange.ts'
import { keptByText } from './kept.ts'
import { urlOf } from './page.ts'
import { type Params, parseNested, toQuery } from './rack.ts'

/** URLs of a collection's pages by their number; what is repeated in them, and how many items a page has unless that was sent. */
export function pageUrls(exchange: Exchange, size: number): (page: number) => string {
  const { address, contract } = exchange
  const parts = () => {
    const params = repeated(exchange)
    return partsOf({ ...params, per_page: params.per_page ?? `${size}` })
  }
  // A query alone makes them: the same ones are asked with again and again.
  const [before, after] = contract.conduct.linksRepeatAll
    ? parts()
    : keptParts(`${size} ${address.query}`, parts)
  return page => `${urlOf(exchange)}?${before}${page}${after}`
}

/** A query before and behind the number of its page. */
type Parts = readonly [before: string, after: string]

function partsOf(params: Params): Parts {
  const query = toQuery({ ...params, page: 0 })
  const place = query.search(/(?<=^|&)page=0(?=&|$)/) + 'page='.length
  return [query.slice(0, place), query.slice(place + 1)]
}

const keptParts = keptByText<Parts>({ most: 1000, longest: 200 })

/** One entry of a Link header; what a client sent of the URL as it was must not end the entry. */
export const linkTo = (url: string, rel: string): string =>
  `<${/[<>"]/.test(url) ? escaped(url) : url}>; rel="${rel}"`

// Most have nothing to escape, which is found out much faster.
const escaped = (url: string) => url.replace(/[<>"]/g, encodeURIComponent)

/** The parameters that URLs of pages repeat: those of the query, or else all that the request comes to. */
export function repeated({ address, bag, params, contract }: Exchange): Params {
  if (!contract.conduct.linksRepeatAll) return parseNested(address.query)
  return Object.fromEntries(
    Object.entries({ ...bag, ...params }).map(([name, value]) => [name, printed(value)]),
  )
}

/** The URL of the page behind a row, by a parameter that says so: as it was sent, unless all is repeated. */
export function urlBehind(exchange: Exchange, url: string, over: Readonly<Record<string, string>>): string {
  if (exchange.contract.conduct.linksRepeatAll) return `${url}?${toQuery({ ...repeated(exchange), ...over })}`
  const [[name, value]] = Object.entries(over) as [[string, string]]
  const sent = exchange.address.query.split('&').filter(pair => pair && !pair.startsWith(`${name}=`))
  return `${url}?${[...sent, `${name}=${value}`].join('&')}`
}

const instant = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.\d+Z$/

/** Instants stand in such URLs with their offset and without fractions. */
const printed = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(instant, '$1+00:00') : value
