import { value } from '../behaviour/view.ts'
import type { Behaviours } from '../lifecycle/exchange.ts'
import type { House, Told } from './house.ts'
import { ledgerOf } from './ledger.ts'

/** The process: how it is, what it was started with, and its end. */
export const serverTasks = ({ store, apis, settings, version, shutDown }: House): Behaviours => ({
  getHealth: () => value({ status: 'healthy' }),

  getServerVersion: () => value({ version: version() }),

  getSettings: () => value(settings),

  getFidelity: () => value({ entries: apis.flatMap(({ api, contract }) => ledgerOf(api, contract)) }),

  resetWorld: ({ world, params }: Told<{ all: boolean }>) => {
    const reset = params.all ? store.names() : [world.name]
    for (const name of reset) store.reset(name)
    return value({ reset })
  },

  shutDown: () => {
    // Behind the answer, which goes out before anything else is done.
    setImmediate(shutDown)
    return value({ status: 'shutting down' })
  },
})
