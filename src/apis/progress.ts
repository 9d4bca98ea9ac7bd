import type { Exchange } from '../lifecycle/exchange.ts'
import type { World } from '../store/world.ts'
import { settleDue as settleDueBuilds, stepBuilds } from './v1/build_progress.ts'
import { settleDue as settleDuePipelines, stepPipelines } from './v4/pipeline_progress.ts'

/** Takes pipelines and builds of a world so many steps further; answers how many jobs and builds have changed. */
export function makeProgress(world: World, steps: number, pipeline?: number): number {
  let changed = 0
  for (let step = 0; step < steps; step++) {
    changed += stepPipelines(world, pipeline)
    if (pipeline === undefined) changed += stepBuilds(world)
  }
  return changed
}

/** Brings all that goes by time up to date, in a world that nothing but the control API asks about. */
export function settle({ world, settings }: Exchange): void {
  if (settings.progress !== 'time') return
  settleDuePipelines(world)
  settleDueBuilds(world)
}
