import { plainActions } from '../../behaviour/rows.ts'
import { embed, type Face } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { users } from '../accounts.ts'
import { allow } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { privileged } from './issue_details.ts'
import { issueOf } from './issues.ts'
import { projectOf } from './projects.ts'
import { sorted } from './sorting.ts'
import { type Issue, issues, type Note, notes } from './tables.ts'
import { userFace } from './users.ts'

export const noteFace: Face<Note> = {
  madeOf: ({ author_id }, world) => [world.get(users, author_id)],
  derive: {
    author: ({ author_id }, { world }) => embed(userFace, world.get(users, author_id)),
    // Quick actions stay what they are written as: text.
    commands_changes: () => ({}),
  },
}

type OfIssue = Ask<{ id: string; issue_iid: number }>
type OneNote = Ask<{ id: string; issue_iid: number; note_id: number }>
interface NoteFilters {
  readonly activity_filter?: 'all_notes' | 'only_comments' | 'only_activity'
  readonly order_by: string
  readonly sort: 'asc' | 'desc'
}
type NewNote = OfIssue & Ask<{ body: string; created_at?: string }>

const plain = plainActions<Note, Issue, OfIssue, OneNote>({
  table: notes,
  face: noteFace,
  parent: ask => issueOf(ask, projectOf(ask)),
  named: noteOf,
  // A note by itself is judged by its author, all of them by the issue's.
  allow: (ask, issue, note) => allow(ask, projectOf(ask), note ?? issue),
})

/** docs: notes.md; README.md, "Offset-based pagination" */
export const noteBehaviours: Behaviours = {
  listIssueNotes: plain.list((ask: OfIssue & Ask<NoteFilters>, { id }) => {
    const { activity_filter = 'all_notes', order_by, sort } = ask.params
    const found = ask.world
      .where(notes, 'noteable_id', id)
      .filter(
        ({ system }) => activity_filter === 'all_notes' || system === (activity_filter === 'only_activity'),
      )
    return sorted(found, order_by, sort)
  }),
  getIssueNote: plain.show,
  createIssueNote: plain.create(newNote),
  updateIssueNote: plain.update(({ params, world }: OneNote & Ask<{ body: string }>) => ({
    body: bodyOf(params, 'blankNoteEdit'),
    updated_at: world.clock.iso(),
  })),
  deleteIssueNote: plain.destroy(),
}

function noteOf({ world, params }: OneNote, issue: Issue): Note {
  const note = world.get(notes, params.note_id)
  if (note?.noteable_id !== issue.id) throw refuse('recordNotFound')
  return note
}

/** What a note says. Refuses one that says nothing. */
function bodyOf({ body }: { body: string }, otherwise: 'blankNote' | 'blankNoteEdit'): string {
  if (body.trim() === '') throw refuse(otherwise)
  return body
}

function newNote(ask: NewNote, issue: Issue): Omit<Note, 'id'> {
  const { world, caller, params } = ask
  const body = bodyOf(params, 'blankNote')
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
