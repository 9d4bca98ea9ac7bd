import { many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing, whole } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { remembered } from '../remembered.ts'
import type { Ask } from './caller.ts'
import { type CiConfig, readConfig } from './ci_config.ts'
import { commitFace } from './commit_face.ts'
import { addNextBuilds } from './next_builds.ts'
import { type CiProject, projects } from './project_record.ts'
import { buildsOf, type Push, pushes } from './pushes.ts'

/** GitLab's push event, as far as a commit is made of it. */
interface PushEvent {
  readonly before?: string | null
  readonly after?: string | null
  readonly checkout_sha?: string | null
  readonly ref?: string | null
  readonly commits?: readonly {
    id?: string
    message?: string | null
    author?: { name?: string; email?: string } | null
  }[]
  readonly ci_yaml_file?: string | null
}

const noCommit = /^0*$/
const skipsBuilds = /\[ci skip\]/

/** Asked with a project's token, which is good for that project alone (docs: README.md, "Authentication #2"). */
export const commitBehaviours: Behaviours = {
  listCommits: (ask: Ask<{ project_id: number; project_token: string }>) => {
    const project = projectByToken(ask, ask.world.get(projects, ask.params.project_id))
    return many(commitFace, listing(pushesOf(ask.world, project)))
  },

  createCommit: (ask: Ask<{ project_id: number; project_token: string; data: PushEvent }>) => {
    const { world, params, contract } = ask
    const project = projectByToken(ask, world.get(projects, params.project_id))
    const { heedsPushes } = contract.conduct
    const sha = params.data.checkout_sha ?? params.data.after ?? ''
    const ref = (params.data.ref ?? '').replace(/^refs\/(heads|tags)\//, '')
    const before = params.data.before || (heedsPushes ? '' : '0'.repeat(40))
    if (noCommit.test(sha) || ref === '' || before === '') throw refuse('unprocessable')
    const add = (told: Partial<Push>) => {
      const where = { project_id: project.id, ref, sha, before_sha: before }
      return one(commitFace, addCommit(world, { ...where, ...told }, params.data))
    }
    if (!heedsPushes) return add({})
    const { commits, ci_yaml_file } = params.data
    const told = {
      tag: params.data.ref!.startsWith('refs/tags/'),
      skipped: skipsBuilds.test(commits?.at(-1)?.message ?? ''),
    }
    if (typeof ci_yaml_file !== 'string') return add(told)
    return readConfig(ci_yaml_file).then((config: CiConfig | null = null) => add({ ...told, config }))
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

/** A project's pushes, the one that was pushed last at the end. */
export function pushesOf(world: World, { id }: CiProject): readonly Push[] {
  const at = ({ committed_at = '' }: Push) => committed_at
  return remembered(world, [pushes], { id }, () =>
    world
      .where(pushes, 'project_id', id)
      .sort((one, other) => (at(one) === at(other) ? one.id - other.id : at(one) < at(other) ? -1 : 1)),
  )
}

/** A push makes one commit, known by its sha and ref, and builds as long as it has none. */
function addCommit(
  world: World,
  fields: Pick<Push, 'project_id' | 'ref' | 'sha' | 'before_sha'> & Partial<Push>,
  { commits }: PushEvent,
): Push {
  const head = commits?.find(({ id }) => id === fields.sha)
  const at = world.clock.iso()
  const ofSha = world.listed(pushes, 'project_id', fields.project_id, ['sha', fields.sha])
  const known = whole(ofSha).find(({ ref }) => ref === fields.ref)
  const push = known
    ? world.update(pushes, known, { committed_at: at })
    : world.insert(pushes, {
        ...fields,
        created_at: at,
        committed_at: at,
        git_commit_message: head?.message ?? null,
        git_author_name: head?.author?.name ?? null,
        git_author_email: head?.author?.email ?? null,
      })
  if (!push.skipped && buildsOf(world, push).length === 0) addNextBuilds(world, push)
  return push
}
