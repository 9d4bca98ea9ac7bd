import type { Table } from '../store/table.ts'
import type { World } from '../store/world.ts'

interface Memory {
  readonly versions: readonly object[]
  readonly found: unknown
}

const memories = new WeakMap<object, Map<string, Memory>>()

/** How much is remembered of one state of a table: what was asked for longest ago goes first. */
const most = 20

/**
 * What was found in tables, as long as none of them changes: worlds that share their rows share it too. The question tells
 * all else on which it depends.
 */
export function remembered<T>(
  world: World,
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows stand in one list
  tables: readonly [Table<any>, ...Table<any>[]],
  question: unknown,
  find: () => T,
): T {
  const [version, ...versions] = tables.map(table => world.version(table)) as [object, ...object[]]
  let known = memories.get(version)
  if (!known) memories.set(version, (known = new Map()))
  const key = `${tables.map(({ name }) => name)} ${JSON.stringify(question)}`
  const memory = known.get(key)
  known.delete(key)
  const isGood = memory?.versions.every((one, place) => one === versions[place])
  const found = isGood ? (memory!.found as T) : find()
  if (known.size >= most) known.delete(known.keys().next().value!)
  known.set(key, { versions, found })
  return found
}
