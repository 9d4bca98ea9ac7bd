import { embed, type Face } from '../../behaviour/view.ts'
import { instantText } from '../../store/clock.ts'
import { type Row, table, whole } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type User, users } from '../accounts.ts'
import { levelOf, maintainer, memberOf } from './abilities.ts'
import type { GitLabCaller } from './credentials.ts'
import { basicNamespaceFace } from './namespaces.ts'
import { pretendedIn } from './pretended.ts'
import { pretendedProjects } from './pretended_rows.ts'
import { files, issues, namespaces, type Project, projects } from './tables.ts'
import { userFace } from './users.ts'

/** That the members of a group have a role in a project. */
export interface ProjectGroupLink extends Row {
  readonly project_id: number
  readonly group_id: number
  readonly group_access: number
  readonly expires_at: string | null
  readonly created_at: string
  readonly updated_at: string
}

export const groupLinks = table<ProjectGroupLink>('v4.project_group_links', 'project_id')

/** A project's path with its namespace: `foo/bar`. */
export function fullPath(world: World, id: number): string {
  const project = world.get(projects, id) ?? pretendedIn(world, pretendedProjects, id)!
  return `${world.get(namespaces, project.namespace_id)!.full_path}/${project.path}`
}

/** The rows of which a project's address is made, behind others. */
export function addressRows(world: World, id: number, ...others: unknown[]): readonly unknown[] {
  const project = world.get(projects, id) ?? pretendedIn(world, pretendedProjects, id)
  return [project, world.get(namespaces, project?.namespace_id), ...others]
}

/** The web address of a project. */
export const projectUrl = (world: World, origin: string, id: number): string =>
  `${origin}/${fullPath(world, id)}`

/** When a registry's old tags go, as a project's row keeps it. */
interface ExpirationPolicy {
  readonly cadence: string
  readonly next_run_at?: string
}

const day = 24 * 60 * 60 * 1000
const cadences: Readonly<Record<string, number>> = { '1d': 1, '7d': 7, '14d': 14, '1month': 30, '3month': 90 }

/** Its first run is due a cadence after the project was made, and each further one a cadence later. */
const policyFace = (since: string): Face<ExpirationPolicy> => ({
  derive: {
    next_run_at: ({ cadence, next_run_at }, { world }) => {
      if (next_run_at) return next_run_at
      const [start, period] = [Date.parse(since), (cadences[cadence] ?? 1) * day]
      const runs = Math.max(0, Math.floor((world.clock.now() - start) / period))
      return instantText(start + (runs + 1) * period)
    },
  },
})

/** What is only for those who manage a project. */
const forMaintainers =
  (field: string): Face<Project>['derive'][string] =>
  (project, { world, caller }) =>
    levelOf(world, project, userOf(caller)) >= maintainer ? project[field] : undefined

/** A project as those who are signed in see it. */
export const projectFace: Face<Project> = {
  derive: {
    name_with_namespace: ({ name, namespace_id }, { world }) =>
      `${world.get(namespaces, namespace_id)!.name} / ${name}`,
    path_with_namespace: ({ id }, { world }) => fullPath(world, id),
    ssh_url_to_repo: ({ id }, { world, origin }) =>
      `git@${new URL(origin).hostname}:${fullPath(world, id)}.git`,
    http_url_to_repo: ({ id }, { world, origin }) => `${projectUrl(world, origin, id)}.git`,
    web_url: ({ id }, { world, origin }) => projectUrl(world, origin, id),
    readme_url: (project, { world, origin }) => readmeUrl(project, world, origin),
    namespace: ({ namespace_id }, { world }) =>
      embed(basicNamespaceFace, world.get(namespaces, namespace_id)),
    _links: ({ id }, { api, origin }) => linksOf(`${origin}${api.prefix}/projects/${id}`),
    owner: ({ namespace_id }, { world }) => {
      const person = world.get(users, world.get(namespaces, namespace_id)?.owner_id)
      return person ? embed(userFace, person) : undefined
    },
    container_expiration_policy: ({ container_expiration_policy, created_at }) =>
      embed(
        policyFace(created_at),
        (container_expiration_policy ?? undefined) as ExpirationPolicy | undefined,
      ),
    can_create_merge_request_in: ({ merge_requests_enabled }) => merge_requests_enabled,
    open_issues_count: ({ id }, { world }) =>
      world.listed(issues, 'project_id', id, ['state', 'opened']).count,
    runners_token: forMaintainers('runners_token'),
    import_error: forMaintainers('import_error'),
    repository_storage: ({ repository_storage }, { caller }) =>
      userOf(caller)?.is_admin ? repository_storage : undefined,
    shared_with_groups: ({ id }, { world }) =>
      world.where(groupLinks, 'project_id', id).map(link => sharedGroup(world, link)),
    permissions: (project, { world, caller }) => {
      const user = userOf(caller)
      const access_level = user && memberOf(world, project, user)?.access_level
      return {
        project_access: access_level ? { access_level, notification_level: 3 } : null,
        group_access: null,
      }
    },
  },
}

/** A project as everyone sees it. */
export const briefProjectFace: Face<Project> = { ...projectFace, brief: true }

const userOf = (caller: unknown): User | undefined => (caller as GitLabCaller | undefined)?.user

function readmeUrl({ id, default_branch }: Project, world: World, origin: string): string | null {
  const readmes = world.listed(files, 'project_id', id, ['file_path', 'README.md'])
  const found = whole(readmes).find(({ refs }) => default_branch !== null && refs.includes(default_branch))
  return found ? `${projectUrl(world, origin, id)}/-/blob/${default_branch}/${found.file_path}` : null
}

const linksOf = (self: string) => ({
  self,
  issues: `${self}/issues`,
  merge_requests: `${self}/merge_requests`,
  repo_branches: `${self}/repository/branches`,
  labels: `${self}/labels`,
  events: `${self}/events`,
  members: `${self}/members`,
})

function sharedGroup(world: World, { group_id, group_access, expires_at }: ProjectGroupLink) {
  const group = world.get(namespaces, group_id)
  return {
    group_id,
    group_name: group?.name ?? '',
    group_full_path: group?.full_path ?? '',
    group_access_level: group_access,
    expires_at,
  }
}
