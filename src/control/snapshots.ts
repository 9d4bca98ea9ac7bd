import { nothing, value } from '../behaviour/view.ts'
import type { Behaviours } from '../lifecycle/exchange.ts'
import { refuse } from '../lifecycle/reason.ts'
import { emptyWorld } from '../store/tables.ts'
import type { World } from '../store/world.ts'
import type { House, Told } from './house.ts'
import { shownTable } from './tables.ts'

/** Of one world; a loop that never drops any should be told of it. */
const most = 1000

/** What is kept of a world, to go back to; a snapshot is a fork that nobody changes. */
export const snapshotTasks = ({ store }: House): Behaviours => {
  const kept = ({ world, params }: Told<{ name: string }>): World => {
    const found = store.snapshots(world.name).get(params.name)
    if (!found) throw refuse('notFound', { thing: 'snapshot', name: params.name })
    return found
  }
  return {
    listSnapshots: ({ world }: Told) => value({ snapshots: [...store.snapshots(world.name).keys()] }),

    takeSnapshot: ({ world, params: { name } }: Told<{ name: string }>) => {
      const others = store.snapshots(world.name)
      if (others.size >= most && !others.has(name))
        throw refuse('unusable', { problem: `${most} snapshots are kept already; drop one` })
      store.snapshots(world.name).set(name, world.fork(name, world.chance.fork(), emptyWorld()))
      return value({ name })
    },

    exportSnapshot: (told: Told<{ name: string }>) => {
      const world = kept(told)
      const files = world
        .tableNames()
        .map(name => [`${name.replace('.', '/')}.json`, shownTable(world, name)])
      return value(Object.fromEntries(files))
    },

    restoreSnapshot: (told: Told<{ name: string }>) => {
      store.restore(kept(told), told.world.name)
      return nothing
    },

    dropSnapshot: (told: Told<{ name: string }>) => {
      kept(told)
      store.snapshots(told.world.name).delete(told.params.name)
      return nothing
    },
  }
}
