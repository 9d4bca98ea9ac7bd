// The comparisons whose figures are of requests: works at sizes, in many worlds, under large contracts.
import { judge } from './judge.ts'
import { type Bound, once } from './load.ts'
import type { Figure, Part } from './results.ts'
import { type Contender, type Measured, rounds } from './rounds.ts'
import { isHere, type ServerName, servers } from './servers.ts'
import { onStage, withServers } from './stage.ts'
import { dialects, inWorld, requestsOf, type Work, workTold } from './works.ts'

/** How much is measured. */
export interface Effort {
  readonly rounds: number
  /** Of a slice, in milliseconds. */
  readonly slice: number
  /** Requests that are sent before anything is measured. */
  readonly warmUp: number
  /** Creates in a slice, the same number for all who can do them in time. */
  readonly creates: number
}

const boundOf =
  ({ slice, creates }: Effort) =>
  (work: string): Bound =>
    work === 'create' || work === 'mix' ? { count: creates, ms: slice * 5 } : { ms: slice }

const settings = (effort: Effort) => ({
  count: effort.rounds,
  bound: boundOf(effort),
  // Until the compiler has done its part; a busy machine takes longer for that, a slow server can't be waited for.
  warmUp: { count: effort.warmUp, ms: 4000 },
})

const counted = (number: number) => number.toLocaleString('en-US')

const figureOf = (part: Part, at: string, goal: number | undefined, it: Measured): Figure => ({
  part,
  what: workTold[it.work as Work].name,
  at,
  who: it.contender,
  figure: it.errors > 0 ? undefined : (it.ratio.cpu ?? 1 / it.ratio.perSecond),
  ...(it.errors > 0 ? {} : { perSecond: it.ratio.perSecond, p99: it.ratio.p99 }),
  ...(goal ? { goal } : {}),
  absolute: { microseconds: it.cpu, perSecond: it.perSecond, p99: it.p99, requests: it.requests },
  ...(it.errors > 0 ? { note: `failed: ${it.error}` } : {}),
})

const isOurs = (name: string) => name === 'understudy'

/** Every server does every work over so many rows. */
export function compareWorks(
  rows: number,
  works: readonly Work[],
  names: readonly ServerName[],
  effort: Effort,
  operations = 0,
): Promise<Figure[]> {
  const part = operations > 0 ? 'contract' : 'work'
  const at = operations > 0 ? `${counted(operations)} operations` : `${counted(rows)} rows`
  const taking = names.filter(name => isHere(name) && rows <= (servers[name].most ?? rows))
  return onStage(rows, operations, stage =>
    withServers(stage, taking, async (running, failures) => {
      const contenders = [...running].map(([name, it]): Contender => {
        const { dialect, lacks = [] } = servers[name]
        const own = works.filter(work => !lacks.includes(work))
        return {
          name,
          running: it,
          requests: new Map(own.map(work => [work, requestsOf(work, dialect, rows)])),
          ...(isOurs(name) ? { judge } : {}),
        }
      })
      process.stderr.write(`\n${at}, ${taking.join(', ')}:\n  `)
      const measured = await rounds(contenders, works, 'constant', settings(effort))
      const missing = [...failures].map(
        ([who, note]): Figure => ({ part, what: 'to start', at, who, figure: undefined, note }),
      )
      return [
        ...measured.map(it =>
          figureOf(part, at, isOurs(it.contender) ? goalOf(it.work as Work, part) : undefined, it),
        ),
        ...missing,
      ]
    }),
  )
}

/** What grows with the contract has no goal of its own: that of the work is for it too. */
const goalOf = (work: Work, _part: Part) => workTold[work].goal

const worldCount = 1000

/** The same work in the main world, in one of a thousand worlds, and in all of them by turns. */
export function compareWorlds(works: readonly Work[], effort: Effort): Promise<Figure[]> {
  const rows = 1000
  const names = Array.from({ length: worldCount }, (_, number) => `world-${number}`)
  return onStage(rows, 0, stage =>
    withServers(stage, ['understudy'], async running => {
      const server = running.get('understudy')!
      // Each has something of its own, so that it is a world and not only a name.
      for (const name of names) await once(server.port, requestsOf('create', inWorld(name), rows)[0]!)
      const asking = (name: string, of: (work: Work) => ReturnType<typeof requestsOf>): Contender => ({
        name,
        running: server,
        requests: new Map(works.map(work => [work, of(work)])),
        judge,
      })
      const contenders = [
        asking('main', work => requestsOf(work, dialects.gitlab, rows)),
        asking('one', work => requestsOf(work, inWorld(names[500]!), rows)),
        asking('all', work =>
          names.map((name, at) => {
            const requests = requestsOf(work, inWorld(name), rows)
            return requests[at % requests.length]!
          }),
        ),
      ]
      process.stderr.write('\n1,000 worlds:\n  ')
      const measured = await rounds(contenders, works, 'main', settings(effort))
      return measured.flatMap(it =>
        it.contender === 'main'
          ? []
          : [
              {
                ...figureOf('worlds', '', it.contender === 'one' ? 1.1 : undefined, it),
                at: it.contender === 'one' ? 'in one of 1,000 worlds' : 'in all of 1,000 worlds by turns',
                who: 'understudy',
              },
            ],
      )
    }),
  )
}
