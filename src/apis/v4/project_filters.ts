import { type Listing, listing, position, reversed } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import type { User } from '../accounts.ts'
import { remembered } from '../remembered.ts'
import { owner, ownLevelOf, sees } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { listed } from './pretended.ts'
import { pretendedProjects } from './pretended_rows.ts'
import { sorted } from './sorting.ts'
import { members, namespaces, type Project, projects, type Visibility } from './tables.ts'

/** docs: projects.md; README.md, "Keyset-based pagination" */
export interface ProjectFilters {
  readonly archived?: boolean
  readonly id_after?: number
  readonly id_before?: number
  readonly last_activity_after?: string
  readonly last_activity_before?: string
  readonly membership: boolean
  readonly min_access_level?: number
  readonly order_by: string
  readonly owned: boolean
  readonly search?: string
  readonly simple: boolean
  readonly sort: 'asc' | 'desc'
  readonly starred: boolean
  readonly visibility?: Visibility
  readonly with_issues_enabled: boolean
  readonly with_merge_requests_enabled: boolean
}

/** The projects that the caller sees and that pass all filters, in the order asked for, pretended ones among them. */
export function listedProjects(ask: Ask<ProjectFilters>): Listing<Project> {
  const { world, params } = ask
  const { id_after, id_before, search, last_activity_after, last_activity_before, order_by, sort } = params
  const unknowable = search || last_activity_after || last_activity_before
  // Which of the pretended ones pass these can't be told without looking at all of them.
  const pretence = unknowable ? undefined : world.pretended(projects)[0]
  const found = foundProjects(ask)
  const isWhole = found === world.rows(projects)
  const stored = found.slice(
    id_after === undefined ? 0 : position(found, id_after + 1),
    id_before === undefined ? undefined : position(found, id_before),
  )
  const wanted = { pretence, passes: passesOf(ask), id_after, id_before }
  if (pretence || order_by === 'id') return listed(pretendedProjects, listing(stored), params, wanted)
  if (
    isWhole &&
    stored.length === found.length &&
    (order_by === 'created_at' || order_by === 'last_activity_at')
  ) {
    const inOrder = world.ordered(projects, `>${order_by}`)
    return sort === 'asc' ? inOrder : reversed(inOrder)
  }
  const question = { ...questionOf(ask), id_after, id_before, order_by, sort }
  return listing(remembered(world, sources, question, () => sorted(stored, order_by, sort)))
}

const sources = [projects, namespaces, members] as const

/** All that decides, beside rows, which projects are found. */
const questionOf = ({ params, caller }: Ask<ProjectFilters>) => ({
  ...{ user: caller?.user?.id, is_admin: caller?.user?.is_admin },
  ...Object.fromEntries(filters.map(name => [name, params[name]])),
})

const filters = [
  ...(['archived', 'last_activity_after', 'last_activity_before', 'membership', 'min_access_level'] as const),
  ...(['owned', 'search', 'starred', 'visibility', 'with_issues_enabled'] as const),
  'with_merge_requests_enabled' as const,
]

/** The projects that the caller sees and that pass all filters but those by id, by id. */
function foundProjects(ask: Ask<ProjectFilters>): readonly Project[] {
  const { world, params, caller } = ask
  const user = caller?.user
  const isFiltered = filters.some(
    name => params[name] !== undefined && params[name] !== false && params[name] !== '',
  )
  if (user?.is_admin && !isFiltered && params.archived === undefined) return world.rows(projects)
  return remembered(world, sources, questionOf(ask), () => {
    const ownOnly = params.owned || params.membership || (params.min_access_level ?? 0) > 0
    const all = ownOnly && user ? ownProjects(world, user) : world.rows(projects)
    return all.filter(passesOf(ask))
  })
}

/** The projects in which a user has a role, or that are in their own namespace, by id. */
function ownProjects(world: World, user: User): readonly Project[] {
  const own = world
    .where(namespaces, 'owner_id', user.id)
    .flatMap(({ id }) => world.where(projects, 'namespace_id', id))
  const joined = world.where(members, 'user_id', user.id).map(it => world.get(projects, it.project_id))
  return [...new Set([...own, ...joined])]
    .filter(it => it !== undefined)
    .sort((one, other) => one.id - other.id)
}

/** Whether the caller sees a project, and it passes all filters but those by id. Nobody has starred any. */
function passesOf(ask: Ask<ProjectFilters>): (project: Project) => boolean {
  const { world, params, caller } = ask
  const user = caller?.user
  const search = params.search?.toLowerCase()
  // Of the caller's own: an administrator may do everything everywhere, but is no member of it.
  const level = (project: Project) => (user ? ownLevelOf(world, project, user) : 0)
  return project =>
    (params.archived === undefined || project.archived === params.archived) &&
    (params.visibility === undefined || project.visibility === params.visibility) &&
    sees(ask, project) &&
    (!params.last_activity_after || project.last_activity_at > params.last_activity_after) &&
    (!params.last_activity_before || project.last_activity_at < params.last_activity_before) &&
    (!params.membership || level(project) > 0) &&
    (params.min_access_level === undefined || level(project) >= params.min_access_level) &&
    (!params.owned || level(project) >= owner) &&
    !params.starred &&
    (!search ||
      [project.name, project.path, project.description ?? ''].some(it =>
        it.toLowerCase().includes(search),
      )) &&
    (!params.with_issues_enabled || project.issues_enabled) &&
    (!params.with_merge_requests_enabled || project.merge_requests_enabled)
}
