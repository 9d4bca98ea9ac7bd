import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Contract } from './contract/contract.ts'
import { nowhereIn } from './contract/nowhere.ts'
import { type Address, addressOf, originOf, worldOf } from './lifecycle/address.ts'
import type { Api, Caller, Exchange, Settings } from './lifecycle/exchange.ts'
import { spoil } from './lifecycle/faults.ts'
import { fail, type Journal, live } from './lifecycle/lifecycle.ts'
import { meantBy } from './lifecycle/near_miss.ts'
import { type Answer, type Refusal, refuse } from './lifecycle/reason.ts'
import { sendWhole } from './lifecycle/sending.ts'
import { type Target, targetOf } from './lifecycle/target.ts'
import type { Paths } from './paths.ts'
import { mainWorld, type Store } from './store/store.ts'

/** All that the routes of one API need. */
export interface Setting {
  readonly api: Api
  readonly contract: Contract
  readonly paths: Paths
  readonly settings: Settings
  readonly store: Store
  readonly journal: Journal
  /** Host and port that stand in URLs where a request doesn't tell its own. */
  readonly host: () => string
  /** The path under which clients find the server, as a proxy in front has it. */
  readonly root: string
}

const namingWorlds =
  'a world is named by up to 64 letters, digits, ".", "_", "-", as /w/<name> or X-Understudy-World'

const verbs = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * A route for all of an API, whose paths are found in its contract; they serve HEAD where they serve GET, and `.json`
 * where the API cuts it.
 */
export function addRoutes(app: FastifyInstance, setting: Setting): void {
  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    const address = addressOf(request.originalUrl)
    const target = setting.paths.find(request.method, address)
    if (!target) return reply.callNotFound()
    if (target === 'tooLong') return turnAway(setting, request, reply, refuse('uriTooLong'))
    const { operation, allow } = target
    const refusal = operation ? undefined : refuse('methodNotAllowed', { allow: allow.join(', ') })
    return respond(setting, request, reply, address, target, refusal)
  }
  app.route({ method: verbs, url: `${setting.api.prefix}/*`, handler })
}

/**
 * Lives a request that no route took, or that the HTTP server had something against. Where its path is known, it is
 * the method that isn't.
 */
export function turnAway(setting: Setting, request: FastifyRequest, reply: FastifyReply, refusal: Refusal) {
  const lost = refusal.problems[0]!.reason === 'routeUnknown'
  const address = addressOf(request.originalUrl)
  const { path } = address
  const allow = lost ? setting.paths.allowAt(path) : []
  const target = targetOf(allow)
  if (allow.length > 0) {
    const reason = refuse('methodNotAllowed', { allow: allow.join(', ') })
    return respond(setting, request, reply, address, target, reason)
  }
  if (!lost) return respond(setting, request, reply, address, target, refusal)
  const { api, contract } = setting
  const [meant] = meantBy(api, contract, request.method, path)
  const hint = meant ? `did you mean ${meant}?` : 'nothing that is played here is like it'
  const note = meant || path.startsWith(`${api.prefix}/`) ? hint : undefined
  return respond(setting, request, reply, address, target, refuse('routeUnknown', { hint }), note)
}

/** Lives a request and sends its answer; over at once where nothing has to be waited for. */
function respond(
  setting: Setting,
  request: FastifyRequest,
  reply: FastifyReply,
  address: Address,
  target: Target,
  turnedAway: Refusal | undefined,
  note?: string,
): void | Promise<void> {
  const begun = performance.now()
  const { api, contract, settings, store, journal, host, root } = setting
  const { headers } = request
  const world = worldOf(address, headers['x-understudy-world'])
  const exchange: Exchange = {
    api,
    contract,
    settings,
    world: store.world(world ?? mainWorld),
    method: request.method,
    address,
    target,
    headers,
    origin: originOf(headers, host) + root + address.prefix,
    rawBody: request.body as Buffer | undefined,
    operation: target.operation ?? nowhereIn(contract),
    bag: {},
    params: {},
    caller: undefined as unknown as Caller,
    way: undefined,
    identityRefusal: undefined,
    scenario: undefined,
    requestId: store.requestId(),
    notes: [],
  }
  if (world === undefined) exchange.notes.push(namingWorlds)
  if (note !== undefined) exchange.notes.push(note)
  const refusal = world === undefined ? refuse('badRequest', { problem: namingWorlds }) : turnedAway
  const sent = (answer: Answer) => send(exchange, journal, reply, answer, begun)
  const answer = live(exchange, journal, refusal)
  return answer instanceof Promise ? answer.then(sent) : sent(answer)
}

/** Milliseconds as seconds with six decimals, as GitLab tells them. */
const secondsOf = (milliseconds: number) => {
  const micro = Math.round(milliseconds * 1000)
  return `${Math.floor(micro / 1e6)}.${`${micro % 1e6}`.padStart(6, '0')}`
}

function send(
  exchange: Exchange,
  journal: Journal,
  reply: FastifyReply,
  { status, headers, body }: Answer,
  begun: number,
): void | Promise<void> {
  headers['X-Runtime'] = secondsOf(performance.now() - begun)
  if (status !== 204 && status !== 304) headers['Content-Length'] = `${Buffer.byteLength(body)}`
  const { raw, request } = reply
  const { fault, delay } = exchange.scenario ?? {}
  const sending = {
    raw,
    connection: request.raw.socket,
    status,
    headers,
    body,
    bare: request.method === 'HEAD',
  }
  // A header that can't be sent, most likely: nothing has gone out yet, and nothing will.
  const broken = (error: unknown) => {
    fail(exchange, journal, error)
    raw.destroy()
  }
  // Fastify would add a charset to the media type and lower the names; both go out here as GitLab has them.
  reply.hijack()
  try {
    if (fault || delay) return spoil(fault, sending, delay)?.catch(broken)
    sendWhole(sending)
  } catch (error) {
    broken(error)
  }
}
