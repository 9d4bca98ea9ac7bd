import { type Face, one, value } from '../../behaviour/view.ts'
import type { Behaviours, Exchange } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import { lookAt } from './build_living.ts'
import type { Ask } from './caller.ts'
import { idOf, type PathId } from './gone.ts'
import { goOn } from './next_builds.ts'
import { type CiProject, projects } from './project_record.ts'
import { type Build, builds, variablesOf } from './pushes.ts'
import { hasTagsFor, noteContact, type Runner, runnerProjects, runners, toldOfIt } from './runners.ts'

const ofProject =
  <F extends keyof CiProject>(field: F) =>
  ({ project_id }: Build, { world }: Exchange) =>
    world.get(projects, project_id)?.[field]

/** A build as its runner is told of it. */
export const buildFace: Face<Build> = {
  derive: {
    repo_url: (build, { world, contract }) => {
      const project = contract.conduct.clonesByToken ? world.get(projects, build.project_id) : undefined
      if (!project) return build.repo_url
      return `${project.gitlab_url.replace(/^https?:\/\//, prefix => `${prefix}gitlab-ci-token:${project.token}@`)}.git`
    },
    timeout: ofProject('timeout'),
    allow_git_fetch: (build, { world }) => world.get(projects, build.project_id)?.allow_git_fetch ?? true,
    project_name: ofProject('name'),
    options: ({ options }) => options ?? {},
    variables: (build, { world }) => variablesOf(world, build),
  },
}

/** docs: api.md, "Builds" */
export const buildBehaviours: Behaviours = {
  registerBuild: ({ world, caller, params }: Ask<{ info?: unknown }>) => {
    const runner = world.get(runners, caller.runner_id)!
    noteContact(world, runner)
    const [oldest] = runner.active ? buildsFor(world, runner) : []
    if (!oldest) throw refuse('notFound')
    const at = world.clock.iso()
    const told = infoOf(params.info)
    if (Object.keys(told).length > 0) world.update(runners, runner, { ...told, updated_at: at })
    const taken = { status: 'running', runner_id: runner.id, started_at: at, updated_at: at } as const
    lookAt(world, oldest.id)
    return one(buildFace, world.update(builds, oldest, taken))
  },

  // A build that no longer runs, or runs elsewhere, is not found: that is how a runner learns to let go of it.
  updateBuild: ({
    world,
    contract,
    caller,
    params,
  }: Ask<{ id: PathId; state?: unknown; trace?: unknown }>) => {
    noteContact(world, world.get(runners, caller.runner_id)!)
    const build = world.get(builds, idOf(params.id))
    if (build?.status !== 'running' || build.runner_id !== caller.runner_id) throw refuse('recordNotFound')
    const at = world.clock.iso()
    const { state } = params
    const isOver = state === 'success' || state === 'failed'
    const over = isOver ? ({ status: state, finished_at: at } as const) : {}
    const trace = typeof params.trace === 'string' ? { trace: params.trace } : {}
    const updated = world.update(builds, build, { ...over, ...trace, updated_at: at })
    if (isOver) goOn(world, updated)
    return contract.conduct.answersRunnersBriefly ? value(isOver || null) : one(buildFace, updated)
  },
}

/** The pending builds that a runner may take, the oldest first: those for which it has all tags. */
function buildsFor(world: World, runner: Runner): Build[] {
  const takes = runner.is_shared
    ? world.rows(projects).filter(({ shared_runners_enabled }) => shared_runners_enabled)
    : world.where(runnerProjects, 'runner_id', runner.id).map(({ project_id: id }) => ({ id }))
  return takes
    .flatMap(({ id }) => world.where(builds, 'project_id', id))
    .filter(build => build.status === 'pending' && hasTagsFor(runner, build))
    .sort((one, other) => one.created_at.localeCompare(other.created_at) || one.id - other.id)
}

/** What a runner tells of its program, as far as it is kept. */
function infoOf(info: unknown): Partial<Runner> {
  const told = Object(info) as Record<string, unknown>
  return Object.fromEntries(
    toldOfIt.flatMap(name => {
      const text = typeof told[name] === 'object' ? '' : `${told[name] ?? ''}`
      return text.trim() === '' ? [] : [[name, text]]
    }),
  )
}
