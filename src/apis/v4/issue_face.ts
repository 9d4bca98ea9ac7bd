import { embed, type Face } from '../../behaviour/view.ts'
import type { Exchange } from '../../lifecycle/exchange.ts'
import type { World } from '../../store/world.ts'
import { type User, users } from '../accounts.ts'
import type { GitLabCaller } from './credentials.ts'
import { addressRows, fullPath, projectUrl } from './project_face.ts'
import { type Issue, notes } from './tables.ts'
import { userFace } from './users.ts'

// Blanks only, no line ends: a description may be a megabyte of them.
const tasks = /^[ \t]*(?:[-*+]|\d+\.)[ \t]+\[([ xX])\][ \t]/gm

/** An issue in a list. */
export const issueFace: Face<Issue> = {
  madeOf: ({ id, project_id, author_id, closed_by_id, assignee_ids }, world) => [
    ...addressRows(world, project_id),
    ...[author_id, closed_by_id, ...assignee_ids].map(user => world.get(users, user)),
    ...world.where(notes, 'noteable_id', id),
  ],
  derive: {
    author: ({ author_id }, { world }) => embed(userFace, world.get(users, author_id)),
    assignees: ({ assignee_ids }, { world }) =>
      assignees(world, assignee_ids).map(user => embed(userFace, user)),
    assignee: ({ assignee_ids }, { world }) => embed(userFace, assignees(world, assignee_ids)[0]),
    closed_by: ({ closed_by_id }, { world }) => embed(userFace, world.get(users, closed_by_id)),
    user_notes_count: ({ id }, { world }) =>
      world.where(notes, 'noteable_id', id).filter(({ system }) => !system).length,
    task_completion_status: taskCount,
    // Of the enterprise edition: nobody has weighed, linked or rated this issue.
    weight: ({ weight = null }) => weight,
    blocking_issues_count: ({ blocking_issues_count = null }) => blocking_issues_count,
    health_status: ({ health_status = null }) => health_status,
    has_tasks: issue => taskCount(issue).count > 0,
    task_status: issue => {
      const { count, completed_count } = taskCount(issue)
      return count > 0
        ? `${completed_count} of ${count} ${count === 1 ? 'task' : 'tasks'} completed`
        : undefined
    },
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
export const wholeIssueFace: Face<Issue> = {
  ...issueFace,
  live: ['subscribed'],
  derive: {
    ...issueFace.derive,
    subscribed: ({ author_id, assignee_ids }, { caller }: Exchange) => {
      const user = (caller as GitLabCaller | undefined)?.user
      return user !== undefined && (user.id === author_id || assignee_ids.includes(user.id))
    },
  },
}

/** How many tasks the description lists, and how many of them are ticked off. */
function taskCount({ description }: Issue) {
  const marks = [...(description ?? '').matchAll(tasks)].map(([, mark]) => mark)
  return { count: marks.length, completed_count: marks.filter(mark => mark !== ' ').length }
}

const assignees = (world: World, ids: readonly number[]): User[] =>
  ids.map(id => world.get(users, id)).filter(user => user !== undefined)
