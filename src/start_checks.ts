import { join } from 'node:path'
import { checkApi } from './behaviour/check.ts'
import { checkStructure } from './contract/check.ts'
import type { Contract } from './contract/contract.ts'
import { builtFile, loadContract, type Profile, profiles } from './contract/load.ts'
import type { Arming } from './lifecycle/arming.ts'
import { checkArming, checkForm } from './lifecycle/arming_check.ts'
import type { Api } from './lifecycle/exchange.ts'
import type { Setting } from './routes.ts'
import { declaredTables } from './store/table.ts'
import type { Changes, World } from './store/world.ts'

/** What can't be shown of a world as the contracts want it: of all its rows, or of those that changes touch. */
export type FaultsIn = (world: World, only?: Changes) => string[]

/** Throws where a contract is faulty, or where code doesn't fit it. */
export function refuseFaults(api: Api, contract: Contract, profile: Profile): void {
  const findings = contract.isSound ? [] : checkStructure(contract)
  const faults = findings.map(({ place, problem }) => `${place}: ${problem}`)
  const others = () =>
    profiles.filter(it => it !== profile).flatMap(it => [...loadContract(api.name, it).operations.keys()])
  faults.push(...checkApi(api, contract, others))
  if (faults.length > 0) throw new Error(`${builtFile(api.name, profile).pathname}: ${faults.join('\n')}`)
}

/** Throws where scenarios aren't what the control API would take. */
export function refuseUnknown(
  armings: readonly Arming[],
  control: Contract,
  settings: readonly Setting[],
): void {
  if (armings.length === 0) return
  const apis = settings.map(({ api, contract }) => ({ name: api.name, contract }))
  const problems = armings.flatMap(arming => checkForm(arming, control) ?? checkArming(arming, apis) ?? [])
  if (problems.length > 0) throw new Error(`a scenario can't be armed: ${problems.join('; ')}`)
}

/** Throws where fixtures have tables that nobody reads, or rows that can't be shown. */
export function refuseFixtures(folder: string, world: World, faultsIn: FaultsIn): void {
  const strays = world.tableNames().filter(name => !declaredTables.has(name))
  const faults = strays.map(name => `${name.replace('.', '/')}.json: nobody reads a table of this name`)
  faults.push(...faultsIn(world))
  if (faults.length > 0) throw new Error(told(faults.map(fault => join(folder, fault))))
}

const mostTold = 20

/** Faults for people to read: the first ones, and how many more there are. */
export function told(faults: readonly string[]): string {
  const more = faults.length > mostTold ? [`and ${faults.length - mostTold} more`] : []
  return [...faults.slice(0, mostTold), ...more].join('\n')
}
