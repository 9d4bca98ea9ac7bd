import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }
const developer = { as: tokens.developer }
const readuser = { as: tokens.readuser }

const unauthorized = { message: '401 Unauthorized' }
const forbidden = { message: '403 Forbidden' }
const noUser = { message: '404 User Not Found' }
const tooLong = { message: { bio: ['is too long (maximum is 255 characters)'] } }
const taken = (attribute: string) => ({ message: { [attribute]: ['has already been taken'] } })

const everyone = [30, 24, 23, 15, 14, 13, 11, 10, 1]
const idsOf = (users: { id: number }[]) => users.map(({ id }) => id)
const fieldsOf = (user: object) => Object.keys(user).length

t.test('the story of a user', async t => {
  const world = gitlab.world('story')
  const listed = (await ask(world.v4, 'GET /users', root)).body
  t.strictSame(idsOf(listed), everyone, 'users are listed, the newest first')
  const user = listed.find(({ id }: { id: number }) => id === 23)
  t.strictSame((await ask(world.v4, 'GET /users/23', root)).body, user, 'each is got as listed')
  t.match(user, { username: 'username', is_admin: false, web_url: `${world.url}/username` })

  const change = {
    bio: 'Looks after the runners.',
    location: 'Utrecht',
    organization: null,
    projects_limit: 5,
  }
  const changed = await ask(world.v4, 'PUT /users/23', { ...root, json: change })
  t.equal(changed.status, 200)
  t.strictSame(changed.body, { ...user, ...change }, 'what is given is changed, and nothing else')
  t.strictSame((await ask(world.v4, 'GET /users/23', root)).body, changed.body)
  const cleared = await ask(world.v4, 'PUT /users/23', { ...root, form: { bio: '' } })
  t.match(cleared.body, { bio: '', location: 'Utrecht' })

  const renamed = await ask(world.v4, 'PUT /users/23', {
    ...root,
    json: { username: 'newname', name: 'New Name' },
  })
  t.match(renamed.body, { username: 'newname', name: 'New Name', web_url: `${world.url}/newname` })
  t.match(
    (await ask(world.v4, 'GET /projects/5/issues/1')).body.author,
    { id: 23, username: 'newname' },
    'everywhere',
  )
  t.strictSame(
    idsOf((await ask(world.v4, 'GET /users?username=username', root)).body),
    [],
    'the old name is free',
  )
  const namespace = await ask(world.v4, 'GET /namespaces/newname', root)
  t.match(namespace.body, { id: 23, path: 'newname', full_path: 'newname' }, 'the namespace goes along')
  t.equal((await ask(world.v4, 'PUT /users/24', { ...root, json: { username: 'username' } })).status, 200)
})

t.test('a user by id', async t => {
  const rows: [path: string, who: Asked, status: number, body: object][] = [
    ['/users/1', developer, 200, { username: 'root' }],
    ['/users/23', developer, 200, { username: 'username', bio: 'Named in the examples on sudo.' }],
    ['/users/123', developer, 404, noUser],
    ['/users/0', root, 404, noUser],
    ['/users/root', developer, 400, { message: { id: ['is invalid'] } }],
    ['/users/23', {}, 401, unauthorized],
  ]
  for (const [path, who, status, body] of rows) {
    const got = await ask(gitlab.v4, `GET ${path}`, who)
    t.equal(got.status, status, path)
    t.match(got.body, body, path)
  }
})

t.test('how much one is told depends on who asks', async t => {
  const six = ['id', 'name', 'username', 'state', 'avatar_url', 'web_url']
  const { body } = await ask(gitlab.v4, 'GET /users', developer)
  for (const user of body) t.strictSame(Object.keys(user), six, 'a list has six fields')
  const rows: [request: string, who: Asked, fields: number, told: object][] = [
    ['GET /users/23', root, 31, { email: 'username@example.com', is_admin: false }],
    [
      'GET /users/23',
      developer,
      16,
      { email: undefined, is_admin: undefined, created_at: /^2015/, job_title: '' },
    ],
    ['GET /users/13', developer, 16, { email: undefined, projects_limit: undefined }],
    ['GET /user', developer, 30, { id: 13, email: 'developer@example.com', is_admin: undefined }],
    ['GET /user', readuser, 30, { id: 13, two_factor_enabled: false }],
    ['GET /user', root, 31, { id: 1, email: 'admin@example.com', is_admin: true }],
    ['GET /user', { as: tokens.project }, 30, { id: 30, username: 'project_1_bot' }],
    ['GET /user', { as: tokens.imperson }, 30, { id: 13 }],
    ['GET /user', { ...root, headers: { Sudo: 'DEVELOPER' } }, 30, { id: 13, is_admin: undefined }],
    ['GET /user?sudo=1', root, 31, { id: 1, is_admin: true }],
    ['GET /users/23', { ...root, headers: { Sudo: '13' } }, 16, { email: undefined }],
  ]
  for (const [request, who, fields, told] of rows) {
    const got = await ask(gitlab.v4, request, who)
    t.strictSame([got.status, fieldsOf(got.body)], [200, fields], request)
    t.match(got.body, told, request)
  }
})

t.test('filters and orders', async t => {
  const world = gitlab.world('filters')
  world.patch({
    'accounts.users': {
      24: { state: 'blocked', created_at: '2016-07-01T00:00:00.000Z', name: 'A Stranger' },
      10: { updated_at: '2016-12-01T00:00:00.000Z' },
    },
  })
  const others = everyone.filter(id => id !== 24)
  const rows: [means: string, query: string, ids: number[], ofOthers?: number[]][] = [
    ['all', '', everyone],
    ['search: a part of the name or username, in any case', 'search=PROJECT', [30, 15, 14, 13, 11, 10]],
    ['search: a whole e-mail address', 'search=Admin@example.com', [1]],
    ['search: a part of an e-mail address is nobody', 'search=admin@example', []],
    ['search: nothing', 'search=', everyone],
    ['username, in any case', 'username=Root', [1]],
    ['username: a part of it is nobody', 'username=roo', []],
    ['active', 'active=true', others],
    ['blocked', 'blocked=true', [24]],
    ['active and blocked', 'active=true&blocked=true', []],
    ['pages', 'per_page=2&page=2', [23, 15]],
    ['created_after, for administrators', 'created_after=2016-01-01', [30, 24], everyone],
    ['created_before, for administrators', 'created_before=2015-02-01', [1], everyone],
    ['sort, for administrators', 'sort=asc&per_page=3', [1, 10, 11], [30, 24, 23]],
    ['order_by: name, for administrators', 'order_by=name&sort=asc&per_page=2', [24, 1], [30, 24]],
    ['order_by: username', 'order_by=username&per_page=2', [23, 24], [30, 24]],
    ['order_by: created_at', 'order_by=created_at&per_page=2', [24, 30], [30, 24]],
    ['order_by: updated_at', 'order_by=updated_at&per_page=1', [10], [30]],
  ]
  for (const [means, query, ids, ofOthers = ids] of rows) {
    t.strictSame(idsOf((await ask(world.v4, `GET /users?${query}`, root)).body), ids, means)
    t.strictSame(
      idsOf((await ask(world.v4, `GET /users?${query}`, readuser)).body),
      ofOthers,
      `${means}: others`,
    )
  }
  const wrong = await ask(world.v4, 'GET /users?order_by=email&active=perhaps', root)
  const message = { active: ['is invalid'], order_by: ['does not have a valid value'] }
  t.strictSame([wrong.status, wrong.body], [400, { message }])
})

t.test('scopes', async t => {
  const scope = (scopes: string) => ({
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: scopes,
  })
  const rows: [request: string, who: string, status: number, body?: object][] = [
    ['GET /user', 'readuser', 200],
    ['GET /users', 'readuser', 200],
    ['GET /users/1', 'readuser', 200],
    ['HEAD /user', 'readuser', 200],
    ['GET /user', 'readonly', 200],
    ['GET /users/1', 'readonly', 200],
    ['PUT /users/13?bio=x', 'readuser', 403, scope('api')],
    ['PUT /users/13?bio=x', 'readonly', 403, scope('api')],
    ['PUT /users/13?bio=x', 'developer', 403, forbidden],
    ['PUT /users/13?bio=x', 'nobody', 401, unauthorized],
    ['GET /projects', 'readuser', 403, scope('api read_api')],
    ['GET /user', 'nobody', 401, unauthorized],
    ['GET /users', 'nobody', 401, unauthorized],
    ['GET /user', 'expired', 401, unauthorized],
    ['GET /user', 'revoked', 401, unauthorized],
    ['GET /user', 'job', 401, unauthorized],
    ['GET /user', 'oauth', 401, unauthorized],
  ]
  for (const [request, who, status, body] of rows) {
    const got = await ask(gitlab.v4, request, who === 'nobody' ? {} : { as: tokens[who] })
    t.equal(got.status, status, `${who}: ${request}`)
    if (body) t.strictSame(got.body, body, `${who}: ${request}`)
  }
})

t.test('what is wrong with a change is told, and nothing is changed', async t => {
  const { v4 } = gitlab.world('wrong')
  const long = 'x'.repeat(256)
  const rows: [what: string, json: object, status: number, body: object][] = [
    ['a bio too long', { bio: long }, 400, tooLong],
    ['a bio as long as may be', { bio: long.slice(1) }, 200, { bio: long.slice(1) }],
    ['a bio of 255 foxes', { bio: '🦊'.repeat(255) }, 200, { bio: '🦊'.repeat(255) }],
    ['no bio', { bio: null }, 200, { bio: null }],
    ['a taken e-mail address', { email: 'ADMIN@example.com' }, 409, taken('email')],
    ['a taken username', { username: 'Root' }, 409, taken('username')],
    ['the path of a group', { username: 'diaspora' }, 409, taken('username')],
    [
      'its own, in another case',
      { username: 'UserName', email: 'username@Example.com' },
      200,
      { username: 'UserName' },
    ],
    ['an e-mail address that is none', { email: 'nowhere' }, 400, { message: { email: ['is invalid'] } }],
    ['an empty name', { name: '' }, 400, { message: { name: ["can't be blank"] } }],
    ['an empty username', { username: '' }, 400, { message: { username: ["can't be blank"] } }],
    ['words for a number', { projects_limit: 'many' }, 400, { message: { projects_limit: ['is invalid'] } }],
    [
      'two things',
      { bio: long, email: 'nowhere' },
      400,
      { message: { ...tooLong.message, email: ['is invalid'] } },
    ],
    ['no change', {}, 200, { username: 'UserName' }],
    ['what users do not have', { shoe_size: 44 }, 200, { shoe_size: undefined }],
    [
      'an identity',
      { provider: 'ldap', extern_uid: 'u1' },
      200,
      { identities: [{ provider: 'ldap', extern_uid: 'u1' }] },
    ],
  ]
  for (const [what, json, status, body] of rows) {
    const answer = await ask(v4, 'PUT /users/23', { ...root, json })
    t.equal(answer.status, status, what)
    if (status === 200) t.match(answer.body, body, what)
    else t.strictSame(answer.body, body, what)
    const { headers } = await ask(v4, 'GET /users?username=root', root)
    t.equal(headers.get('x-total'), '1', 'names stay unique')
  }
  const unknown = await ask(v4, 'PUT /users/123?bio=x', root)
  t.strictSame([unknown.status, unknown.body], [404, noUser])
  const secret = await ask(v4, 'PUT /users/23', { ...root, json: { password: 'open sesame' } })
  t.notMatch(secret.text, 'sesame', 'a password is never shown')
})

t.test('an administrator makes administrators', async t => {
  const { v4 } = gitlab.world('admins')
  t.equal((await ask(v4, 'PUT /users/1?bio=x', developer)).status, 403)
  t.equal((await ask(v4, 'PUT /users/13?admin=true', root)).body.is_admin, true)
  t.equal((await ask(v4, 'PUT /users/1?bio=x', developer)).body.bio, 'x')
  t.equal((await ask(v4, 'DELETE /projects/1', developer)).status, 204)
  t.equal((await ask(v4, 'PUT /users/13?admin=no', root)).body.is_admin, false)
  t.equal((await ask(v4, 'PUT /users/1?bio=y', developer)).status, 403)
})

t.test('who is blocked is turned away', async t => {
  const world = gitlab.world('blocked')
  world.patch({ 'accounts.users': { 13: { state: 'blocked' } } })
  for (const request of ['GET /user', 'GET /projects', 'POST /projects?name=x']) {
    const { status, body } = await ask(world.v4, request, developer)
    t.strictSame([status, body], [403, forbidden], request)
  }
  t.equal((await ask(world.v4, 'GET /users/13', root)).body.state, 'blocked')
})
