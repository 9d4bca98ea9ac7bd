import { plainActions } from '../../behaviour/rows.ts'
import { embed, type Face, one, values } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type User, users } from '../accounts.ts'
import { allow } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { filteredPipelines, type PipelineFilters } from './pipeline_filters.ts'
import { projectUrl } from './project_face.ts'
import { projectOf } from './projects.ts'
import { sorted } from './sorting.ts'
import {
  branches,
  type Pipeline,
  type PipelineStatus,
  type PipelineVariable,
  type Project,
  pipelines,
  tags,
} from './tables.ts'
import { userFace } from './users.ts'

export const pipelineFace: Face<Pipeline> = {
  derive: {
    user: ({ user_id }, { world }) => embed(userFace, world.get(users, user_id)),
    web_url: ({ id, project_id }, { world, origin }) =>
      `${projectUrl(world, origin, project_id)}/pipelines/${id}`,
  },
}

type OfProject = Ask<{ id: string }>
type OnePipeline = Ask<{ id: string; pipeline_id: number }>

/** What a pipeline in each status becomes when its jobs are retried or canceled; any other is left as it is. */
const moves = {
  retry: { failed: 'pending', canceled: 'pending' },
  cancel: { created: 'canceled', pending: 'canceled', running: 'canceled' },
} as const

const plain = plainActions<Pipeline, Project, OfProject, OnePipeline>({
  table: pipelines,
  face: pipelineFace,
  parent: projectOf,
  named: pipelineOf,
  allow,
})

/** docs: pipelines.md */
export const pipelineBehaviours: Behaviours = {
  listProjectPipelines: plain.list((ask: Ask<PipelineFilters & { id: string }>, project) => {
    const { order_by, sort } = ask.params
    const all = ask.world.where(pipelines, 'project_id', project.id)
    return sorted(filteredPipelines(ask, project, all), order_by, sort)
  }),

  getProjectPipeline: plain.show,

  listProjectPipelineVariables: (ask: OnePipeline) => {
    const project = projectOf(ask)
    const pipeline = pipelineOf(ask, project)
    allow(ask, project, pipeline)
    return values(listing(pipeline.variables))
  },

  createProjectPipeline: (ask: Ask<{ id: string; ref: string; variables?: PipelineVariable[] }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    const { ref, variables } = ask.params
    return one(pipelineFace, addPipeline(ask.world, project, { ref, user: ask.caller.user!, variables }))
  },

  retryProjectPipeline: plain.update((ask, pipeline) => moved(ask.world, pipeline, moves.retry)),

  cancelProjectPipeline: plain.update((ask, pipeline) => moved(ask.world, pipeline, moves.cancel)),

  deleteProjectPipeline: plain.destroy(),
}

/** A project's pipeline as the path names it; one of another project isn't found. */
function pipelineOf({ world, params }: OnePipeline, project: Project): Pipeline {
  const pipeline = world.get(pipelines, params.pipeline_id)
  if (pipeline?.project_id !== project.id) throw refuse('recordNotFound')
  return pipeline
}

/** What changes in a pipeline that is moved; nothing where it has no jobs to move. */
function moved(world: World, pipeline: Pipeline, becomes: Partial<Record<PipelineStatus, PipelineStatus>>) {
  // Where the CI file is broken, there never were any jobs.
  const status = pipeline.yaml_errors === null ? becomes[pipeline.status] : undefined
  if (!status) return undefined
  const updated_at = world.clock.iso()
  return { status, updated_at, ...(status === 'canceled' ? { finished_at: updated_at } : {}) }
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
