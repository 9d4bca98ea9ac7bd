import { Low, Memory } from 'lowdb'
import { type Clock, createChance } from './clock.ts'
import { World, type WorldData } from './world.ts'

interface Data {
  worlds: Record<string, WorldData>
}

/** Every world of a process. */
export interface Store {
  readonly clock: Clock
  /** The world of that name, born at its first use as a fork of the default world. */
  world(name: string): World
  /** A world back as it was born. */
  reset(name: string): World
  names(): string[]
  /** A name for a request, unlike that of any other; drawn apart from the worlds, in which asking changes nothing. */
  requestId(): string
}

/** The world that requests meet which name none. */
export const mainWorld = 'main'

/** Keeps all worlds in one lowdb; `fixtures` become the default world, of which each world is a fork. */
export function createStore(fixtures: WorldData, clock: Clock, seed: number): Store {
  const db = new Low<Data>(new Memory(), { worlds: Object.create(null) })
  const worlds = new Map<string, World>()
  const defaultWorld = new World('default', clock, createChance(seed), fixtures)
  const reset = (name: string) => {
    // The record stands in lowdb before the world does, so that it is saved with all that the world will do.
    const data = (db.data.worlds[name] = { tables: {}, next: {}, counters: {} })
    const world = defaultWorld.fork(name, createChance(seed), data)
    worlds.set(name, world)
    return world
  }
  reset(mainWorld)
  const requests = createChance(seed ^ 0x5eed)
  return {
    clock,
    world: name => worlds.get(name) ?? reset(name),
    reset,
    names: () => [...worlds.keys()],
    requestId: requests.uuid,
  }
}
