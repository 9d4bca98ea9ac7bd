import t from 'tap'
import { createUnderstudy, type WorldHandle } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'
import {
  holdAllow,
  holdRows,
  invalid,
  multipart,
  noType,
  notFound,
  notGiven,
  typed,
  unauthorized,
  unprocessable,
  unreadable,
} from './rows.ts'

// The clock stands still, so that whole answers can be told beforehand.
const now = '2014-04-01T08:00:00.000Z'
const gitlab = await createUnderstudy({ checkAnswers: true, now: Date.parse(now) })
t.teardown(() => gitlab.close())

const [token271, token6] = ['iPWx6WM4lhHNedGfBpPJNP', 'projectsixtoken6789']
const project = { project_id: 271, project_token: token271 }
const list = `GET /commits?project_id=271&project_token=${token271}`
const create = 'POST /commits'
const runner85 = '12b68e90394084703135'
const [before, after] = [
  'eb94b618fb5865b26e80fdd8ae531b7a63ad851a',
  '384c444e840a515b23f21915ee5766b87068a70d',
]

/** What GitLab tells of a push, with more in it than a commit is made of. */
const push = {
  before,
  after,
  ref: 'refs/heads/master',
  user_id: 1,
  user_name: 'Administrator',
  repository: { name: 'gitlabhq', url: 'git@demo.gitlab.com:gitlab/gitlab-shell.git' },
  commits: [
    { id: before, message: 'Before it', author: { name: 'Else', email: 'else@example.com' } },
    { id: after, message: 'Run more checks', author: { name: 'Administrator', email: 'admin@example.com' } },
  ],
  total_commits_count: 2,
}
const pushed = (change: object): Asked => ({ json: { ...project, data: { ...push, ...change } } })

const build80 = {
  id: 80,
  project_id: 271,
  status: 'pending',
  finished_at: null,
  created_at: now,
  updated_at: now,
  started_at: null,
  runner_id: null,
  commit_id: 3,
}
const commit3 = {
  id: 3,
  ref: 'master',
  sha: after,
  project_id: 271,
  before_sha: before,
  created_at: now,
  status: 'pending',
  finished_at: null,
  duration: null,
  git_commit_message: 'Run more checks',
  git_author_name: 'Administrator',
  git_author_email: 'admin@example.com',
  builds: [build80],
}

const ids = (commits: { id: number }[]) => commits.map(({ id }) => id)

t.test('a push makes a commit and a build, whose fate the commit tells', async t => {
  const world = gitlab.world('story')
  const { v1 } = world
  await ask(v1, `POST /builds/register?token=${runner85}`)
  const made = await ask(v1, create, pushed({}))
  t.equal(made.status, 201)
  t.strictSame(made.body, commit3)
  t.strictSame(Object.keys(made.body), Object.keys(commit3), 'in order')
  t.strictSame((await ask(v1, list)).body[2], commit3, 'it is listed')
  t.strictSame(ids((await ask(v1, list)).body), [1, 2, 3])

  await ask(v1, `POST /builds/register?token=${runner85}`)
  const running = { ...build80, status: 'running', runner_id: 85, started_at: now }
  t.strictSame((await ask(v1, list)).body[2], { ...commit3, status: 'running', builds: [running] })

  const started_at = '2014-04-01T07:58:30.000Z'
  world.patch({ 'v1.builds': { 80: { started_at } } })
  await ask(v1, `PUT /builds/80?token=${runner85}&state=success`)
  const over = { ...running, status: 'success', started_at, finished_at: now }
  const passed = { ...commit3, status: 'success', finished_at: now, duration: 90, builds: [over] }
  t.strictSame((await ask(v1, list)).body[2], passed, 'with seconds that it took')
})

t.test('the status of a commit is that of its builds together', async t => {
  const together: [status: string, builds: string[]][] = [
    ['skipped', []],
    ['pending', ['pending']],
    ['pending', ['pending', 'pending']],
    ['running', ['running']],
    ['running', ['running', 'pending', 'failed']],
    ['running', ['success', 'pending']],
    ['success', ['success', 'success']],
    ['failed', ['success', 'failed']],
    ['failed', ['canceled', 'failed']],
    ['canceled', ['success', 'canceled']],
  ]
  for (const [index, [status, builds]] of together.entries()) {
    const world = gitlab.world(`status-${index}`)
    world.patch({ 'v1.builds': { 77: null, ...rowsOf(builds) } })
    const [first] = (await ask(world.v1, list)).body
    t.equal(first.status, status, builds.join(', ') || 'no builds')
    t.equal(first.builds.length, builds.length)
  }
})

/** Builds of commit 1, by id. */
function rowsOf(statuses: string[]) {
  const told = {
    commands: 'ls',
    path: '',
    ref: 'master',
    sha: after,
    before_sha: before,
    repo_url: 'git@a:b.git',
  }
  const build = { ...build80, ...told, id: undefined, commit_id: 1 }
  return Object.fromEntries(statuses.map((status, index) => [90 + index, { ...build, status }]))
}

t.test('a project’s token is good for that project alone', async t => {
  const of = (project_id: unknown, project_token?: unknown): Asked => ({
    json: { project_id, project_token, data: push },
  })
  await holdRows(t, gitlab, [
    ['its own', list, {}, 200],
    ["another's", `GET /commits?project_id=271&project_token=${token6}`, {}, unauthorized],
    ['of another', `GET /commits?project_id=6&project_token=${token271}`, {}, unauthorized],
    ["another's own", `GET /commits?project_id=6&project_token=${token6}`, {}, [200, []]],
    ['a runner’s', `GET /commits?project_id=271&project_token=${runner85}`, {}, unauthorized],
    ['a user’s', `GET /commits?project_id=271&project_token=${gitlab.tokens.root}`, {}, unauthorized],
    [
      'a user’s where a user’s goes',
      'GET /commits?project_id=271',
      { as: gitlab.tokens.root },
      notGiven('project_token'),
    ],
    ['none', 'GET /commits?project_id=271', {}, notGiven('project_token')],
    ['a blank one', 'GET /commits?project_id=271&project_token=', {}, notGiven('project_token')],
    ['a hash', `GET /commits?project_id=271&project_token[a]=${token271}`, {}, unauthorized],
    ['its own: create', create, of(271, token271), 201],
    ["another's: create", create, of(271, token6), unauthorized],
    ["another's own: create", create, of(6, token6), 201],
    ['none: create', create, of(271), notGiven('project_token')],
    ['a blank one: create', create, of(271, ''), notGiven('project_token')],
    [
      'what lacks is told before the token is looked at',
      'GET /commits?project_token=x',
      {},
      notGiven('project_id'),
    ],
    ['the project first', create, { json: { project_token: 'x' } }, notGiven('project_id')],
    ['with or without a token', create, {}, notGiven('project_id')],
    ['also of a list', 'GET /commits', {}, notGiven('project_id')],
    ['then the push', create, { json: { project_token: 'x', project_id: 999 } }, notGiven('data')],
    ['then the token', create, of(999), notGiven('project_token')],
    ['then whether the project is there', create, of(999, 'x'), notFound],
    ['also in a list', 'GET /commits?project_id=999&project_token=x', {}, notFound],
  ])
  const world = gitlab.world('token')
  const user = `private_token=${gitlab.tokens.root}&url=http://demo.gitlab.com/`
  const details = 'name=a&gitlab_id=9&gitlab_url=http://demo.gitlab.com/a/b&ssh_url_to_repo=c'
  const { body } = await ask(world.v1, `POST /projects?${user}&${details}`)
  const own = `GET /commits?project_id=${body.id}&project_token=${body.token}`
  t.strictSame((await ask(world.v1, own)).body, [], 'a new project’s token is good at once')
})

t.test('what makes no commit', async t => {
  await holdRows(t, gitlab, [
    ['no ref', create, pushed({ ref: undefined }), unprocessable],
    ['a ref that is null', create, pushed({ ref: null }), unprocessable],
    ['a ref without a name', create, pushed({ ref: 'refs/heads/' }), unprocessable],
    ['no sha', create, pushed({ after: undefined }), unprocessable],
    ['a sha that is null', create, pushed({ after: null }), unprocessable],
    ['the end of a branch', create, pushed({ after: '0'.repeat(40) }), unprocessable],
    ['nothing in it', create, { json: { ...project, data: {} } }, unprocessable],
    ['a push that is a text', create, { json: { ...project, data: 'push' } }, invalid('data')],
    ['a push that is a list', create, { json: { ...project, data: [push] } }, invalid('data')],
    ['a push that is null', create, { json: { ...project, data: null } }, notGiven('data')],
    ['commits that are none', create, pushed({ commits: ['a'] }), invalid('data')],
    ['a ref that is a hash', create, pushed({ ref: {} }), invalid('data')],
    [
      'a project that is no number',
      create,
      { json: { ...project, project_id: 'x', data: push } },
      invalid('project_id'),
    ],
    ['JSON that is none', create, typed('application/json', '{"data":'), unreadable],
    ['text', create, typed('text/plain', 'push'), noType('text/plain')],
  ])
})

t.test('what a commit is made of', async t => {
  const other = 'f'.repeat(40)
  const unknown = { git_commit_message: null, git_author_name: null, git_author_email: null }
  const none = { commits: [{ id: after, message: null, author: null }] }
  await holdRows(t, gitlab, [
    ['a tag', create, pushed({ ref: 'refs/tags/v1.0' }), [201, { ref: 'v1.0' }]],
    ['a branch with slashes', create, pushed({ ref: 'refs/heads/a/b' }), [201, { ref: 'a/b' }]],
    ['a branch by its name', create, pushed({ ref: 'heads' }), [201, { ref: 'heads' }]],
    ['the sha to check out', create, pushed({ checkout_sha: other }), [201, { sha: other }]],
    ['which may be null', create, pushed({ checkout_sha: null }), [201, { sha: after }]],
    ['a new branch', create, pushed({ before: '0'.repeat(40) }), [201, { before_sha: '0'.repeat(40) }]],
    ['no sha before it', create, pushed({ before: undefined }), [201, { before_sha: '0'.repeat(40) }]],
    ['no commits', create, pushed({ commits: undefined }), [201, unknown]],
    ['an empty list', create, pushed({ commits: [] }), [201, unknown]],
    ['others than its own', create, pushed({ commits: push.commits.slice(0, 1) }), [201, unknown]],
    ['one without words', create, pushed(none), [201, unknown]],
  ])
})

t.test('the ways to send a push', async t => {
  // A commit is one hash of a list: its id begins the next.
  const nested = {
    project_id: '271',
    project_token: token271,
    'data[before]': before,
    'data[after]': after,
    'data[ref]': 'refs/heads/master',
    'data[commits][][id]': after,
    'data[commits][][message]': 'Run more checks',
    'data[commits][][author][name]': 'Administrator',
    'data[commits][][author][email]': 'admin@example.com',
  }
  const made = [201, commit3] as const
  const data = push
  await holdRows(t, gitlab, [
    ['a JSON body', create, pushed({}), made],
    ['a nested form', create, { form: nested }, made],
    ['a nested multipart body', create, multipart(nested), made],
    ['a nested query', `${create}?${new URLSearchParams(nested)}`, {}, made],
    ['a body and a query', `${create}?project_id=271&project_token=${token271}`, { json: { data } }, made],
    ['the body goes over the query', `${create}?project_id=6`, pushed({}), made],
    ['.json', `${create}.json`, pushed({}), made],
    ['.json of a list', list.replace('?', '.json?'), {}, 200],
  ])
  await holdAllow(t, gitlab.v1, [['PUT /commits', 'GET, HEAD, POST']])
})

t.test('a push that is known makes nothing new', async t => {
  const { v1 } = gitlab.world('known')
  await ask(v1, create, pushed({}))
  const again = await ask(v1, create, pushed({ commits: [] }))
  t.strictSame([again.status, again.body], [201, commit3], 'it is answered as it is')
  t.equal(
    (await ask(v1, create, pushed({ ref: 'refs/heads/other' }))).body.id,
    4,
    'another branch is another',
  )
  const elsewhere = { json: { project_id: 6, project_token: token6, data: push } }
  t.equal((await ask(v1, create, elsewhere)).body.id, 5, 'and so is another project')
  t.strictSame(ids((await ask(v1, list)).body), [1, 2, 3, 4])
})

t.test('pages', async t => {
  const pages: [query: string, ids: number[]][] = [
    ['', range(1, 20)],
    ['&page=2', range(21, 30)],
    ['&page=3', []],
    ['&page=0', range(1, 20)],
    ['&page=-1', range(1, 20)],
    ['&per_page=3', range(1, 3)],
    ['&per_page=3&page=2', range(4, 6)],
    ['&per_page=29', range(1, 29)],
    ['&per_page=200', range(1, 30)],
    ['&per_page=0', range(1, 25)],
    ['&per_page=-5', range(1, 25)],
  ]
  const world = gitlab.world('pages')
  addCommits(world, 30)
  for (const [query, expected] of pages) {
    const { status, headers, body } = await ask(world.v1, list + query)
    t.strictSame([status, ids(body)], [200, expected], query || 'the first of 20')
    t.notOk(headers.has('link') || headers.has('x-total'), 'without a header of pages')
  }
})

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

function addCommits(world: WorldHandle, last: number) {
  const rows = range(3, last).map(id => [id, { ...commit3, id: undefined, sha: `${id}`.padStart(40, '0') }])
  world.patch({ 'v1.commits': Object.fromEntries(rows) })
}

t.test('two worlds share no commits', async t => {
  const [one, other] = [gitlab.world('one'), gitlab.world('other')]
  t.equal((await ask(one.v1, create, pushed({}))).body.id, 3)
  t.strictSame(ids((await ask(other.v1, list)).body), [1, 2])
  const { body } = await ask(other.v1, create, pushed({ ref: 'refs/heads/other' }))
  t.strictSame([body.id, body.builds[0].id], [3, 80], 'both count from the same numbers')
})
