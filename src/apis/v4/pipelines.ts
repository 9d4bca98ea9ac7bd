import { plainActions } from '../../behaviour/rows.ts'
import { many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { firstOf, listing, reversed } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { allow } from './abilities.ts'
import { type Pipeline, type PipelineVariable, pipelines } from './ci_tables.ts'
import type { Ask } from './credentials.ts'
import { pipelineFace, variableFace } from './pipeline_face.ts'
import { listedPipelines, type PipelineFilters } from './pipeline_filters.ts'
import { livingPipelines } from './pipeline_living.ts'
import { moved } from './pipeline_moves.ts'
import { refOf } from './pipeline_refs.ts'
import { addPipeline } from './pipeline_start.ts'
import { pretendedRow } from './pretended.ts'
import { pretendedPipelines } from './pretended_rows.ts'
import { projectOf } from './projects.ts'
import type { Project } from './tables.ts'

type OfProject = Ask<{ id: string }>
type OnePipeline = Ask<{ id: string; pipeline_id: number }>

const plain = plainActions<Pipeline, Project, OfProject, OnePipeline>({
  table: pipelines,
  face: pipelineFace,
  parent: projectOf,
  named: pipelineOf,
  allow,
})

/** docs: pipelines.md */
export const pipelineBehaviours: Behaviours = {
  listProjectPipelines: (ask: Ask<PipelineFilters & { id: string }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    return many(pipelineFace, listedPipelines(ask, project))
  },

  getLatestProjectPipeline: (ask: Ask<{ id: string; ref?: string }>) => {
    const project = projectOf(ask)
    const pipeline = latestPipeline(ask.world, project, ask.params.ref || project.default_branch)
    if (!pipeline) throw refuse('noPipeline')
    allow(ask, project, pipeline)
    return one(pipelineFace, pipeline)
  },

  getProjectPipeline: plain.show,

  listProjectPipelineVariables: (ask: OnePipeline) => {
    const project = projectOf(ask)
    const pipeline = pipelineOf(ask, project)
    allow(ask, project, pipeline)
    return many(variableFace, listing(pipeline.variables))
  },

  createProjectPipeline: (ask: Ask<{ id: string; ref: string; variables?: PipelineVariable[] }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    const user = ask.caller.user!
    return one(pipelineFace, addPipeline(ask, project, { ...ask.params, user }))
  },

  retryProjectPipeline: plain.update(({ world, caller }, pipeline) =>
    moved(world, pipeline, 'retry', caller.user!),
  ),

  cancelProjectPipeline: plain.update(({ world, caller }, pipeline) =>
    moved(world, pipeline, 'cancel', caller.user!),
  ),

  deleteProjectPipeline: plain.destroy(({ world }, { id }) => {
    world.removeDependents('v4.', 'pipeline_id', id)
    livingPipelines.settleDown(world, id)
  }),
}

/** A project's pipeline as the path names it; one of another project isn't found. */
export function pipelineOf(ask: OnePipeline, project: Project): Pipeline {
  const { pipeline_id } = ask.params
  const pipeline = ask.world.get(pipelines, pipeline_id) ?? pretendedRow(ask, pretendedPipelines, pipeline_id)
  if (pipeline?.project_id !== project.id) throw refuse('recordNotFound')
  return pipeline
}

/** The newest pipeline on the commit that a branch or tag is at. */
function latestPipeline(world: World, project: Project, name: string | null): Pipeline | undefined {
  const head = name === null ? undefined : refOf(world, project, name)
  if (!head) return undefined
  const ofRef = reversed(world.listed(pipelines, 'project_id', project.id, ['ref', name!]))
  return firstOf(ofRef, ({ sha }) => sha === head.sha)
}
