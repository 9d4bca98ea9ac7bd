import { Low, Memory } from 'lowdb'
import { type Clock, createChance } from './clock.ts'
import { emptyWorld, type WorldData } from './tables.ts'
import { World } from './world.ts'

interface Data {
  worlds: Record<string, WorldData>
}

/** Every world of a process, and what was kept of them. */
export interface Store {
  /** The world of that name, born at its first use as a fork of the default world. */
  world(name: string): World
  has(name: string): boolean
  /** A world back as it was born: as the default world is, or as the other one was that it was made of. */
  reset(name: string): World
  /** Makes a world as another one is by now, which it is born as; one of that name before is gone. */
  make(from: World, name: string): World
  /** Puts a world as a snapshot of it is; it stays what it was born as. */
  restore(from: World, name: string): World
  /** Takes a world in as it is, and what it was born as where that isn't the default world; one of that name before is gone. */
  adopt(world: World, origin?: World): void
  /** What a world was born as that was made of another; it never changes. */
  origin(name: string): World | undefined
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
  const origins = new Map<string, World>()
  const snapshots = new Map<string, Map<string, World>>()
  const defaultWorld = new World('default', clock, createChance(seed), fixtures)
  const restore = (from: World, name: string) => {
    // The record stands in lowdb before the world does, so that it is saved with all that the world will do.
    const data = (db.data.worlds[name] = emptyWorld())
    const world = from.fork(name, from.chance.fork(), data)
    worlds.set(name, world)
    return world
  }
  const adopt = (world: World, origin?: World) => {
    if (origin) origins.set(world.name, origin)
    else origins.delete(world.name)
    db.data.worlds[world.name] = world.data
    worlds.set(world.name, world)
  }
  const reset = (name: string) => restore(origins.get(name) ?? defaultWorld, name)
  const make = (from: World, name: string) => {
    origins.set(name, from.fork(name, from.chance.fork(), emptyWorld()))
    return reset(name)
  }
  reset(mainWorld)
  const requests = createChance(seed ^ 0x5eed)
  return {
    world: name => worlds.get(name) ?? reset(name),
    has: name => worlds.has(name),
    reset,
    make,
    restore,
    adopt,
    origin: name => origins.get(name),
    drop: name => {
      worlds.delete(name)
      origins.delete(name)
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
