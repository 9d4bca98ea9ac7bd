import { type Listing, listing, reversed, whole } from '../../store/table.ts'
import { userNamed, users } from '../accounts.ts'
import { remembered } from '../remembered.ts'
import { levelOf, may, reporter, sees } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { sorted } from './sorting.ts'
import { type Issue, issues, members, namespaces, type Project, projects } from './tables.ts'

/** What a list of issues can be narrowed down by. */
export interface IssueFilters {
  readonly scope?: 'created_by_me' | 'assigned_to_me' | 'all'
  readonly iids?: number[]
  readonly state: 'opened' | 'closed' | 'all'
  readonly labels?: string | string[]
  readonly milestone?: string
  readonly author_id?: number
  readonly author_username?: string
  readonly assignee_id?: string
  readonly assignee_username?: string[]
  readonly search?: string
  readonly in?: string
  readonly created_after?: string
  readonly created_before?: string
  readonly updated_after?: string
  readonly updated_before?: string
  readonly confidential?: boolean
  readonly order_by: string
  readonly sort: 'asc' | 'desc'
}

/** The issues, of one project or of all, that the caller may read and that pass all filters, in the order asked for. */
export function listedIssues(ask: Ask<IssueFilters>, project?: Project): Listing<Issue> {
  const { world, params, caller } = ask
  const user = caller?.user
  const indexed = readsAll(ask, project) ? indexedIssues(ask, project) : undefined
  if (indexed) return params.sort === 'asc' ? indexed : reversed(indexed)
  const {
    page: _,
    per_page: _size,
    ...filters
  } = params as IssueFilters & { page?: number; per_page?: number }
  const tables = [issues, projects, namespaces, members, users] as const
  return listing(
    remembered(world, tables, { filters, project: project?.id, user: user?.id }, () => {
      const isReadable = readable(ask, project)
      const passes = passesOf(ask)
      const found = candidates(ask, project).filter(issue => passes(issue) && isReadable(issue))
      return orderedIssues(ask, found)
    }),
  )
}

/** Whether the caller may read all issues without a look at them. */
const readsAll = ({ world, caller }: Ask<unknown>, project: Project | undefined) =>
  project ? levelOf(world, project, caller?.user) >= reporter : caller?.user?.is_admin === true

/** Issues in the order that was asked for, ascending, where there is an index that knows them; else nothing. */
function indexedIssues(
  { world, params, caller }: Ask<IssueFilters>,
  project?: Project,
): Listing<Issue> | undefined {
  const { order_by, sort: _, state, scope, ...others } = params as IssueFilters & Record<string, unknown>
  const isFiltered = Object.entries(others).some(
    ([name, value]) => !neutral.includes(name) && value !== undefined && `${value}` !== '',
  )
  if (isFiltered) return undefined
  const isMine = scope === 'created_by_me'
  if (scope !== undefined && scope !== 'all' && !isMine) return undefined
  if (project && !isMine && order_by === 'created_at')
    return state === 'all'
      ? world.ordered(issues, 'project_id>created_at', [project.id])
      : world.ordered(issues, 'project_id+state>created_at', [project.id, state])
  if (project && !isMine && order_by === 'updated_at' && state === 'all')
    return world.ordered(issues, 'project_id>updated_at', [project.id])
  if (project || order_by !== 'created_at') return undefined
  if (isMine)
    return state === 'all' ? world.ordered(issues, 'author_id>created_at', [caller.user!.id]) : undefined
  return state === 'all'
    ? world.ordered(issues, '>created_at')
    : world.ordered(issues, 'state>created_at', [state])
}

/** Parameters that narrow nothing down. */
const neutral = ['id', 'page', 'per_page', 'pagination', 'in', 'with_labels_details']

/** The issues among which all that are asked for are. */
function candidates({ world, params, caller }: Ask<IssueFilters>, project?: Project): readonly Issue[] {
  if (project) return world.where(issues, 'project_id', project.id)
  const me = caller?.user?.id
  if (params.scope === 'created_by_me' && me !== undefined)
    return whole(world.ordered(issues, 'author_id>created_at', [me]))
  return world.rows(issues)
}

/** Whether the caller may read an issue, each project looked at once. */
function readable(ask: Ask<unknown>, project?: Project): (issue: Issue) => boolean {
  const known = new Map<number, (issue: Issue) => boolean>()
  const ofProject = (id: number) => {
    const its = project ?? ask.world.get(projects, id)
    if (!its || !sees(ask, its)) return () => false
    if (readsAll(ask, its)) return () => true
    return (issue: Issue) => may(ask, 'read_issue', its, issue)
  }
  return issue => {
    let judge = known.get(issue.project_id)
    if (!judge) known.set(issue.project_id, (judge = ofProject(issue.project_id)))
    return judge(issue)
  }
}

/** Whether an issue passes all filters. */
function passesOf({ world, params, caller }: Ask<IssueFilters>): (issue: Issue) => boolean {
  const me = caller?.user?.id
  const idOf = (username: string) => userNamed(world, username)?.id ?? 0
  const author = params.author_id ?? (params.author_username ? idOf(params.author_username) : undefined)
  const assignees = (params.assignee_username ?? []).filter(name => name !== '').map(idOf)
  return issue =>
    (params.scope !== 'created_by_me' || issue.author_id === me) &&
    (params.scope !== 'assigned_to_me' || (me !== undefined && issue.assignee_ids.includes(me))) &&
    (!params.iids?.length || params.iids.includes(issue.iid)) &&
    (params.state === 'all' || issue.state === params.state) &&
    hasLabels(issue, params.labels) &&
    isPresent(issue.milestone?.title, params.milestone) &&
    (author === undefined || issue.author_id === author) &&
    isAssigned(issue, params.assignee_id) &&
    assignees.every(id => issue.assignee_ids.includes(id)) &&
    mentions(issue, params.in, params.search) &&
    (!params.created_after || issue.created_at >= params.created_after) &&
    (!params.created_before || issue.created_at <= params.created_before) &&
    (!params.updated_after || issue.updated_at >= params.updated_after) &&
    (!params.updated_before || issue.updated_at <= params.updated_before) &&
    (params.confidential === undefined || issue.confidential === params.confidential)
}

/** `None` is without, `Any` with at least one; else all that are named. */
function hasLabels({ labels }: Issue, asked: string | string[] = []): boolean {
  const names = [asked].flat().flatMap(name => name.split(','))
  if (names.join('') === '') return true
  if (isWord('none', names[0])) return labels.length === 0
  if (isWord('any', names[0])) return labels.length > 0
  return names.every(name => labels.includes(name.trim()))
}

function isPresent(title: string | undefined, asked: string | undefined): boolean {
  if (!asked) return true
  if (isWord('none', asked)) return title === undefined
  return isWord('any', asked) ? title !== undefined : title === asked
}

function isAssigned({ assignee_ids }: Issue, asked: string | undefined): boolean {
  if (asked === undefined) return true
  // 0 is how None was written before.
  if (isWord('none', asked) || asked === '0') return assignee_ids.length === 0
  return isWord('any', asked) ? assignee_ids.length > 0 : assignee_ids.includes(Number(asked))
}

const isWord = (word: string, asked: string | undefined) => asked?.toLowerCase() === word

function mentions(issue: Issue, where = 'title,description', search?: string): boolean {
  if (!search) return true
  const places = where.split(',').map(place => place.trim())
  const texts = [
    places.includes('title') ? issue.title : '',
    places.includes('description') ? (issue.description ?? '') : '',
  ]
  return texts.some(text => text.toLowerCase().includes(search.toLowerCase()))
}

/** Issues in the order that was asked for; what nothing here tells apart comes by id. */
function orderedIssues({ params }: Ask<IssueFilters>, found: Issue[]): Issue[] {
  const { order_by, sort } = params
  const rows = sorted(found, order_by === 'popularity' ? 'upvotes' : order_by, sort)
  if (order_by !== 'due_date') return rows
  // Issues without a date come last, whichever way the others are sorted.
  return [...rows.filter(({ due_date }) => due_date), ...rows.filter(({ due_date }) => !due_date)]
}
