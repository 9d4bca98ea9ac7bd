import type { World } from '../../store/world.ts'
import type { User } from '../accounts.ts'
import type { RefRule } from '../ref_rules.ts'
import { type CiStatus, type Job, jobs, type Pipeline, pipelines } from './ci_tables.ts'
import { livingPipelines } from './pipeline_living.ts'
import { letGo, rollUp } from './pipeline_status.ts'

/** The jobs of a pipeline that count: those that no newer one of their name has replaced. */
export const currentJobs = (world: World, pipelineId: number): Job[] =>
  world.where(jobs, 'pipeline_id', pipelineId).filter(({ retried }) => !retried)

/** The jobs of a new pipeline: nobody reads a CI file, so all have the same two, the last as the ref's name wants it; the first may wait for a runner. */
export function addJobs(
  world: World,
  pipeline: Pipeline,
  { when, forgiven, waits }: Pick<RefRule, 'when' | 'forgiven'> & { readonly waits: boolean },
): void {
  for (const [stage_idx, name] of ['build', 'test'].entries()) {
    const isLast = name === 'test'
    addJob(world, {
      project_id: pipeline.project_id,
      pipeline_id: pipeline.id,
      name,
      stage: name,
      stage_idx,
      when: (isLast && when) || 'on_success',
      allow_failure: isLast && forgiven === true,
      ref: pipeline.ref,
      tag: pipeline.tag,
      user_id: pipeline.user_id,
      // Nothing is before the first one.
      status: waits && stage_idx === 0 ? 'pending' : 'created',
    })
  }
}

type Plan = 'project_id' | 'pipeline_id' | 'name' | 'stage' | 'stage_idx' | 'when' | 'allow_failure'
type NewJob = Pick<Job, Plan | 'ref' | 'tag' | 'user_id' | 'status'>

function addJob(world: World, job: NewJob): Job {
  const at = world.clock.iso()
  // Field by field: twice as fast as a spread, and there are several jobs to each pipeline.
  return world.insert(jobs, {
    project_id: job.project_id,
    pipeline_id: job.pipeline_id,
    name: job.name,
    stage: job.stage,
    stage_idx: job.stage_idx,
    when: job.when,
    allow_failure: job.allow_failure,
    ref: job.ref,
    tag: job.tag,
    user_id: job.user_id,
    status: job.status,
    since: at,
    created_at: at,
    started_at: null,
    finished_at: null,
    coverage: null,
    retried: false,
    trace: null,
    erased_at: null,
  })
}

/** Puts a new job in the place of a job; it is created, and what was skipped behind it is so again. */
export function renewJob(world: World, job: Job, user: User): Job {
  for (const one of currentJobs(world, job.pipeline_id)) {
    if (one.name === job.name) world.update(jobs, one, { retried: true })
    else if (one.status === 'skipped' && one.stage_idx > job.stage_idx)
      world.update(jobs, one, { status: 'created' })
  }
  const { project_id, pipeline_id, name, stage, stage_idx, when, allow_failure, ref, tag } = job
  const plan = { project_id, pipeline_id, name, stage, stage_idx, when, allow_failure, ref, tag }
  return addJob(world, { ...plan, user_id: user.id, status: 'created' })
}

/** Cancels a job that is not over yet. */
export function cancelJob(world: World, job: Job): Job {
  return world.update(jobs, job, { status: 'canceled', finished_at: world.clock.iso() })
}

/** Lets those jobs of a pipeline go that waited for earlier stages only; answers how many. */
export function proceed(world: World, pipelineId: number, at = world.clock.iso()): number {
  const changes = letGo(currentJobs(world, pipelineId))
  for (const [job, status] of changes) world.update(jobs, job, { status, since: at })
  livingPipelines.lookAt(world, pipelineId)
  return changes.size
}

/**
 * Sees to it that a pipeline goes on, and is what its jobs are, after one of them has changed at an instant (now, unless
 * said). Answers how many of its jobs go on by that.
 */
export function follow(world: World, pipelineId: number, at = world.clock.iso()): number {
  const changed = proceed(world, pipelineId, at)
  const pipeline = world.get(pipelines, pipelineId)!
  const change = changeBy(pipeline, currentJobs(world, pipelineId), at)
  if (change) world.update(pipelines, pipeline, change)
  return changed
}

const waiting: readonly CiStatus[] = ['created', 'waiting_for_resource', 'preparing', 'pending']
const finished: readonly CiStatus[] = ['success', 'failed', 'canceled']

/** What changes at an instant in a pipeline whose jobs add up to another status than its own. */
export function changeBy(
  pipeline: Pipeline,
  current: readonly Job[],
  at: string,
): Partial<Pipeline> | undefined {
  const status = rollUp(current)
  if (!status || status === pipeline.status) return undefined
  const starts = status === 'running' && waiting.includes(pipeline.status)
  const ends = finished.includes(status)
  const timed = (ends || status === 'manual') && pipeline.started_at !== null
  return {
    status,
    updated_at: at,
    ...(starts ? { started_at: at } : {}),
    ...(ends ? { finished_at: at } : {}),
    ...(timed ? { duration: Math.floor(busySeconds(current, at)) } : {}),
    coverage: meanCoverage(current),
  }
}

/** The mean of the jobs that tell their coverage. */
function meanCoverage(current: readonly Job[]): string | null {
  const told = current.flatMap(({ coverage }) => coverage ?? [])
  return told.length === 0 ? null : (told.reduce((sum, one) => sum + one) / told.length).toFixed(2)
}

/** How long any of the jobs ran: time in which several did counts once. */
export function busySeconds(current: readonly Job[], now: string): number {
  const periods = current
    .filter(
      ({ status, started_at }) => started_at !== null && (status === 'running' || finished.includes(status)),
    )
    .map(({ started_at, finished_at }) => [Date.parse(started_at!), Date.parse(finished_at ?? now)] as const)
    .sort(([one], [other]) => one - other)
  let [busy, until] = [0, 0]
  for (const [from, to] of periods) {
    busy += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return busy / 1000
}
