import type { World } from '../../store/world.ts'
import type { User } from '../accounts.ts'
import type { CiStatus, Job, Pipeline } from './ci_tables.ts'
import { cancelJob, changeBy, currentJobs, proceed, renewJob } from './pipeline_jobs.ts'
import { enliven } from './pipeline_living.ts'
import { rollUp } from './pipeline_status.ts'

interface Move {
  readonly of: readonly CiStatus[]
  readonly to: CiStatus
  readonly move: (world: World, job: Job, user: User) => void
}

/** What is done to the jobs of a pipeline: to which, and what they and a pipeline with a status of its own become. */
const moves = {
  retry: { of: ['failed', 'canceled'], to: 'pending', move: renewJob },
  cancel: {
    of: ['created', 'waiting_for_resource', 'preparing', 'pending', 'running', 'scheduled'],
    to: 'canceled',
    move: cancelJob,
  },
} satisfies Readonly<Record<string, Move>>

/** Moves those of a pipeline's jobs that can be moved, and tells what changes in the pipeline by that. */
export function moved(
  world: World,
  pipeline: Pipeline,
  name: keyof typeof moves,
  user: User,
): Partial<Pipeline> | undefined {
  const { of, to, move }: Move = moves[name]
  const current = currentJobs(world, pipeline.id)
  // One whose status was set by hand, or that has no jobs, moves by itself; where the CI file is broken none does.
  const ofItself = rollUp(current) !== pipeline.status
  if (ofItself && (pipeline.yaml_errors !== null || !of.includes(pipeline.status))) return undefined
  const meant = current.filter(({ status }) => of.includes(status))
  for (const job of meant) move(world, job, user)
  const updated_at = world.clock.iso()
  const goOn = meant.length + proceed(world, pipeline.id, updated_at)
  // What somebody starts anew goes on by itself.
  if (to === 'pending' && (goOn > 0 || ofItself)) enliven(world, pipeline)
  if (!ofItself) return changeBy(pipeline, currentJobs(world, pipeline.id), updated_at)
  return { status: to, updated_at, ...(to === 'canceled' ? { finished_at: updated_at } : {}) }
}
