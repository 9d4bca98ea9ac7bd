import { refuse } from '../../lifecycle/reason.ts'
import type { User } from '../accounts.ts'
import { may } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { addJobs } from './pipeline_jobs.ts'
import { refOf } from './pipeline_refs.ts'
import { type Pipeline, type PipelineVariable, type Project, pipelines } from './tables.ts'

interface NewPipeline {
  readonly ref: string
  readonly user: User
  readonly variables?: readonly PipelineVariable[]
}

/** Starts a pipeline on a branch or tag; nobody reads a CI file, so every known ref has one. Refuses an unknown ref. */
export function addPipeline(
  ask: Ask<unknown>,
  project: Project,
  { ref, user, variables = [] }: NewPipeline,
): Pipeline {
  const { world } = ask
  // Who may start pipelines, but not change those of this ref, may start none on it either.
  if (!may(ask, 'update_pipeline', project, { ref }, user)) throw refuse('protectedRef', { ref })
  const head = refOf(world, project, ref)
  if (!head) throw refuse('refNotFound')
  const at = world.clock.iso()
  const pipeline = world.insert(pipelines, {
    project_id: project.id,
    status: 'pending',
    ref,
    sha: head.sha,
    before_sha: '0'.repeat(40),
    tag: head.tag,
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
  addJobs(world, pipeline)
  return pipeline
}
