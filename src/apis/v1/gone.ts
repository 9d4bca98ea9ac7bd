import { value } from '../../behaviour/view.ts'
import type { Deed, Exchange } from '../../lifecycle/exchange.ts'
import { type Reason, refuse } from '../../lifecycle/reason.ts'

/** A record's id as a path tells it: a number, or else nobody's. */
export type PathId = number | string

/** The id to look a record up by; what is no number is not found, rather than invalid or gone already. */
export function idOf(told: PathId): number {
  if (typeof told === 'number') return told
  throw refuse('recordNotFound')
}

/** The answer to a DELETE of what isn't there: nothing more to do, or not found (docs: README.md, "Status codes"). */
export function goneAlready({ contract }: Exchange, reason: Reason = 'recordNotFound'): Deed {
  if (contract.conduct.deleteIsIdempotent) return value({})
  throw refuse(reason)
}
