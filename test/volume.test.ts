// A world with many rows: they hang together, are the same for the same seed, and can be walked through.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { users } from '../src/apis/accounts.ts'
import { v1, v1Rows } from '../src/apis/v1/api.ts'
import { v4, v4Rows } from '../src/apis/v4/api.ts'
import { jobs, pipelines } from '../src/apis/v4/ci_tables.ts'
import { rollUp } from '../src/apis/v4/pipeline_status.ts'
import {
  branches,
  commits,
  files,
  issues,
  members,
  namespaces,
  notes,
  projects,
  tags,
} from '../src/apis/v4/tables.ts'
import { fill } from '../src/apis/volume/volume.ts'
import { checkRows } from '../src/behaviour/check.ts'
import { loadContract, profiles } from '../src/contract/load.ts'
import { createUnderstudy } from '../src/index.ts'
import { createClock } from '../src/store/clock.ts'
import { ownFixtures, readFixtures } from '../src/store/fixtures.ts'
import { createStore } from '../src/store/store.ts'
import type { Row, Table } from '../src/store/table.ts'
import type { World } from '../src/store/world.ts'
import { type Answered, ask } from './ask.ts'

const fixtures = readFixtures(ownFixtures)
const worldOf = (count: number, seed: number, until?: number) =>
  createStore(fill(fixtures, count, seed, until), createClock(0), seed).world('main')

/** Tables that hold one row for each N, and those that hold some for each or for some. */
const full = [users, projects, members, commits, branches, tags, files, issues, notes, pipelines].map(
  ({ name }) => name,
)
const fullInV1 = ['projects', 'runners', 'runner_projects', 'triggers', 'commits'].map(name => `v1.${name}`)
const asManyAs = ['v4.jobs', 'v1.builds', namespaces.name, 'v4.project_group_links']

t.test('every table has so many rows more, behind the fixtures as they are', async t => {
  const count = 200
  const filled = fill(fixtures, count, 1)
  for (const [name, rows] of Object.entries(filled.tables)) {
    const before = fixtures.tables[name]!
    t.strictSame(rows.slice(0, before.length), before, `${name}: the fixtures come first`)
    const made = rows.slice(before.length)
    const ids = made.map(({ id }) => id)
    t.strictSame(
      ids,
      made.map((_, place) => 1001 + place),
      `${name}: ids from 1001 on`,
    )
    if (made.length > 0) t.equal(filled.next[name], 1001 + made.length, `${name}: the next id is behind them`)
    if ([...full, ...fullInV1, 'v4.pipeline_triggers'].includes(name)) t.equal(made.length, count, name)
    else if (asManyAs.includes(name)) t.ok(made.length > 0, `${name} has some`)
    else t.equal(made.length, 0, `${name} has none`)
  }
  const own = new Set(Object.values(fixtures.tables).flatMap(rows => rows.map(row => row)))
  t.ok(
    Object.values(filled.tables).every(rows =>
      rows.every(row => own.has(row) || (row as { project_id?: number }).project_id !== 1),
    ),
    'nothing is added to project 1',
  )
})

t.test('all rows can be shown as the contracts of both profiles say', async t => {
  for (const count of [1, 200]) {
    const world = worldOf(count, 1)
    for (const profile of profiles) {
      t.same(checkRows(v1, loadContract('v1', profile), world, v1Rows), [], `v1, ${profile}, ${count}`)
      t.same(checkRows(v4, loadContract('v4', profile), world, v4Rows), [], `v4, ${profile}, ${count}`)
    }
  }
})

t.test('rows of any seed and number hang together', async t => {
  const [inV1, inV4] = [loadContract('v1', 'observed'), loadContract('v4', 'observed')]
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 2 ** 32 - 1 }), (count, seed) => {
      const world = worldOf(count, seed)
      const faults = [
        ...checkRows(v1, inV1, world, v1Rows),
        ...checkRows(v4, inV4, world, v4Rows),
        ...looseEnds(world),
      ]
      if (faults.length > 0) throw new Error(faults.slice(0, 5).join('\n'))
    }),
    { numRuns: 25, seed: 1 },
  )
  t.pass(
    'no row names one that is not there, nothing is there twice, and jobs come to what their pipeline is',
  )
})

/** What doesn't fit of rows that were made. */
function looseEnds(world: World): string[] {
  const made = <R extends Row>(table: Table<R>) => world.rows(table).filter(({ id }) => id > 1000)
  const twice = (what: string, keys: unknown[]) =>
    new Set(keys).size === keys.length ? [] : [`${what} are there twice`]
  const nameless = (what: string, missing: boolean) => (missing ? [what] : [])
  const refs = (name: string) =>
    world
      .rows<Row & { project_id: number; name: string }>({ name, by: [] })
      .map(it => `${it.project_id} ${it.name}`)
  const pathOf = (id: number) => world.get(namespaces, id)!.full_path
  return [
    ...twice(
      'usernames',
      world.rows(users).map(it => it.username.toLowerCase()),
    ),
    ...twice(
      'namespaces',
      world.rows(namespaces).map(it => it.full_path.toLowerCase()),
    ),
    ...twice(
      'projects',
      world.rows(projects).map(it => `${pathOf(it.namespace_id)}/${it.path}`.toLowerCase()),
    ),
    ...twice(
      'iids',
      world.rows(issues).map(it => `${it.project_id} ${it.iid}`),
    ),
    ...twice(
      'members',
      world.rows(members).map(it => `${it.project_id} ${it.user_id}`),
    ),
    ...[branches.name, tags.name].flatMap(name => twice(name, refs(name))),
    ...twice(
      'files',
      world.rows(files).map(it => `${it.project_id} ${it.file_path}`),
    ),
    ...made(pipelines).flatMap(pipeline => {
      const own = world.where(jobs, 'pipeline_id', pipeline.id)
      const status = rollUp(own.filter(({ retried }) => !retried)) ?? 'failed'
      const commit = world.find(commits, 'project_id', pipeline.project_id, ['sha', pipeline.sha])
      return [
        ...nameless(
          `pipeline ${pipeline.id} is ${pipeline.status}, its jobs ${status}`,
          status !== pipeline.status,
        ),
        ...nameless(
          `pipeline ${pipeline.id} is of another project's commit`,
          commit?.project_id !== pipeline.project_id,
        ),
        ...nameless(
          `a job of ${pipeline.id} is of another project`,
          own.some(it => it.project_id !== pipeline.project_id),
        ),
        ...nameless(
          `pipeline ${pipeline.id} ends before it starts`,
          `${pipeline.finished_at ?? '9'}` < `${pipeline.started_at ?? ''}`,
        ),
      ]
    }),
    ...made(commits).flatMap(({ sha, project_id, parent_ids, branches: on }) => [
      ...nameless(
        `${sha} has a parent elsewhere`,
        parent_ids.some(it => !world.find(commits, 'project_id', project_id, ['sha', it])),
      ),
      ...nameless(
        `${sha} is on no branch`,
        on.length === 0 ||
          !world.where(branches, 'project_id', project_id).some(({ name }) => on.includes(name)),
      ),
    ]),
    ...made(notes).flatMap(note => {
      const issue = world.get(issues, note.noteable_id)!
      return nameless(
        `note ${note.id} is older than its issue`,
        note.created_at < issue.created_at || note.noteable_iid !== issue.iid,
      )
    }),
    ...made(projects).flatMap(project =>
      nameless(
        `project ${project.id}: its default branch`,
        (project.default_branch === 'master') !==
          world.where(branches, 'project_id', project.id).some(({ name }) => name === 'master'),
      ),
    ),
  ]
}

t.test(
  'times lie in the two years before the clock that stands, else before the last day of the fixtures',
  async t => {
    const instants = (until?: number) => {
      const text = JSON.stringify(Object.values(fill({ ...fixtures, tables: {} }, 100, 1, until).tables))
      return [...new Set(text.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g))].sort()
    }
    t.ok(instants().at(-1)! <= '2016-11-04T12:00:00.000Z' && instants()[0]! >= '2014-11-03', 'unless told')
    const told = instants(Date.parse('2020-02-29T10:00:00Z'))
    t.ok(told.at(-1)! <= '2020-02-29T10:00:00.000Z' && told[0]! >= '2018-02-27', '--now')
  },
)

t.test('the same seed gives the same bytes, another one others', async t => {
  const paths = ['/projects?per_page=100', '/users', '/projects/1001/pipelines', '/projects/1001/issues']
  const all = async (seed: number) => {
    const gitlab = await createUnderstudy({ volume: 60, seed })
    const as = gitlab.tokens.root
    const ofV4 = await Promise.all(paths.map(path => ask(gitlab.v4, `GET ${path}`, { as })))
    const ofV1 = await ask(gitlab.v1, `GET /projects?url=http://demo.gitlab.com/&private_token=${as}`)
    const rows = await ask(gitlab.url, 'GET /__admin/tables/v1.builds')
    await gitlab.close()
    return [...ofV4, ofV1, rows].map(({ text }) => text.replaceAll(gitlab.url, ''))
  }
  const [one, same, other] = [await all(7), await all(7), await all(8)]
  t.strictSame(one, same)
  for (const [place, text] of one.entries()) t.not(text, other[place], `answer ${place}`)
  t.strictSame(fill(fixtures, 300, 7), fill(fixtures, 300, 7), 'and all rows, however many')
})

t.test('to those who ask', async t => {
  const gitlab = await createUnderstudy({ volume: 300, checkAnswers: true })
  const plain = await createUnderstudy()
  t.teardown(() => Promise.all([gitlab.close(), plain.close()]))
  const { root, developer, stranger } = gitlab.tokens
  const get = (path: string, as?: string) => ask(gitlab.v4, `GET ${path}`, as ? { as } : {})
  const count = async (path: string, as?: string) => Number((await get(path, as)).headers.get('x-total'))

  /** All items of a list, by the links of its pages. */
  const walk = async (path: string, as: string | undefined) => {
    const found: { id: number }[] = []
    let total: string | null = null
    for (let url: string | undefined = gitlab.v4 + path; url; ) {
      const page: Answered = await ask('', `GET ${url}`, as ? { as } : {})
      total = page.headers.get('x-total') ?? total
      found.push(...page.body)
      url = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]
    }
    return { found, total }
  }

  await t.test('lists are walked to their ends, and hold what X-Total tells', async t => {
    const first = '/projects/1001'
    for (const path of [
      '/projects?per_page=70',
      '/users?per_page=70',
      '/namespaces?per_page=70',
      `${first}/pipelines?per_page=70`,
      `${first}/issues?per_page=70`,
      `${first}/repository/branches?per_page=30`,
      `${first}/repository/tags?per_page=30`,
    ]) {
      const { found, total } = await walk(path, root)
      t.equal(found.length, Number(total), `${path}: ${total}`)
      t.ok(found.length > 20, `${path} has more than a page`)
      t.equal(new Set(found.map(it => JSON.stringify(it))).size, found.length, `${path}: none twice`)
    }
    t.ok(
      (await count(`${first}/pipelines`, root)) >= 120,
      'near half of all pipelines are in the first project',
    )
    const keyset = await walk('/projects?pagination=keyset&order_by=id&sort=asc&per_page=70', root)
    t.equal(keyset.found.length, await count('/projects', root), 'keyset pages lead there, too')
  })

  await t.test('each filter finds something, and not everything', async t => {
    const filters: Record<string, string[]> = {
      '/projects/1001/pipelines': [
        ...['success', 'failed', 'canceled', 'skipped', 'running', 'pending'].map(it => `status=${it}`),
        ...['running', 'pending', 'finished', 'branches', 'tags'].map(it => `scope=${it}`),
        ...['ref=master', 'yaml_errors=true', 'updated_after=2016-10-01T00:00:00Z'],
      ],
      '/projects': [
        ...['public', 'internal', 'private'].map(it => `visibility=${it}`),
        ...['archived=true', 'membership=true', 'search=back', 'last_activity_before=2016-01-01T00:00:00Z'],
      ],
      '/projects/1001/issues': [
        ...['state=opened', 'state=closed', 'labels=bug', 'labels=None', 'labels=Any', 'assignee_id=None'],
        ...['confidential=true', 'search=the', 'created_after=2016-10-01T00:00:00Z'],
      ],
      '/users': ['active=true', 'blocked=true', 'search=an', 'created_before=2015-06-01T00:00:00Z'],
    }
    for (const [path, queries] of Object.entries(filters)) {
      const all = await count(path, root)
      for (const query of queries) {
        const found = await count(`${path}?${query}`, root)
        t.ok(found > 0 && (found < all || query === 'search=the'), `${path}?${query}: ${found} of ${all}`)
      }
    }
  })

  await t.test('who asks sees what they may see', async t => {
    const totals = await Promise.all([root, developer, stranger, undefined].map(as => count('/projects', as)))
    t.strictSame(
      [...totals].sort((one, other) => other - one),
      totals,
      'root most, anonymous least',
    )
    t.equal(new Set(totals).size, 4, 'and each a number of their own')
    t.equal((await get('/projects/1001')).status, 200, 'the first project is open to everybody')
    const mine = await count('/projects?membership=true', developer)
    t.equal(mine, (await ask(plain.v4, 'GET /projects?membership=true', { as: developer })).body.length + 10)
    t.equal((await ask(gitlab.v4, 'POST /projects/1001/pipeline?ref=master', { as: developer })).status, 201)
    const reporter = { as: gitlab.tokens.reporter }
    t.equal((await ask(gitlab.v4, 'POST /projects/1001/pipeline?ref=master', reporter)).status, 403)
    const [newest] = (await get('/projects/1001/pipelines', root)).body
    t.equal(newest.id, 1301, 'what is made now has an id behind all others')
  })

  await t.test('the docs have their own rows as ever', async t => {
    for (const path of [
      ...[
        '',
        '/pipelines',
        '/pipelines/46',
        '/issues',
        '/jobs',
        '/repository/branches',
        '/repository/tags',
      ].map(it => `/projects/1${it}`),
      ...['/projects/8/pipelines', '/projects/8/issues/8/notes', '/projects/5', '/users/1', '/users/123'],
      ...['/projects/foo%2Fbar/repository/files/src%2FREADME.md?ref=master', '/namespaces/2'],
    ]) {
      const [here, there] = await Promise.all(
        [gitlab, plain].map(it => ask(it.v4, `GET ${path}`, { as: root })),
      )
      t.equal(here!.status, there!.status, path)
      t.equal(here!.text.replaceAll(gitlab.url, ''), there!.text.replaceAll(plain.url, ''), path)
    }
  })

  await t.test('GitLab CI knows the same projects and commits', async t => {
    const as = `url=http://demo.gitlab.com/&private_token=${root}`
    const ofCi = async (path: string) => ask(gitlab.v1, `GET ${path}`)
    const [project] = (await ofCi(`/projects?${as}&per_page=100`)).body.filter((it: Row) => it.id > 1000)
    const inGitLab = (await get(`/projects/${project.gitlab_id}`, root)).body
    t.equal(project.gitlab_url, `http://demo.gitlab.com/${inGitLab.path_with_namespace}`)
    const pushes = (await ofCi(`/commits?project_id=${project.id}&project_token=${project.token}`)).body
    const { title } = (await get(`/projects/${project.gitlab_id}/repository/branches/master`, root)).body
      .commit
    t.ok(pushes.length > 10, `${pushes.length} pushes`)
    t.ok(title.length > 0 && pushes.some((it: { builds: unknown[] }) => it.builds.length > 0), 'with builds')
    t.ok((await ofCi(`/runners?${as}&per_page=100`)).body.length > 90, 'and many runners')
    const taken = await ask(gitlab.v1, 'POST /builds/register', { form: { token: '12b68e90394084703135' } })
    t.equal(taken.body.id, 79, 'runner 85 takes the build of the docs')
  })

  await t.test('other worlds have them, too, and a reset brings them back', async t => {
    const world = gitlab.world('apart')
    t.equal((await ask(world.v4, 'DELETE /projects/1001', { as: root })).status, 204)
    t.equal((await ask(world.v4, 'GET /projects/1001', { as: root })).status, 404)
    t.equal((await get('/projects/1001', root)).status, 200)
    world.reset()
    t.equal((await ask(world.v4, 'GET /projects/1001', { as: root })).status, 200)
  })
})

t.test('as servers did, each pipeline tells its jobs', async t => {
  const gitlab = await createUnderstudy({ volume: 300, profile: 'observed', checkAnswers: true })
  t.teardown(() => gitlab.close())
  const first = `${gitlab.v4}/projects/1001`
  const as = gitlab.tokens.root
  const all = (await ask(first, 'GET /jobs', { as })).headers.get('x-total')
  for (const status of ['success', 'failed', 'canceled', 'skipped', 'running', 'pending', 'created']) {
    const { headers, body } = await ask(first, `GET /jobs?scope[]=${status}`, { as })
    const total = Number(headers.get('x-total'))
    t.ok(total > 0 && total < Number(all), `${status}: ${total} of ${all}`)
    t.equal(body[0].status, status)
    t.match(body[0].commit, { id: /^[0-9a-f]{40}$/ }, 'each with its commit')
  }
  const [failed] = (await ask(first, 'GET /pipelines?status=failed&yaml_errors=false', { as })).body
  const before = (await ask(first, `GET /pipelines/${failed.id}/jobs`, { as })).body
  t.ok(before.some((it: { status: string }) => it.status === 'failed'))
  const retried = await ask(first, `POST /pipelines/${failed.id}/retry`, { as })
  t.match(retried.body, { id: failed.id, status: /running|pending/ }, 'and can be retried')
})

t.test('what does not fit into the memory is refused before anything is made', async t => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
  const flags = ['--max-old-space-size=200', main, '--port', '0', '--volume', '100000']
  const { status, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' })
  t.equal(status, 2)
  t.match(stderr, /^gitlab-understudy: volume: 100000 rows per table take \d+ MiB, .*ask for \d+ at most/)
})
