// Failures on request: what is asked for by a header, and what is armed in a world.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { loadContract, profiles } from '../src/contract/load.ts'
import { type Arming, createUnderstudy, type WorldHandle } from '../src/index.ts'
import { faultNames } from '../src/lifecycle/faults.ts'
import { scenariosOf } from '../src/lifecycle/scenario_names.ts'
import { type Asked, ask } from './ask.ts'

const now = Date.parse('2020-05-22T10:00:20Z')
const gitlab = await createUnderstudy({ checkAnswers: true, now })
t.teardown(() => gitlab.close())
const root = { as: gitlab.tokens.root }

const startPipeline = 'POST /projects/1/pipeline?ref=master'
const listPipelines = 'GET /projects/1/pipelines'
const v1Root = `private_token=${gitlab.tokens.root}&url=http://demo.gitlab.com/`

/** The statuses of the same request, asked so many times one after the other. */
async function statusesOf(
  base: string,
  request: string,
  count: number,
  asked: Asked = root,
): Promise<number[]> {
  const statuses: number[] = []
  while (statuses.length < count) statuses.push((await ask(base, request, asked)).status)
  return statuses
}

const idsIn = async ({ v4 }: WorldHandle) =>
  (await ask(v4, listPipelines, root)).body.map(({ id }: { id: number }) => id)

/** Arms a scenario by the control API. */
const armBy = ({ url }: WorldHandle, json: unknown) => ask(url, 'POST /__admin/scenarios', { json })
const armedIn = async ({ url }: WorldHandle) => (await ask(url, 'GET /__admin/scenarios')).body.scenarios

t.test('every status of a failure can be asked for', async t => {
  const codes = [402, 406, 411, 415, 416, 417, 418, 421, 423, 424, 425, 426, 428, 431, 451]
  for (const base of [gitlab.v4, gitlab.v1]) {
    for (const code of [...codes, 501, 505, 506, 507, 508, 509, 510, 511]) {
      const answer = await ask(base, 'DELETE /projects/1', { headers: { Prefer: `code=${code}` } })
      t.equal(answer.status, code, `${code} at ${base}`)
      t.equal(answer.headers.get('preference-applied'), `code=${code}`)
      t.match(Object.values(answer.body).join(), `${code === 406 || code === 415 ? 'supported' : code}`)
    }
    for (const code of ['201', '204', '399', '430', '599', '600', '0x1f4', '5e2', '-404', '404.0'])
      t.equal((await ask(base, 'GET /projects', { headers: { Prefer: `code=${code}` } })).status, 400, code)
  }
  t.equal((await ask(gitlab.v4, 'GET /projects/1', root)).status, 200, 'and nothing was done')
})

t.test('every name of the atlas, in each API and profile, is answered as its wording says', async t => {
  for (const profile of profiles) {
    await using server = await createUnderstudy({ checkAnswers: true, profile, now })
    for (const api of ['v4', 'v1'] as const) {
      const { refusals } = loadContract(api, profile)
      for (const [name, reason] of scenariosOf(refusals)) {
        const { status, type = 'application/json', body, headers = {} } = refusals[reason]!
        const answer = await ask(server[api], 'GET /projects', { headers: { 'X-Mock-Scenario': name } })
        const what = `${name} of ${api}, ${profile}`
        t.equal(answer.status, status, what)
        t.equal(answer.headers.get('content-type'), body === undefined ? null : type, what)
        for (const header of Object.keys(headers)) t.ok(answer.headers.has(header), `${what} has ${header}`)
        t.notMatch(
          answer.text + JSON.stringify([...answer.headers]),
          /{[a-zA-Z]\w*}/,
          `${what} leaves no gap`,
        )
      }
    }
  }
})

t.test('who prefers the success that there is anyway has it', async t => {
  const mine = gitlab.world('usual')
  const rows: [request: string, code: number, status: number][] = [
    ['GET /projects/1', 200, 200],
    ['GET /projects/999', 200, 404],
    ['POST /projects/1/pipeline?ref=master', 201, 201],
    ['POST /projects/1/pipeline?ref=master', 200, 400],
    ['DELETE /projects/1/pipelines/46', 204, 204],
  ]
  for (const [request, code, status] of rows) {
    const answer = await ask(mine.v4, request, { ...root, headers: { Prefer: `code=${code}` } })
    t.equal(answer.status, status, `${request}, ${code}`)
  }
  t.equal((await ask(mine.v4, 'GET /projects/1/pipelines', root)).body[0].id, 61, 'one was made')
  t.equal(mine.requests()[0]!.forced, undefined, 'nothing was forced')
  const both = { Prefer: 'code=200', 'X-Mock-Scenario': 'not-found' }
  t.equal((await ask(mine.v4, 'GET /projects/1', { ...root, headers: both })).status, 404)
})

t.test('a limit in its forms', async t => {
  const limited = (name: string, profile = gitlab) =>
    ask(profile.v4, 'GET /projects', { headers: { 'X-Mock-Scenario': name } })
  const plain = await limited('too-many-requests')
  t.match(plain, { status: 429, text: 'Retry later\n' })
  t.match(Object.fromEntries(plain.headers), { 'content-type': 'text/plain', 'retry-after': '60' })
  t.notOk(
    [...plain.headers.keys()].some(name => name.startsWith('ratelimit')),
    'as up to 13.7',
  )
  const told = await limited('rate-limited')
  t.match(Object.fromEntries(told.headers), {
    'content-type': 'text/plain',
    'retry-after': '60',
    'ratelimit-limit': '10',
    'ratelimit-observed': '11',
    'ratelimit-remaining': '0',
    'ratelimit-reset': `${now / 1000 + 60}`,
    'ratelimit-resettime': 'Fri, 22 May 2020 10:01:20 GMT',
  })
  t.equal((await limited('rateLimited')).status, 429, 'by the name that is thrown, too')
})

t.test('an answer tells which preferences it follows, and which it can’t read', async t => {
  const mine = gitlab.world('preferences')
  const rows: [prefer: string, status: number, applied: string | null, note: RegExp | null][] = [
    ['code=404', 404, 'code=404', null],
    ['code=404, delay=1', 404, 'code=404, delay=1', null],
    ['delay=1', 200, 'delay=1', null],
    ['delay=soon', 200, null, /"soon" is no delay: so many milliseconds/],
    ['respond-async', 200, null, null],
  ]
  for (const [prefer, status, applied, note] of rows) {
    const { headers, ...answer } = await ask(mine.v4, 'GET /projects', { headers: { Prefer: prefer } })
    t.equal(answer.status, status, prefer)
    t.equal(headers.get('preference-applied'), applied)
    t.match(headers.get('x-understudy-note'), note)
  }
})

t.test('of a failure that was asked for, the journal tells what its wording needs and no more', async t => {
  const mine = gitlab.world('wordings')
  for (const [name, why] of [
    ['not-found', { reason: 'notFound' }],
    ['sudo-unknown', { reason: 'sudoUnknown', user: '123' }],
  ] as const) {
    await ask(mine.v4, 'GET /projects', { headers: { 'X-Mock-Scenario': name } })
    t.strictSame(mine.requests().at(-1)!.why, [why], name)
  }
})

t.test('who isn’t signed in is led to a page', async t => {
  for (const [base, page] of [
    [gitlab.v4, `${gitlab.url}/users/sign_in`],
    [gitlab.world('signing-in').v1, `${gitlab.url}/w/signing-in/users/sign_in`],
  ] as const) {
    const headers = { 'X-Mock-Scenario': 'sign-in' }
    const led = await ask(base, 'GET /projects', { headers })
    t.match(led, { status: 302, text: `<a href="${page}">redirected</a>` })
    t.equal(led.headers.get('location'), page)
    const followed = await fetch(`${base}/projects`, { headers })
    t.same(
      [followed.status, followed.redirected, followed.url],
      [200, true, page],
      'a success to who follows',
    )
    t.match(followed.headers.get('content-type'), 'text/html')
    t.match(await followed.text(), 'Sign in')
  }
})

t.test(
  'a scenario is armed in a world by program or by the control API, and gone with its reset',
  async t => {
    const [mine, other] = [gitlab.world('armed'), gitlab.world('unarmed')]
    const arming: Arming = { operation: 'createProjectPipeline', answer: { code: 409 }, times: 2 }
    const arms: [how: string, arm: () => unknown][] = [
      ['by program', () => mine.arm(arming)],
      ['by the control API', () => armBy(mine, arming)],
    ]
    for (const [how, arm] of arms) {
      await arm()
      t.same(await statusesOf(mine.v4, startPipeline, 3), [409, 409, 201], `${how}: twice, then as ever`)
      t.equal((await ask(mine.v4, listPipelines, root)).status, 200, 'another operation is left alone')
      t.same(await idsIn(mine), [61, 48, 47, 46], 'what failed did nothing, and took no id')
      t.match(await armedIn(mine), [{ id: 1, ...arming, seen: 3, fired: 2 }])
      t.same(await statusesOf(other.v4, startPipeline, 1), [201], 'no other world sees it')
      await arm()
      await ask(mine.url, 'POST /__admin/reset')
      t.same(await armedIn(mine), [])
      t.same(await statusesOf(mine.v4, startPipeline, 1), [201], 'a reset disarms')
      mine.reset()
      other.reset()
    }
  },
)

t.test('what is armed can be disarmed', async t => {
  const mine = gitlab.world('disarmed')
  const { id, disarm } = mine.arm({ answer: { code: 503 } })
  t.match((await armBy(mine, { answer: { code: 502 } })).body, { id: id + 1, seen: 0, fired: 0 })
  t.same(await statusesOf(mine.v4, 'GET /projects', 1), [503])
  disarm()
  t.same(await statusesOf(mine.v4, 'GET /projects', 1), [502])
  t.equal((await ask(mine.url, `DELETE /__admin/scenarios/${id}`)).status, 404, 'once is enough')
  t.equal((await ask(mine.url, `DELETE /__admin/scenarios/${id + 1}`)).status, 204)
  t.same(await statusesOf(mine.v4, 'GET /projects', 1), [200])
  mine.arm({ answer: { code: 503 } })
  t.equal((await ask(mine.url, 'POST /__admin/scenarios/reset')).status, 204)
  t.same(await statusesOf(mine.v4, 'GET /projects', 1), [200], 'or all at once')
})

t.test('which requests it is for', async t => {
  const mine = gitlab.world('meant')
  const pipelines = '/api/v4/projects/1/pipelines'
  const requests: [api: 'v4' | 'v1', request: string, asked?: Asked][] = [
    ['v4', listPipelines, root],
    ['v4', 'GET /projects/foo%2Fbar/pipelines', root],
    ['v4', 'GET /projects/1/pipelines/46', root],
    ['v4', 'HEAD /projects/1/pipelines', { as: gitlab.tokens.developer }],
    ['v4', 'GET /projects'],
    ['v1', `GET /projects?${v1Root}`],
    ['v4', 'GET /nowhere', root],
    ['v4', 'GET /projects/1', { as: 'no-token' }],
  ]
  const rows: [meant: Omit<Arming, 'answer'>, hits: number[]][] = [
    [{}, [0, 1, 2, 3, 4, 5, 6, 7]],
    [{ operation: 'listProjectPipelines' }, [0, 1, 3]],
    [{ operation: 'listProjects' }, [4, 5]],
    [{ operation: 'listProjects', api: 'v1' }, [5]],
    [{ api: 'v4' }, [0, 1, 2, 3, 4, 6, 7]],
    [{ method: 'HEAD' }, [3]],
    [{ method: 'get' }, [0, 1, 2, 4, 5, 6, 7]],
    [{ path: pipelines }, [0, 3]],
    [{ path: '/api/v4/projects/{id}/pipelines' }, [0, 1, 3]],
    [{ path: '/api/v4/projects/*' }, [0, 1, 2, 3, 7]],
    [{ path: '*/projects' }, [4, 5]],
    [{ path: '/api/v4/nowhere' }, [6]],
    [{ path: '/api/v4/projects.' }, []],
    [{ caller: 'root' }, [0, 1, 2, 5, 6]],
    [{ caller: 'developer' }, [3]],
    // A token that is no good names nobody.
    [{ caller: 'anonymous' }, [4, 7]],
    [{ caller: 'developer', method: 'GET' }, []],
  ]
  for (const [meant, hits] of rows) {
    if (meant.path?.startsWith('/') === false) continue
    mine.reset()
    mine.arm({ ...meant, answer: { code: 507 } })
    const hit: number[] = []
    for (const [index, [api, request, asked]] of requests.entries())
      if ((await ask(mine[api], request, asked)).status === 507) hit.push(index)
    t.same(hit, hits, JSON.stringify(meant))
  }
})

t.test('what it answers', async t => {
  const mine = gitlab.world('answers')
  const page = 'text/html'
  const json = 'application/json'
  const rows: [answer: Arming['answer'], status: number, type: string | null, text: string | RegExp][] = [
    [{ code: 404 }, 404, json, '{"message":"404 Not Found"}'],
    [{ code: 451 }, 451, json, '{"message":"451 Unavailable For Legal Reasons"}'],
    [{ code: 502 }, 502, page, /502/],
    [{ reason: 'nameTaken' }, 409, json, '{"message":{"name":["has already been taken"]}}'],
    [{ reason: 'name-taken' }, 409, json, '{"message":{"name":["has already been taken"]}}'],
    [{ reason: 'error-page' }, 500, page, /Whoops/],
    [{ reason: 'signIn' }, 302, page, /redirected/],
    [{ status: 200, body: 'maintenance' }, 200, 'text/plain', 'maintenance'],
    [{ status: 200, body: '<p>', headers: { 'content-type': page } }, 200, page, '<p>'],
    [{ body: [{ id: 1 }] }, 200, json, '[{"id":1}]'],
    [{ body: null }, 200, json, 'null'],
    [{ body: '' }, 200, null, ''],
    [{ status: 299 }, 299, null, ''],
    [{ status: 204 }, 204, null, ''],
    [{ status: 599, body: { a: 1 } }, 599, json, '{"a":1}'],
  ]
  for (const [answer, status, type, text] of rows) {
    mine.reset()
    t.equal((await armBy(mine, { name: 'a row', answer })).status, 201)
    const given = await ask(mine.v4, 'GET /projects', root)
    const what = JSON.stringify(answer)
    t.same([given.status, given.headers.get('content-type')], [status, type], what)
    t.match(given.text, typeof text === 'string' ? new RegExp(`^${text.replace(/\W/g, '\\$&')}$`) : text)
    t.equal(given.headers.get('x-understudy-note'), 'scenario 1 (a row)', 'and it is owned up to')
    t.notOk(given.headers.has('preference-applied'), 'no preference was told')
    t.match(given.headers.get('status'), new RegExp(`^${status}( [A-Z]|$)`))
  }
})

t.test('headers of one’s own go over those of any answer', async t => {
  const mine = gitlab.world('headers')
  const headers = { 'retry-after': '1', 'X-Request-ID': 'mine', 'X-Own': 'a, b' }
  const rows: [answer: Arming['answer'], status: number][] = [
    [{ code: 429, headers }, 429],
    [{ status: 200, body: 'x', headers }, 200],
    [{ headers }, 200],
    [{ code: 451, headers, fault: 'slow-body', delay: 1 }, 451],
  ]
  for (const [answer, status] of rows) {
    mine.reset()
    mine.arm({ answer })
    const given = await ask(mine.v4, 'GET /projects', root)
    t.equal(given.status, status)
    for (const [name, value] of Object.entries(headers)) t.equal(given.headers.get(name), value, name)
  }
})

t.test('what can’t be armed is refused, and says what was meant', async t => {
  const mine = gitlab.world('refused')
  const rows: [arming: object, said: RegExp][] = [
    [{}, /answer/],
    [{ answer: {} }, /answer/],
    [{ answer: { code: 409 }, times: 0 }, /times/],
    [{ answer: { code: 409 }, times: 1.5 }, /times/],
    [{ answer: { code: 409 }, probability: 2 }, /probability/],
    [{ answer: { code: 200 } }, /code/],
    [{ answer: { code: 430 } }, /nothing is answered with 430/],
    [{ answer: { fault: 'reset-midways' } }, /fault|answer/],
    [{ answer: { headers: { 'A B': 'x' } } }, /answer/],
    [{ answer: { headers: { A: 'x\r\nB: y' } } }, /answer/],
    [{ answer: { status: 200, headers: { 'content-length': '5' } } }, /content-length is told by the server/],
    [{ answer: { code: 404, status: 404 } }, /an answer has a code, or a reason, or a status/],
    [{ answer: { reason: 'conflict', body: 'x' } }, /an answer has a code, or a reason, or a status/],
    [{ operation: 'createProjectPipelin', answer: { code: 404 } }, /did you mean "createProjectPipeline"\?/],
    [
      { operation: 'createProjectPipeline', api: 'v1', answer: { code: 404 } },
      /no operation "createProjectPipeline"/,
    ],
    [{ answer: { reason: 'namTaken' } }, /no reason "namTaken"; did you mean "name-taken"\?/],
    [{ operation: 'createFork', answer: { reason: 'tokenExpired' } }, /no reason "tokenExpired"/],
    [{ path: 'projects', answer: { code: 404 } }, /path/],
    [
      { operation: 'listUsers', api: 'v1', answer: { code: 404 } },
      /no operation "listUsers" in v1, only in v4/,
    ],
    [{ method: 'PSOT', answer: { code: 404 } }, /no method "PSOT"; did you mean "POST"\?/],
    [
      { path: '/w/refused/api/v4/projects', answer: { code: 404 } },
      /a path is told without "\/w\/refused": arm it in that world/,
    ],
    [{ answer: { reason: 'slow-body' } }, /no reason "slow-body", but a fault/],
    [{ answer: { reason: 'slowbody' } }, /no reason "slowbody"; did you mean "slow-body"\?/],
    [{ answer: { status: 204, body: 'x' } }, /an answer with 204 has no body/],
    [{ answer: { headers: { Trailer: 'X-A' } } }, /Trailer is told by the server/],
  ]
  for (const [arming, said] of rows) {
    const what = JSON.stringify(arming)
    t.throws(() => mine.arm(arming as Arming), { message: said }, what)
    const refused = await armBy(mine, arming)
    t.equal(refused.status, 400, what)
    t.match(refused.body.error, said)
  }
  t.throws(() => mine.arm({ answr: { code: 404 } } as never), { message: /did you mean "answer"\?|answer/ })
  t.throws(() => mine.arm({ answer: { code: 404, reson: 1 } } as never), {
    message: /did you mean "reason"\?/,
  })
  t.same(await armedIn(mine), [], 'and nothing is armed')
  const arming = { answer: { code: 404 }, times: undefined, name: undefined }
  const { answer } = arming
  mine.arm(arming)
  answer.code = 500
  t.same(await statusesOf(mine.v4, 'GET /projects', 1), [404], 'what is armed is as it was when it was armed')
})

t.test('a browser’s preflight takes no answer away from the request behind it', async t => {
  const mine = gitlab.world('preflights')
  const preflight = { headers: { Origin: 'http://a.example', 'Access-Control-Request-Method': 'GET' } }
  const asked = () => statusesOf(mine.v4, 'OPTIONS /projects', 1, preflight)
  mine.arm({ answer: { code: 503 }, times: 1 })
  t.same(await asked(), [200])
  t.same(await statusesOf(mine.v4, 'GET /projects', 2), [503, 200])
  mine.arm({ method: 'OPTIONS', answer: { code: 503 } })
  t.same(await asked(), [503], 'but who says so has it fail')
})

t.test('ANY is any method, as WireMock has it', async t => {
  const mine = gitlab.world('any')
  mine.arm({ method: 'ANY', path: '/api/v4/projects/1', answer: { code: 503 } })
  for (const method of ['GET', 'DELETE'])
    t.same(await statusesOf(mine.v4, `${method} /projects/1`, 1), [503], method)
  const { body } = await ask(mine.url, 'POST /__admin/requests/count', { json: { method: 'any' } })
  t.same(body, { count: 2 })
})

t.test('a reason that an API lacks fails only the other', async t => {
  const mine = gitlab.world('one-sided')
  mine.arm({ operation: 'listProjects', answer: { reason: 'tokenExpired' } })
  t.same(await statusesOf(mine.v4, 'GET /projects', 1), [401])
  t.same(await statusesOf(mine.v1, `GET /projects?${v1Root}`, 1), [200])
})

t.test('the first that is due wins; what a request asks for wins over all', async t => {
  const mine = gitlab.world('several')
  mine.arm({ answer: { code: 503 }, times: 2 })
  mine.arm({ answer: { code: 429 }, times: 1, after: 1 })
  mine.arm({ operation: 'getVersion', answer: { code: 500 } })
  t.same(await statusesOf(mine.v4, 'GET /projects', 5), [503, 503, 200, 429, 200], 'one after the other')
  t.same(await statusesOf(mine.v4, 'GET /version', 1), [500])
  const asked = { ...root, headers: { Prefer: 'code=404' } }
  t.same(await statusesOf(mine.v4, 'GET /version', 1, asked), [404])
  t.match(await armedIn(mine), [
    { seen: 6, fired: 2 },
    { seen: 4, fired: 1 },
    { seen: 1, fired: 1 },
  ])
})

t.test('what is armed fires as a plain model of times, after and every says', async t => {
  const mine = gitlab.world('model')
  const paths = ['/projects', '/version', '/namespaces']
  const counts = fc.record({
    times: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    after: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    every: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    path: fc.option(fc.constantFrom(...paths), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(counts, { maxLength: 4 }),
      fc.array(fc.constantFrom(...paths), { maxLength: 16 }),
      async (armed, asked) => {
        mine.reset()
        for (const [index, { path, ...often }] of armed.entries())
          mine.arm({ ...often, ...(path ? { path: `/api/v4${path}` } : {}), answer: { status: 210 + index } })
        const model = armed.map(it => ({ ...it, passed: 0, given: 0 }))
        const expected = asked.map(path => {
          for (const [index, it] of model.entries()) {
            if (it.path !== undefined && it.path !== path) continue
            it.passed++
            const turn = it.passed - (it.after ?? 0)
            if (turn <= 0 || turn % (it.every ?? 1) !== 0 || it.given === (it.times ?? Infinity)) continue
            it.given++
            return 210 + index
          }
          return 200
        })
        const got: number[] = []
        for (const path of asked) got.push((await ask(mine.v4, `GET ${path}`, root)).status)
        t.strictSame(got, expected, JSON.stringify({ armed, asked }))
        t.match(
          await armedIn(mine),
          model.map(({ passed, given }) => ({ seen: passed, fired: given })),
        )
      },
    ),
    { numRuns: 60, seed: 4 },
  )
})

t.test('chance repeats itself for a seed, and leaves the world’s own alone', async t => {
  const draws = async (server: typeof gitlab, name: string, more: Arming[] = []) => {
    const world = server.world(name)
    world.arm({ answer: { code: 503 }, probability: 0.3 })
    for (const arming of more) world.arm(arming)
    return statusesOf(world.v4, 'GET /version', 60)
  }
  const first = await draws(gitlab, 'chance-1')
  t.same(await draws(gitlab, 'chance-2'), first, 'in every world')
  const another: Arming = { operation: 'listUsers', answer: { code: 500 }, probability: 0.5 }
  t.same(await draws(gitlab, 'chance-3', [another]), first, 'whatever else is armed')
  const failed = first.filter(status => status === 503).length
  t.ok(failed > 5 && failed < 35, `${failed} of 60`)
  await using other = await createUnderstudy({ seed: 2 })
  t.not((await draws(other, 'chance')).join(), first.join(), 'another seed, another row')
  await using same = await createUnderstudy({ seed: 2 })
  t.same(await draws(same, 'a'), await draws(other, 'b'))

  const never: Arming[] = [{ answer: { code: 500 }, probability: 0 }]
  t.same(await draws(gitlab, 'chance-4', never), first, 'never is never')
  const [plain, armed] = [gitlab.world('plain'), gitlab.world('chancy')]
  armed.arm({ operation: 'listUsers', answer: { code: 503 }, probability: 0.5 })
  await statusesOf(armed.v4, 'GET /users', 10)
  const made = []
  for (const world of [plain, armed]) {
    const register = 'POST /runners/register?token=registration-token-1&public_key=key'
    const [pipeline, runner] = [await ask(world.v4, startPipeline, root), await ask(world.v1, register)]
    made.push([pipeline.body.id, pipeline.body.sha, runner.body])
  }
  t.same(made[1], made[0], 'ids and tokens are those that they would have been')
})

t.test('scenarios from the command line and from a file are armed in every world', async t => {
  const folder = t.testdir({
    'failures.json': JSON.stringify([
      {
        name: 'busy',
        operation: 'createProjectPipeline',
        answer: { code: 429, headers: { 'Retry-After': '1' } },
        times: 1,
      },
      { path: '/api/v4/users', answer: { status: 200, body: [] } },
    ]),
    'object.json': '{}',
    'broken.json': '[',
    'unknown.json': '[{"operation":"createProjectPipelines","answer":{"code":409}}]',
    'form.json': '[{"operation":"createProjectPipeline","anwser":{"code":409}}]',
  })
  const file = (name: string) => join(folder, `${name}.json`)
  t.equal(JSON.parse(readFileSync(file('failures'), 'utf8')).length, 2)

  await using line = await createUnderstudy({
    scenario:
      'createProjectPipeline=409*2, v1:listProjects=token-expired*3,listUsers=empty-200,v4:getVersion=nameTaken',
  }).catch(error => {
    t.match(error.message, /no reason "token-expired"/, 'v1 has no such reason')
    return createUnderstudy({
      scenario:
        'createProjectPipeline=409*2, v1:listProjects=503*3,listUsers=empty-200,v4:getVersion=nameTaken',
    })
  })
  for (const world of [line, line.world('a'), line.world('b')]) {
    t.same(await statusesOf(world.v4, startPipeline, 3), [409, 409, 201], world.name)
    t.same(await statusesOf(world.v1, `GET /projects?${v1Root}`, 4), [503, 503, 503, 200])
    t.same(await statusesOf(world.v4, 'GET /projects', 1), [200], 'of two APIs, the one that was told')
    t.match(await ask(world.v4, 'GET /users', root), { status: 200, text: '' })
    t.same(await statusesOf(world.v4, 'GET /version', 1), [409])
    world.reset()
    t.same(await statusesOf(world.v4, startPipeline, 3), [409, 409, 201], 'born anew, they are armed anew')
  }

  await using read = await createUnderstudy({ scenario: file('failures') })
  const limited = await ask(read.world('c').v4, startPipeline, root)
  t.same([limited.status, limited.headers.get('retry-after')], [429, '1'])
  t.same((await ask(read.v4, 'GET /users', root)).body, [])

  const refused: [scenario: string, said: RegExp][] = [
    ['createProjectPipeline', /has "createProjectPipeline", which is no operation=answer/],
    ['createProjectPipeline=409*0', /which is no operation=answer/],
    ['v3:createProjectPipeline=409', /which is no operation=answer/],
    ['a=1,,b=2', /has ""/],
    ['createProjectPipelin=409', /did you mean "createProjectPipeline"\?/],
    ['createProjectPipeline=slow-bodi', /no reason "slow-bodi"/],
    ['createProjectPipeline=200', /code/],
    ['v1:createProjectPipeline=409', /no operation "createProjectPipeline"/],
    [file('none'), /can't be read: ENOENT/],
    [file('broken'), /can't be read: /],
    [file('object'), /is no list of scenarios/],
    [file('unknown'), /did you mean "createProjectPipeline"\?/],
    [file('form'), /answer/],
  ]
  for (const [scenario, message] of refused)
    await t.rejects(createUnderstudy({ scenario }), { message }, scenario)
})

t.test('a forced failure is no request that a limit counts, and is told as forced', async t => {
  await using limited = await createUnderstudy({ rateLimit: '2/60s', now })
  limited.arm({ operation: 'getVersion', answer: { code: 503 } })
  t.same(await statusesOf(limited.v4, 'GET /version', 3), [503, 503, 503])
  t.same(await statusesOf(limited.v4, 'GET /projects', 3), [200, 200, 429])
  const forced = limited.requests().map(({ forced = false }) => forced)
  t.same(forced, [true, true, true, false, false, false])
})

t.test('the control API’s contract knows every fault', async t => {
  const { document } = loadContract('admin', 'documented')
  const { Answer } = document.components.schemas as Record<
    string,
    { properties?: Record<string, { enum?: string[] }> }
  >
  t.same(Answer?.properties?.fault?.enum, faultNames)
  t.match(
    (await ask(gitlab.url, 'GET /__admin/scenarios/known')).body.faults,
    faultNames.map(name => ({ name })),
  )
})

t.test('a limit counts each caller in windows of the world’s clock', async t => {
  await using limited = await createUnderstudy({ checkAnswers: true, rateLimit: '3/60s', now })
  const { tokens } = limited
  const [mine, other] = [limited.world('mine'), limited.world('other')]
  const asks = (who: string | undefined, count: number, world: WorldHandle = mine) =>
    statusesOf(world.v4, 'GET /projects', count, who === undefined ? {} : { as: who })
  t.same(await asks(tokens.root, 4), [200, 200, 200, 429])
  t.same(await asks(tokens.developer, 2), [200, 200], 'another caller has a count of its own')
  t.same(await asks(tokens.readonly, 2), [200, 429], 'by whichever of its tokens')
  t.same(await asks(undefined, 2), [200, 200], 'who names nobody')
  t.same(await asks('no-token', 2), [401, 429], 'shares one with all who do so')
  t.same(await asks(tokens.root, 1, other), [200], 'another world counts for itself')
  t.same(await statusesOf(mine.v4, 'GET /nowhere', 1), [429], 'whatever is asked for')
  t.same(await statusesOf(mine.v1, `GET /projects?${v1Root}`, 1), [429], 'of either API')
  t.same(await statusesOf(mine.url, 'GET /__admin/worlds', 5), [200, 200, 200, 200, 200], 'but of no other')
  t.same(await statusesOf(mine.url, 'GET /-/health', 2), [200, 200])

  const refused = await ask(mine.v4, startPipeline, root)
  t.match(refused, { status: 429, text: 'Retry later\n' })
  t.equal(
    refused.headers.get('retry-after'),
    '40',
    'until the window ends: now it is 20 seconds past the minute',
  )
  t.notOk([...refused.headers.keys()].some(name => name.startsWith('ratelimit')))
  mine.clock.advance('39500ms')
  const late = await ask(mine.v4, startPipeline, root)
  t.same([late.status, late.headers.get('retry-after')], [429, '1'], 'half a second is not yet over')
  mine.clock.advance('500ms')
  t.same(await asks(tokens.root, 4), [200, 200, 200, 429], 'then a new one begins')
  t.same(await idsIn(other), [48, 47, 46], 'and nothing was done')
  mine.clock.advance(-60_000)
  t.same(await asks(tokens.root, 1), [200], 'a clock that is put back begins one, too')
  await asks(tokens.root, 3)
  mine.reset()
  t.same(await asks(tokens.root, 1), [200], 'and so does a reset')
})

t.test('limits', async t => {
  const rows: [rateLimit: string, profile: 'documented' | 'observed', passed: number, retryAfter: string][] =
    [
      ['1/s', 'documented', 1, '1'],
      ['1/2m', 'documented', 1, '100'],
      ['1/h', 'documented', 1, '3580'],
      // Up to 13.7 servers told the whole period.
      ['1/2m', 'observed', 1, '120'],
    ]
  for (const [rateLimit, profile, passed, retryAfter] of rows) {
    await using limited = await createUnderstudy({ checkAnswers: true, rateLimit, profile, now })
    const statuses = await statusesOf(limited.v4, 'GET /version', passed + 1)
    t.same(statuses, [...Array(passed).fill(200), 429], `${rateLimit}, ${profile}`)
    const refused = await ask(limited.v4, 'GET /version', root)
    t.equal(refused.headers.get('retry-after'), retryAfter)
  }
  for (const rateLimit of ['0/60s', '10', '10/', '/60s', '10/0s', '-1/60s', '10/60', '10/60d', '1.5/s'])
    await t.rejects(
      createUnderstudy({ rateLimit }),
      { message: /is no limit such as 10\/60s or 7200\/h/ },
      rateLimit,
    )
})

t.test('a limit counts as a plain model does', async t => {
  await using limited = await createUnderstudy({ rateLimit: '3/10s', now: 0 })
  const mine = limited.world('model')
  const step = fc.oneof(
    fc.record({ who: fc.constantFrom('root', 'developer', undefined) }),
    fc.record({ advance: fc.integer({ min: 1, max: 15_000 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async steps => {
      mine.reset()
      let clock = 0
      const counts = new Map<string, number>()
      for (const it of steps) {
        if ('advance' in it) {
          clock += it.advance
          mine.clock.advance(it.advance)
          continue
        }
        const slot = `${it.who} ${Math.floor(clock / 10_000)}`
        counts.set(slot, (counts.get(slot) ?? 0) + 1)
        const asked = it.who ? { as: limited.tokens[it.who]! } : {}
        const { status, headers } = await ask(mine.v4, 'GET /projects', asked)
        t.equal(status, counts.get(slot)! > 3 ? 429 : 200, JSON.stringify(steps))
        const left = Math.ceil((10_000 - (clock % 10_000)) / 1000)
        t.equal(headers.get('retry-after'), status === 429 ? `${left}` : null)
      }
    }),
    { numRuns: 40, seed: 7 },
  )
})
