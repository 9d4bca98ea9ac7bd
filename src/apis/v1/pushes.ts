// Pushes, and the builds that are made of them, as rows.
import { type Row, table } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type Life, livingIn } from '../living.ts'
import type { CiConfig, Job } from './ci_config.ts'
import { projects } from './project_record.ts'

/** One run of a job: pending, then running at a runner, then success or failed. */
export interface Build extends Row, Partial<Omit<Job, 'commands' | 'tags'>> {
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
  /** What a runner must have to take it. */
  readonly tag_list?: readonly string[]
  readonly trigger_request_id?: number | null
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
  /** Whether it is a tag that was pushed. */
  readonly tag?: boolean
  /** Whether it asks for no builds. */
  readonly skipped?: boolean
  /** What its .gitlab-ci.yml says: null where that is faulty; without one, the project's scripts are run. */
  readonly config?: CiConfig | null
  readonly created_at: string
  /** When it was last pushed. */
  readonly committed_at?: string
  readonly git_commit_message: string | null
  readonly git_author_name: string | null
  readonly git_author_email: string | null
}

/** That builds of a push were asked for by a trigger. */
export interface TriggerRequest extends Row {
  readonly project_id: number
  readonly trigger_id: number
  readonly commit_id: number
  readonly variables: Readonly<Record<string, string>> | null
}

/** The builds that go on by themselves: those that a request had made, or that were told to. */
export const livingBuilds = livingIn(table<Life>('v1.living_builds', 'project_id'))

export const builds = table<Build>(
  'v1.builds',
  'project_id',
  'commit_id',
  'status',
  'status>created_at',
  'project_id+status>created_at',
)
export const pushes = table<Push>('v1.commits', 'project_id', 'project_id+sha')
export const triggerRequests = table<TriggerRequest>('v1.trigger_requests', 'project_id')

export const buildsOf = (world: World, push: Push): Build[] => world.where(builds, 'commit_id', push.id)

/** The latest build of each job: one of the same name is a further try. */
export const latestOf = (tries: readonly Build[]): Build[] => [
  ...new Map(tries.map(build => [build.name ?? null, build])).values(),
]

/** Whether builds have done what was asked: one that may fail doesn't count. */
export const allPassed = (tries: readonly Build[]): boolean =>
  tries.every(({ status, allow_failure }) => status === 'success' || (status === 'failed' && allow_failure))

/** What a build is told: the variables of its .gitlab-ci.yml, which anyone may know, its project's, its trigger's. */
export function variablesOf(world: World, build: Build) {
  const { config } = world.get(pushes, build.commit_id) ?? {}
  const { variables } = world.get(triggerRequests, build.trigger_request_id) ?? {}
  const told = (pairs: object | null | undefined, isPublic: boolean) =>
    Object.entries(pairs ?? {}).map(([key, value]) => ({ key, value: value as string, public: isPublic }))
  const ofProject = world.get(projects, build.project_id)?.variables ?? []
  return [
    ...told(config?.variables, true),
    ...ofProject.map(({ key, value }) => ({ key, value, public: false })),
    ...told(variables, false),
  ]
}
