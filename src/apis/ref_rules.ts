/** What the name of a ref, or of a job, says of how its jobs go on. */
export interface RefRule {
  /** What stands before the first slash. */
  readonly prefix: string
  /** In which stage its jobs fail. */
  readonly fails?: 'first' | 'last'
  /** Whether only the first try of a job fails. */
  readonly once?: true
  /** Whether those that fail may. */
  readonly forgiven?: true
  /** What the last job waits for, where the contract knows a status for it. */
  readonly when?: 'manual' | 'delayed'
  /** How many times as long everything takes. */
  readonly slowness?: number
  /** Whether its jobs run until somebody cancels them. */
  readonly endless?: true
}

const rules: readonly RefRule[] = [
  { prefix: 'fail', fails: 'last' },
  { prefix: 'fail-first', fails: 'first' },
  { prefix: 'flaky', fails: 'last', once: true },
  { prefix: 'allow-failure', fails: 'last', forgiven: true },
  { prefix: 'manual', when: 'manual' },
  { prefix: 'delayed', when: 'delayed' },
  { prefix: 'slow', slowness: 10 },
  { prefix: 'stuck', endless: true },
]

/** The rule that a name such as `fail/tests` falls under; most fall under none. */
export function ruleFor(name: string | null | undefined): RefRule | undefined {
  const slash = name?.indexOf('/') ?? -1
  const prefix = slash > 0 ? name!.slice(0, slash) : undefined
  return prefix === undefined ? undefined : rules.find(rule => rule.prefix === prefix)
}

/** A job or build as far as rules ask for it: its names, where its stage stands, whether it was tried before. */
export interface Tried {
  readonly ref: string
  readonly name?: string | null | undefined
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly isRetry: boolean
}

/** How a job ends that nobody stops. */
export function outcomeOf({ ref, name, isFirst, isLast, isRetry }: Tried): 'success' | 'failed' {
  const [own, inherited] = [ruleFor(name), ruleFor(ref)]
  const { fails, once = false } = own?.fails ? own : (inherited ?? {})
  // A name of its own singles out a job, wherever its stage stands.
  const meant = own?.fails ? true : fails === 'first' ? isFirst : fails === 'last' && isLast
  return meant && !(once && isRetry) ? 'failed' : 'success'
}

/** How long, in milliseconds, a job with these names stays in a status of which it usually leaves after so many seconds. */
export function spanOf(seconds: number, ref: string, name?: string | null): number {
  return seconds * 1000 * (ruleFor(name)?.slowness ?? ruleFor(ref)?.slowness ?? 1)
}

/** Whether a job with these names never ends by itself. */
export const isEndless = (ref: string, name?: string | null): boolean =>
  (ruleFor(name)?.endless ?? ruleFor(ref)?.endless) === true

/** What a job printed, once it is over. */
export const traceOf = (name: string, outcome: 'success' | 'failed'): string =>
  `$ make ${name}\n${outcome === 'success' ? 'Job succeeded' : 'ERROR: Job failed: exit code 1'}\n`
