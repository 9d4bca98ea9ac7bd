import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }
const developer = { as: tokens.developer }

const forbidden = { message: '403 Forbidden' }
const noProject = { message: '404 Project Not Found' }
const noBranch = { message: '404 Branch Not Found' }
const noRoute = { error: '404 Not Found' }

const namesOf = (rows: { name: string }[]) => rows.map(({ name }) => name)

t.test('a branch by its name, slashes as %2F', async t => {
  const { body, status } = await ask(gitlab.v4, 'GET /projects/1/repository/branches/my%2Fbranch', developer)
  t.equal(status, 200)
  t.strictSame(body, {
    name: 'my/branch',
    merged: false,
    protected: false,
    default: false,
    developers_can_push: false,
    developers_can_merge: false,
    can_push: true,
    web_url: `${gitlab.url}/foo/bar/-/tree/my/branch`,
    commit: {
      id: '6c183d75b340b2c1423a92346a09ce23961c5881',
      short_id: '6c183d75',
      created_at: '2016-11-05T10:40:00.000+00:00',
      parent_ids: ['4745028cf0c6d7ac9c30aa9f4032cfa67fefe8c8'],
      title: 'Say how the name is encoded',
      message: 'Say how the name is encoded\n',
      author_name: 'Project Maintainer',
      author_email: 'maintainer@example.com',
      authored_date: '2016-11-05T10:40:00.000+00:00',
      committer_name: 'Project Maintainer',
      committer_email: 'maintainer@example.com',
      committed_date: '2016-11-05T10:40:00.000+00:00',
      web_url: `${gitlab.url}/foo/bar/-/commit/6c183d75b340b2c1423a92346a09ce23961c5881`,
    },
  })
  const rows: [path: string, status: number, body: object][] = [
    ['/projects/foo%2Fbar/repository/branches/my%2fbranch', 200, { name: 'my/branch' }],
    ['/projects/1/repository/branches/master', 200, { default: true, protected: true, can_push: false }],
    ['/projects/1/repository/branches/Master', 404, noBranch],
    ['/projects/1/repository/branches/my', 404, noBranch],
    ['/projects/1/repository/branches/my%252Fbranch', 404, noBranch],
    ['/projects/1/repository/branches/my/branch', 404, noRoute],
    ['/projects/1/repository/branches/develop', 404, noBranch],
    ['/projects/1/repository/branches/my%2Ftag', 404, noBranch],
    ['/projects/2/repository/branches/master', 404, noProject],
  ]
  for (const [path, status, body] of rows) {
    const got = await ask(gitlab.v4, `GET ${path}`, developer)
    t.equal(got.status, status, path)
    t.match(got.body, body, path)
  }
})

t.test('branches are listed by name, searched and paged', async t => {
  const rows: [query: string, names: string[]][] = [
    ['', ['master', 'my/branch', 'new-pipeline']],
    ['search=M', ['master', 'my/branch']],
    ['search=pipe', ['new-pipeline']],
    ['search=^m', ['master', 'my/branch']],
    ['search=^ew', []],
    ['search=er$', ['master']],
    ['search=my$', []],
    ['search=nowhere', []],
    ['search=', ['master', 'my/branch', 'new-pipeline']],
    ['per_page=2', ['master', 'my/branch']],
    ['per_page=2&page=2', ['new-pipeline']],
  ]
  for (const [query, names] of rows) {
    const { status, body } = await ask(gitlab.v4, `GET /projects/1/repository/branches?${query}`, root)
    t.strictSame([status, namesOf(body)], [200, names], query)
  }
  const { headers } = await ask(gitlab.v4, 'GET /projects/1/repository/branches?per_page=2', root)
  t.strictSame([headers.get('x-total'), headers.get('x-next-page')], ['3', '2'])
})

t.test('a protected branch is for those who may push to it', async t => {
  const world = gitlab.world('protected')
  world.patch({ 'v4.branches': { 2: { protected: true, developers_can_push: true } } })
  const rows: [who: string, branch: string, canPush: boolean][] = [
    ['maintainer', 'master', true],
    ['developer', 'master', false],
    ['developer', 'my%2Fbranch', true],
    ['developer', 'new-pipeline', true],
    ['reporter', 'new-pipeline', false],
    ['reporter', 'my%2Fbranch', false],
  ]
  for (const [who, branch, canPush] of rows) {
    const asked = { as: tokens[who] }
    const { body } = await ask(world.v4, `GET /projects/1/repository/branches/${branch}`, asked)
    t.equal(body.can_push, canPush, `${who} on ${branch}`)
  }
})

t.test('the commits of a branch, the newest first', async t => {
  const shas = ['6c183d75', '4745028c', '384c444e', 'a91957a8']
  const rows: [path: string, ids: string[]][] = [
    ['/projects/1/branches/my%2Fbranch/commits', shas],
    ['/projects/1/branches/master/commits', shas.slice(2)],
    ['/projects/foo%2Fbar/branches/my%2Fbranch/commits?per_page=2', shas.slice(0, 2)],
    ['/projects/1/branches/my%2Fbranch/commits?per_page=3&page=2', shas.slice(3)],
  ]
  for (const [path, ids] of rows) {
    const { body } = await ask(gitlab.v4, `GET ${path}`, developer)
    t.strictSame(
      body.map((commit: { short_id: string }) => commit.short_id),
      ids,
      path,
    )
  }
  const unknown = await ask(gitlab.v4, 'GET /projects/1/branches/nowhere/commits', developer)
  t.strictSame([unknown.status, unknown.body], [404, noBranch])
})

t.test('who may read a repository', async t => {
  const rows: [who: string, project: number, status: number, body?: object][] = [
    ['reporter', 1, 200],
    ['readonly', 1, 200],
    ['project', 1, 200],
    ['guest', 1, 403, forbidden],
    ['stranger', 1, 404, noProject],
    ['nobody', 1, 404, noProject],
    ['stranger', 5, 200],
    ['nobody', 5, 200],
    ['stranger', 12, 200],
    ['nobody', 12, 404, noProject],
    ['readuser', 5, 403, { error: 'insufficient_scope', scope: 'api read_api' }],
    ['expired', 5, 401, { message: '401 Unauthorized' }],
  ]
  for (const [who, project, status, body = {}] of rows) {
    const asked = who === 'nobody' ? {} : { as: tokens[who] }
    for (const path of ['repository/branches', 'repository/branches/master', 'branches/master/commits']) {
      const got = await ask(gitlab.v4, `GET /projects/${project}/${path}`, asked)
      t.equal(got.status, status, `${who}: ${path} of project ${project}`)
      t.match(got.body, body)
    }
  }
})

t.test('a new project has no branch, or the one of its README', async t => {
  const { v4 } = gitlab.world('new')
  const create = async (json: object) => (await ask(v4, 'POST /projects', { ...developer, json })).body.id
  const bare = await create({ name: 'Bare' })
  t.strictSame((await ask(v4, `GET /projects/${bare}/repository/branches`, developer)).body, [])
  const begun = await create({ name: 'Begun', initialize_with_readme: true })
  const { body } = await ask(v4, `GET /projects/${begun}/repository/branches`, developer)
  t.match(body, [{ name: 'master', default: true, can_push: true, commit: { title: 'Initial commit' } }])
  const commits = await ask(v4, `GET /projects/${begun}/branches/master/commits`, developer)
  t.strictSame(commits.body, [body[0].commit])
})
