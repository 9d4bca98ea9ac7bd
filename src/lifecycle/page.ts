import type { Exchange } from './exchange.ts'
import { refuse } from './reason.ts'

/** A part of a collection, and the headers that tell where in the collection it is. */
export interface Page {
  readonly items: readonly unknown[]
  readonly headers: Record<string, string>
}

const mostPerPage = 100

/** How many items a page has: at most 100, and 20 for a number that makes no sense. */
export function perPage({ params, contract }: Exchange): number {
  const asked = Number(params.per_page)
  if (asked === 0 && contract.conduct.failsOnZeroPerPage) throw refuse('zeroPerPage')
  return asked >= 1 ? Math.min(asked, mostPerPage) : 20
}

/** The URL of a request as its client sees it, without the query. */
export const urlOf = ({ origin, address }: Exchange): string => origin + address.path
