import { mainWorld, type Store } from '../store/store.ts'

/** A request to the control API: which world it is about, and its query. */
export interface AdminRequest {
  readonly store: Store
  readonly world: string
  readonly query: Readonly<Record<string, unknown>>
}

/** What the control API can do; a task answers its JSON. */
export const tasks: readonly {
  method: 'GET' | 'POST'
  path: string
  does: string
  task: (request: AdminRequest) => unknown
}[] = [
  {
    method: 'POST',
    path: '/__admin/reset',
    does: 'puts the world back as it was born; with ?all=true every world',
    task: ({ store, world, query }) => {
      const reset = query.all === 'true' ? store.names() : [world]
      for (const name of reset) store.reset(name)
      return { reset }
    },
  },
  {
    method: 'GET',
    path: '/__admin/worlds',
    does: 'lists the worlds that requests have named so far',
    task: ({ store }) => ({ worlds: store.names().map(name => ({ name, main: name === mainWorld })) }),
  },
]
