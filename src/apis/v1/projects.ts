import { type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours, Deed } from '../../lifecycle/exchange.ts'
import { Refusal, refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { remembered } from '../remembered.ts'
import { allow } from './abilities.ts'
import type { Ask } from './caller.ts'
import { goneAlready, idOf, type PathId } from './gone.ts'
import {
  addProject,
  type CiProject,
  columnDefaults,
  type Details,
  faultsOf,
  placeOf,
  projects,
} from './project_record.ts'

export const projectFace: Face<CiProject> = { madeOf: () => [], derive: {} }

/** A project with all that is kept of it. */
const rowFace: Face<CiProject> = {
  derive: Object.fromEntries(
    Object.entries(columnDefaults).map(([name, usual]) => [
      name,
      (row: CiProject) => row[name as keyof typeof columnDefaults] ?? usual,
    ]),
  ),
}

type Sent = Omit<Details, 'path' | 'gitlab_url'> & { path?: string; gitlab_url?: string }

/** docs: api.md, "Projects" */
export const projectBehaviours: Behaviours = {
  listProjects: ({ world, caller }: Ask) =>
    many(projectFace, listing(readableProjects(world, caller.user!.id))),

  listOwnedProjects: ({ world, caller }: Ask) =>
    many(projectFace, world.listed(projects, 'owner_id', caller.user!.id)),

  getProject: (ask: Ask<{ id: PathId }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    return one(projectFace, project)
  },

  createProject: (ask: Ask<Sent>) => create(ask),

  // As the docs have it, the path's id is the new project's.
  createProjectAt: (ask: Ask<Sent & { id: number }>) => {
    if (ask.world.get(projects, ask.params.id)) throw refuse('conflict')
    return create(ask)
  },

  updateProject: (ask: Ask<Partial<Sent> & { id: PathId }>) => {
    const project = allowedProject(ask)
    const { id: _, ...sent } = ask.params
    // What is sent blank stays as it is.
    const given = Object.entries(sent).filter(([, value]) => `${value}`.trim() !== '')
    const { path, gitlab_url, ...change }: Partial<Sent> = Object.fromEntries(given)
    if (gitlab_url !== undefined && ask.contract.conduct.urlsFollowPaths) throw refuse('unprocessable')
    const faults = faultsOf(ask, change, project)
    if (faults.length > 0) throw new Refusal(faults)
    const told = path === undefined ? { gitlab_url } : { path, gitlab_url: gitlab_url ?? project.gitlab_url }
    const changed = { ...change, ...placeOf(ask, told), updated_at: ask.world.clock.iso() }
    return one(projectFace, given.length === 0 ? project : ask.world.update(projects, project, changed))
  },

  deleteProject: (ask: Ask<{ id: PathId }>) => {
    const { world } = ask
    if (!world.get(projects, idOf(ask.params.id))) return goneAlready(ask)
    const project = allowedProject(ask)
    world.removeDependents('v1.', 'project_id', project.id)
    world.remove(projects, project)
    return one(rowFace, project)
  },
}

const readableProjects = (world: World, userId: number): readonly CiProject[] =>
  remembered(world, [projects], { userId }, () =>
    world.rows(projects).filter(({ access }) => access.includes(userId)),
  )

function create(ask: Ask<Sent>): Deed {
  const place = placeOf(ask, ask.params)
  if (!place) throw refuse('unprocessable')
  const details = { ...ask.params, ...place }
  const faults = faultsOf(ask, details)
  if (faults.length > 0) throw new Refusal(faults)
  return one(projectFace, addProject(ask, details, ask.caller.user!.id))
}

/** The project that the path names; refuses where there is none. */
export function projectOf({ world, params }: Ask<{ id: PathId }>): CiProject {
  const project = world.get(projects, idOf(params.id))
  if (!project) throw refuse('recordNotFound')
  return project
}

/** The project that the path names; refuses also where the caller may not do with it what the operation takes. */
export function allowedProject(ask: Ask<{ id: PathId }>): CiProject {
  const project = projectOf(ask)
  allow(ask, project)
  return project
}
