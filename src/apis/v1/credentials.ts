import type { Exchange, Scheme } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { type Row, table } from '../../store/table.ts'
import { faultOf, tokens, users } from '../accounts.ts'
import { runners } from './runners.ts'

/** A GitLab instance whose users are let in. */
export interface Instance extends Row {
  readonly url: string
}

/** The token with which new runners register. */
export interface RegistrationToken extends Row {
  readonly token: string
}

export const instances = table<Instance>('v1.instances')
export const registrationTokens = table<RegistrationToken>('v1.registration_tokens', 'token')

/** The ways of docs: README.md, "Authentication". */
export const schemes: Readonly<Record<string, Scheme>> = {
  private_token: exchange => userBy(exchange, exchange.bag.private_token),

  'PRIVATE-TOKEN': exchange => userBy(exchange, exchange.headers['private-token']),

  url: ({ bag, world }) => {
    const sent = textOf(bag.url)
    if (sent === undefined) return undefined
    const authorised = world.rows(instances).some(({ url }) => bare(url) === bare(sent))
    if (!authorised) throw refuse('unauthorized')
    return {}
  },

  // Whose token it is can only be told with the project: the room asks.
  project_token: ({ bag }) =>
    textOf(bag.project_token) === undefined ? undefined : { label: 'project token' },

  registration_token: ({ bag, world }) => {
    const sent = textOf(bag.token)
    if (sent === undefined) return undefined
    if (!world.find(registrationTokens, 'token', sent)) throw refuse('unauthorized')
    return { label: 'registration token' }
  },

  runner_token: ({ bag, world }) => {
    const sent = textOf(bag.token)
    if (sent === undefined) return undefined
    const runner = world.find(runners, 'token', sent)
    if (!runner) throw refuse('unauthorized')
    return { label: `runner ${runner.id}`, runner_id: runner.id }
  },
}

function userBy(exchange: Exchange, given: unknown) {
  const { world } = exchange
  const sent = textOf(given)
  if (sent === undefined) return undefined
  const token = world.find(tokens, 'token', sent)
  const user = world.get(users, token?.user_id)
  const good = token && ['personal', 'impersonation'].includes(token.kind) && !faultOf(token, exchange)
  if (!good || user?.state !== 'active') throw refuse('unauthorized')
  return { label: user.username, user }
}

/** A credential as it was sent; nothing where it is blank. A list or a hash can be nobody's. */
function textOf(sent: unknown): string | undefined {
  if (sent === undefined || sent === null || sent === '') return undefined
  if (typeof sent === 'object') throw refuse('unauthorized')
  return String(sent)
}

/** A url without the slashes at its end; by a loop, as a regular expression takes ages over a million slashes. */
function bare(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end)
}
