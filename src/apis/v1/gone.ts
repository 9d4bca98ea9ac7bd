import { value } from '../../behaviour/view.ts'
import type { Deed, Exchange } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'

/** The answer to a DELETE of what isn't there: nothing more to do, or not found (docs: README.md, "Status codes"). */
export function goneAlready({ contract }: Exchange): Deed {
  if (contract.conduct.deleteIsIdempotent) return value({})
  throw refuse('recordNotFound')
}
