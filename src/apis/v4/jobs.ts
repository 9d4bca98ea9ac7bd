import { embed, type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviour, Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing, reversed } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type User, users } from '../accounts.ts'
import { allow } from './abilities.ts'
import { commitFace, commitOf } from './branches.ts'
import { type CiStatus, type Job, jobs, pipelines } from './ci_tables.ts'
import type { Ask } from './credentials.ts'
import { pagesUrl, pipelineFace } from './pipeline_face.ts'
import { cancelJob, follow, renewJob } from './pipeline_jobs.ts'
import { enliven } from './pipeline_living.ts'
import { completed } from './pipeline_status.ts'
import { pipelineOf } from './pipelines.ts'
import { projectOf } from './projects.ts'
import type { Project } from './tables.ts'
import { userFace } from './users.ts'

export const jobFace: Face<Job> = {
  derive: {
    duration: ({ started_at, finished_at }, { world }) =>
      started_at && (Date.parse(finished_at ?? world.clock.iso()) - Date.parse(started_at)) / 1000,
    user: ({ user_id }, { world }) => embed(userFace, world.get(users, user_id)),
    commit: ({ project_id, pipeline_id }, { world }) =>
      embed(commitFace, commitOf(world, project_id, world.get(pipelines, pipeline_id)!.sha)),
    pipeline: ({ pipeline_id }, { world }) => embed(pipelineFace, world.get(pipelines, pipeline_id)),
    web_url: ({ id, project_id }, exchange) => `${pagesUrl(exchange, project_id)}/jobs/${id}`,
    // Once a job is over, what it printed is kept as one of its artifacts.
    artifacts: ({ status, trace }) =>
      trace !== null && completed.includes(status)
        ? [{ file_type: 'trace', size: Buffer.byteLength(trace), filename: 'job.log', file_format: 'raw' }]
        : [],
    // No runner takes jobs of this API, and none of them keeps files.
    runner: () => null,
    artifacts_expire_at: () => null,
  },
}

type OfProject = Ask<{ id: string; scope?: CiStatus[] }>
type OneJob = Ask<{ id: string; job_id: number }>

/** docs: jobs.md */
export const jobBehaviours: Behaviours = {
  listProjectJobs: (ask: OfProject) => {
    const project = projectOf(ask)
    allow(ask, project)
    const { scope = [] } = ask.params
    if (scope.length > 1)
      return many(jobFace, reversed(listing(within(ask, ask.world.where(jobs, 'project_id', project.id)))))
    const [status] = scope
    return many(
      jobFace,
      reversed(ask.world.listed(jobs, 'project_id', project.id, status && ['status', status])),
    )
  },

  listPipelineJobs: (ask: OfProject & Ask<{ id: string; pipeline_id: number }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    const { id } = pipelineOf(ask, project)
    return many(jobFace, listing(within(ask, ask.world.where(jobs, 'pipeline_id', id))))
  },

  getProjectJob: (ask: OneJob) => {
    const project = projectOf(ask)
    allow(ask, project)
    return one(jobFace, jobOf(ask, project))
  },

  playProjectJob: acting('read_build', (world, job, user) => {
    if (job.when !== 'manual' && job.when !== 'delayed') throw refuse('unplayable')
    if (job.status === 'manual' || job.status === 'scheduled')
      return world.update(jobs, job, { status: 'pending', since: world.clock.iso(), user_id: user.id })
    if (!retryable.includes(job.status)) throw refuse('unplayable')
    return retry(world, job, user)
  }),

  cancelProjectJob: acting('update_build', (world, job) =>
    completed.includes(job.status) ? job : cancelJob(world, job),
  ),

  retryProjectJob: acting('update_build', (world, job, user) => {
    if (!retryable.includes(job.status)) throw refuse('notRetryable')
    return retry(world, job, user)
  }),

  eraseProjectJob: acting('update_build', (world, job) => {
    if (!completed.includes(job.status) || job.trace === null) throw refuse('notErasable')
    return world.update(jobs, job, { trace: null, erased_at: world.clock.iso() })
  }),
}

const retryable: readonly CiStatus[] = ['success', 'failed', 'canceled']

/** A new job in the place of one that is over; it waits for no other stage. */
const retry = (world: World, job: Job, user: User): Job =>
  world.update(jobs, renewJob(world, job, user), { status: 'pending', since: world.clock.iso() })

/** A job that something is done to, and whose pipeline follows; `first` is what one must be able to do to look for it. */
function acting(first: string, act: (world: World, job: Job, user: User) => Job): Behaviour {
  return (ask: OneJob) => {
    const project = projectOf(ask)
    const user = ask.caller.user!
    allow(ask, project, {}, user, first)
    const job = jobOf(ask, project)
    allow(ask, project, job)
    const changed = act(ask.world, job, user)
    if (changed !== job) follow(ask.world, job.pipeline_id)
    // What somebody starts goes on; what is canceled or erased in a pipeline of the fixtures moves nothing else.
    if (changed.status === 'pending') enliven(ask.world, ask.world.get(pipelines, job.pipeline_id)!)
    return one(jobFace, ask.world.get(jobs, changed.id)!)
  }
}

/** A project's job as the path names it; one of another project isn't found. */
function jobOf({ world, params }: OneJob, project: Project): Job {
  const job = world.get(jobs, params.job_id)
  if (job?.project_id !== project.id) throw refuse('recordNotFound')
  return job
}

const within = ({ params: { scope = [] } }: OfProject, all: Job[]): Job[] =>
  scope.length === 0 ? all : all.filter(({ status }) => scope.includes(status))
