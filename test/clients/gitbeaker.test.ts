// @gitbeaker/rest, as it comes from the registry, at work against a listening server.
import { GitbeakerRequestError, Gitlab } from '@gitbeaker/rest'
import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab

/** A client of a world of its own, so that a story meets nobody else's changes. */
function clientOf(world: string, who = 'root') {
  const host = gitlab.world(world).url
  return new Gitlab({ host, token: tokens[who]! })
}

const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id)

/** What a call is refused with, as the client tells it. */
async function refusalOf(call: Promise<unknown>): Promise<[number | undefined, string]> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof GitbeakerRequestError)) throw error
    return [error.cause?.response.status, error.cause?.description ?? '']
  }
  return [undefined, 'not refused']
}

t.test('projects: list, create, show, edit, share, remove', async t => {
  const api = clientOf('projects')
  const offset = { pagination: 'offset' } as const
  t.strictSame(idsOf(await api.Projects.all()), [169, 42, 12, 8, 5, 1], 'all of them, the newest first')
  t.strictSame(idsOf(await api.Projects.all({ perPage: 2 })), [169, 42, 12, 8, 5, 1], 'over three pages')
  t.strictSame(idsOf(await api.Projects.all({ perPage: 2, maxPages: 2 })), [169, 42, 12, 8], 'two of them')
  t.strictSame(
    idsOf(await api.Projects.all({ ...offset, perPage: 2, page: 2 })),
    [12, 8],
    'the second of them',
  )
  const expanded = await api.Projects.all({ ...offset, perPage: 4, page: 1, showExpanded: true })
  const info = { total: 6, next: 2, current: 1, previous: null, perPage: 4, totalPages: 2 }
  t.match(expanded.paginationInfo, info, 'with what the headers say of pages')
  const keyset = { pagination: 'keyset', orderBy: 'id', perPage: 2 } as const
  t.strictSame(idsOf(await api.Projects.all({ ...keyset, sort: 'asc' })), [1, 5, 8, 12, 42, 169], 'by keyset')
  t.strictSame(idsOf(await api.Projects.all({ ...keyset, sort: 'desc' })), [169, 42, 12, 8, 5, 1])
  t.strictSame(idsOf(await api.Projects.search('bar')), [1])
  t.strictSame(idsOf(await api.Projects.all({ visibility: 'public' })), [5])

  const created = await api.Projects.create({
    name: 'Hello World',
    initializeWithReadme: true,
    visibility: 'internal',
  })
  t.match(created, { id: 170, path: 'hello-world', visibility: 'internal', default_branch: 'master' })
  t.strictSame(
    await refusalOf(api.Projects.create({ name: 'Hello World' })),
    [409, '{"name":["has already been taken"],"path":["has already been taken"]}'],
    'twice is a conflict',
  )
  t.same(await api.Projects.show('root/hello-world'), created, 'it is shown by path')
  t.match(await api.Projects.edit(created.id, { description: 'Hi', topics: ['a'] }), {
    id: 170,
    description: 'Hi',
  })
  t.match(await api.Projects.show(170), { description: 'Hi' }, 'and by id')
  await api.Projects.share(170, 17, 30)
  t.match(await api.Projects.show(170), { shared_with_groups: [{ group_id: 17, group_access_level: 30 }] })
  await api.Projects.unshare(170, 17)
  t.match(await api.Projects.show(170), { shared_with_groups: [] })
  await api.Projects.remove(170)
  t.strictSame(await refusalOf(api.Projects.show(170)), [404, '404 Project Not Found'], 'it is gone')
  t.equal((await api.Projects.all()).length, 6)
  t.equal(
    (await clientOf('elsewhere').Projects.create({ name: 'Hello World' })).id,
    170,
    'other worlds know nothing',
  )
})

t.test('issues and their notes: create, list, show, edit, close, comment, remove', async t => {
  const api = clientOf('issues', 'owner')
  for (const title of ['One', 'Two', 'Three']) await api.Issues.create('foo/bar', title, { labels: 'bug,ci' })
  const told = { description: 'The last one.', assigneeIds: [13], dueDate: '2016-12-24', confidential: true }
  const created = await api.Issues.create(1, 'Four', { ...told, labels: 'ci' })
  t.match(created, {
    iid: 6,
    assignee: { id: 13 },
    due_date: '2016-12-24',
    confidential: true,
    labels: ['ci'],
  })
  t.same(await api.Issues.show(6, { projectId: 1 }), created)

  const iids = (issues: readonly { iid: number }[]) => issues.map(({ iid }) => iid)
  t.strictSame(
    iids(await api.Issues.all({ projectId: 1, perPage: 2 })),
    [6, 5, 4, 3, 2, 1],
    'over three pages',
  )
  t.strictSame(
    iids(await api.Issues.all({ projectId: 1, labels: 'bug', state: 'opened', sort: 'asc' })),
    [2, 3, 4, 5],
  )
  t.strictSame(iids(await api.Issues.all({ projectId: 1, iids: [1, 6] })), [6, 1])
  t.strictSame(iids(await api.Issues.all({ projectId: 1, assigneeUsername: ['developer'] })), [6])
  t.strictSame(iids(await api.Issues.all({ scope: 'created_by_me' })), [6, 5, 4, 3], 'of all projects')
  const page = await api.Issues.all({ projectId: 1, perPage: 4, page: 2, showExpanded: true })
  t.match(page.paginationInfo, { total: 6, current: 2, next: null, previous: 1, totalPages: 2 })

  t.match(await api.Issues.edit(1, 6, { title: 'Last', labels: 'done' }), { title: 'Last', labels: ['done'] })
  t.match(await api.Issues.edit(1, 6, { stateEvent: 'close' }), {
    state: 'closed',
    closed_by: { username: 'owner' },
  })
  t.match(await api.Issues.edit(1, 6, { stateEvent: 'reopen' }), { state: 'opened', closed_by: null })

  const note = await api.IssueNotes.create(1, 6, 'Done?')
  t.match(note, { body: 'Done?', noteable_iid: 6, author: { username: 'owner' } })
  t.match(await api.IssueNotes.edit(1, 6, note.id, { body: 'Done.' }), { id: note.id, body: 'Done.' })
  t.match(await api.IssueNotes.show('foo/bar', 6, note.id), { body: 'Done.' })
  await api.IssueNotes.create(1, 6, 'Really.')
  t.strictSame(
    (await api.IssueNotes.all(1, 6, { sort: 'asc', perPage: 1 })).map(({ body }) => body),
    ['Done.', 'Really.'],
  )
  await api.IssueNotes.remove(1, 6, note.id)
  t.strictSame(await refusalOf(api.IssueNotes.show(1, 6, note.id)), [404, '404 Not found'])
  await api.Issues.remove(1, 6)
  t.strictSame(await refusalOf(api.Issues.show(6, { projectId: 1 })), [404, '404 Not found'])
})

t.test('pipelines: list, create, show, cancel, retry, remove', async t => {
  const api = clientOf('pipelines', 'owner')
  t.strictSame(idsOf(await api.Pipelines.all('foo/bar', { perPage: 1 })), [48, 47, 46], 'over three pages')
  t.strictSame(idsOf(await api.Pipelines.all(8, { status: 'failed', ref: 'develop' })), [23])
  t.strictSame(idsOf(await api.Pipelines.all(8, { scope: 'running', orderBy: 'id', sort: 'asc' })), [28, 31])
  t.strictSame(idsOf(await api.Pipelines.all(8, { updatedAfter: '2016-10-12' })), [31, 30, 29, 28])

  const variables = [
    { key: 'UPLOAD_TO_S3', value: 'true' },
    { key: 'NOTES', value: 'one\ntwo', variable_type: 'file' },
  ]
  const created = await api.Pipelines.create(1, 'my/branch', { variables })
  t.match(created, { id: 61, ref: 'my/branch', status: 'pending', tag: false, user: { username: 'owner' } })
  t.same(await api.Pipelines.allVariables(1, 61), [
    { key: 'UPLOAD_TO_S3', variable_type: 'env_var', value: 'true' },
    { key: 'NOTES', variable_type: 'file', value: 'one\ntwo' },
  ])
  t.match(await api.Pipelines.show(1, 61), { id: 61, status: 'pending' })
  t.match(await api.Pipelines.cancel(1, 61), { id: 61, status: 'canceled' })
  t.match(await api.Pipelines.retry(1, 61), { id: 61, status: 'pending' })
  t.match(
    await api.Pipelines.retry(1, 61),
    { id: 61, status: 'pending' },
    'where there is nothing to retry, nothing is',
  )
  t.strictSame(idsOf(await api.Pipelines.all(1, { username: 'owner' })), [61])
  await api.Pipelines.remove(1, 61)
  t.strictSame(await refusalOf(api.Pipelines.show(1, 61)), [404, '404 Not found'])

  const triggered = await api.PipelineTriggerTokens.trigger(1, 'master', 'trigger-token-0000001', {
    variables: { WHY: 'nightly' },
  })
  t.match(triggered, { id: 62, ref: 'master', user: { username: 'maintainer' } })
  t.match(await api.Pipelines.allVariables(1, 62), [{ key: 'WHY', value: 'nightly' }])
})

t.test('files, branches and tags, with slashes in their names', async t => {
  const api = clientOf('repository', 'reporter')
  const file = await api.RepositoryFiles.show('foo/bar', 'src/README.md', 'my/branch')
  t.match(file, { file_path: 'src/README.md', file_name: 'README.md', ref: 'my/branch', size: 30 })
  t.equal(Buffer.from(file.content, 'base64').toString(), '# src\n\nThe sources live here.\n')
  t.match(await api.Branches.show('foo/bar', 'my/branch'), {
    name: 'my/branch',
    commit: { short_id: '6c183d75' },
  })
  t.strictSame(
    (await api.Branches.all(1, { search: 'm', perPage: 1 })).map(({ name }) => name),
    ['master', 'my/branch'],
  )
  t.match(await api.Tags.show('foo/bar', 'my/tag'), {
    name: 'my/tag',
    release: { description: 'The first release' },
  })
  t.strictSame(
    (await api.Tags.all(8, { orderBy: 'name', sort: 'asc' })).map(({ name }) => name),
    ['v1.0.0', 'v1.1.0'],
  )
  const refused: [means: string, call: Promise<unknown>, description: string][] = [
    ['an unknown file', api.RepositoryFiles.show(1, 'src/README', 'master'), '404 File Not Found'],
    ['an unknown ref', api.RepositoryFiles.show(1, 'src/README.md', 'main'), '404 Commit Not Found'],
    ['an unknown branch', api.Branches.show(1, 'my/tag'), '404 Branch Not Found'],
    ['an unknown tag', api.Tags.show(1, 'my/branch'), '404 Tag Not Found'],
  ]
  for (const [means, call, description] of refused)
    t.strictSame(await refusalOf(call), [404, description], means)
})

t.test('users, namespaces and imports', async t => {
  const api = clientOf('users')
  t.match(await api.Users.showCurrentUser(), { id: 1, username: 'root', is_admin: true })
  t.match(await api.Users.all({ username: 'username' }), [{ id: 23 }])
  t.match(await api.Users.show(23), { username: 'username', email: 'username@example.com' })
  t.match(
    await api.Users.edit(23, { bio: 'x'.repeat(255) }),
    { id: 23, bio: 'x'.repeat(255) },
    'as multipart',
  )
  const tooLong = '{"bio":["is too long (maximum is 255 characters)"]}'
  t.strictSame(await refusalOf(api.Users.edit(23, { bio: 'x'.repeat(256) })), [400, tooLong])
  t.match(await api.Namespaces.show('foo'), { id: 2, kind: 'group' })
  t.ok((await api.Namespaces.all({ perPage: 5 })).length > 5)
  const archive = { content: new Blob(['no archive']), filename: 'export.tar.gz' }
  t.strictSame((await refusalOf(api.ProjectImportExports.import(archive, 'imported')))[0], 422)
})

t.test('sudo acts as someone else, for a call or for a client', async t => {
  const api = clientOf('sudo')
  t.match(await api.Users.showCurrentUser({ sudo: 'Username' }), { id: 23 }, 'by name')
  t.match(await api.Users.showCurrentUser({ sudo: 23 }), { username: 'username' }, 'by id')
  t.match(await api.Issues.create(5, 'As another', { sudo: 'stranger' }), {
    author: { username: 'stranger' },
  })
  t.strictSame(idsOf(await api.Projects.all({ sudo: 'stranger', perPage: 1 })), [12, 8, 5], 'on each page')
  const developer = new Gitlab({ host: gitlab.world('sudo').url, token: tokens.root!, sudo: 'developer' })
  t.match(await developer.Users.showCurrentUser(), { id: 13 })
  const refused: [who: string, sudo: string | number, refusal: [number, string]][] = [
    ['developer', 1, [403, '403 Forbidden - Must be admin to use sudo']],
    ['root', 123, [404, "404 User with ID or username '123' Not Found"]],
    ['root', 'nobody', [404, "404 User with ID or username 'nobody' Not Found"]],
  ]
  for (const [who, sudo, refusal] of refused)
    t.strictSame(
      await refusalOf(clientOf('sudo', who).Users.showCurrentUser({ sudo })),
      refusal,
      `${who} as ${sudo}`,
    )
})

t.test('refusals become errors that say what the server said', async t => {
  const as = (who: string) => clientOf('refusals', who)
  const rows: [means: string, call: () => Promise<unknown>, status: number, description: string][] = [
    [
      'no ref',
      () => as('root').Pipelines.create(1, undefined as never),
      400,
      '400 (Bad request) "ref" not given',
    ],
    ['an unknown ref', () => as('root').Pipelines.create(1, 'main'), 400, '{"base":["Reference not found"]}'],
    ['a blank title', () => as('root').Issues.create(1, ' '), 400, '{"title":["can\'t be blank"]}'],
    ['a token too old', () => as('expired').Projects.all(), 401, '401 Unauthorized'],
    ['a token revoked', () => as('revoked').Projects.all(), 401, '401 Unauthorized'],
    ['no right to start', () => as('reporter').Pipelines.create(1, 'master'), 403, '403 Forbidden'],
    ['no right to remove', () => as('maintainer').Projects.remove(1), 403, '403 Forbidden'],
    ['a scope too small', () => as('readonly').Issues.create(1, 'x'), 403, 'insufficient_scope'],
    ['what one may not see', () => as('stranger').Projects.show('foo/bar'), 404, '404 Project Not Found'],
    ['what is not there', () => as('root').Issues.show(99, { projectId: 1 }), 404, '404 Not found'],
    ['what has no route', () => as('root').Agents.all(1), 404, '404 Not Found'],
    [
      'a taken name',
      () => as('root').Users.edit(23, { username: 'root' }),
      409,
      '{"username":["has already been taken"]}',
    ],
    ['an iid that is taken', () => as('root').Issues.create(1, 'x', { iid: 1 }), 409, '409 Conflict'],
  ]
  for (const [means, call, ...refusal] of rows) t.strictSame(await refusalOf(call()), refusal, means)
})

t.test('every kind of token, and names in camelCase', async t => {
  const { url: host } = gitlab.world('tokens')
  const whoIs = async (api: InstanceType<typeof Gitlab>) => (await api.Users.showCurrentUser()).username
  t.equal(await whoIs(new Gitlab({ host, token: tokens.developer! })), 'developer', 'a personal token')
  t.equal(
    await whoIs(new Gitlab({ host, token: async () => tokens.guest! })),
    'guest',
    'a token made when needed',
  )
  t.equal(await whoIs(new Gitlab({ host, token: tokens.imperson! })), 'developer', 'an impersonation token')
  t.equal(
    await whoIs(new Gitlab({ host, token: tokens.project! })),
    'project_1_bot',
    'a project access token',
  )
  t.equal(await whoIs(new Gitlab({ host, oauthToken: tokens.oauth! })), 'root', 'an OAuth2 token')
  t.equal(
    await whoIs(new Gitlab({ host, oauthToken: tokens.reporter! })),
    'reporter',
    'a personal token as OAuth2',
  )
  const byOauth = new Gitlab({ host, oauthToken: tokens.oauth! })
  t.strictSame(await refusalOf(byOauth.Users.showCurrentUser({ sudo: 23 })), [403, 'insufficient_scope'])
  const job = new Gitlab({ host, jobToken: tokens.job! })
  t.match(
    await job.PipelineTriggerTokens.trigger(1, 'master', tokens.job!),
    { id: 61, ref: 'master' },
    'a job token',
  )
  t.strictSame(await refusalOf(new Gitlab({ host, token: 'unknown' }).Projects.all()), [
    401,
    '401 Unauthorized',
  ])
  t.strictSame(idsOf(await new Gitlab({ host, token: '' }).Projects.all()), [5], 'none sees what is public')

  const camel = new Gitlab({ host, token: tokens.root!, camelize: true })
  const created = await camel.Issues.create(1, 'Camel', { dueDate: '2016-12-24' })
  t.match(created, {
    projectId: 1,
    dueDate: '2016-12-24',
    userNotesCount: 0,
    webUrl: `${host}/foo/bar/-/issues/3`,
  })
  t.equal((await camel.Projects.all({ perPage: 2 })).length, 6)
  t.match(await camel.Projects.show('foo/bar'), { pathWithNamespace: 'foo/bar' })
})

t.test('without a prefix the main world is met', async t => {
  const api = new Gitlab({ host: gitlab.url, token: tokens.root! })
  t.match(await api.Projects.show('foo/bar'), { id: 1, web_url: `${gitlab.url}/foo/bar` })
})
