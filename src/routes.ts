import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Contract, Operation } from './contract/contract.ts'
import { addressOf, originOf, worldOf } from './lifecycle/address.ts'
import type { Api, Caller, Exchange, Settings } from './lifecycle/exchange.ts'
import { type Journal, live } from './lifecycle/lifecycle.ts'
import type { Params } from './lifecycle/rack.ts'
import { type Refusal, refuse } from './lifecycle/reason.ts'
import type { Store } from './store/store.ts'

/** All that the routes of one API need. */
export interface Setting {
  readonly api: Api
  readonly contract: Contract
  readonly settings: Settings
  readonly store: Store
  readonly journal: Journal
  /** Host and port that stand in URLs where a request doesn't tell its own. */
  readonly host: () => string
}

const verbs = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Stands for the operation of a request that no route, or no method of its path, knows. */
const nowhere: Operation = {
  id: '',
  method: '',
  path: '',
  pointer: '',
  security: [],
  ability: undefined,
  pagination: [],
  attributes: new Map(),
  success: 200,
  answer: undefined,
  object: { operationId: '', responses: {} },
}

/** One Fastify route per path of the contract, for all methods: which of them are known is told in the lifecycle. */
export function addRoutes(app: FastifyInstance, setting: Setting): void {
  for (const [path, operations] of byPath(setting.contract)) {
    const url = setting.api.prefix + path.replace(/{(\w+)}/g, ':$1')
    const allow = methodsOf(operations)
    const handler = (request: FastifyRequest, reply: FastifyReply) => {
      const operation = operations.get(request.method === 'HEAD' ? 'GET' : request.method)
      const turnedAway = operation ? undefined : refuse('methodNotAllowed', { allow: allow.join(', ') })
      return respond(setting, request, reply, operation ?? nowhere, allow, turnedAway)
    }
    app.route({ method: verbs, url, handler })
    const literal = !url.endsWith('}') && !/:\w+$/.test(url)
    if (literal || setting.api.dotJsonAfterParameter)
      app.route({ method: verbs, url: `${url}.json`, handler })
  }
}

function byPath({ operations }: Contract): Map<string, Map<string, Operation>> {
  const paths = new Map<string, Map<string, Operation>>()
  for (const operation of operations.values()) {
    const known = paths.get(operation.path) ?? new Map<string, Operation>()
    paths.set(operation.path, known.set(operation.method, operation))
  }
  return paths
}

const methodsOf = (operations: Map<string, Operation>) =>
  [...operations.keys()].flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method]))

/** Lives a request that no route took, or that the HTTP server had something against. */
export function turnAway(setting: Setting, request: FastifyRequest, reply: FastifyReply, refusal: Refusal) {
  const lost = refusal.problems[0]!.reason === 'routeUnknown' && !verbs.includes(request.method)
  const allow = lost ? allowedAt(setting, addressOf(request.originalUrl).path) : []
  const reason = allow.length > 0 ? refuse('methodNotAllowed', { allow: allow.join(', ') }) : refusal
  return respond(setting, request, reply, nowhere, allow, reason)
}

/** The methods of a path; asked for the likes of TRACE and PROPFIND, of which no route is made. */
function allowedAt({ api, contract }: Setting, path: string): string[] {
  for (const [known, operations] of byPath(contract)) {
    const pattern = `^${api.prefix}${known.replace(/{\w+}/g, '[^/]+')}(\\.json)?/?$`
    if (new RegExp(pattern).test(path)) return methodsOf(operations)
  }
  return []
}

async function respond(
  { api, contract, settings, store, journal, host }: Setting,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: Operation,
  allow: readonly string[],
  turnedAway: Refusal | undefined,
): Promise<void> {
  const begun = performance.now()
  const address = addressOf(request.originalUrl)
  const world = worldOf(address, request.headers['x-understudy-world'])
  const exchange: Exchange = {
    api,
    contract,
    settings,
    world: store.world(world ?? 'main'),
    method: request.method,
    allow,
    address,
    headers: request.headers,
    origin: originOf(request.headers, host()) + address.prefix,
    pathParams: request.params as Params,
    rawBody: request.body as Buffer | undefined,
    operation,
    bag: Object.create(null),
    params: {},
    caller: undefined as unknown as Caller,
    identityRefusal: undefined,
    notes:
      world === undefined
        ? ['a world is named by up to 64 letters, digits, ".", "_", "-", as /w/<name> or X-Understudy-World']
        : [],
  }
  const { status, headers, body } = await live(
    exchange,
    journal,
    world === undefined ? refuse('badRequest') : turnedAway,
  )
  headers['X-Runtime'] = ((performance.now() - begun) / 1000).toFixed(6)
  if (status !== 204 && status !== 304) headers['Content-Length'] = `${Buffer.byteLength(body)}`
  // Fastify would add a charset to the media type and lower the names; both go out here as GitLab has them.
  reply.raw.writeHead(status, headers)
  // Only now, so that Fastify can still answer where a header can't be sent.
  reply.hijack()
  reply.raw.end(request.method === 'HEAD' ? undefined : body)
}
