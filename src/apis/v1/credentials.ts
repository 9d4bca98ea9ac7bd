import type { Exchange, Scheme } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { type Row, table } from '../../store/table.ts'
import { faultOf, type Token, tokens, type User, users } from '../accounts.ts'
import { remembered } from '../remembered.ts'
import type { CiCaller } from './caller.ts'
import { bare, instances } from './instances.ts'
import { projects } from './project_record.ts'
import { runners } from './runners.ts'

/** The token with which new runners register. */
export interface RegistrationToken extends Row {
  readonly token: string
}

export const registrationTokens = table<RegistrationToken>('v1.registration_tokens', 'token')

const personal = ['personal', 'impersonation'] as const

/** The ways of docs: README.md, "Authentication", and those that servers have beside them. */
export const schemes: Readonly<Record<string, Scheme>> = {
  private_token: exchange => userBy(exchange, parameterOf(exchange, 'private_token'), personal),

  'PRIVATE-TOKEN': exchange => userBy(exchange, exchange.headers['private-token'], personal),

  access_token: exchange => userBy(exchange, parameterOf(exchange, 'access_token'), ['oauth']),

  'ACCESS-TOKEN': exchange => userBy(exchange, exchange.headers['access-token'], ['oauth']),

  url: ({ bag, world }) => {
    const sent = textOf(bag.url)
    if (sent === undefined) return undefined
    const known = remembered(
      world,
      [instances],
      'urls',
      () => new Set(world.rows(instances).map(it => bare(it.url))),
    )
    const authorised = known.has(bare(sent))
    if (!authorised) throw refuse('unauthorized')
    return {}
  },

  // Whose token it is can only be told with the project: the room asks.
  project_token: ({ bag }) =>
    textOf(bag.project_token) === undefined ? undefined : { label: 'project token' },

  trigger_token: ({ bag }) => (isBlank(bag.token) ? undefined : { label: 'trigger token' }),

  registration_token: exchange => {
    const { bag, world, contract } = exchange
    const sent = textOf(bag.token)
    if (sent === undefined) return undefined
    const shared = contract.conduct.sharesRunners === true
    const known = world.find(registrationTokens, 'token', sent)
    if (known) return { label: 'registration token', runs: { shared } } satisfies Partial<CiCaller>
    const project = shared ? world.find(projects, 'token', sent) : undefined
    if (!project) throw refuse('unauthorized')
    const runs = { shared: false, project_id: project.id }
    return { label: `token of project ${project.id}`, runs } satisfies Partial<CiCaller>
  },

  runner_token: ({ bag, world }) => {
    const sent = textOf(bag.token)
    if (sent === undefined) return undefined
    const runner = world.find(runners, 'token', sent)
    if (!runner) throw refuse('unauthorized')
    return { label: `runner ${runner.id}`, runner_id: runner.id }
  },
}

/** A user's token as a parameter; where a blank one counts, it is nobody's. */
function parameterOf({ bag, contract }: Exchange, name: string): unknown {
  const sent = bag[name]
  if (contract.conduct.heedsBlankTokens && typeof sent === 'string' && isBlank(sent))
    throw refuse('unauthorized')
  return sent
}

function userBy(exchange: Exchange, given: unknown, kinds: readonly Token['kind'][]) {
  const sent = textOf(given)
  if (sent === undefined) return undefined
  const user = userOf(exchange, sent, kinds)
  if (!user) throw refuse('unauthorized')
  return { label: user.username, user }
}

/** The user whom a token of GitLab lets in; nothing where it is no good. */
export function userOf(
  exchange: Pick<Exchange, 'world' | 'settings'>,
  sent: string,
  kinds: readonly Token['kind'][] = personal,
): User | undefined {
  const { world } = exchange
  const token = world.find(tokens, 'token', sent)
  const user = world.get(users, token?.user_id)
  const good = token && kinds.includes(token.kind) && !faultOf(token, exchange as Exchange)
  return good && user?.state === 'active' ? user : undefined
}

/** A credential as it was sent; nothing where it is blank. A list or a hash can be nobody's. */
function textOf(sent: unknown): string | undefined {
  if (isBlank(sent)) return undefined
  if (typeof sent === 'object') throw refuse('unauthorized')
  return String(sent)
}

function isBlank(sent: unknown): boolean {
  if (typeof sent === 'string') return sent.trim() === ''
  if (typeof sent === 'object' && sent !== null) return Object.keys(sent).length === 0
  return sent === undefined || sent === null || sent === false
}
