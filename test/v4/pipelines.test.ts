import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }

const unauthorized = { message: '401 Unauthorized' }
const forbidden = { message: '403 Forbidden' }
const noProject = { message: '404 Project Not Found' }
const noPipeline = { message: '404 Not found' }
const noRoute = { error: '404 Not Found' }
const notAllowed = ['does not have a valid value']
const invalid = ['is invalid']

const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id)

t.test('every filter leaves the pipelines it says, newest first', async t => {
  const develop = '6ccbf0a8f8b0e087f45fc5f0bf850d51d3d575c5'
  const all = [31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20]
  const rows: [means: string, query: string, ids: number[]][] = [
    ['all of the project and no other', '', all],
    ['scope: running', 'scope=running', [31, 28]],
    ['scope: pending', 'scope=pending', [29]],
    [
      'scope: finished is success, failed and canceled, not skipped',
      'scope=finished',
      [27, 26, 24, 23, 22, 21, 20],
    ],
    ['scope: the newest of each branch that is there', 'scope=branches', [31, 30]],
    ['scope: the newest of each tag', 'scope=tags', [28, 21]],
    ['the newest of a branch is not the newest that passes the rest', 'scope=branches&status=pending', []],
    ['status: created', 'status=created', [30]],
    ['status: pending', 'status=pending', [29]],
    ['status: running', 'status=running', [31, 28]],
    ['status: success', 'status=success', [26, 21, 20]],
    ['status: failed', 'status=failed', [27, 23, 22]],
    ['status: canceled', 'status=canceled', [24]],
    ['status: skipped', 'status=skipped', [25]],
    ['ref: a branch', 'ref=develop', [30, 26, 25, 24, 23]],
    ['ref: a tag', 'ref=v1.1.0', [28, 27]],
    ['ref: unknown', 'ref=nowhere', []],
    ['ref: no text is no filter', 'ref=', all],
    ['sha', `sha=${develop}`, [30, 28, 27, 26, 25]],
    ['sha: a part of it is another sha', `sha=${develop.slice(0, 8)}`, []],
    ['sha: no text is no filter', 'sha=', all],
    ['yaml_errors: with them', 'yaml_errors=true', [23]],
    ['yaml_errors: without them', 'yaml_errors=false', all.filter(id => id !== 23)],
    ['yaml_errors: 1 is yes', 'yaml_errors=1', [23]],
    ['name: of who started it', 'name=Project+Developer', [30, 26, 25, 24, 23, 22]],
    ['name: a part of it is nobody', 'name=Project', []],
    ['name: no text is no filter', 'name=', all],
    ['username', 'username=maintainer', [28, 27, 21]],
    ['username: in its own case only', 'username=Maintainer', []],
    ['username and name of two users', 'username=maintainer&name=Project+Developer', []],
    ['username: no text is no filter', 'username=', all],
    [
      'updated_after: not the one of that very moment',
      'updated_after=2016-10-11T08:05:00Z',
      [31, 30, 29, 28],
    ],
    ['updated_after: with milliseconds', 'updated_after=2016-10-11T08:04:59.999Z', [31, 30, 29, 28, 27]],
    ['updated_after: a day is its midnight', 'updated_after=2016-10-12', [31, 30, 29, 28]],
    ['updated_after: another time zone, %2B', 'updated_after=2016-10-11T13:35:00%2B05:30', [31, 30, 29, 28]],
    ['updated_before: not the one of that very moment', 'updated_before=2016-09-06T08:05:00Z', [20]],
    ['both dates', 'updated_after=2016-09-12&updated_before=2016-09-21', [23, 22]],
    ['filters must all pass', 'status=failed&ref=develop&username=developer&yaml_errors=yes', [23]],
    ['filters that exclude each other', 'scope=running&status=failed', []],
    ['a filter and an order', 'ref=master&sort=asc', [20, 29, 31]],
    ['what is not a filter', 'colour=blue', all],
  ]
  for (const [means, query, ids] of rows) {
    const { status, body } = await ask(gitlab.v4, `GET /projects/8/pipelines?${query}`, root)
    t.strictSame([status, idsOf(body)], [200, ids], means)
  }
  const unknown = await ask(gitlab.v4, 'GET /projects/8/pipelines?usernam=x', root)
  t.equal(
    unknown.headers.get('x-understudy-note'),
    'unknown parameter "usernam"; did you mean "username"?',
    'what is not a filter is noted',
  )
})

t.test('every order runs both ways, equals by id', async t => {
  const world = gitlab.world('orders')
  world.patch({ 'v4.pipelines': { 20: { updated_at: '2016-12-01T00:00:00.000Z' }, 21: { user_id: null } } })
  const ascending: Record<string, number[]> = {
    id: [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31],
    status: [24, 30, 22, 23, 27, 29, 28, 31, 25, 20, 21, 26],
    ref: [23, 24, 25, 26, 30, 20, 29, 31, 22, 21, 27, 28],
    updated_at: [21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 20],
    user_id: [20, 29, 31, 27, 28, 22, 23, 24, 25, 26, 30, 21],
  }
  const rows = Object.entries(ascending).flatMap(([order, ids]) => [
    [`order_by=${order}&sort=asc`, ids] as const,
    [`order_by=${order}&sort=desc`, ids.toReversed()] as const,
    [`order_by=${order}`, ids.toReversed()] as const,
  ])
  for (const [query, ids] of rows) {
    const { body } = await ask(world.v4, `GET /projects/8/pipelines?${query}`, root)
    t.strictSame(idsOf(body), ids, query)
  }
})

t.test('an invalid value is named with all others, before anything is looked up', async t => {
  const rows: [query: string, message: object][] = [
    ['scope=success', { scope: notAllowed }],
    ['scope=', { scope: notAllowed }],
    ['scope[]=running', { scope: invalid }],
    ['status=done', { status: notAllowed }],
    ['status=', { status: notAllowed }],
    ['status=Running', { status: notAllowed }],
    ['order_by=created_at', { order_by: notAllowed }],
    ['order_by=', { order_by: notAllowed }],
    ['sort=up', { sort: notAllowed }],
    ['sort=ASC', { sort: notAllowed }],
    ['sort=', { sort: notAllowed }],
    ['ref[a]=b', { ref: invalid }],
    ['yaml_errors=perhaps', { yaml_errors: invalid }],
    ['updated_after=yesterday', { updated_after: invalid }],
    ['updated_after=2016-02-30', { updated_after: invalid }],
    ['updated_before=2016-02-31T25:00:00Z', { updated_before: invalid }],
    ['page=first', { page: invalid }],
    ['per_page=many', { per_page: invalid }],
    ['sort=up&scope=x&yaml_errors=y&per_page=y', { scope: notAllowed, sort: notAllowed, per_page: invalid }],
  ]
  for (const [query, message] of rows) {
    const { status, body } = await ask(gitlab.v4, `GET /projects/8/pipelines?${query}`, root)
    t.strictSame([status, body], [400, { message }], query)
  }
  const nowhere = await ask(gitlab.v4, 'GET /projects/404/pipelines?scope=x', root)
  t.strictSame([nowhere.status, nowhere.body], [400, { message: { scope: notAllowed } }], 'of no project')
  const asked = await ask(gitlab.v4, 'GET /projects/one/pipelines/46.0', root)
  t.strictSame([asked.status, asked.body], [400, { message: { pipeline_id: invalid } }], 'in the path')
})

t.test('a project goes by number or by %2F path in any case, a pipeline by its own project only', async t => {
  const rows: [path: string, status: number, problem?: object][] = [
    ['/projects/1/pipelines/46', 200],
    ['/projects/foo%2Fbar/pipelines/46', 200],
    ['/projects/foo%2fbar/pipelines/46', 200],
    ['/projects/FOO%2FBar/pipelines/46', 200],
    ['/projects/foo%2Fbar/pipelines/46/', 200],
    ['//projects//1/pipelines/46', 200],
    ['/projects/foo%252Fbar/pipelines/46', 404, noProject],
    ['/projects/foo/bar/pipelines/46', 404, noRoute],
    ['/projects/bar/pipelines/46', 404, noProject],
    ['/projects/foo%2Ftracker/pipelines/31', 200],
    ['/projects/foo%2FTracker/pipelines/31', 200],
    ['/projects/diaspora%2Fdiaspora-client/pipelines', 200],
    ['/projects/diaspora%2FDiaspora%20Client/pipelines', 404, noProject],
    ['/projects/404/pipelines', 404, noProject],
    ['/projects/404/pipelines/46', 404, noProject],
    ['/projects/1.json/pipelines/46', 404, noProject],
    [`/projects/${'9'.repeat(4096)}/pipelines`, 404, noProject],
    ['/projects/1/pipelines/404', 404, noPipeline],
    ['/projects/1/pipelines/31', 404, noPipeline],
    ['/projects/8/pipelines/46', 404, noPipeline],
    ['/projects/1/pipelines/-46', 404, noPipeline],
    ['/projects/1/pipelines/46/variables', 200],
    ['/projects/8/pipelines/46/variables', 404, noPipeline],
    ['/projects/1/pipeline', 405, { message: '405 Method Not Allowed' }],
    // What only servers have isn't documented.
    ['/projects/1/pipelines/latest', 400, { message: { pipeline_id: invalid } }],
    ['/projects/8/jobs', 404, noRoute],
    ['/projects/8/pipelines/22/jobs', 404, noRoute],
  ]
  for (const [path, status, problem] of rows) {
    const answer = await ask(gitlab.v4, `GET ${path}`, root)
    t.equal(answer.status, status, path.slice(0, 80))
    if (problem) t.strictSame(answer.body, problem)
  }
  for (const request of ['DELETE /projects/8/pipelines/46', 'POST /projects/8/pipelines/46/retry'])
    t.strictSame((await ask(gitlab.v4, request, root)).body, noPipeline, request)
  t.equal((await ask(gitlab.v4, 'GET /projects/1/pipelines/46', root)).status, 200)
})

const roles = [
  'anonymous',
  'stranger',
  'guest',
  'reporter',
  'developer',
  'maintainer',
  'owner',
  'root',
] as const
const answers: Record<number, unknown> = { 401: unauthorized, 403: forbidden, 404: noProject }

t.test('who sees pipelines: by visibility, who may use CI, and whether pipelines are public', async t => {
  // One status for each of the roles, list and single pipeline alike.
  const rows: [visibility: string, publicJobs: boolean, builds: string, statuses: number[]][] = [
    ['private', true, 'enabled', [404, 404, 200, 200, 200, 200, 200, 200]],
    ['private', true, 'private', [404, 404, 200, 200, 200, 200, 200, 200]],
    ['private', false, 'enabled', [404, 404, 403, 200, 200, 200, 200, 200]],
    ['private', false, 'private', [404, 404, 403, 200, 200, 200, 200, 200]],
    ['internal', true, 'enabled', [404, 200, 200, 200, 200, 200, 200, 200]],
    ['internal', true, 'private', [404, 403, 200, 200, 200, 200, 200, 200]],
    ['internal', false, 'enabled', [404, 403, 403, 200, 200, 200, 200, 200]],
    ['internal', false, 'private', [404, 403, 403, 200, 200, 200, 200, 200]],
    ['public', true, 'enabled', [200, 200, 200, 200, 200, 200, 200, 200]],
    ['public', true, 'private', [403, 403, 200, 200, 200, 200, 200, 200]],
    ['public', false, 'enabled', [403, 403, 403, 200, 200, 200, 200, 200]],
    ['public', false, 'private', [403, 403, 403, 200, 200, 200, 200, 200]],
  ]
  const world = gitlab.world('visibility')
  for (const [visibility, public_jobs, builds_access_level, statuses] of rows) {
    world.patch({ 'v4.projects': { 1: { visibility, public_jobs, builds_access_level } } })
    for (const path of ['/projects/1/pipelines', '/projects/1/pipelines/46']) {
      const asked = await Promise.all(roles.map(role => ask(world.v4, `GET ${path}`, { as: tokens[role] })))
      const means = `${path}: ${visibility}, pipelines ${public_jobs ? 'public' : 'not public'}, CI ${builds_access_level}`
      t.strictSame(
        asked.map(({ status }) => status),
        statuses,
        means,
      )
      for (const { status, body } of asked) if (status !== 200) t.strictSame(body, answers[status], means)
    }
  }
})

t.test('who may do what: each operation asks for its role', async t => {
  const rows: [request: string, statuses: number[], project: object][] = [
    ['GET /projects/1/pipelines', [404, 404, 403, 200, 200, 200, 200, 200], {}],
    ['GET /projects/1/pipelines/47', [404, 404, 403, 200, 200, 200, 200, 200], {}],
    ['GET /projects/1/pipelines/47/variables', [401, 404, 403, 403, 403, 200, 200, 200], {}],
    ['POST /projects/1/pipeline?ref=new-pipeline', [401, 404, 403, 403, 201, 201, 201, 201], {}],
    ['POST /projects/1/pipelines/47/retry', [401, 404, 403, 403, 201, 201, 201, 201], {}],
    ['POST /projects/1/pipelines/47/cancel', [401, 404, 403, 403, 200, 200, 200, 200], {}],
    ['DELETE /projects/1/pipelines/47', [401, 404, 403, 403, 403, 403, 204, 204], {}],
    [
      'POST /projects/1/pipeline?ref=new-pipeline',
      [401, 403, 403, 403, 201, 201, 201, 201],
      { visibility: 'public' },
    ],
    [
      'POST /projects/1/pipelines/47/cancel',
      [401, 403, 403, 403, 200, 200, 200, 200],
      { visibility: 'internal' },
    ],
    ['DELETE /projects/1/pipelines/47', [401, 403, 403, 403, 403, 403, 204, 204], { visibility: 'public' }],
  ]
  for (const [number, [request, statuses, project]] of rows.entries()) {
    for (const [column, role] of roles.entries()) {
      const world = gitlab.world(`may-${number}-${role}`)
      world.patch({ 'v4.projects': { 1: project } })
      const { status, body } = await ask(world.v4, request, { as: tokens[role] })
      t.equal(status, statuses[column], `${role}: ${request} ${JSON.stringify(project)}`)
      if (status >= 400) t.strictSame(body, answers[status])
    }
  }
})

t.test('variables are for maintainers, and for the developer who started the pipeline', async t => {
  const world = gitlab.world('variables')
  const asDeveloper = { as: tokens.developer }
  const started = await ask(world.v4, 'POST /projects/1/pipeline', {
    ...asDeveloper,
    json: { ref: 'new-pipeline', variables: [{ key: 'A', value: '1' }] },
  })
  const path = `GET /projects/1/pipelines/${started.body.id}/variables`
  t.strictSame((await ask(world.v4, path, asDeveloper)).body, [
    { key: 'A', variable_type: 'env_var', value: '1' },
  ])
  t.equal((await ask(world.v4, path, { as: tokens.maintainer })).status, 200)
  t.equal((await ask(world.v4, path, { as: tokens.reporter })).status, 403)
  t.equal((await ask(world.v4, 'GET /projects/1/pipelines/46/variables', asDeveloper)).status, 403)
})

t.test('a pipeline is created however its parameters travel', async t => {
  const plain = [
    { key: 'A', variable_type: 'env_var', value: '1' },
    { key: 'B', variable_type: 'file', value: 'x y' },
  ]
  const pairs =
    'variables[][key]=A&variables[][value]=1&variables[][key]=B&variables[][variable_type]=file&variables[][value]=x+y'
  const json = { ref: 'master', variables: [{ key: 'A', value: '1' }, plain[1]] }
  const typed = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const multipart = new FormData()
  multipart.append('ref', 'master')
  for (const [name, value] of new URLSearchParams(pairs)) multipart.append(name, value)
  const rows: [how: string, query: string, asked: Asked, variables: unknown[]][] = [
    ['query', '?ref=master', {}, []],
    ['query with variables', `?ref=master&${pairs}`, {}, plain],
    ['form', '', { form: { ref: 'master' } }, []],
    ['form with variables', '', { headers: typed, body: `ref=master&${pairs}` }, plain],
    ['multipart', '', { body: multipart }, plain],
    ['JSON', '', { json }, plain],
    [
      'JSON with numbers as values',
      '',
      { json: { ref: 'master', variables: [{ key: 'A', value: 1 }] } },
      [plain[0]],
    ],
    ['JSON without variables', '', { json: { ref: 'master', variables: [] } }, []],
    ['query and JSON together', '?ref=master', { json: { variables: json.variables } }, plain],
    ['the body wins', '?ref=nowhere', { json }, plain],
    ['what is not known is ignored', '?ref=master&variable[][key]=A', {}, []],
  ]
  for (const [how, query, asked, variables] of rows) {
    const world = gitlab.world(`create by ${how}`.replaceAll(' ', '-'))
    const created = await ask(world.v4, `POST /projects/1/pipeline${query}`, { ...root, ...asked })
    t.strictSame([created.status, created.body.id, created.body.ref], [201, 61, 'master'], how)
    const kept = await ask(world.v4, 'GET /projects/1/pipelines/61/variables', root)
    t.strictSame(kept.body, variables, `${how}: its variables`)
  }
})

t.test('a pipeline stands on a branch or a tag of its project', async t => {
  const rows: [ref: string, sha: string, tag: boolean][] = [
    ['master', '384c444e840a515b23f21915ee5766b87068a70d', false],
    ['my/branch', '6c183d75b340b2c1423a92346a09ce23961c5881', false],
    ['my/tag', '384c444e840a515b23f21915ee5766b87068a70d', true],
  ]
  const world = gitlab.world('refs')
  for (const [ref, sha, tag] of rows) {
    const { status, body } = await ask(world.v4, 'POST /projects/1/pipeline', { ...root, json: { ref } })
    t.match(
      { status, body },
      { status: 201, body: { ref, sha, tag, status: 'pending', before_sha: /^0{40}$/ } },
    )
  }
})

t.test('a pipeline that cannot be created says why, and is not', async t => {
  const noRef = { message: { base: ['Reference not found'] } }
  const rows: [means: string, asked: Asked, message: object][] = [
    ['no ref', { json: {} }, { message: '400 (Bad request) "ref" not given' }],
    ['ref: null', { json: { ref: null } }, { message: '400 (Bad request) "ref" not given' }],
    ['a list is no parameters', { json: ['ref'] }, { message: '400 (Bad request) "ref" not given' }],
    ['unknown ref', { json: { ref: 'nowhere' } }, noRef],
    ['a branch of another project', { json: { ref: 'develop' } }, noRef],
    ['a sha is no ref', { json: { ref: '384c444e840a515b23f21915ee5766b87068a70d' } }, noRef],
    ['empty ref', { json: { ref: '' } }, noRef],
    ['ref: a list', { json: { ref: ['master'] } }, { message: { ref: invalid } }],
    ['variables: text', { form: { ref: 'master', variables: 'A' } }, { message: { variables: invalid } }],
    [
      'variables: a map',
      { json: { ref: 'master', variables: { A: '1' } } },
      { message: { variables: invalid } },
    ],
    ['variables: texts', { json: { ref: 'master', variables: ['A'] } }, { message: { variables: invalid } }],
    [
      'variables: by number',
      { form: { ref: 'master', 'variables[0][key]': 'A', 'variables[0][value]': '1' } },
      { message: { variables: invalid } },
    ],
    [
      'a variable without value',
      { json: { ref: 'master', variables: [{ key: 'A' }] } },
      { message: { variables: invalid } },
    ],
    [
      'a variable of unknown type',
      { json: { ref: 'master', variables: [{ key: 'A', value: '1', variable_type: 'text' }] } },
      { message: { variables: notAllowed } },
    ],
  ]
  const world = gitlab.world('not-created')
  for (const [means, asked, message] of rows) {
    const { status, body } = await ask(world.v4, 'POST /projects/1/pipeline', { ...root, ...asked })
    t.strictSame([status, body], [400, message], means)
  }
  t.strictSame(idsOf((await ask(world.v4, 'GET /projects/1/pipelines', root)).body), [48, 47, 46])
})

t.test('retry and cancel move only what GitLab moves, and leave no trace on the rest', async t => {
  const rows: [status: string, retried: string, canceled: string][] = [
    ['created', 'created', 'canceled'],
    ['pending', 'pending', 'canceled'],
    ['running', 'running', 'canceled'],
    ['success', 'success', 'success'],
    ['failed', 'pending', 'failed'],
    ['canceled', 'pending', 'canceled'],
    ['skipped', 'skipped', 'skipped'],
  ]
  for (const [status, retried, canceled] of rows) {
    for (const [action, code, becomes] of [
      ['retry', 201, retried],
      ['cancel', 200, canceled],
    ] as const) {
      const world = gitlab.world(`${action}-${status}`)
      world.patch({ 'v4.pipelines': { 46: { status } } })
      const before = await ask(world.v4, 'GET /projects/1/pipelines/46', root)
      const moved = await ask(world.v4, `POST /projects/1/pipelines/46/${action}`, root)
      const after = await ask(world.v4, 'GET /projects/1/pipelines/46', root)
      t.strictSame([moved.status, moved.body.status], [code, becomes], `${action} of ${status}`)
      t.equal(after.text, moved.text, 'what was answered is kept')
      if (becomes === status) t.equal(after.text, before.text, 'nothing is touched')
      else t.ok(after.body.updated_at > before.body.updated_at, 'the time is told')
      if (action === 'cancel' && becomes !== status) t.equal(after.body.finished_at, after.body.updated_at)
      const listed = await ask(world.v4, `GET /projects/1/pipelines?status=${becomes}`, root)
      t.ok(idsOf(listed.body).includes(46), 'lists follow')
    }
  }
  const world = gitlab.world('retry-broken')
  const broken = await ask(world.v4, 'POST /projects/8/pipelines/23/retry', root)
  t.strictSame([broken.status, broken.body.status], [201, 'failed'], 'a broken CI file made no jobs to retry')
})

t.test('a pipeline is deleted unless it was changed since', async t => {
  const rows: [means: string, since: string | undefined, status: number][] = [
    ['no condition', undefined, 204],
    ['changed since', 'Thu, 11 Aug 2016 11:32:34 GMT', 412],
    ['changed long since', 'Sat, 01 Jan 2000 00:00:00 GMT', 412],
    ['changed in that very second, at its 169th millisecond', 'Thu, 11 Aug 2016 11:32:35 GMT', 412],
    ['not changed since', 'Thu, 11 Aug 2016 11:32:36 GMT', 204],
    ['a date that is none', 'yesterday', 204],
  ]
  for (const [number, [means, since, status]] of rows.entries()) {
    const world = gitlab.world(`conditional-${number}`)
    const headers: Record<string, string> = since ? { 'If-Unmodified-Since': since } : {}
    const deleted = await ask(world.v4, 'DELETE /projects/1/pipelines/46', { ...root, headers })
    t.equal(deleted.status, status, means)
    if (status === 412) t.strictSame(deleted.body, { message: '412 Precondition Failed' })
    else t.equal(deleted.text, '', 'nothing is said')
    const after = await ask(world.v4, 'GET /projects/1/pipelines/46', root)
    t.equal(after.status, status === 412 ? 200 : 404, 'and done')
  }
  const refused = await ask(gitlab.v4, 'DELETE /projects/1/pipelines/46', {
    as: tokens.maintainer,
    headers: { 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
  })
  t.equal(refused.status, 403, 'who may not is told first')
})

t.test('the life of a pipeline', async t => {
  const world = gitlab.world('story')
  const owner = { as: tokens.owner }
  const created = await ask(world.v4, 'POST /projects/1/pipeline?ref=master', owner)
  t.match(created.body, { id: 61, status: 'pending', user: { id: 10, username: 'owner' } })
  t.equal(created.body.web_url, `${world.url}/foo/bar/pipelines/61`)

  const listed = await ask(world.v4, 'GET /projects/1/pipelines', owner)
  t.strictSame(idsOf(listed.body), [61, 48, 47, 46])
  t.equal(listed.headers.get('x-total'), '4')
  const { id, status, ref, sha, web_url, created_at, updated_at } = created.body
  t.equal(
    JSON.stringify(listed.body[0]),
    JSON.stringify({ id, status, ref, sha, web_url, created_at, updated_at }),
    'lists show the fields that the docs print, in their order',
  )
  t.strictSame((await ask(world.v4, 'GET /projects/1/pipelines/61', owner)).body, created.body)

  t.equal((await ask(world.v4, 'POST /projects/1/pipelines/61/cancel', owner)).body.status, 'canceled')
  t.equal((await ask(world.v4, 'POST /projects/1/pipelines/61/retry', owner)).body.status, 'pending')
  t.equal((await ask(world.v4, 'GET /projects/1/pipelines/61', owner)).body.status, 'pending')

  t.equal((await ask(world.v4, 'DELETE /projects/1/pipelines/61', owner)).status, 204)
  for (const request of [
    'GET /projects/1/pipelines/61',
    'GET /projects/1/pipelines/61/variables',
    'POST /projects/1/pipelines/61/retry',
    'POST /projects/1/pipelines/61/cancel',
    'DELETE /projects/1/pipelines/61',
  ]) {
    const gone = await ask(world.v4, request, owner)
    t.strictSame([gone.status, gone.body], [404, noPipeline], request)
  }
  t.strictSame(idsOf((await ask(world.v4, 'GET /projects/1/pipelines', owner)).body), [48, 47, 46])
  t.equal(
    (await ask(world.v4, 'POST /projects/1/pipeline?ref=master', owner)).body.id,
    62,
    'ids never come back',
  )
  t.equal(
    (await ask(gitlab.v4, 'GET /projects/1/pipelines/62', owner)).status,
    404,
    'other worlds see nothing',
  )
})

/** Rows for project 42, which has no pipelines of its own. */
const manyPipelines = (count: number) => {
  const at = '2016-11-01T00:00:00.000Z'
  const row = {
    project_id: 42,
    status: 'success',
    ref: 'master',
    sha: 'f'.repeat(40),
    before_sha: null,
    tag: false,
    yaml_errors: null,
    user_id: 1,
    created_at: at,
    updated_at: at,
    started_at: null,
    finished_at: null,
    committed_at: null,
    duration: null,
    coverage: null,
    variables: [],
  }
  return {
    'v4.pipelines': Object.fromEntries(Array.from({ length: count }, (_, index) => [1001 + index, row])),
  }
}

const pagingHeaders = ['x-per-page', 'x-page', 'x-next-page', 'x-prev-page', 'x-total', 'x-total-pages']
const linksOf = (header: string | null, base: string) =>
  (header ?? '').split(', ').map(link => link.replace(`<${base}`, '').replace('>; rel="', ' ').slice(0, -1))

t.test('offset pages tell where they are', async t => {
  const world = gitlab.world('pages')
  world.patch(manyPipelines(45))
  const list = '/projects/42/pipelines'
  // [query, items, [X-Per-Page, X-Page, X-Next-Page, X-Prev-Page, X-Total, X-Total-Pages], Link]
  const rows: [means: string, query: string, items: number, headers: (string | null)[], links: string[]][] = [
    [
      'the first page',
      '',
      20,
      ['20', '1', '2', '', '45', '3'],
      ['page=2&per_page=20 next', 'page=1&per_page=20 first', 'page=3&per_page=20 last'],
    ],
    [
      'a page in the middle',
      'page=2',
      20,
      ['20', '2', '3', '1', '45', '3'],
      [
        'page=1&per_page=20 prev',
        'page=3&per_page=20 next',
        'page=1&per_page=20 first',
        'page=3&per_page=20 last',
      ],
    ],
    [
      'the last page',
      'page=3',
      5,
      ['20', '3', '', '2', '45', '3'],
      ['page=2&per_page=20 prev', 'page=1&per_page=20 first', 'page=3&per_page=20 last'],
    ],
    [
      'past the end',
      'page=4',
      0,
      ['20', '4', '', '', '45', '3'],
      ['page=1&per_page=20 first', 'page=3&per_page=20 last'],
    ],
    [
      'far past the end',
      'page=1000000',
      0,
      ['20', '1000000', '', '', '45', '3'],
      ['page=1&per_page=20 first', 'page=3&per_page=20 last'],
    ],
    [
      'an empty collection',
      'ref=nowhere',
      0,
      ['20', '1', '', '', '0', '1'],
      ['page=1&per_page=20&ref=nowhere first', 'page=1&per_page=20&ref=nowhere last'],
    ],
    [
      'all on one page',
      'per_page=45',
      45,
      ['45', '1', '', '', '45', '1'],
      ['page=1&per_page=45 first', 'page=1&per_page=45 last'],
    ],
    [
      'page 0 is the first',
      'page=0',
      20,
      ['20', '1', '2', '', '45', '3'],
      ['page=2&per_page=20 next', 'page=1&per_page=20 first', 'page=3&per_page=20 last'],
    ],
    [
      'page -1 is the first',
      'page=-1&per_page=30',
      30,
      ['30', '1', '2', '', '45', '2'],
      ['page=2&per_page=30 next', 'page=1&per_page=30 first', 'page=2&per_page=30 last'],
    ],
    [
      'no page is the first',
      'page=',
      20,
      ['20', '1', '2', '', '45', '3'],
      ['page=2&per_page=20 next', 'page=1&per_page=20 first', 'page=3&per_page=20 last'],
    ],
    [
      'per_page 0 is 20',
      'per_page=0',
      20,
      ['20', '1', '2', '', '45', '3'],
      ['page=2&per_page=0 next', 'page=1&per_page=0 first', 'page=3&per_page=0 last'],
    ],
    [
      'per_page -5 is 20',
      'per_page=-5',
      20,
      ['20', '1', '2', '', '45', '3'],
      ['page=2&per_page=-5 next', 'page=1&per_page=-5 first', 'page=3&per_page=-5 last'],
    ],
    [
      'per_page 1000 is 100, links keep it',
      'per_page=1000',
      45,
      ['100', '1', '', '', '45', '1'],
      ['page=1&per_page=1000 first', 'page=1&per_page=1000 last'],
    ],
  ]
  for (const [means, query, items, headers, links] of rows) {
    const answer = await ask(world.v4, `GET ${list}?${query}`, root)
    t.strictSame([answer.status, answer.body.length], [200, items], means)
    t.strictSame(
      pagingHeaders.map(name => answer.headers.get(name)),
      headers,
      `${means}: headers`,
    )
    t.strictSame(linksOf(answer.headers.get('link'), `${world.v4}${list}?`), links, `${means}: Link`)
  }
})

t.test('variables come in pages too', async t => {
  const { body, headers } = await ask(
    gitlab.v4,
    'GET /projects/169/pipelines/55/variables?per_page=1&page=2',
    root,
  )
  t.strictSame([body[0].key, headers.get('x-total'), headers.get('x-prev-page')], ['VAR2', '2', '1'])
})

t.test('links keep every parameter, and the path as it was sent', async t => {
  const world = gitlab.world('links')
  world.patch(manyPipelines(45))
  const path = '/projects/foo%2Fhandbook/pipelines'
  const query =
    'status=success&per_page=2&page=2&updated_after=2016-01-01T00:00:00%2B05:30&tags[]=a&tags[]=b&name='
  const { headers } = await ask(world.v4, `GET ${path}?${query}`, root)
  const kept = (page: number) =>
    `name=&page=${page}&per_page=2&status=success&tags%5B%5D=a&tags%5B%5D=b&updated_after=2016-01-01T00%3A00%3A00%2B05%3A30`
  t.strictSame(linksOf(headers.get('link'), `${world.v4}${path}?`), [
    `${kept(1)} prev`,
    `${kept(3)} next`,
    `${kept(1)} first`,
    `${kept(23)} last`,
  ])
})

t.test('following rel="next" visits every pipeline once', async t => {
  const world = gitlab.world('walk')
  world.patch(manyPipelines(45))
  const seen: number[] = []
  let url: string | undefined = '/projects/42/pipelines?per_page=7&sort=asc&order_by=ref'
  while (url) {
    const { body, headers } = await ask(world.v4, `GET ${url}`, root)
    seen.push(...idsOf(body))
    url = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.slice(world.v4.length)
  }
  t.strictSame(
    seen,
    Array.from({ length: 45 }, (_, index) => 1001 + index),
  )
})

t.test('above 10,000 pipelines nobody is told how many there are', async t => {
  const world = gitlab.world('huge')
  world.patch(manyPipelines(10_000))
  const list = 'GET /projects/42/pipelines?per_page=100'
  const rels = (header: string | null) => [...(header ?? '').matchAll(/rel="(\w+)"/g)].map(found => found[1])
  const whole = await ask(world.v4, list, root)
  t.strictSame([whole.headers.get('x-total'), whole.headers.get('x-total-pages')], ['10000', '100'], '10,000')
  t.strictSame(rels(whole.headers.get('link')), ['next', 'first', 'last'])

  world.patch({ 'v4.pipelines': { 900: manyPipelines(1)['v4.pipelines'][1001]! } })
  const rows: [page: number, items: number, next: string, prev: string, links: string[]][] = [
    [1, 100, '2', '', ['next', 'first']],
    [100, 100, '101', '99', ['prev', 'next', 'first']],
    [101, 1, '', '100', ['prev', 'first']],
  ]
  for (const [page, items, next, prev, links] of rows) {
    const { body, headers } = await ask(world.v4, `${list}&page=${page}`, root)
    t.strictSame(
      [body.length, headers.get('x-next-page'), headers.get('x-prev-page'), rels(headers.get('link'))],
      [items, next, prev, links],
      `10,001: page ${page}`,
    )
    t.notOk(headers.has('x-total') || headers.has('x-total-pages'), 'no total')
  }
  const fewer = await ask(world.v4, `${list}&status=failed`, root)
  t.equal(fewer.headers.get('x-total'), '0', 'what counts is what the filters leave')
})

t.test('a client that has the list already is told so', async t => {
  const world = gitlab.world('etag')
  const first = await ask(world.v4, 'GET /projects/1/pipelines', root)
  const headers = { 'If-None-Match': first.headers.get('etag') ?? '' }
  t.equal((await ask(world.v4, 'GET /projects/1/pipelines', { ...root, headers })).status, 304)
  await ask(world.v4, 'POST /projects/1/pipelines/47/cancel', root)
  t.equal((await ask(world.v4, 'GET /projects/1/pipelines', { ...root, headers })).status, 200)
})
