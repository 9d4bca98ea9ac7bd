import { table } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type Life, livingIn } from '../living.ts'
import { jobs, type Pipeline } from './ci_tables.ts'
import { completed } from './pipeline_status.ts'

/**
 * The pipelines that go on by themselves: those that a request started, or that were told to. Those of the fixtures stay
 * as they are printed.
 */
export const livingPipelines = livingIn(table<Life>('v4.living_pipelines', 'project_id'))

/** Lets a pipeline live; what its jobs do is counted from now on. */
export function enliven(world: World, pipeline: Pipeline): void {
  const since = world.clock.iso()
  for (const job of world.where(jobs, 'pipeline_id', pipeline.id)) {
    if (job.since === undefined && !completed.includes(job.status)) world.update(jobs, job, { since })
  }
  livingPipelines.enliven(world, pipeline)
}
