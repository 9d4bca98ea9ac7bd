import type { FastifyInstance } from 'fastify'
import { tokens as tokenTable, users } from './apis/accounts.ts'
import { tokenFor } from './control/guard.ts'
import { createJournal } from './control/journal.ts'
import { worldName } from './lifecycle/address.ts'
import { checkOptions, type GivenOptions, type Options } from './options.ts'
import { createServer, type Server } from './server.ts'
import { createClock } from './store/clock.ts'
import { readFixtures } from './store/fixtures.ts'
import type { Keeping } from './store/keeping.ts'
import { createStore, mainWorld, type Store } from './store/store.ts'
import type { WorldData } from './store/tables.ts'
import { versionOf } from './version.ts'
import { handle, type WorldHandle } from './world_handle.ts'

export type { Arming, Wanted } from './lifecycle/arming.ts'
export type { GivenOptions, Options } from './options.ts'
export type { Changes } from './store/world.ts'
export type { WorldHandle } from './world_handle.ts'

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
  const journal = createJournal(options.log, text => process.stderr.write(text), options.journal)
  const adminToken = tokenFor(options.host, options.adminToken)
  const shutDown = () => {
    close().catch(error => {
      // Who asked for it had its answer before: a line and the exit code are all that is left to tell of it.
      if (error !== lost) tell((error as Error).message)
      process.exitCode = 1
    })
  }
  const server = createServer(options, store, journal, adminToken, shutDown)
  const { app, root } = server
  const keeping = options.data ? await keepIn(options.data, store) : undefined
  // When nobody can change anything any more.
  let lost: Error | undefined
  app.addHook('onClose', () => keeping?.close().catch(error => tell((lost = error).message)))
  const close = async () => {
    await app.close()
    if (lost) throw lost
  }
  try {
    if (keeping) refuseKept(keeping, store, server.faultsIn)
    await app.listen({ port: options.port, host: options.host })
  } catch (error) {
    keeping?.abandon()
    throw error
  }
  const url = urlOf(app, options.host) + root
  const at = (name: string, prefix: string) => handle({ store, ...server }, name, url + prefix)
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
    .flatMap(name =>
      [store.world(name), store.origin(name)]
        .flatMap(world => (world ? faultsIn(world) : []))
        .map(it => `in the world "${name}", ${it}`),
    )
  if (fault)
    throw new Error(`${file}: was written by version ${writtenBy}, and doesn't fit this one: ${fault}`)
}

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
