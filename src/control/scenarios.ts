import { nothing, value } from '../behaviour/view.ts'
import type { Arming } from '../lifecycle/arming.ts'
import { checkArming } from '../lifecycle/arming_check.ts'
import { type Arm, armoryOf } from '../lifecycle/arms.ts'
import type { Behaviours } from '../lifecycle/exchange.ts'
import { faultNames, faults } from '../lifecycle/faults.ts'
import { refuse } from '../lifecycle/reason.ts'
import { scenariosOf } from '../lifecycle/scenario_names.ts'
import type { House, Told } from './house.ts'

/** Of one world: each request asks all of them. */
const most = 1000

/** What is armed in a world. */
export const scenarioTasks = ({ apis, armed }: House): Behaviours => {
  const armory = ({ world }: Told) => armoryOf(world, armed)
  return {
    listScenarios: (told: Told) => value({ scenarios: armory(told).arms.map(shown) }),

    armScenario: (told: Told<Arming>) => {
      const problem = checkArming(
        told.params,
        apis.map(({ api, contract }) => ({ name: api.name, contract })),
      )
      if (problem) throw refuse('unusable', { problem })
      if (armory(told).arms.length >= most)
        throw refuse('unusable', { problem: `${most} scenarios are armed already; disarm one` })
      return value(shown(armory(told).arm(told.params)))
    },

    listKnownScenarios: () => {
      const [v4, v1] = ['v4', 'v1'].map(name => apis.find(({ api }) => api.name === name)!.contract.refusals)
      const names = new Set([v4!, v1!].flatMap(refusals => [...scenariosOf(refusals).keys()]))
      const statusIn = (refusals: typeof v4, name: string) =>
        refusals![scenariosOf(refusals!).get(name) ?? '']?.status
      const reasons = [...names]
        .filter(name => !/^\d+$/.test(name))
        .map(name => ({ name, v4: statusIn(v4, name), v1: statusIn(v1, name) }))
      return value({ reasons, faults: faultNames.map(name => ({ name, sees: faults[name].sees })) })
    },

    resetScenarios: (told: Told) => {
      armory(told).clear()
      return nothing
    },

    disarmScenario: (told: Told<{ id: number }>) => {
      if (!armory(told).disarm(told.params.id))
        throw refuse('notFound', { thing: 'scenario', name: told.params.id })
      return nothing
    },
  }
}

const shown = ({ id, arming, seen, fired }: Arm) => ({ id, ...arming, seen, fired })
