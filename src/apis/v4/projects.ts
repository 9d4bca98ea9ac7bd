import { many, nothing, one } from '../../behaviour/view.ts'
import { unmodifiedSince } from '../../lifecycle/conditional.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { Refusal, refuse } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import { allow, sees } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { namespaceBy } from './namespaces.ts'
import { type NewProject, namespaceFor, newProject, notMade, takenNames } from './new_project.ts'
import { pretendedRow } from './pretended.ts'
import { pretendedProjects } from './pretended_rows.ts'
import { briefProjectFace, groupLinks, projectFace } from './project_face.ts'
import { listedProjects, type ProjectFilters } from './project_filters.ts'
import { settingsOf } from './project_settings.ts'
import { namespaces, type Project, projects } from './tables.ts'

type OneProject = Ask<{ id: string }>

/** docs: projects.md; README.md, "Namespaced path encoding", "Keyset-based pagination" and "Path parameters" */
export const projectBehaviours: Behaviours = {
  listProjects: (ask: Ask<ProjectFilters>) => {
    const { simple } = ask.params
    const face = simple || !ask.caller ? briefProjectFace : projectFace
    return many(face, listedProjects(ask))
  },

  getProject: (ask: OneProject) => one(ask.caller ? projectFace : briefProjectFace, projectOf(ask)),

  createProject: (ask: Ask<NewProject>) => {
    const { namespace_id } = ask.params
    const named = namespace_id === undefined ? 'own' : ask.world.get(namespaces, namespace_id)
    const namespace = namespaceFor(ask, named, isThere =>
      notMade({ reason: isThere ? 'namespaceClosed' : 'namespaceUnknown', facts: {} }),
    )
    return one(projectFace, newProject(ask, namespace, ask.params))
  },

  updateProject: (ask: Ask<NewProject & { id: string }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    const { id: _, ...change } = ask.params
    const { name = project.name, path = project.path } = change
    const taken = takenNames(ask.world, project.namespace_id, { name, path }, project)
    if (taken.length > 0) throw new Refusal(taken)
    const updated_at = ask.world.clock.iso()
    return one(projectFace, ask.world.update(projects, project, { ...settingsOf(change), updated_at }))
  },

  deleteProject: (ask: OneProject) => {
    const project = projectOf(ask)
    allow(ask, project)
    unmodifiedSince(ask, project)
    ask.world.removeDependents('v4.', 'project_id', project.id)
    ask.world.remove(projects, project)
    return nothing
  },

  shareProject: (
    ask: Ask<{ id: string; group_id: number; group_access: number; expires_at?: string | null }>,
  ) => {
    const project = projectOf(ask)
    allow(ask, project)
    const { group_id, group_access, expires_at = null } = ask.params
    if (ask.world.get(namespaces, group_id)?.kind !== 'group') throw refuse('groupUnknown')
    if (linkTo(ask.world, project, group_id)) throw refuse('alreadyShared')
    const at = ask.world.clock.iso()
    const fields = {
      project_id: project.id,
      group_id,
      group_access,
      expires_at,
      created_at: at,
      updated_at: at,
    }
    return one({ derive: {} }, ask.world.insert(groupLinks, fields))
  },

  unshareProject: (ask: Ask<{ id: string; group_id: number }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    const link = linkTo(ask.world, project, ask.params.group_id)
    if (!link) throw refuse('thingNotFound', { thing: 'Group Link' })
    unmodifiedSince(ask, link)
    ask.world.remove(groupLinks, link)
    return nothing
  },
}

/** The project that a request names, by id or by path. Refuses one that isn't there, or that the caller may not see. */
export function projectOf(ask: Ask<{ id: string }>): Project {
  const { id } = ask.params
  const project = projectBy(ask.world, `${id}`) ?? pretendedRow(ask, pretendedProjects, Number(id))
  if (!project || !sees(ask, project)) throw refuse('thingNotFound', { thing: 'Project' })
  return project
}

/** The project with an id, or with a full path such as `foo/bar`. */
export function projectBy(world: World, name: string): Project | undefined {
  if (/^\d+$/.test(name)) return world.get(projects, Number(name))
  const slash = name.lastIndexOf('/')
  const namespace = slash > 0 ? namespaceBy(world, name.slice(0, slash)) : undefined
  const path = name.slice(slash + 1)
  if (!namespace) return undefined
  const found = world.find(projects, 'namespace_id', namespace.id, ['path', path])
  if (found) return found
  const isMeant = (it: Project) => it.path.toLowerCase() === path.toLowerCase()
  return world.where(projects, 'namespace_id', namespace.id).find(isMeant)
}

const linkTo = (world: World, project: Project, groupId: number) =>
  world.where(groupLinks, 'project_id', project.id).find(({ group_id }) => group_id === groupId)
