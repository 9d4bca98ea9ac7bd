import { type Chance, createChance } from '../store/clock.ts'
import type { World } from '../store/world.ts'
import type { Arming, Wanted } from './arming.ts'
import type { Exchange } from './exchange.ts'
import { type Asked, fits } from './pattern.ts'

/** An armed scenario: what it is, and what became of it. */
export interface Arm {
  readonly id: number
  readonly arming: Arming
  /** Requests that it was for, and that none before it took. */
  seen: number
  /** Requests that got its answer. */
  fired: number
}

/** All that is armed in one world, in the order in which it is asked; gone when the world is reset. */
export interface Armory {
  readonly arms: readonly Arm[]
  arm(arming: Arming): Arm
  disarm(id: number): boolean
  clear(): void
  /** The first that is for a request and due, of those whose answer can be given to it. */
  due(exchange: Exchange, canGive: (wanted: Wanted) => boolean): Arm | undefined
}

/** The scenarios with which every world is born, and the seed of those that fire by chance. */
export interface Born {
  readonly armings: readonly Arming[]
  readonly seed: number
}

const armories = new WeakMap<World, Armory>()

/** What is armed in a world; in a new one, what every world is born with. */
export function armoryOf(world: World, { armings, seed }: Born): Armory {
  let armory = armories.get(world)
  if (!armory) {
    armories.set(world, (armory = createArmory(seed)))
    for (const arming of armings) armory.arm(arming)
  }
  return armory
}

function createArmory(seed: number): Armory {
  const arms: (Arm & { readonly chance: Chance })[] = []
  let ids = 0
  return {
    arms,
    arm: arming => {
      const id = ++ids
      // Apart from the world's own chance: what is armed must not change the ids and tokens that a test meets. And apart
      // from each other's: another one must not change when this one fires.
      const arm = { id, arming, seen: 0, fired: 0, chance: createChance(seed ^ (id * 0x9e3779b9)) }
      arms.push(arm)
      return arm
    },
    disarm: id => {
      const place = arms.findIndex(arm => arm.id === id)
      if (place >= 0) arms.splice(place, 1)
      return place >= 0
    },
    clear: () => void arms.splice(0),
    due: ({ api, operation, method, address, caller, headers }, canGive) => {
      // Most worlds have none, and needn't pay for it.
      if (arms.length === 0) return undefined
      const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
      const asked: Asked = { api, operation, method, address, label: caller?.label ?? 'anonymous' }
      return arms.find(
        arm =>
          // A browser's own question would use up what is meant for the request behind it.
          !(isPreflight && arm.arming.method === undefined) &&
          fits(arm.arming, asked) &&
          canGive(arm.arming.answer) &&
          isDue(arm, arm.chance.fraction),
      )
    },
  }
}

/** Counts a request, and tells whether it is one of those that get the answer. */
function isDue(arm: Arm, draw: () => number): boolean {
  const { times = Number.POSITIVE_INFINITY, after = 0, every = 1, probability = 1 } = arm.arming
  arm.seen++
  const place = arm.seen - after
  if (arm.fired >= times || place < 1 || place % every !== 0) return false
  if (probability < 1 && draw() >= probability) return false
  arm.fired++
  return true
}
