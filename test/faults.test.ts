// Every fault of the atlas, as a raw socket sees it.
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { createUnderstudy, type WorldHandle } from '../src/index.ts'
import { type FaultName, faultNames } from '../src/lifecycle/faults.ts'
import { ask } from './ask.ts'
import { answersIn, openWire, requestText } from './wire.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const asRoot = { 'Private-Token': gitlab.tokens.root }
const warnings: string[] = []
process.on('warning', warning => warnings.push(`${warning}`))

/** So long that a test would never see the end of it. */
const never = 600_000
/** So long that a client has read what came before a reset. */
const wait = 250

const startPipeline = 'POST /w/NAME/api/v4/projects/1/pipeline?ref=master'
const version = 'GET /api/v4/version'
const fails = (fault: string) => ({ ...asRoot, 'X-Mock-Scenario': fault })

const idsIn = async ({ v4 }: WorldHandle) =>
  (await ask(v4, 'GET /projects/1/pipelines', { as: gitlab.tokens.root })).body.map(
    ({ id }: { id: number }) => id,
  )

/** What a connection sees of one request: its answers, how it ended, and whether it then answers another. */
async function see(line: string, headers: Record<string, string>) {
  const wire = await openWire(gitlab.url)
  const bare = line.startsWith('HEAD') ? [0] : []
  wire.send(requestText(line, headers))
  const done = (text: string) => answersIn(text, bare).answers.length > 0
  // An answer that breaks off is over when its connection is.
  await wire.until(done)
  const { answers, rest } = answersIn(wire.text(), bare)
  const [answer] = answers
  if (answer === undefined) return { answer, rest, how: await wire.ended, next: undefined }
  wire.send(requestText(version, asRoot))
  await wire.until(text => answersIn(text, bare).answers.length > 1)
  const [, next] = answersIn(wire.text(), bare).answers
  wire.socket.destroy()
  return { answer, rest, how: 'open', next: next?.status }
}

t.test('each fault on a request that makes something', async t => {
  const rows: Record<
    FaultName,
    { status?: number; type?: string; body: RegExp; how: string; isDone: boolean }
  > = {
    'slow-first-byte': {
      status: 201,
      type: 'application/json',
      body: /^\{"id":61,.*\}$/,
      how: 'open',
      isDone: true,
    },
    'slow-body': {
      status: 201,
      type: 'application/json',
      body: /^\{"id":61,.*\}$/,
      how: 'open',
      isDone: true,
    },
    'reset-before': { body: /^$/, how: 'ECONNRESET', isDone: false },
    'reset-midway': {
      body: /^HTTP\/1\.1 201 Created\r\n[\s\S]*\r\n\r\n\{"id":61,.*[^}]$/,
      how: 'ECONNRESET',
      isDone: true,
    },
    'truncated-json': {
      status: 201,
      type: 'application/json',
      body: /^\{"id":61,.*[^}]$/,
      how: 'open',
      isDone: true,
    },
    'wrong-content-type': {
      status: 201,
      type: 'text/html',
      body: /^\{"id":61,.*\}$/,
      how: 'open',
      isDone: true,
    },
    'empty-200': { status: 200, type: 'application/json', body: /^$/, how: 'open', isDone: true },
  }
  const whole = await ask(gitlab.world('whole').v4, 'POST /projects/1/pipeline?ref=master', {
    as: asRoot['Private-Token'],
  })
  for (const fault of faultNames) {
    const { status, type, body, how, isDone } = rows[fault]
    for (const by of ['by header', 'armed'] as const) {
      const name = `${fault}-${by.replace(' ', '-')}`
      const world = gitlab.world(name)
      if (by === 'armed')
        world.arm({ operation: 'createProjectPipeline', answer: { fault, delay: wait }, times: 1 })
      const headers = by === 'armed' ? asRoot : { ...fails(fault), Prefer: `delay=${wait}` }
      const seen = await see(startPipeline.replace('NAME', name), headers)
      const what = `${fault}, ${by}`
      t.same([seen.answer?.status, seen.answer?.headers['content-type'], seen.how], [status, type, how], what)
      t.match(seen.answer?.body ?? seen.rest, body, what)
      t.equal(seen.next, how === 'open' ? 200 : undefined, `${what}: the connection goes on, if there is one`)
      t.same(await idsIn(world), isDone ? [61, 48, 47, 46] : [48, 47, 46], `${what}: done or not`)
      if (seen.answer) {
        t.match(seen.answer.headers['x-understudy-note'], `${fault}, as asked for`)
        t.equal(seen.answer.headers.status?.slice(0, 3), `${status}`)
      }
      const lost = whole.text.length - (seen.answer?.body ?? '').length
      if (fault === 'truncated-json') {
        t.throws(() => JSON.parse(seen.answer!.body))
        t.ok(lost > whole.text.length / 3 && lost < whole.text.length, 'about half of it is missing')
      }
      const [entry] = world.requests()
      t.match(entry, { operation: 'createProjectPipeline', forced: true }, `${what}: it is remembered`)
    }
  }
})

t.test('faults of answers without a body', async t => {
  const remove = 'DELETE /w/NAME/api/v4/projects/1/pipelines/46'
  for (const fault of faultNames) {
    const name = `bare-${fault}`
    const seen = await see(remove.replace('NAME', name), { ...fails(fault), Prefer: `delay=${wait}` })
    const breaks = fault.startsWith('reset')
    t.equal(seen.answer?.status, breaks ? undefined : fault === 'empty-200' ? 200 : 204, `204 with ${fault}`)
    t.equal(seen.answer?.headers['content-length'], fault === 'empty-200' ? '0' : undefined)
    t.equal(seen.answer?.headers['content-type'], undefined)
    t.equal(seen.how, breaks ? 'ECONNRESET' : 'open')
    t.equal(seen.next, breaks ? undefined : 200)
    t.equal(
      (await idsIn(gitlab.world(name))).includes(46),
      fault === 'reset-before',
      'the deed is done or not',
    )

    const head = await see('HEAD /api/v4/projects', { ...fails(fault), Prefer: `delay=${wait}` })
    t.equal(head.answer?.status, breaks ? undefined : 200, `HEAD with ${fault}`)
    t.equal(head.next, breaks ? undefined : 200, 'has no body, so that the next answer is where it should be')
    t.equal(head.how, breaks ? 'ECONNRESET' : 'open')
    t.match(head.rest, fault === 'reset-midway' ? /^HTTP\/1\.1 200 $/ : /^$/)
  }
})

t.test('faults of failures', async t => {
  const world = gitlab.world('failures')
  world.arm({ answer: { code: 503, fault: 'truncated-json' } })
  const [page] = [await see('GET /w/failures/api/v4/projects', asRoot)]
  t.match(page.answer, { status: 503, headers: { 'content-type': 'text/html' } })
  t.notMatch(page.answer!.body, '</html>')
  world.reset()
  world.arm({ answer: { status: 200, body: '', fault: 'reset-midway', delay: wait } })
  t.match(await see('GET /w/failures/api/v4/projects', asRoot), { rest: 'HTTP/1.1 200 ', how: 'ECONNRESET' })
  world.reset()
  world.arm({ operation: 'createProjectPipeline', answer: { fault: 'reset-before' } })
  const before = await idsIn(world)
  await see(startPipeline.replace('NAME', 'failures'), asRoot)
  t.same(await idsIn(world), before)
  const told = world.requests().find(({ operation }) => operation === 'createProjectPipeline')
  t.match(told, { status: 0, forced: true }, 'no answer has no status')
})

t.test('failures as GitLab and the proxies before it word them, on the wire', async t => {
  const page = (title: string) =>
    new RegExp(`^<html><head><title>${title}</title></head><body>.*</body></html>$`)
  const rows: [
    scenario: string,
    line: string,
    type: string,
    body: RegExp,
    headers?: Record<string, RegExp>,
  ][] = [
    [
      'too-many-requests',
      '429 Too Many Requests',
      'text/plain',
      /^Retry later\n$/,
      { 'retry-after': /^60$/ },
    ],
    [
      'rate-limited',
      '429 Too Many Requests',
      'text/plain',
      /^Retry later\n$/,
      { 'ratelimit-remaining': /^0$/ },
    ],
    [
      'server-error',
      '500 Internal Server Error',
      'application/json',
      /^\{"message":"500 Internal Server Error"\}$/,
    ],
    ['error-page', '500 Internal Server Error', 'text/html', page('500 Internal Server Error')],
    ['bad-gateway', '502 Bad Gateway', 'text/html', page('502 Bad Gateway')],
    ['unavailable', '503 Service Unavailable', 'text/html', page('503 Service Unavailable')],
    ['gateway-timeout', '504 Gateway Timeout', 'text/html', page('504 Gateway Timeout')],
    [
      'sign-in',
      '302 Found',
      'text/html',
      /redirected/,
      { location: /^http:\/\/gitlab\.test\/users\/sign_in$/ },
    ],
    ['407', '407 Proxy Authentication Required', 'application/json', /407/],
    ['426', '426 Upgrade Required', 'application/json', /426/],
  ]
  for (const api of ['v4', 'v1']) {
    for (const [scenario, line, type, body, headers = {}] of rows) {
      const { answer, next } = await see(`GET /api/${api}/projects`, { 'X-Mock-Scenario': scenario })
      t.equal(`${answer!.status} ${answer!.headers.status?.slice(4)}`, line, `${scenario} of ${api}`)
      t.equal(answer!.headers['content-type'], type)
      t.match(answer!.body, body)
      t.match(answer!.headers, headers)
      t.equal(next, 200, 'the connection goes on')
    }
  }
})

t.test('a slow answer keeps its client waiting, and nobody else', async t => {
  const world = gitlab.world('slow')
  const { disarm } = world.arm({
    operation: 'getVersion',
    answer: { fault: 'slow-first-byte', delay: never },
  })
  const waiting = await openWire(gitlab.url)
  waiting.send(requestText('GET /w/slow/api/v4/version', asRoot))
  while (world.requests().length === 0) await turn()
  t.equal((await ask(world.v4, 'GET /projects')).status, 200, 'others are answered')
  t.equal(waiting.text(), '', 'it has nothing yet')
  disarm()
  t.equal((await ask(world.v4, 'GET /version', { as: gitlab.tokens.root })).status, 200)
  waiting.socket.destroy()

  world.arm({ operation: 'getVersion', answer: { fault: 'slow-body', delay: never } })
  const trickling = await openWire(gitlab.url)
  trickling.send(requestText('GET /w/slow/api/v4/version', asRoot))
  const text = await trickling.until(text => text.includes('\r\n\r\n'))
  t.match(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/, 'the headers come at once, and nothing of the body')
  trickling.socket.destroy()

  world.reset()
  world.arm({ operation: 'getVersion', answer: { fault: 'slow-body' } })
  const bitByBit = await openWire(gitlab.url)
  bitByBit.send(requestText('GET /w/slow/api/v4/version', asRoot))
  const bits = await bitByBit.until(text => !/(^|\r\n\r\n)$/.test(text))
  t.equal(answersIn(bits).answers.length, 0, 'then some of the body, which is not yet all')
  await bitByBit.until(text => answersIn(text).answers.length === 1)
  t.match(JSON.parse(answersIn(bitByBit.text()).answers[0]!.body), { version: /^\d+/ }, 'then all of it')
  bitByBit.socket.destroy()
  t.equal((await ask(world.v4, 'GET /projects')).status, 200, 'who hung up has done no harm')
})

t.test(
  'pipelined requests: what is before a fault is answered, what is behind it goes on or goes with it',
  async t => {
    const rows: [fault: FaultName, statuses: number[], how: string][] = [
      ['slow-first-byte', [200, 200, 200], 'open'],
      ['slow-body', [200, 200, 200], 'open'],
      ['truncated-json', [200, 200, 200], 'open'],
      ['wrong-content-type', [200, 200, 200], 'open'],
      ['empty-200', [200, 200, 200], 'open'],
    ]
    const names = ['/api/v4/version', '/api/v4/projects', '/api/v4/namespaces']
    for (const [fault, statuses] of rows) {
      const wire = await openWire(gitlab.url)
      const headers = { ...fails(fault), Prefer: 'delay=30' }
      const texts = names.map((path, index) => requestText(`GET ${path}`, index === 1 ? headers : asRoot))
      wire.send(texts.join(''))
      await wire.until(text => answersIn(text).answers.length === 3)
      const { answers } = answersIn(wire.text())
      t.same(
        answers.map(({ status }) => status),
        statuses,
        fault,
      )
      t.match(answers[0]!.body, 'version', 'in their order')
      t.match(answers[2]!.body, '"kind"')
      wire.socket.destroy()
    }
    for (const fault of ['reset-before', 'reset-midway']) {
      const wire = await openWire(gitlab.url)
      const texts = names.map((path, index) =>
        requestText(`GET ${path}`, index === 1 ? fails(fault) : asRoot),
      )
      wire.send(texts.join(''))
      await wire.ended
      t.ok(answersIn(wire.text()).answers.length <= 1, `${fault}: nothing is answered behind it`)
    }
    // One slow answer, and a dozen others that wait behind it with faults of their own, when the client goes.
    const world = gitlab.world('hung-up')
    const wire = await openWire(gitlab.url)
    const slow = requestText('GET /w/hung-up/api/v4/version', {
      ...fails('slow-first-byte'),
      Prefer: `delay=${never}`,
    })
    const behind = [...faultNames, ...faultNames].filter(fault => !fault.startsWith('reset'))
    const texts = behind.map(fault =>
      requestText('GET /w/hung-up/api/v4/version', { ...fails(fault), Prefer: 'delay=1' }),
    )
    wire.send(slow + texts.join(''))
    while (world.requests().length <= behind.length) await turn()
    wire.socket.destroy()
    t.equal((await ask(gitlab.v4, 'GET /projects')).status, 200, 'the server goes on')
  },
)

t.test('the server can be closed while answers are slow', async t => {
  const server = await createUnderstudy()
  const wires = []
  for (const fault of ['slow-first-byte', 'slow-body'] as const) {
    const wire = await openWire(server.url)
    wire.send(requestText(version, { ...asRoot, 'X-Mock-Scenario': fault, Prefer: `delay=${never}` }))
    wires.push(wire)
  }
  while (server.requests().length < wires.length) await turn()
  await server.close()
  for (const wire of wires) {
    await wire.ended
    t.equal(answersIn(wire.text()).answers.length, 0, 'nothing comes any more')
  }
})

t.test('no fault leaves a warning', async t => t.same(warnings, []))
