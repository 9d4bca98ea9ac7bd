// Pipelines and their triggers as real servers answered: each row is named by the fact that it shows.
import t, { type Test } from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const now = '2016-11-04T12:00:00.000Z'
const gitlab = await createUnderstudy({ checkAnswers: true, profile: 'observed', now: Date.parse(now) })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root: Asked = { as: tokens.root }
const maintainer: Asked = { as: tokens.maintainer }
const developer: Asked = { as: tokens.developer }
const anonymous: Asked = {}

const forbidden = { message: '403 Forbidden' }
const noProject = { message: '404 Project Not Found' }
const noPipeline = { message: '404 Not found' }
const unauthorized = { message: '401 Unauthorized' }
const noRef = { message: { base: ['Reference not found'] } }
const noPush = (ref: string) => ({
  message: { base: [`Insufficient permissions for protected ref '${ref}'`] },
})

type Exchange = [fact: string, request: string, asked: Asked, status: number, body?: unknown]

let worlds = 0
async function exchanges(t: Test, rows: readonly Exchange[]): Promise<void> {
  for (const [fact, request, asked, status, body] of rows) {
    const answer = await ask(gitlab.world(`exchange-${++worlds}`).v4, request, asked)
    const expected = body === undefined ? [status] : [status, body]
    t.strictSame([answer.status, answer.body].slice(0, expected.length), expected, `${fact}: ${request}`)
  }
}

const avatar = 'http://www.gravatar.com/avatar/e64c7d89f26bd1972efa854d13d7dd61?s=80&d=identicon'
const favicons = {
  success: 'success-8451333011eee8ce9f2ab25dc487fe24a8758c694827a582f17f42b0a90446a2',
  pending: 'pending-5bdf338420e5221ca24353b6bff1c9367189588750632e9a871b7af09ff6a2ae',
}

t.test('a pipeline is printed as servers print it: fields, order, two decimals, detailed status', async t => {
  const { text } = await ask(gitlab.v4, 'GET /projects/1/pipelines/46', root)
  const basic = {
    id: 46,
    sha: 'a91957a858320c0e17f3a0eca7cfacbff50ea29a',
    ref: 'master',
    status: 'success',
    created_at: '2016-08-11T11:28:34.085Z',
    updated_at: '2016-08-11T11:32:35.169Z',
    web_url: `${gitlab.url}/foo/bar/-/pipelines/46`,
  }
  t.equal(
    text,
    JSON.stringify({
      ...basic,
      before_sha: 'a91957a858320c0e17f3a0eca7cfacbff50ea29a',
      tag: false,
      yaml_errors: null,
      user: {
        id: 1,
        name: 'Administrator',
        username: 'root',
        state: 'active',
        avatar_url: avatar,
        web_url: `${gitlab.url}/root`,
      },
      started_at: null,
      finished_at: '2016-08-11T11:32:35.145Z',
      committed_at: null,
      duration: null,
      coverage: '30.00',
      detailed_status: {
        icon: 'status_success',
        text: 'passed',
        label: 'passed',
        group: 'success',
        tooltip: 'passed',
        has_details: false,
        details_path: '/foo/bar/-/pipelines/46',
        illustration: null,
        favicon: `/assets/ci_favicons/favicon_status_${favicons.success}.png`,
      },
    }),
    'one (source of 12.0 to 13.0)',
  )
  const list = await ask(gitlab.v4, 'GET /projects/1/pipelines?ref=master', root)
  t.equal(list.text, JSON.stringify([basic]), 'in a list (answers of 12.10 to 13.x)')
  const variables = await ask(gitlab.v4, 'GET /projects/1/pipelines/46/variables?per_page=1&page=2', root)
  t.equal(
    variables.text,
    '[{"variable_type":"env_var","key":"RUN_NIGHTLY_BUILD","value":"true"},{"variable_type":"env_var","key":"foo","value":"bar"}]',
    'its variables, all of them, the type first (source of 12.0)',
  )
  t.notOk(variables.headers.has('x-total') || variables.headers.has('link'), 'and not paged')
})

t.test('every way to a pipeline shows all of it', async t => {
  const form = { token: 'trigger-token-0000001', ref: 'new-pipeline' }
  const rows: [request: string, asked: Asked][] = [
    ['GET /projects/1/pipelines/48', root],
    ['GET /projects/1/pipelines/latest?ref=new-pipeline', root],
    ['POST /projects/1/pipeline?ref=new-pipeline', root],
    ['POST /projects/1/pipelines/48/retry', root],
    ['POST /projects/1/trigger/pipeline', { form }],
    ['POST /projects/1/ref/new-pipeline/trigger/pipeline', { form: { token: form.token } }],
  ]
  const { body: shown } = await ask(gitlab.v4, 'GET /projects/1/pipelines/46', root)
  for (const [request, asked] of rows) {
    const world = gitlab.world(`whole-${++worlds}`)
    const { body } = await ask(world.v4, request, asked)
    t.strictSame(Object.keys(body), Object.keys(shown), request)
    t.match(body, {
      status: 'pending',
      coverage: null,
      detailed_status: { icon: 'status_pending', label: 'pending' },
    })
    t.equal(body.web_url, `${world.url}/foo/bar/-/pipelines/${body.id}`)
    t.equal(body.detailed_status.details_path, new URL(body.web_url).pathname)
    t.equal(body.detailed_status.favicon, `/assets/ci_favicons/favicon_status_${favicons.pending}.png`)
  }
})

t.test('a status is told in words for people as well', async t => {
  type Row = [
    fact: string,
    status: string,
    icon: string,
    text: string,
    label: string,
    group: string,
    tooltip: string,
  ]
  const rows: Row[] = [
    ['source of 12.0', 'created', 'created', 'created', 'created', 'created', 'created'],
    ['source of 12.8', 'preparing', 'preparing', 'preparing', 'preparing', 'preparing', 'preparing'],
    ['source of 12.0', 'pending', 'pending', 'pending', 'pending', 'pending', 'pending'],
    ['source of 12.0', 'running', 'running', 'running', 'running', 'running', 'running'],
    ['source of 12.0', 'success', 'success', 'passed', 'passed', 'success', 'passed'],
    ['source of 12.0', 'failed', 'failed', 'failed', 'failed', 'failed', 'failed'],
    ['source of 12.0', 'canceled', 'canceled', 'canceled', 'canceled', 'canceled', 'canceled'],
    ['source of 12.0', 'skipped', 'skipped', 'skipped', 'skipped', 'skipped', 'skipped'],
    ['source of 12.0', 'manual', 'manual', 'blocked', 'waiting for manual action', 'manual', 'manual action'],
    [
      'source of 12.0',
      'scheduled',
      'scheduled',
      'delayed',
      'waiting for delayed job',
      'scheduled',
      'delayed',
    ],
    [
      'statuses since 12.8',
      'waiting_for_resource',
      'pending',
      'waiting',
      'waiting for resource',
      'waiting-for-resource',
      'waiting for resource',
    ],
  ]
  const world = gitlab.world('statuses')
  for (const [fact, status, icon, text, label, group, tooltip] of rows) {
    world.patch({ 'v4.pipelines': { 46: { status } } })
    const { body } = await ask(world.v4, 'GET /projects/1/pipelines/46', root)
    const { has_details, details_path, illustration, favicon, ...told } = body.detailed_status
    t.strictSame(told, { icon: `status_${icon}`, text, label, group, tooltip }, `${status} (${fact})`)
    t.match(favicon, /^\/assets\/ci_favicons\/favicon_status_[a-z]+(-[0-9a-f]{64})?\.png$/)
    const listed = await ask(world.v4, `GET /projects/1/pipelines?status=${status}`, root)
    t.ok(
      listed.body.some(({ id }: { id: number }) => id === 46),
      `${status} is a filter`,
    )
  }
  const warned = await ask(gitlab.v4, 'GET /projects/8/pipelines/26', root)
  t.match(
    warned.body.detailed_status,
    {
      icon: 'status_warning',
      text: 'passed',
      label: 'passed with warnings',
      group: 'success-with-warnings',
      tooltip: 'passed',
    },
    'a success with a failure that is allowed (source of 12.0)',
  )
  for (const [path, open] of [
    ['/projects/5/pipelines/51', true],
    ['/projects/8/pipelines/26', false],
  ] as const) {
    const { body } = await ask(gitlab.v4, `GET ${path}`, root)
    t.equal(
      body.detailed_status.has_details,
      open,
      `whether there are details is judged as for anybody (source of 12.0 to 12.10): ${path}`,
    )
  }
})

t.test('lists are judged in the order of declaration (Grape 1.1 on the wire)', t =>
  exchanges(t, [
    ['scope', 'GET /projects/8/pipelines?scope=', root, 400, { error: 'scope does not have a valid value' }],
    [
      'status',
      'GET /projects/8/pipelines?status=done',
      root,
      400,
      { error: 'status does not have a valid value' },
    ],
    [
      'sort: lower case only',
      'GET /projects/8/pipelines?sort=ASC',
      root,
      400,
      { error: 'sort does not have a valid value' },
    ],
    [
      'order_by',
      'GET /projects/8/pipelines?order_by=sha',
      root,
      400,
      { error: 'order_by does not have a valid value' },
    ],
    [
      'yaml_errors',
      'GET /projects/8/pipelines?yaml_errors=x',
      root,
      400,
      { error: 'yaml_errors is invalid' },
    ],
    [
      'a date',
      'GET /projects/8/pipelines?updated_after=yesterday',
      root,
      400,
      { error: 'updated_after is invalid' },
    ],
    [
      'several, pages first',
      'GET /projects/8/pipelines?scope=x&per_page=x&page=x',
      root,
      400,
      { error: 'page is invalid, per_page is invalid, scope does not have a valid value' },
    ],
    [
      'all of them',
      'GET /projects/8/pipelines?sort=x&order_by=x&updated_after=x&updated_before=x&yaml_errors=x&status=x&scope=x',
      root,
      400,
      {
        error:
          'scope does not have a valid value, status does not have a valid value, yaml_errors is invalid, ' +
          'updated_before is invalid, updated_after is invalid, order_by does not have a valid value, ' +
          'sort does not have a valid value',
      },
    ],
    [
      'before who asks, and of which project',
      'GET /projects/404/pipelines?scope=x',
      anonymous,
      400,
      { error: 'scope does not have a valid value' },
    ],
    [
      'an id that is no number',
      'GET /projects/1/pipelines/first',
      root,
      400,
      { error: 'pipeline_id is invalid' },
    ],
    ['another method than a path has', 'DELETE /projects/8/pipelines', root, 404, { error: '404 Not Found' }],
  ]),
)

t.test('dates are strict: the very moment is neither after nor before', async t => {
  const rows: [query: string, ids: number[]][] = [
    ['updated_after=2016-10-20T08:05:00.000Z', []],
    ['updated_after=2016-10-20T08:04:59.999Z', [52, 51]],
    ['updated_before=2016-10-20T08:05:00.000Z', []],
    ['updated_before=2016-10-20T08:05:00.001Z', [52, 51]],
  ]
  for (const [query, ids] of rows) {
    const { body } = await ask(gitlab.v4, `GET /projects/5/pipelines?${query}`, root)
    t.strictSame(
      body.map(({ id }: { id: number }) => id),
      ids,
      query,
    )
  }
})

t.test('the latest pipeline (source of 12.3 to 13.0)', async t => {
  const path = 'GET /projects/8/pipelines/latest'
  await exchanges(t, [
    ['without a pipeline is 403', 'GET /projects/1/pipelines/latest', root, 403, forbidden],
    ['of an unknown ref is 403', `${path}?ref=nowhere`, root, 403, forbidden],
    ['of a sha is 403', `${path}?ref=6ccbf0a8f8b0e087f45fc5f0bf850d51d3d575c5`, root, 403, forbidden],
    [
      'of a branch on which it is not the newest commit is 403',
      'GET /projects/1/pipelines/latest?ref=master',
      root,
      403,
      forbidden,
    ],
    ['of a project that is hidden is 404', 'GET /projects/1/pipelines/latest', anonymous, 404, noProject],
    [
      'who may not see pipelines',
      'GET /projects/1/pipelines/latest?ref=new-pipeline',
      { as: tokens.guest },
      403,
      forbidden,
    ],
    ['anybody, where pipelines are public', 'GET /projects/5/pipelines/latest', anonymous, 200],
    ['a wrong parameter', `${path}?ref[]=master`, root, 400, { error: 'ref is invalid' }],
    [
      'it is only for reading',
      'DELETE /projects/8/pipelines/latest',
      root,
      400,
      { error: 'pipeline_id is invalid' },
    ],
  ])
  const rows: [means: string, query: string, id: number][] = [
    ['the default branch', '', 31],
    ['no text is the default branch', '?ref=', 31],
    ['a branch', '?ref=develop', 30],
    ['a tag', '?ref=v1.1.0', 28],
  ]
  for (const [means, query, id] of rows) {
    const { status, body } = await ask(gitlab.v4, path + query, root)
    t.strictSame([status, body.id], [200, id], means)
  }
  const world = gitlab.world('latest')
  const { body } = await ask(world.v4, 'POST /projects/1/pipeline?ref=master', root)
  t.equal(
    (await ask(world.v4, 'GET /projects/1/pipelines/latest', root)).body.id,
    body.id,
    'a new one is the latest',
  )
})

t.test('what a pipeline is started with is judged by type only (Grape 1.1 on the wire)', t => {
  const path = 'POST /projects/1/pipeline'
  const master = { ref: 'master' }
  return exchanges(t, [
    ['no ref', path, { ...root, json: {} }, 400, { error: 'ref is missing' }],
    ['null is a ref, and unknown', path, { ...root, json: { ref: null } }, 400, noRef],
    ['so is no text', path, { ...root, form: { ref: '' } }, 400, noRef],
    ['a list', path, { ...root, json: { ref: ['master'] } }, 400, { error: 'ref is invalid' }],
    ['a map', path, { ...root, form: { 'ref[a]': 'b' } }, 400, { error: 'ref is invalid' }],
    [
      'variables: a text',
      path,
      { ...root, form: { ...master, variables: 'A' } },
      400,
      { error: 'variables is invalid' },
    ],
    [
      'variables by number',
      path,
      { ...root, form: { ...master, 'variables[0][key]': 'A', 'variables[0][value]': '1' } },
      400,
      { error: 'variables is invalid' },
    ],
    [
      'both',
      path,
      { ...root, form: { variables: 'A' } },
      400,
      { error: 'ref is missing, variables is invalid' },
    ],
    ['who writes signs in first', path, { json: {} }, 401, unauthorized],
    [
      'then the parameters',
      'POST /projects/404/pipeline',
      { ...root, json: {} },
      400,
      { error: 'ref is missing' },
    ],
    ['then the project', 'POST /projects/404/pipeline', { ...root, json: master }, 404, noProject],
    ['then who may', path, { as: tokens.reporter, json: { ref: 'nowhere' } }, 403, forbidden],
    ['then the record', 'POST /projects/1/pipelines/404/retry', { as: tokens.reporter }, 404, noPipeline],
  ])
})

t.test(
  'who may not push to a protected ref starts and changes no pipeline on it (source of 12.0)',
  async t => {
    const create = 'POST /projects/1/pipeline?ref='
    await exchanges(t, [
      ['a protected branch', `${create}master`, developer, 400, noPush('master')],
      ['maintainers may push', `${create}master`, maintainer, 201],
      ['another branch', `${create}new-pipeline`, developer, 201],
      ['a tag that is not protected', `${create}my/tag`, developer, 201],
      ['a protected tag', 'POST /projects/8/pipeline?ref=v1.0.0', developer, 400, noPush('v1.0.0')],
      ['an unknown ref is not protected', `${create}nowhere`, developer, 400, noRef],
      ['who may start none is told so first', `${create}master`, { as: tokens.reporter }, 403, forbidden],
      ['cancel', 'POST /projects/8/pipelines/31/cancel', developer, 403, forbidden],
      ['retry', 'POST /projects/8/pipelines/20/retry', developer, 403, forbidden],
      ['retry, on a tag', 'POST /projects/8/pipelines/21/retry', developer, 403, forbidden],
      ['on another branch', 'POST /projects/8/pipelines/30/cancel', developer, 200],
      ['on a branch that is gone', 'POST /projects/8/pipelines/22/retry', developer, 201],
      ['maintainers may', 'POST /projects/8/pipelines/31/cancel', maintainer, 200],
    ])
    const rows: [fact: string, branch: object, status: number][] = [
      ['where developers can push', { developers_can_push: true }, 201],
      ['where developers can merge', { developers_can_merge: true }, 201],
      ['where nothing is protected', { protected: false }, 201],
    ]
    for (const [fact, branch, status] of rows) {
      const world = gitlab.world(`branch-${++worlds}`)
      world.patch({ 'v4.branches': { 1: branch } })
      t.equal((await ask(world.v4, `${create}master`, developer)).status, status, fact)
    }
    const world = gitlab.world('own')
    world.patch({ 'v4.pipelines': { 46: { user_id: 13 }, 48: { user_id: 13 } } })
    const variables = (id: number) => ask(world.v4, `GET /projects/1/pipelines/${id}/variables`, developer)
    t.equal((await variables(48)).status, 200, 'variables of a pipeline of their own')
    t.equal((await variables(46)).status, 403, 'but not on a protected branch')
  },
)

t.test(
  'variables are read like anything else: anonymous callers get as far as the project (source of 12.8)',
  t =>
    exchanges(t, [
      ['a private project', 'GET /projects/1/pipelines/46/variables', anonymous, 404, noProject],
      ['a public project', 'GET /projects/5/pipelines/51/variables', anonymous, 403, forbidden],
      ['an unknown pipeline', 'GET /projects/5/pipelines/46/variables', anonymous, 404, noPipeline],
      ['a bad token', 'GET /projects/1/pipelines/46/variables', { as: 'nobody' }, 401, unauthorized],
      ['what is not paged has no page', 'GET /projects/1/pipelines/46/variables?page=first', root, 200],
    ]),
)

t.test('triggers are judged as any request, then by their token (source of 12.0)', async t => {
  const path = 'POST /projects/1/trigger/pipeline'
  const token = 'trigger-token-0000001'
  const master = { token, ref: 'master' }
  const noMap = { message: 'variables needs to be a map of key-valued strings' }
  const notFound = { message: '404 Not Found' }
  await exchanges(t, [
    ['nothing sent', path, {}, 400, { error: 'ref is missing, token is missing' }],
    [
      'the ref is in the path',
      'POST /projects/1/ref/master/trigger/pipeline',
      {},
      400,
      { error: 'token is missing' },
    ],
    [
      'a token as a header does not count',
      path,
      { ...root, form: { ref: 'master' } },
      400,
      { error: 'token is missing' },
    ],
    [
      "a job's neither",
      path,
      { headers: { 'JOB-TOKEN': tokens.job! }, form: { ref: 'master' } },
      400,
      { error: 'token is missing' },
    ],
    [
      'variables: a text',
      path,
      { form: { ...master, variables: 'A' } },
      400,
      { error: 'variables is invalid' },
    ],
    [
      'variables: a list',
      path,
      { form: { ...master, 'variables[]': 'A' } },
      400,
      { error: 'variables is invalid' },
    ],
    ['variables: numbers', path, { json: { ...master, variables: { A: 1 } } }, 400, noMap],
    [
      'variables come before the token',
      path,
      { json: { token: 'x', ref: 'master', variables: { A: 1 } } },
      400,
      noMap,
    ],
    ['a wrong token', path, { form: { ...master, token: 'x' } }, 404, notFound],
    ['an unknown project', 'POST /projects/404/trigger/pipeline', { form: master }, 404, notFound],
    ['an unknown ref', path, { form: { token, ref: 'nowhere' } }, 400, noRef],
    ['its owner may push', path, { form: master }, 201],
    [
      "a job's token is a token, but its user may not push",
      path,
      { form: { token: tokens.job!, ref: 'master' } },
      400,
      noPush('master'),
    ],
    ['or may, elsewhere', path, { form: { token: tokens.job!, ref: 'my/branch' } }, 201],
  ])
  const world = gitlab.world('owner')
  world.patch({ 'v4.members': { 3: { access_level: 30 } } })
  const { status, body } = await ask(world.v4, path, { form: master })
  t.strictSame([status, body], [400, noPush('master')], 'a trigger can do what its owner can')
})
