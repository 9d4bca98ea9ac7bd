// Builds that no runner takes go on as if one had; those that a runner has taken are its own.
import type { Exchange } from '../../lifecycle/exchange.ts'
import { Refusal } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import { isEndless, outcomeOf, spanOf, traceOf } from '../ref_rules.ts'
import { usualStage } from './ci_config.ts'
import { goOn, stagesOf } from './next_builds.ts'
import { projects } from './project_record.ts'
import { type Build, builds, livingBuilds, pushes } from './pushes.ts'
import { hasTagsFor, runnerProjects, runners } from './runners.ts'

/** Seconds that a build without a runner waits, and runs. */
const usualSeconds = { pending: 2, running: 10 }
/** A runner that was heard of within so many milliseconds is there. */
const online = 3_600_000

/** Takes all builds that no runner has a step further because somebody says so; answers how many changed. */
export function stepBuilds(world: World): number {
  if (livingBuilds.goesByTime(world)) settleDue(world)
  const going = (['pending', 'running'] as const).flatMap(status => world.where(builds, 'status', status))
  const own = going.filter(({ runner_id }) => runner_id === null).sort((one, other) => one.id - other.id)
  return own.reduce((changed, build) => changed + step(world, build), 0)
}

function step(world: World, build: Build): number {
  const { status, ref, name } = build
  if (status === 'running' && isEndless(ref, name)) return 0
  livingBuilds.enliven(world, build)
  const changed = move(world, build, world.clock.iso())
  if (status === 'running') livingBuilds.settleDown(world, build.id)
  return changed
}

/** Takes a build to its next status as of an instant; answers how many builds changed, those of a next stage included. */
function move(world: World, build: Build, at: string): number {
  if (build.status === 'pending') {
    world.update(builds, build, { status: 'running', started_at: at, updated_at: at })
    return 1
  }
  const status = build.runner_id === null ? outcomeOf(triedOf(world, build)) : 'failed'
  const trace = build.trace ?? (build.runner_id === null ? traceOf(build.name ?? 'test', status) : null)
  const over = world.update(builds, build, { status, finished_at: at, updated_at: at, trace })
  const before = world.rows(builds).length
  try {
    goOn(world, over, at)
  } catch (error) {
    // A stage whose `only` or `except` is no pattern gets no builds; nobody asked for them who could be refused.
    if (!(error instanceof Refusal)) throw error
  }
  return 1 + world.rows(builds).length - before
}

function triedOf(world: World, { ref, name, stage = usualStage, commit_id }: Build) {
  const push = world.get(pushes, commit_id)
  const stages = push ? stagesOf(world, push) : [stage]
  return { ref, name, isFirst: stages[0] === stage, isLast: stages.at(-1) === stage, isRetry: false }
}

/** Brings a world's builds up to date: by what a reading request is about to show, or by the time that has passed. */
export function settleBuilds(exchange: Exchange): void {
  const { world, settings, operation } = exchange
  if (settings.progress === 'time') settleDue(world)
  if (settings.progress === 'reads' && operation.id === 'listCommits') stepShown(exchange)
}

/** Makes every move that has become due, in order, each as of the instant when it was. */
export function settleDue(world: World): void {
  livingBuilds.settleDue(world, id => {
    const build = world.get(builds, id)
    const due = build && dueOf(world, build)
    if (!build || due === undefined) return undefined
    return { due, make: () => move(world, build, new Date(due).toISOString()) }
  })
}

/** When a build moves by itself; never once it is over. One that a runner has fails when its project's time is up. */
function dueOf(world: World, build: Build): number | undefined {
  const { status, runner_id, ref, name, created_at, started_at } = build
  if (status === 'pending') {
    return Math.max(
      Date.parse(created_at) + spanOf(usualSeconds.pending, ref, name),
      awaitedUntil(world, build),
    )
  }
  if (status !== 'running' || started_at === null) return undefined
  const begun = Date.parse(started_at)
  if (runner_id !== null) {
    const { timeout = 0 } = world.get(projects, build.project_id) ?? {}
    return timeout > 0 ? begun + 1000 * timeout : undefined
  }
  return isEndless(ref, name) ? undefined : begun + spanOf(usualSeconds.running, ref, name)
}

/** Until when a pending build is left to a runner that may take it and was there lately; the past where there is none. */
function awaitedUntil(world: World, build: Build): number {
  const shared = world.get(projects, build.project_id)?.shared_runners_enabled
  const linked = world
    .where(runnerProjects, 'project_id', build.project_id)
    .map(it => world.get(runners, it.runner_id))
    .filter(it => it !== undefined && !it.is_shared)
  const sharing = shared ? world.where(runners, 'is_shared', true) : []
  return [...linked, ...sharing]
    .filter(it => it !== undefined)
    .filter(it => it.active && it.contacted_at !== null && hasTagsFor(it, build))
    .reduce((until, it) => Math.max(until, Date.parse(it.contacted_at!) + online), Number.NEGATIVE_INFINITY)
}

/** Takes a project's living builds a step further before they are shown to somebody who brought the project's token. */
function stepShown({ world, params }: Exchange): void {
  const project = world.get(projects, params.project_id as number)
  if (!project || project.token !== params.project_token) return
  for (const id of livingBuilds.ofProject(world, project.id)) {
    const build = world.get(builds, id)
    const isOwn = build?.runner_id === null && build.status in usualSeconds
    if (!isOwn) {
      if (build?.status !== 'running') livingBuilds.settleDown(world, id)
    } else if (awaitedUntil(world, build) < world.clock.now()) step(world, build)
  }
}
