import { plainActions } from '../../behaviour/rows.ts'
import { embed, type Face, many } from '../../behaviour/view.ts'
import type { Behaviours, Exchange } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type User, users } from '../accounts.ts'
import { allow, levelOf, may, owner, sees } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { filteredIssues, type IssueFilters } from './issue_filters.ts'
import { fullPath, projectUrl } from './project_face.ts'
import { projectOf } from './projects.ts'
import { sorted } from './sorting.ts'
import { type Issue, issues, notes, type Project, projects } from './tables.ts'
import { userFace } from './users.ts'

const tasks = /^\s*(?:[-*+]|\d+\.)\s+\[([ xX])\]\s/gm

export const issueFace: Face<Issue> = {
  derive: {
    author: ({ author_id }, { world }) => embed(userFace, world.get(users, author_id)),
    assignees: ({ assignee_ids }, { world }) =>
      assignees(world, assignee_ids).map(user => embed(userFace, user)),
    assignee: ({ assignee_ids }, { world }) => embed(userFace, assignees(world, assignee_ids)[0]),
    closed_by: ({ closed_by_id }, { world }) => embed(userFace, world.get(users, closed_by_id)),
    user_notes_count: ({ id }, { world }) =>
      world.where(notes, 'noteable_id', id).filter(({ system }) => !system).length,
    task_completion_status: ({ description }) => {
      const marks = [...(description ?? '').matchAll(tasks)].map(([, mark]) => mark)
      return { count: marks.length, completed_count: marks.filter(mark => mark !== ' ').length }
    },
    has_tasks: ({ description }) => (description ?? '').search(tasks) >= 0,
    web_url: ({ iid, project_id }, { world, origin }) =>
      `${projectUrl(world, origin, project_id)}/-/issues/${iid}`,
    references: ({ iid, project_id }, { world }) => ({
      short: `#${iid}`,
      relative: `#${iid}`,
      full: `${fullPath(world, project_id)}#${iid}`,
    }),
    _links: ({ iid, project_id }, { api, origin }) => {
      const project = `${origin}${api.prefix}/projects/${project_id}`
      const self = `${project}/issues/${iid}`
      return { self, notes: `${self}/notes`, award_emoji: `${self}/award_emoji`, project }
    },
  },
}

/** An issue by itself: only there is it told whether the caller follows it. */
const wholeIssueFace: Face<Issue> = {
  derive: {
    ...issueFace.derive,
    subscribed: ({ author_id, assignee_ids }, { caller }: Exchange) => {
      const user = (caller as Ask['caller'] | undefined)?.user
      return user !== undefined && (user.id === author_id || assignee_ids.includes(user.id))
    },
  },
}

interface Details {
  readonly title?: string
  readonly description?: string | null
  readonly confidential?: boolean
  readonly assignee_ids?: number[]
  readonly labels?: string | string[] | null
  readonly due_date?: string | null
  readonly discussion_locked?: boolean | null
}
type OneIssue = Ask<{ id: string; issue_iid: number }>
type NewIssue = Ask<Details & { id: string; title: string; iid?: number; created_at?: string }>
type ChangedIssue = OneIssue & Ask<Details & { state_event?: 'close' | 'reopen'; updated_at?: string }>

const plain = plainActions<Issue, OneIssue>({
  table: issues,
  face: wholeIssueFace,
  among: ask => ask.world.where(issues, 'project_id', projectOf(ask).id),
  named: issueOf,
  allow: (ask, issue) => allow(ask, projectOf(ask), issue),
})

/** docs: issues.md; README.md, "id vs iid" */
export const issueBehaviours: Behaviours = {
  listIssues: (ask: Ask<IssueFilters>) =>
    list(
      ask,
      ask.world.rows(projects).filter(project => sees(ask, project)),
    ),
  listProjectIssues: (ask: Ask<IssueFilters & { id: string }>) => list(ask, [projectOf(ask)]),
  getProjectIssue: plain.show,
  createProjectIssue: plain.create(ask => newIssue(ask as unknown as NewIssue)),
  updateProjectIssue: plain.update((ask, issue) => changed(ask as ChangedIssue, issue)),
  deleteProjectIssue: plain.destroy((ask, { id }) =>
    ask.world.removeDependents('v4.notes', 'noteable_id', id),
  ),
}

/** A project's issue by its iid, as far as the caller may know of it. */
export function issueOf(ask: OneIssue): Issue {
  const project = projectOf(ask)
  const issue = ask.world
    .where(issues, 'project_id', project.id)
    .find(({ iid }) => iid === ask.params.issue_iid)
  if (!issue || !may(ask, 'read_issue', project, issue)) throw refuse('recordNotFound')
  return issue
}

function list(ask: Ask<IssueFilters>, among: Project[]) {
  const readable = among.flatMap(project =>
    ask.world.where(issues, 'project_id', project.id).filter(issue => may(ask, 'read_issue', project, issue)),
  )
  const { order_by, sort } = ask.params
  return many(issueFace, listing(sorted(filteredIssues(ask, readable), order_by, sort)))
}

function newIssue(ask: NewIssue): Omit<Issue, 'id'> {
  const { world, caller, params } = ask
  const project = projectOf(ask)
  const own = world.where(issues, 'project_id', project.id)
  const at = privileged(ask, project) && params.created_at ? params.created_at : world.clock.iso()
  const wanted = privileged(ask, project) ? params.iid : undefined
  if (wanted !== undefined && own.some(({ iid }) => iid === wanted)) throw refuse('conflict')
  return {
    iid: wanted ?? world.count(`v4.issues of ${project.id}`, Math.max(0, ...own.map(({ iid }) => iid))),
    project_id: project.id,
    state: 'opened',
    created_at: at,
    updated_at: at,
    closed_at: null,
    closed_by_id: null,
    author_id: caller.user!.id,
    milestone: null,
    merge_requests_count: 0,
    upvotes: 0,
    downvotes: 0,
    time_stats: {
      time_estimate: 0,
      total_time_spent: 0,
      human_time_estimate: null,
      human_total_time_spent: null,
    },
    moved_to_id: null,
    ...{
      description: null,
      confidential: false,
      assignee_ids: [],
      labels: [],
      due_date: null,
      discussion_locked: null,
    },
    ...detailsOf(world, params),
    title: params.title,
  }
}

function changed(ask: ChangedIssue, issue: Issue): Partial<Omit<Issue, 'id'>> {
  const { world, caller, params } = ask
  const at = world.clock.iso()
  const { state_event } = params
  const closing = state_event === 'close' && issue.state === 'opened'
  const reopening = state_event === 'reopen' && issue.state === 'closed'
  return {
    ...detailsOf(world, params),
    ...(closing ? { state: 'closed', closed_at: at, closed_by_id: caller.user!.id } : {}),
    ...(reopening ? { state: 'opened', closed_at: null, closed_by_id: null } : {}),
    updated_at: privileged(ask, projectOf(ask)) && params.updated_at ? params.updated_at : at,
  }
}

/** Dates and iids may be set by administrators and owners only. */
const privileged = ({ world, caller }: Ask<unknown>, project: Project) =>
  levelOf(world, project, caller.user) >= owner

/** The details that were given, as a row keeps them. */
function detailsOf(
  world: World,
  { title, description, confidential, assignee_ids, labels, due_date, discussion_locked }: Details,
) {
  const given = {
    title,
    description,
    confidential,
    assignee_ids: assignee_ids?.filter(id => world.get(users, id)),
    labels: labels === undefined ? undefined : labelNames(labels),
    due_date: due_date === '' ? null : due_date,
    discussion_locked,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<
    typeof given & Issue
  >
}

function labelNames(labels: string | string[] | null): string[] {
  const names =
    typeof labels === 'string' ? labels.split(',') : (labels ?? []).flatMap(name => name.split(','))
  return [...new Set(names.map(name => name.trim()).filter(name => name !== ''))].sort()
}

const assignees = (world: World, ids: readonly number[]): User[] =>
  ids.map(id => world.get(users, id)).filter(user => user !== undefined)
