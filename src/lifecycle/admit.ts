import type { Exchange } from './exchange.ts'
import { refuse } from './reason.ts'

/**
 * Lets a request in, or not, as the operation's `security` says: a credential that is no good is refused everywhere,
 * none at all where `{}` isn't among the requirements, and one whose scopes don't reach.
 */
export function admit(exchange: Exchange): void {
  const { api, caller, operation } = exchange
  if (exchange.identityRefusal) throw exchange.identityRefusal
  if (api.actAs?.(exchange)) return
  if (!caller) {
    if (operation.isOpen) return
    throw refuse('unauthorized')
  }
  const { scopes } = exchange.way!
  if (scopes.some(asked => asked.every(scope => reaches(exchange, scope)))) return
  const enough = new Set(scopes.flat().flatMap(scope => api.grantedBy[scope] ?? [scope]))
  throw refuse('insufficientScope', { scope: [...enough].join(' ') })
}

const reaches = ({ api, caller }: Exchange, scope: string) =>
  (api.grantedBy[scope] ?? [scope]).some(granting => caller.scopes?.includes(granting))
