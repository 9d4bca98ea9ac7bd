import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab

const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id)
const all = [1, 2, 3, 4, 10, 11, 13, 14, 15, 17, 23, 24, 30]

t.test(
  'an administrator lists all namespaces, anyone else their own and the groups that they work in',
  async t => {
    const rows: [who: string, query: string, ids: number[]][] = [
      ['root', '', all],
      ['owner', '', [2, 10]],
      ['maintainer', '', [2, 3, 11]],
      ['stranger', '', [24]],
      ['root', 'search=DIASP', [3]],
      ['root', 'search=seventeen', [17]],
      ['root', 'search=', all],
      ['root', 'search=nowhere', []],
      ['owner', 'search=foo', [2]],
      ['owner', 'search=diaspora', []],
    ]
    for (const [who, query, ids] of rows) {
      const { status, body } = await ask(gitlab.v4, `GET /namespaces?${query}`, { as: tokens[who] })
      t.strictSame([status, idsOf(body)], [200, ids], `${who}: ${query || 'all'}`)
    }
    const page = await ask(gitlab.v4, 'GET /namespaces?per_page=5&page=2', { as: tokens.root })
    t.strictSame(idsOf(page.body), all.slice(5, 10))
    t.equal(page.headers.get('x-total'), '13')
  },
)

t.test('a namespace shows its fields in their order; groups count their members', async t => {
  const { body } = await ask(gitlab.v4, 'GET /namespaces', { as: tokens.maintainer })
  const [foo, , own] = body
  t.equal(
    JSON.stringify(foo),
    JSON.stringify({
      id: 2,
      name: 'foo',
      path: 'foo',
      kind: 'group',
      full_path: 'foo',
      parent_id: null,
      avatar_url: null,
      web_url: `${gitlab.url}/groups/foo`,
      members_count_with_descendants: 7,
    }),
  )
  t.match(own, {
    kind: 'user',
    path: 'maintainer',
    web_url: `${gitlab.url}/maintainer`,
    avatar_url: /gravatar/,
  })
  t.notOk('members_count_with_descendants' in own)
})

t.test('a namespace is found by number or path, by those who may know of it', async t => {
  const noNamespace = { message: '404 Namespace Not Found' }
  const rows: [who: string | undefined, request: string, status: number, found: number | object][] = [
    ['root', 'GET /namespaces/3', 200, 3],
    ['root', 'GET /namespaces/diaspora', 200, 3],
    ['root', 'GET /namespaces/Diaspora', 200, 3],
    ['root', 'GET /namespaces/group-seventeen', 200, 17],
    ['maintainer', 'GET /namespaces/diaspora', 200, 3],
    ['owner', 'GET /namespaces/owner', 200, 10],
    ['owner', 'GET /namespaces/diaspora', 404, noNamespace],
    ['owner', 'GET /namespaces/root', 404, noNamespace],
    ['root', 'GET /namespaces/404', 404, noNamespace],
    ['root', 'GET /namespaces/nowhere', 404, noNamespace],
    ['root', 'GET /namespaces/foo%2Fbar', 404, noNamespace],
    ['root', 'GET /namespaces/foo/bar', 404, { error: '404 Not Found' }],
    [undefined, 'GET /namespaces', 401, { message: '401 Unauthorized' }],
    [undefined, 'GET /namespaces/3', 401, { message: '401 Unauthorized' }],
    ['root', 'PUT /namespaces?per_page=50', 405, { message: '405 Method Not Allowed' }],
    ['root', 'POST /namespaces/3', 405, { message: '405 Method Not Allowed' }],
  ]
  for (const [who, request, status, found] of rows) {
    const answer = await ask(gitlab.v4, request, { as: who && tokens[who] })
    t.strictSame(
      [answer.status, typeof found === 'number' ? answer.body.id : answer.body],
      [status, found],
      `${who ?? 'anonymous'}: ${request}`,
    )
    if (status === 405) t.equal(answer.headers.get('allow'), 'GET, HEAD')
  }
})
