import { Low, Memory } from 'lowdb'
import { type Clock, createChance } from './clock.ts'
import { emptyWorld, World, type WorldData } from './world.ts'

interface Data {
  worlds: Record<string, WorldData>
}

/** Every world of a process, and what was kept of them. */
export interface Store {
  /** The world of that name, born at its first use as a fork of the default world. */
  world(name: string): World
  has(name: string): boolean
  /** A world back as it was born. */
  reset(name: string): World
  /** A world as another one, or a snapshot, is by now; one of that name before is gone. */
  copy(from: World, name: string): World
  /** Takes a world in as it is, under its name; one of that name before is gone. */
  adopt(world: World): void
  /** Forgets a world; the next request that names it meets a new one. */
  drop(name: string): void
  names(): string[]
  /** What was kept of a world by name: they share all that neither changes. */
  snapshots(world: string): Map<string, World>
  /** A name for a request, unlike that of any other; drawn apart from the worlds, in which asking changes nothing. */
  requestId(): string
}

/** The world that requests meet which name none. */
export const mainWorld = 'main'

/** Keeps all worlds in one lowdb; `fixtures` become the default world, of which each world is a fork. */
export function createStore(fixtures: WorldData, clock: Clock, seed: number): Store {
  const db = new Low<Data>(new Memory(), { worlds: Object.create(null) })
  const worlds = new Map<string, World>()
  const snapshots = new Map<string, Map<string, World>>()
  const defaultWorld = new World('default', clock, createChance(seed), fixtures)
  const copy = (from: World, name: string) => {
    // The record stands in lowdb before the world does, so that it is saved with all that the world will do.
    const data = (db.data.worlds[name] = emptyWorld())
    const world = from.fork(name, from.chance.fork(), data)
    worlds.set(name, world)
    return world
  }
  const adopt = (world: World) => {
    db.data.worlds[world.name] = world.data
    worlds.set(world.name, world)
  }
  const reset = (name: string) => copy(defaultWorld, name)
  reset(mainWorld)
  const requests = createChance(seed ^ 0x5eed)
  return {
    world: name => worlds.get(name) ?? reset(name),
    has: name => worlds.has(name),
    reset,
    copy,
    adopt,
    drop: name => {
      worlds.delete(name)
      snapshots.delete(name)
      delete db.data.worlds[name]
    },
    names: () => [...worlds.keys()],
    snapshots: world => {
      let kept = snapshots.get(world)
      if (!kept) snapshots.set(world, (kept = new Map()))
      return kept
    },
    requestId: requests.uuid,
  }
}
