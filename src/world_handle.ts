import { makeProgress } from './apis/progress.ts'
import { pretend } from './apis/v4/pretended.ts'
import { spanOf } from './control/clock.ts'
import { journalOf } from './control/journal.ts'
import { toldIn } from './control/telling.ts'
import type { Arming } from './lifecycle/arming.ts'
import { armoryOf } from './lifecycle/arms.ts'
import type { Server } from './server.ts'
import { told } from './start_checks.ts'
import { instantIn } from './store/clock.ts'
import type { Store } from './store/store.ts'
import { emptyWorld } from './store/tables.ts'
import type { Changes } from './store/world.ts'

/** One world of a running understudy, under addresses of its own. */
export interface WorldHandle {
  readonly name: string
  /** The start of all its URLs. */
  readonly url: string
  readonly v4: string
  readonly v1: string
  /**
   * Changes rows without asking the API: by table and id, fields to be merged into a row (which is added where there
   * is none), or null to take it away; `next` are the ids that tables give out next. Throws, and changes nothing, where
   * a table isn't there or a row could not be shown as its contract wants it.
   */
  patch(changes: Changes, next?: Readonly<Record<string, number>>): void
  /** Puts the world back as it was born. */
  reset(): void
  /** Arms a scenario for requests to come; answers how to disarm it. Throws where it names what no contract knows. */
  arm(arming: Arming): { readonly id: number; disarm(): void }
  /** The world's time: stopped, moved (by milliseconds, or `90s`) or running. */
  readonly clock: {
    now(): Date
    stop(at: Date | number | string): void
    advance(by: number | string): void
    run(): void
  }
  /** The requests that the world remembers, the oldest first, and what came of them; without any token. */
  requests(): Record<string, unknown>[]
  /** Keeps the world as it is by now; answers how to put it back. */
  snapshot(): { restore(): void }
  /**
   * Has `v4.pipelines` (of a project) or `v4.projects` pretend to hold so many rows more, which nobody stores; 0 ends it.
   * Throws where that can't be.
   */
  pretend(table: string, count: number, of?: { readonly project_id?: number }): void
  /** Takes pipelines and builds so many steps further; answers how many jobs and builds have changed. */
  progress(steps?: number): number
}

/** A world, by its name and the start of its URLs; it is met anew at each call, as resets put another in its place. */
export const handle = (
  { store, faultsIn, refuseScenarios, armed }: { store: Store } & Omit<Server, 'app' | 'root'>,
  name: string,
  url: string,
): WorldHandle => ({
  name,
  url,
  v4: `${url}/api/v4`,
  v1: `${url}/api/v1`,
  patch: (changes, next) => {
    const world = store.world(name)
    // Tried on a fork first, so that a change which is refused changes nothing.
    const trial = world.fork(name, world.chance, emptyWorld())
    trial.patch(changes, next)
    const faults = faultsIn(trial, changes)
    if (faults.length > 0) throw new Error(told(faults))
    world.patch(changes, next)
  },
  reset: () => void store.reset(name),
  arm: arming => {
    // A copy, as JSON would have it: what the caller changes later is none of ours.
    const asked = JSON.parse(JSON.stringify(arming)) as Arming
    refuseScenarios([asked])
    const armory = armoryOf(store.world(name), armed)
    const { id } = armory.arm(asked)
    return { id, disarm: () => void armory.disarm(id) }
  },
  clock: {
    now: () => new Date(store.world(name).clock.now()),
    stop: at => {
      const instant = typeof at === 'string' ? instantIn(at) : new Date(at).getTime()
      if (instant === undefined || Number.isNaN(instant)) throw new Error(`${at} is no instant`)
      store.world(name).clock.stop(instant)
    },
    advance: by => {
      const span = typeof by === 'number' ? by : spanOf(by)
      if (span === undefined || !Number.isFinite(span)) throw new Error(`${by} is no span such as 90s`)
      store.world(name).clock.advance(span)
    },
    run: () => store.world(name).clock.run(),
  },
  requests: () => {
    const world = store.world(name)
    return journalOf(world).entries().map(toldIn(world))
  },
  snapshot: () => {
    const world = store.world(name)
    const kept = world.fork(name, world.chance.fork(), emptyWorld())
    return { restore: () => void store.restore(kept, name) }
  },
  pretend: (table, count, of) => {
    const problem = pretend(store.world(name), table, count, of)
    if (problem) throw new Error(problem)
  },
  progress: (steps = 1) => makeProgress(store.world(name), steps),
})
