import { plainActions } from '../../behaviour/rows.ts'
import { many } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { reversed } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { allow, may } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { type Details, detailsOf, privileged } from './issue_details.ts'
import { issueFace, wholeIssueFace } from './issue_face.ts'
import { type IssueFilters, listedIssues } from './issue_filters.ts'
import { projectOf } from './projects.ts'
import { type Issue, issues, type Project } from './tables.ts'

type OfProject = Ask<{ id: string }>
type OneIssue = Ask<{ id: string; issue_iid: number }>
type NewIssue = Ask<Details & { id: string; title: string; iid?: number; created_at?: string }>
type ChangedIssue = OneIssue & Ask<Details & { state_event?: 'close' | 'reopen'; updated_at?: string }>

const plain = plainActions<Issue, Project, OfProject, OneIssue>({
  table: issues,
  face: wholeIssueFace,
  parent: projectOf,
  named: issueOf,
  allow,
})

/** docs: issues.md; README.md, "id vs iid" */
export const issueBehaviours: Behaviours = {
  listIssues: (ask: Ask<IssueFilters>) => {
    // Where a contract lets anybody ask, that is for all issues: nobody has none of their own.
    if (!ask.caller && ask.params.scope !== 'all') throw refuse('unauthorized')
    return many(issueFace, listedIssues(ask))
  },
  listProjectIssues: (ask: Ask<IssueFilters & { id: string }>) =>
    many(issueFace, listedIssues(ask, projectOf(ask))),
  getProjectIssue: plain.show,
  createProjectIssue: plain.create(newIssue),
  updateProjectIssue: plain.update(changed),
  deleteProjectIssue: plain.destroy(({ world }, { id, iid, project_id }) => {
    world.reserve(iidsOf(project_id), iid)
    world.removeDependents('v4.notes', 'noteable_id', id)
  }),
}

/** A project's issue by its iid, as far as the caller may know of it. */
export function issueOf(ask: OneIssue, project: Project): Issue {
  const issue = issueBy(ask.world, project.id, ask.params.issue_iid)
  if (!issue || !may(ask, 'read_issue', project, issue)) throw refuse('recordNotFound')
  return issue
}

const issueBy = (world: World, projectId: number, wanted: number): Issue | undefined =>
  world.find(issues, 'project_id', projectId, ['iid', wanted])

function newIssue(ask: NewIssue, project: Project): Omit<Issue, 'id'> {
  const { world, caller, params } = ask
  const at = privileged(ask, project) && params.created_at ? params.created_at : world.clock.iso()
  const wanted = privileged(ask, project) ? params.iid : undefined
  if (wanted !== undefined && issueBy(world, project.id, wanted)) throw refuse('iidTaken')
  const details = detailsOf(ask, project)
  const iid = wanted ?? world.count(iidsOf(project.id), greatestIid(world, project.id))
  world.reserve(iidsOf(project.id), iid)
  return {
    iid,
    project_id: project.id,
    title: params.title,
    description: null,
    state: 'opened',
    created_at: at,
    updated_at: at,
    closed_at: null,
    closed_by_id: null,
    author_id: caller.user!.id,
    assignee_ids: [],
    labels: [],
    milestone: null,
    merge_requests_count: 0,
    upvotes: 0,
    downvotes: 0,
    due_date: null,
    confidential: false,
    discussion_locked: null,
    time_stats: {
      time_estimate: 0,
      total_time_spent: 0,
      human_time_estimate: null,
      human_total_time_spent: null,
    },
    moved_to_id: null,
    ...details,
  }
}

const iidsOf = (projectId: number) => `iids of project ${projectId}`

function greatestIid(world: World, projectId: number): number {
  const [last] = reversed(world.ordered(issues, 'project_id>iid', [projectId])).slice(0, 1)
  return last?.iid ?? 0
}

function changed(ask: ChangedIssue, issue: Issue): Partial<Omit<Issue, 'id'>> {
  const { world, caller, params } = ask
  const project = projectOf(ask)
  const at = world.clock.iso()
  const closing = params.state_event === 'close' && issue.state === 'opened'
  const reopening = params.state_event === 'reopen' && issue.state === 'closed'
  return {
    ...detailsOf(ask, project),
    ...(closing ? { state: 'closed', closed_at: at, closed_by_id: caller.user!.id } : {}),
    ...(reopening ? { state: 'opened', closed_at: null, closed_by_id: null } : {}),
    updated_at: privileged(ask, project) && params.updated_at ? params.updated_at : at,
  }
}
