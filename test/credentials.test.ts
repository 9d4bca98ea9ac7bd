// Who asks: every token of the default world, by every way to send it, as far as its scopes reach.
import t from 'tap'
import { createUnderstudy } from '../src/index.ts'
import { type Asked, ask } from './ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const token = (name: string): string => {
  const text = tokens[name]
  if (text === undefined) throw new Error(`no token of ${name}`)
  return text
}
const csrf = 'csrf-of-root-0001'
const cookieOf = (text: string) => ({ Cookie: `_gitlab_session=${text}` })
const bearer = (text: string) => ({ Authorization: `Bearer ${text}` })

const unauthorized = { message: '401 Unauthorized' }
const forbidden = { message: '403 Forbidden' }
const noProject = { message: '404 Project Not Found' }
const needsScope = (scope: string) => ({
  error: 'insufficient_scope',
  error_description: 'The request requires higher privileges than provided by the access token.',
  scope,
})

/** How a token can be sent with a request that creates an issue titled A. */
const ways = {
  'the header': text => ({ headers: { 'Private-Token': text }, form: { title: 'A' } }),
  'private_token in the query': text => ({ query: { private_token: text }, form: { title: 'A' } }),
  'private_token in a form': text => ({ form: { title: 'A', private_token: text } }),
  'private_token in JSON': text => ({ json: { title: 'A', private_token: text } }),
  'private_token in multipart': text => ({ body: parts({ title: 'A', private_token: text }) }),
  Bearer: text => ({ headers: bearer(text), form: { title: 'A' } }),
  'access_token in the query': text => ({ query: { access_token: text }, form: { title: 'A' } }),
  'access_token in a form': text => ({ form: { title: 'A', access_token: text } }),
  'access_token in JSON': text => ({ json: { title: 'A', access_token: text } }),
  'Job-Token': text => ({ headers: { 'Job-Token': text }, form: { title: 'A' } }),
  'job_token in the query': text => ({ query: { job_token: text }, form: { title: 'A' } }),
  'the cookie': text => ({ headers: cookieOf(text), form: { title: 'A' } }),
  'the cookie and its CSRF token': text => ({
    headers: { ...cookieOf(text), 'X-CSRF-Token': csrf },
    form: { title: 'A' },
  }),
} satisfies Record<string, (text: string) => Asked & { query?: Record<string, string> }>
type Way = keyof typeof ways
const allWays = Object.keys(ways) as Way[]
const privateWays = allWays.filter(way => way.startsWith('private_token') || way === 'the header')
const oauthWays = allWays.filter(way => way.startsWith('access_token') || way === 'Bearer')

function parts(fields: Record<string, string>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}

async function createIssue(way: Way, text: string, project = 1) {
  const { query = {}, ...asked } = ways[way](text) as Asked & { query?: Record<string, string> }
  return ask(gitlab.world('ways').v4, `POST /projects/${project}/issues?${new URLSearchParams(query)}`, asked)
}

t.test('a token is taken in the ways of its kind, and in no other', async t => {
  const rows: [name: string, author: string, ways: Way[]][] = [
    ['root', 'root', [...privateWays, ...oauthWays]],
    ['owner', 'owner', [...privateWays, ...oauthWays]],
    ['maintainer', 'maintainer', [...privateWays, ...oauthWays]],
    ['developer', 'developer', [...privateWays, ...oauthWays]],
    ['reporter', 'reporter', [...privateWays, ...oauthWays]],
    ['guest', 'guest', [...privateWays, ...oauthWays]],
    ['imperson', 'developer', [...privateWays, ...oauthWays]],
    ['project', 'project_1_bot', [...privateWays, ...oauthWays]],
    ['oauth', 'root', oauthWays],
    ['job', 'developer', []],
    ['session', 'root', ['the cookie and its CSRF token']],
    ['expired', 'developer', []],
    ['revoked', 'developer', []],
  ]
  for (const [name, author, taken] of rows) {
    for (const way of allWays) {
      const { status, body } = await createIssue(way, token(name))
      if (taken.includes(way))
        t.strictSame([status, body.author?.username], [201, author], `${name} by ${way}`)
      else t.strictSame([status, body], [401, unauthorized], `${name} by ${way} is nobody`)
    }
  }
  for (const way of allWays) {
    t.strictSame((await createIssue(way, 'no-token-of-anybody')).status, 401, `an unknown token by ${way}`)
    t.strictSame((await createIssue(way, '')).status, 401, `no token by ${way}`)
  }
  for (const way of privateWays)
    t.strictSame(
      (await createIssue(way, token('stranger'))).body,
      noProject,
      `a stranger by ${way} finds nothing`,
    )
})

t.test('the default world’s tokens say who asks, and what they may do', async t => {
  // [token, GET /user, GET /projects/1, POST …/pipeline, DELETE …/pipelines/46]
  const rows: [name: string, user: string | number, read: number, create: number, remove: number][] = [
    ['root', 'root', 200, 201, 204],
    ['owner', 'owner', 200, 201, 204],
    ['maintainer', 'maintainer', 200, 201, 403],
    ['developer', 'developer', 200, 201, 403],
    ['reporter', 'reporter', 200, 403, 403],
    ['guest', 'guest', 200, 403, 403],
    ['stranger', 'stranger', 404, 404, 404],
    ['readonly', 'developer', 200, 403, 403],
    ['readuser', 'developer', 403, 403, 403],
    ['expired', 401, 401, 401, 401],
    ['revoked', 401, 401, 401, 401],
    ['imperson', 'developer', 200, 201, 403],
    ['project', 'project_1_bot', 200, 201, 403],
    ['oauth', 'root', 200, 201, 204],
    ['job', 401, 404, 401, 401],
    ['session', 'root', 200, 201, 204],
  ]
  for (const [name, user, read, create, remove] of rows) {
    const { v4 } = gitlab.world(`token-${name}`)
    const text = token(name)
    const headers: Record<string, string> =
      name === 'oauth'
        ? bearer(text)
        : name === 'job'
          ? { 'Job-Token': text }
          : name === 'session'
            ? { ...cookieOf(text), 'X-CSRF-Token': csrf }
            : { 'Private-Token': text }
    const me = await ask(v4, 'GET /user', { headers })
    t.equal(me.status === 200 ? me.body.username : me.status, user, `${name}: who`)
    t.equal((await ask(v4, 'GET /projects/1', { headers })).status, read, `${name}: reads`)
    t.equal(
      (await ask(v4, 'POST /projects/1/pipeline?ref=master', { headers })).status,
      create,
      `${name}: creates`,
    )
    t.equal(
      (await ask(v4, 'DELETE /projects/1/pipelines/46', { headers })).status,
      remove,
      `${name}: deletes`,
    )
  }
})

t.test('who sends no token reads what is public, and nothing else', async t => {
  const rows: [request: string, status: number, body?: unknown][] = [
    ['GET /projects', 200],
    ['GET /projects/5', 200],
    ['GET /projects/diaspora%2Fdiaspora', 200],
    ['GET /projects/5/pipelines', 200],
    ['GET /projects/1', 404, noProject],
    ['GET /projects/8', 404, noProject],
    ['GET /projects/1/pipelines', 404, noProject],
    ['GET /projects/9999', 404, noProject],
    ['GET /user', 401, unauthorized],
    ['GET /users', 401, unauthorized],
    ['GET /namespaces', 401, unauthorized],
    ['GET /version', 401, unauthorized],
    ['GET /projects/1/pipelines/46/variables', 401, unauthorized],
    ['POST /projects', 401, unauthorized],
    ['POST /projects/5/issues?title=A', 401, unauthorized],
    ['POST /projects/1/pipeline', 401, unauthorized],
    ['PUT /projects/5?name=A', 401, unauthorized],
    ['DELETE /projects/5', 401, unauthorized],
    ['DELETE /projects/9999', 401, unauthorized],
  ]
  const nobodys: [what: string, headers: Record<string, string>][] = [
    ['nothing', {}],
    ['an empty header', { 'Private-Token': '' }],
    ['Basic authentication, which is not GitLab’s', { Authorization: 'Basic cm9vdDpyb290' }],
    ['Bearer without a token', { Authorization: 'Bearer ' }],
    ['a session that is over', cookieOf('over')],
    ['other cookies', { Cookie: 'a=b; not_gitlab_session=session-of-root-0001; c' }],
    ['a job’s token, where it isn’t asked for', { 'Job-Token': token('job') }],
    ['an unknown job’s token', { 'Job-Token': 'no-token-of-anybody' }],
  ]
  for (const [what, headers] of nobodys) {
    for (const [request, status, body] of rows) {
      const answer = await ask(gitlab.v4, request, { headers })
      t.equal(answer.status, status, `${what}: ${request}`)
      if (body) t.strictSame(answer.body, body, `${what}: ${request}: body`)
    }
    const { body } = await ask(gitlab.v4, 'GET /projects', { headers })
    t.ok(
      body.length > 0 && body.every((project: { id: number }) => project.id === 5),
      'one project is public',
    )
  }
})

t.test('a token that is no good is refused even where none is needed', async t => {
  const bad: [what: string, text: string][] = [
    ['unknown', 'no-token-of-anybody'],
    ['expired', token('expired')],
    ['revoked', token('revoked')],
    ['a session’s', token('session')],
    ['a job’s', token('job')],
    ['one letter less', token('root').slice(1)],
    ['one letter more', `${token('root')}x`],
    ['in another case', token('root').toLowerCase()],
    ['two at once', `${token('root')}, ${token('root')}`],
    ['__proto__', '__proto__'],
  ]
  for (const [what, text] of bad) {
    for (const headers of [{ 'Private-Token': text }, bearer(text.replaceAll(' ', ''))]) {
      for (const request of ['GET /projects', 'GET /projects/5', 'GET /projects/5/pipelines']) {
        const answer = await ask(gitlab.v4, request, { headers })
        t.strictSame([answer.status, answer.body], [401, unauthorized], `${what}: ${request}`)
        t.notOk(answer.headers.has('www-authenticate'), 'with no word about how to do better')
      }
    }
  }
  const strange: [what: string, query: string, json?: unknown][] = [
    ['a list', '?private_token[]=QVy1PB7sTxfy4pqfZM1U'],
    ['a hash', '?private_token[a]=QVy1PB7sTxfy4pqfZM1U'],
    ['a list as access_token', '?access_token[]=QVy1PB7sTxfy4pqfZM1U'],
    ['a hash as access_token', '?access_token[a]=1'],
    ['a list in JSON', '', { private_token: [token('root')] }],
    ['a hash in JSON', '', { private_token: { toString: token('root'), valueOf: 1 } }],
    ['a number in JSON', '', { private_token: 1 }],
    ['true in JSON', '', { private_token: true }],
  ]
  for (const [what, query, json] of strange) {
    const answer = await ask(gitlab.v4, `${json ? 'POST' : 'GET'} /projects${query}`, { json })
    t.strictSame([answer.status, answer.body], [401, unauthorized], `${what} is nobody’s token`)
  }
})

t.test('of several credentials the first kind decides', async t => {
  const [good, other, bad] = [token('developer'), token('guest'), 'no-token-of-anybody']
  const rows: [what: string, query: string, headers: Record<string, string>, user: string | number][] = [
    ['access_token before Bearer', `access_token=${good}`, bearer(other), 'developer'],
    ['a bad access_token hides Bearer', `access_token=${bad}`, bearer(good), 401],
    [
      'an OAuth token as Bearer before private_token',
      `private_token=${other}`,
      bearer(token('oauth')),
      'root',
    ],
    ['a personal one as Bearer behind private_token', `private_token=${other}`, bearer(good), 'guest'],
    ['a personal one as Bearer behind the header', '', { ...bearer(good), 'Private-Token': other }, 'guest'],
    ['a bad Bearer hides private_token', `private_token=${good}`, bearer(bad), 401],
    ['access_token before the header', `access_token=${token('oauth')}`, { 'Private-Token': other }, 'root'],
    ['a personal one as access_token behind it', `access_token=${good}`, { 'Private-Token': other }, 'guest'],
    ['a bad access_token hides the header', `access_token=${bad}`, { 'Private-Token': good }, 401],
    ['private_token before the header', `private_token=${good}`, { 'Private-Token': other }, 'developer'],
    ['a bad private_token hides the header', `private_token=${bad}`, { 'Private-Token': good }, 401],
    [
      'the header before the cookie',
      '',
      { 'Private-Token': good, ...cookieOf(token('session')) },
      'developer',
    ],
    ['a bad header hides the cookie', '', { 'Private-Token': bad, ...cookieOf(token('session')) }, 401],
    [
      'an expired token hides the cookie',
      '',
      { 'Private-Token': token('expired'), ...cookieOf(token('session')) },
      401,
    ],
    [
      'an empty parameter hides nothing',
      'private_token=&access_token=',
      { 'Private-Token': good },
      'developer',
    ],
    [
      'a parameter without a value hides nothing',
      'private_token&access_token',
      { 'Private-Token': good },
      'developer',
    ],
    ['Basic hides nothing', '', { Authorization: 'Basic eDp5', 'Private-Token': good }, 'developer'],
    [
      'a job’s token hides nothing',
      `job_token=${bad}`,
      { 'Job-Token': bad, 'Private-Token': good },
      'developer',
    ],
    ['an over session hides nothing', `private_token=${good}`, cookieOf('over'), 'developer'],
    ['a runner’s token hides nothing', `token=${bad}`, { 'Private-Token': good }, 'developer'],
    ['bearer in any case, with blanks', '', { Authorization: `bearer   ${good}  ` }, 'developer'],
    ['a cookie among others', '', { Cookie: `a=b; _gitlab_session=${token('session')}; c=d` }, 'root'],
  ]
  for (const [what, query, headers, user] of rows) {
    const { status, body } = await ask(gitlab.v4, `GET /user?${query}`, { headers })
    t.equal(status === 200 ? body.username : status, user, what)
  }
  const body = await ask(gitlab.v4, `POST /projects/1/issues?private_token=${bad}`, {
    json: { title: 'A', private_token: good },
  })
  t.equal(body.body.author?.username, 'developer', 'a body goes before the query')
})

t.test('scopes are as far as a token reaches', async t => {
  const world = gitlab.world('scopes')
  const personal = { kind: 'personal', expires_at: null, revoked: false, project_id: null, csrf_token: null }
  const [onlySudo, none, many] = ['only-sudo-token-0001', 'scopeless-token-0001', 'reading-token-000001']
  world.patch({
    'accounts.tokens': {
      101: { ...personal, token: onlySudo, user_id: 1, scopes: ['sudo'] },
      102: { ...personal, token: none, user_id: 13, scopes: [] },
      103: { ...personal, token: many, user_id: 13, scopes: ['read_user', 'read_api'] },
    },
  })
  const [readonly, readuser] = [token('readonly'), token('readuser')]
  const [all, reading, users] = ['api', 'api read_api', 'read_user api read_api']
  const rows: [what: string, text: string, request: string, scope: string | undefined][] = [
    ['read_api reads', readonly, 'GET /projects', undefined],
    ['read_api reads one', readonly, 'GET /projects/1/pipelines/46', undefined],
    ['read_api reads users', readonly, 'GET /user', undefined],
    ['read_api reads the version', readonly, 'GET /version', undefined],
    ['read_api may ask for the head', readonly, 'HEAD /projects/1', undefined],
    ['read_api creates nothing', readonly, 'POST /projects/1/pipeline?ref=master', all],
    ['read_api creates nothing, be it wrong or right', readonly, 'POST /projects/1/pipeline', all],
    ['read_api retries nothing', readonly, 'POST /projects/1/pipelines/46/retry', all],
    ['read_api changes nothing', readonly, 'PUT /projects/1?name=A', all],
    ['read_api deletes nothing', readonly, 'DELETE /projects/1/pipelines/46', all],
    ['read_api isn’t told what is there', readonly, 'DELETE /projects/9999', all],
    ['read_user reads its user', readuser, 'GET /user', undefined],
    ['read_user reads users', readuser, 'GET /users', undefined],
    ['read_user reads one', readuser, 'GET /users/1', undefined],
    ['read_user changes none', readuser, 'PUT /users/13?bio=A', all],
    ['read_user reads no projects', readuser, 'GET /projects', reading],
    ['read_user reads not even what is public', readuser, 'GET /projects/5', reading],
    ['read_user doesn’t read the version', readuser, 'GET /version', reading],
    ['read_user creates nothing', readuser, 'POST /projects/1/issues?title=A', all],
    ['sudo alone reads nothing', onlySudo, 'GET /projects', reading],
    ['sudo alone reads no users', onlySudo, 'GET /users', users],
    ['sudo alone is enough to be another', onlySudo, 'GET /projects?sudo=23', undefined],
    ['no scope is no right', none, 'GET /user', users],
    ['several scopes', many, 'GET /projects', undefined],
    ['several scopes, and none of them writes', many, 'POST /projects/1/issues?title=A', all],
    ['api is all', token('developer'), 'POST /projects/1/issues?title=A', undefined],
  ]
  for (const [what, text, request, scope] of rows) {
    for (const headers of [{ 'Private-Token': text }, bearer(text)]) {
      const answer = await ask(world.v4, request, { headers })
      if (scope === undefined) t.ok(answer.status < 300, what)
      else t.strictSame([answer.status, answer.body], [403, needsScope(scope)], what)
    }
  }
})

t.test('a session reads freely, and writes with its CSRF token', async t => {
  const cookie = cookieOf(token('session'))
  const rows: [request: string, headers: Record<string, string>, status: number][] = [
    ['GET /user', cookie, 200],
    ['HEAD /user', cookie, 200],
    ['GET /projects/1', { ...cookie, 'X-CSRF-Token': 'wrong' }, 200],
    ['POST /projects/1/issues?title=A', cookie, 401],
    ['POST /projects/1/issues?title=A', { ...cookie, 'X-CSRF-Token': '' }, 401],
    ['POST /projects/1/issues?title=A', { ...cookie, 'X-CSRF-Token': 'wrong' }, 401],
    ['POST /projects/1/issues?title=A', { 'X-CSRF-Token': csrf }, 401],
    ['POST /projects/1/issues?title=A', { ...cookie, 'X-CSRF-Token': csrf }, 201],
    ['PUT /users/1?bio=A', { ...cookie, 'X-CSRF-Token': csrf }, 200],
    ['DELETE /projects/1/pipelines/47', cookie, 401],
    ['DELETE /projects/1/pipelines/47', { ...cookie, 'X-CSRF-Token': csrf }, 204],
    ['GET /user', cookieOf(token('root')), 401],
    ['GET /user', cookieOf(csrf), 401],
  ]
  for (const [request, headers, status] of rows) {
    const answer = await ask(gitlab.world('session').v4, request, { headers })
    t.equal(answer.status, status, `${request} with ${Object.entries(headers).join('; ')}`)
  }
})

t.test('a job’s token starts pipelines of its own project', async t => {
  const job = token('job')
  const start = '/trigger/pipeline?ref=master'
  const rows: [what: string, request: string, headers: Record<string, string>, status: number][] = [
    ['as token', `POST /projects/1${start}&token=${job}`, {}, 201],
    ['of another project', `POST /projects/5${start}&token=${job}`, {}, 404],
    ['another kind of token', `POST /projects/1${start}&token=${token('root')}`, {}, 404],
    ['an unknown token', `POST /projects/1${start}&token=no-token-of-anybody`, {}, 404],
    ['the token of a trigger', `POST /projects/1${start}&token=trigger-token-0000001`, {}, 201],
    ['of a trigger, elsewhere', `POST /projects/5${start}&token=trigger-token-0000001`, {}, 404],
    ['as a personal token', 'GET /projects/1', { 'Private-Token': job }, 401],
    ['as Bearer', 'GET /projects/1', bearer(job), 401],
    ['reads nothing', 'GET /projects/1', { 'Job-Token': job }, 404],
    ['reads nothing by parameter', `GET /projects/1?job_token=${job}`, {}, 404],
  ]
  for (const [what, request, headers, status] of rows) {
    const answer = await ask(gitlab.world('job').v4, request, { headers })
    t.equal(answer.status, status, what)
    if (status === 201)
      t.equal(
        answer.body.user.username,
        what === 'as token' ? 'developer' : 'maintainer',
        `${what}: for its owner`,
      )
  }
})

t.test('an administrator can be anybody', async t => {
  const root = { 'Private-Token': token('root') }
  const rows: [what: string, query: string, headers: Record<string, string>, user: string][] = [
    ['a username as a parameter', 'sudo=username', {}, 'username'],
    ['a username as a header', '', { Sudo: 'username' }, 'username'],
    ['an id as a parameter', 'sudo=23', {}, 'username'],
    ['an id as a header', '', { Sudo: '23' }, 'username'],
    ['a username in any case', 'sudo=UserName', {}, 'username'],
    ['a username in any case as a header', '', { Sudo: 'USERNAME' }, 'username'],
    ['the header in any case', '', { SUDO: 'username' }, 'username'],
    ['the parameter before the header', 'sudo=guest', { Sudo: 'username' }, 'guest'],
    ['himself', 'sudo=root', {}, 'root'],
    ['nobody', 'sudo=', {}, 'root'],
    ['by Bearer', 'sudo=guest', bearer(token('root')), 'guest'],
  ]
  for (const [what, query, headers, user] of rows) {
    const { status, body } = await ask(gitlab.v4, `GET /user?${query}`, { headers: { ...root, ...headers } })
    t.strictSame([status, body.username], [200, user], what)
  }
  const world = gitlab.world('sudo')
  const bodies: [what: string, asked: Asked][] = [
    ['in a form', { form: { title: 'A', sudo: 'guest' } }],
    ['in JSON', { json: { title: 'A', sudo: 'guest' } }],
    ['as a number in JSON', { json: { title: 'A', sudo: 15 } }],
    ['in multipart', { body: parts({ title: 'A', sudo: 'guest' }) }],
  ]
  for (const [what, asked] of bodies) {
    const { status, body } = await ask(world.v4, 'POST /projects/1/issues', { headers: root, ...asked })
    t.strictSame([status, body.author?.username], [201, 'guest'], `${what}: it is the other’s deed`)
  }
  const rights: [as: string, request: string, status: number][] = [
    ['guest', 'POST /projects/1/pipeline?ref=master', 403],
    ['stranger', 'GET /projects/1', 404],
    ['stranger', 'GET /projects/8', 200],
    ['maintainer', 'DELETE /projects/1/pipelines/48', 403],
    ['guest', 'PUT /users/1?bio=A', 403],
    ['owner', 'DELETE /projects/1/pipelines/48', 204],
  ]
  for (const [as, request, status] of rights) {
    const answer = await ask(world.v4, request, { headers: { ...root, Sudo: as } })
    t.equal(answer.status, status, `as ${as}: ${request}, with the other’s rights`)
  }
})

t.test('sudo is refused, in this order', async t => {
  const root = { 'Private-Token': token('root') }
  const needsAdmin = { message: '403 Forbidden - Must be admin to use sudo' }
  const needsToken = {
    message: '403 Forbidden - Must be authenticated using an OAuth or Personal Access Token to use sudo',
  }
  const unknown = (user: string) => ({ message: `404 User with ID or username '${user}' Not Found` })
  const rows: [what: string, headers: Record<string, string>, sudo: string, status: number, body: unknown][] =
    [
      ['nobody', {}, 'root', 401, unauthorized],
      ['nobody, for nobody', {}, '123', 401, unauthorized],
      ['a bad token', { 'Private-Token': 'no-token-of-anybody' }, 'root', 401, unauthorized],
      ['who is no administrator', { 'Private-Token': token('owner') }, 'guest', 403, needsAdmin],
      ['who is none, as himself', { 'Private-Token': token('owner') }, 'owner', 403, needsAdmin],
      ['who is none, for nobody', { 'Private-Token': token('owner') }, '123', 403, needsAdmin],
      ['who is none, and may only read', { 'Private-Token': token('readonly') }, 'guest', 403, needsAdmin],
      ['a project’s token', { 'Private-Token': token('project') }, 'guest', 403, needsAdmin],
      ['an administrator’s session', cookieOf(token('session')), 'guest', 403, needsToken],
      ['an administrator’s session, for nobody', cookieOf(token('session')), '123', 403, needsToken],
      ['a token without the scope', bearer(token('oauth')), 'guest', 403, needsScope('sudo')],
      ['a token without the scope, for nobody', bearer(token('oauth')), '123', 403, needsScope('sudo')],
      ['no user of that id', root, '123', 404, unknown('123')],
      ['no user of that name', root, 'nobody', 404, unknown('nobody')],
      ['a name with a sign', root, "o'brien", 404, unknown("o'brien")],
      ['an id that is none', root, '-23', 404, unknown('-23')],
      ['an id beyond numbers', root, '9'.repeat(400), 404, unknown('9'.repeat(400))],
      ['__proto__', root, '__proto__', 404, unknown('__proto__')],
    ]
  for (const [what, headers, sudo, status, body] of rows) {
    // A list that anybody may read, and what only users may do.
    for (const path of ['/projects', '/user']) {
      const byParameter = await ask(gitlab.v4, `GET ${path}?sudo=${encodeURIComponent(sudo)}`, { headers })
      t.strictSame([byParameter.status, byParameter.body], [status, body], `${what}: ${path}`)
      const byHeader = await ask(gitlab.v4, `GET ${path}`, { headers: { ...headers, Sudo: sudo } })
      t.strictSame([byHeader.status, byHeader.body], [status, body], `${what}: ${path} by header`)
    }
  }
  const hash = await ask(gitlab.v4, 'GET /user?sudo[a]=1', { headers: root })
  t.strictSame([hash.status, hash.body], [404, unknown('{"a":"1"}')], 'a hash is nobody')
})

t.test('a user who is blocked is forbidden everything', async t => {
  const world = gitlab.world('blocked')
  world.patch({ 'accounts.users': { 13: { state: 'blocked' } } })
  for (const name of ['developer', 'readonly', 'readuser', 'imperson']) {
    for (const request of [
      'GET /user',
      'GET /projects',
      'GET /projects/1',
      'POST /projects/1/issues?title=A',
    ]) {
      const { status, body } = await ask(world.v4, request, { as: token(name) })
      t.strictSame([status, body], [403, forbidden], `${name}: ${request}`)
    }
  }
  const expired = await ask(world.v4, 'GET /user', { as: token('expired') })
  t.equal(expired.status, 401, 'a token that is no good is that first')
  const other = await ask(world.v4, 'GET /user', { as: token('guest') })
  t.equal(other.status, 200, 'others are not')
})

t.test('a token is good until its day comes', async t => {
  // The default world’s token expired on the last day of 2015.
  for (const [now, status] of [
    ['2015-12-30T23:59:59.999Z', 200],
    ['2015-12-31T00:00:00.000Z', 401],
  ] as const) {
    const then = await createUnderstudy({ now: Date.parse(now) })
    t.teardown(() => then.close())
    t.equal((await ask(then.v4, 'GET /user', { as: token('expired') })).status, status, now)
  }
})

t.test('impersonation can be switched off', async t => {
  const without = await createUnderstudy({ checkAnswers: true, impersonation: false })
  t.teardown(() => without.close())
  const as = token('imperson')
  for (const request of [
    'GET /user',
    'GET /projects',
    `GET /user?private_token=${as}`,
    `GET /user?access_token=${as}`,
  ]) {
    const { status, body } = await ask(without.v4, request, request.includes('token') ? {} : { as })
    t.strictSame([status, body], [401, unauthorized], request)
  }
  t.equal(
    (await ask(without.v4, 'GET /user', { as: token('developer') })).status,
    200,
    'its user’s own token is good',
  )
  const sudo = { as: token('root'), headers: { Sudo: 'developer' } }
  t.equal((await ask(without.v4, 'GET /user', sudo)).body.username, 'developer', 'and sudo is another thing')
})

t.test('v1 is asked in four ways', async t => {
  const url = 'http://demo.gitlab.com/'
  const user = `private_token=${token('developer')}`
  const [shell, both] = ['projectsixtoken6789', 'iPWx6WM4lhHNedGfBpPJNP']
  const [runner, other] = ['12b68e90394084703135', '76bf894e969364709864']
  const wrong = 'no-token-of-anybody'
  const rows: [what: string, request: string, asked: Asked, status: number][] = [
    ['1: a user and an instance', `GET /projects?${user}&url=${url}`, {}, 200],
    ['1: without the slash', `GET /projects?${user}&url=http://demo.gitlab.com`, {}, 200],
    ['1: the other instance', `GET /projects?${user}&url=http://demo.gitlabhq.com/`, {}, 200],
    ['1: the user as a header', `GET /projects?url=${url}`, { as: token('developer') }, 200],
    [
      '1: a bad parameter hides the header',
      `GET /projects?private_token=x&url=${url}`,
      { as: token('root') },
      401,
    ],
    ['1: an unknown instance', `GET /projects?${user}&url=http://gitlab.example.com/`, {}, 401],
    ['1: no instance', `GET /projects?${user}`, {}, 401],
    ['1: no user', `GET /projects?url=${url}`, {}, 401],
    ['1: an unknown user', `GET /projects?private_token=${wrong}&url=${url}`, {}, 401],
    ['1: an expired token', `GET /projects?private_token=${token('expired')}&url=${url}`, {}, 401],
    ['1: a revoked token', `GET /projects?private_token=${token('revoked')}&url=${url}`, {}, 401],
    ['1: Bearer is of another time', `GET /projects?url=${url}`, { headers: bearer(token('root')) }, 401],
    ['1: a list', `GET /projects?private_token[]=${token('root')}&url=${url}`, {}, 401],
    ['1: a hash as the instance', `GET /projects?${user}&url[a]=${url}`, {}, 401],
    ['1: in a form', 'PUT /projects/271', { form: { private_token: token('root'), url, name: 'A' } }, 200],
    ['1: in JSON', 'PUT /projects/271', { json: { private_token: token('root'), url, name: 'B' } }, 200],
    ['2: a project', `GET /commits?project_id=271&project_token=${both}`, {}, 200],
    ['2: another project of the same token', `GET /commits?project_id=272&project_token=${both}`, {}, 200],
    ['2: a project for itself alone', `GET /commits?project_id=271&project_token=${shell}`, {}, 401],
    ['2: an unknown project’s token', `GET /commits?project_id=6&project_token=${wrong}`, {}, 401],
    [
      '3: the instance, to register',
      `POST /runners/register?token=registration-token-1&public_key=A`,
      {},
      201,
    ],
    [
      '3: in a form',
      'POST /runners/register',
      { form: { token: 'registration-token-1', public_key: 'A' } },
      201,
    ],
    [
      '3: in JSON',
      'POST /runners/register',
      { json: { token: 'registration-token-1', public_key: 'A' } },
      201,
    ],
    ['3: an unknown token', `POST /runners/register?token=${wrong}&public_key=A`, {}, 401],
    ['3: a runner’s', `POST /runners/register?token=${runner}&public_key=A`, {}, 401],
    ['4: a runner', `POST /builds/register?token=${runner}`, {}, 201],
    ['4: a runner without a project', `POST /builds/register?token=${other}`, {}, 404],
    ['4: in a form', 'PUT /builds/79', { form: { token: runner, state: 'success' } }, 200],
    ['4: the registration’s', 'POST /builds/register?token=registration-token-1', {}, 401],
    ['4: an unknown token', `POST /builds/register?token=${wrong}`, {}, 401],
    ['4: a user’s', `POST /builds/register?token=${token('root')}`, {}, 401],
  ]
  for (const [what, request, asked, status] of rows) {
    const answer = await ask(gitlab.world('v1').v1, request, asked)
    t.equal(answer.status, status, what)
    if (status === 401) t.strictSame(answer.body, unauthorized, `${what}: body`)
  }
})
