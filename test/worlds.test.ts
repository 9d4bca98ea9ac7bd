// Worlds are apart: whatever is done in one, no other sees it.
import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { remembered } from '../src/apis/remembered.ts'
import { type Changes, createUnderstudy, type WorldHandle } from '../src/index.ts'
import { createChance, createClock } from '../src/store/clock.ts'
import { pictureOf, worldOf } from '../src/store/picture.ts'
import { type Row, reversed, table, whole } from '../src/store/table.ts'
import { World } from '../src/store/world.ts'
import { type Asked, ask } from './ask.ts'

// Time stands still, so that the same deeds have the same answers.
const gitlab = await createUnderstudy({ checkAnswers: true, now: Date.parse('2016-11-04T12:00:00Z') })
t.teardown(() => gitlab.close())
const root = { as: gitlab.tokens.root }
const v1Root = `private_token=${gitlab.tokens.root}&url=http://demo.gitlab.com/`

const startPipeline = 'POST /projects/1/pipeline?ref=master'
const pipelinesOf = async ({ v4 }: { v4: string }) =>
  (await ask(v4, 'GET /projects/1/pipelines', root)).body.map(({ id }: { id: number }) => id)
const worldNames = async () =>
  (await ask(gitlab.url, 'GET /__admin/worlds')).body.worlds.map(({ name }: { name: string }) => name)

t.test('a world is born when it is first named, as the default world is', async t => {
  const born = [48, 47, 46]
  t.strictSame(await worldNames(), ['main'], 'there is one at the start')
  await ask(gitlab.v4, startPipeline, root)
  t.strictSame(await pipelinesOf(gitlab), [61, ...born], 'main changes')
  const [one, other] = [gitlab.world('one'), gitlab.world('other')]
  t.strictSame(await worldNames(), ['main'], 'a handle is not yet a world')
  t.strictSame(await pipelinesOf(one), born, 'a new world has nothing of main')
  await ask(one.v4, startPipeline, root)
  await ask(one.v4, startPipeline, root)
  await ask(other.v4, startPipeline, root)
  await ask(one.v4, 'DELETE /projects/1/pipelines/46', root)
  t.strictSame(await pipelinesOf(one), [62, 61, 48, 47], 'each world has ids of its own')
  t.strictSame(await pipelinesOf(other), [61, ...born])
  t.strictSame(await pipelinesOf(gitlab), [61, ...born])
  t.equal((await ask(other.v4, 'GET /projects/1/pipelines/62', root)).status, 404, 'and sees none of another')
  t.strictSame(await pipelinesOf(gitlab.world('late')), born, 'a world that is born late, too')

  const listed = await ask(gitlab.url, 'GET /__admin/worlds')
  t.strictSame(listed.body, {
    worlds: [
      { name: 'main', main: true },
      { name: 'one', main: false },
      { name: 'other', main: false },
      { name: 'late', main: false },
    ],
  })
  await ask(one.v4, 'DELETE /projects/1/pipelines/62', root)
  t.equal((await ask(one.v4, startPipeline, root)).body.id, 63, 'no id is given out twice')
})

t.test('a world is named by path or by header', async t => {
  const named = gitlab.world('named')
  await ask(named.v4, startPipeline, root)
  const header = (name: string): Asked => ({ ...root, headers: { 'X-Understudy-World': name } })
  const rows: [what: string, url: string, asked: Asked, world: 'named' | 'main'][] = [
    ['the path', named.v4, root, 'named'],
    ['the path, with slashes twice', `${gitlab.url}//w//named//api/v4`, root, 'named'],
    ['the header', gitlab.v4, header('named'), 'named'],
    ['the path before the header', named.v4, header('main'), 'named'],
    ['main by its name', `${gitlab.url}/w/main/api/v4`, root, 'main'],
    ['main by header', gitlab.v4, header('main'), 'main'],
    ['a name in another case is another world', `${gitlab.url}/w/Named/api/v4`, root, 'main'],
    ['the path of a path is none', `${gitlab.url}/w/named/w/main/api/v4`, root, 'main'],
  ]
  gitlab.reset()
  for (const [what, url, asked, world] of rows) {
    const { status, body } = await ask(url, 'GET /projects/1/pipelines/61', asked)
    t.strictSame([status, body.id], world === 'named' ? [200, 61] : [404, undefined], what)
  }
  const v1 = await ask(
    gitlab.v1,
    `POST /runners/register?token=registration-token-1&public_key=A`,
    header('named'),
  )
  t.equal(v1.body.id, 87)
  const [known, unknown] = await Promise.all(
    [named, gitlab].map(async ({ v1 }) => (await ask(v1, `GET /runners?${v1Root}`)).body.length),
  )
  t.equal(known, unknown + 1, 'v1 has the same worlds')
  for (const path of ['/', '/-/health', '/docs/', '/openapi/v4.json', '/__admin/worlds'])
    t.equal((await ask(named.url, `GET ${path}`)).status, 200, `${path} is in each world`)
})

t.test('what is no name is refused, and no world is born', async t => {
  const taken = ['a', 'A', '0', '-', '_', '.a', '...', 'a.b-c_1', 'x'.repeat(64), 'main', 'default']
  const inherited = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
  for (const name of [...taken, ...inherited]) {
    const [byPath, byHeader] = [
      await ask(`${gitlab.url}/w/${name}/api/v4`, 'GET /version', root),
      await ask(gitlab.v4, 'GET /version', { ...root, headers: { 'X-Understudy-World': name } }),
    ]
    t.strictSame([byPath.status, byHeader.status], [200, 200], `${name} is a name`)
    t.ok((await worldNames()).includes(name), `${name} is a world`)
  }
  const before = await worldNames()
  const refused = async (what: string, url: string, headers: Record<string, string> = {}) => {
    const answer = await ask(url, 'GET /version', { ...root, headers })
    t.strictSame([answer.status, answer.body], [400, { message: '400 Bad Request' }], what)
    t.match(answer.headers.get('x-understudy-note'), 'a world is named by', `${what}: and why`)
  }
  for (const name of [
    'x'.repeat(65),
    'a%20b',
    'a%2Fb',
    '%2e%2e%2f',
    '%00',
    'caf%C3%A9',
    'a:b',
    'a,b',
    '*',
    '%6dain',
  ])
    await refused(`/w/${name}`, `${gitlab.url}/w/${name}/api/v4`)
  for (const name of ['', 'x'.repeat(65), 'a b', 'a/b', '..', '.', 'a,b', 'caf\u00e9', '/w/one'])
    await refused(`X-Understudy-World: ${name}`, gitlab.v4, { 'X-Understudy-World': name })
  await refused('a bad header in v1', gitlab.v1, { 'X-Understudy-World': 'a b' })
  for (const step of ['.', '..']) {
    const answer = await raw(`GET /w/${step}/api/v4/version HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
    t.match(answer, /^HTTP\/1\.1 400 /, `/w/${step} is no world`)
  }
  const reset = await ask(gitlab.url, 'POST /__admin/reset', { headers: { 'X-Understudy-World': 'a b' } })
  t.equal(reset.status, 400, 'nor can it be reset')
  t.strictSame(await worldNames(), before, 'no world was born')
  const path = await ask(`${gitlab.url}/w/fine/api/v4`, 'GET /version', {
    ...root,
    headers: { 'X-Understudy-World': '' },
  })
  t.equal(path.status, 200, 'a header that nobody asks may be anything')
})

/** Sends a request as it is; a client would take `.` and `..` out of it. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(gitlab.url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.write(text)
  })

t.test('a reset puts a world back as it was born', async t => {
  const born = [48, 47, 46]
  const [one, other] = [gitlab.world('reset-one'), gitlab.world('reset-other')]
  const busy: { v4: string }[] = [gitlab, one, other]
  const busyAll = async () => {
    for (const world of busy) await ask(world.v4, startPipeline, root)
  }
  const changed = async () => Promise.all(busy.map(async world => (await pipelinesOf(world)).length > 3))
  const header = { headers: { 'X-Understudy-World': 'reset-one' } }
  const rows: [what: string, reset: () => Promise<unknown> | unknown, answer: unknown, left: boolean[]][] = [
    ['main', () => reset(gitlab.url), { reset: ['main'] }, [false, true, true]],
    ['one by its path', () => reset(one.url), { reset: ['reset-one'] }, [true, false, true]],
    ['one by its header', () => reset(gitlab.url, '', header), { reset: ['reset-one'] }, [true, false, true]],
    [
      'what is not all is one',
      () => reset(one.url, '?all=false'),
      { reset: ['reset-one'] },
      [true, false, true],
    ],
    [
      'what is neither is refused',
      () => reset(one.url, '?all[true]=true'),
      { error: '"all" is not as it should be: must be boolean' },
      [true, true, true],
    ],
    ['all of them', async () => (await reset(other.url, '?all=true')) && 'all', 'all', [false, false, false]],
    ['main by its handle', () => gitlab.reset(), undefined, [false, true, true]],
    ['one by its handle', () => one.reset(), undefined, [true, false, true]],
    ['all by the handle', () => gitlab.reset('all'), undefined, [false, false, false]],
  ]
  for (const [what, action, answer, left] of rows) {
    gitlab.reset('all')
    await busyAll()
    t.strictSame(await changed(), [true, true, true])
    t.strictSame(await action(), answer, what)
    t.strictSame(await changed(), left, `${what} is put back, and no other`)
  }
  await busyAll()
  t.strictSame(await pipelinesOf(one), [61, ...born], 'ids begin anew')
  one.patch(
    { 'v4.projects': { 169: null }, 'v4.pipelines': { 46: { status: 'failed' } } },
    { 'v4.issues': 777 },
  )
  t.equal((await ask(one.v4, 'GET /projects/169', root)).status, 404)
  one.reset()
  t.equal(
    (await ask(one.v4, 'GET /projects/1/pipelines/46', root)).body.status,
    'success',
    'what was patched, too',
  )
  t.equal((await ask(one.v4, 'POST /projects/1/issues?title=A', root)).body.id, 100)
  const unborn = await reset(gitlab.world('unborn').url)
  t.strictSame(unborn, { reset: ['unborn'] }, 'a world that nobody asked is born by it')
  const listed: string[] = await worldNames()
  t.ok(listed.includes('unborn') && listed.includes('reset-one'), 'a reset forgets no world')
  const all = await ask(gitlab.url, 'POST /__admin/reset?all=true')
  t.strictSame(all.body.reset.sort(), listed.sort(), 'all are all')
})

const reset = async (url: string, query = '', asked: Asked = {}) =>
  (await ask(url, `POST /__admin/reset${query}`, asked)).body

t.test('what fails on request draws on no world’s chance', async t => {
  const [quiet, busy] = [gitlab.world('chance-quiet'), gitlab.world('chance-busy')]
  for (const code of [401, 404, 500, 503])
    await ask(busy.v4, 'POST /projects?name=A', { headers: { Prefer: `code=${code}` } })
  const tokens = await Promise.all(
    [quiet, busy].map(async ({ v4 }) => (await ask(v4, 'POST /projects?name=A', root)).body.runners_token),
  )
  t.match(tokens[0], /^[0-9a-f]{20}$/)
  t.equal(tokens[0], tokens[1], 'a token that is made afterwards is what it would have been')
})

t.test('a patch is one world’s own', async t => {
  const [one, other] = [gitlab.world('patch-one'), gitlab.world('patch-other')]
  const token = { kind: 'personal', user_id: 13, scopes: ['api'], expires_at: null, revoked: false }
  one.patch({
    'accounts.tokens': {
      90: { ...token, token: 'token-of-one-world-1', project_id: null, csrf_token: null },
    },
  })
  const as = 'token-of-one-world-1'
  t.equal((await ask(one.v4, 'GET /user', { as })).body.username, 'developer', 'a token that only one knows')
  t.equal((await ask(other.v4, 'GET /user', { as })).status, 401, 'is nobody’s in another')
  one.patch({ 'accounts.tokens': { 90: { token: 'token-of-one-world-2' } } })
  t.equal((await ask(one.v4, 'GET /user', { as })).status, 401, 'a change is found')
  t.equal((await ask(one.v4, 'GET /user', { as: 'token-of-one-world-2' })).status, 200)
  one.patch({ 'accounts.tokens': { 90: null, 91: null } })
  t.equal(
    (await ask(one.v4, 'GET /user', { as: 'token-of-one-world-2' })).status,
    401,
    'what is gone is gone',
  )
  const refused: [what: string, changes: Changes, message: string | RegExp][] = [
    ['a table that is none', { 'v4.pipelnes': { 46: {} } }, 'there is no table "v4.pipelnes"'],
    [
      'a value that no answer can have',
      { 'v4.pipelines': { 46: { status: 'bogus' } } },
      /pipelines\.json: row 46: \/status must/,
    ],
    [
      'a row without what it needs',
      { 'v4.projects': { 500: { name: 'x', path: 'x' } } },
      /projects\.json: row 500/,
    ],
  ]
  for (const [what, changes, message] of refused) {
    t.throws(() => other.patch({ 'v4.issues': { 41: { title: 'Lost' } }, ...changes }), { message }, what)
  }
  const kept = await ask(other.v4, 'GET /projects/1/issues/1', root)
  t.notSame(kept.body.title, 'Lost', 'what is refused changes nothing')
  for (const id of ['x', '0', '-1', '1.5', '', '1e3', '01'])
    t.throws(() => one.patch({ 'v4.issues': { [id]: {} } }), { message: `v4.issues: "${id}" is not an id` })
})

t.test('URLs in answers lead into the same world', async t => {
  const world = gitlab.world('urls')
  const requests = [
    'GET /projects',
    'GET /projects/1',
    'GET /projects/5',
    'GET /namespaces',
    'GET /projects/8/issues?per_page=1',
    'GET /projects/8/issues/8',
    'GET /projects/8/issues/8/notes?per_page=3&page=2',
    'GET /projects/1/pipelines',
    'GET /projects/1/pipelines/46',
    'GET /projects/1/repository/branches',
    'GET /projects?pagination=keyset&order_by=id&per_page=1',
    'GET /user',
    'GET /users',
    startPipeline,
    'POST /projects/1/issues?title=A',
  ]
  const ours = new RegExp(`${gitlab.url}[^"<>\\s]*`, 'g')
  let found = 0
  for (const request of requests) {
    const { headers, text } = await ask(world.v4, request, root)
    for (const [url] of [text, headers.get('link'), headers.get('links')].join(' ').matchAll(ours)) {
      found++
      if (!url.startsWith(`${world.url}/`)) t.fail(`${request}: ${url}`)
    }
    const byHeader = await ask(gitlab.v4, request, { ...root, headers: { 'X-Understudy-World': 'urls' } })
    t.notMatch(
      byHeader.text + byHeader.headers.get('link'),
      '/w/urls',
      `${request}: a header is nobody’s path`,
    )
  }
  t.ok(found > 50, 'many URLs')
  const first = await ask(world.v4, 'GET /projects/1/pipelines?per_page=2', root)
  const next = /<([^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '')![1]!
  await ask(world.v4, 'DELETE /projects/1/pipelines/48', root)
  const second = await ask(next, 'GET ', root)
  t.strictSame(
    second.body.map(({ id }: { id: number }) => id),
    [47, 46],
    'the next page is of that world',
  )
})

// What is done in two worlds at the same time, and again in a third that is alone: the answers are the same.
const [id, pipeline, iid, runner] = [
  [271, 272, 273, 6],
  [46, 47, 48, 61, 62, 63],
  [1, 2, 3, 4, 5],
  [85, 86, 87],
].map(list => fc.constantFrom(...list)) as [
  fc.Arbitrary<number>,
  fc.Arbitrary<number>,
  fc.Arbitrary<number>,
  fc.Arbitrary<number>,
]
const letter = fc.constantFrom('A', 'B', 'C')
const deed = fc.oneof(
  fc.constant('v4 POST /projects/1/pipeline?ref=master'),
  pipeline.map(number => `v4 POST /projects/1/pipelines/${number}/retry`),
  pipeline.map(number => `v4 POST /projects/1/pipelines/${number}/cancel`),
  pipeline.map(number => `v4 DELETE /projects/1/pipelines/${number}`),
  letter.map(title => `v4 POST /projects/1/issues?title=${title}`),
  fc.tuple(iid, letter).map(([number, title]) => `v4 PUT /projects/1/issues/${number}?title=${title}`),
  iid.map(number => `v4 PUT /projects/1/issues/${number}?state_event=close`),
  iid.map(number => `v4 DELETE /projects/1/issues/${number}`),
  fc.tuple(iid, letter).map(([number, body]) => `v4 POST /projects/1/issues/${number}/notes?body=${body}`),
  letter.map(name => `v4 POST /projects?name=${name}`),
  fc.constantFrom(1, 5, 170, 171).map(number => `v4 DELETE /projects/${number}`),
  letter.map(bio => `v4 PUT /users/1?bio=${bio}`),
  fc.constant('v1 POST /runners/register?token=registration-token-1&public_key=A'),
  fc.tuple(id, runner).map(([project, number]) => `v1 POST /projects/${project}/runners/${number}?${v1Root}`),
  fc
    .tuple(id, runner)
    .map(([project, number]) => `v1 DELETE /projects/${project}/runners/${number}?${v1Root}`),
  letter.map(
    name => `v1 POST /projects?name=${name}&gitlab_id=7&gitlab_url=http://h/a/b&ssh_url_to_repo=c&${v1Root}`,
  ),
  id.map(number => `v1 DELETE /projects/${number}?${v1Root}`),
  fc.constant('v1 POST /builds/register?token=12b68e90394084703135'),
)
const looks = [
  'v4 GET /projects',
  'v4 GET /projects/1/pipelines',
  'v4 GET /projects/1/issues',
  'v4 GET /users/1',
  `v1 GET /projects?${v1Root}`,
  `v1 GET /runners?${v1Root}`,
]

async function perform(world: WorldHandle, deeds: readonly string[]): Promise<string[]> {
  const answers: string[] = []
  for (const deed of [...deeds, ...looks]) {
    const { status, text } = await ask(world[deed.slice(0, 2) as 'v4' | 'v1'], deed.slice(3), root)
    answers.push(`${deed}: ${status} ${text.replaceAll(world.url, '')}`)
  }
  return answers
}

t.test('worlds that are busy at the same time never see each other', async t => {
  let number = 0
  const main = await perform(gitlab, [])
  const outcome = await fc.check(
    fc.asyncProperty(
      fc.array(deed, { minLength: 5, maxLength: 25 }),
      fc.array(deed, { minLength: 5, maxLength: 25 }),
      async (deeds, others) => {
        const [one, other, alone] = [1, 2, 3].map(() => gitlab.world(`busy-${++number}`))
        const [answers] = await Promise.all([perform(one!, deeds), perform(other!, others)])
        const expected = await perform(alone!, deeds)
        for (const [at, answer] of answers.entries()) {
          if (answer !== expected[at]) throw new Error(`${answer}\ninstead of\n${expected[at]}`)
        }
      },
    ),
    { numRuns: 30, endOnFailure: true },
  )
  t.notOk(outcome.failed && fc.defaultReportMessage(outcome), 'answers are those of a world that is alone')
  t.strictSame(await perform(gitlab, []), main, 'and main never changed')
})

interface Thing extends Row {
  readonly owner: number | null
  readonly name: string
  readonly size: number
}
const things = table<Thing>(
  't.things',
  'owner',
  'name',
  'owner+name',
  '>size',
  'owner>size',
  'owner+name>size',
)
const others = table<Thing>('t.others', 'owner')
const strangers = table<Thing>('s.strangers', 'name')
const tables = [things, others, strangers]
const names = ['a', 'b', 'c']
const owners = [1, 2, null]
const fixtures: Thing[] = [2, 3, 5, 8].map((id, at) => ({
  id,
  owner: owners[at % 3]!,
  name: names[at % 2]!,
  size: at,
}))

/** A world as anybody would write it who has all the time there is. */
class Model {
  readonly rows: Map<string, Thing[]>
  readonly next: Map<string, number>
  constructor(rows = new Map<string, Thing[]>(), next = new Map<string, number>()) {
    this.rows = rows
    this.next = next
  }
  fork = () => new Model(structuredClone(this.rows), new Map(this.next))
  of = (name: string) => (this.rows.get(name) ?? []).toSorted((one, other) => one.id - other.id)
  nextId(name: string): number {
    let id = this.next.get(name) ?? Math.max(0, ...this.of(name).map(row => row.id)) + 1
    while (this.of(name).some(row => row.id === id)) id++
    return id
  }
  put(name: string, row: Thing): void {
    this.rows.set(name, [...this.of(name).filter(({ id }) => id !== row.id), row])
  }
  insert(name: string, row: Thing): void {
    this.put(name, row)
    this.next.set(name, Math.max(this.nextId(name), row.id + 1))
  }
  drop(name: string, keep: (row: Thing) => boolean): void {
    const kept = this.of(name).filter(keep)
    if (kept.length < this.of(name).length) this.next.set(name, this.nextId(name))
    this.rows.set(name, kept)
  }
}

const fields = fc.record({
  owner: fc.constantFrom(...owners),
  name: fc.constantFrom(...names),
  size: fc.nat(9),
})
const rowId = fc.integer({ min: 1, max: 12 })
const step = fc.record({
  kind: fc.constantFrom(
    ...(['insert', 'insert', 'insert', 'insertAt', 'update', 'update', 'stale', 'remove', 'patch'] as const),
    ...(['removeAll', 'replace', 'next', 'dependents', 'fork', 'ask', 'ask'] as const),
  ),
  world: fc.nat(9),
  table: fc.constantFrom(...tables),
  id: rowId,
  fields,
  change: fc.oneof(fields, fc.record({ name: fc.constantFrom(...names) }), fc.record({ size: fc.nat(9) })),
  ids: fc.array(rowId),
  changes: fc.dictionary(rowId.map(String), fc.option(fields), { maxKeys: 3 }),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
type Doing = { step: Step; world: World; model: Model; name: string; known: Thing | undefined; seen: Thing[] }

const insertAt = ({ step: { table, id, fields }, world, model, name, known, seen }: Doing) => {
  if (known) return refused(() => world.insert(table, { ...fields, id }))
  seen.push(world.insert(table, { ...fields, id }))
  model.insert(name, { ...fields, id })
}

const update = ({ step: { table, change }, world, model, name, known, seen }: Doing, meant?: Thing) => {
  if (!meant) return
  if (!known) return refused(() => world.update(table, meant, change))
  seen.push(world.update(table, meant, change))
  model.put(name, { ...known, ...change })
}

/** Each does the same to a world and to its model. */
const doings: Record<string, (doing: Doing) => void> = {
  insert: ({ step: { table, fields }, world, model, name, seen }) => {
    const id = model.nextId(name)
    const row = world.insert(table, fields)
    if (row.id !== id) fail(`id ${row.id} instead of ${id}`)
    seen.push(row)
    model.insert(name, { ...fields, id })
  },
  insertAt,
  update: doing => update(doing, doing.world.get(doing.step.table, doing.step.id)),
  // A row as somebody has kept it, perhaps of another world: it says which row is meant, and nothing else.
  stale: doing => update(doing, { ...doing.step.fields, id: doing.step.id }),
  remove: ({ step: { table, id, fields }, world, model, name, known }) => {
    if (!known) return refused(() => world.remove(table, { ...fields, id }))
    world.remove(table, { ...fields, id })
    model.drop(name, row => row.id !== id)
  },
  removeAll: ({ step: { table, ids }, world, model, name }) => {
    world.removeAll(table, ids)
    model.drop(name, ({ id }) => !ids.includes(id))
  },
  patch: ({ step: { changes }, world, model, name }) => {
    world.patch({ [name]: changes })
    for (const [key, given] of Object.entries(changes)) {
      const row = model.of(name).find(({ id }) => id === Number(key))
      if (row && given) model.put(name, { ...row, ...given })
      else if (row) model.drop(name, ({ id }) => id !== Number(key))
      else if (given) model.insert(name, { ...given, id: Number(key) })
    }
  },
  replace: ({ step: { ids, fields }, world, model, name }) => {
    const rows = [...new Set(ids)].sort((one, other) => one - other).map(id => ({ ...fields, id }))
    const next = Math.max(model.nextId(name), (rows.at(-1)?.id ?? 0) + 1)
    world.replace(name, rows)
    model.rows.set(name, rows.slice())
    model.next.set(name, next)
    // They were copied: what becomes of the array is nobody's business.
    rows.length = 0
  },
  next: ({ step: { id }, world, model, name }) => {
    world.patch({}, { [name]: id })
    model.next.set(name, id)
  },
  dependents: ({ step: { id }, world, model }) => {
    world.removeDependents('t.', 'owner', id)
    for (const { name } of [things, others]) model.drop(name, ({ owner }) => owner !== id)
  },
  ask: ({ step: { table }, world, model }) => compare({ world, model }, [table]),
}

/** What can't be done must be said, and changes nothing. */
function refused(deed: () => unknown): void {
  try {
    deed()
  } catch (error) {
    if (/has (no row|a row) \d+/.test((error as Error).message)) return
    throw error
  }
  fail('nothing was said of a row that is gone, or there already')
}

function fail(problem: string): never {
  throw new Error(problem)
}

/** Holds all that can be asked of a world against its model. */
function compare({ world, model }: Pick<Doing, 'world' | 'model'>, asked = tables): void {
  const same = (what: string, found: unknown, expected: unknown) => {
    const [one, other] = [JSON.stringify(found, keys), JSON.stringify(expected, keys)]
    if (one !== other) fail(`${what} is ${one} instead of ${other}`)
  }
  for (const table of asked) {
    const { name } = table
    const rows = model.of(name)
    same(name, world.rows(table), rows)
    const kept = remembered(world, [table], 'all', () => world.rows(table).slice())
    same(`what is remembered of ${name}`, kept, rows)
    for (let id = 0; id <= 20; id++)
      same(
        `${name} ${id}`,
        world.get(table, id),
        rows.find(row => row.id === id),
      )
    for (const field of ['owner', 'name'] as const) {
      if (!table.by.includes(field)) continue
      for (const value of field === 'owner' ? [...owners, 3] : [...names, 'd']) {
        const found = rows.filter(row => row[field] === value)
        same(`${name} by ${field} ${value}`, world.where(table, field, value as never), found)
        same(`the first of ${name} by ${field} ${value}`, world.find(table, field, value as never), found[0])
      }
    }
    if (table.by.includes('>size')) {
      const inOrder = rows.toSorted((one, other) => one.size - other.size || one.id - other.id)
      same(`${name} by size`, whole(world.ordered(table, '>size')), inOrder)
      for (const owner of [...owners, 3]) {
        const own = inOrder.filter(row => row.owner === owner)
        same(`${name} of ${owner} by size`, whole(world.ordered(table, 'owner>size', [owner])), own)
        const listed = world.ordered(table, 'owner+name>size', [owner, 'a'])
        const found = own.filter(row => row.name === 'a')
        same(
          `${name} of ${owner} and a by size`,
          reversed(listed).slice(0, 2),
          found.toReversed().slice(0, 2),
        )
      }
    }
    if (table.by.includes('owner+name')) {
      for (const owner of [...owners, 3]) {
        for (const named of [...names, 'd']) {
          const found = rows.filter(row => row.owner === owner && row.name === named)
          const listed = world.listed(table, 'owner', owner, ['name', named])
          same(`${name} of ${owner} and ${named}`, whole(listed), found)
          same(
            `the last two of ${name} of ${owner} and ${named}`,
            reversed(listed).slice(0, 2),
            found.toReversed().slice(0, 2),
          )
          same(
            `the first of ${name} of ${owner} and ${named}`,
            world.find(table, 'owner', owner, ['name', named]),
            found[0],
          )
        }
      }
    }
    same(`the next id of ${name}`, world.nextId(table), model.nextId(name))
  }
}
const keys = ['id', 'owner', 'name', 'size']

t.test('a world and its forks are what a plain list would be', async t => {
  const outcome = fc.check(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const born = Object.fromEntries(tables.map(({ name }) => [name, Object.freeze(fixtures)]))
      const first = new World('w', createClock(0), createChance(1), { tables: born, next: {}, counters: {} })
      const pairs = [
        { world: first, model: new Model(new Map(tables.map(({ name }) => [name, fixtures.slice()]))) },
      ]
      const seen: Thing[] = []
      const texts: string[] = []
      const contents = new Map<object, string>()
      for (const step of steps) {
        const { world, model } = pairs[step.world % pairs.length]!
        const { name } = step.table
        if (step.kind === 'fork') {
          const fork =
            step.id % 2 === 0
              ? worldOf('f', pictureOf(world))
              : world.fork('f', createChance(1), { tables: {}, next: {}, counters: {} })
          pairs.push({ world: fork, model: model.fork() })
        } else {
          const known = model.of(name).find(row => row.id === step.id)
          doings[step.kind]!({ step, world, model, name, known, seen })
        }
        for (const row of seen.slice(texts.length)) texts.push(JSON.stringify(row))
        for (const { world } of pairs) {
          const content = JSON.stringify(tables.map(table => world.rows(table)))
          if ((contents.get(world.state) ?? content) !== content) fail('one state stands for different rows')
          contents.set(world.state, content)
        }
      }
      for (const pair of pairs) compare(pair)
      return seen.every((row, at) => JSON.stringify(row) === texts[at])
    }),
    { numRuns: 500 },
  )
  t.notOk(
    outcome.failed && fc.defaultReportMessage(outcome),
    'rows, indexes, ids and what stands for them; and no row ever changes',
  )
  const world = new World('w', createClock(0), createChance(1), { tables: {}, next: {}, counters: {} })
  t.throws(() => world.where(others, 'name', 'a'), { message: 't.others is not looked up by name' })
  const { state } = world
  world.pretend(others, [{ first: 1, count: 2, fields: {}, from: 0, until: 1 }])
  t.not(world.state, state, 'what a table pretends is part of what it holds')
  const bad = { 't.others': { 1: JSON.parse('{"__proto__":{"name":"a"}}') } }
  t.throws(() => world.patch(bad), { message: 't.others: row 1 has a field "__proto__"' })
})
