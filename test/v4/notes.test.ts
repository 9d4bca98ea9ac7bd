import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }
const maintainer = { as: tokens.maintainer }
const developer = { as: tokens.developer }
const reporter = { as: tokens.reporter }
const guest = { as: tokens.guest }
const stranger = { as: tokens.stranger }

const unauthorized = { message: '401 Unauthorized' }
const forbidden = { message: '403 Forbidden' }
const noProject = { message: '404 Project Not Found' }
const noRecord = { message: '404 Not found' }

const idsOf = (notes: { id: number }[]) => notes.map(({ id }) => id)

t.test('the story of a note', async t => {
  const world = gitlab.world('story')
  const issue = '/projects/8/issues/8'
  const before = (await ask(world.v4, `GET ${issue}`, developer)).body
  const created = await ask(world.v4, `POST ${issue}/notes`, { ...developer, json: { body: ' Mended.\n' } })
  t.equal(created.status, 201)
  t.match(created.body, {
    id: 310,
    type: null,
    body: ' Mended.\n',
    attachment: null,
    author: { id: 13, username: 'developer', web_url: `${world.url}/developer` },
    system: false,
    noteable_id: 8,
    noteable_type: 'Issue',
    resolvable: false,
    confidential: false,
    noteable_iid: 8,
  })
  t.equal(created.body.created_at, created.body.updated_at)
  const after = (await ask(world.v4, `GET ${issue}`, developer)).body
  t.equal(after.user_notes_count, before.user_notes_count + 1, 'the issue counts it')
  t.equal(after.updated_at, created.body.updated_at, 'and was changed by it')

  const listed = await ask(world.v4, `GET ${issue}/notes`, developer)
  t.strictSame(
    idsOf(listed.body),
    [310, 308, 307, 306, 305, 304, 303, 302, 301],
    'it is listed, the newest first',
  )
  t.strictSame(listed.body[0], created.body, 'as it was created')
  t.strictSame(
    (await ask(world.v4, `GET ${issue}/notes/310`, developer)).body,
    created.body,
    'and so it is got',
  )

  const changed = await ask(world.v4, `PUT ${issue}/notes/310`, {
    ...developer,
    form: { body: 'Mended, I hope.' },
  })
  t.equal(changed.status, 200)
  t.match(changed.body, { id: 310, body: 'Mended, I hope.', created_at: created.body.created_at })
  t.ok(changed.body.updated_at >= created.body.updated_at)

  const deleted = await ask(world.v4, `DELETE ${issue}/notes/310`, developer)
  t.strictSame([deleted.status, deleted.text], [204, ''])
  for (const request of [
    `GET ${issue}/notes/310`,
    `PUT ${issue}/notes/310?body=x`,
    `DELETE ${issue}/notes/310`,
  ]) {
    const gone = await ask(world.v4, request, developer)
    t.strictSame([gone.status, gone.body], [404, noRecord], `${request} once it is gone`)
  }
  t.equal((await ask(world.v4, `GET ${issue}`, root)).body.user_notes_count, 8)
  const next = await ask(world.v4, `POST ${issue}/notes?body=Next`, developer)
  t.equal(next.body.id, 311, 'no id is given out again')
})

t.test('a note goes by its id among those of its issue', async t => {
  const rows: [path: string, status: number, body: object][] = [
    ['/projects/8/issues/8/notes/302', 200, { id: 302, author: { username: 'developer' }, noteable_iid: 8 }],
    ['/projects/foo%2Ftracker/issues/8/notes/302', 200, { id: 302 }],
    ['/projects/8/issues/8/notes/309', 404, noRecord],
    ['/projects/8/issues/8/notes/9', 404, noRecord],
    ['/projects/8/issues/7/notes/302', 404, noRecord],
    ['/projects/8/issues/9/notes/302', 404, noRecord],
    ['/projects/9/issues/8/notes/302', 404, noProject],
    ['/projects/8/issues/8/notes/last', 400, { message: { note_id: ['is invalid'] } }],
    ['/projects/8/issues/eight/notes/302', 400, { message: { issue_iid: ['is invalid'] } }],
  ]
  for (const [path, status, body] of rows) {
    const got = await ask(gitlab.v4, `GET ${path}`, root)
    t.equal(got.status, status, path)
    t.match(got.body, body, path)
  }
  t.strictSame(
    (await ask(gitlab.v4, 'GET /projects/8/issues/7/notes', root)).body,
    [],
    'an issue may have none',
  )
})

t.test('order and pages', async t => {
  const world = gitlab.world('pages')
  world.patch({ 'v4.notes': { 301: { updated_at: '2016-02-01T00:00:00.000Z' } } })
  const rows: [query: string, ids: number[], next: string][] = [
    ['', [308, 307, 306, 305, 304, 303, 302, 301], ''],
    ['sort=asc', [301, 302, 303, 304, 305, 306, 307, 308], ''],
    ['order_by=created_at&sort=desc', [308, 307, 306, 305, 304, 303, 302, 301], ''],
    ['order_by=updated_at', [301, 308, 307, 306, 305, 304, 303, 302], ''],
    ['order_by=updated_at&sort=asc', [302, 303, 304, 305, 306, 307, 308, 301], ''],
    ['per_page=3', [308, 307, 306], '2'],
    ['per_page=3&page=2', [305, 304, 303], '3'],
    ['per_page=3&page=3', [302, 301], ''],
    ['per_page=3&page=4', [], ''],
    ['per_page=3&page=2&sort=asc', [304, 305, 306], '3'],
  ]
  for (const [query, ids, next] of rows) {
    const { status, body, headers } = await ask(world.v4, `GET /projects/8/issues/8/notes?${query}`, root)
    t.strictSame([status, idsOf(body)], [200, ids], query)
    t.strictSame([headers.get('x-next-page'), headers.get('x-total')], [next, '8'], query)
  }
  const { body, headers } = await ask(world.v4, 'GET /projects/8/issues/8/notes?per_page=3&page=2', root)
  const url = `${world.v4}/projects/8/issues/8/notes`
  const links = ['prev', 1, 'next', 3, 'first', 1, 'last', 3]
  const expected = [0, 2, 4, 6].map(at => `<${url}?page=${links[at + 1]}&per_page=3>; rel="${links[at]}"`)
  t.equal(headers.get('link'), expected.join(', '))
  const walked = []
  for (let next: string | undefined = `${url}?per_page=3`; next; ) {
    const page = await ask(next, 'GET ', root)
    walked.push(...idsOf(page.body))
    next = /<([^>]*)>; rel="next"/.exec(page.headers.get('link')!)?.[1]
  }
  t.strictSame(walked, [308, 307, 306, 305, 304, 303, 302, 301], 'links lead through all pages')
  t.equal(body.length, 3)
  const refused: [query: string, message: object][] = [
    ['order_by=id', { order_by: ['does not have a valid value'] }],
    ['sort=up', { sort: ['does not have a valid value'] }],
    ['page=first', { page: ['is invalid'] }],
  ]
  for (const [query, message] of refused) {
    const answer = await ask(world.v4, `GET /projects/8/issues/8/notes?${query}`, root)
    t.strictSame([answer.status, answer.body], [400, { message }], query)
  }
})

t.test('what is wrong with a note is told', async t => {
  const { v4 } = gitlab.world('wrong')
  const notGiven = { message: '400 (Bad request) "body" not given' }
  const blank = { message: { body: ["can't be blank"] } }
  const rows: [what: string, json: object, status: number, body: object][] = [
    ['no body', {}, 400, notGiven],
    ['null for a body', { body: null }, 400, notGiven],
    ['an empty body', { body: '' }, 400, blank],
    ['a body of blanks', { body: ' \n ' }, 400, blank],
    ['a list for a body', { body: ['x'] }, 400, { message: { body: ['is invalid'] } }],
    [
      'a date that is none',
      { body: 'x', created_at: 'then' },
      400,
      { message: { created_at: ['is invalid'] } },
    ],
    ['a number for a body', { body: 7 }, 201, { body: '7' }],
  ]
  for (const [what, json, status, body] of rows) {
    const answer = await ask(v4, 'POST /projects/1/issues/1/notes', { ...developer, json })
    t.equal(answer.status, status, what)
    t.match(answer.body, body, what)
  }
  for (const [what, json, status, body] of rows.filter(([what]) => what.endsWith('body'))) {
    const answer = await ask(v4, 'PUT /projects/8/issues/8/notes/302', { ...developer, json })
    t.equal(answer.status, status === 201 ? 200 : status, `${what}, changing one`)
    t.match(answer.body, body, `${what}, changing one`)
  }
  const { body, headers } = await ask(v4, 'GET /projects/1/issues/1/notes', developer)
  t.strictSame([headers.get('x-total'), body[0].body], ['1', '7'], 'nothing else was written')
})

t.test('who may read, write, change and delete notes', async t => {
  // On project 1, issue 1: a note of the guest (320) and one of the developer (321).
  const note = {
    noteable_id: 41,
    noteable_iid: 1,
    noteable_type: 'Issue',
    project_id: 1,
    type: null,
    body: 'x',
    attachment: null,
    system: false,
    resolvable: false,
    confidential: false,
    created_at: '2016-09-01T00:00:00.000Z',
    updated_at: '2016-09-01T00:00:00.000Z',
  }
  let number = 0
  const rows: [who: string, read: number, write: number, ofGuest: number, ofDeveloper: number][] = [
    ['root', 200, 201, 200, 204],
    ['owner', 200, 201, 200, 204],
    ['maintainer', 200, 201, 200, 204],
    ['project', 200, 201, 200, 204],
    ['developer', 200, 201, 403, 204],
    ['imperson', 200, 201, 403, 204],
    ['reporter', 200, 201, 403, 403],
    ['guest', 200, 201, 200, 403],
    ['readonly', 200, 403, 403, 403],
    ['stranger', 404, 404, 404, 404],
    ['readuser', 403, 403, 403, 403],
    ['expired', 401, 401, 401, 401],
    ['revoked', 401, 401, 401, 401],
    ['job', 401, 401, 401, 401],
    ['nobody', 404, 401, 401, 401],
  ]
  for (const [who, ...statuses] of rows) {
    const world = gitlab.world(`may-${++number}`)
    world.patch({ 'v4.notes': { 320: { ...note, author_id: 15 }, 321: { ...note, author_id: 13 } } })
    const asked: Asked = who === 'nobody' ? {} : { as: tokens[who] }
    const notes = '/projects/1/issues/1/notes'
    const answers = [
      await ask(world.v4, `GET ${notes}`, asked),
      await ask(world.v4, `POST ${notes}?body=y`, asked),
      await ask(world.v4, `PUT ${notes}/320?body=z`, asked),
      await ask(world.v4, `DELETE ${notes}/321`, asked),
    ]
    const answered = answers.map(({ status }) => status)
    t.strictSame(answered, statuses, who)
    for (const { status, body } of answers) {
      if (status === 403 && !who.startsWith('read')) t.strictSame(body, forbidden)
      if (status === 401) t.strictSame(body, unauthorized)
      if (status === 404) t.strictSame(body, noProject)
    }
    const { body } = await ask(world.v4, `GET ${notes}?sort=asc`, root)
    const kept = body.map((it: { body: string }) => it.body).join()
    const rest = [
      answered[2] === 200 ? 'z' : 'x',
      answered[3] === 204 ? '' : 'x',
      answered[1] === 201 ? 'y' : '',
    ]
    t.equal(kept, rest.filter(Boolean).join(), 'and it was done, or it was not')
  }
})

t.test('notes are for those who may read their issue', async t => {
  const { v4 } = gitlab.world('confidential')
  const notes = '/projects/1/issues/2/notes'
  for (const request of [`GET ${notes}`, `GET ${notes}/309`, `POST ${notes}?body=x`, `DELETE ${notes}/309`]) {
    const { status, body } = await ask(v4, request, guest)
    t.strictSame([status, body], [404, noRecord], `a guest on a confidential issue: ${request}`)
  }
  t.strictSame(idsOf((await ask(v4, `GET ${notes}`, reporter)).body), [309])
  const open = '/projects/5/issues/1/notes'
  t.equal(
    (await ask(v4, `POST ${open}?body=Hello`, stranger)).status,
    201,
    'anyone signed in writes in public',
  )
  t.equal((await ask(v4, `GET ${open}`)).body[0].body, 'Hello', 'for anyone to read')
  t.strictSame((await ask(v4, `POST ${open}?body=Hello`)).body, unauthorized, 'nobody writes without a name')
})

t.test('a locked discussion is for members', async t => {
  const world = gitlab.world('locked')
  world.patch({ 'v4.issues': { 50: { discussion_locked: true } } })
  t.equal((await ask(world.v4, 'POST /projects/5/issues/1/notes?body=x', maintainer)).status, 201)
  const { status, body } = await ask(world.v4, 'POST /projects/5/issues/1/notes?body=x', stranger)
  t.strictSame([status, body], [403, forbidden])
})

t.test('only administrators and owners say when a note was written', async t => {
  const { v4 } = gitlab.world('dates')
  const at = '2015-05-05T05:05:05.000Z'
  const { updated_at } = (await ask(v4, 'GET /projects/8/issues/8', root)).body
  for (const who of ['root', 'owner', 'maintainer'] as const) {
    const json = { body: 'x', created_at: '2015-05-05T07:05:05+02:00' }
    const { body } = await ask(v4, 'POST /projects/8/issues/8/notes', { as: tokens[who], json })
    t.equal(body.created_at === at, who !== 'maintainer', who)
  }
  const after = (await ask(v4, 'GET /projects/8/issues/8', root)).body
  t.ok(after.updated_at > updated_at, 'the issue has changed now, not then')
})

t.test('conditions', async t => {
  const { v4 } = gitlab.world('conditions')
  const note = '/projects/8/issues/8/notes/302'
  const etag = (await ask(v4, `GET ${note}`, root)).headers.get('etag')!
  const same = await ask(v4, `GET ${note}`, { ...root, headers: { 'If-None-Match': etag } })
  t.strictSame([same.status, same.text], [304, ''])
  const since = (date: string) => ({ ...root, headers: { 'If-Unmodified-Since': date } })
  const early = await ask(v4, `DELETE ${note}`, since('Mon, 11 Jan 2016 10:05:09 GMT'))
  t.strictSame([early.status, early.body], [412, { message: '412 Precondition Failed' }])
  t.equal((await ask(v4, `DELETE ${note}`, since('Mon, 11 Jan 2016 10:05:10 GMT'))).status, 204)
})
