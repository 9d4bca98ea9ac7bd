import type { FastifyInstance } from 'fastify'
import { tokens as tokenTable } from './apis/accounts.ts'
import { createJournal } from './control/journal.ts'
import { worldName } from './lifecycle/address.ts'
import { defaults, type Options } from './options.ts'
import { createServer } from './server.ts'
import { createClock } from './store/clock.ts'
import { readFixtures } from './store/fixtures.ts'
import { createStore, mainWorld, type Store } from './store/store.ts'
import type { Changes } from './store/world.ts'

export type { Options } from './options.ts'
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
   * is none), or null to take it away; `next` are the ids that tables give out next.
   */
  patch(changes: Changes, next?: Readonly<Record<string, number>>): void
  /** Puts the world back as it was born. */
  reset(): void
}

/** A running understudy. */
export interface Understudy extends WorldHandle, AsyncDisposable {
  /** The default world's tokens, by who they are: `root`, `owner`, `maintainer`, `developer` … */
  readonly tokens: Readonly<Record<string, string>>
  /** A world apart from all others, born at its first use. */
  world(name: string): WorldHandle
  /** Puts one world back, or all of them. */
  reset(all?: 'all'): void
  close(): Promise<void>
}

/**
 * Starts an understudy in this process, by default on a free port of 127.0.0.1 and without a word. Rejects where the
 * port is taken, or where a fixture or a contract is faulty.
 */
export async function createUnderstudy(given: Partial<Options> = {}): Promise<Understudy> {
  const options: Options = { ...defaults, port: 0, log: 'silent', ...given }
  const store = createStore(readFixtures(options.fixtures), createClock(options.now), options.seed)
  const journal = createJournal(options.log, text => process.stderr.write(text))
  const app = createServer(options, store, journal)
  await app.listen({ port: options.port, host: options.host })
  const url = urlOf(app, options.host)
  const main = handle(store, mainWorld, url)
  return {
    ...main,
    tokens: tokensOf(store),
    world: name => {
      if (!worldName.test(name))
        throw new Error(`"${name}" can't name a world: up to 64 letters, digits, ".", "_", "-"`)
      return handle(store, name, `${url}/w/${name}`)
    },
    reset: all => {
      if (all) for (const name of store.names()) store.reset(name)
      else main.reset()
    },
    close: () => app.close(),
    [Symbol.asyncDispose]: () => app.close(),
  }
}

const handle = (store: Store, name: string, url: string): WorldHandle => ({
  name,
  url,
  v4: `${url}/api/v4`,
  v1: `${url}/api/v1`,
  patch: (changes, next) => store.world(name).patch(changes, next),
  reset: () => void store.reset(name),
})

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Tokens by the part of their text that names them, and root's by his name. */
function tokensOf(store: Store): Record<string, string> {
  const rows = store.world(mainWorld).rows(tokenTable)
  const named = rows.map(({ token, kind }) => [/^([a-z]+)-token/.exec(token)?.[1] ?? kind, token] as const)
  return { ...Object.fromEntries(named.reverse()), root: rows[0]?.token ?? '' }
}
