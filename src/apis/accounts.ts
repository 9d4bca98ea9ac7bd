import type { Exchange } from '../lifecycle/exchange.ts'
import type { Reason } from '../lifecycle/reason.ts'
import { type Row, table } from '../store/table.ts'
import type { World } from '../store/world.ts'
import { remembered } from './remembered.ts'

/** A user, as both APIs know one: GitLab CI asks the same GitLab who somebody is. */
export interface User extends Row {
  readonly name: string
  readonly username: string
  readonly state: 'active' | 'blocked'
  readonly avatar_url: string | null
  readonly email: string
  readonly is_admin: boolean
  readonly bio: string | null
  readonly created_at: string
  readonly [detail: string]: unknown
}

/** What a person, a job or a browser shows to be let in. */
export interface Token extends Row {
  readonly token: string
  readonly kind: 'personal' | 'impersonation' | 'project' | 'oauth' | 'job' | 'session'
  readonly user_id: number
  readonly scopes: readonly string[]
  /** The day from which the token is no good. */
  readonly expires_at: string | null
  readonly revoked: boolean
  readonly project_id: number | null
  /** What a session's writing requests bring along. */
  readonly csrf_token: string | null
}

export const users = table<User>('accounts.users')
export const tokens = table<Token>('accounts.tokens', 'token')

/** The user of a name, in any case. */
export function userNamed(world: World, name: string): User | undefined {
  const ids = remembered(world, [users], 'names', () => {
    const rows = world.rows(users).toReversed()
    return new Map(rows.map(({ id, username }) => [username.toLowerCase(), id]))
  })
  return world.get(users, ids.get(name.toLowerCase()))
}

/** Whether a token's last day is over. */
export const isExpired = (token: Token, world: World): boolean =>
  token.expires_at !== null && Date.parse(token.expires_at) <= world.clock.now()

/** Why a token is no good by now; nothing where it is good. */
export function faultOf(token: Token, { world, settings }: Exchange): Reason | undefined {
  if (isExpired(token, world)) return 'tokenExpired'
  if (token.revoked) return 'tokenRevoked'
  return token.kind === 'impersonation' && !settings.impersonation ? 'impersonationDisabled' : undefined
}
