// Which way pipelines and jobs go by themselves.
import type { World } from '../../store/world.ts'
import { isEndless, outcomeOf, spanOf, traceOf } from '../ref_rules.ts'
import { type CiStatus, type Job, jobs, type Pipeline, pipelines } from './ci_tables.ts'
import { currentJobs, follow } from './pipeline_jobs.ts'
import { letGo, rollUp } from './pipeline_status.ts'

/** Where a status leads, and after how many seconds; what runs ends in success unless its names say otherwise. */
const course: { readonly [S in CiStatus]?: readonly [to: CiStatus, seconds: number] } = {
  created: ['pending', 1],
  waiting_for_resource: ['preparing', 2],
  preparing: ['pending', 2],
  pending: ['running', 2],
  running: ['success', 10],
  scheduled: ['pending', 30],
}

/** A move that is due at an instant, in milliseconds. */
export interface Move {
  readonly due: number
  /** Makes it, as of an instant. */
  readonly make: (at: string) => void
}

/** All moves that a pipeline makes next: those of its jobs, or of itself where it has none and a status set by hand. */
export function movesOf(world: World, pipeline: Pipeline): Move[] {
  const current = currentJobs(world, pipeline.id)
  const waiting = [...letGo(current)].map(([job, to]) => moveOf(world, job, to, current))
  const others = current.flatMap(job => {
    const [to] = (job.status === 'created' ? undefined : course[job.status]) ?? []
    const stays = to === undefined || (job.status === 'running' && isEndless(job.ref, job.name))
    return stays ? [] : [moveOf(world, job, to, current)]
  })
  const moves = [...waiting, ...others]
  return moves.length > 0 || rollUp(current) === pipeline.status ? moves : ownMoves(world, pipeline)
}

function moveOf(world: World, job: Job, to: CiStatus, current: readonly Job[]): Move {
  const { status, ref, name, since = job.created_at } = job
  const [, seconds] = course[status]!
  return {
    due: Date.parse(since) + spanOf(seconds, ref, name),
    make: at => {
      if (to === 'running') world.update(jobs, job, { status: to, since: at, started_at: at })
      else if (status !== 'running') world.update(jobs, job, { status: to, since: at })
      else {
        const outcome = outcomeOf(triedOf(world, job, current))
        const trace = job.trace ?? traceOf(name, outcome)
        world.update(jobs, job, { status: outcome, since: at, finished_at: at, trace })
      }
    },
  }
}

function triedOf(world: World, job: Job, current: readonly Job[]) {
  const { ref, name, stage_idx, pipeline_id } = job
  return {
    ref,
    name,
    isFirst: current.every(other => other.stage_idx >= stage_idx),
    isLast: current.every(other => other.stage_idx <= stage_idx),
    isRetry: world
      .where(jobs, 'pipeline_id', pipeline_id)
      .some(other => other.retried && other.name === name),
  }
}

function ownMoves(world: World, pipeline: Pipeline): Move[] {
  const { status, ref, updated_at, started_at, yaml_errors } = pipeline
  const [to, seconds] = course[status] ?? []
  if (to === undefined || seconds === undefined || yaml_errors !== null) return []
  if (status === 'running' && isEndless(ref)) return []
  const make = (at: string) => {
    const changed = { updated_at: at }
    if (to === 'running') world.update(pipelines, pipeline, { ...changed, status: to, started_at: at })
    else if (status !== 'running') world.update(pipelines, pipeline, { ...changed, status: to })
    else {
      const outcome = outcomeOf({ ref, isFirst: true, isLast: true, isRetry: false })
      const duration = started_at && Math.floor((Date.parse(at) - Date.parse(started_at)) / 1000)
      world.update(pipelines, pipeline, {
        ...changed,
        status: outcome,
        finished_at: at,
        duration: duration || null,
      })
    }
  }
  return [{ due: Date.parse(updated_at) + spanOf(seconds, ref), make }]
}

/** Makes moves as of an instant, and has the pipeline follow; answers how many jobs (or pipelines of no jobs) changed. */
export function makeMoves(world: World, { id }: Pipeline, moves: readonly Move[], at: string): number {
  for (const { make } of moves) make(at)
  return moves.length + (moves.length > 0 ? follow(world, id, at) : 0)
}
