import type { FastifyInstance } from 'fastify'
import type { Contract } from '../contract/contract.ts'
import { addressOf, worldOf } from '../lifecycle/address.ts'
import type { Api } from '../lifecycle/exchange.ts'
import { parseNested } from '../lifecycle/rack.ts'
import { mainWorld, type Store } from '../store/store.ts'
import { ledgerOf } from './ledger.ts'

/** A request to the control API: which world it is about, and its query. */
export interface AdminRequest {
  readonly store: Store
  readonly apis: readonly { readonly api: Api; readonly contract: Contract }[]
  readonly world: string
  readonly query: Readonly<Record<string, unknown>>
}

/** What the control API can do; a task answers its JSON. */
export const tasks: readonly {
  method: 'GET' | 'POST'
  path: string
  task: (request: AdminRequest) => unknown
}[] = [
  // Puts the world back as it was born; with ?all=true every world.
  {
    method: 'POST',
    path: '/__admin/reset',
    task: ({ store, world, query }) => {
      const reset = query.all === 'true' ? store.names() : [world]
      for (const name of reset) store.reset(name)
      return { reset }
    },
  },
  // The worlds that requests have named so far.
  {
    method: 'GET',
    path: '/__admin/worlds',
    task: ({ store }) => ({ worlds: store.names().map(name => ({ name, main: name === mainWorld })) }),
  },
  // What each answer, refusal and switch of the running profile rests on.
  {
    method: 'GET',
    path: '/__admin/fidelity',
    task: ({ apis }) => ({ entries: apis.flatMap(({ api, contract }) => ledgerOf(api, contract)) }),
  },
]

/** The control API, about the world that a request names by path or header, else the main one. */
export function addAdmin(app: FastifyInstance, store: Store, apis: AdminRequest['apis']): void {
  for (const { method, path, task } of tasks) {
    app.route({
      method,
      url: path,
      handler: (request, reply) => {
        const address = addressOf(request.originalUrl)
        const world = worldOf(address, request.headers['x-understudy-world'])
        if (world === undefined)
          return reply.code(400).send({ error: 'X-Understudy-World is not a name of a world' })
        return reply.send(task({ store, apis, world, query: parseNested(address.query) }))
      },
    })
  }
}
