import { type Chance, type Clock, createChance, createClock } from './clock.ts'
import type { WorldData } from './tables.ts'
import { World } from './world.ts'

/** All that a world is at one moment, but for what is armed in it and what it remembers; never changed. */
export interface Picture extends WorldData {
  readonly clock: ReturnType<Clock['state']>
  readonly chance: ReturnType<Chance['state']>
}

/** Pictures of all worlds of one moment, by name. */
export type Pictures = ReadonlyMap<string, Picture>

/**
 * A world as it is by now: `last`, its picture before, where nothing has changed since. It costs no look at any row:
 * whatever a world changes after a picture of it, it has copied first.
 */
export function pictureOf(world: World, last?: Picture): Picture {
  const clock = world.clock.state()
  const chance = world.chance.state()
  const isSame =
    last &&
    chance === last.chance &&
    clock.standing === last.clock.standing &&
    clock.ahead === last.clock.ahead &&
    shows(last, world.data)
  return isSame ? last : { ...world.still(), clock, chance }
}

/** The world that a picture shows; it shares the picture's rows. */
export function worldOf(name: string, { tables, next, counters, pretended, clock, chance }: Picture): World {
  const data = {
    tables: { ...tables },
    next: { ...next },
    counters: { ...counters },
    pretended: { ...pretended },
  }
  return new World(name, createClock(clock.standing, clock.ahead), createChance(chance), data)
}

const shows = (picture: Picture, { tables, next, counters, pretended = {} }: WorldData) =>
  alike(picture.tables, tables) &&
  alike(picture.next, next) &&
  alike(picture.counters, counters) &&
  alike(picture.pretended ?? {}, pretended)

function alike(one: object, other: object): boolean {
  const [values, others] = [one, other] as [Record<string, unknown>, Record<string, unknown>]
  let more = 0
  for (const key in values) {
    if (values[key] !== others[key]) return false
    more++
  }
  for (const _ in others) more--
  return more === 0
}
