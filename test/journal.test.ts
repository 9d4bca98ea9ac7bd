// What a world remembers of its requests: who asked what, what came of it and why, and no token.
import { connect } from 'node:net'
import t from 'tap'
import { redactionOf } from '../src/control/redaction.ts'
import { createRing } from '../src/control/ring.ts'
import { createUnderstudy, type WorldHandle } from '../src/index.ts'
import { type Asked, ask } from './ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true, now: Date.parse('2020-05-22T10:00:00Z') })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }

const remembered = async ({ url }: { url: string }, query = '') =>
  (await ask(url, `GET /__admin/requests${query}`)).body
const latest = async (world: { url: string }) => (await remembered(world, '?limit=1')).requests[0]
const count = async ({ url }: { url: string }, json: object) =>
  (await ask(url, 'POST /__admin/requests/count', { json })).body.count

t.test('each request is remembered, the latest first', async t => {
  const world = gitlab.world('story')
  t.strictSame(await remembered(world), { requests: [], total: 0 }, 'at first there was none')
  const listed = await ask(world.v4, 'GET /projects/1/pipelines?per_page=2', { as: tokens.developer })
  const started = await ask(world.v4, 'POST /projects/1/pipeline', { ...root, json: { ref: 'master' } })
  await ask(world.v1, 'GET /projects')
  const { requests, total } = await remembered(world)
  t.equal(total, 3)
  t.match(requests, [
    {
      method: 'GET',
      path: '/w/story/api/v1/projects',
      caller: 'anonymous',
      status: 401,
      operation: 'listProjects',
    },
    {
      ...{ id: started.headers.get('x-request-id'), at: '2020-05-22T10:00:00.000Z', method: 'POST' },
      ...{ path: '/w/story/api/v4/projects/1/pipeline', body: '{"ref":"master"}', status: 201 },
      ...{ operation: 'createProjectPipeline', caller: 'root' },
      headers: { 'content-type': 'application/json', 'private-token': '[redacted]' },
    },
    { operation: 'listProjectPipelines', caller: 'developer', query: 'per_page=2', status: 200 },
  ])
  t.notOk('why' in requests[1] || 'forced' in requests[1], 'of a success there is no why')
  const one = await ask(world.url, `GET /__admin/requests/${listed.headers.get('x-request-id')}`)
  t.strictSame(one.body, requests[2], 'each is found by the X-Request-Id of its answer')
  t.equal((await ask(gitlab.url, `GET /__admin/requests/${requests[2].id}`)).status, 404, 'in its own world')
  t.strictSame((await remembered(world, '?limit=2')).requests, requests.slice(0, 2))
  t.strictSame(await remembered(world, '?limit=0'), { requests: [], total: 3 })
  world.clock.advance('1m')
  await ask(world.v4, 'GET /version', root)
  const since = await remembered(world, '?since=2020-05-22T10:00:30Z')
  t.match(since, { total: 1, requests: [{ operation: 'getVersion', at: '2020-05-22T10:01:00.000Z' }] })
  t.strictSame(world.requests().reverse(), (await remembered(world)).requests, 'a program reads the same')
  t.equal((await ask(world.url, 'DELETE /__admin/requests')).status, 204)
  t.equal((await remembered(world)).total, 0, 'what is forgotten is gone')
  await ask(world.v4, 'GET /version', root)
  world.reset()
  t.equal((await remembered(world)).total, 0, 'and a world that is reset has met none')
})

t.test('requests that fit are counted and found', async t => {
  const world = gitlab.world('fitting')
  const pipeline = 'POST /projects/1/pipeline'
  for (const ref of ['master', 'master', 'nope']) await ask(world.v4, `${pipeline}?ref=${ref}`, root)
  await ask(world.v4, pipeline, { as: tokens.maintainer, json: { ref: 'master' } })
  await ask(world.v4, 'DELETE /projects/1/pipelines/46', { as: tokens.reporter })
  await ask(world.v4, 'GET /projects/1/pipelines/46?private_token=QVy1PB7sTxfy4pqfZM1U')
  await ask(world.v1, 'GET /projects')
  const patterns: [pattern: object, fitting: number][] = [
    [{}, 7],
    [{ operation: 'createProjectPipeline' }, 4],
    [{ operation: 'createProjectPipeline', status: 201 }, 3],
    [{ operation: 'createProjectPipeline', caller: 'maintainer' }, 1],
    [{ method: 'post' }, 4],
    [{ path: '/api/v4/projects/{id}/pipelines/{pipeline_id}' }, 2],
    [{ path: '/api/v4/projects/{id}' }, 0],
    [{ path: '/api/*' }, 7],
    [{ path: '*' }, 7],
    [{ path: '/api/*/pipelines/*' }, 2],
    [{ path: '/*/{id}/pipeline' }, 4],
    [{ path: '/api/v1/projects/' }, 0],
    [{ path: '/api/v1/projects' }, 1],
    [{ query: 'ref=master' }, 2],
    [{ body: '"ref"' }, 1],
    [{ reason: 'forbidden' }, 1],
    [{ reason: 'unauthorized' }, 1],
    [{ status: 403, caller: 'reporter' }, 1],
    [{ query: 'QVy1PB7' }, 0],
    [{ query: 'private_token=[redacted]' }, 1],
  ]
  for (const [json, fitting] of patterns) {
    const written = 'path' in json && json.path === '*' ? { path: '/*' } : json
    t.equal(await count(world, written), fitting, JSON.stringify(json))
    const found = (await ask(world.url, 'POST /__admin/requests/find', { json: written })).body
    t.strictSame([found.requests.length, found.total], [fitting, fitting])
  }
  const refused = [{ path: '/*/*/*/*' }, { path: 'projects' }, { pth: '/' }, { status: 'two' }, { query: {} }]
  for (const json of refused)
    t.equal(
      (await ask(world.url, 'POST /__admin/requests/count', { json })).status,
      400,
      JSON.stringify(json),
    )
})

t.test('why a request was refused', async t => {
  const world = gitlab.world('why')
  const project = '/projects/1'
  const rows: [request: string, asked: Asked, expected: object][] = [
    [
      `DELETE ${project}/pipelines/46`,
      { as: tokens.developer },
      { caller: 'developer', status: 403, why: [{ reason: 'forbidden', needs: 'destroy_pipeline' }] },
    ],
    [
      `GET ${project}`,
      {},
      { caller: 'anonymous', status: 404, why: [{ reason: 'thingNotFound', thing: 'Project' }] },
    ],
    [`GET ${project}`, { as: 'nobody' }, { status: 401, why: [{ reason: 'unauthorized' }] }],
    [`GET ${project}`, { as: tokens.expired }, { status: 401, why: [{ reason: 'tokenExpired' }] }],
    [
      `POST ${project}/issues?title=A`,
      { as: tokens.readonly },
      { status: 403, why: [{ reason: 'insufficientScope', scope: 'api' }] },
    ],
    [`POST ${project}/pipeline`, root, { status: 400, why: [{ reason: 'missing', attribute: 'ref' }] }],
    [
      `GET ${project}/pipelines?scope=bogus`,
      root,
      { status: 400, why: [{ reason: 'notAllowed', attribute: 'scope' }] },
    ],
    [
      `GET ${project}/pipelines?pre_page=2`,
      root,
      { status: 200, notes: [/"pre_page"; did you mean "per_page"/] },
    ],
    [`PUT ${project}/pipelines`, root, { status: 405, why: [{ reason: 'methodNotAllowed', allow: /GET/ }] }],
    [`GET ${project}`, { ...root, headers: { Prefer: 'code=503' } }, { status: 503, forced: true }],
    [
      'GET /projcts/1/pipelines',
      root,
      {
        status: 404,
        why: [{ reason: 'routeUnknown' }],
        notes: ['did you mean GET /projects/{id}/pipelines?'],
      },
    ],
  ]
  for (const [request, asked, expected] of rows) {
    const { status } = await ask(world.v4, request, asked)
    const entry = await latest(world)
    t.match(entry, { ...expected, status }, request)
  }
  const broken = await ask(world.v4, `POST ${project}/issues`, {
    ...root,
    body: '{"title":',
    headers: { 'Content-Type': 'application/json' },
  })
  t.equal(broken.status, 400)
  t.match(await latest(world), { body: '{"title":', why: [{ reason: 'malformed' }] })
})

t.test('what an unknown route most likely meant', async t => {
  const world = gitlab.world('lost')
  const rows: [request: string, meant: string | undefined][] = [
    ['GET /api/v4/projcts', 'GET /projects'],
    ['GET /api/v4/project/1/pipelines', 'GET /projects/{id}/pipelines'],
    ['GET /api/v4/projects/1/pipeline/46', 'GET /projects/{id}/pipelines/{pipeline_id}'],
    ['POST /api/v4/projects/1/pipelines/46/rety', 'POST /projects/{id}/pipelines/{pipeline_id}/retry'],
    ['GET /projects/1/pipelines', 'GET /api/v4/projects/{id}/pipelines'],
    ['GET /api/v5/projects', 'GET /api/v4/projects'],
    ['HEAD /api/v4/usrs', 'GET /users'],
    ['GET /api/v1/project', 'GET /projects'],
    ['POST /api/v1/bulds/register', 'POST /builds/register'],
    ['GET /favicon.ico', undefined],
    ['GET /api/v4/x', undefined],
    ['GET /api/v4/projects/1/merge_requests', undefined],
    ['GET /api/v4/projects/1/pipelines/46/bridges', undefined],
    [`GET /api/v4/${'a/'.repeat(500)}`, undefined],
    [`GET /api/v4/${'projects'.repeat(200)}`, undefined],
  ]
  for (const [request, meant] of rows) {
    const { status, headers } = await ask(world.url, request, root)
    t.equal(status, 404, request.slice(0, 80))
    const unknown = request.includes('/api/') ? 'nothing that is played here is like it' : null
    t.equal(headers.get('x-understudy-note'), meant === undefined ? unknown : `did you mean ${meant}?`)
  }
  const unmatched = (await ask(world.url, 'GET /__admin/requests/unmatched')).body
  t.equal(unmatched.total, rows.length)
  const { nearMisses } = (await ask(world.url, 'GET /__admin/requests/unmatched/near-misses?limit=1000')).body
  t.strictSame(
    nearMisses.map(({ meant }: { meant: string[] }) => meant[0]).reverse(),
    rows.map(([, meant]) => meant),
    'the near misses tell the same',
  )
  t.strictSame(
    nearMisses.map(({ request }: { request: unknown }) => request),
    unmatched.requests,
  )
  await ask(world.v4, 'GET /projects/1', root)
  t.equal(
    (await ask(world.url, 'GET /__admin/requests/unmatched')).body.total,
    rows.length,
    'what has a route, is not',
  )
  const admin = await ask(world.url, 'GET /__admin/request')
  t.equal(admin.headers.get('x-understudy-note'), 'did you mean GET /requests?', 'the control API helps, too')
  t.strictSame(admin.body, {
    error: 'no such call: did you mean GET /requests?; /docs shows those there are',
  })
  t.equal((await remembered(world)).total, rows.length + 1, 'but is not remembered')
})

t.test('no token is told, wherever it stands', async t => {
  const world = gitlab.world('tokens')
  const secret = 'glpat-0123456789abcd'
  const known = [
    tokens.root!,
    tokens.developer!,
    '12b68e90394084703135',
    'iPWx6WM4lhHNedGfBpPJNP',
    'registration-token-1',
  ]
  const boundary = 'xyz'
  const parts = (fields: [name: string, value: string][]) =>
    `${fields.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; ${name}\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`
  const multipart = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
  const json = { 'Content-Type': 'application/json' }
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const requests: [what: string, request: string, asked: Asked][] = [
    ['Private-Token', 'GET /projects', { as: secret }],
    ['Authorization', 'GET /projects', { headers: { Authorization: `Bearer ${secret}` } }],
    ['Job-Token', 'GET /projects', { headers: { 'Job-Token': secret } }],
    ['a cookie', 'GET /projects', { headers: { Cookie: `_gitlab_session=${secret}` } }],
    ['X-CSRF-Token', 'GET /projects', { headers: { 'X-CSRF-Token': secret } }],
    ['any header that sounds like one', 'GET /projects', { headers: { 'X-My-Api-Key': secret } }],
    ['Referer', 'GET /projects', { headers: { Referer: `http://a/b?page=1&private_token=${secret}` } }],
    ['the query', `GET /projects?private_token=${secret}`, {}],
    ['the query, encoded', `GET /projects?private%5ftoken=${secret}`, {}],
    ['the query, in brackets', `GET /projects?a[b][access_token]=${secret}`, {}],
    ['the query, between others', `GET /projects?a=1&job_token=${secret}&b=2`, {}],
    ['the query, by semicolons', `GET /projects?a=1;password=${secret};b=2`, {}],
    ['JSON', 'POST /projects', { json: { name: 'a', token: secret } }],
    ['JSON, deep', 'POST /projects', { json: { a: [{ b: { runners_token: secret } }] } }],
    ['JSON, a whole list', 'POST /projects', { json: { tokens: [secret, { a: secret }], b: 1 } }],
    ['JSON, an escaped name', 'POST /projects', { body: `{"tok\\u0065n" : "${secret}"}`, headers: json }],
    ['JSON, cut off', 'POST /projects', { body: `{"a":1,"password":"${secret}`, headers: json }],
    [
      'JSON, an escaped quote',
      'POST /projects',
      { body: `{"a\\"":1,"token":"\\"${secret}"}`, headers: json },
    ],
    ['JSON, an URL in it', 'POST /projects', { json: { a: `http://h/?x=1&private_token=${secret}` } }],
    ['JSON that says it is a form', 'POST /projects', { body: `{"token":"${secret}"}`, headers: form }],
    ['JSON of no type', 'POST /projects', { body: new TextEncoder().encode(`{"token":"${secret}"}`) }],
    ['a form', 'POST /projects', { form: { name: 'a', private_token: secret } }],
    [
      'JSON, a variable that is called like one',
      'POST /projects',
      {
        json: {
          variables: [
            { key: 'A', value: 'b' },
            { key: 'DEPLOY_TOKEN', value: secret },
          ],
        },
      },
    ],
    [
      'a form, a variable that is called like one',
      'POST /projects',
      { form: { 'variables[][key]': 'DEPLOY_TOKEN', 'variables[][value]': secret } },
    ],
    ['a form that says it is JSON', 'POST /projects', { body: `a=1&token=${secret}&b=2`, headers: json }],
    [
      'multipart',
      'POST /projects',
      {
        body: parts([
          ['name="a"', 'b'],
          ['name="token"', secret],
        ]),
        headers: multipart,
      },
    ],
    ['multipart, unquoted', 'POST /projects', { body: parts([['name=token', secret]]), headers: multipart }],
    [
      'multipart, several lines',
      'POST /projects',
      { body: parts([['name="password"', `a\r\n${secret}`]]), headers: multipart },
    ],
    [
      'multipart, a file',
      'POST /projects',
      { body: parts([['name="token"; filename="a"', secret]]), headers: multipart },
    ],
    [
      'multipart without a boundary',
      'POST /projects',
      { body: secret, headers: { 'Content-Type': 'multipart/form-data' } },
    ],
    ...known.flatMap((token): typeof requests => [
      ['a known one as a parameter of another name', `GET /projects?search=${token}`, root],
      ['in the path', `GET /projects/${token}/pipelines`, root],
      ['in the path, among others', `GET /projects/foo%2F${token}`, root],
      ['in the path, encoded', `GET /projects/%${token.charCodeAt(0).toString(16)}${token.slice(1)}`, root],
      ['twice encoded', `GET /projects?search=%25${token.charCodeAt(0).toString(16)}${token.slice(1)}`, root],
      ['as the name of a parameter', `GET /projects?${token}=1`, root],
      ['as an unknown parameter, which is noted', `GET /projects?${token}[a]=1`, root],
      ['in any header', 'GET /projects', { headers: { 'X-Anything': `a ${token}, b` } }],
      ['in JSON', 'POST /projects', { ...root, json: { name: token } }],
      [
        'in JSON, escaped',
        'POST /projects',
        { ...root, body: `{"a":"\\u00${token.charCodeAt(0).toString(16)}${token.slice(1)}"}`, headers: json },
      ],
      ['in a text', 'POST /projects', { ...root, json: { name: `Bearer ${token}.` } }],
      ['in multipart', 'POST /projects', { ...root, body: parts([['name="a"', token]]), headers: multipart }],
      ['in what it was refused for', `POST /projects?name=a&visibility=${token}`, root],
      ['where a status is asked for', 'GET /projects', { headers: { 'X-Mock-Scenario': token } }],
    ]),
  ]
  for (const [what, request, asked] of requests) {
    await ask(world.v4, request, asked)
    const text = JSON.stringify(await latest(world))
    const leaked = [secret, ...known].filter(token => text.includes(token))
    t.strictSame(leaked, [], `${what}: ${leaked.length > 0 ? text : ''}`)
    t.match(text, '[redacted]', what)
  }
  t.notMatch(JSON.stringify(world.requests()), secret)
  world.patch({ 'v1.runners': { 85: { token: 'a+b/c==d e' } } })
  for (const sent of ['a%2Bb%2Fc%3D%3Dd%20e', 'a+b/c==d e'])
    await ask(world.v4, 'GET /projects', { headers: { 'X-Anything': sent } })
  t.notMatch(JSON.stringify(world.requests().slice(-2)), /a\+b|a%2Bb/, 'tokens that are no words')
  const plain = await ask(world.v4, 'POST /projects', {
    ...root,
    json: { name: 'A', path: 'a', tag_list: ['x'] },
  })
  t.equal(plain.status, 201)
  t.equal(
    (await latest(world)).body,
    '{"name":"A","path":"a","tag_list":["x"]}',
    'all else is told as it was sent',
  )
  const variables = '{"variables":[{"key":"MY_TOKEN"},{"key":"A","value":"b"},{"value":"c"}]}'
  await ask(world.v4, 'POST /projects', { ...root, body: variables, headers: json })
  t.equal((await latest(world)).body, variables, 'also the value of another key')
})

t.test('a token across the end of what is told of a body is told in no part', async t => {
  const world = gitlab.world('cut')
  // What is told ends at 8,192 bytes, and what is kept somewhat later: at each place the token begins within it.
  for (const before of [8170, 8180, 8191, 8690, 8700, 8703]) {
    const body = `{"title":"${'x y '.repeat(3000)}`.slice(0, before) + tokens.root + ' y'.repeat(2000)
    await ask(world.v4, 'POST /projects/1/issues', {
      ...root,
      body,
      headers: { 'Content-Type': 'application/json' },
    })
    const told: string = (await latest(world)).body
    t.notMatch(told, tokens.root.slice(0, 3), `a token from ${before} on`)
    t.ok(told.length > 8000 && told.length <= 8192, 'and nearly all else is')
  }
})

t.test('patterns of WireMock find requests, where they are plain', async t => {
  const world = gitlab.world('wiremock')
  await ask(world.v4, 'GET /projects/1/pipelines?per_page=2&private_token=abcdefgh', root)
  await ask(world.v4, 'GET /projects/1/pipelines', root)
  const rows: [pattern: object, found: number][] = [
    [{ urlPath: '/api/v4/projects/1/pipelines' }, 2],
    [{ urlPath: '/api/v4/projects/*' }, 2],
    [{ urlPath: '/api/v4/projects/2/pipelines' }, 0],
    [{ url: '/api/v4/projects/1/pipelines' }, 1],
    [{ url: '/api/v4/projects/1/pipelines?per_page=2&private_token=[redacted]' }, 1],
    [{ url: '/api/v4/projects/1/pipelines?per_page=2&private_token=abcdefgh' }, 0],
    [{ method: 'POST', url: '/api/v4/projects/1/pipelines' }, 0],
  ]
  for (const [pattern, found] of rows) t.equal(await count(world, pattern), found, JSON.stringify(pattern))
  t.match(await latest(world), { url: '/w/wiremock/api/v4/projects/1/pipelines' })
  const refused = await ask(world.url, 'POST /__admin/requests/count', { json: { urlPattern: '/.*' } })
  t.match(refused, {
    status: 400,
    body: { error: /^"urlPattern" is not known here; known are method, path,/ },
  })
})

t.test('as many requests are remembered as were asked for', async t => {
  for (const [journal, kept] of [
    [0, []],
    [2, ['number=5', 'number=4']],
    [1500, ['number=5', 'number=4', 'number=3', 'number=2', 'number=1']],
  ] as const) {
    await using small = await createUnderstudy({ journal })
    for (let number = 1; number <= 5; number++) await ask(small.v4, `GET /version?number=${number}`, root)
    const { requests } = await remembered(small)
    t.strictSame(
      requests.map(({ query }: { query: string }) => query),
      kept,
      `--journal ${journal}`,
    )
    t.equal(small.requests().length, kept.length)
  }
  await using large = await createUnderstudy({ journal: 1500 })
  await Promise.all(Array.from({ length: 1300 }, () => ask(large.v4, 'GET /version', root)))
  t.match(await remembered(large), { total: 1300, requests: { length: 1300 } }, 'more than by default, too')
})

t.test('texts that are made to take long, do not', async t => {
  const { query, body, text } = redactionOf([new Set(['a+b'])])
  const long = 8192
  const hostile = [
    ...['a', '"', '\\"', '{', '[', '%', '\\u', '=', '&', '.', ' ', '\n', 'name="', '"a":'].map(it =>
      it.repeat(long),
    ),
    `"${'\\"'.repeat(long)}`,
    'name="a"\r\n'.repeat(long / 8),
    '--x\r\n'.repeat(long / 4),
  ]
  for (const sent of hostile) {
    for (const type of ['application/json', 'multipart/form-data; boundary=x', '']) {
      const told = body(Buffer.from(sent), type)
      t.ok(told.length <= 2 * sent.length + 20, `${type} ${sent.slice(0, 10)}`)
    }
    t.equal(text(query(sent)).length, sent.length)
  }
})

t.test('the journal is a ring, bounded by number and by size', async t => {
  const world = gitlab.world('ring')
  const socket = connect(Number(new URL(gitlab.url).port), '127.0.0.1')
  const version = (number: number) =>
    `GET /w/ring/api/v4/version?number=${number} HTTP/1.1\r\nHost: h\r\nPrivate-Token: ${tokens.root}\r\n`
  const answers = new Promise<void>((resolve, reject) => {
    socket.on('data', () => {})
    socket.on('error', reject)
    socket.on('close', resolve)
  })
  for (let number = 1; number < 1010; number++) socket.write(`${version(number)}\r\n`)
  socket.write(`${version(1010)}Connection: close\r\n\r\n`)
  await answers
  const { requests, total } = await remembered(world)
  t.equal(total, 1000)
  t.strictSame([requests[0].query, requests.at(-1).query], ['number=1010', 'number=11'], 'the last thousand')
  t.equal(await count(world, { query: 'number=10' }), 21, 'of which each can be found')

  const large = gitlab.world('large')
  const title = 'x'.repeat(100_000)
  await ask(large.v4, 'POST /projects/1/issues', { ...root, json: { title } })
  const [entry] = large.requests() as [{ body: string }]
  t.equal(entry.body.length, 8192, 'of a large body, the beginning is kept')

  const ring = createRing<string>(
    { entries: 5, bytes: 100, pool: { most: 1000, bytes: 0, rings: 0 } },
    ({ length }) => length,
  )
  const texts = (...sizes: number[]) => sizes.map((size, place) => `${place}`.repeat(size))
  for (const text of texts(1, 1, 1, 1, 1, 1, 1)) ring.add(text)
  t.strictSame(ring.entries(), ['2', '3', '4', '5', '6'])
  ring.add('a'.repeat(98))
  t.strictSame(ring.entries(), ['5', '6', 'a'.repeat(98)], 'the oldest make room')
  ring.add('b'.repeat(500))
  t.strictSame(ring.entries(), ['b'.repeat(500)], 'and the latest stays, whatever its size')
  ring.clear()
  t.strictSame(ring.entries(), [])
  for (let number = 0; number < 1000; number++) ring.add(`${number}`)
  t.strictSame(ring.entries(), ['995', '996', '997', '998', '999'])

  const bounds = { entries: 1000, bytes: 400, pool: { most: 2000, bytes: 0, rings: 0 } }
  const rings = Array.from({ length: 20 }, () => createRing<number>(bounds, () => 10))
  for (const ring of rings) for (let number = 0; number < 100; number++) ring.add(number)
  const kept = rings.map(ring => ring.entries().length)
  t.equal(kept[0], 40, 'while there is room, a ring is as large as it may be')
  t.ok(kept.at(-1)! < 40 && kept.at(-1)! > 0, 'then it has its share')
  t.ok(
    kept.reduce((sum, number) => sum + number * 10, 0) <= 2 * bounds.pool.most,
    'all together stay within bounds',
  )
})

t.test('the log tells the same, a line each', async t => {
  const written: string[] = []
  const write = process.stderr.write
  process.stderr.write = ((text: string) => written.push(text)) as unknown as typeof write
  t.teardown(() => {
    process.stderr.write = write
  })
  await using loud = await createUnderstudy({ log: 'info' })
  await ask(loud.v4, 'GET /projcts/1/pipelines', root)
  await ask(loud.v4, 'DELETE /projects/1/pipelines/46', { as: tokens.developer })
  await ask(loud.url, 'GET /__admin/requests')
  await ask(loud.url, 'PUT /__admin/clock', { json: { now: 'never' } })
  process.stderr.write = write
  const lines = written.join('').trimEnd().split('\n')
  t.strictSame(lines.slice(0, 2), [
    '404 GET /api/v4/projcts/1/pipelines root (did you mean GET /projects/{id}/pipelines?): routeUnknown',
    '403 DELETE /api/v4/projects/1/pipelines/46 deleteProjectPipeline developer: forbidden (needs destroy_pipeline)',
  ])
  t.match(lines[2], /^400 PUT \/__admin\/clock setClock admin: invalid \(attribute now/)
  t.equal(lines.length, 3, 'the control API only where it went wrong')
})

t.test('worlds keep their memories to themselves', async t => {
  const worlds: WorldHandle[] = Array.from({ length: 20 }, (_, number) => gitlab.world(`memory-${number}`))
  await Promise.all(
    worlds.flatMap(({ v4 }, number) => [1, 2].map(() => ask(v4, `GET /projects?search=s${number}`, root))),
  )
  for (const [number, world] of worlds.entries()) {
    const { requests } = await remembered(world)
    t.strictSame(
      requests.map(({ query }: { query: string }) => query),
      [`search=s${number}`, `search=s${number}`],
    )
  }
})
