import type { World } from '../../store/world.ts'
import { users } from '../accounts.ts'
import type { Ask } from './credentials.ts'
import { branches, type CiStatus, type Pipeline, type Project, tags } from './tables.ts'

/** docs: pipelines.md, "List project pipelines" */
export interface PipelineFilters {
  readonly scope?: 'running' | 'pending' | 'finished' | 'branches' | 'tags'
  readonly status?: CiStatus
  readonly ref?: string
  readonly sha?: string
  readonly yaml_errors?: boolean
  readonly name?: string
  readonly username?: string
  readonly updated_after?: string
  readonly updated_before?: string
  readonly order_by: 'id' | 'status' | 'ref' | 'updated_at' | 'user_id'
  readonly sort: 'asc' | 'desc'
}

/** Those of a project's pipelines that pass all filters; an empty text is no filter. */
export function filteredPipelines(
  { world, params }: Ask<PipelineFilters>,
  project: Project,
  all: readonly Pipeline[],
): Pipeline[] {
  const { scope, status, ref, sha, yaml_errors, name, username, updated_after, updated_before } = params
  const by = name || username ? usersBy(world, name, username) : undefined
  const inScope = scope && scopes[scope]
  const found = all.filter(
    pipeline =>
      (!status || pipeline.status === status) &&
      (!ref || pipeline.ref === ref) &&
      (!sha || pipeline.sha === sha) &&
      (yaml_errors === undefined || (pipeline.yaml_errors !== null) === yaml_errors) &&
      (!by || by.has(pipeline.user_id)) &&
      (!updated_after || pipeline.updated_at > updated_after) &&
      (!updated_before || pipeline.updated_at < updated_before),
  )
  return inScope ? inScope(found, all, world, project) : found
}

type Scope = (found: Pipeline[], all: readonly Pipeline[], world: World, project: Project) => Pipeline[]

const ofStatus =
  (...statuses: CiStatus[]): Scope =>
  found =>
    found.filter(({ status }) => statuses.includes(status))

/** The newest pipeline of each branch (or tag) that is there; of all pipelines, whatever else is asked for. */
const newestOfEach =
  (refsOf: (world: World, project: Project) => { name: string }[], tag: boolean): Scope =>
  (found, all, world, project) => {
    const names = new Set(refsOf(world, project).map(({ name }) => name))
    const newest = new Map<string, number>()
    for (const pipeline of all) {
      if (pipeline.tag === tag && names.has(pipeline.ref)) newest.set(pipeline.ref, pipeline.id)
    }
    return found.filter(({ id, ref, tag: ofTag }) => ofTag === tag && newest.get(ref) === id)
  }

const scopes: Record<NonNullable<PipelineFilters['scope']>, Scope> = {
  running: ofStatus('running'),
  pending: ofStatus('pending'),
  finished: ofStatus('success', 'failed', 'canceled'),
  branches: newestOfEach((world, { id }) => world.where(branches, 'project_id', id), false),
  tags: newestOfEach((world, { id }) => world.where(tags, 'project_id', id), true),
}

function usersBy(world: World, name: string | undefined, username: string | undefined): Set<number | null> {
  const found = world
    .rows(users)
    .filter(user => (!name || user.name === name) && (!username || user.username === username))
  return new Set(found.map(({ id }) => id))
}
