import type { FastifyInstance } from 'fastify'
import { tokens as tokenTable, users } from './apis/accounts.ts'
import { makeProgress } from './apis/progress.ts'
import { pretend } from './apis/v4/pretended.ts'
import { spanOf } from './control/clock.ts'
import { tokenFor } from './control/guard.ts'
import { createJournal, journalOf } from './control/journal.ts'
import { toldIn } from './control/telling.ts'
import { worldName } from './lifecycle/address.ts'
import type { Arming } from './lifecycle/arming.ts'
import { armoryOf } from './lifecycle/arms.ts'
import { checkOptions, type GivenOptions, type Options } from './options.ts'
import { createServer, type Server } from './server.ts'
import { told } from './start_checks.ts'
import { createClock } from './store/clock.ts'
import { readFixtures } from './store/fixtures.ts'
import type { Keeping } from './store/keeping.ts'
import { createStore, mainWorld, type Store } from './store/store.ts'
import { type Changes, emptyWorld, type WorldData } from './store/world.ts'
import { versionOf } from './version.ts'

export type { Arming, Wanted } from './lifecycle/arming.ts'
export type { GivenOptions, Options } from './options.ts'
export type { Changes } from './store/world.ts'

/** One world of a running understudy, under addresses of its own. */
export interface WorldHandle {
  readonly name: string
  /** The start of all its URLs. */
  readonly url: string
  readonly v4: string
  readonly v1: string
  /**
   * Changes rows without asking the API: by table and id, fields to be merged into a row (which is added where there
   * is none), or null to take it away; `next` are the ids that tables give out next. Throws, and changes nothing, where
   * a table isn't there or a row could not be shown as its contract wants it.
   */
  patch(changes: Changes, next?: Readonly<Record<string, number>>): void
  /** Puts the world back as it was born. */
  reset(): void
  /** Arms a scenario for requests to come; answers how to disarm it. Throws where it names what no contract knows. */
  arm(arming: Arming): { readonly id: number; disarm(): void }
  /** The world's time: stopped, moved (by milliseconds, or `90s`) or running. */
  readonly clock: {
    now(): Date
    stop(at: Date | number | string): void
    advance(by: number | string): void
    run(): void
  }
  /** The requests that the world remembers, the oldest first, and what came of them; without any token. */
  requests(): Record<string, unknown>[]
  /** Keeps the world as it is by now; answers how to put it back. */
  snapshot(): { restore(): void }
  /**
   * Has `v4.pipelines` (of a project) or `v4.projects` pretend to hold so many rows more, which nobody stores; 0 ends it.
   * Throws where that can't be.
   */
  pretend(table: string, count: number, of?: { readonly project_id?: number }): void
  /** Takes pipelines and builds so many steps further; answers how many jobs and builds have changed. */
  progress(steps?: number): number
}

/** What the default world's tokens are called. */
export type TokenName =
  | ('root' | 'owner' | 'maintainer' | 'developer' | 'reporter' | 'guest' | 'stranger')
  | ('readonly' | 'readuser' | 'expired' | 'revoked' | 'imperson' | 'project' | 'oauth' | 'job' | 'session')

/** A running understudy. */
export interface Understudy extends WorldHandle, AsyncDisposable {
  /** The default world's tokens, by who or what they are for; fixtures of one's own may have others. */
  readonly tokens: Readonly<Record<TokenName, string> & Record<string, string | undefined>>
  /** A world apart from all others, born at its first use. */
  world(name: string): WorldHandle
  /** Puts one world back, or all of them. */
  reset(all?: 'all'): void
  /** What /__admin asks for; nothing where it asks for none. */
  readonly adminToken: string | undefined
  /**
   * Where worlds are kept, how many came back from there, and how many milliseconds behind the file is at most; nothing
   * where they aren't.
   */
  readonly kept: { readonly file: string; readonly worlds: number; readonly behind: number } | undefined
  /** Ends it, when all that is to be kept is saved; rejects where that can't be done. */
  close(): Promise<void>
}

/**
 * Starts an understudy in this process, by default on a free port of 127.0.0.1 and without a word. Rejects where the
 * port is taken, where a fixture or a contract is faulty, or where `data` can't be kept.
 */
export async function createUnderstudy(given: GivenOptions = {}): Promise<Understudy> {
  const options = checkOptions({ port: 0, log: 'silent' }, given)
  const store = createStore(await defaultWorld(options), createClock(options.now), options.seed)
  const journal = createJournal(options.log, text => process.stderr.write(text))
  const adminToken = tokenFor(options.host, options.adminToken)
  const { app, root, faultsIn, refuseScenarios, armed } = createServer(options, store, journal, adminToken)
  const keeping = options.data ? await keepIn(options.data, store) : undefined
  // When nobody can change anything any more.
  let lost: Error | undefined
  app.addHook('onClose', () => keeping?.close().catch(error => tell((lost = error).message)))
  const close = async () => {
    await app.close()
    if (lost) throw lost
  }
  try {
    if (keeping) refuseKept(keeping, store, faultsIn)
    await app.listen({ port: options.port, host: options.host })
  } catch (error) {
    keeping?.abandon()
    throw error
  }
  const url = urlOf(app, options.host) + root
  const at = (name: string, prefix: string) =>
    handle({ store, faultsIn, refuseScenarios, armed }, name, url + prefix)
  const main = at(mainWorld, '')
  return {
    ...main,
    tokens: tokensOf(store),
    adminToken,
    kept: keeping && { file: keeping.file, worlds: keeping.restored, behind: keeping.promised },
    world: name => {
      if (!worldName.test(name))
        throw new Error(`"${name}" can't name a world: up to 64 letters, digits, ".", "_", "-"`)
      return at(name, `/w/${name}`)
    },
    reset: all => {
      if (all) for (const name of store.names()) store.reset(name)
      else main.reset()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const tell = (line: string) => void process.stderr.write(`gitlab-understudy: ${line}\n`)

/** Loaded only where worlds are to be kept. */
async function keepIn(file: string, store: Store): Promise<Keeping> {
  const { keep } = await import('./store/keeping.ts')
  return await keep(store, file, versionOf(), tell)
}

/** Throws where worlds that another version has kept have rows which this one could not show. */
function refuseKept(
  { file, restored, writtenBy }: Keeping,
  store: Store,
  faultsIn: Server['faultsIn'],
): void {
  if (restored === 0 || writtenBy === versionOf()) return
  const [fault] = store
    .names()
    .flatMap(name => faultsIn(store.world(name)).map(it => `in the world "${name}", ${it}`))
  if (fault)
    throw new Error(`${file}: was written by version ${writtenBy}, and doesn't fit this one: ${fault}`)
}

const handle = (
  { store, faultsIn, refuseScenarios, armed }: { store: Store } & Omit<Server, 'app' | 'root'>,
  name: string,
  url: string,
): WorldHandle => ({
  name,
  url,
  v4: `${url}/api/v4`,
  v1: `${url}/api/v1`,
  patch: (changes, next) => {
    const world = store.world(name)
    // Tried on a fork first, so that a change which is refused changes nothing.
    const trial = world.fork(name, world.chance, emptyWorld())
    trial.patch(changes, next)
    const faults = faultsIn(trial, changes)
    if (faults.length > 0) throw new Error(told(faults))
    world.patch(changes, next)
  },
  reset: () => void store.reset(name),
  arm: arming => {
    // A copy, as JSON would have it: what the caller changes later is none of ours.
    const asked = JSON.parse(JSON.stringify(arming)) as Arming
    refuseScenarios([asked])
    const armory = armoryOf(store.world(name), armed)
    const { id } = armory.arm(asked)
    return { id, disarm: () => void armory.disarm(id) }
  },
  clock: {
    now: () => new Date(store.world(name).clock.now()),
    stop: at => {
      const instant = new Date(at).getTime()
      if (Number.isNaN(instant)) throw new Error(`${at} is no instant`)
      store.world(name).clock.stop(instant)
    },
    advance: by => {
      const span = typeof by === 'number' ? by : spanOf(by)
      if (span === undefined || !Number.isFinite(span)) throw new Error(`${by} is no span such as 90s`)
      store.world(name).clock.advance(span)
    },
    run: () => store.world(name).clock.run(),
  },
  requests: () => {
    const world = store.world(name)
    return journalOf(world).entries().map(toldIn(world))
  },
  snapshot: () => {
    const world = store.world(name)
    const kept = world.fork(name, world.chance.fork(), emptyWorld())
    return { restore: () => void store.copy(kept, name) }
  },
  pretend: (table, count, of) => {
    const problem = pretend(store.world(name), table, count, of)
    if (problem) throw new Error(problem)
  },
  progress: (steps = 1) => makeProgress(store.world(name), steps),
})

async function defaultWorld({ fixtures, volume, seed, now }: Options): Promise<WorldData> {
  const read = readFixtures(fixtures)
  if (volume === 0) return read
  // Loads faker, which takes longer than half of all else.
  const { fill } = await import('./apis/volume/volume.ts')
  return fill(read, volume, seed, now)
}

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Root's by the user's name; the others by the part of their text that names them, else by their kind. */
function tokensOf(store: Store): Understudy['tokens'] {
  const world = store.world(mainWorld)
  const rows = world.rows(tokenTable)
  const root = rows.find(
    ({ kind, user_id }) => kind === 'personal' && world.get(users, user_id)?.username === 'root',
  )
  const named = rows.map(({ token, kind }) => [/^([a-z]+)-token/.exec(token)?.[1] ?? kind, token] as const)
  const tokens = { ...Object.fromEntries(named.reverse()), ...(root ? { root: root.token } : {}) }
  return tokens as Understudy['tokens']
}
