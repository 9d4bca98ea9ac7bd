import type { Contract } from '../../contract/contract.ts'
import { at } from '../../contract/document.ts'
import { refuse } from '../../lifecycle/reason.ts'
import type { User } from '../accounts.ts'
import { ruleFor } from '../ref_rules.ts'
import { may } from './abilities.ts'
import { type Pipeline, type PipelineVariable, pipelines } from './ci_tables.ts'
import type { Ask } from './credentials.ts'
import { addJobs } from './pipeline_jobs.ts'
import { livingPipelines } from './pipeline_living.ts'
import { refOf } from './pipeline_refs.ts'
import type { Project } from './tables.ts'

interface NewPipeline {
  readonly ref: string
  readonly user: User
  readonly variables?: readonly PipelineVariable[]
}

/** The status of a pipeline whose last job waits for somebody, or for its time. */
const waitsAs = { manual: 'manual', delayed: 'scheduled' } as const

/** As git names the commit where there is none. */
const nothingBefore = '0'.repeat(40)

const knows = ({ document }: Contract, status: string) =>
  (at(document, '/components/schemas/PipelineStatus/enum') as readonly string[]).includes(status)

/** Starts a pipeline on a branch or tag; nobody reads a CI file, so every known ref has one. Refuses an unknown ref. */
export function addPipeline(
  ask: Ask<unknown>,
  project: Project,
  { ref, user, variables = [] }: NewPipeline,
): Pipeline {
  const { world, settings, contract } = ask
  // As the docs print it, a pipeline waits for a runner at once; one that goes on by itself begins where GitLab's do.
  const waits = settings.progress === 'manual'
  // Who may start pipelines, but not change those of this ref, may start none on it either.
  if (!may(ask, 'update_pipeline', project, { ref }, user)) throw refuse('protectedRef', { ref })
  const head = refOf(world, project, ref)
  if (!head) throw refuse('refNotFound')
  const now = world.clock.iso()
  const pipeline = world.insert(pipelines, {
    project_id: project.id,
    status: waits ? 'pending' : 'created',
    ref,
    sha: head.sha,
    before_sha: nothingBefore,
    tag: head.tag,
    yaml_errors: null,
    user_id: user.id,
    created_at: now,
    updated_at: now,
    started_at: null,
    finished_at: null,
    committed_at: null,
    duration: null,
    coverage: null,
    variables: variables.map(({ key, value, variable_type = 'env_var' }) => ({ key, variable_type, value })),
  })
  const { when, forgiven } = ruleFor(ref) ?? {}
  const known = when && knows(contract, waitsAs[when]) ? when : undefined
  addJobs(world, pipeline, { forgiven, when: known, waits })
  // Its jobs are new: nothing of them is to be counted anew.
  livingPipelines.enliven(world, pipeline)
  return pipeline
}
