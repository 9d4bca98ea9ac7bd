import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }
const developer = { as: tokens.developer }

const noProject = { message: '404 Project Not Found' }
const noTag = { message: '404 Tag Not Found' }

const namesOf = (rows: { name: string }[]) => rows.map(({ name }) => name)

t.test('a tag by its name, slashes as %2F', async t => {
  const { body } = await ask(gitlab.v4, 'GET /projects/1/repository/tags/my%2Ftag', developer)
  const commit = await ask(gitlab.v4, 'GET /projects/1/repository/branches/master', developer)
  t.strictSame(body, {
    name: 'my/tag',
    message: 'A tag with a slash',
    target: 'c15a7e24abab986429aa46bf1dbdc1861f21c842',
    commit: commit.body.commit,
    release: { tag_name: 'my/tag', description: 'The first release' },
    protected: false,
  })
  const rows: [path: string, status: number, body: object][] = [
    ['/projects/foo%2Fbar/repository/tags/my%2ftag', 200, { name: 'my/tag' }],
    ['/projects/8/repository/tags/v1.0.0', 200, { protected: true, release: { description: null } }],
    ['/projects/8/repository/tags/v1.1.0', 200, { message: null, release: null }],
    ['/projects/8/repository/tags/v1.2.0', 404, noTag],
    ['/projects/8/repository/tags/v1.0.0.json', 404, noTag],
    ['/projects/8/repository/tags/my%2Ftag', 404, noTag],
    ['/projects/1/repository/tags/my%2Fbranch', 404, noTag],
    ['/projects/1/repository/tags/my/tag', 404, { error: '404 Not Found' }],
    ['/projects/2/repository/tags/v1.0.0', 404, noProject],
  ]
  for (const [path, status, body] of rows) {
    const got = await ask(gitlab.v4, `GET ${path}`, developer)
    t.equal(got.status, status, path)
    t.match(got.body, body, path)
  }
})

t.test('tags are listed, ordered, searched and paged', async t => {
  const world = gitlab.world('order')
  world.patch({ 'v4.tags': { 3: { updated_at: '2016-12-01T00:00:00.000Z' } } })
  const rows: [query: string, names: string[]][] = [
    ['', ['v1.0.0', 'v1.1.0']],
    ['order_by=updated&sort=asc', ['v1.1.0', 'v1.0.0']],
    ['order_by=name', ['v1.1.0', 'v1.0.0']],
    ['order_by=name&sort=asc', ['v1.0.0', 'v1.1.0']],
    ['search=1.1', ['v1.1.0']],
    ['search=^V1', ['v1.0.0', 'v1.1.0']],
    ['search=^1', []],
    ['search=0.0$', ['v1.0.0']],
    ['per_page=1&page=2', ['v1.1.0']],
  ]
  for (const [query, names] of rows) {
    const { status, body } = await ask(world.v4, `GET /projects/8/repository/tags?${query}`, root)
    t.strictSame([status, namesOf(body)], [200, names], query)
  }
  const refused: [query: string, message: object][] = [
    ['order_by=version', { order_by: ['does not have a valid value'] }],
    ['sort=up', { sort: ['does not have a valid value'] }],
  ]
  for (const [query, message] of refused) {
    const { status, body } = await ask(world.v4, `GET /projects/8/repository/tags?${query}`, root)
    t.strictSame([status, body], [400, { message }], query)
  }
  t.strictSame((await ask(world.v4, 'GET /projects/42/repository/tags', root)).body, [], 'there may be none')
})

t.test('who may read tags', async t => {
  const rows: [who: string, project: number, status: number, body?: object][] = [
    ['reporter', 1, 200],
    ['guest', 1, 403, { message: '403 Forbidden' }],
    ['stranger', 1, 404, noProject],
    ['nobody', 1, 404, noProject],
    ['nobody', 5, 200],
    ['stranger', 8, 200],
    ['nobody', 8, 404, noProject],
    ['readuser', 5, 403, { error: 'insufficient_scope', scope: 'api read_api' }],
    ['revoked', 5, 401, { message: '401 Unauthorized' }],
  ]
  const names: Record<number, string> = { 1: 'my%2Ftag', 5: 'v0.5.0', 8: 'v1.0.0' }
  for (const [who, project, status, body = {}] of rows) {
    const asked = who === 'nobody' ? {} : { as: tokens[who] }
    for (const path of ['repository/tags', `repository/tags/${names[project]}`]) {
      const got = await ask(gitlab.v4, `GET /projects/${project}/${path}`, asked)
      t.equal(got.status, status, `${who}: ${path} of project ${project}`)
      t.match(got.body, body)
    }
  }
})
