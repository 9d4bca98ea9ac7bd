import { type Issue, issues, type Note, notes, projects } from '../v4/tables.ts'
import { bag } from './draw.ts'
import type { Plan } from './plan.ts'
import { capital } from './words.ts'

const day = 24 * 60 * 60
const kinds = ['bug', 'feature', 'documentation', 'performance', 'security', 'design', 'question', 'backend']
const priorities = ['P1', 'P2', 'P3', 'to do', 'doing', 'frontend', 'regression', 'technical debt']
const states = bag<Issue['state']>([3, 'closed'], [2, 'opened'])

/** Issues, numbered in each project from 1, and what people noted on them. */
export function makeIssues(plan: Plan): void {
  const { draw, words, calendar } = plan
  const iids = new Map<number, number>()
  const made = plan.make(issues, (place, id) => makeIssue(plan, place, id, iids))
  plan.make(notes, (place, id): Note => {
    const issue = made[draw.late(place + 1)]!
    const at = calendar.iso(plan.second(place, 5))
    return {
      id,
      noteable_id: issue.id,
      noteable_iid: issue.iid,
      noteable_type: 'Issue',
      project_id: issue.project_id,
      author_id: plan.someone(place),
      type: null,
      body: draw.one(words.phrases),
      attachment: null,
      system: draw.isSo(0.1),
      resolvable: false,
      confidential: false,
      created_at: at,
      updated_at: at,
    }
  })
}

function makeIssue(plan: Plan, place: number, id: number, iids: Map<number, number>): Issue {
  const { draw, words, calendar, someone } = plan
  const project = plan.project(place)
  const iid = (iids.get(project) ?? 0) + 1
  iids.set(project, iid)
  const created = plan.second(place, 3)
  const updated = plan.after(created)
  const state = draw.one(states)
  const at = calendar.iso(updated)
  const closed = state === 'closed'
  const labels = [draw.one(kinds), draw.one(priorities)].slice(0, draw.below(3)).sort()
  return {
    id,
    iid,
    project_id: plan.id(projects, project),
    title: `${capital(draw.one(words.verbs))} the ${draw.one(words.adjectives)} ${draw.one(words.nouns)}`,
    description: draw.isSo(0.8) ? describe(plan) : null,
    state,
    created_at: calendar.iso(created),
    updated_at: at,
    closed_at: closed ? at : null,
    closed_by_id: closed ? someone(place) : null,
    author_id: someone(place),
    assignee_ids: draw.isSo(0.5) ? [someone(place)] : none,
    labels: labels.length > 0 ? labels : none,
    milestone: null,
    merge_requests_count: draw.early(4),
    upvotes: draw.early(20),
    downvotes: draw.early(5),
    due_date: draw.isSo(0.2) ? calendar.day(updated + draw.below(30 * day)) : null,
    confidential: draw.isSo(0.05),
    discussion_locked: draw.isSo(0.02) ? true : null,
    time_stats: noTime,
    moved_to_id: null,
  }
}

const none: readonly never[] = []
const noTime = {
  time_estimate: 0,
  total_time_spent: 0,
  human_time_estimate: null,
  human_total_time_spent: null,
}

/** A phrase, and under some a list of tasks. */
function describe({ draw, words }: Plan): string {
  const tasks = Array.from({ length: draw.isSo(0.2) ? 1 + draw.below(3) : 0 }, () => {
    const mark = draw.isSo(0.5) ? 'x' : ' '
    return `- [${mark}] ${capital(draw.one(words.verbs))} the ${draw.one(words.nouns)}`
  })
  const phrase = draw.one(words.phrases)
  return tasks.length > 0 ? [phrase, '', ...tasks].join('\n') : phrase
}
