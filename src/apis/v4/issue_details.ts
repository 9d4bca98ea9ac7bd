import { refuse } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import { users } from '../accounts.ts'
import { levelOf, owner, reporter } from './abilities.ts'
import type { Ask } from './credentials.ts'
import type { Issue, Project } from './tables.ts'

/** What an issue can be told when it is made, and later. */
export interface Details {
  readonly title?: string
  readonly description?: string | null
  readonly confidential?: boolean
  readonly assignee_ids?: number[]
  readonly labels?: string | string[] | null
  readonly due_date?: string | null
  readonly discussion_locked?: boolean | null
}

/** The details that were given, as a row keeps them. Refuses a title that shows nothing. */
export function detailsOf({ world, caller, params }: Ask<Details>, project: Project): Partial<Issue> {
  const { title, description, confidential, assignee_ids, labels, due_date, discussion_locked } = params
  if (title?.trim() === '') throw refuse('blank', { attribute: 'title' })
  // Of those who may write an issue but not manage issues, GitLab takes no more than this, without a word.
  const manages = levelOf(world, project, caller.user) >= reporter
  const details = {
    title: title?.trim(),
    description,
    confidential,
    ...(manages && {
      assignee_ids: assignee_ids && assigneesOf(world, assignee_ids),
      labels: labels === undefined ? undefined : labelNames(labels),
      due_date: due_date === '' ? null : due_date,
      discussion_locked,
    }),
  }
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined))
}

/** Whether the caller may say when something happened, and how it is numbered: administrators and owners may. */
export const privileged = ({ world, caller }: Ask<unknown>, project: Project): boolean =>
  levelOf(world, project, caller.user) >= owner

/** The users among the ids. Where there are none, nothing changes, unless nobody (0) was asked for. */
function assigneesOf(world: World, ids: number[]): number[] | undefined {
  const known = [...new Set(ids)].filter(id => world.get(users, id))
  return known.length > 0 || ids.every(id => id === 0) ? known : undefined
}

function labelNames(labels: string | string[] | null): string[] {
  const names = [labels ?? []].flat().flatMap(name => name.split(','))
  return [...new Set(names.map(name => name.trim()).filter(name => name !== ''))].sort()
}
