import type { Contract } from '../contract/contract.ts'
import type { Born } from '../lifecycle/arms.ts'
import type { Api, Exchange } from '../lifecycle/exchange.ts'
import type { Store } from '../store/store.ts'
import type { Changes, World } from '../store/world.ts'

/** All that the control API has to do with. */
export interface House {
  readonly store: Store
  /** The APIs that are served, with their contracts. */
  readonly apis: readonly { readonly api: Api; readonly contract: Contract }[]
  readonly version: () => string
  /** What the server was started with, for people. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The scenarios with which every world is born. */
  readonly armed: Born
  /** What can't be shown of a world as the contracts want it. */
  readonly faultsIn: (world: World, only?: Changes) => string[]
  /** Whether a request may come in, and if not why. */
  readonly guard: (exchange: Exchange) => string | undefined
  /** The token that is asked for; none where everyone who reaches the server may. */
  readonly token: string | undefined
  /** Takes pipelines and builds of a world so many steps further; answers how many jobs and builds have changed. */
  readonly makeProgress: (world: World, steps: number, pipeline?: number) => number
  readonly shutDown: () => void
}

/** An exchange whose parameters a task knows. */
export type Told<P = object> = Exchange<P>
