import { refuse } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import { type CiConfig, isFor, type Job, scriptsConfig, usualStage } from './ci_config.ts'
import { type CiProject, projects } from './project_record.ts'
import {
  allPassed,
  type Build,
  builds,
  buildsOf,
  latestOf,
  livingBuilds,
  type Push,
  pushes,
  type TriggerRequest,
  triggerRequests,
} from './pushes.ts'

/**
 * Makes the builds of the next stage that has any, of those that a push's own builds (or those that a trigger asked for)
 * have not reached yet. Answers whether there was one.
 */
export function addNextBuilds(
  world: World,
  push: Push,
  request?: TriggerRequest,
  at = world.clock.iso(),
): boolean {
  const project = world.get(projects, push.project_id)
  const config = configOf(world, push)
  if (!project || !config) return false
  const reached = buildsOf(world, push)
    .filter(build => (build.trigger_request_id ?? undefined) === request?.id)
    .map(({ stage = usualStage }) => stage)
  for (const stage of config.stages) {
    const jobs = reached.includes(stage) ? [] : jobsOf(config, stage, push)
    for (const job of jobs) addBuild(world, project, push, job, at, request)
    if (jobs.length > 0) return true
  }
  return false
}

/** Begins the next stage of a push of which all builds have passed; as of now, unless another instant is told. */
export function goOn(world: World, build: Build, at = world.clock.iso()): void {
  const push = world.get(pushes, build.commit_id)
  if (push && allPassed(latestOf(buildsOf(world, push))))
    addNextBuilds(world, push, world.get(triggerRequests, build.trigger_request_id), at)
}

/** The stages in which a push has jobs, in their order; one that can't be told has none. */
export function stagesOf(world: World, push: Push): string[] {
  const config = configOf(world, push)
  const hasJobs = (stage: string) => {
    try {
      return config != null && jobsOf(config, stage, push).length > 0
    } catch {
      return false
    }
  }
  return config?.stages.filter(hasJobs) ?? []
}

function configOf(world: World, push: Push): CiConfig | null | undefined {
  const project = world.get(projects, push.project_id)
  return push.config === undefined ? project && scriptsConfig(project.scripts) : push.config
}

function jobsOf({ jobs }: CiConfig, stage: string, { ref, tag = false }: Push): Job[] {
  try {
    return jobs.filter(job => job.stage === stage && isFor(job, ref, tag))
  } catch {
    // A pattern of `only` or `except` that is none.
    throw refuse('unprocessable')
  }
}

function addBuild(
  world: World,
  project: CiProject,
  push: Push,
  job: Job,
  at: string,
  request?: TriggerRequest,
): void {
  const { id, ref, sha, before_sha } = push
  const { commands, name, stage, tags, options, allow_failure } = job
  const build = world.insert(builds, {
    ...{ project_id: project.id, commit_id: id, runner_id: null, status: 'pending', ref, sha, before_sha },
    ...{ commands, name, stage, options, allow_failure, tag_list: tags },
    ...{ path: '', repo_url: project.ssh_url_to_repo, trace: null, trigger_request_id: request?.id ?? null },
    ...{ created_at: at, updated_at: at, started_at: null, finished_at: null },
  })
  livingBuilds.enliven(world, build)
}
