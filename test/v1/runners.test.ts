import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'
import {
  holdAllow,
  holdRows,
  invalid,
  multipart,
  noType,
  notGiven,
  type Row,
  typed,
  unauthorized,
  unreadable,
  username,
  usernameToken,
} from './rows.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { root, developer, stranger, expired } = gitlab.tokens

const url = 'url=http://demo.gitlab.com/'
const user = `private_token=${root}&${url}`
const [runner85, runner86] = ['12b68e90394084703135', '76bf894e969364709864']
const newRunner = {
  token: 'registration-token-1',
  public_key: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC runner',
}

t.test('a runner registers, is listed, linked and given builds, and goes', async t => {
  const world = gitlab.world('story')
  world.patch(usernameToken)
  const { v1 } = world
  const { status, headers, body: made } = await ask(v1, 'POST /runners/register', { json: newRunner })
  t.equal(status, 201)
  t.equal(headers.get('content-type'), 'application/json', 'without a charset: old runners compare it')
  t.equal(made.id, 87)
  t.match(made.token, /^[0-9a-f]{20}$/, 'the token is a new one, of its own')
  t.strictSame(Object.keys(made), ['id', 'token'])
  const other = await ask(v1, 'POST /runners/register', { json: newRunner })
  t.equal(other.body.id, 88, 'the registration token is good for many')
  t.not(other.body.token, made.token)

  const listed = await ask(v1, `GET /runners?${user}`)
  t.equal(listed.status, 200)
  const known = [
    { id: 85, token: runner85 },
    { id: 86, token: runner86 },
  ]
  t.strictSame(listed.body, [...known, made, other.body])

  const poll = { json: { token: made.token } }
  t.equal((await ask(v1, 'POST /builds/register', poll)).status, 404, 'a new runner has nothing to do')
  await ask(v1, `POST /projects/6/runners/87?${url}`, { as: username })
  t.equal((await ask(v1, 'POST /builds/register', poll)).body.id, 79, 'until it is linked to a project')

  const gone = await ask(v1, `DELETE /runners/delete?token=${made.token}`)
  t.equal(gone.status, 200)
  t.hasStrict(gone.body, { ...made, description: null }, 'the answer is the runner that was')
  t.equal((await ask(v1, 'POST /builds/register', poll)).status, 401, 'nobody has its token any more')
  t.strictSame((await ask(v1, `GET /runners?${user}`)).body, [...known, other.body])
  t.equal((await ask(v1, 'POST /runners/register', { json: newRunner })).body.id, 89, 'nor its id')
})

t.test('every user may list all runners, whoever has them', async t => {
  await holdRows(t, gitlab, [
    ['who owns no project', `GET /runners?${url}`, { as: developer }, 200],
    ['who sees no project', `GET /runners?${url}`, { as: stranger }, 200],
    ['.json', `GET /runners.json?${user}`, {}, 200],
    ['nobody', `GET /runners?${url}`, {}, unauthorized],
    ['who sends no url', 'GET /runners', { as: root }, unauthorized],
    ['who sends the url of another GitLab', 'GET /runners?url=http://a.com', { as: root }, unauthorized],
    ['whose time is over', `GET /runners?${url}`, { as: expired }, unauthorized],
    ['a runner', `GET /runners?token=${runner85}&${url}`, {}, unauthorized],
  ])
  const none = gitlab.world('none')
  none.patch({ 'v1.runners': { 85: null, 86: null } })
  t.strictSame((await ask(none.v1, `GET /runners?${user}`)).body, [], 'none are an empty list')
})

t.test('registration asks for the registration token, then for a public key', async t => {
  const register = 'POST /runners/register'
  const { token, public_key } = newRunner
  const noRunner = (whose: string, other: string | undefined): Row => [
    `${whose} registers no runner`,
    register,
    { json: { token: other, public_key } },
    unauthorized,
  ]
  await holdRows(t, gitlab, [
    ['a JSON body', register, { json: newRunner }, 201],
    ['a form', register, { form: newRunner }, 201],
    ['a multipart body', register, multipart(newRunner), 201],
    ['the query', `${register}?${new URLSearchParams(newRunner)}`, {}, 201],
    ['.json', `${register}.json`, { json: newRunner }, 201],
    ['the body goes over the query', `${register}?token=bad`, { json: newRunner }, 201],
    ['a description and tags', register, { json: { ...newRunner, description: 'a', tag_list: 'b, c' } }, 201],
    ['which may be null', register, { json: { ...newRunner, description: null, tag_list: null } }, 201],
    ['and are texts', register, { json: { ...newRunner, tag_list: ['b', 'c'] } }, invalid('tag_list')],
    ['no token', register, { json: { public_key } }, unauthorized],
    ['nothing at all', register, {}, unauthorized],
    ['a blank token', register, { json: { ...newRunner, token: '' } }, unauthorized],
    ['a hash', register, { form: { 'token[a]': token, public_key } }, unauthorized],
    noRunner('a bad token', 'registration-token-2'),
    noRunner('the token of a runner', runner85),
    noRunner('the token of a user', root),
    noRunner('the token of a project', 'projectsixtoken6789'),
    ['a token is told before what lacks', register, { json: { token: 'bad' } }, unauthorized],
    ['no public key', register, { json: { token } }, notGiven('public_key')],
    [
      'as runners of 5.0 and later',
      register,
      { json: { info: {}, token, tag_list: 'a' } },
      notGiven('public_key'),
    ],
    ['a blank one', register, { json: { token, public_key: '' } }, notGiven('public_key')],
    ['null for one', register, { json: { token, public_key: null } }, notGiven('public_key')],
    ['JSON that is none', register, typed('application/json', '{'), unreadable],
    ['text', register, typed('text/plain', token), noType('text/plain')],
  ])
})

t.test('a runner removes itself by its token', async t => {
  const remove = 'DELETE /runners/delete'
  const was = [
    200,
    {
      id: 86,
      token: runner86,
      created_at: '2014-03-03T09:12:40.000Z',
      updated_at: '2014-03-03T09:12:40.000Z',
      description: null,
    },
  ] as const
  await holdRows(t, gitlab, [
    ['in the query', `${remove}?token=${runner86}`, {}, was],
    ['in a JSON body', remove, { json: { token: runner86 } }, was],
    ['in a form', remove, { form: { token: runner86! } }, was],
    ['.json', `${remove}.json`, { json: { token: runner86 } }, was],
    ['none', remove, {}, unauthorized],
    ['none, said to be JSON', remove, typed('application/json', ''), unauthorized],
    ['a bad one', `${remove}?token=bad`, {}, unauthorized],
    ['the registration token', `${remove}?token=${newRunner.token}`, {}, unauthorized],
    ['the token of a user', `${remove}?${user}`, {}, unauthorized],
  ])
  const { v1 } = gitlab.world('removal')
  await ask(v1, `${remove}?token=${runner85}`)
  t.equal((await ask(v1, `${remove}?token=${runner85}`)).status, 401, 'a second time its token is nobody’s')
  t.strictSame((await ask(v1, `GET /runners?${user}`)).body, [{ id: 86, token: runner86 }])
  const cut = await ask(v1, `DELETE /projects/271/runners/85?${user}`)
  t.strictSame([cut.status, cut.body], [200, {}], 'its links are gone with it')
  t.equal((await ask(v1, `POST /projects/271/runners/85?${user}`)).status, 404)
})

t.test('a method that a path has not', async t => {
  await holdAllow(t, gitlab.v1, [
    ['POST /runners', 'GET, HEAD'],
    ['GET /runners/register', 'POST'],
    ['GET /runners/delete', 'DELETE'],
  ])
})

t.test('two worlds share no runners', async t => {
  const [one, other] = [gitlab.world('one'), gitlab.world('other')]
  const made = await ask(one.v1, 'POST /runners/register', { json: newRunner })
  t.equal((await ask(other.v1, `GET /runners?${user}`)).body.length, 2)
  t.equal((await ask(other.v1, 'POST /builds/register', { json: { token: made.body.token } })).status, 401)
  t.equal((await ask(other.v1, 'POST /runners/register', { json: newRunner })).body.id, made.body.id)
})
