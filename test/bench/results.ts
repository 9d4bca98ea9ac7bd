// What a run came to, as it is written down.
import { readFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { isPinned } from './processes.ts'

export type Part = 'work' | 'worlds' | 'contract' | 'start' | 'memory' | 'fork'

/** One figure: a ratio to what it is measured against, in the same round; of forks, milliseconds or bytes. */
export interface Figure {
  readonly part: Part
  readonly what: string
  /** How large things were. */
  readonly at: string
  readonly who: string
  readonly figure: number | undefined
  /** The same of requests per second (more is better) and of the 99th percentile of answer times. */
  readonly perSecond?: number
  readonly p99?: number
  /** What the figure is to stay below. */
  readonly goal?: number
  /** Milliseconds or bytes, where the figure is no ratio. */
  readonly unit?: string
  /** What was measured, in absolute terms of this machine: for the curious. */
  readonly absolute?: Readonly<Record<string, number | undefined>>
  /** Why there is no figure, or how few requests it rests on. */
  readonly note?: string
}

export interface Results {
  readonly machine: string
  readonly node: string
  readonly cores: string
  readonly quick: boolean
  readonly versions: Readonly<Record<string, string>>
  readonly figures: readonly Figure[]
}

/** Where a whole run writes, and whence the README's table is made. */
export const resultsFile = new URL('results.json', import.meta.url)

export function resultsOf(figures: readonly Figure[], quick: boolean): Results {
  const [cpu] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
  return {
    machine: `${cpu?.model ?? 'unknown'}, ${cpus().length} cores, ${memory}, ${platform()} ${arch()}`,
    node: process.version,
    cores: isPinned()
      ? 'each server on one core, the load on another (taskset)'
      : 'servers and load share the cores: there is no taskset, or only one core',
    quick,
    versions: dependencies,
    figures: figures.map(figure => ({ ...figure, ...rounded(figure) })),
  }
}

/** Three digits say all there is to say. */
function rounded({ figure, perSecond, p99, absolute }: Figure): Partial<Figure> {
  const three = (number: number | undefined) =>
    number === undefined ? undefined : Number(number.toPrecision(3))
  return {
    figure: three(figure),
    ...(perSecond === undefined ? {} : { perSecond: three(perSecond)! }),
    ...(p99 === undefined ? {} : { p99: three(p99)! }),
    ...(absolute
      ? { absolute: Object.fromEntries(Object.entries(absolute).map(([name, it]) => [name, three(it)])) }
      : {}),
  }
}
