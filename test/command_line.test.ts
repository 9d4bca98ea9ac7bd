// The command line as people and scripts meet it: `dist/main.js` in a process of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { compare } from '../src/control/comparison.ts'
import { createUnderstudy } from '../src/index.ts'
import { flags } from '../src/options.ts'
import { readUsage } from '../src/usage.ts'
import { ask } from './ask.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const root = 'QVy1PB7sTxfy4pqfZM1U'
const maintainer = 'maintainer-token-001'
const registration = 'registration-token-1'

type Environment = Record<string, string>

/** Our own variables may name a port, or more: a child sees only what a test gives it. */
const environment = (given: Environment) => ({ PATH: process.env.PATH, ...given })

interface Running {
  readonly child: ChildProcess
  readonly url: string
  /** What it wrote so far. */
  readonly written: { out: string; err: string }
  /** Ends it, and tells how it ended. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

const running = new Set<ChildProcess>()
t.teardown(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts the program and waits for all that it says at the start. */
async function start(args: string[] = ['--port', '0'], given: Environment = {}): Promise<Running> {
  const child = spawn(process.execPath, [main, ...args], {
    env: environment(given),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child)
    return { code, signal }
  })
  const written = { out: '', err: '' }
  child.stderr!.on('data', data => (written.err += data))
  const started = new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', data => {
      written.out += data
      if (/curl .*\n$/.test(written.out)) resolve()
    })
    ended.then(() => reject(new Error(`it ended: ${written.err}`)))
  })
  await started
  const url = /http:\S+/.exec(written.out)![0]
  const end = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return ended
  }
  return { child, url, written, end }
}

/** Runs the program to its end, where it isn't to stay. */
function runToEnd(args: string[], given: Environment = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    ...{ env: environment(given), encoding: 'utf8', timeout: 30_000 },
  })
  return { status, stdout, stderr }
}

/** Ports that nobody listens on. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}

t.test('it says where it is, and who may ask', async t => {
  const { url, written, end } = await start()
  const [first, ...others] = written.out.split('\n')
  t.match(first, /^gitlab-understudy listening on http:\/\/127\.0\.0\.1:\d+$/)
  const below = others.join('\n')
  for (const said of [`${url}/api/v4`, `${url}/api/v1`, `${url}/docs`, root]) t.ok(below.includes(said), said)
  const [, token, asked] = /^ *curl --header "Private-Token: (\S+)" "(\S+)"$/m.exec(below)!
  t.match(await ask('', `GET ${asked}`, { as: token }), {
    status: 200,
    body: [{ id: 48 }, { id: 47 }, { id: 46 }],
  })
  t.same(await end(), { code: 0, signal: null })
})

t.test('where it listens: flags win over its own variables, these over PORT and HOST', async t => {
  const own = { UNDERSTUDY_PORT: '2', UNDERSTUDY_HOST: 'two' }
  const common = { PORT: '3', HOST: 'three' }
  const cases: [args: string[], given: Environment, port: number, host: string][] = [
    [['--port', '1', '--host', 'one'], { ...own, ...common }, 1, 'one'],
    [['serve', '-p1', '-H', 'one'], own, 1, 'one'],
    [['--port=1'], { PORT: 'junk' }, 1, '127.0.0.1'],
    [['-p', '1', '-p', '4'], {}, 4, '127.0.0.1'],
    [[], { ...own, ...common }, 2, 'two'],
    [[], { UNDERSTUDY_PORT: '', ...common }, 3, 'three'],
    [[], {}, 8080, '127.0.0.1'],
  ]
  for (const [args, given, port, host] of cases)
    t.match(readUsage(args, given).options, { port, host }, `${args.join(' ')} ${JSON.stringify(given)}`)

  const [port, other] = (await freePorts(2)).map(String) as [string, string]
  const byVariable = await start([], { UNDERSTUDY_PORT: port, PORT: other })
  t.equal(byVariable.url, `http://127.0.0.1:${port}`)
  await byVariable.end()
  const byFlag = await start(['-p', '0', '-H', 'localhost'], { PORT: other, HOST: 'nowhere.invalid' })
  t.match(byFlag.url, /^http:\/\/localhost:[1-9]\d*$/)
  t.equal((await ask(byFlag.url, 'GET /-/health')).text, 'GitLab OK')
  await byFlag.end()
})

const notPort = 'is not a whole number from 0 to 65535'
const notInstant = 'is not an instant such as 2016-11-04T09:36:13Z'

t.test('what makes no sense is refused', async t => {
  const refusals: [args: string[], message: string, given?: Environment][] = [
    [['-p', '-1'], `--port: "-1" ${notPort}`],
    [['-p', '1e3'], `--port: "1e3" ${notPort}`],
    [['--port='], `--port: "" ${notPort}`],
    [['--port'], '--port needs a value'],
    [['--no-port'], 'unknown option --no-port; did you mean --port?'],
    [[], `UNDERSTUDY_PORT: "8080 " ${notPort}`, { UNDERSTUDY_PORT: '8080 ', PORT: '0' }],
    [['--host', ''], '--host: "" is empty'],
    [['--prot', '1'], 'unknown option --prot; did you mean --port?'],
    [['-x'], 'unknown option -x'],
    [['--log', 'loud'], '--log: "loud" is not one of silent, error, info'],
    [['--seed', '1.5'], '--seed: "1.5" is not a whole number from 0 to 4294967295'],
    [['--impersonation=maybe'], '--impersonation: "maybe" is neither true nor false'],
    [[], 'UNDERSTUDY_CHECK_ANSWERS: "y" is neither true nor false', { UNDERSTUDY_CHECK_ANSWERS: 'y' }],
    [['--now', 'May 1'], `--now: "May 1" ${notInstant}`],
    [['--now', '2016-02-30'], `--now: "2016-02-30" ${notInstant}`],
    [['--now', '2016-11-04T24:30Z'], `--now: "2016-11-04T24:30Z" ${notInstant}`],
    [['serve', 'v4'], '"serve" takes no "v4"'],
    [['--json'], '"serve" takes no --json'],
    [['ledger', '--port', '1'], '"ledger" takes no --port'],
    [['ledger', 'v4'], '"ledger" takes no "v4"'],
    [['diff', 'documented'], '"diff" takes FROM and TO'],
    [['diff', 'a', 'b', 'c'], '"diff" takes no "c"'],
    [['diff', '--profile', 'observed', 'a', 'b'], '"diff" takes no --profile'],
    [['diff', '--json=5', 'a', 'b'], '--json takes no value'],
    [['diff', '--json=true', 'a', 'b'], '--json takes no value'],
    [['diff', '--no-json', 'a', 'b'], 'unknown option --no-json; did you mean --json?'],
    [['--help=ledger'], '--help takes no value'],
    [['--no-version'], 'unknown option --no-version; did you mean --version?'],
  ]
  for (const [args, message, given = {}] of refusals)
    t.throws(() => readUsage(args, given), { message }, `${args.join(' ')} ${JSON.stringify(given)}`)
})

t.test('a refusal is one line on standard error, and exit code 2', async t => {
  const folder = t.testdir({
    empty: {},
    notJson: { v4: { 'pipelines.json': '{ "rows": [' } },
    noId: { v1: { 'builds.json': '{ "rows": [{ "id": 1 }, { "id": "2" }] }' } },
  })
  const refusals: [args: string[], line: string | RegExp, given?: Environment][] = [
    [['--port', 'abc'], `--port: "abc" ${notPort} (see --help)`],
    [['--port', '70000'], `--port: "70000" ${notPort} (see --help)`],
    [[], `PORT: "abc" ${notPort} (see --help)`, { PORT: 'abc' }],
    [['--frobnicate'], 'unknown option --frobnicate (see --help)'],
    [['--profile', 'real'], '--profile: "real" is not one of documented, observed (see --help)'],
    [['start'], 'unknown command "start"; known are serve, ledger, diff (see --help)'],
    [['--now', 'junk'], `--now: "junk" ${notInstant} (see --help)`],
    [
      ['--fixtures', `${folder}/none`],
      `${folder}/none: no fixtures; expected files such as v4/pipelines.json`,
    ],
    [
      ['--fixtures', `${folder}/empty`],
      `${folder}/empty: no fixtures; expected files such as v4/pipelines.json`,
    ],
    [['--fixtures', `${folder}/notJson`], /\/notJson\/v4\/pipelines\.json: not JSON: /],
    [
      ['--fixtures', `${folder}/noId`],
      /\/noId\/v1\/builds\.json: \/rows\/1\/id: is not a positive whole number$/,
    ],
  ]
  for (const [args, line, given] of refusals) {
    const { status, stdout, stderr } = runToEnd(args, given)
    const what = `${args.join(' ')} ${given ? JSON.stringify(given) : ''}`
    t.same([status, stdout, stderr.split('\n').length], [2, '', 2], what)
    t.match(stderr.replace(/^gitlab-understudy: |\n$/g, ''), line, what)
  }
})

t.test('diff says by its exit code whether clients break, and which side it could not read', async t => {
  const document = (over: object) =>
    JSON.stringify({ openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: {}, ...over })
  const get = { operationId: 'getA', responses: { 200: { description: 'a' } } }
  const folder = t.testdir({
    'bare.json': document({}),
    'more.json': document({ paths: { '/a': { get } } }),
    'other.json': document({ info: { title: 'Another', version: '1' } }),
    'moved.json': document({ servers: [{ url: 'https://example.com/api/v5//' }] }),
    'bom.json': `\uFEFF${document({})}`,
    'refusing.json': document({
      paths: { '/a': { get } },
      'x-refusals': { limited: { status: 429 }, odd: { status: 400 } },
    }),
    'gone.json': document({ 'x-refusals': { limited: { status: 503 } } }),
    // Of an API that a profile has: by where it is, or, as servers need not be named, by its title.
    'v1.json': document({ servers: [{ url: 'https://ci.example.com/api/v1/' }] }),
    'serverless.json': document({ info: { title: 'GitLab CI API', version: '1' } }),
    'whole.yaml': `\uFEFFopenapi: 3.1.0
info: { title: T, version: '1' }
x-answers: &answers
  200: { description: a }
paths:
  /a:
    get:
      operationId: getA
      description:
      responses: *answers
`,
    'page.yml': "openapi: 3.1.0\ninfo: { title: T }\npaths: { /a: { $ref: 'a.yaml#/a' } }\n",
    'two.yaml': 'openapi: 3.1.0\n---\nopenapi: 3.1.0\n',
    'faulty.yaml': 'openapi: [3\ninfo: 1\n',
    'empty.yaml': '',
    'folder.json': {},
    'broken.json': '{',
    'list.json': '[]',
  })
  const at = (name: string) => join(folder, name.includes('.') ? name : `${name}.json`)
  const table: [from: string, to: string, status: number, out: string | RegExp][] = [
    [at('bare'), at('bare'), 0, '0 breaking, 0 other\n'],
    [at('bare'), at('more'), 0, /^other {5}T GET \/a.*\n0 breaking, 1 other\n$/],
    [at('more'), at('bare'), 1, /^breaking {2}T GET \/a.*\n1 breaking, 0 other\n$/],
    [at('bare'), at('other'), 0, '0 breaking, 0 other\n'],
    [at('bom'), at('moved'), 0, '0 breaking, 0 other\n'],
    [
      at('v1'),
      at('moved'),
      1,
      /^breaking {2}\/api\/v1 servers: is at \/api\/v5 now, .*\n1 breaking, 0 other\n$/,
    ],
    [at('more'), at('whole.yaml'), 0, '0 breaking, 0 other\n'],
    [at('whole.yaml'), at('bom'), 1, /^breaking {2}T GET \/a: is gone\n1 breaking, 0 other\n$/],
    [
      at('refusing'),
      at('gone'),
      1,
      /^breaking.* limited: is 503.*\nbreaking.* odd: is no.*\nbreaking.* GET \/a: is gone\n3 breaking, 0/,
    ],
    [
      at('v1'),
      'documented',
      0,
      /^other {5}\/api\/v1 GET \/projects: is new\n[\s\S]*\n0 breaking, \d+ other\n$/,
    ],
    ['observed', at('v1'), 1, /\nbreaking {2}\/api\/v1 GET \/projects: is gone\n/],
    [at('serverless'), 'documented', 0, /^other {5}\/api\/v1 GET \/projects: is new\n/],
    ['documented', 'documented', 0, '0 breaking, 0 other\n'],
    ['documented', 'observed', 1, /breaking {2}\/api\/v1 .*\n[\s\S]*\n\d+ breaking, \d+ other\n$/],
  ]
  for (const [from, to, status, out] of table) {
    const ended = runToEnd(['diff', from, to])
    t.same([ended.status, ended.stderr], [status, ''], `${from} ${to}`)
    t.match(ended.stdout, out)
  }
  const { status, stdout } = runToEnd(['diff', '--json', at('more'), at('bare')])
  t.match({ status, changes: JSON.parse(stdout) }, { status: 1, changes: [{ api: 'T', breaking: true }] })
  const refusals: [from: string, to: string, line: RegExp][] = [
    [
      'none.json',
      'observed',
      /^gitlab-understudy: none\.json: is not there \(a side is documented, observed, or a JSON or YAML file\)$/,
    ],
    [at('folder'), 'observed', /folder\.json: is a folder$/],
    [
      at('page.yml'),
      at('more'),
      /page\.yml: \/paths\/~1a: a\.yaml#\/a is in another file \(bundle it first: npx @redocly\/cli bundle in\.yaml -o out\.json\)$/,
    ],
    [at('two.yaml'), at('more'), /two\.yaml: Source contains multiple documents/],
    [at('more'), at('faulty.yaml'), /faulty\.yaml: .* at line 2, column 1$/],
    [at('empty.yaml'), at('more'), /empty\.yaml: is no OpenAPI document/],
    ['documented', at('broken'), /broken\.json: .*JSON/],
    [at('list'), 'observed', /list\.json: is no OpenAPI document/],
    [at('bare'), 'observed', /bare\.json is of T, observed of \/api\/v4, \/api\/v1: nothing to compare$/],
    ['documented', at('moved'), /documented is of \/api\/v4, \/api\/v1, .*moved\.json of \/api\/v5: nothing/],
  ]
  for (const [from, to, line] of refusals) {
    const ended = runToEnd(['diff', from, to])
    t.same([ended.status, ended.stdout, ended.stderr.split('\n').length], [2, '', 2], `${from} ${to}`)
    t.match(ended.stderr.trimEnd(), line)
  }
})

t.test('diff refuses what it would not read, and says where', async t => {
  const get = { responses: { 200: { description: 'a' } } }
  const [whole, faulty] = ['whole', 'faulty'].map(name => join(t.testdir(), `${name}.json`))
  const write = (file: string, over: object) =>
    writeFileSync(
      file,
      JSON.stringify({ openapi: '3.1.0', info: { title: 'T' }, paths: { '/a': { get } }, ...over }),
    )
  const answer = (schema: object) => ({ 200: { content: { 'application/json': { schema } } } })
  const table: [over: object, place: string, problem: string][] = [
    [{ paths: [] }, '/paths', 'is no object'],
    [{ paths: null }, '/paths', 'is no object'],
    [{ paths: { '/a': null } }, '/paths/~1a', 'is null'],
    [{ paths: { '/a': 'get' } }, '/paths/~1a', 'is no object'],
    [
      { paths: { '/a': { $ref: '#/components/pathItems/a' } }, components: { pathItems: { a: { get } } } },
      '/paths/~1a',
      'is a $ref; its operations must stand there themselves',
    ],
    [{ paths: { '/a': { get: 'a' } } }, '/paths/~1a/get', 'is no object'],
    [{ paths: { '/a': { get: [] } } }, '/paths/~1a/get', 'is no object'],
    [{ paths: { '/a': { GET: get } } }, '/paths/~1a/GET', 'is no method'],
    [{ paths: { '/a': { get: {} } } }, '/paths/~1a/get/responses', 'is missing'],
    [
      { paths: { '/a': { get: { responses: { 200: 'a' } } } } },
      '/paths/~1a/get/responses/200',
      'is no object',
    ],
    [{ paths: { '/a': { get, parameters: {} } } }, '/paths/~1a/parameters', 'is no list'],
    [{ components: null }, '/components', 'is no object'],
    [
      { components: { schemas: { default: { items: null } } } },
      '/components/schemas/default/items',
      'is null',
    ],
    [{ 'x-refusals': null }, '/x-refusals', 'is no object'],
    [{ 'x-refusals': { odd: null } }, '/x-refusals/odd', 'is no object'],
    [
      { paths: { '/a': { get: { responses: answer({ $ref: '#/components/schemas/A' }) } } } },
      '/paths/~1a/get/responses/200/content/application~1json/schema',
      '#/components/schemas/A leads nowhere',
    ],
    [
      { components: { schemas: { A: { $ref: '#/components/schemas/A' } } } },
      '/components/schemas/A',
      '#/components/schemas/A leads nowhere',
    ],
    [{ components: { schemas: { A: { $ref: '#a' } } } }, '/components/schemas/A', '#a leads nowhere'],
  ]
  write(whole!, {})
  for (const [over, place, problem] of table) {
    write(faulty!, over)
    for (const sides of [
      [whole!, faulty!],
      [faulty!, faulty!],
    ]) {
      const message = `${faulty}: ${place}: ${problem}`
      t.throws(() => compare(sides[0]!, sides[1]!), { message }, JSON.stringify(over))
    }
  }
  const { status, stdout, stderr } = runToEnd(['diff', faulty!, whole!])
  t.same([status, stdout], [2, ''], 'by its exit code too')
  t.equal(stderr, `gitlab-understudy: ${faulty}: /components/schemas/A: #a leads nowhere\n`)
  // Values, and words for people, may hold anything.
  const properties = { $ref: { type: 'string', default: null, example: { $ref: '#/nothing' } } }
  write(faulty!, {
    info: { title: 'T', description: null },
    paths: { '/a': { get, summary: null }, 'x-a': 1 },
    components: { schemas: { A: { properties, enum: [null] } } },
  })
  t.same(compare(whole!, faulty!), [])
})

t.test('whoever looks can tell which profile answers', async t => {
  for (const profile of ['documented', 'observed']) {
    const { url, written, end } = await start(['-p', '0', '--profile', profile])
    t.match(written.out, `as    ${profile} (`, `${profile}: when it starts`)
    t.match(
      (await ask(url, 'GET /')).text,
      `profile <code>${profile}</code>`,
      `${profile}: on its first page`,
    )
    const { info } = (await ask(url, 'GET /openapi/v4.json')).body
    t.match(info.summary, profile === 'observed' ? 'servers' : 'documentation', `${profile}: in its contract`)
    await end()
  }
})

t.test('a port that is taken is refused with one line', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const refused = await new Promise(resolve => {
    const child = spawn(process.execPath, [main, '-p', `${port}`], { env: environment({}) })
    let err = ''
    child.stderr.on('data', data => (err += data))
    child.on('close', code => resolve({ code, err }))
  })
  t.same(refused, {
    code: 2,
    err: `gitlab-understudy: 127.0.0.1:${port} is in use (--port 0 takes a free port)\n`,
  })
  taken.close()
})

t.test('it helps', async t => {
  for (const flag of ['--help', '-h']) {
    const { status, stdout, stderr } = runToEnd([flag])
    t.same([status, stderr], [0, ''], flag)
    for (const { flag, variables, does } of flags)
      for (const told of [`--${flag}`, does, ...variables]) t.ok(stdout.includes(told), told)
    t.ok(
      stdout.split('\n').every(line => line.length <= 110),
      'in lines that fit a screen',
    )
  }
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  for (const flag of ['--version', '-V'])
    t.same(runToEnd([flag]), { status: 0, stdout: `${version}\n`, stderr: '' }, flag)
})

t.test('a signal ends it cleanly, whoever is still connected', async t => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { url, end } = await start()
    const agent = new Agent({ keepAlive: true })
    const { statusCode } = await new Promise<{ statusCode?: number }>((resolve, reject) => {
      const asked = request(`${url}/-/health`, { agent }, answer =>
        answer.resume().on('end', () => resolve(answer)),
      )
      asked.on('error', reject).end()
    })
    t.equal(statusCode, 200)
    t.equal(Object.values(agent.freeSockets).flat().length, 1, 'a connection is kept open')
    const half = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {})
    await once(half, 'connect')
    half.write('POST /api/v4/projects HTTP/1.1\r\nHost: gitlab.test\r\nContent-Length: 100\r\n\r\n{')
    t.same(await end(signal), { code: 0, signal: null }, signal)
    agent.destroy()
    half.destroy()
  }
})

t.test('the log', async t => {
  const json = { 'Content-Type': 'application/json' }
  const requests: [request: string, asked: Parameters<typeof ask>[2], line: string | RegExp][] = [
    [
      'GET /api/v4/projects/1/pipelines',
      { as: root },
      '200 GET /api/v4/projects/1/pipelines listProjectPipelines root',
    ],
    [
      'DELETE /api/v4/projects/1/pipelines/46',
      { as: maintainer },
      /^403 DELETE \/api\/v4\/projects\/1\/pipelines\/46 deleteProjectPipeline maintainer: .*destroy_pipeline/,
    ],
    [`GET /w/demo/api/v4/user?private_token=${root}`, {}, '200 GET /w/demo/api/v4/user getCurrentUser root'],
    [
      'GET /api/v4/user',
      { headers: { Authorization: `Bearer ${root}` } },
      '200 GET /api/v4/user getCurrentUser root',
    ],
    ['GET /api/v4/user', { as: `${root}x` }, /^401 GET \/api\/v4\/user getCurrentUser anonymous: /],
    [
      `GET /api/v4/projects?pre_page=1&access_token=${root}`,
      {},
      '200 GET /api/v4/projects listProjects root (unknown parameter "pre_page"; did you mean "per_page"?)',
    ],
    ['GET /api/v4/nothing', { as: root }, /^404 GET \/api\/v4\/nothing /],
    ['PATCH /api/v4/projects', { as: root }, /^405 PATCH \/api\/v4\/projects /],
    [
      'GET /api/v4/projects',
      { headers: { Prefer: 'code=503' } },
      /^503 GET \/api\/v4\/projects listProjects /,
    ],
    [
      'POST /api/v4/projects/1/issues',
      { form: { private_token: root } },
      /^400 POST .* createProjectIssue root: /,
    ],
    [
      'POST /api/v4/projects/1/issues',
      { headers: json, body: `{"private_token":"${root}","title":}` },
      /^400 POST .* createProjectIssue /,
    ],
    [
      'POST /api/v4/projects/1/issues',
      { headers: json, body: `{"token":${root}}` },
      /^400 POST .* createProjectIssue /,
    ],
    [
      'POST /api/v1/runners/register',
      { form: { token: registration, public_key: 'key' } },
      /^201 POST .* registerRunner registration token$/,
    ],
    [
      `GET /api/v1/projects?private_token=${root}&url=http://demo.gitlab.com/`,
      {},
      '200 GET /api/v1/projects listProjects root',
    ],
  ]
  const { url, written, end } = await start()
  for (const [request, asked] of requests) await ask(url, request, asked)
  await end()
  const lines = written.err.trimEnd().split('\n')
  t.equal(lines.length, requests.length, 'a line for each request')
  for (const [index, [request, , line]] of requests.entries()) t.match(lines[index], line, request)
  for (const [index, line] of lines.entries()) {
    const told = [root, root.slice(0, 10), root.slice(-10), maintainer, registration].filter(secret =>
      line.includes(secret),
    )
    t.same(told, [], `no token stands in the line of ${requests[index]?.[0].replaceAll(root, 'TOKEN')}`)
  }

  for (const level of ['error', 'silent']) {
    const quiet = await start(['-p', '0', '--log', level])
    await ask(quiet.url, 'GET /api/v4/user', { as: 'nobody' })
    await quiet.end()
    t.equal(quiet.written.err, '', `--log ${level} has no line for a refusal`)
  }
})

t.test('it goes on when nobody reads its log any more', async t => {
  const { child, url, end } = await start()
  child.stdout!.destroy()
  child.stderr!.destroy()
  for (let count = 0; count < 3; count++)
    t.equal((await ask(url, 'GET /api/v4/user', { as: root })).status, 200)
  t.same(await end(), { code: 0, signal: null })
})

t.test('--now and --seed: what was answered once is answered again', async t => {
  /** All bytes of some answers but X-Runtime, as they came in. */
  const answers = async (args: string[]) => {
    const { url, end } = await start(['-p', '0', ...args])
    const told: string[] = []
    for (const [line, body] of [
      ['GET /api/v4/projects/1/pipelines?per_page=2', ''],
      ['POST /api/v4/projects/1/pipeline?ref=master', ''],
      ['POST /api/v4/projects', 'name=new'],
      ['POST /api/v4/projects/1/issues', 'title=now'],
      ['GET /api/v4/projects/1', ''],
      ['GET /api/v4/nothing', ''],
      [`POST /api/v1/runners/register?token=${registration}&public_key=key`, ''],
    ] as const) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('latin1')
      socket.end(
        `${line} HTTP/1.1\r\nHost: gitlab.test\r\nPrivate-Token: ${root}\r\nConnection: close\r\n` +
          `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
      told.push((await socket.toArray()).join('').replace(/^X-Runtime: .*\r\n/m, ''))
    }
    await end()
    return told
  }
  const once = await answers(['--now', '2016-11-04T09:36:13Z'])
  for (const answer of once)
    t.match(answer, /^HTTP\/1\.1 [24].*\r\n(.*\r\n)*Date: Fri, 04 Nov 2016 09:36:13 GMT\r\n/)
  t.match(once[1], '"created_at":"2016-11-04T09:36:13.000Z"')
  t.same(await answers(['--now', '2016-11-04T10:36:13+01:00']), once, 'byte for byte')
  const other = await answers(['--now', '2016-11-04T09:36:13', '--seed', '2'])
  const idOf = (answer?: string) => /X-Request-Id: (.*)/.exec(answer!)![1]
  t.not(idOf(other[0]), idOf(once[0]), 'another seed, another chance')
  t.same(
    other.slice(0, 2).map(answer => answer.replace(/X-Request-Id.*/, '')),
    once.slice(0, 2).map(answer => answer.replace(/X-Request-Id.*/, '')),
    'an instant without an offset is UTC',
  )
})

t.test('--fixtures replaces the whole world', async t => {
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'))
  const users = read('accounts/users').rows.slice(0, 1)
  const [token] = read('accounts/tokens').rows
  const folder = t.testdir({
    accounts: {
      'users.json': JSON.stringify({ rows: users }),
      'tokens.json': JSON.stringify({ rows: [{ ...token, token: 'my-own-token' }] }),
    },
  })
  const { url, written, end } = await start(['-p', '0', '--fixtures', folder])
  const [, told, asked] = /^ *curl --header "Private-Token: (\S+)" "(\S+)"$/m.exec(written.out)!
  t.equal(told, 'my-own-token')
  t.match(
    await ask('', `GET ${asked}`, { as: told }),
    { status: 200, body: [] },
    'and the line to paste works there',
  )
  t.equal((await ask(url, 'GET /api/v4/user', { as: root })).status, 401)
  t.equal((await ask(url, 'GET /')).status, 200)
  await end()

  const nobody = await start([
    '-p',
    '0',
    '--fixtures',
    t.testdir({ v4: { 'pipelines.json': '{"rows":[]}' } }),
  ])
  t.match(nobody.written.out, /^ *curl "\S+"$/m, 'where there is no token, none is told')
  await nobody.end()
})

t.test('the other flags', async t => {
  const { url, end } = await start([
    '-p',
    '0',
    '--no-impersonation',
    '--check-answers',
    '--profile',
    'observed',
  ])
  t.equal((await ask(url, 'GET /api/v4/user', { as: 'imperson-token-00001' })).status, 401)
  t.equal((await ask(url, 'GET /api/v1/projects')).status, 403, 'as real servers answered')
  await end()
})

t.test('the control API’s token is told to who started the server, and ends it', async t => {
  const asking = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })
  const told = /^ *\/__admin asks for Authorization: Bearer (\S+)$/m
  // Another way to write this machine's address, which the server can't know.
  const open = await start(['-p', '0', '-H', '127.1'])
  const [, token] = told.exec(open.written.out)!
  t.equal((await ask(open.url, 'GET /__admin/worlds')).status, 401)
  t.equal((await ask(open.url, 'GET /__admin/worlds', asking(token!))).status, 200)
  const ended = once(open.child, 'close')
  t.equal((await ask(open.url, 'POST /__admin/shutdown', asking(token!))).status, 202)
  t.strictSame(await ended, [0, null], 'who has it can end the server, which ends well')
  for (const [args, given] of [
    [['-p', '0', '--admin-token', 'my-token'], {}],
    [['-p', '0'], { UNDERSTUDY_ADMIN_TOKEN: 'my-token' }],
  ] as const) {
    const { url, written, end } = await start([...args], given)
    t.notMatch(written.out, 'my-token', 'one that was given is not told')
    t.equal((await ask(url, 'GET /__admin/worlds')).status, 401)
    t.equal((await ask(url, 'GET /__admin/worlds', asking('my-token'))).status, 200)
    await end()
  }
  const own = await start()
  t.notMatch(own.written.out, '__admin', 'a server of this machine alone asks for none')
  await own.end()
})

t.test('a program’s options are judged as strictly as the command line’s', async t => {
  const refused: [given: object, message: RegExp][] = [
    [{ profile: 'x' }, /^profile: "x" is not one of documented, observed$/],
    [{ prot: 1 }, /^unknown option prot; known are port, /],
    [{ log: 'loud' }, /^log: "loud" is not one of silent, error, info$/],
    [{ port: '1' }, /^port: "1" is not a number$/],
    [
      { adminToken: 'a b' },
      /^adminToken: "a b" has blanks or letters that no Authorization: Bearer can carry$/,
    ],
    [{ adminToken: 'schlüssel' }, /^adminToken: "schlüssel" has blanks or letters/],
    [{ seed: -1 }, /^seed: -1 is not a whole number/],
    [{ now: 'yesterday' }, /^now: "yesterday" is not a/],
    [{ now: '2020-02-30' }, /^now: "2020-02-30" is not an instant/],
    [{ rateLimit: '0/60s' }, /^rateLimit: "0\/60s" is no limit such as 10\/60s .* at least one request/],
    [{ checkAnswers: 'yes' }, /^checkAnswers: "yes" is neither true nor false$/],
  ]
  for (const [given, message] of refused)
    await t.rejects(createUnderstudy(given), { message }, JSON.stringify(given))
  const at = '2016-11-04T09:36:13.000Z'
  for (const now of [at, new Date(at), Date.parse(at)]) {
    await using gitlab = await createUnderstudy({ now, fixtures: undefined })
    const { headers } = await fetch(`${gitlab.v4}/projects`)
    t.equal(headers.get('date'), 'Fri, 04 Nov 2016 09:36:13 GMT', `now: ${typeof now}`)
  }
})
