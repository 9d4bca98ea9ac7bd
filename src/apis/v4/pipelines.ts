import { plainActions } from '../../behaviour/rows.ts'
import { embed, type Face, many, one, values } from '../../behaviour/view.ts'
import type { Behaviours, Deed } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing, type Row, table } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type User, users } from '../accounts.ts'
import { allow } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { projectUrl } from './project_face.ts'
import { projectOf } from './projects.ts'
import { sorted } from './sorting.ts'
import { branches, type Project, tags } from './tables.ts'
import { userFace } from './users.ts'

export type PipelineStatus = 'created' | 'pending' | 'running' | 'success' | 'failed' | 'canceled' | 'skipped'

export interface PipelineVariable {
  readonly key: string
  readonly variable_type?: 'env_var' | 'file'
  readonly value: string
}

export interface Pipeline extends Row {
  readonly project_id: number
  readonly status: PipelineStatus
  readonly ref: string
  readonly sha: string
  readonly before_sha: string | null
  readonly tag: boolean
  readonly yaml_errors: string | null
  /** Who started it. */
  readonly user_id: number | null
  readonly created_at: string
  readonly updated_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly committed_at: string | null
  /** Seconds. */
  readonly duration: number | null
  readonly coverage: string | null
  readonly variables: readonly PipelineVariable[]
}

export const pipelines = table<Pipeline>('v4.pipelines', 'project_id')

export const pipelineFace: Face<Pipeline> = {
  derive: {
    user: ({ user_id }, { world }) => embed(userFace, world.get(users, user_id)),
    web_url: ({ id, project_id }, { world, origin }) =>
      `${projectUrl(world, origin, project_id)}/pipelines/${id}`,
  },
}

type OnePipeline = Ask<{ id: string; pipeline_id: number }>

/** What a pipeline in each status becomes when its jobs are retried or canceled; any other is left as it is. */
const moves = {
  retry: { failed: 'pending', canceled: 'pending' },
  cancel: { created: 'canceled', pending: 'canceled', running: 'canceled' },
} as const

const plain = plainActions<Pipeline, OnePipeline>({
  table: pipelines,
  face: pipelineFace,
  among: ask => ask.world.where(pipelines, 'project_id', projectOf(ask).id),
  named: pipelineOf,
  allow: (ask, pipeline) => allow(ask, projectOf(ask), pipeline),
})

/** docs: pipelines.md */
export const pipelineBehaviours: Behaviours = {
  listProjectPipelines: (ask: Ask<PipelineFilters & { id: string }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    const { order_by, sort } = ask.params
    return many(pipelineFace, listing(sorted(filtered(ask, project), order_by, sort)))
  },

  getProjectPipeline: plain.show,

  listProjectPipelineVariables: (ask: OnePipeline) => {
    const pipeline = pipelineOf(ask)
    allow(ask, projectOf(ask), pipeline)
    return values(listing(pipeline.variables))
  },

  createProjectPipeline: (ask: Ask<{ id: string; ref: string; variables?: PipelineVariable[] }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    const { ref, variables } = ask.params
    return one(pipelineFace, addPipeline(ask.world, project, { ref, user: ask.caller.user!, variables }))
  },

  retryProjectPipeline: (ask: OnePipeline) => move(ask, moves.retry),

  cancelProjectPipeline: (ask: OnePipeline) => move(ask, moves.cancel),

  deleteProjectPipeline: plain.destroy(),
}

/** A project's pipeline as the path names it; one of another project isn't found. */
function pipelineOf(ask: OnePipeline): Pipeline {
  const project = projectOf(ask)
  const pipeline = ask.world.get(pipelines, ask.params.pipeline_id)
  if (pipeline?.project_id !== project.id) throw refuse('recordNotFound')
  return pipeline
}

function move(ask: OnePipeline, becomes: Partial<Record<PipelineStatus, PipelineStatus>>): Deed {
  const pipeline = pipelineOf(ask)
  allow(ask, projectOf(ask), pipeline)
  const status = becomes[pipeline.status]
  if (!status) return one(pipelineFace, pipeline)
  const updated_at = ask.world.clock.iso()
  const end = status === 'canceled' ? { finished_at: updated_at } : {}
  return one(pipelineFace, ask.world.update(pipelines, pipeline, { status, updated_at, ...end }))
}

/** Starts a pipeline on a branch or tag; nobody reads a CI file, so every known ref has one. Refuses an unknown ref. */
export function addPipeline(
  world: World,
  project: Project,
  { ref, user, variables = [] }: { ref: string; user: User; variables?: readonly PipelineVariable[] },
): Pipeline {
  const branch = world.where(branches, 'project_id', project.id).find(({ name }) => name === ref)
  const tag = world.where(tags, 'project_id', project.id).find(({ name }) => name === ref)
  const sha = (branch ?? tag)?.sha
  if (!sha) throw refuse('refNotFound')
  const at = world.clock.iso()
  return world.insert(pipelines, {
    project_id: project.id,
    status: 'pending',
    ref,
    sha,
    before_sha: '0'.repeat(40),
    tag: !branch,
    yaml_errors: null,
    user_id: user.id,
    created_at: at,
    updated_at: at,
    started_at: null,
    finished_at: null,
    committed_at: null,
    duration: null,
    coverage: null,
    variables: variables.map(({ key, value, variable_type = 'env_var' }) => ({ key, variable_type, value })),
  })
}

interface PipelineFilters {
  readonly scope?: 'running' | 'pending' | 'finished' | 'branches' | 'tags'
  readonly status?: PipelineStatus
  readonly ref?: string
  readonly sha?: string
  readonly yaml_errors?: boolean
  readonly name?: string
  readonly username?: string
  readonly updated_after?: string
  readonly updated_before?: string
  readonly order_by: 'id' | 'status' | 'ref' | 'updated_at' | 'user_id'
  readonly sort: 'asc' | 'desc'
}

/** The pipelines that pass all filters; an empty text is no filter. */
function filtered({ world, params }: Ask<PipelineFilters>, project: Project): Pipeline[] {
  const { scope, status, ref, sha, yaml_errors, name, username, updated_after, updated_before } = params
  const by = name || username ? usersBy(world, name, username) : undefined
  const inScope = scope && scopes[scope]
  const found = world
    .where(pipelines, 'project_id', project.id)
    .filter(
      pipeline =>
        (!status || pipeline.status === status) &&
        (!ref || pipeline.ref === ref) &&
        (!sha || pipeline.sha === sha) &&
        (yaml_errors === undefined || (pipeline.yaml_errors !== null) === yaml_errors) &&
        (!by || by.has(pipeline.user_id)) &&
        (!updated_after || pipeline.updated_at > updated_after) &&
        (!updated_before || pipeline.updated_at < updated_before),
    )
  return inScope ? inScope(found, world, project) : found
}

const ofStatus =
  (...statuses: PipelineStatus[]) =>
  (rows: Pipeline[]) =>
    rows.filter(({ status }) => statuses.includes(status))

/** The newest pipeline of each branch (or tag) that is there; of all pipelines, whatever else is asked for. */
const newestOfEach =
  (namesIn: (world: World, project: Project) => Set<string>, tag: boolean) =>
  (rows: Pipeline[], world: World, project: Project) => {
    const names = namesIn(world, project)
    const newest = new Map<string, number>()
    for (const pipeline of world.where(pipelines, 'project_id', project.id)) {
      if (pipeline.tag === tag && names.has(pipeline.ref)) newest.set(pipeline.ref, pipeline.id)
    }
    return rows.filter(({ id, ref, tag: ofTag }) => ofTag === tag && newest.get(ref) === id)
  }

const namesOf = (refs: readonly { name: string }[]) => new Set(refs.map(({ name }) => name))

const scopes = {
  running: ofStatus('running'),
  pending: ofStatus('pending'),
  finished: ofStatus('success', 'failed', 'canceled'),
  branches: newestOfEach((world, { id }) => namesOf(world.where(branches, 'project_id', id)), false),
  tags: newestOfEach((world, { id }) => namesOf(world.where(tags, 'project_id', id)), true),
} as const

function usersBy(world: World, name: string | undefined, username: string | undefined): Set<number | null> {
  const found = world
    .rows(users)
    .filter(user => (!name || user.name === name) && (!username || user.username === username))
  return new Set(found.map(({ id }) => id))
}
