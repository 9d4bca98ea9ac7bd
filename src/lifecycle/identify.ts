import type { Caller, Exchange, Proof } from './exchange.ts'
import { Refusal } from './reason.ts'

/**
 * Finds out who asks, by the first of the operation's security requirements for which a credential was sent. Never
 * refuses: what is wrong with a credential is kept for whoever needs to know who asks.
 */
export function identify(exchange: Exchange): void {
  const { api, operation } = exchange
  try {
    for (const requirement of operation.security) {
      const schemes = Object.keys(requirement)
      if (schemes.length === 0) continue
      const proofs = schemes.map(scheme => api.schemes[scheme]!(exchange))
      if (proofs.includes(undefined)) continue
      const proof = Object.assign({}, ...(proofs as Proof[])) as Proof
      exchange.caller = { label: '', scopes: [], ...proof, schemes } satisfies Caller
      return
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    exchange.identityRefusal = error
  }
}
