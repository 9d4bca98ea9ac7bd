import { resolve } from '../contract/document.ts'
import type { Listing } from '../store/table.ts'
import type { Exchange } from './exchange.ts'
import { keysetPage } from './keyset.ts'
import { linkTo, pageUrls } from './link.ts'
import { type Page, perPage } from './page.ts'
import { refuse } from './reason.ts'

/** GitLab counts no further than this: above it the total and the last page are not told. */
const mostCounted = 10_000

/** Where there is a better way to page, pages end this far into the collection, full or not. */
const farthest = 50_000

/** The page of a collection that a request asks for, in the way of paging that its operation has. */
export function paginate(exchange: Exchange, items: Listing<unknown>): Page {
  const { operation, params } = exchange
  if (operation.pagination.length === 0) return { items: items.slice(0, items.count), headers: {} }
  if (operation.pagination.includes('keyset') && params.pagination === 'keyset')
    return keysetPage(exchange, items)
  return operation.pagination.includes('silent') ? silentPage(exchange, items) : offsetPage(exchange, items)
}

/** A page of which no header tells: of any size, and of 25 where the number makes no sense. */
function silentPage({ params }: Exchange, items: Listing<unknown>): Page {
  const size = Number(params.per_page) >= 1 ? Number(params.per_page) : 25
  const start = (Math.max(1, Number(params.page)) - 1) * size
  return { items: items.slice(start, start + size), headers: {} }
}

function offsetPage(exchange: Exchange, items: Listing<unknown>): Page {
  refuseFarPages(exchange)
  const size = perPage(exchange)
  const page = Math.max(1, Number(exchange.params.page))
  const last = Math.max(1, Math.ceil(items.count / size))
  const next = page < last ? page + 1 : undefined
  const prev = page > 1 && page <= last ? page - 1 : undefined
  const counted = items.count <= mostCounted
  // With per_page as it was sent, even where it was cut to what is allowed.
  const urlAt = pageUrls(exchange, size)
  const links: string[] = []
  if (prev !== undefined) links.push(linkTo(urlAt(prev), 'prev'))
  if (next !== undefined) links.push(linkTo(urlAt(next), 'next'))
  links.push(linkTo(urlAt(1), 'first'))
  if (counted) links.push(linkTo(urlAt(last), 'last'))
  return {
    items: items.slice((page - 1) * size, page * size),
    headers: {
      'X-Per-Page': `${size}`,
      'X-Page': `${page}`,
      'X-Next-Page': `${next ?? ''}`,
      'X-Prev-Page': `${prev ?? ''}`,
      Link: links.join(', '),
      ...(counted ? { 'X-Total': `${items.count}`, 'X-Total-Pages': `${last}` } : {}),
    },
  }
}

/** Refuses pages, by the numbers as they were sent, that a walk by keyset would better reach. */
function refuseFarPages({ contract: { document }, operation, params }: Exchange): void {
  if (!operation.pagination.includes('keyset')) return
  if (Number(params.page) * Number(params.per_page) <= farthest) return
  const { items = {} } = resolve(document, operation.answer!)
  throw refuse('pageTooFar', { maximum: farthest, type: resolve(document, items).title ?? '' })
}
