import type { Listing, Row } from '../store/table.ts'
import type { Exchange } from './exchange.ts'
import { linkTo, urlBehind } from './link.ts'
import { type Page, perPage, urlOf } from './page.ts'
import { refuse } from './reason.ts'

/**
 * A page that starts behind the last row of the one before (the behaviour has left out what `id_after` and `id_before`
 * say), with a link to the next as long as there are rows: only an empty page ends the walk.
 */
export function keysetPage(exchange: Exchange, items: Listing<unknown>): Page {
  const { order_by, sort } = exchange.params
  if (order_by !== 'id') throw refuse('keysetUnavailable')
  const rows = items.slice(0, perPage(exchange)) as readonly Row[]
  const last = rows.at(-1)
  if (!last) return { items: rows, headers: {} }
  const filter = sort === 'asc' ? 'id_after' : 'id_before'
  const next = linkTo(urlBehind(exchange, urlOf(exchange), { [filter]: `${last.id}` }), 'next')
  // GitLab 13.0 calls the header Links; clients follow nothing but Link, so both are sent.
  return { items: rows, headers: { Links: next, Link: next } }
}
