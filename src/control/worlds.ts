import { nothing, value } from '../behaviour/view.ts'
import type { Behaviours } from '../lifecycle/exchange.ts'
import { refuse } from '../lifecycle/reason.ts'
import { mainWorld } from '../store/store.ts'
import type { House, Told } from './house.ts'

/** Which worlds there are. */
export const worldTasks = ({ store }: House): Behaviours => ({
  listWorlds: () => value({ worlds: store.names().map(shown) }),

  createWorld: ({ params }: Told<{ name: string; from?: string }>) => {
    const { name, from } = params
    if (store.has(name)) throw refuse('conflict', { thing: 'world', name })
    if (from === undefined) store.reset(name)
    else if (store.has(from)) store.make(store.world(from), name)
    else throw refuse('notFound', { thing: 'world', name: from })
    return value(shown(name))
  },

  dropWorld: ({ params }: Told<{ name: string }>) => {
    const { name } = params
    if (!store.has(name)) throw refuse('notFound', { thing: 'world', name })
    if (name === mainWorld) throw refuse('unusable', { problem: 'the main world stays; reset it' })
    store.drop(name)
    return nothing
  },
})

const shown = (name: string) => ({ name, main: name === mainWorld })
