// The control API, call by call: every answer is held against its contract, and no call reaches into another world.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { loadContract } from '../src/contract/load.ts'
import { createUnderstudy, type Understudy, type WorldHandle } from '../src/index.ts'
import { faultNames } from '../src/lifecycle/faults.ts'
import { type Answered, ask } from './ask.ts'

const start = Date.parse('2020-05-22T10:00:00Z')
const gitlab = await createUnderstudy({ checkAnswers: true, now: start })
t.teardown(() => gitlab.close())
const root = { as: gitlab.tokens.root }
const { operations } = loadContract('admin', 'documented')
const succeeded = new Set<string>()

interface Called {
  /** What stands in the path, by name. */
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: string
  readonly json?: unknown
}

/** Calls an operation of the control API for a world. */
async function call(
  world: { url: string },
  id: string,
  { path = {}, query = '', json }: Called = {},
): Promise<Answered> {
  const operation = operations.get(id)!
  const to = operation.path.replace(/{(\w+)}/g, (_, name) => `${path[name]}`)
  const answer = await ask(world.url, `${operation.method} /__admin${to}${query}`, { json })
  if (answer.status < 300) {
    t.equal(answer.status, operation.success, `${id} succeeds as its contract has it`)
    succeeded.add(id)
  }
  return answer
}

const pipelinesOf = async ({ v4 }: { v4: string }) =>
  (await ask(v4, 'GET /projects/1/pipelines', root)).body.map(({ id }: { id: number }) => id)
const startPipeline = ({ v4 }: { v4: string }) => ask(v4, 'POST /projects/1/pipeline?ref=master', root)

t.test('the process', async t => {
  t.strictSame((await call(gitlab, 'getHealth')).body, { status: 'healthy' })
  t.match((await call(gitlab, 'getServerVersion')).body, { version: /^\d+\.\d+\.\d+/ })
  const { body: settings } = await call(gitlab, 'getSettings')
  t.match(settings, {
    host: '127.0.0.1',
    profile: 'documented',
    now: start,
    progress: 'manual',
    checkAnswers: true,
  })
  const { entries } = (await call(gitlab, 'getFidelity')).body
  t.ok(entries.length > 300, 'what each answer rests on')
  const tabs = new Set(entries.map(({ api }: { api: string }) => api))
  t.strictSame([...tabs], ['v4', 'v1'], 'of the APIs that are stood in for')

  const other = await createUnderstudy({ checkAnswers: true })
  t.strictSame((await call(other, 'shutDown')).body, { status: 'shutting down' })
  // Whoever asks next is refused the connection, or meets the end of one.
  await t.rejects(async () => {
    while (true) await ask(other.url, 'GET /-/health')
  }, 'a server that was shut down is gone')
  await other.close()
})

t.test('what is wrong with a call is told', async t => {
  const world = gitlab.world('wrong')
  const rows: [id: string, called: Called, status: number, error: string | RegExp][] = [
    ['getRequest', { path: { id: 'none' } }, 404, 'there is no request "none"'],
    ['listRequests', { query: '?limit=many' }, 400, '"limit" is not as it should be: must be integer'],
    ['listRequests', { query: '?limit=100001' }, 400, '"limit" is not as it should be: must be <= 100000'],
    ['listRequests', { query: '?since=yesterday' }, 400, /^"since" is not as it should be/],
    ['listRequests', { query: '?sinc=2016-11-04' }, 400, '"sinc" is not known here; known are limit, since'],
    ['forgetRequests', { query: '?since=2016-11-04' }, 400, '"since" is not known here; known are none'],
    ['listRequests', { query: '?since=2016-12-31T23:59:60Z' }, 400, /there is no such instant/],
    ['countRequests', { json: { pth: '/' } }, 400, /^"pth" is not known here; known are method, path/],
    ['armScenario', {}, 400, '"answer" is missing'],
    ['armScenario', { json: { answer: {} } }, 400, /^"answer" is not as it should be/],
    [
      'armScenario',
      { json: { answer: { code: 200 } } },
      400,
      /^"answer" is not as it should be: code must be >= 300/,
    ],
    [
      'armScenario',
      { json: { operation: 'listUser', answer: { code: 404 } } },
      400,
      /did you mean "listUsers"/,
    ],
    ['armScenario', { json: { answer: { reason: 'not-fund' } } }, 400, /did you mean "not-found"/],
    [
      'armScenario',
      { json: { answer: { fault: 'slow' } } },
      400,
      `"answer" is not as it should be: fault is none of ${faultNames.join(', ')}`,
    ],
    [
      'armScenario',
      { json: { api: 'v5', answer: {} } },
      400,
      /^"api" is not as it should be: is none of v4, v1/,
    ],
    ['armScenario', { json: { answer: { cod: 409 } } }, 400, /: has no "cod"; did you mean "code"\?$/],
    [
      'armScenario',
      { json: { answer: { code: 404, times: 2 } } },
      400,
      /has no "times"; did you mean "times"/,
    ],
    [
      'armScenario',
      { json: { answer: { headers: { 'X Y': '' } } } },
      400,
      /: headers has "X Y", which must be the name of a header/,
    ],
    [
      'armScenario',
      { json: { answer: { headers: { X: 'a\nb' } } } },
      400,
      /: headers\.X must be a text of one line/,
    ],
    [
      'armScenario',
      { json: { answer: { reason: 'r'.repeat(101) } } },
      400,
      /: reason must NOT have more than 100 characters/,
    ],
    [
      'armScenario',
      { json: { answer: { code: 404 }, times: 0 } },
      400,
      /^"times" is not as it should be: must be >= 1/,
    ],
    ['armScenario', { json: { answer: { code: 404, reason: 'not-found' } } }, 400, /a code, or a reason/],
    [
      'armScenario',
      { json: { path: '/*/*/*/*', answer: { code: 404 } } },
      400,
      /^"path" is not as it should be: must be a path such as .* \(at most three\)/,
    ],
    [
      'armScenario',
      { json: { answr: { code: 404 } } },
      400,
      /^"answr" is not known here; known are .*answer/,
    ],
    [
      'armScenario',
      { json: { answer: { body: 'b'.repeat(1024 * 1024 + 1) } } },
      400,
      'the body of an answer has 1048576 letters at most, this one 1048577',
    ],
    [
      'armScenario',
      { json: { answer: { body: ['b'.repeat(1024 * 1024)] } } },
      400,
      /^the body of an answer has/,
    ],
    ['disarmScenario', { path: { id: 7 } }, 404, 'there is no scenario "7"'],
    ['disarmScenario', { path: { id: 'x' } }, 400, /^"id" is not as it should be/],
    ['createWorld', {}, 400, '"name" is missing'],
    [
      'createWorld',
      { json: { name: 'a b' } },
      400,
      /^"name" is not as it should be: must be up to 64 letters/,
    ],
    ['createWorld', { json: { name: '..' } }, 400, /^"name" is not as it should be/],
    ['createWorld', { json: { name: 'wrong' } }, 409, 'there is a world "wrong" already'],
    ['createWorld', { json: { name: 'w', from: 'nowhere' } }, 404, 'there is no world "nowhere"'],
    ['dropWorld', { path: { name: 'nowhere' } }, 404, 'there is no world "nowhere"'],
    ['dropWorld', { path: { name: 'main' } }, 400, 'the main world stays; reset it'],
    ['restoreSnapshot', { path: { name: 'none' } }, 404, 'there is no snapshot "none"'],
    ['exportSnapshot', { path: { name: 'none' } }, 404, 'there is no snapshot "none"'],
    ['dropSnapshot', { path: { name: 'none' } }, 404, 'there is no snapshot "none"'],
    ['takeSnapshot', { json: { name: '' } }, 400, /^"name" is not as it should be/],
    ['readTable', { path: { table: 'v4.pipelnes' } }, 404, 'there is no table "v4.pipelnes"'],
    ['readTable', { path: { table: '__proto__' } }, 404, 'there is no table "__proto__"'],
    ['replaceTable', { path: { table: 'v4.tags' }, json: {} }, 400, '"rows" is missing'],
    ['replaceTable', { path: { table: 'nope' }, json: { rows: [] } }, 404, 'there is no table "nope"'],
    ['setClock', {}, 400, 'none of now, advance, run is given'],
    ['setClock', { json: { nw: '2020-05-22' } }, 400, '"nw" is not known here; known are now, advance, run'],
    [
      'setClock',
      { json: { now: 'noon' } },
      400,
      '"now" is not as it should be: must be an instant such as 2020-05-22T10:00:00Z',
    ],
    ['setClock', { json: { now: '2020-02-30' } }, 400, /^"now" is not as it should be: must be an instant/],
    ['setClock', { json: { now: '2019-02-29T10:00:00+02:00' } }, 400, /^"now" is not as it should be/],
    ['setClock', { json: { now: '2016-12-31T23:59:60Z' } }, 400, /there is no such instant/],
    [
      'setClock',
      { json: { advance: '90' } },
      400,
      /^"advance" is not as it should be: must be a span such as 90s/,
    ],
    ['setClock', { json: { advance: '1s', run: true } }, 400, 'a clock is told one of now, advance and run'],
    ['setClock', { json: { run: false } }, 400, /^"run"/],
    ['makeProgress', { json: { steps: 101 } }, 400, /^"steps" is not as it should be: must be <= 100/],
    ['makeProgress', { json: { pipeline: 9999 } }, 404, 'there is no pipeline "9999"'],
    ['resetWorld', { query: '?all=maybe' }, 400, /^"all" is not as it should be/],
  ]
  for (const [id, called, status, error] of rows) {
    const answer = await call(world, id, called)
    t.equal(answer.status, status, `${id} ${JSON.stringify(called)}`)
    t.match(answer.body, { error })
  }
  const plain: [request: string, status: number, error: RegExp][] = [
    ['GET /__admin', 404, /no such call/],
    ['GET /__admin/nothing', 404, /no such call/],
    ['PUT /__admin/reset', 405, /this path has POST/],
    ['GET /__admin/worlds?format=xml', 406, /not xml/],
    ['GET /__admin/worlds?%ff', 400, /invalid UTF-8/],
  ]
  for (const [request, status, error] of plain) {
    const answer = await ask(world.url, request)
    t.equal(answer.status, status, request)
    t.match(answer.body, { error })
  }
  const bodies: [type: string, body: string, status: number, error: RegExp][] = [
    ['application/json', '{"name":', 400, /^the body can't be read: the body is no JSON/],
    ['application/json', `${'['.repeat(200)}`, 400, /nested deeper than 100/],
    ['text/xml', '<a/>', 415, /a body is JSON.*text\/xml/],
    [
      'application/x-www-form-urlencoded',
      '{"name":"forgotten"}',
      415,
      /a body is JSON, and its Content-Type says so/,
    ],
    ['application/x-www-form-urlencoded', 'name=form', 415, /a body is JSON/],
    ['text/plain', '{"name":"plain"}', 415, /a body is JSON/],
  ]
  for (const [type, body, status, error] of bodies) {
    const answer = await ask(world.url, 'POST /__admin/worlds', { body, headers: { 'Content-Type': type } })
    t.equal(answer.status, status, `${type}: ${body.slice(0, 20)}`)
    t.match(answer.body, { error })
  }
})

t.test('scenarios are armed, asked and disarmed', async t => {
  const world = gitlab.world('scenarios')
  const arming = { operation: 'createProjectPipeline', answer: { code: 409 }, times: 2, name: 'twice' }
  const armed = await call(world, 'armScenario', { json: arming })
  t.strictSame(armed.body, { id: 1, ...arming, seen: 0, fired: 0 })
  const statuses = []
  for (let number = 0; number < 3; number++) statuses.push((await startPipeline(world)).status)
  t.strictSame(statuses, [409, 409, 201])
  t.match((await call(world, 'listScenarios')).body, { scenarios: [{ id: 1, seen: 3, fired: 2 }] })
  const byMaintainer = {
    path: '/api/v4/projects/{id}',
    method: 'GET',
    caller: 'maintainer',
    answer: { status: 200, body: { a: [1] } },
  }
  t.equal((await call(world, 'armScenario', { json: byMaintainer })).body.id, 2)
  const as = gitlab.tokens.maintainer!
  t.strictSame((await ask(world.v4, 'GET /projects/1', { as })).body, { a: [1] })
  t.equal((await ask(world.v4, 'GET /projects/1', root)).body.id, 1, 'for others all is as it was')
  t.match(
    world.requests().map(it => it.forced),
    [true, true, undefined, true, undefined],
    'the journal knows which',
  )
  t.equal((await call(world, 'disarmScenario', { path: { id: 2 } })).status, 204)
  t.equal((await ask(world.v4, 'GET /projects/1', { as })).body.id, 1)
  t.equal((await call(world, 'disarmScenario', { path: { id: 2 } })).status, 404, 'once')
  t.equal((await call(world, 'resetScenarios')).status, 204)
  t.strictSame((await call(world, 'listScenarios')).body, { scenarios: [] })
  t.equal((await call(world, 'armScenario', { json: arming })).body.id, 3, 'no number is given out twice')
  await call(world, 'resetWorld')
  t.strictSame((await call(world, 'listScenarios')).body, { scenarios: [] }, 'a reset disarms')

  const { reasons, faults } = (await call(world, 'listKnownScenarios')).body
  t.match(
    reasons.find(({ name }: { name: string }) => name === 'not-found'),
    { v4: 404, v1: 404 },
  )
  for (const [kind, names] of Object.entries({ reason: reasons, fault: faults }))
    for (const { name } of names as { name: string }[])
      t.equal(
        (await call(world, 'armScenario', { json: { answer: { [kind]: name } } })).status,
        201,
        `${kind} ${name}`,
      )
  await call(world, 'resetScenarios')
  const answers = await Promise.all(
    Array.from({ length: 1001 }, () =>
      ask(world.url, 'POST /__admin/scenarios', { json: { path: '/never', answer: { code: 404 } } }),
    ),
  )
  t.equal(
    answers.filter(({ status }) => status === 201).length,
    1000,
    'a loop that arms without end is told to stop',
  )
})

t.test('path patterns that are made to take long, do not', async t => {
  const world = gitlab.world('patterns')
  const long = 'a'.repeat(8000)
  for (const path of ['/*a*a*b', '/*{id}*a*c', `/${'{id}'.repeat(49)}`, '/*/*/*']) {
    t.equal(
      (await call(world, 'armScenario', { json: { path, answer: { code: 404 }, times: 1 } })).status,
      201,
      path,
    )
    t.equal((await call(world, 'countRequests', { json: { path } })).status, 200)
  }
  for (const path of [`/${long}`, `/${'a/'.repeat(4000)}`]) await ask(world.v4, `GET ${path}`, root)
  t.match((await call(world, 'listScenarios')).body.scenarios, [
    { seen: 0 },
    { seen: 0 },
    { seen: 0 },
    { fired: 1 },
  ])
})

t.test('worlds are made, also of others, and dropped', async t => {
  const [parent, child] = [gitlab.world('parent'), gitlab.world('child')]
  await startPipeline(parent)
  t.throws(() => parent.clock.stop('2021-02-29'), { message: '2021-02-29 is no instant' })
  parent.clock.stop('2021-01-01T00:00:00Z')
  const made = await call(gitlab, 'createWorld', { json: { name: 'child', from: 'parent' } })
  t.strictSame(made.body, { name: 'child', main: false })
  t.strictSame(await pipelinesOf(child), [61, 48, 47, 46], 'with the rows of the other')
  t.equal(child.clock.now().toISOString(), '2021-01-01T00:00:00.000Z', 'and its time')
  await startPipeline(child)
  child.clock.advance('1d')
  t.strictSame(await pipelinesOf(parent), [61, 48, 47, 46], 'from then on they are apart')
  t.equal(parent.clock.now().toISOString(), '2021-01-01T00:00:00.000Z')
  await startPipeline(child)
  await call(child, 'resetWorld')
  t.strictSame(await pipelinesOf(child), [61, 48, 47, 46], 'a reset puts it back as it was born')
  t.equal(child.clock.now().toISOString(), '2021-01-01T00:00:00.000Z')
  parent.reset()
  t.strictSame(await pipelinesOf(parent), [48, 47, 46])
  gitlab.reset('all')
  t.strictSame(await pipelinesOf(child), [61, 48, 47, 46], 'again, whatever became of the other')
  await call(child, 'takeSnapshot', { json: { name: 'early' } })
  await startPipeline(child)
  await call(child, 'restoreSnapshot', { path: { name: 'early' } })
  await startPipeline(child)
  child.reset()
  t.strictSame(
    await pipelinesOf(child),
    [61, 48, 47, 46],
    'a snapshot that was restored changes nothing of that',
  )
  t.strictSame((await call(gitlab, 'createWorld', { json: { name: 'fresh' } })).body, {
    name: 'fresh',
    main: false,
  })
  t.strictSame(await pipelinesOf(gitlab.world('fresh')), [48, 47, 46], 'of none, as the default one')
  const names = async () =>
    (await call(gitlab, 'listWorlds')).body.worlds.map(({ name }: { name: string }) => name)
  t.ok((await names()).includes('child'))
  await call(child, 'takeSnapshot', { json: { name: 'kept' } })
  t.equal((await call(gitlab, 'dropWorld', { path: { name: 'child' } })).status, 204)
  t.notOk((await names()).includes('child'))
  t.strictSame(await pipelinesOf(child), [48, 47, 46], 'who names it again, meets a new one')
  t.strictSame(
    (await call(child, 'listSnapshots')).body,
    { snapshots: [] },
    'without the snapshots of the old',
  )
  t.strictSame(child.requests().length, 1, 'nor its memory')
})

t.test('snapshots are taken, restored, and exported as fixtures', async t => {
  const world = gitlab.world('snapshots')
  await startPipeline(world)
  await ask(world.v4, 'PUT /projects/1/issues/1?title=Before', root)
  t.strictSame((await call(world, 'takeSnapshot', { json: { name: 'before' } })).body, { name: 'before' })
  await startPipeline(world)
  await ask(world.v4, 'DELETE /projects/1/pipelines/46', root)
  await ask(world.v4, 'PUT /projects/1/issues/1?title=After', root)
  world.clock.advance('1d')
  await call(world, 'takeSnapshot', { json: { name: 'after' } })
  t.strictSame((await call(world, 'listSnapshots')).body, { snapshots: ['before', 'after'] })
  t.strictSame((await call(gitlab, 'listSnapshots')).body, { snapshots: [] }, 'of this world alone')
  const titled = async () => (await ask(world.v4, 'GET /projects/1/issues/1', root)).body.title
  for (const [name, pipelines, title, day] of [
    ['before', [61, 48, 47, 46], 'Before', 22],
    ['after', [62, 61, 48, 47], 'After', 23],
    ['before', [61, 48, 47, 46], 'Before', 22],
  ] as const) {
    t.equal((await call(world, 'restoreSnapshot', { path: { name } })).status, 204)
    t.strictSame(await pipelinesOf(world), [...pipelines], name)
    t.equal(await titled(), title)
    t.equal(world.clock.now().getUTCDate(), day)
  }
  t.equal((await startPipeline(world)).body.id, 62, 'ids go on as they did then')
  await call(world, 'takeSnapshot', { json: { name: 'before' } })
  t.strictSame(
    (await call(world, 'listSnapshots')).body.snapshots.toSorted(),
    ['after', 'before'],
    'a name is taken anew',
  )
  await call(world, 'resetWorld')
  t.strictSame(await pipelinesOf(world), [48, 47, 46])
  t.equal(
    (await call(world, 'restoreSnapshot', { path: { name: 'before' } })).status,
    204,
    'a reset keeps them',
  )
  t.equal((await call(world, 'dropSnapshot', { path: { name: 'after' } })).status, 204)

  // What is exported is a folder for --fixtures: a server of it answers as this world does.
  world.patch({}, { 'v4.issues': 40 })
  await ask(world.v4, 'POST /projects/1/issues?title=Own', root)
  await ask(world.v1, `POST /runners/register?token=registration-token-1&public_key=A`)
  await call(world, 'takeSnapshot', { json: { name: 'export' } })
  const { body: files } = await call(world, 'exportSnapshot', { path: { name: 'export' } })
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [file, table] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), JSON.stringify(table))
  }
  await using again: Understudy = await createUnderstudy({ checkAnswers: true, now: start, fixtures: folder })
  const v1 = `private_token=${root.as}&url=http://demo.gitlab.com/`
  const looks: [api: 'v4' | 'v1', path: string][] = [
    ['v4', '/projects?per_page=100'],
    ['v4', '/projects/1'],
    ['v4', '/projects/1/pipelines'],
    ['v4', '/projects/1/pipelines/62'],
    ['v4', '/projects/1/issues?per_page=100'],
    ['v4', '/projects/8/issues/8/notes'],
    ['v4', '/projects/1/repository/branches'],
    ['v4', '/users'],
    ['v1', `/projects?${v1}`],
    ['v1', `/runners?${v1}`],
  ]
  for (const [api, path] of looks) {
    const [here, there] = await Promise.all([world, again].map(it => ask(it[api], `GET ${path}`, root)))
    t.equal(here!.status, 200)
    t.equal(there!.text.replaceAll(again.url, ''), here!.text.replaceAll(world.url, ''), path)
  }
  t.equal((await startPipeline(again)).body.id, 63, 'and its ids go on')
})

t.test('tables are read and replaced', async t => {
  const world = gitlab.world('tables')
  const { tables } = (await call(world, 'listTables')).body
  t.match(
    tables.find(({ name }: { name: string }) => name === 'v4.pipelines'),
    { rows: Number },
  )
  for (const { name, rows } of tables) {
    const { body } = await call(world, 'readTable', { path: { table: name } })
    t.equal(body.rows.length, rows, name)
    t.equal(
      (await call(world, 'replaceTable', { path: { table: name }, json: body })).status,
      200,
      `${name} as it is`,
    )
  }
  const replace = (table: string, json: object) => call(world, 'replaceTable', { path: { table }, json })
  const { rows } = (await call(world, 'readTable', { path: { table: 'v4.pipelines' } })).body
  const [row] = rows.filter(({ project_id }: { project_id: number }) => project_id === 1)
  const replaced = await replace('v4.pipelines', {
    rows: [
      { ...row, id: 9, status: 'failed' },
      { ...row, id: 5 },
    ],
    next: 20,
  })
  t.match(
    replaced.body,
    { next: 20, rows: [{ id: 5 }, { id: 9, status: 'failed' }] },
    'in the order of their ids',
  )
  t.strictSame(await pipelinesOf(world), [9, 5])
  t.equal((await startPipeline(world)).body.id, 20)
  t.strictSame(await pipelinesOf(gitlab), [48, 47, 46], 'of this world alone')
  const token = { ...(await call(world, 'readTable', { path: { table: 'accounts.tokens' } })).body.rows[0] }
  const refused: [what: string, table: string, json: object, error: RegExp][] = [
    ['a row without an id', 'v4.tags', { rows: [{ name: 'a' }] }, /id/],
    ['an id that is none', 'v4.tags', { rows: [{ id: 0 }] }, />= 1/],
    ['an id that no number can hold', 'v4.tags', { rows: [{ id: 1e300 }] }, /<= 999999999999999/],
    ['the same id twice', 'v4.pipelines', { rows: [row, row] }, /row \d+ is there twice/],
    [
      'a next id that is taken',
      'v4.pipelines',
      { rows: [row], next: row.id },
      /next is not above the last id/,
    ],
    [
      'a value that no answer can have',
      'v4.pipelines',
      { rows: [{ ...row, status: 'bogus' }] },
      /row \d+: \/status must/,
    ],
    ['a row that others need', 'accounts.users', { rows: [] }, /row \d+: \/author must be object/],
    ['a row that lacks a field', 'accounts.tokens', { rows: [{ id: 1, token: 'a' }] }, /^row 1 has no kind/],
    [
      'a field of another kind',
      'accounts.tokens',
      { rows: [{ ...token, token: {} }] },
      /token is of the kind "object"/,
    ],
    ['rows that are none', 'v4.tags', { rows: ['a'] }, /object/],
    ['rows that are no list', 'v4.tags', { rows: { id: 1 } }, /array/],
    ['what is unknown', 'v4.tags', { rows: [], more: 1 }, /"more" is not known here/],
  ]
  const before = await pipelinesOf(world)
  for (const [what, table, json, error] of refused) {
    const answer = await replace(table, json)
    t.equal(answer.status, 400, what)
    t.match(answer.body, { error })
  }
  t.strictSame(await pipelinesOf(world), before, 'what is refused changes nothing')

  const [tag] = (await call(world, 'readTable', { path: { table: 'v4.tags' } })).body.rows
  const many = Array.from({ length: 6000 }, (_, place) => ({ ...tag, id: place + 1, name: `v${place}` }))
  t.ok(
    JSON.stringify(many).split(',').length > 50_000,
    'more values than a request of the other APIs may have',
  )
  t.equal((await replace('v4.tags', { rows: many })).status, 200)
  const { body: large } = await call(world, 'readTable', { path: { table: 'v4.tags' } })
  t.equal(large.rows.length, 6000)
  t.equal((await replace('v4.tags', large)).status, 200, 'a large table, too, is put back as it was read')
  const hostile = { answer: { body: Array(1_000_002).fill(0) } }
  t.match(await call(world, 'armScenario', { json: hostile }), {
    status: 400,
    body: { error: 'more than 1000000 values' },
  })
})

t.test('time stands, moves and runs', async t => {
  const world = gitlab.world('clock')
  t.strictSame((await call(world, 'getClock')).body, { now: '2020-05-22T10:00:00.000Z', stands: true })
  const set = async (json: object) => (await call(world, 'setClock', { json })).body.now
  t.equal(await set({ now: '2021-03-04T05:06:07.890+02:00' }), '2021-03-04T03:06:07.890Z')
  t.equal(await set({ advance: '90s' }), '2021-03-04T03:07:37.890Z')
  t.equal(await set({ advance: '-1d' }), '2021-03-03T03:07:37.890Z')
  t.equal((await startPipeline(world)).body.created_at, '2021-03-03T03:07:37.890Z', 'dates follow')
  t.equal((await ask(world.v4, 'GET /version', root)).headers.get('date'), 'Wed, 03 Mar 2021 03:07:37 GMT')
  t.strictSame((await call(gitlab, 'getClock')).body.now, '2020-05-22T10:00:00.000Z', 'of this world alone')
  const expired = { as: gitlab.tokens.expired! }
  t.equal((await ask(world.v4, 'GET /user', expired)).status, 401)
  await set({ now: '2015-01-01' })
  t.equal((await ask(world.v4, 'GET /user', expired)).status, 200, 'a token is good until its day')
  t.equal(
    await set({ advance: '999999999d' }),
    '9999-12-31T23:59:59.999Z',
    'and the end of time is one that can be told',
  )
  t.match(
    await ask(world.v4, 'POST /projects?name=last', root),
    {
      status: 201,
      body: { container_expiration_policy: { next_run_at: '9999-12-31T23:59:59.999Z' } },
    },
    'nothing is due behind it',
  )
  t.equal(await set({ advance: '-999999999d' }), '0001-01-01T00:00:00.000Z')
  t.equal((await ask(world.v4, 'GET /projects/1', root)).status, 200)
  await set({ now: '2022-01-01T00:00:00Z' })
  t.match((await call(world, 'setClock', { json: { run: true } })).body, {
    now: /^2022-01-01T00:00/,
    stands: false,
  })
  await call(world, 'resetWorld')
  t.strictSame((await call(world, 'getClock')).body, { now: '2020-05-22T10:00:00.000Z', stands: true })

  const { id } = (await startPipeline(world)).body
  const { changed } = (await call(world, 'makeProgress', { json: { pipeline: id } })).body
  t.ok(changed > 0, 'jobs go on when they are told to')
  t.not((await ask(world.v4, `GET /projects/1/pipelines/${id}`, root)).body.status, 'pending')
})

t.test('every call was made, and did what it says', async t => {
  await call(gitlab.world('rest'), 'listUnmatchedRequests')
  for (const id of ['listRequests', 'findRequests', 'listNearMisses', 'forgetRequests'])
    await call(gitlab.world('rest'), id)
  await call(gitlab.world('rest'), 'pretendRows', { path: { table: 'v4.projects' }, json: { count: 10 } })
  await ask(gitlab.world('rest').v4, 'GET /version', root)
  const [entry] = gitlab.world('rest').requests() as [{ id: string }]
  await call(gitlab.world('rest'), 'getRequest', { path: { id: entry.id } })
  t.strictSame(
    [...operations.keys()].filter(id => !succeeded.has(id)),
    [],
  )
})

t.test('a hundred worlds at once see nothing of each other', async t => {
  const worlds: WorldHandle[] = Array.from({ length: 100 }, (_, number) => gitlab.world(`crowd-${number}`))
  const at = (number: number) => new Date(start + number * 86_400_000).toISOString()
  await Promise.all(
    worlds.map(async (world, number) => {
      const json = {
        name: `own-${number}`,
        operation: 'getProject',
        answer: { status: 200, body: { number } },
      }
      await call(world, 'armScenario', { json })
      await call(world, 'setClock', { json: { now: at(number) } })
      await Promise.all(Array.from({ length: 1 + (number % 3) }, () => startPipeline(world)))
      await call(world, 'takeSnapshot', { json: { name: `own-${number}` } })
      await ask(world.v4, `PUT /projects/1/issues/1?title=own-${number}`, root)
      if (number % 10 === 0) await call(world, 'resetScenarios')
    }),
  )
  const seen = await Promise.all(
    worlds.map(async (world, number) => {
      const [scenarios, clock, snapshots, requests, title, project, pipelines] = await Promise.all([
        ...['listScenarios', 'getClock', 'listSnapshots', 'listRequests'].map(id => call(world, id)),
        ask(world.v4, 'GET /projects/1/issues/1', root),
        ask(world.v4, 'GET /projects/1', root),
        pipelinesOf(world),
      ] as Promise<Answered>[])
      const elsewhere = worlds[(number + 1) % 100]!
      const stolen = await call(world, 'restoreSnapshot', { path: { name: `own-${(number + 1) % 100}` } })
      const [entry] = requests!.body.requests
      const spied = await call(elsewhere, 'getRequest', { path: { id: entry.id } })
      return {
        ...{
          scenarios: scenarios!.body.scenarios.map(({ name }: { name: string }) => name),
          now: clock!.body.now,
        },
        ...{
          snapshots: snapshots!.body.snapshots,
          paths: new Set(requests!.body.requests.map(({ path }: { path: string }) => path.split('/')[2])),
        },
        ...{
          title: title!.body.title,
          number: project!.body.number,
          pipelines: (pipelines as unknown as number[]).length,
        },
        ...{ stolen: stolen.status, spied: spied.status },
      }
    }),
  )
  for (const [number, found] of seen.entries()) {
    const isReset = number % 10 === 0
    t.strictSame(found, {
      ...{ scenarios: isReset ? [] : [`own-${number}`], now: at(number), snapshots: [`own-${number}`] },
      ...{
        paths: new Set([`crowd-${number}`]),
        title: `own-${number}`,
        number: isReset ? undefined : number,
      },
      ...{ pipelines: 4 + (number % 3), stolen: 404, spied: 404 },
    })
  }
})
