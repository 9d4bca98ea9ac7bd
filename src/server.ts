import { join } from 'node:path'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { makeProgress, settle } from './apis/progress.ts'
import { v1, v1Rows } from './apis/v1/api.ts'
import { v4, v4Rows } from './apis/v4/api.ts'
import { checkApi, checkRows } from './behaviour/check.ts'
import { answerClientError } from './client_errors.ts'
import { checkStructure } from './contract/check.ts'
import type { Contract } from './contract/contract.ts'
import type { Schema } from './contract/document.ts'
import { builtFile, loadContract, type Profile, profiles } from './contract/load.ts'
import { adminApi } from './control/admin.ts'
import { guardOf } from './control/guard.ts'
import { addDocs } from './docs.ts'
import { frontOf } from './front.ts'
import { addHome } from './home.ts'
import { addressOf } from './lifecycle/address.ts'
import { type Arming, armingsOf } from './lifecycle/arming.ts'
import { checkArming, checkForm } from './lifecycle/arming_check.ts'
import type { Born } from './lifecycle/arms.ts'
import type { Api, Settings } from './lifecycle/exchange.ts'
import type { Journal } from './lifecycle/lifecycle.ts'
import { ParameterError } from './lifecycle/rack.ts'
import { type Refusal, refuse } from './lifecycle/reason.ts'
import { rateLimitOf } from './lifecycle/throttle.ts'
import type { Options } from './options.ts'
import { addRoutes, pathsOf, type Setting, turnAway } from './routes.ts'
import { ownFixtures } from './store/fixtures.ts'
import { mainWorld, type Store } from './store/store.ts'
import { declaredTables } from './store/table.ts'
import type { Changes, World } from './store/world.ts'
import { versionOf } from './version.ts'

// Runners send whole traces of up to 4 MiB as forms, where every byte may take three.
const mostBody = 16 * 1024 * 1024
const longestParam = 4096
/** A body whose length was told but that never comes is waited for so many milliseconds, then answered with 408. */
const slowestRequest = 60_000

// No route has a schema: Fastify's own compilers, which take long to load, are never asked.
const schemaController = {
  compilersFactory: { buildValidator: () => () => () => true, buildSerializer: () => () => JSON.stringify },
} as unknown as FastifyServerOptions['schemaController']

/** A Fastify app that is ready to listen, and who can tell what its contracts would say of rows. */
export interface Server {
  readonly app: FastifyInstance
  /** What can't be shown of a world as the contracts want it: of all its rows, or of those that changes touch. */
  readonly faultsIn: (world: World, only?: Changes) => string[]
  /** Throws where scenarios are none, or name what no contract knows. */
  readonly refuseScenarios: (armings: readonly Arming[]) => void
  /** The scenarios with which every world is born. */
  readonly armed: Born
  /** The path under which clients find it, as a proxy in front has it. */
  readonly root: string
}

/** Contracts, worlds, routes and pages on one Fastify app. */
export function createServer(options: Options, store: Store, journal: Journal, adminToken?: string): Server {
  const front = frontOf(options.front)
  const settings: Settings = {
    checkAnswers: options.checkAnswers,
    impersonation: options.impersonation,
    armed: { armings: armingsOf(options.scenario), seed: options.seed },
    rateLimit: rateLimitOf(options.rateLimit),
    progress: options.progress,
  }
  const settingOf = (api: Api, journal: Journal): Setting => {
    const contract = loadContract(api.name, options.profile)
    refuseFaults(api, contract, options.profile)
    return {
      api,
      contract,
      paths: pathsOf(api, contract),
      settings,
      store,
      journal,
      host: () => hostOf(app),
      root: front.root,
    }
  }
  const inV1 = settingOf(v1, journal)
  const inV4 = settingOf(v4, journal)
  const faultsIn = (world: World, only?: Changes) => [
    ...checkRows(v1, inV1.contract, world, v1Rows, only),
    ...checkRows(v4, inV4.contract, world, v4Rows, only),
  ]
  // Our own are checked by our tests: it takes longer than all else at the start.
  if (options.fixtures !== ownFixtures) refuseFixtures(options.fixtures, store.world(mainWorld), faultsIn)

  const { adminToken: _, ...told } = options
  const admin = adminApi({
    store,
    apis: [inV4, inV1],
    settings: told,
    version: versionOf,
    armed: settings.armed,
    faultsIn,
    guard: guardOf(adminToken),
    token: adminToken,
    makeProgress,
    shutDown: () => void app.close(),
  })
  const inAdmin = settingOf({ ...admin, settle }, journal)
  const refuseScenarios = (armings: readonly Arming[]) =>
    refuseUnknown(armings, inAdmin.contract, [inV4, inV1])
  refuseScenarios(settings.armed.armings)

  const asked = (request: FastifyRequest) => {
    // Whoever asks for v2 is told what a server of v1 tells of any path that it doesn't know.
    if (isUnder(request, v1.prefix) || isUnder(request, '/api/v2')) return inV1
    return isUnder(request, admin.prefix) ? inAdmin : inV4
  }
  const app = Fastify({
    bodyLimit: mostBody,
    forceCloseConnections: true,
    requestTimeout: slowestRequest,
    exposeHeadRoutes: false,
    schemaController,
    routerOptions: { maxParamLength: longestParam, ignoreTrailingSlash: true },
    rewriteUrl: request => {
      front.pass(request)
      const { path, query } = addressOf(request.url ?? '/')
      return query ? `${path}?${query}` : path
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      void turnAway(asked(request), request, reply as FastifyReply, refusalOf(error, request))
    },
  })
  // As Rack has it, any request may bring a body.
  for (const method of ['GET', 'HEAD']) app.addHttpMethod(method, { hasBody: true, overrideExisting: true })
  // Bodies are read where all parameters are: in the lifecycle.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: FastifyError | ParameterError, request, reply) =>
    turnAway(asked(request), request, reply, refusalOf(error, request)),
  )
  app.setNotFoundHandler((request, reply) => {
    const reason = isUnder(request, '/api/v3') ? 'versionGone' : 'routeUnknown'
    return turnAway(asked(request), request, reply, refuse(reason))
  })

  addRoutes(app, inV1)
  addRoutes(app, inV4)
  addRoutes(app, inAdmin)
  addDocs(
    app,
    [inV4, inV1, inAdmin].map(({ api, contract }) => ({ name: api.name, contract })),
    front.root,
  )
  addHome(app, store, { profile: options.profile, root: front.root, asksForToken: adminToken !== undefined })
  return { app, faultsIn, refuseScenarios, armed: settings.armed, root: front.root }
}

function isUnder({ url }: FastifyRequest, prefix: string): boolean {
  const { path } = addressOf(url)
  return path === prefix || path.startsWith(`${prefix}/`)
}

function refusalOf(error: FastifyError | ParameterError, { headers }: FastifyRequest): Refusal {
  if (error instanceof ParameterError) return refuse('badRequest', { problem: error.message })
  const { code, statusCode = 500 } = error
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return refuse('unsupportedType', { type: headers['content-type'] ?? '' })
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refuse('tooLarge')
  if (code === 'FST_ERR_MAX_PARAM_LENGTH' || statusCode === 414) return refuse('uriTooLong')
  return statusCode >= 500 ? refuse('serverError') : refuse('badRequest', { problem: error.message })
}

function hostOf(app: FastifyInstance): string {
  const address = app.server.address()
  if (typeof address !== 'object' || !address) return 'localhost'
  const { family, address: host, port } = address
  return `${family === 'IPv6' ? `[${host}]` : host}:${port}`
}

/** Throws where a contract is faulty, or where code doesn't fit it. */
function refuseFaults(api: Api, contract: Contract, profile: Profile): void {
  const faults = checkStructure(contract).map(({ place, problem }) => `${place}: ${problem}`)
  const others = () =>
    profiles.filter(it => it !== profile).flatMap(it => [...loadContract(api.name, it).operations.keys()])
  faults.push(...checkApi(api, contract, others))
  if (faults.length > 0) throw new Error(`${builtFile(api.name, profile).pathname}: ${faults.join('\n')}`)
}

/** Throws where scenarios aren't what the control API would take. */
function refuseUnknown(armings: readonly Arming[], control: Contract, settings: readonly Setting[]): void {
  if (armings.length === 0) return
  const apis = settings.map(({ api, contract }) => ({ name: api.name, contract }))
  const { Arming, Answer } = control.document.components.schemas ?? {}
  const names = [Arming, Answer].flatMap(schema =>
    Object.keys((schema as Schema | undefined)?.properties ?? {}),
  )
  const validate = control.validator('/components/schemas/Arming')
  const problems = armings.flatMap(
    arming => checkForm(arming, validate, names) ?? checkArming(arming, apis) ?? [],
  )
  if (problems.length > 0) throw new Error(`a scenario can't be armed: ${problems.join('; ')}`)
}

/** Throws where fixtures have tables that nobody reads, or rows that can't be shown. */
function refuseFixtures(folder: string, world: World, faultsIn: Server['faultsIn']): void {
  const strays = world.tableNames().filter(name => !declaredTables.has(name))
  const faults = strays.map(name => `${name.replace('.', '/')}.json: nobody reads a table of this name`)
  faults.push(...faultsIn(world))
  if (faults.length > 0) throw new Error(told(faults.map(fault => join(folder, fault))))
}

const mostTold = 20

/** Faults for people to read: the first ones, and how many more there are. */
export function told(faults: readonly string[]): string {
  const more = faults.length > mostTold ? [`and ${faults.length - mostTold} more`] : []
  return [...faults.slice(0, mostTold), ...more].join('\n')
}
