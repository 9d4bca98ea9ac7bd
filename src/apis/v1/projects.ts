import { type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours, Deed } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing, type Row, table } from '../../store/table.ts'
import { allow } from './abilities.ts'
import type { Ask } from './caller.ts'
import { goneAlready, idOf, type PathId } from './gone.ts'
import { runnerProjects, runners } from './runners.ts'

/** A project as GitLab CI keeps one, beside the project of the same name in GitLab. */
export interface CiProject extends Row {
  readonly name: string
  /** Seconds that a build may take. */
  readonly timeout: number
  readonly scripts: string
  readonly token: string
  readonly default_ref: string
  readonly gitlab_url: string
  /** The project's path in GitLab: `group/name`. */
  readonly path: string
  readonly always_build: boolean
  readonly polling_interval: number | null
  readonly public: boolean
  readonly ssh_url_to_repo: string
  readonly gitlab_id: number
  readonly owner_id: number
  /** The users that may read it. */
  readonly access: readonly number[]
  /** The users that may change it. */
  readonly manage: readonly number[]
}

type NewProject = Pick<
  CiProject,
  'name' | 'gitlab_id' | 'gitlab_url' | 'ssh_url_to_repo' | 'scripts' | 'default_ref'
>

export const projects = table<CiProject>('v1.projects', 'name', 'gitlab_id')
export const projectFace: Face<CiProject> = { derive: {} }

/** docs: api.md, "Projects" */
export const projectBehaviours: Behaviours = {
  listProjects: ({ world, caller }: Ask) =>
    many(projectFace, listing(world.rows(projects).filter(({ access }) => access.includes(caller.user!.id)))),

  listOwnedProjects: ({ world, caller }: Ask) =>
    many(projectFace, listing(world.rows(projects).filter(({ owner_id }) => owner_id === caller.user!.id))),

  getProject: (ask: Ask<{ id: PathId }>) => {
    const project = projectOf(ask)
    allow(ask, project)
    return one(projectFace, project)
  },

  createProject: (ask: Ask<NewProject>) => create(ask, ask.params),

  // As the docs have it, the path's id is the new project's.
  createProjectAt: (ask: Ask<NewProject & { id: number }>) => {
    if (ask.world.get(projects, ask.params.id)) throw refuse('conflict')
    return create(ask, ask.params)
  },

  updateProject: (ask: Ask<Partial<NewProject> & { id: PathId }>) => {
    const project = allowedProject(ask)
    const { id: _, ...sent } = ask.params
    // What is sent blank stays as it is.
    const given = Object.entries(sent).filter(([, value]) => value !== '')
    const change: Partial<NewProject> = Object.fromEntries(given)
    refuseTaken(ask, change, project)
    const path = change.gitlab_url === undefined ? {} : { path: pathOf(change.gitlab_url) }
    return one(projectFace, ask.world.update(projects, project, { ...change, ...path }))
  },

  deleteProject: (ask: Ask<{ id: PathId }>) => {
    const { world } = ask
    if (!world.get(projects, idOf(ask.params.id))) return goneAlready(ask)
    const project = allowedProject(ask)
    world.removeDependents('v1.', 'project_id', project.id)
    world.remove(projects, project)
    return one(projectFace, project)
  },

  linkProjectRunner: (ask: Ask<{ id: PathId; runner_id: PathId }>) => {
    const { world, params } = ask
    projectOf(ask)
    const runner = world.get(runners, idOf(params.runner_id))
    if (!runner) throw refuse('recordNotFound')
    const project = allowedProject(ask)
    if (linkOf(ask)) throw refuse('conflict')
    const at = world.clock.iso()
    const fields = { runner_id: runner.id, project_id: project.id, created_at: at, updated_at: at }
    return one({ derive: {} }, world.insert(runnerProjects, fields))
  },

  unlinkProjectRunner: (ask: Ask<{ id: PathId; runner_id: PathId }>) => {
    if (!ask.world.get(projects, idOf(ask.params.id))) return goneAlready(ask)
    allowedProject(ask)
    const link = linkOf(ask)
    if (!link) return goneAlready(ask)
    ask.world.remove(runnerProjects, link)
    return one({ derive: {} }, link)
  },
}

function projectOf({ world, params }: Ask<{ id: PathId }>): CiProject {
  const project = world.get(projects, idOf(params.id))
  if (!project) throw refuse('recordNotFound')
  return project
}

function allowedProject(ask: Ask<{ id: PathId }>): CiProject {
  const project = projectOf(ask)
  allow(ask, project)
  return project
}

function linkOf({ world, params }: Ask<{ id: PathId; runner_id: PathId }>) {
  const runner_id = idOf(params.runner_id)
  return world.where(runnerProjects, 'project_id', idOf(params.id)).find(link => link.runner_id === runner_id)
}

/** Refuses a name, or a project of the GitLab instance, that another project than `own` has already. */
function refuseTaken({ world }: Ask<unknown>, details: Partial<NewProject>, own?: CiProject): void {
  for (const attribute of ['name', 'gitlab_id'] as const) {
    const value = details[attribute]
    const holders = value === undefined ? [] : world.where(projects, attribute, value)
    if (holders.some(holder => holder !== own)) throw refuse('nameTaken', { attribute })
  }
}

/** The path of a project within its GitLab: the last two segments of its url. */
export const pathOf = (gitlab_url: string): string =>
  gitlab_url
    .split('/')
    .filter(segment => segment !== '')
    .slice(-2)
    .join('/')

function create(ask: Ask<unknown>, details: NewProject & { id?: number }): Deed {
  return one(projectFace, addProject(ask, details, { owner_id: ask.caller.user!.id }))
}

/** Makes a project that belongs to one user; refuses a name that is taken. Forks are made of it as well. */
export function addProject(
  ask: Ask<unknown>,
  details: NewProject & { id?: number; path?: string; public?: boolean },
  { owner_id }: Pick<CiProject, 'owner_id'>,
): CiProject {
  refuseTaken(ask, details)
  const { id, name, gitlab_id, gitlab_url, ssh_url_to_repo, scripts, default_ref } = details
  return ask.world.insert(projects, {
    ...(id === undefined ? {} : { id }),
    name,
    timeout: 1800,
    scripts,
    token: ask.world.chance.hex(30),
    default_ref,
    gitlab_url,
    path: details.path ?? pathOf(gitlab_url),
    always_build: false,
    polling_interval: null,
    public: details.public ?? false,
    ssh_url_to_repo,
    gitlab_id,
    owner_id,
    access: [owner_id],
    manage: [owner_id],
  })
}
