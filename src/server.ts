import type { FastifyInstance, FastifyRequest } from 'fastify'
import { makeProgress, settle } from './apis/progress.ts'
import { v1, v1Rows } from './apis/v1/api.ts'
import { v4, v4Rows } from './apis/v4/api.ts'
import { createApp, isUnder } from './app.ts'
import { checkRows } from './behaviour/check.ts'
import { loadContract } from './contract/load.ts'
import { adminApi } from './control/admin.ts'
import { guardOf } from './control/guard.ts'
import { addDocs } from './docs.ts'
import { frontOf } from './front.ts'
import { addHome } from './home.ts'
import { type Arming, armingsOf } from './lifecycle/arming.ts'
import type { Born } from './lifecycle/arms.ts'
import type { Api, Settings } from './lifecycle/exchange.ts'
import type { Journal } from './lifecycle/lifecycle.ts'
import { rateLimitOf } from './lifecycle/throttle.ts'
import type { Options } from './options.ts'
import { pathsOf } from './paths.ts'
import { addRoutes, type Setting, turnAway } from './routes.ts'
import { type FaultsIn, refuseFaults, refuseFixtures, refuseUnknown } from './start_checks.ts'
import { ownFixtures } from './store/fixtures.ts'
import { mainWorld, type Store } from './store/store.ts'
import type { Changes, World } from './store/world.ts'
import { versionOf } from './version.ts'

/** A Fastify app that is ready to listen, and who can tell what its contracts would say of rows. */
export interface Server {
  readonly app: FastifyInstance
  /** What can't be shown of a world as the contracts want it: of all its rows, or of those that changes touch. */
  readonly faultsIn: FaultsIn
  /** Throws where scenarios are none, or name what no contract knows. */
  readonly refuseScenarios: (armings: readonly Arming[]) => void
  /** The scenarios with which every world is born. */
  readonly armed: Born
  /** The path under which clients find it, as a proxy in front has it. */
  readonly root: string
}

/** Contracts, worlds, routes and pages on one Fastify app; `shutDown` ends the process's part of it, when a call asks for that. */
export function createServer(
  options: Options,
  store: Store,
  journal: Journal,
  adminToken: string | undefined,
  shutDown: () => void,
): Server {
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
    shutDown,
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
  const app = createApp(front, (request, reply, refusal) => turnAway(asked(request), request, reply, refusal))
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

function hostOf(app: FastifyInstance): string {
  const address = app.server.address()
  if (typeof address !== 'object' || !address) return 'localhost'
  const { family, address: host, port } = address
  return `${family === 'IPv6' ? `[${host}]` : host}:${port}`
}
