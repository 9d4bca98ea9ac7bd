import type { Caller, Exchange, Proof } from './exchange.ts'
import { Refusal } from './reason.ts'

/**
 * Finds out who asks, by the first of the operation's ways for which a credential was sent. Never refuses: what is wrong
 * with a credential is kept for whoever needs to know who asks.
 */
export function identify(exchange: Exchange): void {
  try {
    for (const way of exchange.operation.ways) {
      const proof = proofOf(exchange, way.schemes)
      if (!proof) continue
      exchange.caller = isCaller(proof) ? proof : { label: '', ...proof }
      exchange.way = way
      return
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    exchange.identityRefusal = error
  }
}

const isCaller = (proof: Proof): proof is Proof & Caller => proof.label !== undefined

/** What credentials of all these schemes prove together; nothing where one wasn't sent, and those that were are good. */
function proofOf(exchange: Exchange, schemes: readonly string[]): Proof | undefined {
  const { api } = exchange
  // Nearly every way has one scheme.
  if (schemes.length === 1) return api.schemes[schemes[0]!]!(exchange)
  const proofs = schemes.map(scheme => api.schemes[scheme]!(exchange))
  return proofs.includes(undefined) ? undefined : Object.assign({}, ...proofs)
}
