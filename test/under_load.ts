// Correctness under load: many clients at once, each in a world of its own, read and write by chance. Every answer is held
// against its contract by the server (checkAnswers), and here against a model of the world. What is renamed must show its
// new name wherever it is embedded from then on, in that world and in no other, under whichever host one asks.
import { createUnderstudy, type Understudy } from '../src/index.ts'
import { type Chance, createChance } from '../src/store/clock.ts'
import { type Answered, ask } from './ask.ts'

type Fields = Record<string, unknown>

interface Named {
  name: string
  username: string
}

/** What a world is to hold, by ids: as much of it as answers are held against. */
interface Model {
  users: Map<number, Named>
  /** Its namespace is a group's path, or a user's id, whose username is the path. */
  projects: Map<number, { name: string; path: string; namespace: string | number }>
  pipelines: Map<number, { project: number; ref: string; status: string; user: number }>
  issues: Map<number, { project: number; iid: number; title: string; state: string; author: number }>
  notes: Map<number, { body: string; author: number }>
}

/** A client: its world and what it knows of it. */
interface Client {
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
type Ask = (request: string, json?: unknown, as?: string) => Promise<Answered & { origin: string }>

const callers: Readonly<Record<number, string>> = { 1: 'root', 11: 'maintainer', 13: 'developer' }
const any = <T>({ chance }: Client, list: Iterable<T>): T => {
  const all = [...list]
  return all[Math.floor(chance.fraction() * all.length)]!
}

const pathOf = ({ users, projects }: Model, id: number) => {
  const { namespace, path } = projects.get(id)!
  return `${typeof namespace === 'number' ? users.get(namespace)!.username : namespace}/${path}`
}

const shownUser = ({ users }: Model, id: number, origin: string) => {
  const { name, username } = users.get(id)!
  return { id, name, username, web_url: `${origin}/${username}` }
}

const shownPipeline = (model: Model, id: number, origin: string) => {
  const { project, ref, status } = model.pipelines.get(id)!
  return { id, ref, status, web_url: `${origin}/${pathOf(model, project)}/pipelines/${id}` }
}

const wholePipeline = (model: Model, id: number, origin: string) => ({
  ...shownPipeline(model, id, origin),
  user: shownUser(model, model.pipelines.get(id)!.user, origin),
})

const shownIssue = (model: Model, id: number, origin: string) => {
  const { project, iid, title, state, author } = model.issues.get(id)!
  const path = pathOf(model, project)
  return {
    ...{ id, iid, title, state, author: shownUser(model, author, origin) },
    ...(project === 8 && iid === 8 ? { user_notes_count: model.notes.size } : {}),
    web_url: `${origin}/${path}/-/issues/${iid}`,
    references: { full: `${path}#${iid}` },
    _links: { self: `${origin}/api/v4/projects/${project}/issues/${iid}` },
  }
}

const shownNote = (model: Model, id: number, origin: string) => {
  const { body, author } = model.notes.get(id)!
  return { id, body, author: shownUser(model, author, origin) }
}

const shownProject = (model: Model, id: number, origin: string) => {
  const { name, path } = model.projects.get(id)!
  const whole = pathOf(model, id)
  const opened = [...model.issues.values()].filter(it => it.project === id && it.state === 'opened').length
  return {
    ...{ id, name, path, path_with_namespace: whole, web_url: `${origin}/${whole}` },
    ...{ http_url_to_repo: `${origin}/${whole}.git`, open_issues_count: opened },
    _links: { self: `${origin}/api/v4/projects/${id}` },
  }
}

/** The ids of those that pass, the newest first. */
const newest = <T>(rows: Map<number, T>, passes: (row: T) => boolean) =>
  [...rows]
    .filter(([, row]) => passes(row))
    .map(([id]) => id)
    .sort((one, other) => other - one)

/** Where what was answered isn't what was expected; fields that nothing was expected of may be as they like. */
function difference(found: unknown, expected: unknown, place = ''): string | undefined {
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length)
      return `${place}: ${JSON.stringify(found)?.slice(0, 300)}, expected ${expected.length} items`
    return expected.map((it, at) => difference(found[at], it, `${place}/${at}`)).find(it => it !== undefined)
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof found !== 'object' || found === null) return `${place}: ${found}`
    return Object.entries(expected)
      .map(([key, it]) => difference((found as Fields)[key], it, `${place}/${key}`))
      .find(it => it !== undefined)
  }
  return found === expected
    ? undefined
    : `${place}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`
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
const deeds: Record<string, [weight: number, does: (client: Client, ask: Ask) => Promise<void>]> = {
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
async function settleIn(client: Client, ask: Ask): Promise<void> {
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

/** Asks by one of the ways: the world in the path or in a header, this host or another, with or without an ETag. */
const askerOf =
  (client: Client): Ask =>
  async (request, json, as = 'root') => {
    const { gitlab, name } = client
    const byPath = client.chance.fraction() < 0.5
    const host = any(client, [undefined, undefined, 'gitlab.example.com', 'other.example.com:8443'])
    const origin = (host ? `https://${host}` : gitlab.url) + (byPath ? `/w/${name}` : '')
    const key = `${request} ${as} ${origin}`
    const known =
      request.startsWith('GET') && client.chance.fraction() < 0.5 ? client.etags.get(key) : undefined
    const headers: Record<string, string> = {
      ...(byPath ? {} : { 'X-Understudy-World': name }),
      ...(host ? { 'X-Forwarded-Host': host, 'X-Forwarded-Proto': 'https' } : {}),
      ...(known ? { 'If-None-Match': known.headers.get('etag')! } : {}),
    }
    const base = byPath ? gitlab.world(name).v4 : gitlab.v4
    const answer = await ask(base, request, { as: gitlab.tokens[as]!, headers, json })
    client.done.set('requests', (client.done.get('requests') ?? 0) + 1)
    if (answer.status === 304 && known) {
      client.done.set('not modified', (client.done.get('not modified') ?? 0) + 1)
      return { ...known, origin }
    }
    if (request.startsWith('GET') && answer.status === 200 && answer.headers.get('etag'))
      client.etags.set(key, answer)
    return { ...answer, origin }
  }

/** What came of it: how often each deed was done, and every answer that was not as it should be. */
export interface UnderLoad {
  readonly done: ReadonlyMap<string, number>
  readonly faults: readonly string[]
}

/** So many clients do so many deeds each, all at once. */
export async function underLoad(clients: number, deedsOfEach: number, seed = 1): Promise<UnderLoad> {
  await using gitlab = await createUnderstudy({ checkAnswers: true })
  const done = new Map<string, number>()
  const faults: string[] = []
  const weighted = Object.entries(deeds).flatMap(([name, [weight]]) => Array<string>(weight).fill(name))
  const live = async (number: number) => {
    const client: Client = {
      ...{ gitlab, name: `w${number}`, chance: createChance(seed * 10_007 + number), done, faults },
      ...{ model: undefined as never, etags: new Map(), renames: 0 },
    }
    const ask = askerOf(client)
    await settleIn(client, ask)
    for (let count = 0; count < deedsOfEach && faults.length < 20; count++) {
      const deed = any(client, weighted)
      await deeds[deed]![1](client, ask)
      done.set(deed, (done.get(deed) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => live(number)))
  return { done, faults }
}

/** The names of all that is done. */
export const deedNames = Object.keys(deeds)
