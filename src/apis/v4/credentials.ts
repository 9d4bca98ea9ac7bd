import type { Caller, Exchange, Scheme } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { faultOf, type Token, tokens, type User, users } from '../accounts.ts'
import { type Trigger, triggers } from './ci_tables.ts'

/** Who asks GitLab: a user by one of their tokens, or whoever holds a trigger's token. */
export interface GitLabCaller extends Caller {
  readonly user?: User
  readonly token?: Token
  readonly trigger?: Trigger
}

/** An exchange as the rooms of this API know it; anonymous requests have no caller. */
export type Ask<P = Record<string, unknown>> = Exchange<P, GitLabCaller>

/** What each scope is reached by. docs: README.md, "Authentication"; read_user is for the users' own page. */
export const grantedBy: Readonly<Record<string, readonly string[]>> = {
  api: ['api'],
  read_api: ['api', 'read_api'],
  read_user: ['read_user', 'api', 'read_api'],
}

/** The tokens that are used as a personal one is. */
const asPersonal = ['personal', 'impersonation', 'project'] as const
const asOAuth = ['oauth', ...asPersonal] as const

/** The ways of docs: README.md, "Authentication"; their order of precedence is that of each operation's `security`. */
export const schemes: Readonly<Record<string, Scheme>> = {
  access_token: exchange => {
    const sent = exchange.bag.access_token
    const twice = sent !== undefined && bearerOf(exchange.headers.authorization) !== undefined
    if (twice && exchange.contract.conduct.refusesTwoTokens) throw refuse('twoTokens')
    return userBy(exchange, unlessPersonal(exchange, sent), asOAuth)
  },

  bearer: exchange => {
    const sent = bearerOf(exchange.headers.authorization) ?? exchange.bag.bearer_token
    return userBy(exchange, unlessPersonal(exchange, sent), asOAuth)
  },

  private_token: exchange => userBy(exchange, exchange.bag.private_token, asPersonal),

  'Private-Token': exchange => userBy(exchange, exchange.headers['private-token'], asPersonal),

  job_token: exchange => userBy(exchange, exchange.headers['job-token'] ?? exchange.bag.job_token, ['job']),

  // A token that fits no trigger is for the room to refuse: it says 404, not 401.
  trigger_token: exchange => {
    const { token } = exchange.bag
    if (token === undefined || token === null || typeof token === 'object') return undefined
    const sent = `${token}`
    const trigger = exchange.world.find(triggers, 'token', sent)
    const job = trigger ? undefined : exchange.world.find(tokens, 'token', sent)
    if (job?.kind === 'job') return userBy(exchange, sent, ['job'])
    return { label: trigger ? `trigger ${trigger.id}` : 'unknown trigger', trigger }
  },

  session: exchange => {
    const sent = /(?:^|;\s*)_gitlab_session=([^;\s]+)/.exec(exchange.headers.cookie ?? '')?.[1]
    const session = sent === undefined ? undefined : exchange.world.find(tokens, 'token', sent)
    if (session?.kind !== 'session') return undefined
    // A browser sends its cookie to whoever asks for it: what writes must show that it comes from GitLab's own pages.
    const reads = exchange.method === 'GET' || exchange.method === 'HEAD'
    if (!reads && exchange.headers['x-csrf-token'] !== session.csrf_token) return undefined
    return userBy(exchange, sent, ['session'])
  },
}

/** How long GitLab's personal tokens are: one of this length in an OAuth token's place is taken for one. */
const personalLength = 20

/** What stands in an OAuth token's place, unless it is a personal one: that comes behind those sent as such. */
function unlessPersonal({ bag, headers }: Exchange, sent: unknown): unknown {
  const personal = bag.private_token || headers['private-token']
  return personal && typeof sent === 'string' && sent.length === personalLength ? undefined : sent
}

function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1]
}

function userBy(exchange: Exchange, sent: unknown, kinds: readonly Token['kind'][]) {
  const { world } = exchange
  if (sent === undefined || sent === null || sent === '') return undefined
  // A list or a hash can be nobody's token.
  const token = typeof sent === 'string' ? world.find(tokens, 'token', sent) : undefined
  const user = world.get(users, token?.user_id)
  if (!token || !user || !kinds.includes(token.kind)) throw refuse('unauthorized')
  const fault = faultOf(token, exchange)
  if (fault) throw refuse(fault)
  if (user.state === 'blocked') throw refuse('blocked')
  return { label: user.username, scopes: token.scopes, user, token }
}
