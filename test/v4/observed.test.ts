// What holds for all of v4 under `observed`: how requests are judged and refused, paged and cached. Each name tells the fact.
import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const gitlab = await createUnderstudy({ profile: 'observed', checkAnswers: true, now: '2020-05-22' })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
let worlds = 0

/** One exchange: what is relied on, request, who asks and how, status, and the body (or a part of its text). */
type Exchange = [fact: string, request: string, asked: Asked, status: number, body: unknown]

/** Sends each request into a world of its own. */
function exchanges(name: string, table: readonly Exchange[]): void {
  t.test(name, async t => {
    for (const [fact, request, asked, status, body] of table) {
      const world = gitlab.world(`exchange-${++worlds}`)
      const answered = await ask(world.v4, request, asked)
      t.equal(answered.status, status, `${fact}: ${request}`, { text: answered.text })
      if (body instanceof RegExp) t.match(answered.text, body, fact)
      else t.strictSame(answered.body ?? answered.text, body, fact)
    }
  })
}

const root: Asked = { as: tokens.root }
const developer: Asked = { as: tokens.developer }

exchanges('what is sent is judged by the framework (Grape 1.1 on the wire)', [
  ['a missing attribute', 'POST /projects/1/pipeline', root, 400, { error: 'ref is missing' }],
  [
    'a value of none allowed',
    'GET /issues?state=lost',
    root,
    400,
    { error: 'state does not have a valid value' },
  ],
  ['a number that is none', 'GET /users?page=first', root, 400, { error: 'page is invalid' }],
  ['an id that is no number', 'GET /users/somebody', root, 400, { error: 'id is invalid' }],
  [
    'several attributes at once, in the order of declaration',
    'POST /projects/5/share',
    root,
    400,
    { error: 'group_id is missing, group_access is missing' },
  ],
  [
    'an attribute that is missing and another that is wrong',
    'POST /projects/5/share?group_id=x',
    root,
    400,
    { error: 'group_id is invalid, group_access is missing' },
  ],
  [
    'null is given: what is wrong is the ref, not the request',
    'POST /projects/1/pipeline',
    { ...root, json: { ref: null } },
    400,
    { message: { base: ['Reference not found'] } },
  ],
  [
    'what the record lacks comes behind, under message',
    'POST /projects/8/issues',
    { ...root, json: { title: '' } },
    400,
    { message: { title: ["can't be blank"] } },
  ],
  [
    'an update without an attribute (source of 12.0)',
    'PUT /projects/8/issues/8',
    root,
    400,
    {
      error:
        'assignee_id, assignee_ids, confidential, created_at, description, discussion_locked, due_date, labels, ' +
        'milestone_id, state_event, title, weight are missing, at least one parameter must be provided',
    },
  ],
  [
    'with one that is none of those (source of 12.0)',
    'PUT /projects/8/issues/8?updated_at=2016-01-01',
    root,
    400,
    /^{"error":"assignee_id, .*/,
  ],
  [
    'with one that is, though nobody declares it (source of 12.0)',
    'PUT /projects/8/issues/8?weight=1',
    root,
    200,
    /^{/,
  ],
  [
    'an update of a project without an attribute (source of 12.0)',
    'PUT /projects/1',
    root,
    400,
    /^{"error":"autoclose_referenced_issues, .*, service_desk_enabled are missing, at least one parameter must be provided"}$/,
  ],
  [
    'text/plain is let through and not read',
    'POST /projects/1/pipeline',
    plain('ref=master'),
    400,
    { error: 'ref is missing' },
  ],
  [
    'other types are refused',
    'POST /projects/1/pipeline',
    plain('<ref/>', 'application/xml'),
    415,
    /application\/xml/,
  ],
  [
    'a JSON list holds no attributes',
    'POST /projects/1/pipeline',
    { ...root, json: ['master'] },
    400,
    { error: 'ref is missing' },
  ],
  [
    'a format it has not',
    'GET /projects?format=xml',
    root,
    406,
    { error: "The requested format 'xml' is not supported." },
  ],
  [
    'any suffix behind a literal',
    'GET /projects/1/pipelines.xml?per_page=1&scope=branches',
    root,
    200,
    /^\[/,
  ],
  [
    'behind an id it is a part of the id',
    'GET /projects/5.json',
    root,
    404,
    { message: '404 Project Not Found' },
  ],
])

function plain(body: string, type = 'text/plain'): Asked {
  return { ...root, body, headers: { 'Content-Type': type } }
}

exchanges('which error wins (source of 12.8, Grape 1.1 on the wire)', [
  [
    'who asks, before what: anonymous POST',
    'POST /projects/1/pipeline',
    {},
    401,
    { message: '401 Unauthorized' },
  ],
  ['what is sent, before where: POST', 'POST /projects/99/pipeline', root, 400, { error: 'ref is missing' }],
  [
    'where, before a right',
    'POST /projects/99/pipeline?ref=x',
    root,
    404,
    { message: '404 Project Not Found' },
  ],
  [
    'a record, before a right',
    'DELETE /projects/1/pipelines/99',
    developer,
    404,
    { message: '404 Not found' },
  ],
  [
    'a right, before a condition',
    'DELETE /projects/1/pipelines/46',
    old(developer),
    403,
    { message: '403 Forbidden' },
  ],
  [
    'a condition, at last',
    'DELETE /projects/1/pipelines/46',
    old(root),
    412,
    { message: '412 Precondition Failed' },
  ],
  [
    'GET: what is sent, before a bad token',
    'GET /projects/1/pipelines?page=x',
    { as: 'nobody' },
    400,
    { error: 'page is invalid' },
  ],
  [
    'GET: a bad token, before where',
    'GET /projects/99/pipelines',
    { as: 'nobody' },
    401,
    { message: '401 Unauthorized' },
  ],
  ['HEAD as GET', 'HEAD /projects/1/pipelines?page=x', { as: 'nobody' }, 400, ''],
  ['a wrong method is an unknown route', 'PUT /projects/1/pipelines', root, 404, { error: '404 Not Found' }],
  ['so is a path that is none', 'GET /projects/1/pipelines/46/jubs', root, 404, { error: '404 Not Found' }],
])

function old(asked: Asked): Asked {
  return { ...asked, headers: { 'If-Unmodified-Since': 'Thu, 01 Jan 2015 00:00:00 GMT' } }
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const unauthorized = { message: '401 Unauthorized' }
const oauth = tokens.oauth
exchanges('who asks, where there are several tokens (source of 12.0 to 13.0)', [
  ['a token of an unknown text', 'GET /user', { as: 'nobody' }, 401, unauthorized],
  [
    'an OAuth token in both places',
    `GET /user?access_token=${oauth}`,
    { headers: bearer(oauth) },
    400,
    {
      error: 'invalid_request',
      error_description: 'Both Authorization header and payload includes access token.',
    },
  ],
  [
    'an OAuth token before a personal one',
    'GET /user',
    { as: tokens.guest, headers: bearer(oauth) },
    200,
    /"username":"root"/,
  ],
  [
    'also where it is bad',
    'GET /user',
    { as: tokens.guest, headers: bearer('x'.repeat(64)) },
    401,
    unauthorized,
  ],
  [
    'the parameter before the header',
    `GET /user?private_token=${tokens.guest}`,
    root,
    200,
    /"username":"guest"/,
  ],
  ['also where it is bad', 'GET /user?private_token=nobody', root, 401, unauthorized],
  ['a personal token as Bearer', 'GET /user', { headers: bearer(tokens.guest) }, 200, /"username":"guest"/],
  [
    'that comes behind one sent as such',
    'GET /user',
    { ...root, headers: bearer(tokens.guest) },
    200,
    /"username":"root"/,
  ],
  ['a token as bearer_token', `GET /user?bearer_token=${oauth}`, {}, 200, /"username":"root"/],
  [
    'a scope that does not reach, with those that would',
    'GET /projects',
    { as: tokens.readuser },
    403,
    scope('api read_api'),
  ],
  [
    'a scope that does not write',
    'POST /projects/1/pipeline?ref=master',
    { as: tokens.readonly },
    403,
    scope('api'),
  ],
  ['sudo without its scope', 'GET /user?sudo=guest', { headers: bearer(oauth) }, 403, scope('sudo')],
  [
    'sudo by who is no administrator, behind two blanks',
    'GET /user?sudo=guest',
    developer,
    403,
    { message: '403 Forbidden  - Must be admin to use sudo' },
  ],
  [
    'sudo for nobody',
    'GET /user?sudo=123',
    root,
    404,
    { message: "404 User with ID or username '123' Not Found" },
  ],
])

function scope(scope: string) {
  const error_description = 'The request requires higher privileges than provided by the access token.'
  return { error: 'insufficient_scope', error_description, scope }
}

t.test('a token that was good once is challenged (source of 12.0)', async t => {
  const off = await createUnderstudy({ profile: 'observed', checkAnswers: true, impersonation: false })
  t.teardown(() => off.close())
  const table = [
    [gitlab, tokens.expired, 'Token is expired. You can either do re-authorization or token refresh.'],
    [gitlab, tokens.revoked, 'Token was revoked. You have to re-authorize from the user.'],
    [off, tokens.imperson, 'Token is an impersonation token but impersonation was disabled.'],
  ] as const
  for (const [understudy, as, error_description] of table) {
    const { status, headers, body } = await ask(understudy.v4, 'GET /user', { as })
    t.strictSame([status, body], [401, { error: 'invalid_token', error_description }])
    const challenge = `Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="${error_description}"`
    t.equal(headers.get('www-authenticate'), challenge)
  }
  const unknown = await ask(gitlab.v4, 'GET /user', { as: 'nobody' })
  t.notOk(unknown.headers.has('www-authenticate'), 'one that never was is not')
})

t.test('a blocked user is told so, behind two blanks (source of 12.0)', async t => {
  const world = gitlab.world('blocked')
  const { body } = await ask(world.v4, 'GET /user', developer)
  world.patch({ 'accounts.users': { [body.id]: { state: 'blocked' } } })
  t.match(await ask(world.v4, 'GET /user', developer), {
    status: 403,
    body: { message: '403 Forbidden  - Your account has been blocked.' },
  })
})

exchanges('names that are taken (source of 12.0)', [
  [
    'a project does not validate',
    'POST /projects?name=bar&namespace_id=2',
    root,
    400,
    /^{"message":{"name":\["has already been taken"\],"path":\["has already been taken"\],"limit_reached":\[\]}}$/,
  ],
  [
    'a username conflicts, in a sentence',
    'PUT /users/23?username=guest',
    root,
    409,
    { message: 'Username has already been taken' },
  ],
])

exchanges('who has not signed in (source of 12.0 to 13.x)', [
  [
    'reads no list of users',
    'GET /users',
    {},
    403,
    { message: '403 Forbidden  - Not authorized to access /api/v4/users' },
  ],
  ['may look for a username', 'GET /users?username=Guest', {}, 200, /^\[{"id":15,[^{}]*}\]$/],
  ['may see a user', 'GET /users/15', {}, 200, /"username":"guest"(?!.*"email")/],
  ['finds no other', 'GET /users/99', {}, 404, { message: '404 User Not Found' }],
  ['has no issues', 'GET /issues', {}, 401, unauthorized],
  ['may read those of everybody', 'GET /issues?scope=all', {}, 200, /^\[{"id":50,/],
  ['reads no notes', 'GET /projects/5/issues/1/notes', {}, 401, unauthorized],
  ['nor a single one', 'GET /projects/5/issues/1/notes/1', {}, 401, unauthorized],
])

const notValid = { message: { namespace: ['is not valid'], limit_reached: [] } }
exchanges('what records and their rooms refuse (source of 12.0 to 12.8)', [
  [
    'a project without a name',
    'POST /projects',
    root,
    400,
    { error: 'name, path are missing, at least one parameter must be provided' },
  ],
  ['a namespace that is not there', 'POST /projects?name=new&namespace_id=999', root, 400, notValid],
  ["a namespace that is somebody else's", 'POST /projects?name=new&namespace_id=2', developer, 400, notValid],
  [
    'a group that has its share',
    'POST /projects/5/share?group_id=17&group_access=30',
    root,
    409,
    { message: 'Group already shared with this group' },
  ],
  [
    'a group that is none',
    'POST /projects/5/share?group_id=99&group_access=30',
    root,
    404,
    { message: 'Not Found' },
  ],
  [
    'a group without a share',
    'DELETE /projects/5/share/99',
    root,
    404,
    { message: '404 Group Link Not Found' },
  ],
  [
    "another issue's number",
    'POST /projects/8/issues?title=new&iid=8',
    root,
    409,
    { message: 'Duplicated issue' },
  ],
  [
    'a note of nothing',
    'POST /projects/8/issues/8/notes?body=',
    root,
    400,
    { message: `400 (Bad request) "Note {:note=>["can't be blank"]}" not given` },
  ],
  [
    'a note that becomes nothing',
    'PUT /projects/8/issues/8/notes/301?body=',
    root,
    400,
    { message: `400 (Bad request) "Failed to save note {:note=>["can't be blank"]}" not given` },
  ],
  [
    'a branch of a name that Git forbids',
    'GET /projects/1/repository/branches/a%20b',
    root,
    400,
    { message: 'The branch refname is invalid' },
  ],
  [
    'one that is not there',
    'GET /projects/1/repository/branches/a',
    root,
    404,
    { message: '404 Branch Not Found' },
  ],
])

t.test('what URLs of pages repeat unasked (recorded in 2020; source of 12.0 to 13.0)', async t => {
  const sorting = 'order_by=created_at&page=1&per_page=20'
  const rows: [path: string, as: string, query: string][] = [
    [
      '/projects',
      tokens.root,
      'membership=false&order_by=created_at&owned=false&page=1&per_page=20&simple=false&sort=desc&starred=false' +
        '&statistics=false&with_custom_attributes=false&with_issues_enabled=false&with_merge_requests_enabled=false',
    ],
    ['/projects/8/issues', tokens.root, `id=8&${sorting}&sort=desc&state=all&with_labels_details=false`],
    ['/issues', tokens.root, `${sorting}&scope=created_by_me&sort=desc&state=all&with_labels_details=false`],
    [
      '/users',
      tokens.root,
      'active=false&blocked=false&external=false&order_by=id&page=1&per_page=20&skip_ldap=false&sort=desc' +
        '&with_custom_attributes=false',
    ],
    [
      '/users?order_by=name&sort=asc',
      tokens.guest,
      'active=false&blocked=false&external=false&page=1&per_page=20&skip_ldap=false&with_custom_attributes=false',
    ],
    ['/projects/1/repository/branches', tokens.root, 'id=1&page=1&per_page=20'],
    ['/projects/1/repository/tags', tokens.root, 'id=1&order_by=updated&page=1&per_page=20&sort=desc'],
    ['/namespaces', tokens.root, 'page=1&per_page=20'],
  ]
  for (const [path, as, query] of rows) {
    const { headers } = await ask(gitlab.v4, `GET ${path}`, { as })
    const [, told] = /\?([^>]*)>; rel="first"/.exec(headers.get('link')!)!
    t.equal(told, query, path)
  }
})

t.test('notes are filtered by who made them (source of 12.8)', async t => {
  const world = gitlab.world('notes')
  world.patch({ 'v4.notes': { 301: { system: true } } })
  const rows: [filter: string, total: string][] = [
    ['all_notes', '8'],
    ['only_comments', '7'],
    ['only_activity', '1'],
  ]
  for (const [filter, total] of rows) {
    const { headers } = await ask(world.v4, `GET /projects/8/issues/8/notes?activity_filter=${filter}`, root)
    t.equal(headers.get('x-total'), total, filter)
  }
})

t.test('what Git tells (recorded in 2020)', async t => {
  const listed = await ask(gitlab.v4, 'GET /projects/1/repository/branches', root)
  const { body } = await ask(gitlab.v4, 'GET /projects/1/repository/branches/master', root)
  t.equal(listed.body[0].commit.parent_ids, null, 'a list of branches tells no parents')
  t.strictSame(body.commit.parent_ids.length, 1, 'a branch does')
  t.match(body.commit.committed_date, /\.000\+00:00$/, 'dates have their offset')
})

exchanges('DELETE', [
  ['a project will be gone (recorded in 2020)', 'DELETE /projects/1', root, 202, { message: '202 Accepted' }],
  ['a pipeline is', 'DELETE /projects/1/pipelines/46', root, 204, ''],
])

t.test('pages', async t => {
  const url = `${gitlab.v4}/projects/8/pipelines`
  const link = async (query: string, path = url) => {
    const { headers, status } = await ask('', `GET ${path}${query}`, root)
    const rels = [...(headers.get('link') ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)]
    return { status, headers, rels: Object.fromEntries(rels.map(([, url, rel]) => [rel, url])) }
  }
  const first = await link('?per_page=2&order_by=ref&unknown=1&sort=asc')
  t.equal(
    first.rels.next,
    `${url}?id=8&order_by=ref&page=2&per_page=2&sort=asc&unknown=1`,
    'Link repeats what was sent, the path parameters and defaults, sorted by name (source of 12.0)',
  )
  t.strictSame(Object.keys(first.rels), ['next', 'first', 'last'], 'in the order prev, next, first, last')
  const { rels: plain } = await link('')
  t.equal(plain.first, `${url}?id=8&order_by=id&page=1&per_page=20&sort=desc`, 'defaults alone')
  const { rels: dated } = await link('?updated_after=2015-01-01T12:00:00%2B02:00&sudo=root')
  t.equal(
    dated.first,
    `${url}?id=8&order_by=id&page=1&per_page=20&sort=desc&sudo=root&updated_after=2015-01-01T10%3A00%3A00%2B00%3A00`,
    'instants are printed anew, sudo is repeated',
  )
  const { rels: suffixed } = await link('?per_page=50', `${url}.json`)
  t.match(suffixed.first, `${url}.json?format=json&id=8&`, 'a suffix is a format')
  const { rels: named } = await link('', `${gitlab.v4}/projects/diaspora%2Fdiaspora/pipelines`)
  t.match(
    named.first,
    '/projects/diaspora%2Fdiaspora/pipelines?id=diaspora%2Fdiaspora&',
    'as the path was sent',
  )

  const oddities: [query: string, size: string | null, page: string | null, why: string][] = [
    ['?page=0', '20', '1', 'no page before the first'],
    ['?page=-1', '20', '1', 'nor a negative one'],
    ['?page=', '20', '1', 'an empty one is none'],
    ['?per_page=1000', '100', '1', 'no more than 100'],
    ['?per_page=-5', '20', '1', 'nonsense is 20'],
    ['?per_page=1.5', '1', '1', 'a fraction is cut'],
    ['?page=900', '20', '900', 'past the end'],
    ['?per_page=0', null, null, 'nobody divides by nothing'],
  ]
  for (const [query, size, page, why] of oddities) {
    const { status, headers } = await link(query)
    t.strictSame(
      [status, headers.get('x-per-page'), headers.get('x-page')],
      [size ? 200 : 500, size, page],
      `${why}: ${query} (Kaminari 1.2 on the wire)`,
    )
  }
  const { rels: capped } = await link('?per_page=1000')
  t.match(capped.first, 'per_page=1000', 'Link keeps what was asked for')
  const { headers: beyond, rels: only } = await link('?page=900')
  t.strictSame(
    [beyond.get('x-next-page'), beyond.get('x-prev-page')],
    ['', ''],
    'past the end there are no neighbours',
  )
  t.strictSame(Object.keys(only), ['first', 'last'])
  const { rels: keyset } = await link('?pagination=keyset&order_by=id&per_page=2', `${gitlab.v4}/projects`)
  t.match(
    keyset.next,
    /\?id_before=\d+&.*order_by=id&.*pagination=keyset&per_page=2&/,
    'keyset repeats all as well',
  )
})

t.test('what a client may keep (source of 12.0)', async t => {
  const answered = await ask(gitlab.v4, 'GET /projects/1', root)
  const etag = answered.headers.get('etag')!
  t.match(etag, /^W\/"[0-9a-f]{32}"$/)
  t.equal(answered.headers.get('cache-control'), 'max-age=0, private, must-revalidate')
  const again = await ask(gitlab.v4, 'GET /projects/1', { ...root, headers: { 'If-None-Match': etag } })
  t.strictSame([again.status, again.text, again.headers.get('content-type')], [304, '', null])
  const refused = await ask(gitlab.v4, 'GET /projects/99', root)
  t.strictSame([refused.headers.get('etag'), refused.headers.get('cache-control')], [null, 'no-cache'])
})

t.test('methods (Grape 1.1 on the wire)', async t => {
  const options = await ask(gitlab.v4, 'OPTIONS /projects/1/pipelines/46')
  t.strictSame(
    [options.status, options.headers.get('allow'), options.text],
    [204, 'OPTIONS, GET, DELETE, HEAD', ''],
  )
  const [got, headed] = [
    await ask(gitlab.v4, 'GET /projects/1/pipelines', root),
    await ask(gitlab.v4, 'HEAD /projects/1/pipelines', root),
  ]
  for (const name of ['etag', 'link', 'x-total', 'content-length'])
    t.equal(headed.headers.get(name), got.headers.get(name), `HEAD has GET's ${name}`)
  const wrong = await ask(gitlab.v4, 'PATCH /projects/1/pipelines', root)
  t.notOk(wrong.headers.has('allow'), 'an unknown route names no methods')
})
