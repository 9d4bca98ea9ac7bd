// The control API under whatever chance sends: it never fails, and the server goes on.
import { Agent, request } from 'node:http'
import fc from 'fast-check'
import t from 'tap'
import type { Operation } from '../src/contract/contract.ts'
import { loadContract } from '../src/contract/load.ts'
import { createUnderstudy } from '../src/index.ts'
import { ask } from './ask.ts'

/** How many requests are sent; many more by hand, now and then. */
const runs = Number(process.env.ADMIN_FUZZ_RUNS ?? 3000)

const gitlab = await createUnderstudy({ checkAnswers: true, rateLimit: '1000/s', progress: 'reads' })
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
t.teardown(() => {
  agent.destroy()
  return gitlab.close()
})
const { hostname, port } = new URL(gitlab.url)

// The end of the server is tried elsewhere.
const operations = [...loadContract('admin', 'documented').operations.values()].filter(
  ({ id }) => id !== 'shutDown',
)

const texts = fc.oneof(
  fc.constantFrom(
    '',
    '1',
    '-1',
    '0',
    '1e300',
    'true',
    'null',
    'main',
    'a',
    'kept',
    'v4.pipelines',
    'v4.tags',
    '90s',
  ),
  fc.constantFrom(
    '2020-01-01',
    '2016-12-31T23:59:60Z',
    '9999-12-31T23:59:59Z',
    '-999999999d',
    '/*a*b*c',
    '/{id}{id}',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '..',
    '../..',
    '\0',
    '%00',
    '%',
    '%2e%2e',
    '*',
    '[',
    'x[y',
  ),
  fc.constantFrom(
    'createProjectPipeline',
    'not-found',
    'slow-body',
    'GET',
    'x'.repeat(5000),
    '\ud800',
    '💥',
    '\u202e',
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const deep = fc
  .integer({ min: 1, max: 150 })
  .map(levels => JSON.parse(`${'[{"a":'.repeat(levels)}1${'}]'.repeat(levels)}`))
const values: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: texts },
  { weight: 2, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)) },
  { weight: 2, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: deep },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ id: fc.integer({ min: -1, max: 100 }), name: texts }), { maxLength: 5 }),
  },
)

/** Something that is right, so that chance gets past the first door: what the contract's examples and schemas tell. */
const right = fc.constantFrom<Record<string, unknown>>(
  { name: 'kept' },
  { name: 'other', from: 'main' },
  { now: '2020-01-01T00:00:00Z' },
  { advance: '90s' },
  { run: true },
  { steps: 3 },
  { count: 5, project: 1 },
  { rows: [{ id: 1 }], next: 2 },
  { rows: [] },
  { answer: { code: 409 }, times: 2 },
  { answer: { status: 200, body: { a: [1] }, headers: { 'X-A': 'b' } }, path: '/api/*/projects/{id}' },
  { answer: { fault: 'truncated-json' }, operation: 'listProjects', caller: 'root', probability: 0.5 },
  { method: 'GET', path: '/api/*', caller: 'root', status: 200, query: 'a', body: 'b' },
)

const namesOf = ({ attributes }: Operation) =>
  fc.constantFrom('a', 'a[b]', 'a[]', '__proto__', ...attributes.keys(), ...attributes.keys())

/** A body by what it should be, with some of it broken; or anything. */
const bodyOf = (operation: Operation): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(right, fc.dictionary(namesOf(operation), values, { maxKeys: 3 }))
        .map(([good, bad]) => json({ ...good, ...bad })),
    },
    { weight: 2, arbitrary: right.map(json) },
    { weight: 2, arbitrary: fc.constant(json(exampleOf(operation))) },
    { weight: 1, arbitrary: values.map(json) },
    { weight: 1, arbitrary: fc.tuple(right, fc.nat(40)).map(([good, end]) => json(good).slice(0, end)) },
    { weight: 1, arbitrary: texts },
    { weight: 1, arbitrary: fc.constant('') },
  )

const exampleOf = ({ object }: Operation) => object.requestBody?.content['application/json']?.example

const json = (value: unknown): string => JSON.stringify(value) ?? ''

// What HTTP itself lets through in a header.
const headerText = fc.oneof(
  texts.map(text => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '')),
  fc.constantFrom(
    'null',
    'http://127.0.0.1',
    'localhost',
    'cross-site',
    'same-origin',
    'code=409',
    'Bearer x',
    'a'.repeat(4000),
  ),
)
const headers = fc.dictionary(
  fc.constantFrom(
    ...[
      'host',
      'origin',
      'sec-fetch-site',
      'x-forwarded-host',
      'forwarded',
      'authorization',
      'prefer',
      'x-mock-scenario',
    ],
    ...[
      'x-understudy-world',
      'accept',
      'if-none-match',
      'cookie',
      'private-token',
      'content-type',
      'expect',
      'range',
    ],
    ...['x-http-method-override', 'x-forwarded-proto', 'referer', 'accept-encoding'],
  ),
  headerText,
  { maxKeys: 3 },
)

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

const encoded = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))

const requests: fc.Arbitrary<Sent> = fc.constantFrom(...operations).chain(operation =>
  fc.record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constant(operation.method) },
      { weight: 1, arbitrary: fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'OPTIONS', 'DELETE', 'POST') },
    ),
    path: fc
      .tuple(
        fc.constantFrom('', '', '/w/fuzz', '/w/a', '/w/%00', '//w//b'),
        fc.array(texts, { minLength: 2, maxLength: 2 }),
        fc.constantFrom('', '', '', '/', '.json', '/more'),
        fc.dictionary(namesOf(operation), texts, { maxKeys: 2 }),
        fc.boolean(),
      )
      .map(([prefix, parts, suffix, query, isEncoded]) => {
        const write = (text: string) =>
          isEncoded ? encoded(text) : text.replace(/[^\x21-\x7e]|[?#]/g, '') || '1'
        const path = operation.path.replace(/{\w+}/g, () => write(parts.pop() ?? '1'))
        const pairs = Object.entries(query).map(([name, value]) => `${name}=${write(value)}`)
        return `${prefix}/__admin${path}${suffix}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
      }),
    headers: fc.tuple(headers, fc.boolean()).map(([given, isPlain]) => (isPlain ? {} : given)),
    body: bodyOf(operation),
  }),
)

/** Sends a request as it stands; answers what came back. */
const send = ({
  method,
  path,
  headers,
  body,
}: Sent): Promise<{ status: number; type: string; text: string }> =>
  new Promise((resolve, reject) => {
    const length =
      body === '' ? {} : { 'content-length': Buffer.byteLength(body), 'content-type': 'application/json' }
    const sent = request(
      { hostname, port, agent, method, path, headers: { ...length, ...headers } },
      response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode!, type: `${response.headers['content-type']}`, text }),
        )
        response.on('error', reject)
      },
    )
    // `Expect: 100-continue` is granted, and what else is expected refused.
    sent.on('error', reject)
    sent.end(body)
  })

t.test(
  'whatever is asked of the control API, it answers, and never with a failure of its own',
  { timeout: 0 },
  async t => {
    const seen = new Map<number, number>()
    const outcome = await fc.check(
      fc.asyncProperty(requests, async sent => {
        const { status, type, text } = await send(sent)
        seen.set(status, (seen.get(status) ?? 0) + 1)
        if (status >= 500) throw new Error(`${status} ${text}`)
        if (text !== '' && !type.startsWith('application/json')) throw new Error(`${type} ${text}`)
        if (/\bat \S+ \(|node:internal|\.ts:\d/.test(text)) throw new Error(`tells of its code: ${text}`)
      }),
      { numRuns: runs, endOnFailure: true },
    )
    t.equal(outcome.failed ? fc.defaultReportMessage(outcome) : '', '', 'every answer is one of its contract')
    for (const status of [200, 201, 204, 400, 403, 404]) t.ok(seen.get(status), `${status} is among them`)
    t.comment(JSON.stringify(Object.fromEntries([...seen].sort())))
  },
)

t.test('and the server goes on', async t => {
  t.equal((await ask(gitlab.url, 'GET /__admin/health')).status, 200)
  t.equal((await ask(gitlab.url, 'POST /__admin/reset?all=true')).status, 200)
  for (const name of ['main', 'fuzz', 'a', 'after']) {
    const { url, v4 } = gitlab.world(name)
    const { body } = await ask(v4, 'GET /projects/1/pipelines', { as: gitlab.tokens.root })
    t.strictSame(
      body.map(({ id }: { id: number }) => id),
      [48, 47, 46],
      `${name} is as it was born`,
    )
    t.strictSame((await ask(url, 'GET /__admin/scenarios')).body, { scenarios: [] })
  }
})
