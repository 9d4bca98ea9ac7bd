import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'
import {
  holdAllow,
  holdRows,
  invalid,
  multipart,
  noType,
  notFound,
  notGiven,
  taken,
  typed,
  unauthorized,
  unprocessable,
  unreadable,
} from './rows.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { root, developer, stranger, expired } = gitlab.tokens

const create = 'POST /forks'
const [token271, token6] = ['iPWx6WM4lhHNedGfBpPJNP', 'projectsixtoken6789']
const fork = {
  id: 24,
  name_with_namespace: 'Developer / gitlabhq',
  path_with_namespace: 'developer/gitlabhq',
  default_branch: 'main',
  ssh_url_to_repo: 'git@demo.gitlab.com:developer/gitlabhq.git',
}
const asked = { project_id: 3, data: fork, project_token: token271, private_token: developer }
const forked = (change: object): Asked => ({ json: { ...asked, data: { ...fork, ...change } } })
const but = (change: object): Asked => ({ json: { ...asked, ...change } })

/** As GitLab itself sends it. */
const nested = {
  project_id: '3',
  project_token: token271!,
  private_token: developer!,
  'data[id]': '24',
  'data[name_with_namespace]': fork.name_with_namespace,
  'data[path_with_namespace]': fork.path_with_namespace,
  'data[default_branch]': fork.default_branch,
  'data[ssh_url_to_repo]': fork.ssh_url_to_repo,
}

t.test('a fork is a project of who forks', async t => {
  const world = gitlab.world('story')
  const url = 'url=http://demo.gitlab.com/'
  world.patch({ 'v1.projects': { 271: { scripts: 'make', public: true } } })
  const { status, body: made } = await ask(world.v1, create, { form: nested })
  t.equal(status, 201)
  t.match(made.token, /^[0-9a-f]{30}$/)
  t.not(made.token, token271, 'with a token of its own')
  t.strictSame(made, {
    id: 273,
    name: 'Developer / gitlabhq',
    timeout: 1800,
    scripts: 'make',
    token: made.token,
    default_ref: 'main',
    gitlab_url: 'http://demo.gitlabhq.com/developer/gitlabhq',
    always_build: false,
    polling_interval: null,
    public: true,
    ssh_url_to_repo: 'git@demo.gitlab.com:developer/gitlabhq.git',
    gitlab_id: 24,
  })
  const owned = await ask(world.v1, `GET /projects/owned?${url}`, { as: developer })
  t.strictSame(owned.body, [made], 'whose it is')
  t.equal((await ask(world.v1, `GET /projects/273?${url}`, { as: root })).status, 403, 'theirs alone')
  const commits = `GET /commits?project_id=273&project_token=${made.token}`
  t.strictSame((await ask(world.v1, commits)).body, [], 'without the commits of the first')
  const second = { ...fork, id: 25, name_with_namespace: 'Stranger / gitlabhq' }
  const again = { project_id: 24, data: second, project_token: made.token, private_token: stranger }
  t.equal((await ask(world.v1, create, { json: again })).body.id, 274, 'a fork may be forked')
  t.equal((await ask(world.v1, `DELETE /projects/273?${url}`, { as: developer })).status, 200)
  t.equal((await ask(world.v1, create, { json: again })).status, 404)
})

t.test('both tokens are asked for, as attributes', async t => {
  const { private_token: _, ...withoutUser } = asked
  await holdRows(t, gitlab, [
    ['both in a JSON body', create, but({}), 201],
    [
      'both in the query',
      `${create}?private_token=${developer}&project_token=${token271}`,
      but({ private_token: undefined, project_token: undefined }),
      201,
    ],
    ['without a url: GitLab itself asks', create, but({ url: undefined }), 201],
    ["no project's", create, but({ project_token: undefined }), notGiven('project_token')],
    ['a blank one', create, but({ project_token: '' }), notGiven('project_token')],
    ["another project's", create, but({ project_token: token6 }), unauthorized],
    ['for another project', create, but({ project_id: 2 }), unauthorized],
    ['for that one its own', create, but({ project_id: 2, project_token: token6 }), 201],
    ["no user's", create, { json: withoutUser }, notGiven('private_token')],
    ["a user's in the header", create, { json: withoutUser, as: developer }, notGiven('private_token')],
    ["a user's that is blank", create, but({ private_token: '' }), notGiven('private_token')],
    ['nobody’s', create, but({ private_token: 'bad' }), unauthorized],
    ['one whose time is over', create, but({ private_token: expired }), unauthorized],
    ['a hash', create, but({ private_token: { a: developer } }), unauthorized],
    [
      "a list of a project's",
      `${create}?project_token[]=${token271}`,
      but({ project_token: undefined }),
      unauthorized,
    ],
    ['neither', create, but({ project_token: null, private_token: null }), notGiven('project_token')],
  ])
})

t.test('what lacks, in order; what is taken; what makes no fork', async t => {
  const tokens = { project_token: token271, private_token: developer }
  const wrong = { ...tokens, project_token: 'bad' }
  await holdRows(t, gitlab, [
    ['the project is asked for first', create, { json: tokens }, notGiven('project_id')],
    ['with or without tokens', create, {}, notGiven('project_id')],
    ['the fork second', create, { json: { ...tokens, project_id: 3 } }, notGiven('data')],
    [
      'before the project’s token is looked at',
      create,
      { json: { ...wrong, project_id: 3 } },
      notGiven('data'),
    ],
    ['as is whether the project is there', create, but({ ...wrong, project_id: 999 }), notFound],
    ['but a user must be one', create, { json: { ...tokens, private_token: 'bad' } }, unauthorized],
    ['the id is that of GitLab, not of GitLab CI', create, but({ project_id: 271 }), notFound],
    ['a project of GitLab has one CI project', create, forked({ id: 4 }), taken('gitlab_id')],
    ['a name is given once', create, forked({ name_with_namespace: 'gitlab-ci' }), taken('name')],
    ['no id', create, forked({ id: undefined }), unprocessable],
    ['no name', create, forked({ name_with_namespace: '' }), unprocessable],
    ['no path', create, forked({ path_with_namespace: undefined }), unprocessable],
    ['no repo', create, forked({ ssh_url_to_repo: undefined }), unprocessable],
    ['nothing', create, but({ data: {} }), unprocessable],
    ['a text', create, but({ data: 'fork' }), invalid('data')],
    ['a list', create, but({ data: [fork] }), invalid('data')],
    ['an id that is none', create, forked({ id: 'x' }), invalid('data')],
    ['a project that is none', create, but({ project_id: 'x' }), invalid('project_id')],
    ['JSON that is none', create, typed('application/json', '{'), unreadable],
    ['text for a body', create, typed('text/plain', 'fork'), noType('text/plain')],
  ])
  const world = gitlab.world('url')
  world.patch({ 'v1.projects': { 271: { gitlab_url: 'a place' } } })
  t.equal((await ask(world.v1, create, but({}))).status, 422, 'whose GitLab can’t be told')
})

t.test('the ways to send a fork', async t => {
  const web_url = 'http://demo.gitlab.com/developer/gitlabhq'
  const fields = { gitlab_id: 24, name: 'Developer / gitlabhq', default_ref: 'main' }
  const made = [201, { ...fields, gitlab_url: 'http://demo.gitlabhq.com/developer/gitlabhq' }] as const
  const older = forked({ path_with_namespace: undefined, web_url })
  await holdRows(t, gitlab, [
    ['a nested form, as GitLab does', create, { form: nested }, made],
    ['a nested multipart body', create, multipart(nested), made],
    ['a nested query', `${create}?${new URLSearchParams(nested)}`, {}, made],
    ['a JSON body', create, but({}), made],
    ['.json', `${create}.json`, but({}), made],
    ['with more than is asked for', create, forked({ visibility_level: 20, namespace: { id: 1 } }), made],
    ['before 7.11: a url in place of the path', create, older, [201, { ...fields, gitlab_url: web_url }]],
    ['no branch yet', create, forked({ default_branch: null }), [201, { default_ref: 'master' }]],
  ])
  await holdAllow(t, gitlab.v1, [['GET /forks', 'POST']])
})

t.test('two worlds share no forks', async t => {
  const [one, other] = [gitlab.world('one'), gitlab.world('other')]
  t.equal((await ask(one.v1, create, but({}))).body.id, 273)
  t.equal((await ask(other.v1, create, but({}))).body.id, 273, 'what is taken there is free here')
})
