// The rounds: every server gets a slice of every work in each round, in an order that is rotated, and its figures are
// compared with those that bare Fastify had in the same round.

import { type Asked, type Bound, load } from './load.ts'
import { cpuOf, type Running } from './processes.ts'

/** Somebody who takes part in the rounds: a server, or a server asked in another way. */
export interface Contender {
  readonly name: string
  readonly running: Running
  readonly requests: ReadonlyMap<string, readonly Asked[]>
  /** Told each answer that was sampled. Throws where it isn't as it should be. */
  readonly judge?: (request: Asked, body: string) => void
}

/** What a contender needed, absolutely: medians over the rounds; and as a ratio to the measure of the same round. */
export interface Measured {
  readonly contender: string
  readonly work: string
  /** CPU time per request, in microseconds; not to be had on every system. */
  readonly cpu: number | undefined
  readonly perSecond: number
  /** In milliseconds. */
  readonly p99: number
  readonly ratio: { readonly cpu: number | undefined; readonly perSecond: number; readonly p99: number }
  readonly requests: number
  readonly errors: number
  readonly error: string | undefined
}

type Slice = {
  cpu: number | undefined
  perSecond: number
  p99: number
  done: number
  errors: number
  error?: string
}

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

async function roundsOf(
  contenders: readonly Contender[],
  works: readonly string[],
  measure: string,
  { count, bound, warmUp }: { count: number; bound: (work: string) => Bound; warmUp: Bound },
): Promise<Measured[]> {
  const slices = new Map<string, Slice[]>()
  for (let round = -1; round < count; round++) {
    for (const work of works) {
      for (const index of contenders.keys()) {
        const contender = contenders[(index + round + contenders.length) % contenders.length]!
        const requests = contender.requests.get(work)
        if (!requests) continue
        const key = `${contender.name} ${work}`
        const before = slices.get(key) ?? []
        // Who can't do it, or needs seconds for each, isn't asked again and again.
        if (before.some(({ errors }) => errors > 0)) continue
        const slow = before.some(({ done, perSecond }) => done > 0 && perSecond < 2)
        if (slow && before.length > 1) continue
        const slice = await slicing(contender, requests, round < 0 ? warmUp : bound(work))
        if (round >= 0 || slice.errors > 0 || slice.perSecond < 2) slices.set(key, [...before, slice])
      }
    }
    process.stderr.write(round < 0 ? `${works.join(', ')}: warm` : ` ${round + 1}`)
  }
  process.stderr.write('; ')
  const medianOf = (numbers: (number | undefined)[]) =>
    numbers.every(it => it !== undefined) && numbers.length > 0 ? median(numbers as number[]) : undefined
  return works.flatMap(work => {
    const base = slices.get(`${measure} ${work}`) ?? []
    return contenders.flatMap(({ name }) => {
      const own = slices.get(`${name} ${work}`)
      if (!own) return []
      const ratios = (key: 'cpu' | 'perSecond' | 'p99') =>
        medianOf(
          own.map((slice, at) => {
            const [mine, theirs] = [slice[key], (base[at] ?? base[0])?.[key]]
            return mine === undefined || !theirs ? undefined : mine / theirs
          }),
        )
      const sum = (key: 'done' | 'errors') => own.reduce((sum, slice) => sum + slice[key], 0)
      return {
        contender: name,
        work,
        cpu: medianOf(own.map(({ cpu }) => cpu)),
        perSecond: median(own.map(({ perSecond }) => perSecond)),
        p99: median(own.map(({ p99 }) => p99)),
        ratio: { cpu: ratios('cpu'), perSecond: ratios('perSecond') ?? 0, p99: ratios('p99') ?? 0 },
        requests: sum('done'),
        errors: sum('errors'),
        error: own.find(({ error }) => error)?.error,
      }
    })
  })
}

/**
 * Lets all contenders do all works in rounds; ratios are to the contender that is the measure. What writes has rounds of
 * its own behind the others, so that all who read have as many rows as they are said to have.
 */
export async function rounds(
  ...[contenders, works, ...others]: Parameters<typeof roundsOf>
): Promise<Measured[]> {
  const isWrite = (work: string) => work === 'create' || work === 'mix'
  const measured: Measured[] = []
  for (const some of [works.filter(it => !isWrite(it)), ...works.filter(isWrite).map(it => [it])])
    if (some.length > 0) measured.push(...(await roundsOf(contenders, some, ...others)))
  return measured
}

async function slicing(
  { running, judge }: Contender,
  requests: readonly Asked[],
  bound: Bound,
): Promise<Slice> {
  const before = cpuOf(running.pid)
  const { done, errors, error, seconds, p99, samples } = await load(running.port, requests, bound)
  const after = cpuOf(running.pid)
  for (const { request, body } of samples) judge?.(requests[request]!, body)
  const cpu = before !== undefined && after !== undefined && done > 0 ? (after - before) / done : undefined
  return { cpu, perSecond: done / seconds, p99, done, errors, ...(error ? { error } : {}) }
}
