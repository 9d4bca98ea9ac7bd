import {
  type CiStatus,
  type Job,
  jobs,
  type Pipeline,
  type PipelineVariable,
  pipelines,
} from '../v4/ci_tables.ts'
import { completed } from '../v4/pipeline_status.ts'
import { type Commit, projects, type Tag } from '../v4/tables.ts'
import { type Course, over, type Part, underWay } from './courses.ts'
import type { Plan } from './plan.ts'

/** The share of the newest pipelines, of which most are not over yet. */
const newest = 0.05
const noVariables: readonly PipelineVariable[] = []
const noCommit = '0'.repeat(40)
const ended: readonly CiStatus[] = ['success', 'failed', 'canceled']

/** Pipelines of commits and tags, half of them in the first project, and the jobs of each. */
export function makePipelines(plan: Plan, commits: readonly Commit[], tags: readonly Tag[]): void {
  const { count, draw } = plan
  const first = plan.id(projects, 0)
  const inFirst: Commit[] = []
  const made: Job[] = []
  plan.make(pipelines, (place, id) => {
    if (commits[place]!.project_id === first) inFirst.push(commits[place]!)
    const tag = draw.isSo(0.08) ? tags[draw.late(place + 1)] : undefined
    const commit = draw.isSo(0.5)
      ? inFirst[draw.late(inFirst.length)]!
      : commits[draw.isSo(0.5) ? place : draw.late(place + 1)]!
    const isNew = place >= count * (1 - newest) && draw.isSo(0.8)
    const course = draw.one(isNew ? underWay : over)
    const ref = tag?.name ?? (draw.isSo(0.7) ? commit.branches[0]! : commit.branches.at(-1)!)
    const { project_id, sha } = tag ?? commit
    const user_id = plan.someone(place)
    const isFaulty = course.status === 'failed' && draw.isSo(0.05)
    const of = { pipeline_id: id, project_id, ref, tag: tag !== undefined, user_id }
    const run = runOf(plan, isFaulty ? { ...course, parts: [] } : course, plan.second(place, 6), of, made)
    return {
      id,
      project_id,
      status: course.status,
      ref,
      sha,
      before_sha: tag ? noCommit : (commit.parent_ids[0] ?? noCommit),
      tag: tag !== undefined,
      yaml_errors: isFaulty ? 'jobs config should contain at least one visible job' : null,
      user_id,
      ...run.times,
      committed_at: null,
      coverage: run.coverage,
      variables: draw.isSo(0.15) ? variablesOf(plan) : noVariables,
    }
  })
  plan.add(jobs, made)
}

type OfPipeline = Pick<Job, 'pipeline_id' | 'project_id' | 'ref' | 'tag' | 'user_id'>

interface Run {
  readonly times: Pick<Pipeline, 'created_at' | 'updated_at' | 'started_at' | 'finished_at' | 'duration'>
  readonly coverage: string | null
}

/** Makes the jobs of a pipeline, and tells when they ran: stage after stage, those of a stage at a time; but for a second try. */
function runOf(plan: Plan, { parts, status }: Course, created: number, of: OfPipeline, made: Job[]): Run {
  const { draw, calendar } = plan
  const created_at = calendar.iso(created)
  let [now, duration, stage] = [created, 0, -1]
  let stageStart = created
  let started: number | undefined
  let previous: Part | undefined
  const covers = status === 'success' && draw.isSo(0.5) ? 40 + draw.below(600) / 10 : null
  for (const part of parts) {
    if (part.stage_idx !== stage || previous?.retried) stageStart = now + 1 + draw.early(60)
    ;[stage, previous] = [part.stage_idx, part]
    const ran = ended.includes(part.status) && !(part.status === 'canceled' && part.stage === 'deploy')
    const begins = ran || part.status === 'running'
    const end = stageStart + 5 + draw.early(600)
    if (begins) started ??= stageStart
    if (ran && end > now) {
      duration += end - Math.max(now, stageStart)
      now = end
    }
    const isOver = completed.includes(part.status) && part.status !== 'skipped'
    made.push({
      id: plan.id(jobs, made.length),
      project_id: of.project_id,
      pipeline_id: of.pipeline_id,
      name: part.name,
      stage: part.stage,
      stage_idx: part.stage_idx,
      when: 'on_success',
      status: part.status,
      allow_failure: part.allow_failure,
      ref: of.ref,
      tag: of.tag,
      user_id: of.user_id,
      created_at,
      started_at: begins ? calendar.iso(stageStart) : null,
      finished_at: isOver ? calendar.iso(ran ? end : now) : null,
      coverage: part.name === 'test' && part.status === 'success' ? covers : null,
      retried: part.retried,
      trace: part.trace,
      erased_at: null,
    })
  }
  const isOver = ended.includes(status)
  const finished = isOver ? calendar.iso(now) : null
  const started_at = started === undefined ? null : calendar.iso(started)
  return {
    times: {
      created_at,
      updated_at: finished ?? started_at ?? created_at,
      started_at,
      finished_at: finished,
      duration: isOver && started !== undefined ? duration : null,
    },
    coverage: covers === null ? null : covers.toFixed(2),
  }
}

function variablesOf({ draw, words }: Plan): PipelineVariable[] {
  return Array.from({ length: 1 + draw.early(3) }, (_, number) => ({
    key: `${draw.one(words.nouns)}_${number + 1}`.toUpperCase().replace(/\W+/g, '_'),
    variable_type: 'env_var',
    value: draw.one(words.adjectives),
  }))
}
