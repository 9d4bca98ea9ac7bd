// The runners of 2015, by what they put on the wire and what they make of the answers: builds taken, finished and aborted.
import { Agent, request } from 'node:http'
import t, { type Test } from 'tap'
import { createUnderstudy, type WorldHandle } from '../../src/index.ts'

const gitlab = await createUnderstudy({ profile: 'observed', checkAnswers: true })
t.teardown(() => gitlab.close())

const project = { project_id: 271, project_token: 'iPWx6WM4lhHNedGfBpPJNP' }
const registration = 'registration-token-1'

interface Sent {
  readonly headers?: Record<string, string>
  readonly body?: string
  /** Whether the client waits for `100 Continue` before it sends its body. */
  readonly waits?: boolean
}

interface Got {
  readonly status: number
  readonly type: string | undefined
  readonly text: string
}

const agent = new Agent({ keepAlive: true })
t.teardown(() => agent.destroy())

/** One request as it stands, over a socket: nothing is added but Host, Connection and the length. */
function send(method: string, url: string, { headers = {}, body, waits = false }: Sent = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const length = { 'Content-Length': `${Buffer.byteLength(body ?? '')}` }
    const sent = request(url, { method, agent, headers: { ...headers, ...length } })
    sent.on('error', reject)
    sent.on('response', answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode!,
          type: answer.headers['content-type'],
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    if (waits) sent.on('continue', () => sent.end(body))
    else sent.end(body)
    if (waits) sent.flushHeaders()
  })
}

const asJson = (body: object, headers: Record<string, string> = {}): Sent => ({
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** A push as GitLab tells it, so that there is something to do. */
async function push(world: WorldHandle, sha: string): Promise<void> {
  const data = {
    before: '0'.repeat(40),
    after: sha.repeat(40),
    ref: 'refs/heads/master',
    ci_yaml_file: 'test: { script: ls }',
  }
  await send('POST', `${world.v1}/commits`, asJson({ ...project, data }))
}

/** A build as runners of all kinds need it; whatever else there is they pass over. */
interface Build {
  readonly id: number
  readonly [field: string]: unknown
}

const needed: readonly [field: string, type: string][] = [
  ['id', 'number'],
  ['project_id', 'number'],
  ['commands', 'string'],
  ['repo_url', 'string'],
  ['sha', 'string'],
  ['ref', 'string'],
  ['before_sha', 'string'],
  ['allow_git_fetch', 'boolean'],
  ['timeout', 'number'],
]

function holdBuild(t: Test, build: Build | string): number {
  if (typeof build === 'string') t.fail(`a build, not "${build}"`)
  for (const [field, type] of needed) t.type((build as Build)[field], type, `${field} is a ${type}`)
  return (build as Build).id
}

/** A runner as its operator sees it. */
interface Runner {
  register(token: string): Promise<boolean>
  /** A build, or why there is none. */
  poll(): Promise<Build | string>
  update(id: number, state: string, trace: string): Promise<string>
  /** Whether it is known. */
  verify?(): Promise<boolean>
  remove?(): Promise<boolean>
}

/** Ruby, 5.2: reports are forms; whoever sets it up types a url with a slash at the end. */
function rubyRunner(url: string): Runner {
  const v1 = `${url}//api/v1`
  const headers = { Accept: '*/*', 'User-Agent': 'Ruby' }
  let token = ''
  return {
    async register(registration) {
      const body = { token: registration, tag_list: '', description: 'ruby.example.com' }
      const { status, text } = await send('POST', `${v1}/runners/register.json`, asJson(body, headers))
      if (status === 201) token = JSON.parse(text).token
      return status === 201
    },
    async poll() {
      const { status, text } = await send('POST', `${v1}/builds/register.json`, asJson({ token }, headers))
      if (status === 201) return JSON.parse(text)
      return status === 403 ? 'forbidden' : 'nothing'
    },
    async update(id, state, trace) {
      const form = { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' }
      const body = `token=${token}&state=${state}&trace=${escapeAll(trace)}`
      const { status } = await send('PUT', `${v1}/builds/${id}.json`, { headers: form, body })
      return status === 200 ? 'ok' : status === 404 ? 'aborted' : 'try again'
    },
    async remove() {
      return (await send('DELETE', `${v1}/runners/delete`, asJson({ token }, headers))).status === 200
    },
  }
}

/** As Ruby escapes a form, line feeds and colours of a terminal included. */
const escapeAll = (text: string) =>
  text === '\n'.repeat(text.length)
    ? '%0A'.repeat(text.length)
    : encodeURIComponent(text).replaceAll('%20', '+')

/** Go, 0.5 and 1.x: the later ones ask for JSON, and take no other Content-Type than exactly that. */
function goRunner({ v1 }: WorldHandle, version: string, strict: boolean): Runner {
  const headers = {
    'User-Agent': `gitlab-runner ${version}`,
    ...(strict ? { Accept: 'application/json' } : {}),
  }
  const info = {
    name: 'gitlab-runner',
    version,
    revision: '3227f0a',
    platform: 'linux',
    architecture: 'amd64',
  }
  const asked = async (method: string, path: string, sent: Sent) => {
    const got = await send(method, `${v1}/${path}`, sent)
    if (strict && got.status < 300 && got.type !== 'application/json') throw new Error(`it is ${got.type}`)
    return got
  }
  let token = ''
  return {
    async register(registration) {
      const body = { info, token: registration, description: 'go.example.com', tag_list: 'go, docker' }
      const { status, text } = await asked('POST', 'runners/register.json', asJson(body, headers))
      if (status === 201) token = JSON.parse(text).token
      return status === 201
    },
    async poll() {
      const { status, text } = await asked('POST', 'builds/register.json', asJson({ info, token }, headers))
      if (status === 201) return JSON.parse(text)
      return status === 403 ? 'unhealthy' : status === 404 ? 'nothing' : 'a warning'
    },
    async update(id, state, trace) {
      const body = { info, token, state, trace }
      const { status } = await asked('PUT', `builds/${id}.json`, asJson(body, headers))
      return status === 200 ? 'ok' : status === 404 || status === 403 ? 'aborted' : 'try again'
    },
    async verify() {
      const bare = strict ? asJson({ token }, headers) : { headers }
      const { status } = await asked('PUT', strict ? 'builds/-1' : `builds/-1?token=${token}`, bare)
      if (status !== 404 && status !== 403) throw new Error(`a verification is ${status}`)
      return status === 404
    },
    async remove() {
      const path = strict ? 'runners/delete' : `runners/delete?token=${token}`
      return (await asked('DELETE', path, strict ? asJson({ token }, headers) : { headers })).status === 200
    },
  }
}

/** Windows, .NET: an id of its own in the body, a pause before each body, and no answer may be null that ends a build. */
function windowsRunner({ v1 }: WorldHandle): Runner {
  const headers = { Expect: '100-continue', 'Content-Type': 'application/json; charset=utf-8' }
  const sent = (body: object) => ({ ...asJson(body, headers), waits: true })
  let token = ''
  return {
    async register(registration) {
      const body = { token: encodeURIComponent(registration), public_key: 'ssh-rsa AAAAB3NzaC1yc2E=' }
      const { status, text } = await send('POST', `${v1}/runners/register.json`, sent(body))
      if (status === 201) token = JSON.parse(text).token
      return status === 201
    },
    async poll() {
      const { status, text } = await send('POST', `${v1}/builds/register.json`, sent({ token }))
      if (status === 201) return JSON.parse(text)
      return status === 404 ? 'nothing' : `an error ${status}`
    },
    async update(id, state, trace) {
      const body = { token, id: `${id}.json`, state, trace }
      const { status, text } = await send('PUT', `${v1}/builds/${id}.json`, sent(body))
      return status === 200 && (state === 'running' || text !== 'null') ? 'ok' : 'aborted'
    },
  }
}

const runners: readonly [name: string, make: (world: WorldHandle) => Runner][] = [
  ['Ruby 5.2', ({ url }) => rubyRunner(url)],
  ['Go 0.5', world => goRunner(world, '0.5.5', false)],
  ['Go 1.x', world => goRunner(world, '1.5.3', true)],
  ['Windows .NET', windowsRunner],
]

for (const [name, make] of runners) {
  const world = gitlab.world(name.replace(/\W/g, '-'))

  t.test(`${name}: registers, takes a build, finishes and aborts it, and goes`, async t => {
    const runner = make(world)
    t.notOk(await runner.register('no-such-token'), 'a bad registration token is refused')
    t.ok(await runner.register(registration), 'a good one is not')
    t.equal(await runner.poll(), 'nothing', 'no project that shares runners has anything to do')

    await push(world, 'a')
    const first = holdBuild(t, await runner.poll())
    t.equal(await runner.poll(), 'nothing', 'it is handed out once')
    t.equal(await runner.update(first, 'running', ''), 'ok')
    t.equal(await runner.update(first, 'running', '$ ls\n\u001b[0;mREADME.md ünï &=%\n'), 'ok')
    t.equal(await runner.update(first, 'success', '$ ls\nREADME.md\n'), 'ok')
    t.equal(
      await runner.update(first, 'success', '$ ls\nREADME.md\n'),
      'aborted',
      'the end is told twice: it is over',
    )
    t.equal(await statusOf(world, 3), 'success')

    await push(world, 'b')
    const second = holdBuild(t, await runner.poll())
    t.equal(await runner.update(second, 'running', '$ sleep\n'), 'ok')
    world.patch({ 'v1.builds': { [second]: { status: 'canceled' } } })
    t.equal(await runner.update(second, 'running', '$ sleep\n'), 'aborted', 'somebody canceled it')
    t.equal(await statusOf(world, 4), 'canceled')

    await push(world, 'c')
    const third = holdBuild(t, await runner.poll())
    t.equal(await runner.update(third, 'failed', 'x\n'), 'ok')
    t.equal(await statusOf(world, 5), 'failed')

    if (runner.verify) t.ok(await runner.verify(), 'it is known')
    if (!runner.remove) return
    t.ok(await runner.remove(), 'it goes')
    t.notOk(await runner.remove(), 'once')
    if (runner.verify) t.notOk(await runner.verify(), 'and is known no more')
    t.match(await runner.poll(), /forbidden|unhealthy/, 'nor is it handed anything')
  })

  t.test(`${name}: a trace of 4 MiB goes through`, async t => {
    const runner = make(world)
    await runner.register(project.project_token)
    await push(world, 'd')
    const id = holdBuild(t, await runner.poll())
    // As a form, each byte of it takes three.
    t.equal(await runner.update(id, 'running', '\n'.repeat(4 * 1024 * 1024)), 'ok')
    t.equal(await runner.update(id, 'success', '\n'.repeat(4 * 1024 * 1024)), 'ok')
  })

  t.test(`${name}: two runners take a build once, and neither the other's`, async t => {
    const [one, other] = [make(world), make(world)]
    await Promise.all([one, other].map(it => it.register(project.project_token)))
    await push(world, 'e')
    const taken = await Promise.all([one.poll(), other.poll()])
    t.equal(taken.filter(it => typeof it === 'string').length, 1, 'one of them gets it')
    const [owner, stranger] = typeof taken[0] === 'string' ? [other, one] : [one, other]
    const { id } = taken.find(it => typeof it !== 'string') as Build
    t.equal(await stranger.update(id, 'success', ''), 'aborted')
    t.equal(await owner.update(id, 'success', ''), 'ok')
  })
}

/** The status of a commit, by its id. */
async function statusOf({ v1 }: WorldHandle, id: number): Promise<string> {
  const { project_id, project_token } = project
  const { text } = await send('GET', `${v1}/commits?project_id=${project_id}&project_token=${project_token}`)
  return JSON.parse(text).find((commit: { id: number }) => commit.id === id).status
}

t.test('what runners compare to the letter', async t => {
  const { v1 } = gitlab.world('letters')
  const token = '12b68e90394084703135'
  const exchanges: [what: string, method: string, path: string, sent: Sent, status: number, text: RegExp][] =
    [
      [
        'a poll that gets a build',
        'POST',
        '/builds/register.json',
        asJson({ token }),
        201,
        /^{"id":79,"commands":"",/,
      ],
      ['a report', 'PUT', '/builds/79.json', asJson({ token, state: 'running' }), 200, /^null$/],
      [
        'the path goes over an id of the body',
        'PUT',
        '/builds/79.json',
        asJson({ token, id: '80.json' }),
        200,
        /^null$/,
      ],
      ['the end', 'PUT', '/builds/79.json', asJson({ token, state: 'success' }), 200, /^true$/],
      ['a second end', 'PUT', '/builds/79.json', asJson({ token, state: 'success' }), 404, /"404 Not found"/],
      ['a poll that gets none', 'POST', '/builds/register.json', asJson({ token }), 404, /"404 Not Found"/],
      [
        'a verification without a body and its type',
        'PUT',
        `/builds/-1?token=${token}`,
        {},
        404,
        /"404 Not found"/,
      ],
      ['that of a runner that is gone', 'PUT', '/builds/-1?token=gone', {}, 403, /"403 Forbidden"/],
    ]
  for (const [what, method, path, sent, status, text] of exchanges) {
    const got = await send(method, v1 + path, sent)
    t.strictSame([got.status, got.type], [status, 'application/json'], what)
    t.match(got.text, text, `${what}: its words`)
  }
})
