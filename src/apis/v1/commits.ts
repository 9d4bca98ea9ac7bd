import { embed, type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type Build, builds, type Push, pushes } from './builds.ts'
import type { Ask } from './caller.ts'
import { type CiProject, projects } from './projects.ts'

/** GitLab's push event, as far as a commit is made of it. */
interface PushEvent {
  readonly before?: string | null
  readonly after?: string | null
  readonly checkout_sha?: string | null
  readonly ref?: string | null
  readonly commits?: readonly { id?: string; message?: string; author?: { name?: string; email?: string } }[]
}

const noCommit = /^0*$/

export const commitFace: Face<Push> = {
  derive: {
    status: (push, { world }) => statusOf(buildsOf(world, push)),
    finished_at: (push, { world }) => finishOf(buildsOf(world, push)),
    duration: (push, { world }) => durationOf(buildsOf(world, push)),
    builds: (push, { world }) => buildsOf(world, push).map(build => embed({ derive: {} }, build)),
  },
}

/** Asked with a project's token, which is good for that project alone (docs: README.md, "Authentication #2"). */
export const commitBehaviours: Behaviours = {
  listCommits: (ask: Ask<{ project_id: number; project_token: string; page: number; per_page: number }>) => {
    const project = projectByToken(ask, ask.world.get(projects, ask.params.project_id))
    const found = ask.world.where(pushes, 'project_id', project.id)
    const size = ask.params.per_page >= 1 ? ask.params.per_page : 25
    const start = (Math.max(1, ask.params.page) - 1) * size
    return many(commitFace, listing(found.slice(start, start + size)))
  },

  createCommit: (ask: Ask<{ project_id: number; project_token: string; data: PushEvent }>) => {
    const { world, params } = ask
    const project = projectByToken(ask, world.get(projects, params.project_id))
    const sha = params.data.checkout_sha ?? params.data.after ?? ''
    const ref = (params.data.ref ?? '').replace(/^refs\/(heads|tags)\//, '')
    if (noCommit.test(sha) || ref === '') throw refuse('unprocessable')
    const known = world
      .where(pushes, 'project_id', project.id)
      .find(push => push.sha === sha && push.ref === ref)
    return one(commitFace, known ?? addCommit(world, project, { ...params.data, ref, after: sha }))
  },
}

/** The project, where the request brought its token; refuses, in this order, where either is amiss. */
export function projectByToken(
  ask: Ask<{ project_token: string }>,
  project: CiProject | undefined,
): CiProject {
  if (!project) throw refuse('recordNotFound')
  if (project.token !== ask.params.project_token) throw refuse('unauthorized')
  return project
}

/** A push makes one commit, and one pending build that runs the project's scripts. */
function addCommit(
  world: World,
  project: CiProject,
  event: PushEvent & { ref: string; after: string },
): Push {
  const head = event.commits?.find(({ id }) => id === event.after)
  const at = world.clock.iso()
  const where = {
    project_id: project.id,
    ref: event.ref,
    sha: event.after,
    before_sha: event.before ?? '0'.repeat(40),
  }
  const push = world.insert(pushes, {
    ...where,
    created_at: at,
    git_commit_message: head?.message ?? null,
    git_author_name: head?.author?.name ?? null,
    git_author_email: head?.author?.email ?? null,
  })
  world.insert(builds, {
    ...where,
    commit_id: push.id,
    runner_id: null,
    status: 'pending',
    commands: project.scripts,
    path: '',
    repo_url: project.ssh_url_to_repo,
    trace: null,
    created_at: at,
    updated_at: at,
    started_at: null,
    finished_at: null,
  })
  return push
}

const buildsOf = (world: World, push: Push) => world.where(builds, 'commit_id', push.id)

/** The status of a commit, as its builds have it together. */
function statusOf(builds: readonly Build[]): string {
  const has = (status: Build['status']) => builds.some(build => build.status === status)
  if (builds.length === 0) return 'skipped'
  if (has('running')) return 'running'
  if (has('pending')) return builds.every(({ status }) => status === 'pending') ? 'pending' : 'running'
  if (has('failed')) return 'failed'
  return has('canceled') ? 'canceled' : 'success'
}

function finishOf(builds: readonly Build[]): string | null {
  const ends = builds.map(({ finished_at }) => finished_at)
  return ends.length === 0 || ends.includes(null) ? null : (ends.sort().at(-1) ?? null)
}

/** Whole seconds that the builds ran; null while none has ended. */
function durationOf(builds: readonly Build[]): number | null {
  const ended = builds.filter(build => build.started_at && build.finished_at)
  if (ended.length === 0) return null
  const milliseconds = ended.map(build => Date.parse(build.finished_at!) - Date.parse(build.started_at!))
  return Math.round(milliseconds.reduce((sum, one) => sum + one) / 1000)
}
