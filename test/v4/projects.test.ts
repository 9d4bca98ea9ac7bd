import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }
const by = (who: string | undefined): Asked => ({ as: who && tokens[who] })

const unauthorized = { message: '401 Unauthorized' }
const forbidden = { message: '403 Forbidden' }
const noProject = { message: '404 Project Not Found' }
const taken = ['has already been taken']
const notAllowed = ['does not have a valid value']
const invalid = ['is invalid']
const answers: Record<number, unknown> = { 401: unauthorized, 403: forbidden, 404: noProject }

const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id)

const briefFields = [
  'id',
  'description',
  'name',
  'name_with_namespace',
  'path',
  'path_with_namespace',
  'created_at',
  'default_branch',
  'tag_list',
  'ssh_url_to_repo',
  'http_url_to_repo',
  'web_url',
  'readme_url',
  'avatar_url',
  'star_count',
  'forks_count',
  'last_activity_at',
  'namespace',
]

t.test('everyone lists the projects that they may see, the newest first', async t => {
  const all = [169, 42, 12, 8, 5, 1]
  const rows: [who: string | undefined, query: string, ids: number[]][] = [
    [undefined, '', [5]],
    ['stranger', '', [12, 8, 5]],
    ['guest', '', [12, 8, 5, 1]],
    ['reporter', '', [42, 12, 8, 5, 1]],
    ['developer', '', [42, 12, 8, 5, 1]],
    ['maintainer', '', [169, 12, 8, 5, 1]],
    ['project', '', [12, 8, 5, 1]],
    ['root', '', all],
    ['maintainer', 'membership=true', [169, 8, 5, 1]],
    ['maintainer', 'membership=false', [169, 12, 8, 5, 1]],
    ['stranger', 'membership=true', []],
    [undefined, 'membership=true', []],
    ['owner', 'owned=true', [8, 1]],
    ['maintainer', 'owned=true', []],
    [undefined, 'owned=true', []],
    ['developer', 'min_access_level=30', [42, 8, 1]],
    ['developer', 'min_access_level=40', []],
    ['maintainer', 'min_access_level=40', [169, 8, 5, 1]],
    [undefined, 'min_access_level=10', []],
    ['root', 'starred=true', []],
    ['root', 'search=diaspora', [12, 5]],
    ['root', 'search=TRACK', [8]],
    ['root', 'search=pods', [5]],
    ['root', 'search=nowhere', []],
    ['root', 'search=', all],
    ['guest', 'search=bar', [1]],
    ['stranger', 'search=bar', []],
    ['root', 'visibility=public', [5]],
    ['root', 'visibility=internal', [12, 8]],
    ['root', 'visibility=private', [169, 42, 1]],
    [undefined, 'visibility=private', []],
    ['root', 'archived=true', []],
    ['root', 'archived=false', all],
    ['root', 'id_after=8', [169, 42, 12]],
    ['root', 'id_before=8', [5, 1]],
    ['root', 'id_after=1&id_before=42', [12, 8, 5]],
    ['root', 'last_activity_after=2016-10-01', [8, 5, 1]],
    ['root', 'last_activity_before=2016-06-30T18:00:00Z', [42]],
    ['root', 'last_activity_before=2016-06-30T18:00:00.001Z', [42, 12]],
    ['root', 'with_issues_enabled=true&with_merge_requests_enabled=true', all],
    ['maintainer', 'membership=true&visibility=private&search=deploy', [169]],
    ['root', 'order_by=id&sort=asc', [1, 5, 8, 12, 42, 169]],
    ['root', 'order_by=id', all],
    ['root', 'order_by=path&sort=asc', [1, 169, 5, 12, 42, 8]],
    ['root', 'order_by=path', [8, 42, 12, 5, 169, 1]],
    ['root', 'order_by=name&sort=asc&id_after=8', [169, 12, 42]],
    ['root', 'order_by=updated_at', [1, 5, 8, 169, 12, 42]],
    ['root', 'order_by=last_activity_at&sort=asc', [42, 12, 169, 8, 5, 1]],
    ['root', 'sort=asc', [1, 5, 8, 12, 42, 169]],
    ['root', 'per_page=2&page=2', [12, 8]],
  ]
  for (const [who, query, ids] of rows) {
    const { status, body } = await ask(gitlab.v4, `GET /projects?${query}`, by(who))
    t.strictSame([status, idsOf(body)], [200, ids], `${who ?? 'anonymous'}: ${query || 'all'}`)
  }
})

t.test('filters go by what projects are now', async t => {
  const world = gitlab.world('filters')
  world.patch({
    'v4.projects': {
      5: { archived: true },
      8: { issues_enabled: false },
      12: { merge_requests_enabled: false },
    },
    'v4.members': { 21: null },
  })
  const rows: [query: string, ids: number[]][] = [
    ['archived=true', [5]],
    ['archived=false', [169, 42, 12, 8, 1]],
    ['with_issues_enabled=true', [169, 42, 12, 5, 1]],
    ['with_issues_enabled=false', [169, 42, 12, 8, 5, 1]],
    ['with_merge_requests_enabled=true', [169, 42, 8, 5, 1]],
    // Being an administrator is no membership.
    ['membership=true', [42, 12, 8, 5, 1]],
    ['min_access_level=10', [42, 12, 8, 5, 1]],
    ['owned=true', [42, 12, 8, 5, 1]],
  ]
  for (const [query, ids] of rows)
    t.strictSame(idsOf((await ask(world.v4, `GET /projects?${query}`, root)).body), ids, query)
})

t.test('an invalid value of a list is named', async t => {
  const rows: [query: string, message: object][] = [
    ['visibility=secret', { visibility: notAllowed }],
    ['visibility=', { visibility: notAllowed }],
    ['order_by=stars', { order_by: notAllowed }],
    ['sort=up', { sort: notAllowed }],
    ['pagination=cursor', { pagination: notAllowed }],
    ['min_access_level=35', { min_access_level: notAllowed }],
    ['min_access_level=developer', { min_access_level: invalid }],
    ['archived=perhaps&simple=perhaps', { archived: invalid, simple: invalid }],
    ['id_after=first', { id_after: invalid }],
    ['last_activity_after=yesterday', { last_activity_after: invalid }],
    ['search[a]=b', { search: invalid }],
  ]
  for (const [query, message] of rows) {
    const { status, body } = await ask(gitlab.v4, `GET /projects?${query}`)
    t.strictSame([status, body], [400, { message }], query)
  }
})

t.test('a project goes by number or by %2F path in any case, for those who see it', async t => {
  const rows: [who: string | undefined, path: string, status: number, found: unknown][] = [
    ['root', '1', 200, 1],
    ['root', 'foo%2Fbar', 200, 1],
    ['root', 'FOO%2fBar', 200, 1],
    [undefined, 'diaspora%2Fdiaspora', 200, 5],
    ['root', 'diaspora%2Fdiaspora-client', 200, 12],
    ['root', 'diaspora%2FDiaspora%20Client', 404, noProject],
    ['root', 'bar', 404, noProject],
    ['root', 'foo%2F', 404, noProject],
    ['root', '%2Fbar', 404, noProject],
    ['root', '1.json', 404, noProject],
    ['root', '404', 404, noProject],
    ['root', '0', 404, noProject],
    ['root', 'foo/bar', 404, { error: '404 Not Found' }],
    [undefined, '1', 404, noProject],
    [undefined, '8', 404, noProject],
    ['stranger', '8', 200, 8],
    ['stranger', '1', 404, noProject],
    ['stranger', 'foo%2Fbar', 404, noProject],
    ['guest', '1', 200, 1],
    ['guest', '42', 404, noProject],
    ['expired', '5', 401, unauthorized],
  ]
  for (const [who, path, status, found] of rows) {
    const answer = await ask(gitlab.v4, `GET /projects/${path}`, by(who))
    t.strictSame(
      [answer.status, typeof found === 'number' ? answer.body.id : answer.body],
      [status, found],
      `${who ?? 'anonymous'}: ${path}`,
    )
  }
})

t.test('who is not signed in, or asks for it, gets the brief fields', async t => {
  const anonymous = await ask(gitlab.v4, 'GET /projects/5')
  t.strictSame(Object.keys(anonymous.body), briefFields)
  t.match(anonymous.body, {
    name_with_namespace: 'Diaspora / diaspora',
    path_with_namespace: 'diaspora/diaspora',
    web_url: `${gitlab.url}/diaspora/diaspora`,
    http_url_to_repo: `${gitlab.url}/diaspora/diaspora.git`,
    ssh_url_to_repo: 'git@127.0.0.1:diaspora/diaspora.git',
    namespace: { id: 3, kind: 'group', web_url: `${gitlab.url}/groups/diaspora` },
  })
  const [listed] = (await ask(gitlab.v4, 'GET /projects')).body
  t.strictSame(listed, anonymous.body)
  const [simple] = (await ask(gitlab.v4, 'GET /projects?simple=true&search=pods', root)).body
  t.strictSame(simple, anonymous.body)

  const whole = await ask(gitlab.v4, 'GET /projects/5', root)
  t.strictSame(Object.keys(whole.body).slice(0, briefFields.length), briefFields)
  t.match(whole.body, {
    visibility: 'public',
    _links: { self: `${gitlab.v4}/projects/5` },
    shared_with_groups: [{ group_id: 17, group_name: 'Group Seventeen', group_access_level: 30 }],
    permissions: { project_access: { access_level: 50 }, group_access: null },
  })
  for (const [who, shown] of [
    ['stranger', false],
    ['maintainer', true],
    ['root', true],
  ] as const) {
    const { body } = await ask(gitlab.v4, 'GET /projects/5', by(who))
    t.equal('runners_token' in body, shown, `the runners' token is for maintainers: ${who}`)
  }
})

t.test('keyset pages lead to the empty page, and only there', async t => {
  const pagingHeaders = ['x-page', 'x-per-page', 'x-next-page', 'x-prev-page', 'x-total', 'x-total-pages']
  const walks: [query: string, pages: number[][]][] = [
    ['pagination=keyset&per_page=2&order_by=id&sort=asc', [[1, 5], [8, 12], [42, 169], []]],
    ['pagination=keyset&per_page=4&order_by=id', [[169, 42, 12, 8], [5, 1], []]],
    ['pagination=keyset&order_by=id&sort=asc&visibility=private', [[1, 42, 169], []]],
    ['pagination=keyset&per_page=1&order_by=id&sort=asc&id_after=12&simple=true', [[42], [169], []]],
    ['pagination=keyset&order_by=id&search=nowhere', [[]]],
  ]
  for (const [query, pages] of walks) {
    const filter = query.includes('sort=asc') ? 'id_after' : 'id_before'
    const kept = query.replace(/&id_after=\d+/, '')
    let url: string | undefined = `/projects?${query}`
    for (const ids of pages) {
      const page = await ask(gitlab.v4, `GET ${url}`, root)
      t.strictSame([page.status, idsOf(page.body)], [200, ids], `${url}`)
      const last = ids.at(-1)
      const link = last === undefined ? null : `<${gitlab.v4}/projects?${kept}&${filter}=${last}>; rel="next"`
      t.equal(page.headers.get('links'), link, 'Links, as the docs say')
      t.equal(page.headers.get('link'), link, 'Link, as clients follow it')
      t.notOk(
        pagingHeaders.some(name => page.headers.has(name)),
        'no other headers of pages',
      )
      url = link?.slice(1 + gitlab.v4.length, link.indexOf('>'))
    }
  }
  const unavailable = { error: 'Keyset pagination is not yet available for this type of request' }
  for (const query of ['pagination=keyset', 'pagination=keyset&order_by=name&sort=asc']) {
    const { status, body } = await ask(gitlab.v4, `GET /projects?${query}`, root)
    t.strictSame([status, body], [405, unavailable], query)
  }
  const offset = await ask(gitlab.v4, 'GET /projects?pagination=offset', root)
  t.strictSame([offset.headers.get('x-total'), offset.headers.has('links')], ['6', false])
  const elsewhere = await ask(gitlab.v4, 'GET /projects/1/pipelines?pagination=keyset', root)
  t.strictSame([elsewhere.status, elsewhere.headers.get('x-total')], [200, '3'], 'of no use elsewhere')
})

t.test('a project is created with what it is told', async t => {
  const multipart = new FormData()
  multipart.append('name', 'Parts')
  const rows: [means: string, who: string, request: string, asked: Asked, made: object][] = [
    [
      'a name gives the path',
      'root',
      '',
      { json: { name: 'A New  Project!' } },
      { name: 'A New  Project!', path: 'a-new-project' },
    ],
    [
      'a path gives the name',
      'root',
      '',
      { json: { path: 'made' } },
      { name: 'made', path: 'made', path_with_namespace: 'root/made' },
    ],
    ['both', 'root', '', { json: { name: 'One', path: 'Other' } }, { name: 'One', path: 'Other' }],
    ['query', 'root', '?name=asked', {}, { name: 'asked' }],
    [
      'form',
      'root',
      '',
      { form: { name: 'Form', 'tag_list[]': 'one' } },
      { name: 'Form', tag_list: ['one'] },
    ],
    ['multipart', 'root', '', { body: multipart }, { name: 'Parts', path: 'parts' }],
    [
      'in the own namespace',
      'stranger',
      '',
      { json: { name: 'Own' } },
      { path_with_namespace: 'stranger/own', owner: { id: 24 }, creator_id: 24 },
    ],
    [
      'in a group',
      'root',
      '',
      { json: { name: 'Client', namespace_id: 3 } },
      { path_with_namespace: 'diaspora/client', namespace: { kind: 'group' } },
    ],
    [
      'in a namespace that has no such name',
      'root',
      '',
      { json: { name: 'bar', namespace_id: 3 } },
      { path_with_namespace: 'diaspora/bar' },
    ],
    [
      'private and empty by default',
      'root',
      '',
      { json: { name: 'x' } },
      {
        visibility: 'private',
        empty_repo: true,
        default_branch: null,
        public_jobs: true,
        description: null,
        tag_list: [],
        archived: false,
      },
    ],
    [
      'with a README',
      'root',
      '',
      { json: { name: 'x', initialize_with_readme: true } },
      { empty_repo: false, default_branch: 'master', readme_url: /\/root\/x\/-\/blob\/master\/README.md$/ },
    ],
    [
      'with a README on a branch',
      'root',
      '',
      { json: { name: 'x', initialize_with_readme: true, default_branch: 'main' } },
      { default_branch: 'main' },
    ],
    [
      'with a README on no branch in particular',
      'root',
      '',
      { form: { name: 'x', initialize_with_readme: '1', default_branch: '' } },
      { default_branch: 'master' },
    ],
    [
      'settings',
      'root',
      '',
      { json: { name: 'x', visibility: 'public', description: 'y', merge_method: 'ff', lfs_enabled: false } },
      { visibility: 'public', description: 'y', merge_method: 'ff', lfs_enabled: false },
    ],
    ['public_builds', 'root', '', { form: { name: 'x', public_builds: 'no' } }, { public_jobs: false }],
    [
      'topics as one text',
      'root',
      '',
      { form: { name: 'x', tag_list: 'one, two,' } },
      { tag_list: ['one', 'two'] },
    ],
    [
      'a feature that is off has no access level',
      'root',
      '',
      { json: { name: 'x', issues_enabled: false } },
      { issues_enabled: false, issues_access_level: 'disabled' },
    ],
    [
      'an access level turns a feature on',
      'root',
      '',
      { json: { name: 'x', builds_access_level: 'private' } },
      { jobs_enabled: true, builds_access_level: 'private' },
    ],
  ]
  for (const [number, [means, who, query, asked, made]] of rows.entries()) {
    const world = gitlab.world(`created-${number}`)
    const { status, body } = await ask(world.v4, `POST /projects${query}`, { ...by(who), ...asked })
    t.match({ status, body }, { status: 201, body: { id: 170, ...made } }, means)
    t.strictSame((await ask(world.v4, 'GET /projects/170', by(who))).body, body, `${means}: it is kept`)
  }
})

t.test('a project that cannot be created says why, and is not', async t => {
  const name = 'x'
  const rows: [means: string, who: string | undefined, json: object, status: number, body: object][] = [
    ['neither name nor path', 'root', {}, 400, { message: '400 (Bad request) "name" not given' }],
    ['an empty name', 'root', { name: '' }, 400, { message: { name: ["can't be blank"] } }],
    [
      'a long name',
      'root',
      { name: 'x'.repeat(256) },
      400,
      { message: { name: ['is too long (maximum is 255 characters)'] } },
    ],
    ['a path that is none', 'root', { path: '../x' }, 400, { message: { path: invalid } }],
    [
      'an unknown visibility',
      'root',
      { name, visibility: 'secret' },
      400,
      { message: { visibility: notAllowed } },
    ],
    [
      'a setting of another type',
      'root',
      { name, lfs_enabled: 'perhaps' },
      400,
      { message: { lfs_enabled: invalid } },
    ],
    ['a used name', 'root', { name: 'bar', namespace_id: 2 }, 409, { message: { name: taken, path: taken } }],
    [
      'a used name in another case',
      'root',
      { name: 'BAR', namespace_id: 2 },
      409,
      { message: { name: taken, path: taken } },
    ],
    [
      'a used name under another path',
      'root',
      { name: 'Handbook', path: 'book', namespace_id: 2 },
      409,
      { message: { name: taken } },
    ],
    [
      'a used path under another name',
      'root',
      { name: 'x', path: 'handbook', namespace_id: 2 },
      409,
      { message: { path: taken } },
    ],
    [
      'an unknown namespace',
      'root',
      { name, namespace_id: 404 },
      404,
      { message: '404 Namespace Not Found' },
    ],
    ['in a group that one does not manage', 'owner', { name, namespace_id: 2 }, 403, forbidden],
    ["in another's namespace", 'owner', { name, namespace_id: 24 }, 403, forbidden],
    ['a bot may make none', 'project', { name }, 403, forbidden],
    ['nobody', undefined, { name }, 401, unauthorized],
  ]
  const world = gitlab.world('not-created')
  for (const [means, who, json, status, body] of rows) {
    const answer = await ask(world.v4, 'POST /projects', { ...by(who), json })
    t.strictSame([answer.status, answer.body], [status, body], means)
  }
  t.equal((await ask(world.v4, 'GET /projects', root)).headers.get('x-total'), '6')
  world.patch({ 'accounts.users': { 24: { can_create_project: false } } })
  const refused = await ask(world.v4, 'POST /projects', { ...by('stranger'), json: { name } })
  t.strictSame([refused.status, refused.body], [403, forbidden], 'who may make no projects any more')
})

const roles = [
  'anonymous',
  'stranger',
  'guest',
  'reporter',
  'developer',
  'maintainer',
  'owner',
  'root',
] as const

t.test('who may do what: each operation asks for its role', async t => {
  const json = { group_id: 17, group_access: 30 }
  const rows: [request: string, asked: Asked, statuses: number[], visibility: string][] = [
    ['GET /projects/1', {}, [404, 404, 200, 200, 200, 200, 200, 200], 'private'],
    ['GET /projects/1', {}, [404, 200, 200, 200, 200, 200, 200, 200], 'internal'],
    ['GET /projects/1', {}, [200, 200, 200, 200, 200, 200, 200, 200], 'public'],
    ['PUT /projects/1', { json: { description: 'x' } }, [401, 404, 403, 403, 403, 200, 200, 200], 'private'],
    ['PUT /projects/1', { json: { description: 'x' } }, [401, 403, 403, 403, 403, 200, 200, 200], 'public'],
    ['POST /projects/1/share', { json }, [401, 404, 403, 403, 403, 201, 201, 201], 'private'],
    ['POST /projects/1/share', { json }, [401, 403, 403, 403, 403, 201, 201, 201], 'internal'],
    ['DELETE /projects/1/share/4', {}, [401, 404, 403, 403, 403, 204, 204, 204], 'private'],
    ['DELETE /projects/1', {}, [401, 404, 403, 403, 403, 403, 204, 204], 'private'],
    ['DELETE /projects/1', {}, [401, 403, 403, 403, 403, 403, 204, 204], 'public'],
  ]
  for (const [number, [request, asked, statuses, visibility]] of rows.entries()) {
    for (const [column, role] of roles.entries()) {
      const world = gitlab.world(`may-${number}-${role}`)
      const link = { project_id: 1, group_id: 4, group_access: 30, expires_at: null }
      world.patch({ 'v4.projects': { 1: { visibility } }, 'v4.project_group_links': { 2: link } })
      const { status, body } = await ask(world.v4, request, { as: tokens[role], ...asked })
      t.equal(status, statuses[column], `${role}: ${request}, ${visibility}`)
      if (status >= 400) t.strictSame(body, answers[status])
    }
  }
})

t.test('a project is changed in what it is told, and in nothing else', async t => {
  const rows: [means: string, asked: Asked, status: number, changed: Record<string, unknown>][] = [
    ['a description', { json: { description: 'New' } }, 200, { description: 'New' }],
    ['no description', { json: { description: null } }, 200, { description: null }],
    ['visibility, as a form', { form: { visibility: 'internal' } }, 200, { visibility: 'internal' }],
    ['its own name again', { json: { name: 'bar', path: 'bar' } }, 200, {}],
    ['topics', { form: { tag_list: 'a,b' } }, 200, { tag_list: ['a', 'b'] }],
    ['public_builds', { json: { public_builds: true } }, 200, { public_jobs: true }],
    [
      'jobs off',
      { json: { jobs_enabled: false } },
      200,
      { jobs_enabled: false, builds_access_level: 'disabled' },
    ],
    ['nothing', { json: {} }, 200, {}],
    ['what it does not know', { json: { colour: 'blue', id: 5 } }, 200, {}],
    ['an empty name', { json: { name: '' } }, 400, { message: { name: ["can't be blank"] } }],
    ['a path that is none', { json: { path: 'a b' } }, 400, { message: { path: invalid } }],
    ['an unknown visibility', { json: { visibility: 'x' } }, 400, { message: { visibility: notAllowed } }],
    ['a used name', { json: { name: 'tracker' } }, 409, { message: { name: taken } }],
    ['a used path', { json: { path: 'Tracker' } }, 409, { message: { path: taken } }],
  ]
  for (const [number, [means, asked, status, changed]] of rows.entries()) {
    const world = gitlab.world(`changed-${number}`)
    const before = (await ask(world.v4, 'GET /projects/1', root)).body
    const answer = await ask(world.v4, 'PUT /projects/1', { ...root, ...asked })
    t.strictSame(
      [answer.status, answer.body],
      [status, status === 200 ? { ...before, ...changed } : changed],
      means,
    )
    const after = (await ask(world.v4, 'GET /projects/1', root)).body
    t.strictSame(after, status === 200 ? answer.body : before, `${means}: and kept so`)
  }
})

t.test('a project is shared with a group once, until it is not', async t => {
  const world = gitlab.world('share')
  const share = (json: object) => ask(world.v4, 'POST /projects/1/share', { ...root, json })
  const shared = await share({ group_id: 17, group_access: 20, expires_at: '2030-01-31' })
  t.strictSame(
    [shared.status, shared.body],
    [201, { id: 2, project_id: 1, group_id: 17, group_access: 20, expires_at: '2030-01-31' }],
  )
  t.strictSame((await ask(world.v4, 'GET /projects/1', root)).body.shared_with_groups, [
    {
      group_id: 17,
      group_name: 'Group Seventeen',
      group_full_path: 'group-seventeen',
      group_access_level: 20,
      expires_at: '2030-01-31',
    },
  ])
  const missing = (attribute: string) => ({ message: `400 (Bad request) "${attribute}" not given` })
  const refused: [means: string, json: object, status: number, body: object][] = [
    ['again', { group_id: 17, group_access: 30 }, 409, { message: '409 Conflict' }],
    ['no group', { group_access: 30 }, 400, missing('group_id')],
    ['no role', { group_id: 4 }, 400, missing('group_access')],
    [
      'a role that is none',
      { group_id: 4, group_access: 35 },
      400,
      { message: { group_access: notAllowed } },
    ],
    [
      'a day that is none',
      { group_id: 4, group_access: 30, expires_at: '2030-02-30' },
      400,
      { message: { expires_at: invalid } },
    ],
    ['an unknown group', { group_id: 404, group_access: 30 }, 404, { message: '404 Group Not Found' }],
    ["a user's namespace", { group_id: 24, group_access: 30 }, 404, { message: '404 Group Not Found' }],
  ]
  for (const [means, json, status, body] of refused) {
    const answer = await share(json)
    t.strictSame([answer.status, answer.body], [status, body], means)
  }
  const unshare = (headers = {}) => ask(world.v4, 'DELETE /projects/1/share/17', { ...root, headers })
  t.equal((await unshare({ 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' })).status, 412)
  const unshared = await unshare()
  t.strictSame([unshared.status, unshared.text], [204, ''])
  t.strictSame((await ask(world.v4, 'GET /projects/1', root)).body.shared_with_groups, [])
  const again = await unshare()
  t.strictSame([again.status, again.body], [404, { message: '404 Group Link Not Found' }])
  t.equal((await share({ group_id: 17, group_access: 30 })).status, 201, 'and may be shared again')
})

t.test('of a deleted project nothing is left', async t => {
  const world = gitlab.world('deleted')
  const deleted = await ask(world.v4, 'DELETE /projects/8', root)
  t.strictSame([deleted.status, deleted.text], [204, ''])
  const below = [
    'GET /projects/8',
    'GET /projects/foo%2Ftracker',
    'PUT /projects/8?description=x',
    'DELETE /projects/8',
    'GET /projects/8/import',
    'POST /projects/8/share?group_id=17&group_access=30',
    'DELETE /projects/8/share/17',
    'GET /projects/8/pipelines',
    'GET /projects/8/pipelines/31',
    'DELETE /projects/8/pipelines/31',
    'GET /projects/8/pipelines/31/variables',
    'POST /projects/8/pipelines/31/retry',
    'POST /projects/8/pipelines/31/cancel',
    'POST /projects/8/pipeline?ref=master',
    'GET /projects/8/issues',
    'POST /projects/8/issues?title=x',
    'GET /projects/8/issues/8',
    'GET /projects/8/issues/8/notes',
    'GET /projects/8/repository/branches',
    'GET /projects/8/branches/master/commits',
    'GET /projects/8/repository/tags/v1.0.0',
    'GET /projects/8/repository/files/README.md?ref=master',
  ]
  for (const request of below) {
    const answer = await ask(world.v4, request, root)
    t.strictSame([answer.status, answer.body], [404, noProject], request)
  }
  t.strictSame(idsOf((await ask(world.v4, 'GET /projects', root)).body), [169, 42, 12, 5, 1])
  const issues = (await ask(world.v4, 'GET /issues?scope=all', root)).body as { project_id: number }[]
  t.ok(issues.length > 0)
  t.notOk(
    issues.some(({ project_id }) => project_id === 8),
    'its issues are in no list',
  )
  t.equal((await ask(gitlab.v4, 'GET /projects/8', root)).status, 200, 'in other worlds it is there')

  const headers = { 'If-Unmodified-Since': 'Fri, 01 Jan 2016 00:00:00 GMT' }
  const changed = await ask(world.v4, 'DELETE /projects/5', { ...root, headers })
  t.strictSame([changed.status, changed.body], [412, { message: '412 Precondition Failed' }])
  t.equal(
    (await ask(world.v4, 'GET /projects/5', root)).status,
    200,
    'one that was changed since is there still',
  )
})

t.test('the life of a project', async t => {
  const world = gitlab.world('story')
  const me = by('stranger')
  const json = { name: 'My Work', initialize_with_readme: true }
  const created = await ask(world.v4, 'POST /projects', { ...me, json })
  t.match(created, { status: 201, body: { id: 170, path_with_namespace: 'stranger/my-work' } })
  t.strictSame(idsOf((await ask(world.v4, 'GET /projects?owned=true', me)).body), [170])
  t.strictSame(idsOf((await ask(world.v4, 'GET /projects?membership=true', me)).body), [170])
  t.equal((await ask(world.v4, 'GET /projects/170', by('owner'))).status, 404, 'it is private')

  const [branch] = (await ask(world.v4, 'GET /projects/170/repository/branches', me)).body
  t.match(branch, { name: 'master', default: true, commit: { title: 'Initial commit' } })
  const pipeline = await ask(world.v4, 'POST /projects/stranger%2Fmy-work/pipeline?ref=master', me)
  t.match(pipeline, {
    status: 201,
    body: { sha: branch.commit.id, web_url: `${world.url}/stranger/my-work/pipelines/61` },
  })

  t.equal((await ask(world.v4, 'PUT /projects/170', { ...me, json: { path: 'our-work' } })).status, 200)
  t.equal((await ask(world.v4, 'GET /projects/stranger%2Fmy-work', me)).status, 404, 'the old path is gone')
  t.equal((await ask(world.v4, 'GET /projects/stranger%2Four-work', me)).body.name, 'My Work')
  t.equal(
    (await ask(world.v4, 'GET /projects/170/pipelines/61', me)).body.web_url,
    `${world.url}/stranger/our-work/pipelines/61`,
  )
  t.equal((await ask(world.v4, 'PUT /projects/170', { ...me, json: { visibility: 'public' } })).status, 200)
  t.equal((await ask(world.v4, 'GET /projects/170/pipelines')).status, 200, 'now everyone sees it')

  t.equal((await ask(world.v4, 'DELETE /projects/170', me)).status, 204)
  t.equal((await ask(world.v4, 'GET /projects/170', me)).status, 404)
  t.equal((await ask(world.v4, 'GET /projects/170/pipelines/61', me)).status, 404)
  t.strictSame((await ask(world.v4, 'GET /projects?owned=true', me)).body, [])
  const next = await ask(world.v4, 'POST /projects', { ...me, json })
  t.match(next, { status: 201, body: { id: 171, name: 'My Work' } }, 'its name is free again, its id is not')
})
