import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'
import {
  conflict,
  forbidden,
  holdAllow,
  holdRows,
  invalid,
  multipart,
  noFormat,
  noType,
  notFound,
  notGiven,
  type Row,
  taken,
  tooLarge,
  typed,
  unauthorized,
  unreadable,
  username,
  usernameToken,
} from './rows.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const tokens = gitlab.tokens
const { root, owner, maintainer, developer, reporter, guest, stranger } = tokens

const url = 'url=http://demo.gitlab.com/'
const user = `private_token=${root}&${url}`
const asRoot = { as: root }
const unknown = 'no-such-token-000001'

const shell = {
  name: 'my-shell',
  gitlab_id: 7,
  gitlab_url: 'http://demo.gitlab.com/root/my-shell',
  ssh_url_to_repo: 'git@demo.gitlab.com:root/my-shell.git',
}
const shellForm = { ...shell, gitlab_id: '7' }
const but = (change: object) => ({ json: { ...shell, ...change } })

const ids = (projects: { id: number }[]) => projects.map(({ id }) => id)

t.test('a project is created, listed, read, changed and removed', async t => {
  const { v1 } = gitlab.world('story')
  const { status, headers, body: made } = await ask(v1, `POST /projects?${user}`, { json: shell })
  t.equal(status, 201)
  t.equal(headers.get('content-type'), 'application/json', 'without a charset: old runners compare it')
  t.match(made.token, /^[0-9a-f]{30}$/, 'with a token of its own')
  const expected = {
    id: 273,
    name: 'my-shell',
    timeout: 1800,
    scripts: 'ls -al',
    token: made.token,
    default_ref: 'master',
    gitlab_url: 'http://demo.gitlab.com/root/my-shell',
    always_build: false,
    polling_interval: null,
    public: false,
    ssh_url_to_repo: 'git@demo.gitlab.com:root/my-shell.git',
    gitlab_id: 7,
  }
  t.strictSame(made, expected, 'with the defaults of the docs')
  t.strictSame(Object.keys(made), Object.keys(expected), 'in the order of the docs')

  t.strictSame(ids((await ask(v1, `GET /projects?${user}`)).body), [271, 272, 273], 'it is listed')
  t.strictSame((await ask(v1, `GET /projects/owned?${user}`)).body[1], made, 'its maker owns it')
  t.strictSame((await ask(v1, `GET /projects/273?${user}`)).body, made)

  const change = { name: 'your-shell', scripts: 'make test', default_ref: 'develop', gitlab_id: 8 }
  const changed = await ask(v1, `PUT /projects/273?${user}`, { json: change })
  t.equal(changed.status, 200)
  t.strictSame(changed.body, { ...made, ...change }, 'the answer to a change is the project as it is now')
  t.strictSame((await ask(v1, `GET /projects/273?${user}`)).body, changed.body)

  const removed = await ask(v1, `DELETE /projects/273?${user}`)
  t.equal(removed.status, 200)
  t.strictSame(removed.body, changed.body, 'the answer to a removal is what was removed')
  t.equal((await ask(v1, `GET /projects/273?${user}`)).status, 404)
  t.strictSame(ids((await ask(v1, `GET /projects?${user}`)).body), [271, 272])
  const again = await ask(v1, `POST /projects?${user}`, but({ name: 'your-shell' }))
  t.equal(again.body.id, 274, 'names are free again, ids are given out once')
})

t.test('create under an id makes it the id of the new project', async t => {
  const { v1 } = gitlab.world('at')
  const made = await ask(v1, `POST /projects/500?${user}`, but({ id: 7 }))
  t.equal(made.status, 201)
  t.equal(made.body.id, 500, 'the path goes over the body')
  t.strictSame((await ask(v1, `GET /projects/500?${user}`)).body, made.body)
  const next = await ask(v1, `POST /projects?${user}`, but({ name: 'next', gitlab_id: 9 }))
  t.equal(next.body.id, 501, 'later ones come after it')
  await ask(v1, `DELETE /projects/500?${user}`)
  t.equal((await ask(v1, `POST /projects/500?${user}`, but({}))).status, 201, 'then the id may be used again')
})

t.test('a user is let in by a token and the url of an authorised GitLab', async t => {
  const list = 'GET /projects?'
  const change = 'PUT /projects/271'
  const both = { private_token: root!, url: 'http://demo.gitlab.com/' }
  const nobody = (whose: string, token: string | undefined): Row => [
    `${whose} lets no user in`,
    `${list}private_token=${token}&${url}`,
    {},
    unauthorized,
  ]
  await holdRows(t, gitlab, [
    ['both go in the query', `${list}${user}`, {}, 200],
    ['the token goes in a header', `${list}${url}`, asRoot, 200],
    ['in any letters', `${list}${url}`, { headers: { 'PRIVATE-TOKEN': root! } }, 200],
    ['both go in a JSON body', change, { json: both }, 200],
    ['both go in a form', change, { form: both }, 200],
    ['both go in a multipart body', change, multipart(both), 200],
    ['both go in the body of a DELETE', 'DELETE /projects/271', { json: both }, 200],
    ['each goes where it likes', `${change}?${url}`, { form: { private_token: root! } }, 200],
    ['the parameter goes before the header', `${list}${user}`, { as: unknown }, 200],
    ['bad as it may be', `${list}private_token=${unknown}&${url}`, asRoot, unauthorized],
    ['a blank one is none', `${list}private_token=&${url}`, asRoot, 200],
    ['an impersonation token will do', `${list}${url}`, { as: tokens.imperson }, 200],

    ['the url may lack its slash', `${list}url=http://demo.gitlab.com`, asRoot, 200],
    ['the url may be escaped', `${list}url=http%3A%2F%2Fdemo.gitlab.com%2F`, asRoot, 200],
    ['more than one GitLab is authorised', `${list}url=http://demo.gitlabhq.com/`, asRoot, 200],
    ['with or without its slash', `${list}url=http://demo.gitlabhq.com`, asRoot, 200],
    ['a token needs a url', 'GET /projects', asRoot, unauthorized],
    ['also as a parameter', `${list}private_token=${root}`, {}, unauthorized],
    ['that is not blank', `${list}url=`, asRoot, unauthorized],
    ["nor another GitLab's", `${list}url=http://gitlab.com/`, asRoot, unauthorized],
    ['nor of another scheme', `${list}url=https://demo.gitlab.com/`, asRoot, unauthorized],
    ['nor the start of one', `${list}url=http://demo.gitlab.co`, asRoot, unauthorized],
    ['nor more than one', `${list}url=http://demo.gitlab.com/a`, asRoot, unauthorized],

    ['nobody is let in', `${list}${url}`, {}, unauthorized],
    ['nor who sends a blank token', `${list}private_token=&${url}`, {}, unauthorized],
    nobody('what nobody has', unknown),
    nobody('an expired token', tokens.expired),
    nobody('a revoked token', tokens.revoked),
    nobody('a project access token', tokens.project),
    nobody('an OAuth2 token', tokens.oauth),
    nobody('the token of a job', tokens.job),
    nobody('the cookie of a session', tokens.session),
    nobody('the token of a CI project', 'iPWx6WM4lhHNedGfBpPJNP'),
    nobody('the token of a runner', '12b68e90394084703135'),
    nobody('the registration token', 'registration-token-1'),
    ['a hash is no token', `${list}private_token[a]=${root}&${url}`, {}, unauthorized],
    ['a list is no token', `${list}private_token[]=${root}&${url}`, {}, unauthorized],
    ['a hash is no url', `${list}url[a]=http://demo.gitlab.com/`, asRoot, unauthorized],
    ['slashes are no url', change, { form: { ...both, url: `${'/'.repeat(1e6)}x` } }, unauthorized],
    ['who asks is told before what lacks', `POST /projects?${url}`, {}, unauthorized],
    ['and before what is not there', `GET /projects/999?${url}`, {}, unauthorized],
  ])
  const world = gitlab.world('blocked')
  world.patch({ 'accounts.users': { 13: { state: 'blocked' } } })
  t.equal(
    (await ask(world.v1, `${list}${url}`, { as: developer })).status,
    401,
    'a blocked user is let in no more',
  )
})

t.test('an impersonation token lets nobody in where impersonation is switched off', async t => {
  const strict = await createUnderstudy({ checkAnswers: true, impersonation: false })
  t.teardown(() => strict.close())
  await holdRows(t, strict, [
    ['as a header', `GET /projects?${url}`, { as: tokens.imperson }, unauthorized],
    ['as a parameter', `GET /projects?private_token=${tokens.imperson}&${url}`, {}, unauthorized],
    ['a personal one still does', `GET /projects?${url}`, asRoot, 200],
  ])
})

t.test('every operation asks for the token and for the url', async t => {
  const operations = [
    'GET /projects',
    'POST /projects',
    'GET /projects/owned',
    'GET /projects/271',
    'POST /projects/300',
    'PUT /projects/271',
    'DELETE /projects/271',
    'POST /projects/271/runners/86',
    'DELETE /projects/271/runners/85',
  ]
  const rows = operations.flatMap((request): Row[] => [
    [`${request} without a token`, `${request}?${url}`, {}, unauthorized],
    [`${request} without the url`, request, asRoot, unauthorized],
  ])
  await holdRows(t, gitlab, rows)
})

t.test('what a user may do', async t => {
  const who = { root, owner, maintainer, developer, reporter, guest, stranger, username }
  const rights: [statuses: string, request: string, json?: object][] = [
    // root, owner, maintainer, developer, reporter, guest, stranger, username
    ['200 200 200 200 200 200 403 403', 'GET /projects/271'],
    ['200 200 200 403 403 403 403 403', 'PUT /projects/271'],
    ['200 200 200 403 403 403 403 403', 'DELETE /projects/271'],
    ['201 201 201 403 403 403 403 403', 'POST /projects/271/runners/86'],
    ['200 200 200 403 403 403 403 403', 'DELETE /projects/271/runners/85'],
    ['200 200 200 403 403 403 403 403', 'DELETE /projects/271/runners/86'],
    ['200 403 403 403 403 403 403 403', 'GET /projects/272'],
    ['200 403 403 403 403 403 403 403', 'PUT /projects/272'],
    ['403 403 403 403 403 403 403 200', 'GET /projects/6'],
    ['403 403 403 403 403 403 403 200', 'PUT /projects/6'],
    ['403 403 403 403 403 403 403 200', 'DELETE /projects/6'],
    ['201 201 201 201 201 201 201 201', 'POST /projects', shell],
    ['201 201 201 201 201 201 201 201', 'POST /projects/300', shell],
    // What is not there is told before who may.
    ['404 404 404 404 404 404 404 404', 'PUT /projects/999'],
    ['404 404 404 404 404 404 404 404', 'POST /projects/271/runners/999'],
    // Who may is told before what is taken.
    ['409 409 409 403 403 403 403 403', 'POST /projects/271/runners/85'],
    ['409 409 409 403 403 403 403 403', 'PUT /projects/271', { name: 'gitlab-ci' }],
  ]
  const rows = rights.flatMap(([statuses, request, json]) =>
    Object.entries(who).map(([name, as], index): Row => {
      const status = Number(statuses.split(' ')[index])
      const answer = status === 403 ? forbidden : status
      return [`${request} by ${name}`, `${request}?${url}`, { as, json }, answer]
    }),
  )
  await holdRows(t, gitlab, rows, usernameToken)
})

t.test('lists show what a user has access to, and what a user owns', async t => {
  const world = gitlab.world('lists')
  world.patch(usernameToken)
  const lists: [who: string, token: string | undefined, all: number[], owned: number[]][] = [
    ['root, from whom project 6 is hidden', root, [271, 272], [272]],
    ['an owner', owner, [271], [271]],
    ['a developer', developer, [271], []],
    ['a stranger to 271', username, [6], [6]],
    ['stranger sees nothing', stranger, [], []],
  ]
  const listed = async (list: string, as: string | undefined) =>
    ids((await ask(world.v1, `GET ${list}?${url}`, { as })).body)
  for (const [who, as, all, owned] of lists) {
    t.strictSame(await listed('/projects', as), all, `${who}: all`)
    t.strictSame(await listed('/projects/owned', as), owned, `${who}: owned`)
  }
  await ask(world.v1, `POST /projects?${url}`, { as: developer, json: shell })
  t.strictSame(await listed('/projects/owned', developer), [273], 'what a developer makes is theirs')
  t.strictSame(await listed('/projects', root), [271, 272], 'and nobody else’s')
  t.equal((await ask(world.v1, `PUT /projects/273?${url}`, { as: developer })).status, 200, 'to manage')
})

t.test('what is missing, wrong, taken or unknown', async t => {
  const create = `POST /projects?${user}`
  const createAt = `POST /projects/300?${user}`
  const change = `PUT /projects/271?${user}`
  const { name, gitlab_id, gitlab_url } = shell
  await holdRows(t, gitlab, [
    ['the name is asked for first', create, {}, notGiven('name')],
    ['the GitLab id second', create, { json: { name } }, notGiven('gitlab_id')],
    ['the url third', create, { json: { name, gitlab_id } }, notGiven('gitlab_url')],
    ['the repo last', create, { json: { name, gitlab_id, gitlab_url } }, notGiven('ssh_url_to_repo')],
    ['the same under an id', createAt, {}, notGiven('name')],
    ['in the same order', createAt, { json: { name, gitlab_id } }, notGiven('gitlab_url')],
    ['null counts as missing', create, but({ name: null }), notGiven('name')],
    ['so does a blank text', create, but({ name: '' }), notGiven('name')],
    ['and a blank number', create, but({ gitlab_id: '' }), notGiven('gitlab_id')],
    ['a list is no body', create, { json: [shell] }, notGiven('name')],
    ['a GitLab id is a number', create, but({ gitlab_id: 'x' }), invalid('gitlab_id')],
    ['also on a change', change, { json: { gitlab_id: 'x' } }, invalid('gitlab_id')],
    ['a name is a text', create, but({ name: { a: 1 } }), invalid('name')],
    ['a hash of a form is none', change, { form: { 'name[a]': 'b' } }, invalid('name')],
    ['a new id is a number', `POST /projects/first?${user}`, but({}), invalid('id')],
    ['a positive one', `POST /projects/0?${user}`, but({}), invalid('id')],
    ['and not less', `POST /projects/-3?${user}`, but({}), invalid('id')],
    ['JSON must be JSON', create, typed('application/json', '{bad'), unreadable],
    ['escapes must be escapes', `${create}&name=%zz`, {}, unreadable],

    ['a name is given once', create, but({ name: 'gitlab-ci' }), taken('name')],
    ['also where one may not see it', create, but({ name: 'gitlab-shell' }), taken('name')],
    ['also under an id', createAt, but({ name: 'gitlab-ci' }), taken('name')],
    ['also on a change', change, { json: { name: 'gitlab-ci' } }, taken('name')],
    ['its own is not taken', change, { json: { name: 'gitlabhq', gitlab_id: 3 } }, 200],
    ['a GitLab project has one CI project', create, but({ gitlab_id: 3 }), taken('gitlab_id')],
    ['also on a change', change, { json: { gitlab_id: 4 } }, taken('gitlab_id')],
    ['an id is given once', `POST /projects/271?${user}`, but({}), conflict],
    ['also where one may not see it', `POST /projects/6?${user}`, but({}), conflict],

    ['an unknown project is not found', `GET /projects/999?${user}`, {}, notFound],
    ['nor changed', `PUT /projects/999?${user}`, {}, notFound],
    ['nor linked', `POST /projects/999/runners/86?${user}`, {}, notFound],
    ['nor is an unknown runner', `POST /projects/271/runners/999?${user}`, {}, notFound],
    ['what is no number is nobody’s id', `GET /projects/first?${user}`, {}, notFound],
    ['nor is what only begins with one', `GET /projects/271x?${user}`, {}, notFound],
    ['nor a fraction', `GET /projects/271.0?${user}`, {}, notFound],
    ['nor more than a number holds', `GET /projects/${'9'.repeat(40)}?${user}`, {}, notFound],
    ['also for a change', `PUT /projects/first?${user}`, {}, notFound],
    ['for a removal, idempotent as it is', `DELETE /projects/first?${user}`, {}, notFound],
    ['for a link', `POST /projects/first/runners/86?${user}`, {}, notFound],
    ['of a runner', `POST /projects/271/runners/first?${user}`, {}, notFound],
    ['for a cut', `DELETE /projects/first/runners/85?${user}`, {}, notFound],
    ['from a runner', `DELETE /projects/271/runners/first?${user}`, {}, notFound],
    ['but who asks is told before', `GET /projects/first?${url}`, {}, unauthorized],
    ['an unknown path is not found', 'GET /nothing', {}, notFound],
    ['nor a part of a known one', `GET /projects/271/runners?${user}`, {}, notFound],

    ['other formats than JSON are not had', 'GET /projects?format=xml', {}, noFormat('xml')],
    ['nor odd ones', 'GET /projects?format[a]=json', {}, 406],
    ['JSON is', `GET /projects?format=json&${user}`, {}, 200],
    ['text is no body', create, typed('text/plain', 'name=a'), noType('text/plain')],
    ['XML is no body', create, typed('application/xml', '<name/>'), noType('application/xml')],
    ['more than 16 MiB are too many', create, { form: { name: 'x'.repeat(16 << 20) } }, tooLarge],
  ])
  await holdAllow(t, gitlab.v1, [
    ['DELETE /projects', 'GET, HEAD, POST'],
    ['POST /projects/owned', 'GET, HEAD'],
    ['PATCH /projects/271', 'GET, HEAD, PUT, POST, DELETE'],
    ['GET /projects/271/runners/85', 'POST, DELETE'],
  ])
})

t.test('the ways to send a request', async t => {
  const create = `POST /projects?${user}`
  const change = `PUT /projects/271?${user}`
  const over = { json: { name: 'body', id: 272, runner_id: 99 } }
  const made = [201, shell] as const
  await holdRows(t, gitlab, [
    ['a JSON body', create, { json: shell }, made],
    ['a form', create, { form: shellForm }, made],
    ['a multipart body', create, multipart(shellForm), made],
    ['the query alone', `${create}&${new URLSearchParams(shellForm)}`, {}, made],
    ['query and body together', `${create}&name=my-shell`, but({ name: undefined }), made],
    ['the body goes over the query', `${change}&name=query`, over, [200, { name: 'body' }]],
    ['the path goes over both', `${change}&id=272`, over, [200, { id: 271 }]],
    ['all of it', `POST /projects/272/runners/86?${user}`, over, [201, { project_id: 272, runner_id: 86 }]],
    ['nothing changes nothing', change, {}, [200, { name: 'gitlabhq', scripts: 'ls' }]],
    ['nor does an empty JSON body', change, typed('application/json', ''), [200, { name: 'gitlabhq' }]],
    ['nor null', change, { json: { scripts: null } }, [200, { scripts: 'ls' }]],
    [
      'nor what is blank',
      change,
      { form: { name: '', scripts: '' } },
      [200, { name: 'gitlabhq', scripts: 'ls' }],
    ],
    ['scripts may be given', create, but({ scripts: 'make' }), [201, { scripts: 'make' }]],
    ['and a branch', create, but({ default_ref: 'dev' }), [201, { default_ref: 'dev' }]],

    ['.json after a word', `GET /projects.json?${user}`, {}, 200],
    ['.json after two', `GET /projects/owned.json?${user}`, {}, 200],
    ['.json after an id', `GET /projects/271.json?${user}`, {}, [200, { id: 271 }]],
    ['.json of a new project', `POST /projects.json?${user}`, but({}), [201, { id: 273 }]],
    ['.json of a new id', `POST /projects/300.json?${user}`, but({}), [201, { id: 300 }]],
    ['.json of a change', `PUT /projects/271.json?${user}`, {}, [200, { id: 271 }]],
    ['.json of a removal', `DELETE /projects/271.json?${user}`, {}, [200, { id: 271 }]],
    ['.json of a link', `POST /projects/271/runners/86.json?${user}`, {}, [201, { runner_id: 86 }]],
    ['.json of a cut', `DELETE /projects/271/runners/85.json?${user}`, {}, [200, { runner_id: 85 }]],
    ['a slash at the end', `GET /projects/271/?${user}`, {}, [200, { id: 271 }]],
    ['slashes within', `GET //projects//271?${user}`, {}, [200, { id: 271 }]],
  ])
  t.equal(
    (await ask(gitlab.url, `GET //api/v1/projects?${user}`)).status,
    200,
    'a base URL may end in a slash',
  )
  const head = await ask(gitlab.v1, `HEAD /projects?${user}`)
  const got = await ask(gitlab.v1, `GET /projects?${user}`)
  t.strictSame([head.status, head.text], [200, ''], 'HEAD works where GET does')
  t.equal(head.headers.get('content-length'), got.headers.get('content-length'), 'and tells the same length')
  const slip = await ask(gitlab.v1, `${change}&default_rev=x`)
  t.match(slip.headers.get('x-understudy-note'), 'did you mean "default_ref"', 'a slip is noted')
})

t.test('a runner is linked to a project, and the link cut', async t => {
  const { v1 } = gitlab.world('links')
  const link = '/projects/272/runners/86'
  const made = await ask(v1, `POST ${link}?${user}`)
  t.equal(made.status, 201)
  t.strictSame(made.body, { id: 3, project_id: 272, runner_id: 86 })
  const again = await ask(v1, `POST ${link}?${user}`)
  t.strictSame([again.status, again.body], conflict, 'a link is made once')
  const cut = await ask(v1, `DELETE ${link}?${user}`)
  t.strictSame([cut.status, cut.body], [200, made.body], 'the answer to a cut is the link that was')
  t.equal((await ask(v1, `POST ${link}?${user}`)).body.id, 4, 'then it may be made again')
})

t.test('to remove what is gone is a success', async t => {
  const { v1 } = gitlab.world('gone')
  const remove = async (path: string) => {
    const { status, body } = await ask(v1, `DELETE ${path}?${user}`)
    return [status, body]
  }
  t.strictSame(await remove('/projects/999'), [200, {}], 'a project that never was')
  t.strictSame(await remove('/projects/999/runners/85'), [200, {}], 'a link of it')
  t.strictSame(await remove('/projects/271/runners/86'), [200, {}], 'a link that never was')
  t.strictSame(await remove('/projects/271/runners/999'), [200, {}], 'a runner that never was')
  t.strictSame(await remove('/projects/271/runners/85'), [200, { id: 2, project_id: 271, runner_id: 85 }])
  t.strictSame(await remove('/projects/271/runners/85'), [200, {}], 'a link that is cut')
  t.hasStrict(await remove('/projects/271'), [200, { id: 271 }])
  t.strictSame(await remove('/projects/271'), [200, {}], 'a project that is removed')
})

t.test('a project takes its links, builds and commits along', async t => {
  const world = gitlab.world('along')
  world.patch(usernameToken)
  const { v1 } = world
  const commits = 'GET /commits?project_id=271&project_token=iPWx6WM4lhHNedGfBpPJNP'
  const poll = 'POST /builds/register?token=12b68e90394084703135'
  t.equal((await ask(v1, commits)).body.length, 2)
  await ask(v1, `DELETE /projects/271?${user}`)
  t.equal((await ask(v1, commits)).status, 404)
  const made = await ask(v1, `POST /projects/271?${user}`, { json: shell })
  const afresh = commits.replace('iPWx6WM4lhHNedGfBpPJNP', made.body.token)
  t.strictSame((await ask(v1, afresh)).body, [], 'a new one under its id has no commits')
  t.equal((await ask(v1, `POST /projects/271/runners/85?${user}`)).status, 201, 'and no links')
  await ask(v1, `DELETE /projects/6?${url}`, { as: username })
  t.equal((await ask(v1, poll)).status, 404, 'a pending build is no longer handed out')
})

t.test('two worlds share nothing, ids included', async t => {
  const [one, other] = [gitlab.world('one'), gitlab.world('other')]
  const nameIn = async (v1: string, headers = {}) =>
    (await ask(v1, `GET /projects/273?${user}`, { headers })).body.name
  const [first, second] = await Promise.all([
    ask(one.v1, `POST /projects?${user}`, but({})),
    ask(other.v1, `POST /projects?${user}`, but({ name: 'other-shell' })),
  ])
  t.strictSame([first.body.id, second.body.id], [273, 273], 'both count from the same number')
  t.equal(await nameIn(one.v1), 'my-shell')
  t.equal(await nameIn(other.v1), 'other-shell')
  t.equal(await nameIn(gitlab.v1, { 'X-Understudy-World': 'other' }), 'other-shell', 'also by header')
  t.equal(await nameIn(gitlab.v1), undefined, 'the main world has neither')
  await ask(one.v1, `DELETE /projects/271?${user}`)
  t.equal((await ask(other.v1, `GET /projects/271?${user}`)).status, 200, 'what is gone here is there')
  one.reset()
  t.strictSame(ids((await ask(one.v1, `GET /projects?${user}`)).body), [271, 272], 'a reset is for one')
  t.equal(await nameIn(other.v1), 'other-shell')
})
