import type { Listing } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { users } from '../accounts.ts'
import type { Ask } from './credentials.ts'
import { listed } from './pretended.ts'
import { pretendedPipelines } from './pretended_rows.ts'
import { branches, type CiStatus, type Pipeline, type Project, pipelines, tags } from './tables.ts'

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

/** Those of a project's pipelines that pass all filters, in the order asked for, pretended ones among them. */
export function listedPipelines(ask: Ask<PipelineFilters>, project: Project): Listing<Pipeline> {
  const { world, params } = ask
  const { scope, updated_after, updated_before } = params
  const all = world.where(pipelines, 'project_id', project.id)
  const passes = passesOf(ask)
  const found = all.filter(passes)
  const stored = scope ? scopes[scope](found, all, world, project) : found
  // Which of the pretended ones pass these can't be told without looking at all of them.
  const unknowable = scope || updated_after || updated_before
  const pretence = world.pretended(pipelines).find(({ fields }) => fields.project_id === project.id)
  return listed(pretendedPipelines, stored, params, { pretence: unknowable ? undefined : pretence, passes })
}

/** Whether a pipeline passes all filters but the scope; an empty text is no filter. */
function passesOf({ world, params }: Ask<PipelineFilters>): (pipeline: Pipeline) => boolean {
  const { status, ref, sha, yaml_errors, name, username, updated_after, updated_before } = params
  const by = name || username ? usersBy(world, name, username) : undefined
  return pipeline =>
    (!status || pipeline.status === status) &&
    (!ref || pipeline.ref === ref) &&
    (!sha || pipeline.sha === sha) &&
    (yaml_errors === undefined || (pipeline.yaml_errors !== null) === yaml_errors) &&
    (!by || by.has(pipeline.user_id)) &&
    (!updated_after || pipeline.updated_at > updated_after) &&
    (!updated_before || pipeline.updated_at < updated_before)
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
