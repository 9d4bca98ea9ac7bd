import { refuse } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import type { User } from '../accounts.ts'
import type { Ask } from './credentials.ts'
import { refOf } from './pipeline_refs.ts'
import { type Member, members, namespaces, type Project } from './tables.ts'

/** GitLab's roles, as access levels. */
export const guest = 10
export const reporter = 20
export const developer = 30
export const maintainer = 40
export const owner = 50

/** What a rule judges by: how far the caller reaches on the project, and the record in question. */
interface Case {
  readonly ask: Ask<unknown>
  readonly user: User | undefined
  readonly project: Project
  /** The caller's access level; 0 for those who are no members, an owner's for administrators. */
  readonly level: number
  readonly subject: {
    readonly author_id?: number
    readonly user_id?: number | null
    readonly confidential?: boolean
    readonly assignee_ids?: readonly number[]
    readonly discussion_locked?: boolean | null
    readonly ref?: string
    readonly tag?: boolean
  }
}

const isOpenTo = ({ user, project }: Pick<Case, 'user' | 'project'>) =>
  project.visibility === 'public' || (project.visibility === 'internal' && user !== undefined)

/** Who isn't a member sees pipelines only where both CI and pipelines are open to everyone who sees the project. */
const seesPipelines = (at: Pick<Case, 'user' | 'project' | 'level'>) => {
  if (at.level >= reporter) return true
  if (!at.project.public_jobs) return false
  return at.level >= guest || (isOpenTo(at) && at.project.builds_access_level === 'enabled')
}

/** Whether a project's pipelines can be seen without signing in. */
export const showsPipelines = (project: Project): boolean =>
  seesPipelines({ user: undefined, project, level: 0 })

/** Who may change a pipeline or a job: developers, on a protected ref only those who may push there. */
const changesPipelines = (at: Case) => at.level >= developer && mayPush(at)

const isAuthor = ({ user, subject }: Case) => user !== undefined && subject.author_id === user.id
const isConcerned = (at: Case) =>
  isAuthor(at) || (at.user !== undefined && at.subject.assignee_ids?.includes(at.user.id) === true)
const seesIssues = (at: Case) => !at.subject.confidential || at.level >= reporter || isConcerned(at)

/** What one must be able to do, as the contract's `x-ability` names it: the least role, or a rule. */
export const abilities: Readonly<Record<string, number | ((at: Case) => boolean)>> = {
  read_project: 0,
  admin_project: maintainer,
  share_project: maintainer,
  remove_project: owner,
  read_pipeline: seesPipelines,
  create_pipeline: developer,
  update_pipeline: changesPipelines,
  destroy_pipeline: owner,
  read_pipeline_variable: at =>
    at.level >= maintainer || (changesPipelines(at) && at.subject.user_id === at.user?.id),
  read_build: seesPipelines,
  update_build: changesPipelines,
  erase_build: at => changesPipelines(at) && (at.level >= maintainer || at.subject.user_id === at.user?.id),
  read_issue: seesIssues,
  create_issue: at => at.level >= guest || (at.user !== undefined && isOpenTo(at)),
  update_issue: at => at.level >= reporter || isConcerned(at),
  destroy_issue: owner,
  read_note: seesIssues,
  create_note: at =>
    seesIssues(at) &&
    (at.level >= guest || (at.user !== undefined && isOpenTo(at) && !at.subject.discussion_locked)),
  admin_note: at => at.level >= maintainer || isAuthor(at),
  download_code: at => at.level >= reporter || isOpenTo(at),
}

/** What one must be able to do on the instance as a whole. */
const instanceAbilities: Readonly<Record<string, (user: User) => boolean>> = {
  administer: user => user.is_admin,
  create_projects: user => user.external !== true && user.can_create_project !== false,
}

/** All that `x-ability` may name. */
export const abilityNames = [...Object.keys(abilities), ...Object.keys(instanceAbilities)]

/** Refuses who (the caller, unless said) may not do what the operation takes, on a project and perhaps its record. */
export function allow(
  ask: Ask<unknown>,
  project: Project,
  subject: Case['subject'] = {},
  user = ask.caller?.user,
  ability = ask.operation.ability,
): void {
  // An operation whose contract names none is open to nobody, rather than to everybody.
  if (!ability || !may(ask, ability, project, subject, user))
    throw refuse('forbidden', { needs: ability ?? 'x-ability' })
}

/** Refuses where the caller may not do what the operation takes on the instance as a whole. */
export function allowOnInstance({ operation, caller }: Ask<unknown>): void {
  const { ability = '' } = operation
  if (!instanceAbilities[ability]?.(caller.user!))
    throw refuse('forbidden', { needs: ability || 'x-ability' })
}

/** Whether somebody (the caller, unless said) is able to do something on a project. */
export function may(
  ask: Ask<unknown>,
  ability: string,
  project: Project,
  subject: Case['subject'] = {},
  user = ask.caller?.user,
): boolean {
  const level = levelOf(ask.world, project, user)
  const rule = abilities[ability]
  return typeof rule === 'number' ? level >= rule : rule?.({ ask, user, project, level, subject }) === true
}

/** Whether somebody may push to the branch in question or merge into it, or create the tag. */
function mayPush({ ask: { world, contract }, project, level, subject: { ref, tag } }: Case): boolean {
  if (!contract.conduct.protectsRefs || ref === undefined) return true
  return level >= (refOf(world, project, ref, tag)?.closed ? maintainer : developer)
}

/** Whether the caller may know that a project is there. */
export const sees = (ask: Ask<unknown>, project: Project): boolean => {
  const user = ask.caller?.user
  return isOpenTo({ user, project }) || levelOf(ask.world, project, user) > 0
}

/** A user's access level on a project: their own, or as an administrator an owner's. */
export function levelOf(world: World, project: Project, user: User | undefined): number {
  if (!user) return 0
  return user.is_admin ? owner : ownLevelOf(world, project, user)
}

/** A user's access level on a project, of their own namespace or of their membership; 0 where they have neither. */
export function ownLevelOf(world: World, project: Project, user: User): number {
  if (world.get(namespaces, project.namespace_id)?.owner_id === user.id) return owner
  return memberOf(world, project, user)?.access_level ?? 0
}

/** A user's own membership of a project. */
export const memberOf = (world: World, project: Project, user: User): Member | undefined =>
  world.find(members, 'project_id', project.id, ['user_id', user.id])
