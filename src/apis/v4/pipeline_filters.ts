import { firstOf, type Listing, listing, reversed, whole } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { users } from '../accounts.ts'
import { remembered } from '../remembered.ts'
import { type CiStatus, type Pipeline, pipelines } from './ci_tables.ts'
import type { Ask } from './credentials.ts'
import { listed } from './pretended.ts'
import { pretendedPipelines } from './pretended_rows.ts'
import { branches, type Project, tags } from './tables.ts'

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
  const stored = storedPipelines(ask, project)
  // Which of the pretended ones pass these can't be told without looking at all of them.
  const unknowable = scope || updated_after || updated_before
  const pretence = world.pretended(pipelines).find(({ fields }) => fields.project_id === project.id)
  const filters = filtersOf(ask)
  const passes: Filter = pipeline => filters.every(passes => passes(pipeline))
  return listed(pretendedPipelines, stored, params, { pretence: unknowable ? undefined : pretence, passes })
}

/** What the indexes know is looked up; only other filters look at each pipeline. */
function storedPipelines(ask: Ask<PipelineFilters>, project: Project): Listing<Pipeline> {
  const { world, params } = ask
  const { scope, status, ref } = params
  const key = ref ? (['ref', ref] as const) : status ? (['status', status] as const) : undefined
  const found = world.listed(pipelines, 'project_id', project.id, key)
  const filters = filtersOf(ask, key?.[0])
  if (!scope && filters.length === 0) return found
  const {
    page: _,
    per_page: _size,
    ...asked
  } = params as PipelineFilters & { page?: number; per_page?: number }
  const tables = [pipelines, branches, tags, users] as const
  return listing(
    remembered(world, tables, { asked, project: project.id }, () => {
      const passing = whole(found).filter(pipeline => filters.every(passes => passes(pipeline)))
      return scope ? scopes[scope](passing, world, project) : passing
    }),
  )
}

type Filter = (pipeline: Pipeline) => boolean

/** What a pipeline must be to be listed, but for its scope and for one filter; an empty text is no filter. */
function filtersOf({ world, params }: Ask<PipelineFilters>, known?: 'ref' | 'status'): Filter[] {
  const { status, ref, sha, yaml_errors, name, username, updated_after, updated_before } = params
  const filters: Filter[] = []
  if (status && known !== 'status') filters.push(it => it.status === status)
  if (ref && known !== 'ref') filters.push(it => it.ref === ref)
  if (sha) filters.push(it => it.sha === sha)
  if (yaml_errors !== undefined) filters.push(it => (it.yaml_errors !== null) === yaml_errors)
  if (updated_after) filters.push(it => it.updated_at > updated_after)
  if (updated_before) filters.push(it => it.updated_at < updated_before)
  if (name || username) {
    const by = usersBy(world, name, username)
    filters.push(it => by.has(it.user_id))
  }
  return filters
}

type Scope = (found: readonly Pipeline[], world: World, project: Project) => readonly Pipeline[]

const ofStatus =
  (...statuses: CiStatus[]): Scope =>
  found =>
    found.filter(({ status }) => statuses.includes(status))

/** The newest pipeline of each branch (or tag) that is there; of all pipelines, whatever else is asked for. */
const newestOfEach =
  (refsOf: (world: World, project: Project) => { name: string }[], tag: boolean): Scope =>
  (found, world, project) => {
    const newest = new Map(
      refsOf(world, project).map(({ name }) => [name, newestOf(world, project, name, tag)]),
    )
    return found.filter(({ id, ref }) => newest.get(ref) === id)
  }

const scopes: Record<NonNullable<PipelineFilters['scope']>, Scope> = {
  running: ofStatus('running'),
  pending: ofStatus('pending'),
  finished: ofStatus('success', 'failed', 'canceled'),
  branches: newestOfEach((world, { id }) => world.where(branches, 'project_id', id), false),
  tags: newestOfEach((world, { id }) => world.where(tags, 'project_id', id), true),
}

/** The id of the newest pipeline of a branch, or of a tag: both can have the same name. */
function newestOf(world: World, project: Project, name: string, tag: boolean): number | undefined {
  const ofRef = reversed(world.listed(pipelines, 'project_id', project.id, ['ref', name]))
  return firstOf(ofRef, it => it.tag === tag)?.id
}

function usersBy(world: World, name: string | undefined, username: string | undefined): Set<number | null> {
  return remembered(world, [users], { name, username }, () => {
    const found = world
      .rows(users)
      .filter(user => (!name || user.name === name) && (!username || user.username === username))
    return new Set(found.map(({ id }) => id))
  })
}
