import { createHash } from 'node:crypto'
import { Refusal, refuse } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import type { User } from '../accounts.ts'
import { allowOnInstance, maintainer } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { defaultSettings, settingsOf } from './project_settings.ts'
import {
  branches,
  commits,
  files,
  members,
  type Namespace,
  namespaces,
  type Project,
  projects,
} from './tables.ts'

/** What a new project can be told; whatever else the contract lets through is kept as a setting. */
export interface NewProject {
  readonly name?: string
  readonly path?: string
  readonly namespace_id?: number
  readonly default_branch?: string
  readonly initialize_with_readme?: boolean
  readonly [setting: string]: unknown
}

/**
 * The namespace in which a caller may make projects: their own, or one that is named. `refused` says what becomes of
 * one that isn't there, or that they may not use.
 */
export function namespaceFor(
  ask: Ask<unknown>,
  named: Namespace | undefined | 'own',
  refused: (isThere: boolean) => Refusal,
): Namespace {
  const user = ask.caller.user!
  allowOnInstance(ask)
  const namespace = named === 'own' ? ask.world.find(namespaces, 'owner_id', user.id) : named
  if (!namespace) throw refused(false)
  if (!user.is_admin && namespace.owner_id !== user.id) throw refused(true)
  return namespace
}

type Problem = Refusal['problems'][number]

/** What is wrong with a new project; behind it, servers tell that its maker may have more of them. */
export const notMade = (...problems: readonly Problem[]): Refusal =>
  new Refusal([...problems, { reason: 'noLimitReached', facts: {} }])

/** Makes a project. Refuses a name or path that the namespace already has. */
export function newProject(ask: Ask<unknown>, namespace: Namespace, told: NewProject): Project {
  const { world, caller } = ask
  const { name, path, namespace_id: _, default_branch, initialize_with_readme, ...others } = told
  if (name === undefined && path === undefined) throw refuse('nameless')
  const names = { name: name ?? path!, path: path ?? pathOf(name!) }
  if (names.name.trim() === '') throw notMade({ reason: 'blank', facts: { attribute: 'name' } })
  const taken = takenNames(world, namespace.id, names)
  if (taken.length > 0) throw notMade(...taken)
  const branch = default_branch || 'master'
  const at = world.clock.iso()
  const project = world.insert(projects, {
    ...defaultSettings,
    ...settingsOf(others),
    ...names,
    namespace_id: namespace.id,
    creator_id: caller.user!.id,
    default_branch: initialize_with_readme ? branch : null,
    empty_repo: !initialize_with_readme,
    runners_token: world.chance.hex(20),
    created_at: at,
    updated_at: at,
    last_activity_at: at,
  })
  world.insert(members, { project_id: project.id, user_id: caller.user!.id, access_level: maintainer })
  if (initialize_with_readme) addReadme(world, project, branch, caller.user!)
  return project
}

/** What another project of the namespace is already called. */
export function takenNames(
  world: World,
  namespaceId: number,
  names: { name: string; path: string },
  self?: Project,
): Problem[] {
  const others = world.where(projects, 'namespace_id', namespaceId).filter(({ id }) => id !== self?.id)
  const taken = (['name', 'path'] as const).filter(attribute =>
    others.some(other => other[attribute].toLowerCase() === names[attribute].toLowerCase()),
  )
  return taken.map(attribute => ({ reason: 'nameTaken', facts: { attribute } }))
}

const pathOf = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .toLowerCase() || 'project'

/** The first commit of a repository: a README.md with the project's name. */
function addReadme(world: World, project: Project, branch: string, author: User): void {
  const at = world.clock.iso()
  const sha = world.chance.hex(40)
  const content = `# ${project.name}\n\n${project.description ?? ''}`
  world.insert(commits, {
    project_id: project.id,
    sha,
    title: 'Initial commit',
    message: 'Initial commit',
    author_name: author.name,
    author_email: author.email,
    authored_date: at,
    committer_name: author.name,
    committer_email: author.email,
    committed_date: at,
    parent_ids: [],
    branches: [branch],
  })
  world.insert(branches, {
    project_id: project.id,
    name: branch,
    sha,
    protected: true,
    merged: false,
    developers_can_push: false,
    developers_can_merge: false,
  })
  world.insert(files, {
    project_id: project.id,
    file_path: 'README.md',
    refs: [branch],
    content,
    blob_id: createHash('sha1')
      .update(`blob ${Buffer.byteLength(content)}\0${content}`)
      .digest('hex'),
    commit_id: sha,
    last_commit_id: sha,
  })
}
