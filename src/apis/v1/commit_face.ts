import { embed, type Face } from '../../behaviour/view.ts'
import type { Exchange } from '../../lifecycle/exchange.ts'
import { allPassed, type Build, buildsOf, latestOf, type Push } from './pushes.ts'

/** A build inside its commit; what a row doesn't say is as servers have it by default. */
const rowFace: Face<Build> = {
  derive: {
    coverage: () => null,
    job_id: () => null,
    name: ({ name }) => name ?? null,
    deploy: () => false,
    options: ({ options }) => options ?? {},
    allow_failure: ({ allow_failure }) => allow_failure ?? false,
    stage: ({ stage }) => stage ?? null,
    trigger_request_id: ({ trigger_request_id }) => trigger_request_id ?? null,
  },
}

/** A commit, with what its builds come to. */
export const commitFace: Face<Push> = {
  derive: {
    status: statusOf,
    finished_at: (push, { world }) => finishOf(buildsOf(world, push)),
    duration: (push, exchange) => durationOf(buildsOf(exchange.world, push), exchange),
    builds: (push, { world }) => buildsOf(world, push).map(build => embed(rowFace, build)),
  },
}

/** The status of a commit, as its builds have it together. */
function statusOf(push: Push, { world, contract }: Exchange): string {
  const { sumsLatestBuilds } = contract.conduct
  const all = buildsOf(world, push)
  const builds = sumsLatestBuilds ? latestOf(all) : all
  const has = (status: Build['status']) => builds.some(build => build.status === status)
  const only = (status: Build['status']) => builds.every(build => build.status === status)
  if (all.length === 0) return push.config === null && !push.skipped ? 'failed' : 'skipped'
  if (only('pending')) return 'pending'
  if (has('running') || has('pending')) return 'running'
  if (allPassed(builds)) return 'success'
  const canceled = sumsLatestBuilds ? only('canceled') : !has('failed')
  return canceled ? 'canceled' : 'failed'
}

function finishOf(builds: readonly Build[]): string | null {
  const ends = builds.map(({ finished_at }) => finished_at)
  return ends.length === 0 || ends.includes(null) ? null : (ends.sort().at(-1) ?? null)
}

/** Whole seconds that the builds ran, up to now where they still do; or else of those that ended, null while none has. */
function durationOf(all: readonly Build[], { world, contract }: Exchange): number | null {
  const { sumsLatestBuilds } = contract.conduct
  const ran = sumsLatestBuilds
    ? latestOf(all).filter(({ started_at }) => started_at)
    : all.filter(({ started_at, finished_at }) => started_at && finished_at)
  if (ran.length === 0 && !sumsLatestBuilds) return null
  const seconds = ran.map(({ started_at, finished_at }) => {
    const end = finished_at ? Date.parse(finished_at) : world.clock.now()
    return (end - Date.parse(started_at!)) / 1000
  })
  const sum = seconds.reduce((one, other) => one + other, 0)
  return sumsLatestBuilds ? Math.trunc(sum) : Math.round(sum)
}
