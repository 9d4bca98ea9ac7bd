import type { Exchange } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { userNamed, users } from '../accounts.ts'
import type { GitLabCaller } from './credentials.ts'

/**
 * Puts another user in an administrator's place where the request asks for it, by parameter or header, by id or
 * username in any case. Answers whether it did (docs: README.md, "Sudo").
 */
export function sudo(exchange: Exchange): boolean {
  const asked = exchange.bag.sudo ?? exchange.headers.sudo
  if (asked === undefined || asked === null || asked === '') return false
  const caller = exchange.caller as GitLabCaller | undefined
  if (!caller?.user || !caller.token) throw refuse('unauthorized')
  if (!caller.user.is_admin) throw refuse('sudoNeedsAdmin')
  if (caller.token.kind === 'session' || caller.token.kind === 'job') throw refuse('sudoNeedsToken')
  if (!caller.scopes?.includes('sudo')) throw refuse('insufficientScope', { scope: 'sudo' })
  const name = typeof asked === 'object' ? JSON.stringify(asked) : `${asked}`
  const user = /^\d+$/.test(name) ? exchange.world.get(users, Number(name)) : userNamed(exchange.world, name)
  if (!user) throw refuse('sudoUnknown', { user: name })
  const as: GitLabCaller = { ...caller, user, label: `${user.username} (sudo by ${caller.user.username})` }
  exchange.caller = as
  return true
}
