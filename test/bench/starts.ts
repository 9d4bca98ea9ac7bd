// How long it takes from typing the command to the first answer, and what a process holds of the memory then and later.
import { type Bound, load, once } from './load.ts'
import { memoryOf, start } from './processes.ts'
import type { Figure } from './results.ts'
import { median } from './rounds.ts'
import { isHere, type ServerName, type Stage, servers } from './servers.ts'
import { onStage } from './stage.ts'
import { requestsOf } from './works.ts'

/** Seconds from the start of a process to the end of its first answer: a row, where it has rows. */
async function secondsToAnswer(name: ServerName, stage: Stage): Promise<number> {
  // Ours brings its rows along; the others are given as many, about.
  const rows = name === 'understudy' ? 0 : 100
  const [request] = requestsOf('get', servers[name].dialect, rows)
  const command = servers[name].command({ ...stage, rows })
  const from = performance.now()
  const running = await start(command)
  try {
    const { status } = await once(running.port, request!)
    if (status !== 200) throw new Error(`the first answer was ${status}`)
    return (performance.now() - from) / 1000
  } finally {
    await running.stop()
  }
}

/** What starts as another one does. */
const variants: readonly ServerName[] = ['headers', 'array', 'logging']

/** Starts all by turns, so many times, under contracts of several sizes; ratios are to bare Fastify. */
export async function compareStarts(names: readonly ServerName[], times: number): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const operations of [0, 300, 3000]) {
    const at = operations > 0 ? `${operations.toLocaleString('en-US')} operations` : 'as it is'
    const taking = names.filter(
      name =>
        isHere(name) &&
        !variants.includes(name) &&
        (operations === 0 || name === 'constant' || servers[name].readsDocument),
    )
    process.stderr.write(`\nstart, ${at}, ${taking.join(', ')}:\n  `)
    const seconds = new Map<ServerName, number[]>(taking.map(name => [name, []]))
    const notes = new Map<ServerName, string>()
    await onStage(0, operations, async stage => {
      for (let round = 0; round < times; round++) {
        process.stderr.write(`${round + 1} `)
        for (const name of taking) {
          if (notes.has(name)) continue
          try {
            seconds.get(name)!.push(await secondsToAnswer(name, stage))
          } catch (error) {
            notes.set(name, (error as Error).message)
          }
        }
      }
    })
    const base = seconds.get('constant')!
    for (const who of taking) {
      const own = seconds.get(who)!
      const note = notes.get(who)
      const isOurs = who === 'understudy'
      figures.push({
        part: 'start',
        what: 'start to first answer',
        at,
        who,
        figure: note || own.length === 0 ? undefined : median(own.map((it, round) => it / base[round]!)),
        ...(isOurs && operations !== 300 ? { goal: operations === 0 ? 1.5 : 5 } : {}),
        absolute: { seconds: own.length > 0 ? median(own) : undefined },
        ...(note ? { note } : {}),
      })
    }
  }
  return figures.filter(({ who }) => who !== 'constant')
}

/** What processes hold of the memory when they have started, and after so many requests that only read. */
export async function compareMemory(names: readonly ServerName[], requests: number): Promise<Figure[]> {
  const rows = 1000
  const counted = requests.toLocaleString('en-US')
  const held = new Map<ServerName, Record<'idle' | 'warm' | 'after', number | undefined>>()
  await onStage(rows, 0, async stage => {
    for (const name of names.filter(isHere)) {
      process.stderr.write(`\nmemory of ${name}`)
      const running = await start(servers[name].command(stage))
      try {
        const { dialect } = servers[name]
        const mix = (['get', 'list', 'filter', 'deep'] as const).flatMap(work =>
          requestsOf(work, dialect, rows),
        )
        await once(running.port, mix[0]!)
        const quiet = async () => {
          await new Promise(resolve => setTimeout(resolve, 1500))
          return memoryOf(running.pid)
        }
        const idle = await quiet()
        const asking = async (count: number) => {
          const bound: Bound = { count, ms: 600_000 }
          const { errors, error } = await load(running.port, mix, bound)
          if (errors > 0) throw new Error(`${name}: ${error}`)
          return quiet()
        }
        const warm = await asking(Math.round(requests / 5))
        held.set(name, { idle, warm, after: await asking(requests - Math.round(requests / 5)) })
      } finally {
        await running.stop()
      }
    }
  })
  const base = held.get('constant')!
  const ratio = (one: number | undefined, other: number | undefined) =>
    one && other ? one / other : undefined
  return [...held]
    .filter(([who]) => who !== 'constant')
    .flatMap(([who, { idle, warm, after }]) => {
      const isOurs = who === 'understudy'
      const absolute = {
        bytes: idle,
        bytesAfter: after,
        bytesOfFastify: base.idle,
        bytesOfFastifyAfter: base.after,
      }
      const shared = { part: 'memory', who, absolute } as const
      return [
        {
          ...shared,
          what: 'memory',
          at: 'idle',
          figure: ratio(idle, base.idle),
          ...(isOurs ? { goal: 1.5 } : {}),
        },
        { ...shared, what: 'memory', at: `after ${counted} requests`, figure: ratio(after, base.after) },
        {
          ...shared,
          what: 'memory, as a ratio to its own after a fifth of them',
          at: `after ${counted} requests`,
          figure: ratio(after, warm),
          // What isn't growth, but the collector's moods.
          ...(isOurs ? { goal: 1.1 } : {}),
        },
      ]
    })
}
