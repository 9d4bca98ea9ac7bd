import { type Listing, listing } from '../../store/table.ts'
import { owner, ownLevelOf, sees } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { listed } from './pretended.ts'
import { pretendedProjects } from './pretended_rows.ts'
import { type Project, projects, type Visibility } from './tables.ts'

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
  const { id_after, id_before, search, last_activity_after, last_activity_before } = params
  const passes = passesOf(ask)
  const stored = world
    .rows(projects)
    .filter(
      project =>
        (id_after === undefined || project.id > id_after) &&
        (id_before === undefined || project.id < id_before) &&
        passes(project),
    )
  // Which of the pretended ones pass these can't be told without looking at all of them.
  const unknowable = search || last_activity_after || last_activity_before
  const pretence = unknowable ? undefined : world.pretended(projects)[0]
  return listed(pretendedProjects, listing(stored), params, { pretence, passes, id_after, id_before })
}

/** Whether the caller sees a project, and it passes all filters but those by id. Nobody has starred any. */
function passesOf(ask: Ask<ProjectFilters>): (project: Project) => boolean {
  const { world, params, caller } = ask
  const user = caller?.user
  const search = params.search?.toLowerCase()
  // Of the caller's own: an administrator may do everything everywhere, but is no member of it.
  const level = (project: Project) => (user ? ownLevelOf(world, project, user) : 0)
  return project =>
    sees(ask, project) &&
    (params.archived === undefined || project.archived === params.archived) &&
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
    (params.visibility === undefined || project.visibility === params.visibility) &&
    (!params.with_issues_enabled || project.issues_enabled) &&
    (!params.with_merge_requests_enabled || project.merge_requests_enabled)
}
