// The GitLab CI API as real servers of 7.14 and 8.0 answered, where that is not what their docs say.
import { request } from 'node:http'
import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'
import {
  type Fact,
  failure,
  forbidden,
  holdFacts,
  holdStory,
  madeUp,
  notFound,
  notGiven,
  nothingThere,
  unauthorized,
} from './facts.ts'
import { typed, username, usernameToken } from './rows.ts'

// The clock stands still, so that whole answers can be told beforehand.
const now = '2015-10-01T08:00:00.000Z'
const secondsAgo = (seconds: number) => new Date(Date.parse(now) - seconds * 1000).toISOString()
const gitlab = await createUnderstudy({ profile: 'observed', checkAnswers: true, now: Date.parse(now) })
t.teardown(() => gitlab.close())
const { root, owner, developer, stranger, revoked, oauth } = gitlab.tokens

const asRoot: Asked = { as: root }
const asDeveloper: Asked = { as: developer }
const json = (body: unknown, as = root): Asked => ({ as, json: body })

const [runner85, runner86] = ['12b68e90394084703135', '76bf894e969364709864']
const [token271, token6] = ['iPWx6WM4lhHNedGfBpPJNP', 'projectsixtoken6789']

const project272 = {
  id: 272,
  name: 'gitlab-ci',
  timeout: 1800,
  token: token271,
  default_ref: 'master',
  gitlab_url: 'http://demo.gitlabhq.com/gitlab/gitlab-shell',
  path: 'gitlab/gitlab-shell',
  always_build: false,
  polling_interval: null,
  public: false,
  ssh_url_to_repo: 'git@demo.gitlab.com:gitlab/gitlab-shell.git',
  gitlab_id: 4,
}
const project271 = { ...project272, id: 271, name: 'gitlabhq', gitlab_id: 3 }

const shell = { name: 'my-shell', gitlab_id: 7, ssh_url_to_repo: 'git@demo.gitlab.com:root/my-shell.git' }
const placed = { ...shell, path: 'root/my-shell' }
const project273 = {
  ...project272,
  id: 273,
  name: 'my-shell',
  timeout: 3600,
  token: madeUp(30),
  gitlab_url: 'http://demo.gitlab.com/root/my-shell',
  path: 'root/my-shell',
  ssh_url_to_repo: shell.ssh_url_to_repo,
  gitlab_id: 7,
}

t.test('what is common to all', async t => {
  await holdFacts(t, gitlab, [
    ['.json is cut', 'GET /projects/272.json', asRoot, 200, project272],
    ['so is any other suffix, and the answer is JSON', 'GET /projects/272.xml', asRoot, 200, project272],
    ['also behind a word', 'GET /projects.atom', asRoot, 200, [project271, project272]],
    [
      'Accept is ignored',
      'GET /projects/272',
      { as: root, headers: { Accept: 'text/xml' } },
      200,
      project272,
    ],
    ['the path goes over the body', 'PUT /projects/272?id=6', json({ id: 271 }), 200, project272],
    ['the body goes over the query', 'POST /runners/register?token=x', json({ token: token6 }), 201],
    ['bodies count on DELETE', 'DELETE /projects/272', { json: { private_token: root } }, 200],
    [
      'an empty JSON body is no parameters',
      'PUT /projects/272',
      { ...asRoot, ...typed('application/json', '') },
      200,
    ],
    [
      '?format= other than json',
      'GET /projects?format=xml',
      asRoot,
      406,
      {
        error: "The requested format 'xml' is not supported.",
      },
    ],
    [
      'a body of an unknown type',
      'POST /projects',
      typed('text/plain', 'name=a'),
      406,
      {
        error: "The requested content-type 'text/plain' is not supported.",
      },
    ],
    [
      'a body without a type',
      'POST /projects',
      { body: Buffer.from('name=a') },
      406,
      {
        error: "The requested content-type '' is not supported.",
      },
    ],
    [
      'JSON that is none',
      'POST /projects',
      typed('application/json', '{bad'),
      400,
      {
        error: "859: unexpected token at '{bad'",
      },
    ],
    [
      'of whose type nothing but the type is told',
      'POST /projects',
      typed('TEXT/Plain; charset=utf-8', 'name=a'),
      406,
      { error: "The requested content-type 'text/plain' is not supported." },
    ],
    [
      'the blanks before it are not told',
      'POST /projects',
      typed('application/json', ' \n{bad'),
      400,
      { error: "859: unexpected token at '{bad'" },
    ],
    [
      'the format is told before the body',
      'POST /projects?format=xml',
      typed('application/json', '{bad'),
      406,
      { error: "The requested format 'xml' is not supported." },
    ],
    ['.json goes before ?format=', 'GET /projects/272.json?format=xml', asRoot, 200, project272],
    ['and a body says nothing of it', 'PUT /projects/272', json({ format: 'xml' }), 200, project272],
    ['no such route', 'GET /nothing', asRoot, 404, 'Not Found'],
    ['no parameter has a dot', 'POST /projects/271.5/runners/86', asRoot, 404, 'Not Found'],
    ['whoever asks', 'POST /projects/271/refs/v1.0/trigger', {}, 404, 'Not Found'],
    ['and whatever the method is', 'GET /projects/271/refs/v1.0/trigger', asRoot, 404, 'Not Found'],
    ['no path has two suffixes', 'GET /projects/272.5.json', asRoot, 404, 'Not Found'],
    ['nor a word', 'GET /projects.a.json', asRoot, 404, 'Not Found'],
    ['no suffix is empty', 'GET /projects/272.', asRoot, 404, 'Not Found'],
    ['nor is there one alone', 'GET /projects/.json', asRoot, 404, 'Not Found'],
    ['nor a part of one', 'GET /projects/271/runners', asRoot, 404, 'Not Found'],
    ['a project under an id of one’s own is not had', 'POST /projects/5', json(shell), 405, ''],
    ['OPTIONS', 'OPTIONS /projects', {}, 204, ''],
    ['OPTIONS of no route', 'OPTIONS /nothing', {}, 404, 'Not Found'],
    ['HEAD works where GET does', 'HEAD /projects/271', asRoot, 200, ''],
    ['and refuses as GET does', 'HEAD /projects/271', {}, 403, ''],
  ])

  const listed = await ask(gitlab.v1, 'GET /projects', asRoot)
  t.equal(listed.headers.get('content-type'), 'application/json', 'the media type has no charset')
  for (const name of ['link', 'x-total', 'x-page', 'etag', 'ratelimit-limit'])
    t.notOk(listed.headers.has(name), `there is no ${name}`)
  const unknown = await ask(gitlab.v1, 'GET /nothing')
  t.strictSame([unknown.headers.get('content-type'), unknown.headers.get('x-cascade')], ['text/html', 'pass'])
  const second = await ask(gitlab.url, 'GET /api/v2/projects', asRoot)
  t.strictSame([second.status, second.text], [404, 'Not Found'], 'there is no v2')
  const slashes = await ask(gitlab.url, 'GET //api/v1/projects', asRoot)
  t.equal(slashes.status, 200, 'a base URL may end in a slash')
  const broken = await ask(gitlab.v1, 'POST /projects', json(shell))
  t.equal(broken.headers.get('content-type'), 'application/json', 'what is no JSON is said to be')
})

t.test('of a GET, a form is read and no other body', async t => {
  /** Sends a GET with a body, which fetch won't. */
  const get = (path: string, type: string | undefined, body: string, headers: Record<string, string> = {}) =>
    new Promise<number | undefined>((resolve, reject) => {
      const typed = type === undefined ? headers : { ...headers, 'Content-Type': type }
      request(gitlab.v1 + path, { headers: { ...typed, 'Content-Length': body.length } }, answer => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end(body)
    })
  const header = { 'PRIVATE-TOKEN': root! }
  t.equal(await get('/projects', 'application/x-www-form-urlencoded', `private_token=${root}`), 200, 'a form')
  t.equal(await get('/projects', 'application/json', JSON.stringify({ private_token: root })), 403, 'JSON')
  t.equal(await get('/projects', 'application/json', '{bad', header), 200, 'malformed JSON')
  t.equal(await get('/projects', 'text/plain', 'a', header), 200, 'an unknown type')
  t.equal(await get('/projects', undefined, 'a', header), 200, 'no type')
})

t.test('a method that a path lacks may be had by one with a parameter', async t => {
  await holdFacts(t, gitlab, [
    ['PUT /projects/owned is of a project', 'PUT /projects/owned', asRoot, 404, notFound],
    ['whoever asks', 'DELETE /projects/owned.json', {}, 403, forbidden],
    ['PUT /builds/register is of a build', `PUT /builds/register?token=${runner85}`, {}, 404, notFound],
  ])
})

t.test('a method that a path lacks is 405 with Allow, without a body, whoever asks', async t => {
  const paths: [request: string, allow: string][] = [
    ['DELETE /projects', 'OPTIONS, GET, POST, HEAD'],
    ['POST /projects/owned', 'OPTIONS, GET, HEAD'],
    ['POST /projects/271', 'OPTIONS, GET, PUT, DELETE, HEAD'],
    ['PATCH /projects/271.json', 'OPTIONS, GET, PUT, DELETE, HEAD'],
    ['GET /projects/271/runners/85', 'OPTIONS, POST, DELETE'],
    ['GET /projects/271/webhooks', 'OPTIONS, POST'],
    ['GET /projects/271/refs/master/trigger', 'OPTIONS, POST'],
    ['POST /runners', 'OPTIONS, GET, HEAD'],
    ['GET /runners/register', 'OPTIONS, POST'],
    ['GET /runners/delete', 'OPTIONS, DELETE'],
    ['GET /builds/register', 'OPTIONS, POST'],
    ['POST /builds/79', 'OPTIONS, PUT'],
    ['PUT /commits', 'OPTIONS, GET, POST, HEAD'],
    ['HEAD /forks', 'OPTIONS, POST'],
  ]
  for (const [request, allow] of paths) {
    const { status, headers, text } = await ask(gitlab.v1, request)
    const type = headers.get('content-type')
    t.strictSame([status, headers.get('allow'), type, text], [405, allow, 'text/plain', ''], request)
    const options = await ask(gitlab.v1, request.replace(/^\w+/, 'OPTIONS'))
    t.strictSame(
      [options.status, options.headers.get('allow'), options.text],
      [204, allow, ''],
      `${request}: OPTIONS`,
    )
  }
})

t.test('a user is let in by a token alone; every failed authentication is 403', async t => {
  const list = 'GET /projects/272'
  await holdFacts(t, gitlab, [
    ['the token as a header', list, asRoot, 200, project272],
    ['the token as a parameter', `${list}?private_token=${root}`, {}, 200, project272],
    ['the parameter goes before the header', `${list}?private_token=${root}`, { as: 'x' }, 200, project272],
    ['bad as it may be', `${list}?private_token=x`, asRoot, 403, forbidden],
    ['or blank', `${list}?private_token=`, asRoot, 403, forbidden],
    ['but null is none', 'PUT /projects/272', json({ private_token: null }), 200, project272],
    ['the url is ignored since 7.11', `${list}?url=http://a.example.com`, asRoot, 200, project272],
    ['an OAuth token as a parameter (7.14)', `${list}?access_token=${oauth}`, {}, 200, project272],
    ['an OAuth token as a header (7.14)', list, { headers: { 'ACCESS-TOKEN': oauth! } }, 200, project272],
    ['which is no private token', `${list}?private_token=${oauth}`, {}, 403, forbidden],
    ['nor is that an OAuth token', `${list}?access_token=${root}`, {}, 403, forbidden],
    ['no token', list, {}, 403, forbidden],
    ['one that nobody has', list, { as: 'x' }, 403, forbidden],
    ['one that was revoked', list, { as: revoked }, 403, forbidden],
    ['before what lacks', 'POST /projects', {}, 403, forbidden],
    ['before what is not there', 'GET /projects/999', {}, 403, forbidden],
    ['before who may', 'DELETE /projects/271', {}, 403, forbidden],
    ['of runners', 'GET /runners', {}, 403, forbidden],
    ['of a web hook', 'POST /projects/271/webhooks', {}, 403, forbidden],
    ["a runner's token that is none", 'POST /builds/register?token=x', {}, 403, forbidden],
    ["a runner's token that isn't sent is 403, not 400", 'POST /builds/register', {}, 403, forbidden],
    ['also of a report', 'PUT /builds/79', {}, 403, forbidden],
    ['and before the build is looked up', 'PUT /builds/999?token=x', {}, 403, forbidden],
    ['a bad registration token', 'POST /runners/register?token=x', {}, 403, forbidden],
    ['a bad token of a runner that goes', 'DELETE /runners/delete?token=x', {}, 403, forbidden],
    ["another project's token", `GET /commits?project_id=6&project_token=${token271}`, {}, 403, forbidden],
  ])
})

t.test('a right that is missing is 401, told after the lookup', async t => {
  const requests: [request: string, json?: object][] = [
    ['PUT /projects/271', { name: 'a' }],
    ['DELETE /projects/271'],
    ['POST /projects/271/runners/86'],
    ['POST /projects/271/runners/85'],
    ['DELETE /projects/271/runners/85'],
    ['DELETE /projects/271/runners/86'],
    ['POST /projects/271/webhooks', { web_hook: 'nowhere' }],
  ]
  const rows = requests.map(
    ([request, body]): Fact => [request, request, { as: developer, json: body }, 401, unauthorized],
  )
  await holdFacts(t, gitlab, [
    ...rows,
    ['to read', 'GET /projects/6', asRoot, 401, unauthorized],
    ['what is no record comes first', 'PUT /projects/999', { as: stranger }, 404, notFound],
    ['a runner that is none, too', 'POST /projects/271/runners/999', asDeveloper, 404, notFound],
    ['to create takes none', 'POST /projects', json(placed, stranger), 201],
    [
      'nor does the list of runners',
      'GET /runners',
      { as: stranger },
      200,
      [
        { id: 85, token: madeUp(20) },
        { id: 86, token: madeUp(20) },
      ],
    ],
  ])
})

t.test('a record that is not there is "Not found", all else "Not Found"', async t => {
  await holdFacts(t, gitlab, [
    ['a project', 'GET /projects/999', asRoot, 404, notFound],
    ['an id that is no number', 'GET /projects/first', asRoot, 404, notFound],
    ['an id is what it begins with', 'GET /projects/272-gitlab-ci', asRoot, 200, project272],
    ['a project to change', 'PUT /projects/999', asRoot, 404, notFound],
    ['a project to remove', 'DELETE /projects/999', asRoot, 404, notFound],
    ['a project to link', 'POST /projects/999/runners/85', asRoot, 404, notFound],
    ['a runner to link', 'POST /projects/271/runners/no', asRoot, 404, notFound],
    ['a project to cut from', 'DELETE /projects/999/runners/85', asRoot, 404, notFound],
    ['a runner to cut off', 'DELETE /projects/271/runners/999', asRoot, 404, notFound],
    ['a runner that is not linked', 'DELETE /projects/271/runners/86', asRoot, 404, nothingThere],
    ['commits of no project', 'GET /commits?project_id=999&project_token=x', {}, 404, notFound],
    [
      'a fork of no project of GitLab',
      'POST /forks',
      json({ project_id: 271, data: { a: 1 }, project_token: 'x', private_token: 'x' }),
      404,
      notFound,
    ],
    ['a build that is not there', `PUT /builds/999?token=${runner85}`, {}, 404, notFound],
    ['nothing to do', `POST /builds/register?token=${runner86}`, {}, 404, nothingThere],
  ])
  await holdStory(
    t,
    gitlab,
    [['a runner that is paused', `POST /builds/register?token=${runner85}`, {}, 404, nothingThere]],
    { 'v1.runners': { 85: { active: false } } },
  )
})

t.test('a required attribute is missing where it is blank; the first that is missing is told', async t => {
  const create = 'POST /projects'
  const register = 'POST /runners/register'
  const { name, gitlab_id } = shell
  const blanks: [what: string, value: unknown][] = [
    ['null', null],
    ['an empty text', ''],
    ['blanks', '  '],
    ['an empty hash', {}],
    ['an empty list', []],
  ]
  const push = { ref: 'refs/heads/master' }
  await holdFacts(t, gitlab, [
    ...blanks.flatMap(([what, value]): Fact[] => [
      [`${what}: a text`, create, json({ ...placed, name: value }), 400, notGiven('name')],
      [`${what}: a number`, create, json({ ...placed, gitlab_id: value }), 400, notGiven('gitlab_id')],
      [
        `${what}: a hash`,
        'POST /commits',
        json({ project_id: 1, data: value, project_token: 'x' }),
        400,
        notGiven('data'),
      ],
      [`${what}: a token`, register, json({ token: value }), 400, notGiven('token')],
    ]),
    ['the name first', create, json({}), 400, notGiven('name')],
    ['then the GitLab id', create, json({ name }), 400, notGiven('gitlab_id')],
    [
      'then the repo; path and url are none of it',
      create,
      json({ name, gitlab_id }),
      400,
      notGiven('ssh_url_to_repo'),
    ],
    ['registration asks for no public key', register, json({ token: 'registration-token-1' }), 201],
    ['a runner that goes: presence before the token', 'DELETE /runners/delete', {}, 400, notGiven('token')],
    ['commits: the project', 'GET /commits', {}, 400, notGiven('project_id')],
    ['then its token', 'GET /commits?project_id=999', {}, 400, notGiven('project_token')],
    [
      'a push: the project',
      'POST /commits',
      json({ data: push, project_token: 'x' }),
      400,
      notGiven('project_id'),
    ],
    ['then the data', 'POST /commits', json({ project_id: 999 }), 400, notGiven('data')],
    [
      'then the token',
      'POST /commits',
      json({ project_id: 999, data: push }),
      400,
      notGiven('project_token'),
    ],
    ['a fork: the project', 'POST /forks', json({}), 400, notGiven('project_id')],
    ['then the data', 'POST /forks', json({ project_id: 3 }), 400, notGiven('data')],
    [
      'then the project’s token',
      'POST /forks',
      json({ project_id: 3, data: { id: 9 } }),
      400,
      notGiven('project_token'),
    ],
    [
      'then the user’s, which no header brings',
      'POST /forks',
      json({ project_id: 999, data: { id: 9 }, project_token: 'x' }),
      400,
      notGiven('private_token'),
    ],
  ])
})

t.test('projects are listed without scripts and with a path, by pages of which no header tells', async t => {
  await holdFacts(t, gitlab, [
    ['all that the user has access to', 'GET /projects', asRoot, 200, [project271, project272]],
    ['those that the user owns', 'GET /projects/owned', asRoot, 200, [project272]],
    ['none are an empty list', 'GET /projects', { as: stranger }, 200, []],
    ['a page', 'GET /projects?per_page=1&page=2', asRoot, 200, [project272]],
    ['beyond the last', 'GET /projects?page=2', asRoot, 200, []],
    [
      'no number of a page is the first',
      'GET /projects?page=x&per_page=y',
      asRoot,
      200,
      [project271, project272],
    ],
    ['owned, by pages', 'GET /projects/owned?page=2', asRoot, 200, []],
  ])
})

t.test('a project is created at POST /projects', async t => {
  const create = 'POST /projects'
  const by = (place: object) => json({ ...shell, ...place })
  const taken = { message: 'Gitlab has already been taken' }
  await holdFacts(t, gitlab, [
    ['by its path', create, json(placed), 201, project273],
    [
      'by its url, of which the last two segments are the path',
      create,
      by({ gitlab_url: 'http://demo.gitlab.com/a/b/c' }),
      201,
      {
        ...project273,
        gitlab_url: 'http://demo.gitlab.com/a/b/c',
        path: 'b/c',
      },
    ],
    [
      'the path goes before the url',
      create,
      by({ path: 'a/b', gitlab_url: 'http://demo.gitlab.com/c/d' }),
      201,
      {
        ...project273,
        gitlab_url: 'http://demo.gitlab.com/a/b',
        path: 'a/b',
      },
    ],
    [
      'with a branch',
      create,
      json({ ...placed, default_ref: 'dev' }),
      201,
      { ...project273, default_ref: 'dev' },
    ],
    ['as a form', create, { as: root, form: { ...placed, gitlab_id: '7' } }, 201, project273],
    ['scripts are nothing to it', create, json({ ...placed, scripts: 'make' }), 201, project273],
    [
      'names may repeat',
      create,
      json({ ...placed, name: 'gitlab-ci' }),
      201,
      { ...project273, name: 'gitlab-ci' },
    ],
    ['neither path nor url: the server fails', create, json(shell), 500, failure],
    ['nor does null help', create, by({ path: null }), 500, failure],
    ['a project of GitLab has one CI project', create, json({ ...placed, gitlab_id: 3 }), 400, taken],
    ['a blank path', create, by({ path: '' }), 400, { message: "Path can't be blank" }],
    [
      'a blank branch',
      create,
      json({ ...placed, default_ref: ' ' }),
      400,
      { message: "Default ref can't be blank" },
    ],
    [
      'all at once',
      create,
      json({ ...shell, gitlab_id: 3, path: '', default_ref: '' }),
      400,
      {
        message: "Default ref can't be blank, Path can't be blank, Gitlab has already been taken",
      },
    ],
    ['a GitLab id is cast', create, json({ ...placed, gitlab_id: '7th' }), 201, project273],
    ['a hash for a name is more than it can take', create, json({ ...placed, name: { a: 1 } }), 500, failure],
  ])
})

t.test('a project is changed', async t => {
  const change = 'PUT /projects/272'
  const blank = {
    name: '',
    gitlab_id: null,
    path: ' ',
    default_ref: '',
    ssh_url_to_repo: null,
    gitlab_url: '',
  }
  const moved = { ...project272, path: 'a/b', gitlab_url: 'http://demo.gitlabhq.com/a/b' }
  await holdFacts(t, gitlab, [
    ['nothing changes nothing', change, asRoot, 200, project272],
    ['what is blank is ignored', change, json(blank), 200, project272],
    ['scripts are nothing to it', change, json({ scripts: 'make' }), 200, project272],
    ['a name may repeat', change, json({ name: 'gitlabhq' }), 200, { ...project272, name: 'gitlabhq' }],
    ['a path takes the url along', change, json({ path: 'a/b' }), 200, moved],
    [
      'a GitLab id that is taken',
      change,
      json({ gitlab_id: 3 }),
      400,
      { message: 'Gitlab has already been taken' },
    ],
    ['but by itself', change, json({ gitlab_id: 4 }), 200, project272],
    [
      'the url is no column of its own any more',
      change,
      json({ gitlab_url: 'http://a.example.com/a/b' }),
      500,
      failure,
    ],
    [
      'told after who may',
      'PUT /projects/271',
      json({ gitlab_url: 'http://a.example.com/a/b' }, developer),
      401,
      unauthorized,
    ],
  ])
})

t.test('what is removed is answered with its whole row, and a second time not found', async t => {
  const row = {
    id: 271,
    name: 'gitlabhq',
    timeout: 1800,
    created_at: '2014-03-02T09:00:00.000Z',
    updated_at: '2014-03-02T09:00:00.000Z',
    token: token271,
    default_ref: 'master',
    path: 'gitlab/gitlab-shell',
    always_build: false,
    polling_interval: null,
    public: false,
    ssh_url_to_repo: 'git@demo.gitlab.com:gitlab/gitlab-shell.git',
    gitlab_id: 3,
    allow_git_fetch: true,
    email_recipients: '',
    email_add_pusher: true,
    email_only_broken_builds: true,
    skip_refs: null,
    coverage_regex: null,
    shared_runners_enabled: true,
    generated_yaml_config: null,
  }
  const made = {
    ...row,
    id: 273,
    name: 'my-shell',
    timeout: 3600,
    created_at: now,
    updated_at: now,
    token: madeUp(30),
    path: 'root/my-shell',
    ssh_url_to_repo: shell.ssh_url_to_repo,
    gitlab_id: 7,
    shared_runners_enabled: false,
  }
  const link = {
    id: 2,
    runner_id: 85,
    project_id: 271,
    created_at: '2014-03-03T09:16:00.000Z',
    updated_at: '2014-03-03T09:16:00.000Z',
  }
  const runner = {
    id: 86,
    token: madeUp(20),
    created_at: '2014-03-03T09:12:40.000Z',
    updated_at: '2014-03-03T09:12:40.000Z',
    description: null,
    contacted_at: null,
    active: true,
    is_shared: false,
    name: null,
    version: null,
    revision: null,
    platform: null,
    architecture: null,
  }
  await holdStory(t, gitlab, [
    ['a link', 'DELETE /projects/271/runners/85', asRoot, 200, link],
    [
      'a second DELETE of a link is 404 Not Found',
      'DELETE /projects/271/runners/85',
      asRoot,
      404,
      nothingThere,
    ],
    ['a project', 'DELETE /projects/271', asRoot, 200, row],
    ['a second DELETE of a project is 404 Not found', 'DELETE /projects/271', asRoot, 404, notFound],
    ['a project of today', 'POST /projects', json(placed), 201, project273],
    ['has the defaults of the database', 'DELETE /projects/273', asRoot, 200, made],
    ['a runner, by its token in the query', `DELETE /runners/delete?token=${runner86}`, {}, 200, runner],
    ['a second DELETE of a runner is 403', `DELETE /runners/delete?token=${runner86}`, {}, 403, forbidden],
  ])
})

t.test('a runner is linked once; a second link is 400 without a word', async t => {
  const link = 'POST /projects/272/runners/86'
  await holdStory(t, gitlab, [
    ['three fields', link, asRoot, 201, { id: 3, project_id: 272, runner_id: 86 }],
    ['the second', link, asRoot, 400, { message: '' }],
    ['who may is told before', 'POST /projects/271/runners/85', asDeveloper, 401, unauthorized],
  ])
})

const register = 'POST /builds/register'
const poll = (token: string | undefined): Asked => ({ json: { token } })
const pushOf = (change: object = {}) => ({
  before: 'b'.repeat(40),
  after: 'c'.repeat(40),
  ref: 'refs/heads/master',
  commits: [
    { id: 'b'.repeat(40), message: 'Before it' },
    { id: 'c'.repeat(40), message: 'Build', author: { name: 'Administrator', email: 'admin@example.com' } },
  ],
  ...change,
})
const pushed = (change: object = {}, project_id = 271, project_token = token271): Asked => ({
  json: { project_id, project_token, data: pushOf(change) },
})
const push = 'POST /commits'
const list = `GET /commits?project_id=271&project_token=${token271}&per_page=1&page=3`

const build79 = {
  id: 79,
  commands: '',
  ref: '',
  sha: '',
  project_id: 6,
  repo_url: `http://gitlab-ci-token:${token6}@demo.gitlab.com/gitlab/gitlab-shell.git`,
  before_sha: '',
  timeout: 1800,
  allow_git_fetch: true,
  project_name: 'gitlab-shell',
  options: {},
  variables: [],
}

t.test(
  'a runner of the registration token is shared, one of a project’s token is that project’s',
  async t => {
    const { v1 } = gitlab.world('sharing')
    const made = async (token: string) => {
      const { status, body } = await ask(v1, 'POST /runners/register', {
        json: { token, tag_list: 'ruby, mysql' },
      })
      t.equal(status, 201)
      t.match(body.token, /^[0-9a-f]{30}$/, 'its token has 30 digits')
      return body.token as string
    }
    const shared = await made('registration-token-1')
    const own = await made(token6)
    t.strictSame((await ask(v1, register, poll(shared))).body, nothingThere, 'a project has to share runners')
    t.strictSame((await ask(v1, register, poll(own))).body, build79, 'and its own does without')
    await ask(v1, push, pushed())
    t.strictSame((await ask(v1, register, poll(own))).body, nothingThere, 'which takes no other project’s')
    t.equal((await ask(v1, register, poll(shared))).body.project_id, 271, 'one that shares them is enough')
    const rows = await Promise.all(
      [shared, own].map(
        async token => (await ask(v1, `DELETE /runners/delete?token=${token}`)).body.is_shared,
      ),
    )
    t.strictSame(rows, [true, false])
  },
)

t.test('a build is handed out with all that a runner of 2015 needs', async t => {
  await holdStory(t, gitlab, [
    ['its fields in their order, no path among them', register, poll(runner85), 201, build79],
    ['once', register, poll(runner85), 404, nothingThere],
    ['true after a final state', 'PUT /builds/79', { json: { token: runner85, state: 'failed' } }, 200, true],
    [
      'a second final state is not found',
      'PUT /builds/79',
      { json: { token: runner85, state: 'failed' } },
      404,
      notFound,
    ],
  ])
  const variables = [{ key: 'SECRET_KEY', value: 'secret' }]
  const told = [{ ...variables[0], public: false }]
  await holdStory(
    t,
    gitlab,
    [
      [
        'variables of the project are told, and not public',
        register,
        poll(runner85),
        201,
        { ...build79, variables: told },
      ],
    ],
    { 'v1.projects': { 6: { variables } } },
  )
})

t.test('reports', async t => {
  const report = 'PUT /builds/79'
  const running = { 'v1.builds': { 79: { status: 'running', runner_id: 85, trace: 'a' } } }
  const sent = (body: object): Asked => ({ json: { token: runner85, ...body } })
  await holdFacts(
    t,
    gitlab,
    [
      ['success is answered true', report, sent({ state: 'success' }), 200, 'true'],
      ['failed is answered true', report, sent({ state: 'failed' }), 200, 'true'],
      ['running is answered null', report, sent({ state: 'running' }), 200, 'null'],
      ['so is any other state', report, sent({ state: 'canceled' }), 200, 'null'],
      ['none', report, sent({}), 200, 'null'],
      ['one that is no text', report, sent({ state: { a: 1 } }), 200, 'null'],
      ['a trace alone', report, sent({ trace: '$ ls\n' }), 200, 'null'],
      ['a trace that is null', report, sent({ trace: null }), 200, 'null'],
      ["another runner's build is not found", report, sent({ token: runner86 }), 404, notFound],
      ['an id is what it begins with', 'PUT /builds/79th', sent({}), 200, 'null'],
      ['-1 is nobody’s', `PUT /builds/-1?token=${runner85}`, {}, 404, notFound],
    ],
    running,
  )
  for (const status of ['pending', 'success', 'failed', 'canceled'])
    await holdStory(
      t,
      gitlab,
      [[`one that is ${status}`, report, sent({ state: 'success' }), 404, notFound]],
      {
        'v1.builds': { 79: { status, runner_id: 85 } },
      },
    )
})

t.test('what a runner tells of itself is kept when it gets a build', async t => {
  const info = {
    name: 'gitlab-ci-multi-runner',
    version: '0.6.0',
    revision: '3227f0a',
    platform: 'linux',
    architecture: 'amd64',
  }
  const row = async (name: string, asked: Asked, contacted_at: string | null = null) => {
    const world = gitlab.world(name)
    world.patch({ 'v1.runners': { 85: { contacted_at }, 86: { contacted_at } } })
    await ask(world.v1, register, asked)
    const { token } = asked.json as { token: string }
    return (await ask(world.v1, `DELETE /runners/delete?token=${token}`)).body
  }
  const kept = await row('info', {
    json: { token: runner85, info: { ...info, features: {}, platform: ' ' } },
  })
  t.hasStrict(kept, { ...info, platform: null, contacted_at: now }, 'but for what is blank')
  t.hasStrict(await row('no-build', { json: { token: runner86, info } }), { name: null, contacted_at: now })
  t.hasStrict(await row('no-info', { json: { token: runner85, info: 'linux' } }), { name: null })
  const recent = secondsAgo(59)
  t.equal(
    (await row('recent', poll(runner86), recent)).contacted_at,
    recent,
    'contacts are noted once a minute',
  )
  t.equal((await row('old', poll(runner86), secondsAgo(60))).contacted_at, now)
})

t.test('the oldest build goes first, to a runner that has all its tags', async t => {
  const world = gitlab.world('tags')
  const build = {
    project_id: 271,
    commit_id: 1,
    runner_id: null,
    status: 'pending',
    commands: 'ls',
    path: '',
    ref: 'master',
  }
  const more = {
    sha: 'a',
    before_sha: 'b',
    repo_url: '',
    trace: null,
    started_at: null,
    finished_at: null,
    updated_at: now,
  }
  const row = (created_at: string, tag_list: string[]) => ({ ...build, ...more, created_at, tag_list })
  world.patch({
    'v1.builds': {
      79: null,
      90: row('2014-03-05T12:00:00.000Z', []),
      91: row('2014-03-05T11:00:00.000Z', ['ruby', 'mysql']),
      92: row('2014-03-05T10:00:00.000Z', ['windows']),
    },
    'v1.runners': { 85: { tag_list: ['mysql', 'ruby', 'linux'] } },
  })
  const next = async (token: string | undefined) => (await ask(world.v1, register, poll(token))).body.id
  t.strictSame([await next(runner85), await next(runner85), await next(runner85)], [91, 90, undefined])
  await ask(world.v1, 'POST /projects/271/runners/86', asRoot)
  t.equal(await next(runner86), undefined, 'one without tags takes none that has any')
  world.patch({
    'v1.builds': { 91: { status: 'pending', runner_id: null } },
    'v1.runners': { 86: { tag_list: ['ruby'] } },
  })
  t.equal(await next(runner86), undefined, 'nor does one that has some of them')
})

const commit3 = {
  id: 3,
  ref: 'master',
  sha: 'c'.repeat(40),
  project_id: 271,
  before_sha: 'b'.repeat(40),
  created_at: now,
  status: 'pending',
  finished_at: null,
  duration: 0,
  git_commit_message: 'Build',
  git_author_name: 'Administrator',
  git_author_email: 'admin@example.com',
}
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
  coverage: null,
  commands: 'ls',
  job_id: null,
  name: null as string | null,
  deploy: false,
  options: {},
  allow_failure: false,
  stage: 'test',
  trigger_request_id: null,
}

t.test('a push makes a commit, with the rows of its builds', async t => {
  const whole = { ...commit3, builds: [build80] }
  const mute = { git_commit_message: null, git_author_name: null, git_author_email: null }
  const skipped = (message: string) => ({ commits: [{ id: 'c'.repeat(40), message }] })
  await holdFacts(t, gitlab, [
    ['without .gitlab-ci.yml, one build of the scripts', push, pushed(), 201, whole],
    [
      'as a nested form',
      push,
      {
        form: {
          project_id: '271',
          project_token: token271!,
          'data[before]': 'b'.repeat(40),
          'data[after]': 'c'.repeat(40),
          'data[ref]': 'refs/heads/master',
        },
      },
      201,
      { ...whole, ...mute },
    ],
    [
      'the sha to check out goes before the other',
      push,
      pushed({ checkout_sha: 'd'.repeat(40) }),
      201,
      { ...whole, sha: 'd'.repeat(40), ...mute },
    ],
    ['a tag', push, pushed({ ref: 'refs/tags/v1.0' }), 201, { ...whole, ref: 'v1.0' }],
    [
      '[ci skip] in the last message',
      push,
      pushed(skipped('Text [ci skip] only')),
      201,
      { ...commit3, ...mute, git_commit_message: 'Text [ci skip] only', status: 'skipped', builds: [] },
    ],
    [
      'but not in an earlier one',
      push,
      pushed({ commits: [{ id: 'b'.repeat(40), message: '[ci skip]' }, pushOf().commits[1]] }),
      201,
      whole,
    ],
    ['no sha before it', push, pushed({ before: undefined }), 500, failure],
    ['no ref', push, pushed({ ref: null }), 500, failure],
    ['no sha', push, pushed({ after: undefined }), 500, failure],
    ['the end of a branch', push, pushed({ after: '0'.repeat(40) }), 500, failure],
    [
      'data that is no hash',
      push,
      { json: { project_id: 271, project_token: token271, data: 'push' } },
      500,
      failure,
    ],
    ['who asks is told before', push, pushed({ ref: null }, 6), 403, forbidden],
    ['what is not there, too', push, pushed({ ref: null }, 999), 404, notFound],
  ])
  await holdStory(t, gitlab, [
    ['the same sha again', push, pushed(), 201, whole],
    ['is answered as it is', push, pushed({ before: 'e'.repeat(40) }), 201, whole],
    [
      'another ref is another commit',
      push,
      pushed({ ref: 'refs/heads/a/b' }),
      201,
      { ...commit3, id: 4, ref: 'a/b', builds: [{ ...build80, id: 81, commit_id: 4 }] },
    ],
  ])
})

const yaml = `
image: ruby:2.1
services:
  - postgres
before_script:
  - bundle install
variables:
  DB_NAME: postgres
types:
  - test
  - deploy
  - notify
rspec:
  script: rake spec
  tags:
    - ruby
spinach:
  script: rake spinach
  allow_failure: true
  except:
    - tags
production:
  type: deploy
  image: alpine
  script:
    - cap deploy
    - cap notify
  only:
    - master
    - /^deploy-.*$/
dockerhub:
  type: notify
  script: curl
  only:
    - branches
`

t.test('builds are made of .gitlab-ci.yml, stage by stage', async t => {
  const world = gitlab.world('yaml')
  const { v1 } = world
  const runner = (await ask(v1, 'POST /runners/register', { json: { token: token271, tag_list: 'ruby' } }))
    .body.token
  const builds = async () => {
    const [commit] = (await ask(v1, list)).body
    return [
      commit.status,
      ...commit.builds.map((build: { name: string; status: string }) => `${build.name} ${build.status}`),
    ]
  }
  const next = async () => (await ask(v1, register, poll(runner))).body
  const end = (id: number, state: string) => ask(v1, `PUT /builds/${id}`, { json: { token: runner, state } })

  const made = await ask(v1, push, pushed({ ci_yaml_file: yaml }))
  const options = { image: 'ruby:2.1', services: ['postgres'] }
  const rspec = { ...build80, commands: 'bundle install\nrake spec', name: 'rspec', options }
  const spinach = {
    ...rspec,
    id: 81,
    commands: 'bundle install\nrake spinach',
    name: 'spinach',
    allow_failure: true,
  }
  t.equal(made.text, JSON.stringify({ ...commit3, builds: [rspec, spinach] }), 'those of the first stage')
  t.equal(
    JSON.stringify(await next()),
    JSON.stringify({
      ...{ id: 80, commands: 'bundle install\nrake spec', ref: 'master', sha: commit3.sha, project_id: 271 },
      repo_url: `http://gitlab-ci-token:${token271}@demo.gitlabhq.com/gitlab/gitlab-shell.git`,
      ...{
        before_sha: commit3.before_sha,
        timeout: 1800,
        allow_git_fetch: true,
        project_name: 'gitlabhq',
        options,
      },
      variables: [{ key: 'DB_NAME', value: 'postgres', public: true }],
    }),
    'its runner is told the image, the services and the variables',
  )
  t.strictSame(await builds(), ['running', 'rspec running', 'spinach pending'])
  await next()
  await end(80, 'success')
  t.strictSame(await builds(), ['running', 'rspec success', 'spinach running'])
  await end(81, 'failed')
  t.strictSame(
    await builds(),
    ['running', 'rspec success', 'spinach failed', 'production pending'],
    'one that may fail holds up nothing',
  )
  const { id, commands, options: own } = await next()
  t.strictSame(
    [id, commands, own],
    [82, 'bundle install\ncap deploy\ncap notify', { ...options, image: 'alpine' }],
  )
  await end(82, 'success')
  t.strictSame((await builds()).slice(3), ['production success', 'dockerhub pending'])
  await next()
  await end(83, 'failed')
  t.strictSame((await builds())[0], 'failed')
  t.equal((await next()).message, '404 Not Found', 'the last stage is the last')
})

t.test('which jobs are for a push', async t => {
  const job = (more: string) => `a: { script: ls, ${more} }\nb: { script: ls }`
  const both = ['a', 'b']
  const rows: [what: string, yaml: string, ref: string, names: string[]][] = [
    ['only a branch', job('only: [master]'), 'heads/master', both],
    ['only another', job('only: [stable]'), 'heads/master', ['b']],
    ['only branches', job('only: [branches]'), 'heads/master', both],
    ['a tag is none', job('only: [branches]'), 'tags/v1', ['b']],
    ['only tags', job('only: [tags]'), 'tags/v1', both],
    ['only a pattern', job('only: [/^deploy-.*$/]'), 'heads/deploy-1', both],
    ['in the words of Ruby', String.raw`a: { script: ls, only: ['/\Adeploy\z/'] }`, 'heads/deploy', ['a']],
    ['that fits', job('only: [/^deploy-.*$/]'), 'heads/no-deploy-1', ['b']],
    ['all except', job('except: [master]'), 'heads/master', ['b']],
    ['all except tags', job('except: [tags]'), 'heads/master', both],
    ['only goes before except', job('only: [master], except: [master]'), 'heads/master', both],
    [
      'no name of a stage is "test"',
      'a: { script: ls }\nb: { script: ls, stage: build }',
      'heads/master',
      ['b'],
    ],
  ]
  for (const [index, [what, ci_yaml_file, ref, names]] of rows.entries()) {
    const { v1 } = gitlab.world(`jobs-${index}`)
    const { body } = await ask(v1, push, pushed({ ci_yaml_file, ref: `refs/${ref}` }))
    t.strictSame(
      body.builds?.map(({ name }: { name: string }) => name),
      names,
      what,
    )
  }
  const none: [what: string, yaml: string, status: string][] = [
    ['no job is for it', 'a: { script: ls, only: [stable] }', 'skipped'],
    ['no YAML', 'a: [', 'failed'],
    ['no hash', 'a', 'failed'],
    ['nothing', '', 'failed'],
    ['no jobs', 'image: ruby', 'failed'],
    ['what is no job', 'a: b', 'failed'],
    ['a job without a script', 'a: { tags: [ruby] }', 'failed'],
    ['a stage that is none', 'a: { script: ls, stage: paint }', 'failed'],
    ['what no job may say', 'a: { script: ls, when: always }', 'failed'],
    ['a script that is a number', 'a: { script: 5 }', 'failed'],
    ['a variable that is a number', 'variables: { A: 5 }\na: { script: ls }', 'failed'],
  ]
  for (const [index, [what, ci_yaml_file, status]] of none.entries()) {
    const { v1 } = gitlab.world(`none-${index}`)
    const { status: code, body } = await ask(v1, push, pushed({ ci_yaml_file }))
    t.strictSame([code, body.status, body.builds], [201, status, []], what)
  }
  const odd = await ask(
    gitlab.world('odd').v1,
    push,
    pushed({ ci_yaml_file: 'a: { script: ls, only: [/(/] }' }),
  )
  t.strictSame([odd.status, odd.text], [500, failure], 'a pattern that is none')
})

t.test('the status and the duration of a commit are those of its latest builds', async t => {
  const base = {
    ...build80,
    commit_id: 1,
    path: '',
    ref: 'master',
    sha: 'a',
    before_sha: 'b',
    repo_url: '',
    trace: null,
    id: undefined,
  }
  const rows: [what: string, status: string, builds: object[], duration?: number][] = [
    ['no builds', 'skipped', []],
    ['all pending', 'pending', [{ status: 'pending' }, { status: 'pending' }]],
    ['one that is over', 'running', [{ status: 'success' }, { status: 'pending' }]],
    ['one that failed', 'failed', [{ status: 'failed' }, { status: 'success' }]],
    ['one that may', 'success', [{ status: 'failed', allow_failure: true }, { status: 'success' }]],
    ['all canceled', 'canceled', [{ status: 'canceled' }, { status: 'canceled' }]],
    ['some canceled', 'failed', [{ status: 'canceled' }, { status: 'success' }]],
    [
      'a further try',
      'success',
      [
        { status: 'failed', name: 'a' },
        { status: 'success', name: 'a' },
      ],
    ],
    [
      'seconds that ran, cut',
      'success',
      [{ status: 'success', started_at: secondsAgo(9.9), finished_at: now }],
      9,
    ],
    ['those that still run count', 'running', [{ status: 'running', started_at: secondsAgo(5) }], 5],
  ]
  for (const [index, [what, status, builds, duration = 0]] of rows.entries()) {
    const world = gitlab.world(`status-${index}`)
    const made = builds.map((build, place) => [90 + place, { ...base, name: `job ${place}`, ...build }])
    world.patch({ 'v1.builds': { 77: null, ...Object.fromEntries(made) } })
    const [first] = (await ask(world.v1, list.replace('page=3', 'page=1'))).body
    t.strictSame([first.status, first.duration], [status, duration], what)
  }
})

t.test('commits are listed by pages, the one that was pushed last at the end', async t => {
  const world = gitlab.world('pages')
  const row = {
    ref: 'master',
    project_id: 271,
    before_sha: '0',
    created_at: now,
    git_commit_message: null,
    git_author_name: null,
    git_author_email: null,
  }
  const many = Array.from({ length: 30 }, (_, index) => [index + 10, { ...row, sha: `${index}` }])
  world.patch({
    'v1.commits': {
      1: null,
      2: null,
      ...Object.fromEntries(many),
      5: { ...row, sha: 'x', committed_at: now },
    },
  })
  const ids = async (query: string) => {
    const { headers, body } = await ask(
      world.v1,
      `GET /commits?project_id=271&project_token=${token271}${query}`,
    )
    t.notOk(headers.has('link') || headers.has('x-total'), 'no header tells of pages')
    return body.map(({ id }: { id: number }) => id)
  }
  t.equal((await ids('')).length, 20, 'twenty on a page')
  t.equal((await ids('&per_page=1000')).length, 31, 'or any number')
  t.strictSame((await ids('&page=2')).at(-1), 5, 'that of the last push is the last')
  for (const odd of ['0', '-3', 'many']) t.equal((await ids(`&per_page=${odd}`)).length, 25, `${odd} are 25`)
  for (const odd of ['0', '-1', 'last'])
    t.equal((await ids(`&per_page=2&page=${odd}`))[0], 10, `${odd} is the first`)
})

t.test('a fork is told of by GitLab itself', async t => {
  const fork = {
    id: 24,
    name_with_namespace: 'Developer / gitlabhq',
    path_with_namespace: 'developer/gitlabhq',
    default_branch: 'main',
    ssh_url_to_repo: 'git@demo.gitlab.com:developer/gitlabhq.git',
  }
  const forked = (data: object, more: object = {}): Asked => ({
    json: {
      project_id: 3,
      data: { ...fork, ...data },
      project_token: token271,
      private_token: developer,
      ...more,
    },
  })
  const made = {
    ...project273,
    name: 'Developer / gitlabhq',
    default_ref: 'main',
    gitlab_url: 'http://demo.gitlabhq.com/developer/gitlabhq',
    path: 'developer/gitlabhq',
    ssh_url_to_repo: fork.ssh_url_to_repo,
    gitlab_id: 24,
  }
  await holdFacts(t, gitlab, [
    ['a new project', 'POST /forks', forked({}), 201, made],
    [
      'a name may repeat',
      'POST /forks',
      forked({ name_with_namespace: 'gitlab-ci' }),
      201,
      { ...made, name: 'gitlab-ci' },
    ],
    ['a bad token of the project', 'POST /forks', forked({}, { project_token: 'x' }), 403, forbidden],
    ['a bad token of the user is a failure', 'POST /forks', forked({}, { private_token: 'x' }), 500, failure],
    ['told last', 'POST /forks', forked({}, { project_token: 'x', private_token: 'x' }), 403, forbidden],
    ['a GitLab id that is taken is one as well', 'POST /forks', forked({ id: 4 }), 500, failure],
    ['so is a name that lacks', 'POST /forks', forked({ name_with_namespace: null }), 500, failure],
    [
      'and data that is no hash',
      'POST /forks',
      { json: { project_id: 3, data: 'x', project_token: token271, private_token: developer } },
      500,
      failure,
    ],
  ])
  const { v1 } = gitlab.world('fork')
  await ask(v1, 'POST /forks', forked({}))
  const { body } = await ask(v1, 'GET /projects/owned', asDeveloper)
  t.strictSame(
    body.map(({ id }: { id: number }) => id),
    [273],
    'whose it is',
  )
  const { body: row } = await ask(v1, 'DELETE /projects/273', asDeveloper)
  t.equal(row.shared_runners_enabled, true, 'it shares runners as the first does')
})

t.test('project 6 is for its owner', async t => {
  await holdStory(t, gitlab, [['who may read it', 'GET /projects/6', { as: username }, 200]], usernameToken)
  await holdStory(t, gitlab, [
    ['nor may an owner of others', 'GET /projects/6', { as: owner }, 401, unauthorized],
  ])
})
