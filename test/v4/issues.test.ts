import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }
const owner = { as: tokens.owner }
const developer = { as: tokens.developer }
const guest = { as: tokens.guest }
const stranger = { as: tokens.stranger }

const unauthorized = { message: '401 Unauthorized' }
const forbidden = { message: '403 Forbidden' }
const noProject = { message: '404 Project Not Found' }
const noIssue = { message: '404 Not found' }
const noRoute = { error: '404 Not Found' }
const scopeOf = (scope: string) => ({ error: 'insufficient_scope', scope })

const iidsOf = (issues: { iid: number }[]) => issues.map(({ iid }) => iid)
/** Issues of a project that answer nothing but their iids are told by path: `foo/bar#1`. */
const namesOf = (issues: { references: { full: string } }[]) =>
  issues.map(({ references }) => references.full)

t.test('the story of an issue', async t => {
  const world = gitlab.world('story')
  const issues = '/projects/1/issues'
  const told = {
    title: '  The log is cut  ',
    description: '- [x] see it\n- [ ] mend it',
    labels: 'ci, bug,bug,',
    assignee_ids: [14, 14, 999],
    due_date: '2016-12-24',
  }
  const created = await ask(world.v4, `POST ${issues}`, { ...developer, json: told })
  t.equal(created.status, 201)
  t.match(created.body, {
    id: 100,
    iid: 3,
    project_id: 1,
    title: 'The log is cut',
    description: told.description,
    state: 'opened',
    closed_at: null,
    closed_by: null,
    labels: ['bug', 'ci'],
    milestone: null,
    author: { id: 13, username: 'developer', web_url: `${world.url}/developer` },
    assignee: { id: 14, username: 'reporter' },
    user_notes_count: 0,
    due_date: '2016-12-24',
    confidential: false,
    discussion_locked: null,
    web_url: `${world.url}/foo/bar/-/issues/3`,
    task_completion_status: { count: 2, completed_count: 1 },
    has_tasks: true,
    _links: {
      self: `${world.v4}/projects/1/issues/3`,
      notes: `${world.v4}/projects/1/issues/3/notes`,
      project: `${world.v4}/projects/1`,
    },
    references: { short: '#3', relative: '#3', full: 'foo/bar#3' },
    subscribed: true,
  })
  t.equal(created.body.assignees.length, 1, 'whoever is assigned twice, or is not there, counts once, or not')
  t.equal(created.body.created_at, created.body.updated_at)

  const listed = await ask(world.v4, `GET ${issues}`, developer)
  t.strictSame(iidsOf(listed.body), [3, 2, 1], 'it is listed, the newest first')
  const { subscribed, ...rest } = created.body
  t.strictSame(listed.body[0], rest, 'as it was created, but for what only the issue itself tells')
  t.strictSame(
    namesOf((await ask(world.v4, 'GET /issues', developer)).body),
    ['foo/bar#3', 'foo/bar#1'],
    "among its author's",
  )

  const got = await ask(world.v4, `GET ${issues}/3`, developer)
  t.strictSame(got.body, created.body, 'it is got as it was created')
  t.notOk(
    (await ask(world.v4, `GET ${issues}/3`, owner)).body.subscribed,
    'only who has to do with it follows it',
  )

  const changed = await ask(world.v4, `PUT ${issues}/3`, {
    as: tokens.reporter,
    form: { title: 'The log', labels: '' },
  })
  t.equal(changed.status, 200)
  t.match(changed.body, {
    iid: 3,
    title: 'The log',
    labels: [],
    description: told.description,
    state: 'opened',
  })

  const closed = await ask(world.v4, `PUT ${issues}/3?state_event=close`, developer)
  t.match(closed.body, { state: 'closed', closed_by: { id: 13 }, title: 'The log' })
  t.equal(closed.body.closed_at, closed.body.updated_at, 'it was closed when it changed')
  t.strictSame(iidsOf((await ask(world.v4, `GET ${issues}?state=closed`, developer)).body), [3])
  t.equal((await ask(world.v4, 'GET /projects/1', owner)).body.open_issues_count, 2)
  const again = await ask(world.v4, `PUT ${issues}/3?state_event=close`, owner)
  t.match(
    again.body,
    { state: 'closed', closed_by: { id: 13 }, closed_at: closed.body.closed_at },
    'once is enough',
  )
  const reopened = await ask(world.v4, `PUT ${issues}/3?state_event=reopen`, owner)
  t.match(reopened.body, { state: 'opened', closed_at: null, closed_by: null })
  t.match((await ask(world.v4, `PUT ${issues}/3?state_event=reopen`, owner)).body, { state: 'opened' })

  await ask(world.v4, `POST ${issues}/3/notes`, { ...owner, json: { body: 'Gone soon.' } })
  t.equal((await ask(world.v4, `GET ${issues}/3`, owner)).body.user_notes_count, 1, 'its notes are counted')
  const deleted = await ask(world.v4, `DELETE ${issues}/3`, owner)
  t.strictSame([deleted.status, deleted.text], [204, ''])
  for (const request of [
    `GET ${issues}/3`,
    `PUT ${issues}/3?title=x`,
    `DELETE ${issues}/3`,
    `GET ${issues}/3/notes`,
  ]) {
    const gone = await ask(world.v4, request, owner)
    t.strictSame([gone.status, gone.body], [404, noIssue], `${request} once it is gone`)
  }
  const next = await ask(world.v4, `POST ${issues}`, { ...owner, json: { title: 'Next' } })
  t.match(next.body, { id: 101, iid: 4, user_notes_count: 0 }, 'no number is given out again')
})

t.test('an issue goes by its iid among those of its project', async t => {
  const rows: [path: string, status: number, body: object][] = [
    ['/projects/42/issues/5', 200, { id: 46, iid: 5, project_id: 42 }],
    ['/projects/foo%2Fhandbook/issues/5', 200, { id: 46 }],
    ['/projects/foo%2fHANDBOOK/issues/5', 200, { id: 46 }],
    ['/projects/8/issues/8', 200, { id: 8, iid: 8, user_notes_count: 8 }],
    ['/projects/42/issues/46', 404, noIssue],
    ['/projects/1/issues/5', 404, noIssue],
    ['/projects/42/issues/0', 404, noIssue],
    ['/projects/42/issues/99999999999', 404, noIssue],
    ['/projects/43/issues/5', 404, noProject],
    ['/projects/foo/handbook/issues/5', 404, noRoute],
    ['/projects/42/issues/five', 400, { message: { issue_iid: ['is invalid'] } }],
    ['/projects/42/issues/5.json', 400, { message: { issue_iid: ['is invalid'] } }],
  ]
  for (const [path, status, body] of rows) {
    const got = await ask(gitlab.v4, `GET ${path}`, root)
    t.equal(got.status, status, path)
    t.match(got.body, body, path)
  }
})

t.test('iids run on by project, also past those that were chosen, and are never given again', async t => {
  const world = gitlab.world('iids')
  const create = async (project: number, json: object) =>
    (await ask(world.v4, `POST /projects/${project}/issues`, { ...root, json: { title: 'x', ...json } })).body
      .iid
  const iids = await Promise.all([1, 2, 3, 4].map(() => create(1, {})))
  t.strictSame(iids.sort(), [3, 4, 5, 6], 'at the same time')
  t.equal(await create(5, {}), 2, 'another project counts for itself')
  t.equal(await create(1, { iid: 40 }), 40, 'chosen')
  t.equal(await create(1, {}), 41, 'after a chosen one')
  t.equal(await create(1, { iid: 30 }), 30, 'chosen below')
  t.equal(await create(1, {}), 42, 'a chosen one below does not set it back')
  const taken = await ask(world.v4, 'POST /projects/1/issues', { ...root, json: { title: 'x', iid: 40 } })
  t.strictSame([taken.status, taken.body], [409, { message: '409 Conflict' }], 'one that is taken')
  await ask(world.v4, 'DELETE /projects/42/issues/5', root)
  t.equal(await create(42, {}), 6, 'after the last one was deleted')
})

t.test('who sees which issues', async t => {
  const world = gitlab.world('confidential')
  const confidential = { confidential: true, author_id: 1 }
  world.patch({
    'v4.issues': {
      60: { ...base(5, 2), ...confidential, title: 'Members of 5 know' },
      61: { ...base(5, 3), ...confidential, author_id: 24, title: 'A stranger told us' },
      62: { ...base(1, 3), ...confidential, author_id: 15, title: 'A guest told us' },
      63: { ...base(12, 1), author_id: 1, title: 'In an internal project' },
    },
  })
  const rows: [who: keyof typeof tokens | 'nobody', project: number, iids: number[] | object][] = [
    ['root', 1, [3, 2, 1]],
    ['owner', 1, [3, 2, 1]],
    ['developer', 1, [3, 2, 1]],
    ['reporter', 1, [3, 2, 1]],
    ['project', 1, [3, 2, 1]],
    ['readonly', 1, [3, 2, 1]],
    ['guest', 1, [3, 1]],
    ['stranger', 1, noProject],
    ['nobody', 1, noProject],
    ['maintainer', 5, [3, 2, 1]],
    ['guest', 5, [1]],
    ['stranger', 5, [3, 1]],
    ['nobody', 5, [1]],
    ['stranger', 12, [1]],
    ['nobody', 12, noProject],
    ['readuser', 5, scopeOf('api read_api')],
    ['expired', 5, unauthorized],
    ['job', 5, unauthorized],
  ]
  for (const [who, project, expected] of rows) {
    const asked = who === 'nobody' ? {} : { as: tokens[who] }
    const listed = await ask(world.v4, `GET /projects/${project}/issues`, asked)
    if (!Array.isArray(expected)) {
      t.match(listed.body, expected, `${who} and the issues of project ${project}`)
      continue
    }
    t.strictSame(iidsOf(listed.body), expected, `${who} lists issues of project ${project}`)
    t.equal(listed.headers.get('x-total'), `${expected.length}`, 'and is not told of more')
    for (const iid of [1, 2, 3]) {
      const { status, body } = await ask(world.v4, `GET /projects/${project}/issues/${iid}`, asked)
      if (expected.includes(iid)) t.equal(status, 200, `${who} gets #${iid}`)
      else t.strictSame([status, body], [404, noIssue], `to ${who} #${iid} is not there`)
    }
  }
  const mine: [who: Asked, query: string, names: string[]][] = [
    [stranger, '', ['diaspora/diaspora#3']],
    [guest, '', ['foo/bar#3']],
    [guest, '?scope=all&confidential=yes', ['foo/bar#3']],
    [
      stranger,
      '?scope=all',
      [
        'diaspora/diaspora#1',
        'diaspora/diaspora#3',
        'diaspora/diaspora-client#1',
        'foo/tracker#7',
        'foo/tracker#8',
      ],
    ],
    [{ as: tokens.reporter }, '?scope=all&confidential=true', ['foo/bar#2', 'foo/bar#3']],
  ]
  for (const [who, query, names] of mine) {
    const { body } = await ask(world.v4, `GET /issues${query}`, who)
    t.strictSame(namesOf(body).sort(), names.sort(), `issues anywhere: ${query}`)
  }
  t.strictSame((await ask(world.v4, 'GET /issues')).body, unauthorized, 'issues anywhere are not for nobody')
})

t.test('who may create, change and delete issues', async t => {
  let number = 0
  const rows: [who: string, project: number, create: number, change: number, remove: number][] = [
    ['root', 1, 201, 200, 204],
    ['owner', 1, 201, 200, 204],
    ['maintainer', 1, 201, 200, 403],
    ['project', 1, 201, 200, 403],
    ['developer', 1, 201, 200, 403],
    ['imperson', 1, 201, 200, 403],
    ['oauth', 1, 401, 401, 401],
    ['reporter', 1, 201, 200, 403],
    ['guest', 1, 201, 403, 403],
    ['stranger', 1, 404, 404, 404],
    ['readonly', 1, 403, 403, 403],
    ['readuser', 1, 403, 403, 403],
    ['job', 1, 401, 401, 401],
    ['nobody', 1, 401, 401, 401],
    ['stranger', 5, 201, 403, 403],
    ['nobody', 5, 401, 401, 401],
  ]
  for (const [who, project, ...statuses] of rows) {
    const { v4 } = gitlab.world(`may-${++number}`)
    const asked = who === 'nobody' ? {} : { as: tokens[who] }
    const issues = `/projects/${project}/issues`
    const answers = [
      await ask(v4, `POST ${issues}`, { ...asked, json: { title: 'x' } }),
      await ask(v4, `PUT ${issues}/1`, { ...asked, json: { title: 'y' } }),
      await ask(v4, `DELETE ${issues}/1`, asked),
    ]
    t.strictSame(
      answers.map(({ status }) => status),
      statuses,
      `${who} in project ${project}`,
    )
    for (const { status, body } of answers) {
      if (who.startsWith('read')) t.match(body, scopeOf('api'))
      else if (status === 403) t.strictSame(body, forbidden)
    }
    const { body } = await ask(v4, `GET ${issues}`, root)
    const titles = body.map(({ title }: { title: string }) => title)
    t.equal(titles.includes('x'), answers[0]!.status === 201, 'it is created if that is what was said')
    t.equal(
      titles.includes('y'),
      answers[1]!.status === 200 && answers[2]!.status !== 204,
      'changed and deleted, too',
    )
  }
  const bearer = { headers: { Authorization: `Bearer ${tokens.oauth}` } }
  const byOauth = await ask(gitlab.world('oauth').v4, 'DELETE /projects/1/issues/1', bearer)
  t.equal(byOauth.status, 204, 'an OAuth2 token goes as Bearer')
})

t.test('an author without a role may write, close and reopen the issue, and no more', async t => {
  const { v4 } = gitlab.world('author')
  const told = {
    title: 'Help',
    labels: 'bug',
    assignee_ids: [13],
    due_date: '2016-12-01',
    discussion_locked: true,
  }
  const created = await ask(v4, 'POST /projects/5/issues', {
    ...stranger,
    json: { ...told, confidential: true },
  })
  t.equal(created.status, 201)
  const nothing = { labels: [], assignees: [], due_date: null, discussion_locked: null }
  t.match(
    created.body,
    { ...nothing, title: 'Help', confidential: true },
    'what only reporters set is left out',
  )
  const edit = { ...told, title: 'Help!', description: 'Please.', state_event: 'close', confidential: false }
  const changed = await ask(v4, 'PUT /projects/5/issues/2', { ...stranger, json: edit })
  t.match(changed.body, {
    ...nothing,
    title: 'Help!',
    description: 'Please.',
    state: 'closed',
    confidential: false,
  })
  const managed = await ask(v4, 'PUT /projects/5/issues/2', { as: tokens.maintainer, json: told })
  t.match(managed.body, {
    labels: ['bug'],
    assignee: { id: 13 },
    due_date: '2016-12-01',
    discussion_locked: true,
  })
  const removed = await ask(v4, 'DELETE /projects/5/issues/2', stranger)
  t.strictSame([removed.status, removed.body], [403, forbidden], 'deleting is for owners')
})

t.test('an assignee without a role sees and writes the issue', async t => {
  const world = gitlab.world('assignee')
  world.patch({ 'v4.issues': { 42: { assignee_ids: [15] } } })
  t.equal((await ask(world.v4, 'GET /projects/1/issues/2', guest)).status, 200)
  t.strictSame(iidsOf((await ask(world.v4, 'GET /projects/1/issues', guest)).body), [2, 1])
  t.equal((await ask(world.v4, 'PUT /projects/1/issues/2?state_event=close', guest)).status, 200)
})

t.test('what is wrong with a new issue is told before it is made', async t => {
  const { v4 } = gitlab.world('wrong')
  const long = 'x'.repeat(256)
  const rows: [what: string, json: object, status: number, body: object][] = [
    ['no title', {}, 400, { message: '400 (Bad request) "title" not given' }],
    ['null for a title', { title: null }, 400, { message: '400 (Bad request) "title" not given' }],
    ['an empty title', { title: '' }, 400, { message: { title: ["can't be blank"] } }],
    ['a title of blanks', { title: ' \t ' }, 400, { message: { title: ["can't be blank"] } }],
    [
      'a long title',
      { title: long },
      400,
      { message: { title: ['is too long (maximum is 255 characters)'] } },
    ],
    ['a title as long as may be', { title: long.slice(1) }, 201, { title: long.slice(1) }],
    ['a title of other letters', { title: '🦊 лис' }, 201, { title: '🦊 лис' }],
    ['a number for a title', { title: 7 }, 201, { title: '7' }],
    ['a hash for a title', { title: { a: 'b' } }, 400, { message: { title: ['is invalid'] } }],
    [
      'a word for a yes',
      { title: 'x', confidential: 'maybe' },
      400,
      { message: { confidential: ['is invalid'] } },
    ],
    ['yes for a yes', { title: 'x', confidential: 'yes' }, 201, { confidential: true }],
    [
      'a day that is none',
      { title: 'x', due_date: '2016-02-30' },
      400,
      { message: { due_date: ['is invalid'] } },
    ],
    ['no day', { title: 'x', due_date: '' }, 201, { due_date: null }],
    ['null for a day', { title: 'x', due_date: null }, 201, { due_date: null }],
    [
      'names for ids',
      { title: 'x', assignee_ids: ['root'] },
      400,
      { message: { assignee_ids: ['is invalid'] } },
    ],
    ['one id for a list', { title: 'x', assignee_ids: '13' }, 201, { assignee: { id: 13 } }],
    ['zero for nobody', { title: 'x', assignee_ids: [0] }, 201, { assignees: [], assignee: null }],
    [
      'two things',
      { title: '', confidential: 'maybe' },
      400,
      { message: { title: ["can't be blank"], confidential: ['is invalid'] } },
    ],
  ]
  for (const [what, json, status, body] of rows) {
    const answer = await ask(v4, 'POST /projects/1/issues', { ...developer, json })
    t.equal(answer.status, status, what)
    if (status === 400) t.strictSame(answer.body, body, what)
    else t.match(answer.body, body, what)
  }
  const { headers } = await ask(v4, 'GET /projects/1/issues', developer)
  const made = rows.filter(([, , status]) => status === 201).length
  t.equal(headers.get('x-total'), `${2 + made}`, 'nothing else was made')

  const changes: [what: string, json: object, status: number, body: object][] = [
    ['an empty title', { title: '' }, 400, { message: { title: ["can't be blank"] } }],
    ['a title of blanks', { title: ' ' }, 400, { message: { title: ["can't be blank"] } }],
    [
      'a long title',
      { title: long },
      400,
      { message: { title: ['is too long (maximum is 255 characters)'] } },
    ],
    [
      'another event',
      { state_event: 'open' },
      400,
      { message: { state_event: ['does not have a valid value'] } },
    ],
    ['nothing at all', {}, 200, { title: 'Show why a pipeline is pending', due_date: '2016-12-01' }],
    ['no day', { due_date: '' }, 200, { due_date: null }],
    ['a lock', { discussion_locked: 'on' }, 200, { discussion_locked: true }],
    [
      'two assignees',
      { assignee_ids: [13, 14] },
      200,
      { assignees: [{ id: 13 }, { id: 14 }], assignee: { id: 13 } },
    ],
    ['nobody who is there', { assignee_ids: [999] }, 200, { assignees: [{ id: 13 }, { id: 14 }] }],
    ['zero for nobody', { assignee_ids: [0] }, 200, { assignees: [] }],
    ['no description', { description: null }, 200, { description: null }],
  ]
  for (const [what, json, status, body] of changes) {
    const answer = await ask(v4, 'PUT /projects/1/issues/1', { ...developer, json })
    t.equal(answer.status, status, what)
    if (status === 400) t.strictSame(answer.body, body, what)
    else t.match(answer.body, body, what)
  }
  const first = await ask(v4, 'POST /projects/404/issues', { ...developer, json: {} })
  t.strictSame(
    first.body,
    { message: '400 (Bad request) "title" not given' },
    'what is missing comes before who and where',
  )
  t.strictSame((await ask(v4, 'POST /projects/1/issues')).body, unauthorized, 'but not before who')
})

t.test('labels in every form', async t => {
  const { v4 } = gitlab.world('labels')
  const post = 'POST /projects/1/issues'
  const rows: [what: string, request: string, asked: Asked, labels: string[]][] = [
    ['text, comma-separated', post, { json: { title: 'x', labels: 'b,a , c' } }, ['a', 'b', 'c']],
    ['a list', post, { json: { title: 'x', labels: ['b', 'a'] } }, ['a', 'b']],
    ['a list of text with commas', post, { json: { title: 'x', labels: ['c,a', 'b'] } }, ['a', 'b', 'c']],
    ['a form', post, { form: { title: 'x', labels: 'b,a' } }, ['a', 'b']],
    ["a form's list", post, { body: new URLSearchParams('title=x&labels[]=b&labels[]=a') }, ['a', 'b']],
    ['the query', `${post}?title=x&labels=b,a`, {}, ['a', 'b']],
    ["the query's list", `${post}?title=x&labels[]=b&labels[]=a`, {}, ['a', 'b']],
    ['the body over the query', `${post}?title=x&labels=q`, { json: { labels: 'b' } }, ['b']],
    [
      'with blanks within',
      post,
      { json: { title: 'x', labels: 'in review, To Do' } },
      ['To Do', 'in review'],
    ],
    ['no text', post, { json: { title: 'x', labels: '' } }, []],
    ['an empty list', post, { json: { title: 'x', labels: [] } }, []],
    ['null', post, { json: { title: 'x', labels: null } }, []],
  ]
  for (const [what, request, asked, labels] of rows) {
    const { status, body } = await ask(v4, request, { ...developer, ...asked })
    t.strictSame([status, body.labels], [201, labels], what)
  }
  const wrong = await ask(v4, post, { ...developer, json: { title: 'x', labels: { a: 'b' } } })
  t.strictSame([wrong.status, wrong.body], [400, { message: { labels: ['is invalid'] } }])
})

const base = (project_id: number, iid: number) => ({
  project_id,
  iid,
  title: `Issue ${iid}`,
  description: null,
  state: 'opened',
  created_at: `2016-11-0${iid}T10:00:00.000Z`,
  updated_at: `2016-11-0${iid}T10:00:00.000Z`,
  closed_at: null,
  closed_by_id: null,
  author_id: 1,
  assignee_ids: [],
  labels: [],
  milestone: null,
  merge_requests_count: 0,
  upvotes: 0,
  downvotes: 0,
  due_date: null,
  confidential: false,
  discussion_locked: null,
  time_stats: {
    time_estimate: 0,
    total_time_spent: 0,
    human_time_estimate: null,
    human_total_time_spent: null,
  },
  moved_to_id: null,
})

t.test('filters and orders', async t => {
  const world = gitlab.world('filters')
  const milestone = { title: 'v1.0' }
  world.patch({
    'v4.issues': {
      71: { ...base(169, 1), title: 'Ship it', labels: ['bug', 'ci'], author_id: 11, upvotes: 3 },
      72: {
        ...base(169, 2),
        description: 'When it SHIPS',
        labels: ['bug'],
        assignee_ids: [11],
        due_date: '2016-12-24',
      },
      73: {
        ...base(169, 3),
        state: 'closed',
        milestone,
        assignee_ids: [1, 11],
        due_date: '2016-12-01',
        upvotes: 1,
      },
      74: { ...base(169, 4), confidential: true, labels: ['ci'], updated_at: '2016-12-04T10:00:00.000Z' },
    },
  })
  const all = [4, 3, 2, 1]
  const rows: [means: string, query: string, iids: number[]][] = [
    ['all of the project and no other', '', all],
    ['iids', 'iids[]=1&iids[]=3&iids[]=9', [3, 1]],
    ['iids: one as plain text', 'iids=2', [2]],
    ['state: opened', 'state=opened', [4, 2, 1]],
    ['state: closed', 'state=closed', [3]],
    ['state: all', 'state=all', all],
    ['labels', 'labels=bug', [2, 1]],
    ['labels: an issue must have them all', 'labels=bug,ci', [1]],
    ['labels: as a list', 'labels[]=bug&labels[]=ci', [1]],
    ['labels: in their own case', 'labels=Bug', []],
    ['labels: none', 'labels=None', [3]],
    ['labels: any, in any case', 'labels=any', [4, 2, 1]],
    ['labels: no text is no filter', 'labels=', all],
    ['milestone', 'milestone=v1.0', [3]],
    ['milestone: none', 'milestone=None', [4, 2, 1]],
    ['milestone: any', 'milestone=Any', [3]],
    ['author_id', 'author_id=11', [1]],
    ['author_username, in any case', 'author_username=Maintainer', [1]],
    ['author_username: nobody', 'author_username=nobody', []],
    ['assignee_id', 'assignee_id=11', [3, 2]],
    ['assignee_id: none', 'assignee_id=None', [4, 1]],
    ['assignee_id: none, in small letters', 'assignee_id=none', [4, 1]],
    ['assignee_id: none, as 0', 'assignee_id=0', [4, 1]],
    ['assignee_id: any', 'assignee_id=Any', [3, 2]],
    ['assignee_id: any, in small letters', 'assignee_id=any', [3, 2]],
    ['assignee_username', 'assignee_username=root', [3]],
    ['assignee_username: as a list', 'assignee_username[]=maintainer', [3, 2]],
    [
      'assignee_username: an issue must have them all',
      'assignee_username[]=maintainer&assignee_username[]=root',
      [3],
    ],
    ['assignee_username: nobody', 'assignee_username=nobody', []],
    ["scope: the caller's", 'scope=created_by_me', [4, 3, 2]],
    ['scope: what is for the caller', 'scope=assigned_to_me', [3]],
    ['search: title and description, in any case', 'search=ship', [2, 1]],
    ['search: in titles', 'search=ship&in=title', [1]],
    ['search: in descriptions', 'search=ship&in=description', [2]],
    ['search: nothing', 'search=shop', []],
    ['created_after', 'created_after=2016-11-03T10:00:00Z', [4, 3]],
    ['created_before', 'created_before=2016-11-02T10:00:00Z', [2, 1]],
    [
      'created between, another time zone',
      'created_after=2016-11-02T12:00:00%2B02:00&created_before=2016-11-03',
      [2],
    ],
    ['updated_after', 'updated_after=2016-12-01', [4]],
    ['updated_before', 'updated_before=2016-11-30', [3, 2, 1]],
    ['confidential', 'confidential=true', [4]],
    ['not confidential', 'confidential=false', [3, 2, 1]],
    ['filters must all pass', 'labels=bug&state=opened&author_username=maintainer&in=title&search=it', [1]],
    ['what is not a filter', 'colour=blue', all],
    ['sort', 'sort=asc', [1, 2, 3, 4]],
    ['order_by: created_at', 'order_by=created_at&sort=desc', all],
    ['order_by: updated_at', 'order_by=updated_at&sort=asc', [1, 2, 3, 4]],
    ['order_by: due_date, those without come last', 'order_by=due_date&sort=asc', [3, 2, 1, 4]],
    ['order_by: due_date, and last the other way, too', 'order_by=due_date&sort=desc', [2, 3, 4, 1]],
    ['order_by: popularity', 'order_by=popularity', [1, 3, 4, 2]],
    ['order_by: what nothing is known of, by id', 'order_by=relative_position&sort=asc', [1, 2, 3, 4]],
  ]
  for (const [means, query, iids] of rows) {
    const { status, body } = await ask(world.v4, `GET /projects/169/issues?${query}`, root)
    t.strictSame([status, iidsOf(body ?? [])], [200, iids], means)
  }
  const refused: [query: string, message: object][] = [
    ['state=open', { state: ['does not have a valid value'] }],
    ['scope=mine', { scope: ['does not have a valid value'] }],
    ['order_by=title', { order_by: ['does not have a valid value'] }],
    ['sort=up', { sort: ['does not have a valid value'] }],
    ['iids[]=one', { iids: ['is invalid'] }],
    ['assignee_id=root', { assignee_id: ['is invalid'] }],
    ['author_id=root', { author_id: ['is invalid'] }],
    ['created_after=yesterday', { created_after: ['is invalid'] }],
    ['confidential=perhaps', { confidential: ['is invalid'] }],
    ['labels[a]=b', { labels: ['is invalid'] }],
  ]
  for (const [query, message] of refused) {
    const { status, body } = await ask(world.v4, `GET /projects/169/issues?${query}`, root)
    t.strictSame([status, body], [400, { message }], query)
  }
  const paged = await ask(
    world.v4,
    'GET /projects/169/issues?per_page=3&page=2&sort=asc&iids[]=1&iids[]=2&iids[]=3&iids[]=4',
    root,
  )
  t.strictSame(iidsOf(paged.body), [4])
  t.match(Object.fromEntries(paged.headers), {
    'x-total': '4',
    'x-total-pages': '2',
    'x-prev-page': '1',
    'x-next-page': '',
  })
  const first = `${world.v4}/projects/169/issues?iids%5B%5D=1&iids%5B%5D=2&iids%5B%5D=3&iids%5B%5D=4&page=1&per_page=3&sort=asc`
  t.match(paged.headers.get('link'), `<${first}>; rel="first"`, 'filters travel in the links')
  const anywhere = await ask(world.v4, 'GET /issues?scope=assigned_to_me', { as: tokens.maintainer })
  t.strictSame(namesOf(anywhere.body), ['foo/deploy#3', 'foo/deploy#2', 'foo/bar#2'])
})

t.test('only administrators and owners say when it was and how it is numbered', async t => {
  const { v4 } = gitlab.world('dates')
  const at = '2015-05-05T05:05:05.000Z'
  const json = { title: 'Moved here', created_at: '2015-05-05T07:05:05+02:00', iid: 17 }
  for (const who of ['root', 'owner'] as const) {
    const created = await ask(v4, 'POST /projects/1/issues', {
      as: tokens[who],
      json: { ...json, iid: who.length },
    })
    t.match(created.body, { iid: who.length, created_at: at }, who)
    const changed = await ask(v4, `PUT /projects/1/issues/${who.length}`, {
      as: tokens[who],
      json: { updated_at: at },
    })
    t.equal(changed.body.updated_at, at, who)
  }
  const created = await ask(v4, 'POST /projects/1/issues', { as: tokens.maintainer, json })
  t.match(created.body, { iid: 6, title: 'Moved here' }, "a maintainer's number is passed over")
  t.not(created.body.created_at, at, 'and so is the date')
  const changed = await ask(v4, 'PUT /projects/1/issues/6', {
    as: tokens.maintainer,
    json: { updated_at: at },
  })
  t.not(changed.body.updated_at, at)
})

t.test('conditions', async t => {
  const { v4 } = gitlab.world('conditions')
  const { headers } = await ask(v4, 'GET /projects/8/issues/8', root)
  const etag = headers.get('etag')!
  const same = await ask(v4, 'GET /projects/8/issues/8', { ...root, headers: { 'If-None-Match': etag } })
  t.strictSame([same.status, same.text], [304, ''], 'what one knows is not sent again')
  await ask(v4, 'POST /projects/8/issues/8/notes?body=New', root)
  const other = await ask(v4, 'GET /projects/8/issues/8', { ...root, headers: { 'If-None-Match': etag } })
  t.equal(other.status, 200, 'but for what has changed')
  const since = (date: string) => ({ ...root, headers: { 'If-Unmodified-Since': date } })
  const early = await ask(v4, 'DELETE /projects/42/issues/5', since('Mon, 04 Jan 2016 15:31:45 GMT'))
  t.strictSame([early.status, early.body], [412, { message: '412 Precondition Failed' }])
  t.equal((await ask(v4, 'GET /projects/42/issues/5', root)).status, 200, 'it is still there')
  t.equal((await ask(v4, 'DELETE /projects/42/issues/5', since('Mon, 04 Jan 2016 15:31:47 GMT'))).status, 204)
  t.equal(
    (await ask(v4, 'DELETE /projects/42/issues/4', since('no date'))).status,
    204,
    'no date is no condition',
  )
})

t.test('a description may be a megabyte of line ends', async t => {
  const { v4 } = gitlab.world('long')
  const json = { title: 'Long', description: `${'\n'.repeat(500_000)}${' '.repeat(500_000)}- [x] done` }
  const { status, body } = await ask(v4, 'POST /projects/1/issues', { ...developer, json })
  t.strictSame([status, body.task_completion_status], [201, { count: 1, completed_count: 1 }])
})
