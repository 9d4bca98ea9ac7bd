import { type Face, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { type Row, table } from '../../store/table.ts'
import type { Ask } from './caller.ts'
import { idOf, type PathId } from './gone.ts'
import { runnerProjects, runners } from './runners.ts'

/** One run of a project's scripts: pending, then running at a runner, then success or failed. */
export interface Build extends Row {
  readonly project_id: number
  /** The push that it was made for. */
  readonly commit_id: number | null
  readonly runner_id: number | null
  readonly status: 'pending' | 'running' | 'success' | 'failed' | 'canceled'
  readonly commands: string
  readonly path: string
  readonly ref: string
  readonly sha: string
  readonly before_sha: string
  readonly repo_url: string
  readonly trace: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
}

/** What GitLab CI calls a commit: the head of a push, of which it makes builds. */
export interface Push extends Row {
  readonly project_id: number
  readonly ref: string
  readonly sha: string
  readonly before_sha: string
  readonly created_at: string
  readonly git_commit_message: string | null
  readonly git_author_name: string | null
  readonly git_author_email: string | null
}

export const builds = table<Build>('v1.builds', 'project_id', 'commit_id')
export const pushes = table<Push>('v1.commits', 'project_id')

export const buildFace: Face<Build> = { derive: {} }

/** docs: api.md, "Builds" */
export const buildBehaviours: Behaviours = {
  registerBuild: ({ world, caller }: Ask) => {
    const runner = world.get(runners, caller.runner_id)!
    const linked = world.where(runnerProjects, 'runner_id', runner.id)
    const pending = linked
      .flatMap(({ project_id }) => world.where(builds, 'project_id', project_id))
      .filter(({ status }) => status === 'pending')
      .sort((one, other) => one.created_at.localeCompare(other.created_at) || one.id - other.id)
    const [oldest] = pending
    if (!oldest || !runner.active) throw refuse('notFound')
    const at = world.clock.iso()
    const taken = { status: 'running', runner_id: runner.id, started_at: at, updated_at: at } as const
    return one(buildFace, world.update(builds, oldest, taken))
  },

  // A build that no longer runs, or runs elsewhere, is not found: that is how a runner learns to let go of it.
  updateBuild: ({ world, caller, params }: Ask<{ id: PathId; state?: string; trace?: string }>) => {
    const build = world.get(builds, idOf(params.id))
    if (build?.status !== 'running' || build.runner_id !== caller.runner_id) throw refuse('recordNotFound')
    const at = world.clock.iso()
    const { state, trace } = params
    const over =
      state === 'success' || state === 'failed' ? ({ status: state, finished_at: at } as const) : {}
    return one(
      buildFace,
      world.update(builds, build, { ...over, ...(trace === undefined ? {} : { trace }), updated_at: at }),
    )
  },
}
