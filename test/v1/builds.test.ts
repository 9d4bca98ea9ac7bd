import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'
import {
  holdAllow,
  holdRows,
  invalid,
  multipart,
  noType,
  notFound,
  type Row,
  typed,
  unauthorized,
  unreadable,
  username,
  usernameToken,
} from './rows.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { root } = gitlab.tokens

const user = `private_token=${root}&url=http://demo.gitlab.com/`
const [runner85, runner86] = ['12b68e90394084703135', '76bf894e969364709864'] as const
const register = 'POST /builds/register'
const poll = (v1: string, token: string) => ask(v1, register, { json: { token } })
const running = { 'v1.builds': { 79: { status: 'running', runner_id: 85 } } }

/** Pending builds by id: the project and the hour of the day on which they were made. */
const pending = (builds: Record<number, [project_id: number, hour: string]>) => ({
  'v1.builds': Object.fromEntries(
    Object.entries(builds).map(([id, [project_id, hour]]) => [
      id,
      {
        ...{ project_id, commit_id: null, runner_id: null, status: 'pending', commands: 'ls', path: '' },
        ...{ ref: 'master', sha: 'a'.repeat(40), before_sha: '0'.repeat(40), repo_url: 'git@a:b.git' },
        ...{ trace: null, started_at: null, finished_at: null },
        ...{ created_at: `2014-03-05T${hour}:00.000Z`, updated_at: `2014-03-05T${hour}:00.000Z` },
      },
    ]),
  ),
})

t.test('a build is pending, then running at a runner, then over', async t => {
  for (const state of ['success', 'failed']) {
    const { v1 } = gitlab.world(state)
    const push = { ref: 'refs/heads/master', after: 'c'.repeat(40), before: 'b'.repeat(40) }
    const project = { project_id: 271, project_token: 'iPWx6WM4lhHNedGfBpPJNP' }
    const statusNow = async () => {
      const listed = await ask(v1, `GET /commits?project_id=271&project_token=${project.project_token}`)
      return listed.body[2].builds[0].status
    }
    await poll(v1, runner85)
    await ask(v1, 'POST /commits', { json: { ...project, data: push } })
    t.equal(await statusNow(), 'pending')

    const taken = await poll(v1, runner85)
    t.equal(taken.status, 201)
    t.equal(taken.headers.get('content-type'), 'application/json')
    const expected = {
      id: 80,
      commands: 'ls',
      path: '',
      ref: 'master',
      sha: push.after,
      project_id: 271,
      repo_url: 'git@demo.gitlab.com:gitlab/gitlab-shell.git',
      before_sha: push.before,
    }
    t.strictSame(taken.body, expected, "what runs are the project's scripts")
    t.strictSame(Object.keys(taken.body), Object.keys(expected), 'in the order of the docs')
    t.equal(await statusNow(), 'running')

    const report = (body: object) => ask(v1, 'PUT /builds/80', { json: { token: runner85, ...body } })
    const going = await report({ state: 'running', trace: '$ ls\n' })
    t.strictSame([going.status, going.body], [200, expected], 'the answer to a report is the build')
    t.equal(await statusNow(), 'running')
    t.equal((await report({ trace: '$ ls\nREADME.md\n' })).status, 200, 'a report needs no state')
    t.equal(await statusNow(), 'running')
    t.equal((await report({ state, trace: '$ ls\nREADME.md\n' })).status, 200)
    t.equal(await statusNow(), state)
    const late = await report({ state })
    t.strictSame([late.status, late.body], notFound, 'what is over takes no more reports')
    t.equal(await statusNow(), state)
    t.equal((await poll(v1, runner85)).status, 404, 'and is not handed out again')
  }
})

t.test('the oldest pending build of the linked projects goes first', async t => {
  const world = gitlab.world('oldest')
  // 79, of project 6, is of the sixth of March.
  world.patch(pending({ 80: [271, '12:00'], 81: [6, '11:00'], 82: [271, '11:00'], 83: [272, '09:00'] }))
  const next = async (token: string) => (await poll(world.v1, token)).body.id
  t.strictSame([await next(runner85), await next(runner85)], [81, 82], 'of one age, the lower id')
  t.strictSame([await next(runner85), await next(runner85)], [80, 79])
  t.equal((await poll(world.v1, runner85)).status, 404, 'nothing is left of its projects')
  await ask(world.v1, `POST /projects/272/runners/85?${user}`)
  t.equal(await next(runner85), 83, 'a further link brings further builds')
})

t.test('a runner gets builds of the projects that it is linked to', async t => {
  const world = gitlab.world('linked')
  world.patch(pending({ 80: [271, '12:00'] }))
  const nothing = await poll(world.v1, runner86)
  t.strictSame([nothing.status, nothing.body], notFound, 'one without a link has nothing to do')
  await ask(world.v1, `POST /projects/271/runners/86?${user}`)
  await ask(world.v1, `DELETE /projects/271/runners/85?${user}`)
  t.equal((await poll(world.v1, runner85)).body.id, 79, 'a link that is cut brings no builds')
  t.equal((await poll(world.v1, runner85)).status, 404)
  t.equal((await poll(world.v1, runner86)).body.id, 80)
})

t.test('a build is handed out once', async t => {
  const world = gitlab.world('race')
  world.patch(usernameToken)
  const { v1 } = world
  await ask(v1, 'POST /projects/6/runners/86?url=http://demo.gitlab.com/', { as: username })
  const answers = await Promise.all([poll(v1, runner85), poll(v1, runner86), poll(v1, runner85)])
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 404, 404])
})

t.test('a paused runner is handed nothing', async t => {
  const world = gitlab.world('paused')
  world.patch({ 'v1.runners': { 85: { active: false } } })
  t.equal((await poll(world.v1, runner85)).status, 404)
  world.patch({ 'v1.runners': { 85: { active: true } } })
  t.equal((await poll(world.v1, runner85)).body.id, 79)
})

t.test('a runner lets go of a build that is no longer its own', async t => {
  const lost: [what: string, build: object | null][] = [
    ['is pending', { status: 'pending', runner_id: null }],
    ["runs at another's", { status: 'running', runner_id: 86 }],
    ['was canceled', { status: 'canceled', runner_id: 85 }],
    ['is over', { status: 'success', runner_id: 85 }],
    ['is gone', null],
  ]
  for (const [what, build] of lost) {
    const world = gitlab.world(what.replace(/\W/g, '-'))
    world.patch({ 'v1.builds': { 79: build } })
    const { status, body } = await ask(world.v1, `PUT /builds/79?token=${runner85}&state=success`)
    t.strictSame([status, body], notFound, `one that ${what}`)
  }
})

t.test('only success and failed end a build', async t => {
  const states: [sent: unknown, over: boolean][] = [
    ['success', true],
    ['failed', true],
    ['running', false],
    ['waiting', false],
    ['canceled', false],
    ['Success', false],
    ['', false],
    [null, false],
    [1, false],
  ]
  for (const [index, [state, over]] of states.entries()) {
    const world = gitlab.world(`state-${index}`)
    world.patch(running)
    const report = { json: { token: runner85, state } }
    t.equal((await ask(world.v1, 'PUT /builds/79', report)).status, 200, `${state} is taken`)
    const still = (await ask(world.v1, 'PUT /builds/79', report)).status === 200
    t.equal(still, !over, `${state} ${over ? 'ends it' : 'leaves it running'}`)
  }
})

t.test("a runner's token is asked for", async t => {
  const others: [whose: string, token: string | undefined][] = [
    ['nobody', 'bad'],
    ['the registration', 'registration-token-1'],
    ['a project', 'projectsixtoken6789'],
    ['a user', root],
  ]
  const rows = others.flatMap(([whose, token]): Row[] => [
    [`${whose}: register`, register, { json: { token } }, unauthorized],
    [`${whose}: update`, 'PUT /builds/79', { json: { token, state: 'success' } }, unauthorized],
  ])
  await holdRows(t, gitlab, [
    ...rows,
    ['none: register', register, {}, unauthorized],
    ['none: update', 'PUT /builds/79', {}, unauthorized],
    ['blank: register', `${register}?token=`, {}, unauthorized],
    ['a hash: register', `${register}?token[a]=${runner85}`, {}, unauthorized],
    ['a list: update', `PUT /builds/79?token[]=${runner85}`, {}, unauthorized],
    ['a user with all that a user needs', `${register}?${user}`, {}, unauthorized],
    ['it is asked for before the build', 'PUT /builds/999?token=bad', {}, unauthorized],
  ])
})

t.test('the ways to send a request', async t => {
  const token = runner85
  const register79 = [201, { id: 79, project_id: 6 }] as const
  await holdRows(t, gitlab, [
    ['a JSON body', register, { json: { token } }, register79],
    ['a form', register, { form: { token } }, register79],
    ['a multipart body', register, multipart({ token }), register79],
    ['the query', `${register}?token=${token}`, {}, register79],
    ['the body goes over the query', `${register}?token=${runner86}`, { form: { token } }, register79],
    ['.json', `${register}.json`, { json: { token } }, register79],
    ['JSON that is none', register, typed('application/json', '{"token":'), unreadable],
    ['text', register, typed('text/plain', token), noType('text/plain')],
    ['no such build', `PUT /builds/999?token=${token}`, {}, notFound],
    ['a build that does not run', `PUT /builds/79?token=${token}`, {}, notFound],
    ['no number of a build', `PUT /builds/last?token=${token}`, {}, notFound],
    ['a hash for a state', 'PUT /builds/79', { json: { token, state: {} } }, invalid('state')],
    ['a list for a trace', 'PUT /builds/79', { json: { token, trace: ['a'] } }, invalid('trace')],
  ])
  const sent: [how: string, request: string, asked: Asked][] = [
    ['a JSON body', '/79', { json: { token, trace: '' } }],
    ['a form', '/79', { form: { token, trace: 'ünï\r\n%&+' } }],
    ['a multipart body', '/79', multipart({ token, trace: 'ünï\r\n%&+' })],
    ['the query', `/79?token=${token}&trace=a`, {}],
    ['.json', '/79.json', { json: { token } }],
    ['the path goes over the body', '/79', { json: { token, id: 80 } }],
    ['and over the query', `/79?id=80&token=${token}`, {}],
    ['a trace of 4 MiB', '/79', { json: { token, trace: 'a line of some length\n'.repeat(190_000) } }],
    ['a form of almost 12 MiB', '/79', { form: { token, trace: '\n'.repeat(4_000_000) } }],
  ]
  const world = gitlab.world('sent')
  world.patch(running)
  for (const [how, path, asked] of sent) {
    const { status, body } = await ask(world.v1, `PUT /builds${path}`, asked)
    t.strictSame([status, body?.id], [200, 79], how)
  }
  await holdAllow(t, gitlab.v1, [
    ['GET /builds/79', 'PUT'],
    ['GET /builds/register', 'POST'],
  ])
})

// From here: what the runners of the day sent.
t.test('a runner of Ruby 5', async t => {
  const base = `${gitlab.world('ruby').url}//api/v1`
  const json = (request: string, body: object) => ask(base, request, { json: body })
  const form = (state: string) =>
    ask(base, 'PUT /builds/79.json', { form: { token: runner85, state, trace: '$ ls\n\u001b[0m' } })
  t.equal((await json('POST /builds/register.json', { token: runner85 })).body.id, 79)
  t.equal((await form('running')).status, 200)
  t.equal((await form('success')).status, 200)
  t.equal((await form('success')).status, 404, 'it tells the end twice, and takes 404 for an abort')
  t.equal((await json('POST /builds/register.json', { token: runner85 })).status, 404, 'nothing to do')
  t.equal((await json('DELETE /runners/delete', { token: runner85 })).status, 200)
  t.equal((await json('POST /builds/register.json', { token: runner85 })).status, 401)
})

t.test('a runner of Go', async t => {
  const { v1 } = gitlab.world('go')
  const headers = { Accept: 'application/json' }
  const info = { name: 'gitlab-ci-multi-runner', version: '0.7.2', revision: 'b7f9b22', platform: 'linux' }
  const json = (request: string, body: object) => ask(v1, request, { json: body, headers })
  t.equal((await ask(v1, `PUT /builds/-1?token=${runner85}`)).status, 404, 'verify: it is alive')
  t.equal((await json('PUT /builds/-1', { token: runner85 })).status, 404, 'verify: the same with a body')
  t.equal((await ask(v1, 'PUT /builds/-1?token=bad')).status, 401, 'verify: it was removed')
  const taken = await json('POST /builds/register.json', { info, token: runner85 })
  t.equal(taken.status, 201)
  t.equal(taken.headers.get('content-type'), 'application/json')
  const report = { info, token: runner85, state: 'running', trace: 'a' }
  const going = await json('PUT /builds/79.json', report)
  t.strictSame([going.status, going.headers.get('content-type')], [200, 'application/json'])
  t.equal((await json('PUT /builds/79.json', { ...report, state: 'failed' })).status, 200)
  t.equal((await json('PUT /builds/79.json', { ...report, state: 'failed' })).status, 404)
  t.equal((await ask(v1, `DELETE /runners/delete?token=${runner85}`)).status, 200)
})

t.test('a runner of Windows', async t => {
  const world = gitlab.world('windows')
  world.patch(usernameToken)
  const { v1 } = world
  const registering = { token: encodeURIComponent('registration-token-1'), public_key: 'ssh-rsa AAAAB3Nza' }
  const made = await ask(v1, 'POST /runners/register.json', { json: registering })
  t.equal(made.status, 201)
  const { token } = made.body
  t.equal((await ask(v1, 'POST /builds/register.json', { json: { token } })).status, 404)
  await ask(v1, 'POST /projects/6/runners/87?url=http://demo.gitlab.com/', { as: username })
  t.equal((await ask(v1, 'POST /builds/register.json', { json: { token } })).body.id, 79)
  const report = { token, id: '79.json', state: 'success', trace: 'C:\\> dir' }
  const answer = await ask(v1, 'PUT /builds/79.json', { json: report })
  t.strictSame(
    [answer.status, answer.body.id],
    [200, 79],
    'the path goes over its odd id; the answer is not null',
  )
})

t.test('two worlds share no builds', async t => {
  const [one, other] = [gitlab.world('one'), gitlab.world('other')]
  t.equal((await poll(one.v1, runner85)).body.id, 79)
  t.equal((await ask(other.v1, `PUT /builds/79?token=${runner85}`)).status, 404, 'there it is pending')
  t.equal((await poll(other.v1, runner85)).body.id, 79)
})
