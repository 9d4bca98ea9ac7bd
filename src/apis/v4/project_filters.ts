import { owner, ownLevelOf, sees } from './abilities.ts'
import type { Ask } from './credentials.ts'
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

/** The projects that the caller sees and that pass all filters. Nobody has starred any. */
export function filteredProjects(ask: Ask<ProjectFilters>): Project[] {
  const { world, params, caller } = ask
  const user = caller?.user
  const search = params.search?.toLowerCase()
  // Of the caller's own: an administrator may do everything everywhere, but is no member of it.
  const level = (project: Project) => (user ? ownLevelOf(world, project, user) : 0)
  return world
    .rows(projects)
    .filter(
      project =>
        sees(ask, project) &&
        (params.archived === undefined || project.archived === params.archived) &&
        (params.id_after === undefined || project.id > params.id_after) &&
        (params.id_before === undefined || project.id < params.id_before) &&
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
        (!params.with_merge_requests_enabled || project.merge_requests_enabled),
    )
}
