import { plainActions } from '../../behaviour/rows.ts'
import { embed, type Face, many } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import { users } from '../accounts.ts'
import { allow } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { privileged } from './issue_details.ts'
import { issueOf } from './issues.ts'
import { projectOf } from './projects.ts'
import { sorted } from './sorting.ts'
import { issues, type Note, notes } from './tables.ts'
import { userFace } from './users.ts'

export const noteFace: Face<Note> = {
  derive: { author: ({ author_id }, { world }) => embed(userFace, world.get(users, author_id)) },
}

type OfIssue = Ask<{ id: string; issue_iid: number }>
type OneNote = Ask<{ id: string; issue_iid: number; note_id: number }>

const plain = plainActions<Note, OneNote>({
  table: notes,
  face: noteFace,
  among: ask => ask.world.where(notes, 'noteable_id', issueOf(ask).id),
  named: noteOf,
  allow: (ask, note) => allow(ask, projectOf(ask), note ?? issueOf(ask)),
})

/** docs: notes.md; README.md, "Offset-based pagination" */
export const noteBehaviours: Behaviours = {
  listIssueNotes: (ask: OfIssue & Ask<{ order_by: string; sort: 'asc' | 'desc' }>) => {
    const issue = issueOf(ask)
    allow(ask, projectOf(ask), issue)
    const found = ask.world.where(notes, 'noteable_id', issue.id)
    return many(noteFace, listing(sorted(found, ask.params.order_by, ask.params.sort)))
  },
  getIssueNote: plain.show,
  createIssueNote: plain.create(ask =>
    newNote(ask as unknown as OfIssue & Ask<{ body: string; created_at?: string }>),
  ),
  updateIssueNote: plain.update(ask => ({
    body: bodyOf(ask.params as unknown as { body: string }),
    updated_at: ask.world.clock.iso(),
  })),
  deleteIssueNote: plain.destroy(),
}

function noteOf(ask: OneNote): Note {
  const issue = issueOf(ask)
  const note = ask.world.get(notes, ask.params.note_id)
  if (note?.noteable_id !== issue.id) throw refuse('recordNotFound')
  return note
}

/** What a note says. Refuses one that says nothing. */
function bodyOf({ body }: { body: string }): string {
  if (body.trim() === '') throw refuse('blank', { attribute: 'body' })
  return body
}

function newNote(ask: OfIssue & Ask<{ body: string; created_at?: string }>): Omit<Note, 'id'> {
  const { world, caller, params } = ask
  const issue = issueOf(ask)
  const body = bodyOf(params)
  const now = world.clock.iso()
  const at = privileged(ask, projectOf(ask)) && params.created_at ? params.created_at : now
  world.update(issues, issue, { updated_at: now })
  return {
    noteable_id: issue.id,
    noteable_iid: issue.iid,
    noteable_type: 'Issue',
    project_id: issue.project_id,
    author_id: caller.user!.id,
    type: null,
    body,
    attachment: null,
    system: false,
    resolvable: false,
    confidential: false,
    created_at: at,
    updated_at: at,
  }
}
