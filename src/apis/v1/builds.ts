import { type Face, one, value } from '../../behaviour/view.ts'
import type { Behaviours, Exchange } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { compared, firstOf } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import type { Ask } from './caller.ts'
import { idOf, type PathId } from './gone.ts'
import { goOn } from './next_builds.ts'
import { type CiProject, projects } from './project_record.ts'
import { type Build, builds, livingBuilds, variablesOf } from './pushes.ts'
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
    const oldest = runner.active ? nextBuildFor(world, runner) : undefined
    if (!oldest) throw refuse('notFound')
    const at = world.clock.iso()
    const told = infoOf(params.info)
    if (Object.keys(told).length > 0) world.update(runners, runner, { ...told, updated_at: at })
    const taken = { status: 'running', runner_id: runner.id, started_at: at, updated_at: at } as const
    livingBuilds.lookAt(world, oldest.id)
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

/** The oldest pending build that a runner may take: one for which it has all tags. */
function nextBuildFor(world: World, runner: Runner): Build | undefined {
  const fits = (build: Build) => hasTagsFor(runner, build)
  if (runner.is_shared) {
    const shares = ({ project_id }: Build) => world.get(projects, project_id)?.shared_runners_enabled === true
    return firstOf(world.ordered(builds, 'status>created_at', ['pending']), it => shares(it) && fits(it))
  }
  return world
    .where(runnerProjects, 'runner_id', runner.id)
    .map(({ project_id }) => world.ordered(builds, 'project_id+status>created_at', [project_id, 'pending']))
    .map(pending => firstOf(pending, fits))
    .filter(build => build !== undefined)
    .sort((one, other) => compared(one, other, 'created_at'))[0]
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
