import { pipelines } from '../apis/v4/ci_tables.ts'
import { value } from '../behaviour/view.ts'
import type { Behaviours } from '../lifecycle/exchange.ts'
import { refuse } from '../lifecycle/reason.ts'
import { instantIn } from '../store/clock.ts'
import type { World } from '../store/world.ts'
import type { House, Told } from './house.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a span such as `90s`; nothing where it is none. */
export function spanOf(text: string): number | undefined {
  const [, number, unit] = /^(-?\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(number) * units[unit]!
}

/** Milliseconds since 1970 of an instant. Refuses one that is none, such as a leap second. */
export function instantOf(attribute: string, text: string): number {
  const at = instantIn(text)
  if (at === undefined) throw refuse('invalid', { attribute, problem: 'there is no such instant' })
  return at
}

/** A world's time. */
export const clockTasks = ({ makeProgress }: House): Behaviours => ({
  getClock: ({ world }: Told) => shown(world),

  setClock: ({ world, params }: Told<{ now?: string; advance?: string; run?: boolean }>) => {
    const { now, advance, run } = params
    if ([now, advance, run].filter(it => it !== undefined).length !== 1)
      throw refuse('unusable', { problem: 'a clock is told one of now, advance and run' })
    if (now !== undefined) world.clock.stop(instantOf('now', now))
    if (advance !== undefined) world.clock.advance(spanOf(advance)!)
    if (run) world.clock.run()
    return shown(world)
  },

  makeProgress: ({ world, params: { steps, pipeline } }: Told<{ steps: number; pipeline?: number }>) => {
    if (pipeline !== undefined && !world.get(pipelines, pipeline))
      throw refuse('notFound', { thing: 'pipeline', name: pipeline })
    return value({ changed: makeProgress(world, steps, pipeline) })
  },
})

const shown = ({ clock }: World) => value({ now: clock.iso(), stands: clock.stands() })
