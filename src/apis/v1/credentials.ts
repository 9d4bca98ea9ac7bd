import type { Caller, Exchange, Scheme } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { type Row, table } from '../../store/table.ts'
import { isExpired, tokens, type User, users } from '../accounts.ts'
import { type Runner, runners } from './runners.ts'

/** Who asks GitLab CI: a user of the GitLab beside it, a runner, or whoever holds a project's or the instance's token. */
export interface CiCaller extends Caller {
  readonly user?: User
  readonly runner?: Runner
}

/** An exchange as the rooms of this API know it. */
export type Ask<P = Record<string, unknown>> = Exchange<P, CiCaller>

/** A GitLab instance whose users are let in. */
interface Instance extends Row {
  readonly url: string
}

/** The token with which new runners register. */
interface RegistrationToken extends Row {
  readonly token: string
}

const instances = table<Instance>('v1.instances')
const registrationTokens = table<RegistrationToken>('v1.registration_tokens', 'token')

/** The ways of docs: README.md, "Authentication". */
export const schemes: Readonly<Record<string, Scheme>> = {
  private_token: exchange => userBy(exchange, exchange.bag.private_token),

  'PRIVATE-TOKEN': exchange => userBy(exchange, exchange.headers['private-token']),

  url: ({ bag, world }) => {
    if (!bag.url) return undefined
    const authorised = world.rows(instances).some(({ url }) => bare(url) === bare(`${bag.url}`))
    if (!authorised) throw refuse('unauthorized')
    return {}
  },

  // Whose token it is can only be told with the project: the room asks.
  project_token: ({ bag }) => (bag.project_token ? { label: 'project token' } : undefined),

  registration_token: ({ bag, world }) => {
    if (!bag.token) return undefined
    if (!world.find(registrationTokens, 'token', `${bag.token}`)) throw refuse('unauthorized')
    return { label: 'registration token' }
  },

  runner_token: ({ bag, world }) => {
    if (!bag.token) return undefined
    const runner = world.find(runners, 'token', `${bag.token}`)
    if (!runner) throw refuse('unauthorized')
    return { label: `runner ${runner.id}`, runner }
  },
}

function userBy({ world }: Exchange, sent: unknown) {
  if (!sent) return undefined
  const token = world.find(tokens, 'token', `${sent}`)
  const user = world.get(users, token?.user_id)
  const good =
    token && ['personal', 'impersonation'].includes(token.kind) && !token.revoked && !isExpired(token, world)
  if (!good || user?.state !== 'active') throw refuse('unauthorized')
  return { label: user.username, user }
}

const bare = (url: string) => url.replace(/\/+$/, '')
