import { userNamed } from '../accounts.ts'
import type { Ask } from './credentials.ts'
import { sorted } from './sorting.ts'
import type { Issue } from './tables.ts'

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

/** The issues that pass all filters. */
export function filteredIssues({ world, params, caller }: Ask<IssueFilters>, issues: Issue[]): Issue[] {
  const me = caller?.user?.id
  const idOf = (username: string) => userNamed(world, username)?.id ?? 0
  const author = params.author_id ?? (params.author_username ? idOf(params.author_username) : undefined)
  const assignees = (params.assignee_username ?? []).filter(name => name !== '').map(idOf)
  return issues.filter(
    issue =>
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
      (params.confidential === undefined || issue.confidential === params.confidential),
  )
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
export function orderedIssues({ params }: Ask<IssueFilters>, found: Issue[]): Issue[] {
  const { order_by, sort } = params
  const rows = sorted(found, order_by === 'popularity' ? 'upvotes' : order_by, sort)
  if (order_by !== 'due_date') return rows
  // Issues without a date come last, whichever way the others are sorted.
  return [...rows.filter(({ due_date }) => due_date), ...rows.filter(({ due_date }) => !due_date)]
}
