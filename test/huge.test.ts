// Collections that nobody stores, and what GitLab does with large ones.
import { Gitlab } from '@gitbeaker/rest'
import t from 'tap'
import { createUnderstudy } from '../src/index.ts'
import { places } from '../src/store/pretended.ts'
import { ask } from './ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const root = { as: gitlab.tokens.root }

const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id)
const relsOf = (headers: Headers) =>
  [...(headers.get('link') ?? '').matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel)
const nextOf = (headers: Headers) => /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]

// What the default world holds of each.
const [storedPipelines, firstPipeline] = [12, 61]
const [storedProjects, firstProject] = [6, 170]

t.test('up to 10,000 rows the total is told, and above it is not', async t => {
  const world = gitlab.world('totals')
  const path = '/projects/8/pipelines?per_page=100'
  const rows = [
    [10_000, '10000', '100', ['next', 'first', 'last'], 100],
    [10_001, null, null, ['next', 'first'], 101],
    [50_001, null, null, ['next', 'first'], 501],
    [1_000_000, null, null, ['next', 'first'], 10_000],
  ] as const
  for (const [total, xTotal, xTotalPages, rels, last] of rows) {
    world.pretend('v4.pipelines', total - storedPipelines, { project_id: 8 })
    const first = await ask(world.v4, `GET ${path}`, root)
    t.equal(first.status, 200)
    t.equal(first.body.length, 100)
    t.equal(first.headers.get('x-total'), xTotal, `X-Total of ${total}`)
    t.equal(first.headers.get('x-total-pages'), xTotalPages, `X-Total-Pages of ${total}`)
    t.strictSame(relsOf(first.headers), rels, `links of ${total}`)
    const end = await ask(world.v4, `GET ${path}&page=${last}`, root)
    t.strictSame(relsOf(end.headers), ['prev', 'first', ...(xTotal ? ['last'] : [])], `last page of ${total}`)
    t.equal(end.headers.get('x-next-page'), '', 'nothing comes behind it')
    t.equal(end.headers.get('x-page'), `${last}`)
    t.equal(end.body.length, total % 100 || 100)
    t.strictSame(
      idsOf(end.body).slice(-storedPipelines),
      [31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20].slice(-Math.min(storedPipelines, end.body.length)),
    )
    const past = await ask(world.v4, `GET ${path}&page=${last + 1}`, root)
    t.strictSame(past.body, [], 'a page behind the last is empty')
  }
})

t.test(
  'pretended pipelines stand beside the stored ones, and each is the same wherever it is shown',
  async t => {
    const world = gitlab.world('pipelines')
    world.clock.stop('2020-05-22T10:00:00Z')
    world.pretend('v4.pipelines', 1_000_000, { project_id: 8 })
    const get = async (path: string) => (await ask(world.v4, `GET /projects/8/pipelines${path}`, root)).body
    const latest = firstPipeline + 1_000_000 - 1
    t.strictSame(idsOf(await get('?per_page=3')), [latest, latest - 1, latest - 2], 'the newest first')
    t.strictSame(
      idsOf(await get('?per_page=14&sort=asc')).slice(-3),
      [31, 61, 62],
      'the stored ones are the oldest',
    )
    const walked = [...(await get('?per_page=7&page=71428')), ...(await get('?per_page=7&page=71429'))]
    t.strictSame(
      idsOf(walked),
      Array.from({ length: 14 }, (_, place) => latest - 71427 * 7 - place),
      'pages join',
    )
    const byDate = await get('?order_by=updated_at&per_page=100&page=10000')
    t.equal(byDate.length, 100)
    const dates = byDate.map((row: { updated_at: string }) => row.updated_at)
    t.strictSame(dates, [...dates].sort().reverse(), 'by date, which is the same order')
    t.strictSame(await get('?order_by=updated_at&per_page=100&page=10000'), byDate, 'asked again, the same')
    const [row] = await get('?per_page=1&page=500000')
    const shown = await get(`/${row.id}`)
    t.match(shown, row, 'by id, the same row')
    t.equal(shown.duration, (Date.parse(shown.finished_at) - Date.parse(shown.started_at)) / 1000)
    t.ok(
      shown.created_at < shown.started_at && shown.finished_at < '2020-05-22T10:00:00.000Z',
      'dates that can be',
    )
    t.strictSame(await get(`/${row.id}/variables`), [])
    t.match(await get('/31'), { id: 31, ref: 'master', status: 'running' }, 'a stored one is as it was')
    t.equal(
      (await ask(world.v4, `GET /projects/1/pipelines/${row.id}`, root)).status,
      404,
      'of no other project',
    )
    t.equal((await ask(world.v4, 'GET /projects/1/pipelines', root)).headers.get('x-total'), '3')

    const notFound = { message: '404 Not found' }
    for (const request of [`POST /${row.id}/retry`, `POST /${row.id}/cancel`, `DELETE /${row.id}`]) {
      const refused = await ask(world.v4, request.replace(' ', ' /projects/8/pipelines'), root)
      t.strictSame(
        [refused.status, refused.body],
        [404, notFound],
        `${request}: what nobody stores can't be changed`,
      )
    }
    const created = await ask(world.v4, 'POST /projects/8/pipeline?ref=master', root)
    t.equal(created.body.id, latest + 1, 'a new one is newer than all')
    t.strictSame(idsOf(await get('?per_page=2')), [latest + 1, latest])
    t.strictSame(idsOf(await get('?order_by=updated_at&per_page=2')), [latest + 1, latest])
    world.patch({ 'v4.pipelines': { 31: { updated_at: '2020-05-22T11:00:00.000Z' } } })
    t.strictSame(
      idsOf(await get('?order_by=updated_at&per_page=3')),
      [31, latest + 1, latest],
      'by date a stored one may come first',
    )
    t.throws(() => world.patch({ 'v4.pipelines': { [row.id]: { status: 'failed' } } }), /pretends to have/)

    t.equal((await ask(world.v4, 'DELETE /projects/8', root)).status, 204)
    const other = await ask(world.v4, 'POST /projects/1/pipeline?ref=master', root)
    t.equal(other.body.id, latest + 2, 'with the project they go; ids are not given twice')
  },
)

t.test('filters of pretended pipelines are as true as those of stored ones', async t => {
  const world = gitlab.world('filters')
  world.pretend('v4.pipelines', 3000, { project_id: 8 })
  const all: Record<string, unknown>[] = []
  for (let page = 1; page <= 31; page++)
    all.push(...(await ask(world.v4, `GET /projects/8/pipelines?per_page=100&page=${page}`, root)).body)
  t.equal(all.length, 3000 + storedPipelines)
  const sha = all[0]!.sha as string
  for (const wanted of [
    { status: 'failed' },
    { status: 'running' },
    { ref: 'develop' },
    { ref: 'nowhere' },
    { status: 'canceled', ref: 'feature/search' },
    { status: 'success', ref: 'master' },
    { sha },
  ]) {
    const expected = all.filter(row => Object.entries(wanted).every(([name, value]) => row[name] === value))
    for (const page of [1, 2, 7]) {
      const query = new URLSearchParams(Object.entries({ ...wanted, page: `${page}`, per_page: '50' }))
      const { body, headers } = await ask(world.v4, `GET /projects/8/pipelines?${query}`, root)
      t.strictSame(body, expected.slice((page - 1) * 50, page * 50), `${query}`)
      t.equal(headers.get('x-total'), `${expected.length}`)
    }
    const { body } = await ask(
      world.v4,
      `GET /projects/8/pipelines?sort=asc&${new URLSearchParams(Object.entries(wanted))}`,
      root,
    )
    t.strictSame(body, expected.toReversed().slice(0, 20), 'and in the other direction')
  }
  for (const query of ['scope=finished', 'updated_after=2010-01-01T00:00:00Z', 'username=nobody']) {
    const { body } = await ask(world.v4, `GET /projects/8/pipelines?per_page=100&${query}`, root)
    t.ok(
      body.every(({ id }: { id: number }) => id < firstPipeline),
      `${query}: none of them`,
    )
  }
})

t.test('what passes is found by arithmetic as by going through all', async t => {
  for (const [from, to, period] of [
    [0, 100, 7],
    [13, 64, 10],
    [5, 6, 35],
    [9, 9, 3],
    [20, 4, 3],
    [3, 1000, 1],
  ] as const) {
    for (const passes of [
      (place: number) => place % period < 3,
      () => false,
      (place: number) => place % period === period - 1,
    ]) {
      const expected = Array.from({ length: 1000 }, (_, place) => place).filter(
        it => it >= from && it < to && passes(it),
      )
      const found = places(from, to, period, passes)
      t.equal(found.count, expected.length)
      for (const [low, high] of [
        [0, 10],
        [3, 5],
        [0, 5000],
        [7, 7],
        [900, 5000],
      ] as const)
        t.strictSame(
          found.slice(low, high),
          expected.slice(low, high),
          `${from} to ${to}, every ${period}: ${low} to ${high}`,
        )
    }
  }
})

t.test('pages of projects end at 50,000', async t => {
  const world = gitlab.world('limit')
  world.pretend('v4.projects', 1_000_000 - storedProjects)
  const tooFar = {
    error:
      'Offset pagination has a maximum allowed offset of 50000 for requests that return objects of type Project. ' +
      'Remaining records can be retrieved using keyset pagination.',
  }
  for (const [query, status] of [
    ['per_page=100&page=500', 200],
    ['per_page=100&page=501', 405],
    ['per_page=20&page=2500', 200],
    ['page=2501', 405],
    ['per_page=1&page=50000', 200],
    ['per_page=1&page=50001', 405],
    // As it was sent, even where no page is so large.
    ['per_page=50000', 200],
    ['per_page=50001', 405],
    ['per_page=100&page=501&pagination=keyset&order_by=id', 200],
  ] as const) {
    const {
      status: answered,
      body,
      headers,
    } = await ask(world.v4, `GET /projects?simple=true&${query}`, root)
    t.equal(answered, status, query)
    if (status === 405) t.strictSame(body, tooFar)
    else t.equal(headers.get('x-total'), null)
  }
  const told = await ask(world.v4, 'GET /projects?page=2501', { ...root, headers: { Prefer: 'source' } })
  t.match(told.headers.get('x-understudy-source'), /^observed: /)
  t.equal((await ask(world.v4, 'GET /projects/8/pipelines?page=2501', root)).status, 200, 'of projects only')
  const empty = await ask(gitlab.world('small').v4, 'GET /projects?page=2501', root)
  t.equal(empty.status, 405, 'however many there are')
})

t.test('a walk by keyset comes to the end of a million projects', async t => {
  const world = gitlab.world('keyset')
  world.pretend('v4.projects', 1_000_000)
  const last = firstProject + 1_000_000 - 1
  const start = `${world.v4}/projects?pagination=keyset&order_by=id&per_page=100&simple=true`
  const walk = async (url: string | undefined) => {
    const pages: number[][] = []
    while (url) {
      const { body, headers } = await ask(url, 'GET ', root)
      pages.push(idsOf(body))
      t.equal(headers.get('x-total'), null)
      url = nextOf(headers)
    }
    return pages
  }
  const up = await walk(`${start}&sort=asc&id_after=${last - 250}`)
  t.strictSame(
    up.map(({ length }) => length),
    [100, 100, 50, 0],
    'only an empty page ends it',
  )
  t.strictSame(
    up.flat(),
    Array.from({ length: 250 }, (_, place) => last - 249 + place),
  )
  const down = await walk(`${start}&id_before=${firstProject + 150}`)
  t.strictSame(
    down.map(({ length }) => length),
    [100, 56, 0],
  )
  t.strictSame(down.flat(), [
    ...Array.from({ length: 150 }, (_, place) => firstProject + 149 - place),
    169,
    42,
    12,
    8,
    5,
    1,
  ])
  const { body } = await ask(start, 'GET ', root)
  t.strictSame(idsOf(body).slice(0, 2), [last, last - 1], 'the newest first')
})

t.test('pretended projects can be read by whoever sees public ones', async t => {
  const world = gitlab.world('projects')
  world.pretend('v4.projects', 1000)
  const id = firstProject + 500
  const path = `project-${id}`
  const shown = await ask(world.v4, `GET /projects/${id}`, root)
  t.match(shown.body, {
    id,
    path,
    path_with_namespace: `root/${path}`,
    visibility: 'public',
    empty_repo: true,
  })
  t.match((await ask(world.v4, `GET /projects/${id}`)).body, { id, path }, 'without a token')
  for (const list of ['pipelines', 'issues', 'repository/branches'])
    t.strictSame((await ask(world.v4, `GET /projects/${id}/${list}`, root)).body, [], `no ${list}`)
  for (const request of [`PUT /projects/${id}`, `DELETE /projects/${id}`, `POST /projects/${id}/issues`]) {
    const refused = await ask(world.v4, request, { ...root, json: { title: 'x', name: 'x' } })
    t.strictSame([refused.status, refused.body], [404, { message: '404 Project Not Found' }], request)
  }
  for (const [query, total] of [
    ['', 1006],
    ['?visibility=public', 1001],
    ['?visibility=private', 3],
    ['?archived=true', 0],
    ['?owned=true', 1006],
    [`?id_after=${id}`, 499],
    [`?id_before=${id}&id_after=100`, 501],
    [`?search=${path}`, 0],
  ] as const)
    t.equal(
      (await ask(world.v4, `GET /projects${query}`, root)).headers.get('x-total'),
      `${total}`,
      query || 'all',
    )
  t.equal(
    (await ask(world.v4, 'GET /projects', { as: gitlab.tokens.stranger })).headers.get('x-total'),
    '1003',
  )
  for (const order of ['created_at', 'updated_at', 'last_activity_at', 'id', 'name']) {
    const { body } = await ask(world.v4, `GET /projects?order_by=${order}&per_page=2`, root)
    t.strictSame(idsOf(body), [1169, 1168], `the newest first by ${order}`)
  }
  const created = await ask(world.v4, 'POST /projects', { ...root, json: { name: 'Mine' } })
  t.equal(created.body.id, 1170)
  t.strictSame(idsOf((await ask(world.v4, 'GET /projects?per_page=2', root)).body), [1170, 1169])
})

t.test('a client follows the pages', async t => {
  const world = gitlab.world('client')
  world.pretend('v4.projects', 1_000_000)
  world.pretend('v4.pipelines', 1_000_000, { project_id: 8 })
  const api = new Gitlab({ host: world.url, token: gitlab.tokens.root })
  const last = firstProject + 1_000_000 - 1
  const few = await api.Projects.all({
    pagination: 'keyset',
    orderBy: 'id',
    sort: 'desc',
    perPage: 50,
    maxPages: 4,
  })
  t.strictSame(
    idsOf(few),
    Array.from({ length: 200 }, (_, place) => last - place),
  )
  const { data, paginationInfo } = await api.Pipelines.all(8, {
    pagination: 'offset',
    page: 9000,
    perPage: 100,
    showExpanded: true,
  })
  t.equal(data.length, 100)
  t.match(paginationInfo, { current: 9000, next: 9001, previous: 8999 })
  t.notOk(paginationInfo.total, 'of no known length')
})

t.test('it is part of a world: told through the control API, kept, copied and gone with it', async t => {
  const world = gitlab.world('told')
  const tell = (table: string, json: unknown, url = world.url) =>
    ask(`${url}/__admin`, `PUT /tables/${table}/pretend`, { json })
  const total = async (url = world.v4) =>
    (await ask(url, 'GET /projects/8/pipelines', root)).headers.get('x-total')
  const told = await tell('v4.pipelines', { count: 100, project: 8 })
  t.strictSame([told.status, told.body], [200, { pretended: [{ first: 61, last: 160, project: 8 }] }])
  t.equal(await total(), '112')
  const twice = await tell('v4.pipelines', { count: 5, project: 1 })
  t.strictSame(twice.body.pretended[1], { first: 161, last: 165, project: 1 }, 'projects have theirs apart')
  t.equal((await tell('v4.pipelines', { count: 0, project: 1 })).body.pretended.length, 1)

  const snapshot = world.snapshot()
  await ask(`${world.url}/__admin`, 'POST /worlds', { json: { name: 'told-copy', from: 'told' } })
  const copy = gitlab.world('told-copy')
  t.equal((await tell('v4.pipelines', { count: 0, project: 8 })).status, 200)
  t.equal(await total(), '12', 'a count of 0 ends it')
  t.equal(await total(copy.v4), '112', 'a copy goes its own way')
  const created = await ask(world.v4, 'POST /projects/8/pipeline?ref=master', root)
  t.equal(created.body.id, firstPipeline, 'as if it had never been')
  snapshot.restore()
  t.equal(await total(), '112', 'a snapshot has it')
  world.reset()
  t.equal(await total(), '12', 'a reset ends it')
  const rows = await ask(`${copy.url}/__admin`, 'GET /tables/v4.pipelines')
  await ask(`${copy.url}/__admin`, 'PUT /tables/v4.pipelines', { json: { rows: rows.body.rows } })
  t.equal(await total(copy.v4), '12', 'so do other rows for the table')

  for (const [table, json, status, error] of [
    ['v4.nothing', { count: 1 }, 404, 'there is no table "v4.nothing"'],
    ['v4.issues', { count: 1 }, 400, 'only v4.pipelines and v4.projects can be pretended'],
    ['v4.pipelines', { count: 1 }, 400, 'v4.pipelines are pretended of a project, which must be told'],
    ['v4.pipelines', { count: 1, project: 7 }, 400, 'there is no project 7'],
    ['v4.projects', { count: 1, project: 8 }, 400, 'v4.projects are of no project'],
    ['v4.projects', { count: -1 }, 400, /"count" is not as it should be/],
    ['v4.projects', {}, 400, '"count" is missing'],
  ] as const) {
    const refused = await tell(table, json)
    t.equal(refused.status, status)
    t.match(refused.body.error, error)
  }
  t.throws(() => world.pretend('v4.issues', 1), /only v4.pipelines and v4.projects/)
  t.throws(() => world.pretend('v4.projects', 1.5), /whole number/)
})

t.test('servers as they were observed page so too', async t => {
  const observed = await createUnderstudy({ checkAnswers: true, profile: 'observed' })
  t.teardown(() => observed.close())
  observed.pretend('v4.projects', 100_000)
  observed.pretend('v4.pipelines', 100_000, { project_id: 8 })
  t.equal((await ask(observed.v4, 'GET /projects?per_page=100&page=500', root)).body.length, 100)
  t.equal((await ask(observed.v4, 'GET /projects?per_page=100&page=501', root)).status, 405)
  const { body, headers } = await ask(observed.v4, 'GET /projects/8/pipelines?page=5001', root)
  t.equal(body.length, storedPipelines)
  t.strictSame(relsOf(headers), ['prev', 'first'])
  t.strictSame((await ask(observed.v4, 'GET /projects/8/pipelines/5000/jobs', root)).body, [])
  t.match((await ask(observed.v4, 'GET /projects/8/pipelines/5000', root)).body.detailed_status, {
    group: /./,
  })
  const latest = await ask(observed.v4, 'GET /projects/8/pipelines/latest', root)
  t.ok(latest.body.id < firstPipeline, 'the latest is a stored one')
})
