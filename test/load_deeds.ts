// What clients do under load, and what they are to be answered.
import type { Understudy } from '../src/index.ts'
import type { Chance } from '../src/store/clock.ts'
import type { Answered } from './ask.ts'
import {
  difference,
  type Model,
  type Named,
  newest,
  pathOf,
  shownIssue,
  shownNote,
  shownPipeline,
  shownProject,
  shownUser,
  wholePipeline,
} from './load_model.ts'

/** A client: its world and what it knows of it. */
export interface Client {
  readonly gitlab: Understudy
  readonly name: string
  readonly chance: Chance
  model: Model
  /** The last answers with an ETag, by all that makes them differ. */
  etags: Map<string, Answered>
  /** Numbers that make names differ from all others, those of other worlds too. */
  renames: number
  readonly done: Map<string, number>
  readonly faults: string[]
}

/** A question put in one of the ways that lead to the client's world, and how URLs begin in its answer. */
export type Ask = (request: string, json?: unknown, as?: string) => Promise<Answered & { origin: string }>

const callers: Readonly<Record<number, string>> = { 1: 'root', 11: 'maintainer', 13: 'developer' }
/** One of several, by chance. */
export const any = <T>({ chance }: Client, list: Iterable<T>): T => {
  const all = [...list]
  return all[Math.floor(chance.fraction() * all.length)]!
}

/** Holds an answer against what the model says of it. */
function hold(
  client: Client,
  request: string,
  answer: Answered,
  status: number,
  expected?: unknown,
): boolean {
  const note = answer.headers.get('x-understudy-note')
  const fault =
    answer.status === status
      ? expected === undefined
        ? undefined
        : difference(answer.body, expected)
      : `${answer.status}, expected ${status}: ${note ?? ''} ${answer.text.slice(0, 300)}`
  if (fault) client.faults.push(`world ${client.name}: ${request}: ${fault}`)
  return fault === undefined
}

/** A page of a list: one that is full, one that isn't, or the whole. */
async function list<T>(
  client: Client,
  ask: Ask,
  path: string,
  ids: readonly number[],
  show: (model: Model, id: number, origin: string) => T,
): Promise<void> {
  const size = any(client, [2, 5, 100])
  const page = 1 + Math.floor(client.chance.fraction() * Math.ceil(ids.length / size))
  const request = `GET ${path}${path.includes('?') ? '&' : '?'}per_page=${size}&page=${page}`
  const answer = await ask(request)
  const expected = ids.slice((page - 1) * size, page * size).map(id => show(client.model, id, answer.origin))
  hold(client, request, answer, 200, expected)
  const total = Number(answer.headers.get('x-total'))
  if (total !== ids.length) client.faults.push(`${request}: X-Total ${total}, expected ${ids.length}`)
}

const pipelinesOf = (
  { model }: Client,
  project: number,
  passes = (_: { ref: string; status: string }) => true,
) => newest(model.pipelines, it => it.project === project && passes(it))

/** Everything that a client does; each is as likely as it is told. */
export const deeds: Record<string, [weight: number, does: (client: Client, ask: Ask) => Promise<void>]> = {
  'get a pipeline': [
    10,
    async (client, ask) => {
      const id = any(client, client.model.pipelines.keys())
      const request = `GET /projects/${client.model.pipelines.get(id)!.project}/pipelines/${id}`
      const answer = await ask(request)
      hold(client, request, answer, 200, wholePipeline(client.model, id, answer.origin))
    },
  ],
  'list pipelines': [
    8,
    (client, ask) => list(client, ask, '/projects/1/pipelines', pipelinesOf(client, 1), shownPipeline),
  ],
  'list pipelines by status': [
    5,
    (client, ask) => {
      const status = any(client, ['pending', 'canceled', 'success'])
      const ids = pipelinesOf(client, 1, it => it.status === status)
      return list(client, ask, `/projects/1/pipelines?status=${status}`, ids, shownPipeline)
    },
  ],
  'list pipelines by ref': [
    5,
    (client, ask) => {
      const ref = any(client, ['master', 'new-pipeline', 'my/branch'])
      const ids = pipelinesOf(client, 1, it => it.ref === ref)
      const path = `/projects/1/pipelines?ref=${encodeURIComponent(ref)}`
      return list(client, ask, path, ids, shownPipeline)
    },
  ],
  'get a project': [
    6,
    async (client, ask) => {
      const id = any(client, client.model.projects.keys())
      const answer = await ask(`GET /projects/${id}`)
      hold(client, `GET /projects/${id}`, answer, 200, shownProject(client.model, id, answer.origin))
    },
  ],
  'get a project by its path': [
    3,
    async (client, ask) => {
      const id = any(client, client.model.projects.keys())
      const request = `GET /projects/${encodeURIComponent(pathOf(client.model, id))}`
      const answer = await ask(request)
      hold(client, request, answer, 200, shownProject(client.model, id, answer.origin))
    },
  ],
  'get an issue': [
    5,
    async (client, ask) => {
      const [id, { project, iid }] = any(client, client.model.issues)
      const request = `GET /projects/${project}/issues/${iid}`
      const answer = await ask(request)
      hold(client, request, answer, 200, shownIssue(client.model, id, answer.origin))
    },
  ],
  'list issues': [
    5,
    (client, ask) => {
      const project = any(client, [8, 170])
      const ids = newest(client.model.issues, it => it.project === project)
      return list(client, ask, `/projects/${project}/issues?order_by=created_at`, ids, shownIssue)
    },
  ],
  'list notes': [
    5,
    (client, ask) => {
      const ids = newest(client.model.notes, () => true)
      return list(client, ask, '/projects/8/issues/8/notes', ids, shownNote)
    },
  ],
  'get a user': [
    3,
    async (client, ask) => {
      const id = any(client, client.model.users.keys())
      const answer = await ask(`GET /users/${id}`)
      hold(client, `GET /users/${id}`, answer, 200, shownUser(client.model, id, answer.origin))
    },
  ],
  'create a pipeline': [
    6,
    async (client, ask) => {
      const ref = any(client, ['master', 'new-pipeline', 'my/branch'])
      const user = any(client, [1, 11, 13])
      const id = Math.max(60, ...client.model.pipelines.keys()) + 1
      // The next id is above all that were ever given out: nothing is taken away here but what has been replaced since.
      client.model.pipelines.set(id, { project: 1, ref, status: 'pending', user })
      const answer = await ask('POST /projects/1/pipeline', { ref }, callers[user])
      hold(client, 'POST /projects/1/pipeline', answer, 201, wholePipeline(client.model, id, answer.origin))
    },
  ],
  'cancel a pipeline': [
    3,
    async (client, ask) => {
      const [id, it] = any(client, client.model.pipelines)
      if (it.project !== 1 || it.status !== 'pending' || id < 61) return
      it.status = 'canceled'
      const request = `POST /projects/1/pipelines/${id}/cancel`
      const answer = await ask(request)
      hold(client, request, answer, 200, wholePipeline(client.model, id, answer.origin))
    },
  ],
  'delete a pipeline': [
    2,
    async (client, ask) => {
      const [id, { project }] = any(client, client.model.pipelines)
      // The newest stays, so that the model can tell the next id.
      if (
        project !== 1 ||
        id >= Math.max(...client.model.pipelines.keys()) ||
        client.model.pipelines.size < 8
      )
        return
      client.model.pipelines.delete(id)
      const request = `DELETE /projects/1/pipelines/${id}`
      hold(client, request, await ask(request), 204)
      hold(client, `GET of a deleted ${id}`, await ask(`GET /projects/1/pipelines/${id}`), 404)
    },
  ],
  'rename a project': [
    3,
    async (client, ask) => {
      const id = any(client, client.model.projects.keys())
      const project = client.model.projects.get(id)!
      const path = `${client.name}-${++client.renames}`
      const change = any<{ path?: string; name?: string }>(client, [
        { path },
        { name: `Of ${path}` },
        { path, name: path },
      ])
      const old = pathOf(client.model, id)
      Object.assign(project, change)
      const answer = await ask(`PUT /projects/${id}`, change)
      hold(client, `PUT /projects/${id}`, answer, 200, shownProject(client.model, id, answer.origin))
      if (change.path)
        hold(client, `GET of the old path ${old}`, await ask(`GET /projects/${encodeURIComponent(old)}`), 404)
    },
  ],
  'rename a user': [
    3,
    async (client, ask) => {
      const id = any(client, [1, 11, 13, 14])
      const username = `u-${client.name}-${++client.renames}`
      const change = any<Partial<Named>>(client, [
        { name: `Name of ${username}` },
        { username },
        { username, name: username },
      ])
      Object.assign(client.model.users.get(id)!, change)
      const answer = await ask(`PUT /users/${id}`, change)
      hold(client, `PUT /users/${id}`, answer, 200, shownUser(client.model, id, answer.origin))
    },
  ],
  'create an issue': [
    2,
    async (client, ask) => {
      const project = any(client, [8, 170])
      const title = `Title ${++client.renames} of ${client.name}`
      const answer = await ask(`POST /projects/${project}/issues`, { title })
      if (!hold(client, `POST /projects/${project}/issues`, answer, 201, { title })) return
      const { id, iid } = answer.body
      if (client.model.issues.has(id))
        client.faults.push(`world ${client.name}: the issue ${id} was there already`)
      client.model.issues.set(id, { project, iid, title, state: 'opened', author: 1 })
      hold(client, 'the new issue', answer, 201, shownIssue(client.model, id, answer.origin))
    },
  ],
  'edit an issue': [
    2,
    async (client, ask) => {
      const [id, it] = any(client, client.model.issues)
      const closes = it.state === 'opened'
      const title = `Title ${++client.renames} of ${client.name}`
      Object.assign(it, { title, state: closes ? 'closed' : 'opened' })
      const request = `PUT /projects/${it.project}/issues/${it.iid}`
      const answer = await ask(request, { title, state_event: closes ? 'close' : 'reopen' })
      hold(client, request, answer, 200, shownIssue(client.model, id, answer.origin))
    },
  ],
  'write a note': [
    2,
    async (client, ask) => {
      const body = `Note ${++client.renames} of ${client.name}`
      const author = any(client, [1, 11, 13])
      const answer = await ask('POST /projects/8/issues/8/notes', { body }, callers[author])
      if (!hold(client, 'POST notes', answer, 201, { body })) return
      client.model.notes.set(answer.body.id, { body, author })
      hold(client, 'the new note', answer, 201, shownNote(client.model, answer.body.id, answer.origin))
    },
  ],
  'delete a note': [
    2,
    async (client, ask) => {
      if (client.model.notes.size < 3) return
      const id = any(client, client.model.notes.keys())
      client.model.notes.delete(id)
      const request = `DELETE /projects/8/issues/8/notes/${id}`
      hold(client, request, await ask(request), 204)
    },
  ],
  'change rows behind the API': [
    1,
    async client => {
      const [id, it] = any(client, client.model.pipelines)
      const status = any(client, ['success', 'failed'])
      it.status = status
      client.gitlab.world(client.name).patch({ 'v4.pipelines': { [id]: { status } } })
      const user = any(client, [1, 11, 13, 14])
      const name = `Patched ${++client.renames} in ${client.name}`
      client.model.users.get(user)!.name = name
      client.gitlab.world(client.name).patch({ 'accounts.users': { [user]: { name } } })
    },
  ],
  'go back to a snapshot': [
    1,
    async (client, ask) => {
      const kept = client.gitlab.world(client.name).snapshot()
      const model = structuredClone(client.model)
      for (const deed of [
        'rename a project',
        'rename a user',
        'create a pipeline',
        'list notes',
        'list issues',
      ])
        await deeds[deed]![1](client, ask)
      kept.restore()
      client.model = model
    },
  ],
  'reset the world': [
    1,
    async (client, ask) => {
      client.gitlab.world(client.name).reset()
      await settleIn(client, ask)
    },
  ],
}

/** What a new world holds, and a project in root's own namespace, whose path moves when root is renamed. */
export async function settleIn(client: Client, ask: Ask): Promise<void> {
  const users = [
    [1, 'Administrator', 'root'],
    [10, 'Project Owner', 'owner'],
    [11, 'Project Maintainer', 'maintainer'],
    [13, 'Project Developer', 'developer'],
    [14, 'Project Reporter', 'reporter'],
  ] as const
  client.model = {
    users: new Map(users.map(([id, name, username]) => [id, { name, username }])),
    projects: new Map([
      [1, { name: 'bar', path: 'bar', namespace: 'foo' }],
      [8, { name: 'Tracker', path: 'tracker', namespace: 'foo' }],
    ]),
    pipelines: new Map(),
    issues: new Map(),
    notes: new Map(),
  }
  const { model } = client
  type Row = { id: number; iid: number; author: { id: number } & Named } & Record<
    'ref' | 'status' | 'title' | 'state' | 'body',
    string
  >
  const rows = async (path: string): Promise<Row[]> => {
    const answer = await ask(`GET ${path}?per_page=100`)
    hold(client, `GET ${path} of a new world`, answer, 200)
    return Array.isArray(answer.body) ? answer.body : []
  }
  for (const { id, ref, status } of await rows('/projects/1/pipelines'))
    model.pipelines.set(id, { project: 1, ref, status, user: 1 })
  if (`${[...model.pipelines.keys()]}` !== '48,47,46') client.faults.push(`world ${client.name} isn't new`)
  for (const project of [1, 8])
    for (const { id, iid, title, state, author } of await rows(`/projects/${project}/issues`))
      model.issues.set(id, { project, iid, title, state, author: author.id })
  for (const { id, body, author } of await rows('/projects/8/issues/8/notes'))
    model.notes.set(id, { body, author: author.id })
  const answer = await ask('POST /projects', { name: 'own' })
  model.projects.set(170, { name: 'own', path: 'own', namespace: 1 })
  hold(client, 'POST /projects', answer, 201, shownProject(model, 170, answer.origin))
}
