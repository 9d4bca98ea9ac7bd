// Jobs, which only `observed` has: how they add up to their pipeline's status, and what can be done to them.
import fc from 'fast-check'
import t from 'tap'
import type { CiStatus, Job, Pipeline } from '../../src/apis/v4/ci_tables.ts'
import { busySeconds } from '../../src/apis/v4/pipeline_jobs.ts'
import { letGo, rollUp } from '../../src/apis/v4/pipeline_status.ts'
import { createUnderstudy } from '../../src/index.ts'
import { ownFixtures, readFixtures } from '../../src/store/fixtures.ts'
import { type Asked, ask } from '../ask.ts'

const now = '2016-11-04T12:00:00.000Z'
const gitlab = await createUnderstudy({ checkAnswers: true, profile: 'observed', now: Date.parse(now) })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root: Asked = { as: tokens.root }
const maintainer: Asked = { as: tokens.maintainer }
const developer: Asked = { as: tokens.developer }

const { tables } = readFixtures(ownFixtures)
const jobs = tables['v4.jobs'] as Job[]
const pipelines = tables['v4.pipelines'] as Pipeline[]
const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id)

/** Jobs by their statuses; a `?` behind one says that it may fail. */
const partsOf = (words: string) =>
  words
    .split(' ')
    .map(word => ({ status: word.replace('?', '') as CiStatus, allow_failure: word.endsWith('?') }))

t.test("a pipeline's status follows from its jobs (source of 12.0 and 12.8)", async t => {
  const rows: [jobs: string, status: CiStatus][] = [
    ['skipped skipped', 'skipped'],
    ['skipped manual?', 'skipped'],
    ['manual?', 'skipped'],
    ['success', 'success'],
    ['success skipped', 'success'],
    ['success failed?', 'success'],
    ['failed? canceled?', 'success'],
    ['success manual?', 'success'],
    ['skipped failed?', 'success'],
    ['created created', 'created'],
    ['created failed?', 'created'],
    ['preparing preparing', 'preparing'],
    ['canceled canceled', 'canceled'],
    ['success canceled skipped', 'canceled'],
    ['pending created', 'pending'],
    ['pending created skipped', 'pending'],
    ['running created', 'running'],
    ['success pending', 'running'],
    ['success running', 'running'],
    ['failed running', 'running'],
    ['success created', 'running'],
    ['canceled created', 'running'],
    ['success waiting_for_resource', 'waiting_for_resource'],
    ['success manual', 'manual'],
    ['manual scheduled', 'manual'],
    ['success scheduled created', 'scheduled'],
    ['success preparing', 'preparing'],
    ['success failed', 'failed'],
    ['failed canceled', 'failed'],
    ['failed skipped', 'failed'],
    ['failed failed?', 'failed'],
  ]
  for (const [words, status] of rows) t.equal(rollUp(partsOf(words)), status, words)
  t.equal(rollUp([]), undefined, 'no jobs say nothing')
})

const statuses: CiStatus[] = [
  ...(['created', 'waiting_for_resource', 'preparing', 'pending', 'running', 'success'] as const),
  ...(['failed', 'canceled', 'skipped', 'manual', 'scheduled'] as const),
]
const part = fc.record({ status: fc.constantFrom(...statuses), allow_failure: fc.boolean() })

t.test('neither the order of the jobs nor how many are alike matters', async t => {
  const mixed = fc
    .array(part, { minLength: 1, maxLength: 8 })
    .chain(parts =>
      fc.tuple(
        fc.constant(parts),
        fc.shuffledSubarray([...parts, ...parts], { minLength: parts.length * 2 }),
      ),
    )
  const outcome = fc.check(
    fc.property(mixed, ([parts, others]) => rollUp(parts) === rollUp(others)),
    { numRuns: 1000 },
  )
  t.notOk(outcome.failed && fc.defaultReportMessage(outcome))
  const alone = fc.check(
    fc.property(part, ({ status }) => rollUp([{ status, allow_failure: false }]) === status),
  )
  t.notOk(alone.failed && fc.defaultReportMessage(alone), 'one job that may not fail says it all')
})

/** Jobs `<status>[?][ when]`, stage by stage. */
const stagesOf = (...stages: string[][]): Job[] =>
  stages.flatMap((stage, stage_idx) =>
    stage.map((words, index) => {
      const [word, when = 'on_success'] = words.split(' ')
      return {
        ...jobs[0]!,
        ...partsOf(word!)[0]!,
        id: stage_idx * 10 + index,
        stage_idx,
        when: when as Job['when'],
      }
    }),
  )

t.test('jobs are let go when the stages before theirs are over (source of 12.0)', async t => {
  const rows: [means: string, stages: string[][], becomes: Record<number, CiStatus>][] = [
    [
      'the first stage waits for nothing',
      [['created', 'created'], ['created']],
      { 0: 'pending', 1: 'pending' },
    ],
    ['a stage waits for all of the one before', [['success', 'running'], ['created']], {}],
    ['success lets go', [['success'], ['created'], ['created']], { 10: 'pending' }],
    [
      'a failure skips all that is behind it',
      [['failed'], ['created'], ['created']],
      { 10: 'skipped', 20: 'skipped' },
    ],
    ['a failure that is allowed does not', [['failed?'], ['created']], { 10: 'pending' }],
    ['nor does what nobody has started', [['manual?'], ['created']], { 10: 'pending' }],
    ['what must be started holds up', [['manual'], ['created']], {}],
    ['canceling skips', [['canceled'], ['created']], { 10: 'skipped' }],
    [
      'some jobs run only after a failure',
      [['failed'], ['created on_failure', 'created']],
      { 10: 'pending', 11: 'skipped' },
    ],
    ['some always', [['failed'], ['created always']], { 10: 'pending' }],
    [
      'some wait for somebody',
      [['success'], ['created? manual'], ['created']],
      { 10: 'manual', 20: 'pending' },
    ],
    ['some for their time', [['success'], ['created delayed']], { 10: 'scheduled' }],
    ['what is on its way is left alone', [['pending'], ['skipped']], {}],
  ]
  for (const [means, stages, becomes] of rows) {
    const changes = [...letGo(stagesOf(...stages))].map(([{ id }, status]) => [id, status])
    t.strictSame(Object.fromEntries(changes), becomes, means)
  }
})

t.test('time in which several jobs ran counts once (source of 12.0)', async t => {
  const at = (minute: number) => `2016-11-04T11:${minute}:00.000Z`
  const job = (status: CiStatus, from: number, to?: number): Job => ({
    ...jobs[0]!,
    status,
    started_at: at(from),
    finished_at: to === undefined ? null : at(to),
  })
  const rows: [means: string, jobs: Job[], minutes: number][] = [
    ['none', [], 0],
    ['one behind the other', [job('success', 10, 12), job('failed', 15, 16)], 3],
    ['overlapping, in any order', [job('success', 12, 14), job('canceled', 11, 13)], 3],
    ['one within the other', [job('success', 10, 20), job('success', 11, 12), job('success', 19, 21)], 11],
    ['one that still runs', [job('running', 50)], 10],
    ['one that waits again does not count', [job('pending', 50)], 0],
  ]
  for (const [means, some, minutes] of rows) t.equal(busySeconds(some, now), minutes * 60, means)
})

t.test('the jobs of the default world are shown, and their pipelines are what they add up to', async t => {
  for (const { id, project_id, pipeline_id, name, status } of jobs) {
    const shown = await ask(gitlab.v4, `GET /projects/${project_id}/jobs/${id}`, root)
    t.match(shown, { status: 200, body: { id, name, status, pipeline: { id: pipeline_id } } }, `job ${id}`)
    t.equal(shown.body.web_url, shown.body.pipeline.web_url.replace(/pipelines\/\d+$/, `jobs/${id}`))
  }
  for (const id of new Set(jobs.map(({ pipeline_id }) => pipeline_id))) {
    const { status } = pipelines.find(pipeline => pipeline.id === id)!
    t.equal(rollUp(jobs.filter(job => job.pipeline_id === id && !job.retried)), status, `pipeline ${id}`)
  }
})

t.test(
  'a job is shown with its user, commit and pipeline, in the order of the server (source of 12.0)',
  async t => {
    const { body, text } = await ask(gitlab.v4, 'GET /projects/8/jobs/2', maintainer)
    t.strictSame(Object.keys(body), [
      ...[
        'id',
        'status',
        'stage',
        'name',
        'ref',
        'tag',
        'coverage',
        'allow_failure',
        'created_at',
        'started_at',
      ],
      ...['finished_at', 'duration', 'user', 'commit', 'pipeline', 'web_url', 'artifacts', 'runner'],
      'artifacts_expire_at',
    ])
    t.match(body, { coverage: 81.4, duration: 120, runner: null, artifacts_expire_at: null })
    t.strictSame(body.artifacts, [{ file_type: 'trace', size: 26, filename: 'job.log', file_format: 'raw' }])
    t.strictSame(Object.keys(body.user), [
      ...['id', 'name', 'username', 'state', 'avatar_url', 'web_url', 'created_at', 'bio', 'location'],
      ...['public_email', 'skype', 'linkedin', 'twitter', 'website_url', 'organization'],
    ])
    t.equal(body.commit.id, body.pipeline.sha)
    t.strictSame(Object.keys(body.pipeline), [
      'id',
      'sha',
      'ref',
      'status',
      'created_at',
      'updated_at',
      'web_url',
    ])
    t.notMatch(text, 'trace":', 'what it printed is not told')
    const running = await ask(gitlab.v4, 'GET /projects/8/jobs/24', maintainer)
    t.match(running.body, {
      duration: (Date.parse(now) - Date.parse('2016-10-12T08:01:00Z')) / 1000,
      artifacts: [],
    })
    const lost = await ask(gitlab.v4, 'GET /projects/8/jobs/7', maintainer)
    t.equal(lost.body.commit, null, 'a commit that is not in the repository any more')
  },
)

t.test('lists of jobs: by status, in pages', async t => {
  const rows: [means: string, request: string, ids: number[]][] = [
    ['of a project, the newest first', 'GET /projects/8/jobs?per_page=3', [25, 24, 23]],
    ['of a pipeline, the oldest first', 'GET /projects/8/pipelines/26/jobs', [11, 12, 13, 14]],
    ['retried ones are there', 'GET /projects/8/pipelines/27/jobs', [15, 16, 17]],
    ['one status', 'GET /projects/8/jobs?scope=running', [24, 18]],
    ['one in a list', 'GET /projects/8/jobs?scope[]=manual', [14]],
    ['several', 'GET /projects/8/jobs?scope[]=pending&scope[]=manual', [20, 14]],
    ['of a pipeline', 'GET /projects/8/pipelines/26/jobs?scope=success&per_page=1&page=2', [13]],
    ['none', 'GET /projects/8/jobs?scope[]=preparing', []],
    ['of a pipeline without any', 'GET /projects/1/pipelines/46/jobs', []],
  ]
  for (const [means, request, ids] of rows) {
    const { status, body } = await ask(gitlab.v4, request, root)
    t.strictSame([status, idsOf(body)], [200, ids], means)
  }
  const { headers } = await ask(
    gitlab.v4,
    'GET /projects/8/pipelines/26/jobs?scope[]=success&per_page=1',
    root,
  )
  t.match(
    headers.get('link'),
    `/pipelines/26/jobs?id=8&page=2&per_page=1&pipeline_id=26&scope%5B%5D=success>; rel="next"`,
  )
})

const forbidden = { message: '403 Forbidden' }
const noProject = { message: '404 Project Not Found' }
const unauthorized = { message: '401 Unauthorized' }
const notFound = { message: '404 Not found' }

t.test('a request about jobs that is refused says why', async t => {
  const rows: [fact: string, request: string, asked: Asked, status: number, body: object][] = [
    [
      'no such status',
      'GET /projects/8/jobs?scope=done',
      root,
      400,
      { error: 'scope does not have a valid value' },
    ],
    [
      'one of several',
      'GET /projects/8/jobs?scope[]=done&scope[]=failed',
      root,
      400,
      { error: 'scope does not have a valid value' },
    ],
    [
      'in the order of declaration',
      'GET /projects/8/pipelines/x/jobs?page=x&scope=x',
      root,
      400,
      { error: 'pipeline_id is invalid, scope does not have a valid value, page is invalid' },
    ],
    ['no number', 'GET /projects/8/jobs/last', root, 400, { error: 'job_id is invalid' }],
    ['nobody without a token, even of a public project', 'GET /projects/5/jobs', {}, 401, unauthorized],
    ['a hidden project', 'GET /projects/1/jobs', { as: tokens.stranger }, 404, noProject],
    ['guests where pipelines are not public', 'GET /projects/1/jobs', { as: tokens.guest }, 403, forbidden],
    ['told before the job is looked for', 'GET /projects/1/jobs/999', { as: tokens.guest }, 403, forbidden],
    ['unknown job', 'GET /projects/8/jobs/999', root, 404, notFound],
    ['a job of another project', 'GET /projects/1/jobs/5', root, 404, notFound],
    ['unknown pipeline', 'GET /projects/8/pipelines/46/jobs', root, 404, notFound],
    ['reporters change nothing', 'POST /projects/8/jobs/5/retry', { as: tokens.reporter }, 403, forbidden],
    [
      'told before the job is looked for',
      'POST /projects/8/jobs/999/cancel',
      { as: tokens.reporter },
      403,
      forbidden,
    ],
    [
      'but readers may look for what to play',
      'POST /projects/8/jobs/999/play',
      { as: tokens.reporter },
      404,
      notFound,
    ],
    ['and not play it', 'POST /projects/8/jobs/14/play', { as: tokens.reporter }, 403, forbidden],
    ['unknown job', 'POST /projects/8/jobs/999/erase', root, 404, notFound],
    [
      'on a protected branch developers change nothing',
      'POST /projects/8/jobs/20/cancel',
      developer,
      403,
      forbidden,
    ],
    ['on a protected tag neither', 'POST /projects/8/jobs/4/retry', developer, 403, forbidden],
    ['nor do they erase there', 'POST /projects/8/jobs/1/erase', developer, 403, forbidden],
    ["developers do not erase others' jobs", 'POST /projects/8/jobs/17/erase', developer, 403, forbidden],
    [
      'not over: no retry',
      'POST /projects/8/jobs/20/retry',
      root,
      403,
      { message: '403 Forbidden  - Job is not retryable' },
    ],
    [
      'skipped: no retry',
      'POST /projects/8/jobs/6/retry',
      root,
      403,
      { message: '403 Forbidden  - Job is not retryable' },
    ],
    [
      'not over: nothing to erase',
      'POST /projects/8/jobs/18/erase',
      root,
      403,
      { message: '403 Forbidden  - Job is not erasable!' },
    ],
    [
      'it left nothing',
      'POST /projects/8/jobs/6/erase',
      root,
      403,
      { message: '403 Forbidden  - Job is not erasable!' },
    ],
    [
      'what runs by itself is not played',
      'POST /projects/8/jobs/11/play',
      root,
      400,
      { message: '400 (Bad request) "Unplayable Job" not given' },
    ],
    [
      'not even when it waits',
      'POST /projects/8/jobs/23/play',
      root,
      400,
      { message: '400 (Bad request) "Unplayable Job" not given' },
    ],
  ]
  for (const [fact, request, asked, status, body] of rows) {
    const answer = await ask(gitlab.v4, request, asked)
    t.strictSame([answer.status, answer.body], [status, body], `${fact}: ${request}`)
  }
})

t.test('who may do what with jobs', async t => {
  const roles = ['stranger', 'guest', 'reporter', 'developer', 'maintainer', 'owner', 'root'] as const
  const hidden = { visibility: 'private', public_jobs: false }
  const rows: [request: string, project: object, statuses: number[]][] = [
    ['GET /projects/8/jobs', {}, [200, 200, 200, 200, 200, 200, 200]],
    ['GET /projects/8/jobs', { public_jobs: false }, [403, 403, 200, 200, 200, 200, 200]],
    ['GET /projects/8/jobs/5', hidden, [404, 403, 200, 200, 200, 200, 200]],
    ['GET /projects/8/pipelines/22/jobs', hidden, [404, 403, 200, 200, 200, 200, 200]],
    ['POST /projects/8/jobs/14/play', {}, [403, 403, 403, 200, 200, 200, 200]],
    ['POST /projects/8/jobs/5/retry', {}, [403, 403, 403, 201, 201, 201, 201]],
    ['POST /projects/8/jobs/5/erase', {}, [403, 403, 403, 201, 201, 201, 201]],
    ['POST /projects/8/jobs/20/cancel', {}, [403, 403, 403, 403, 201, 201, 201]],
  ]
  for (const [number, [request, project, expected]] of rows.entries()) {
    const found = roles.map(async role => {
      const world = gitlab.world(`may-${number}-${role}`)
      world.patch({ 'v4.projects': { 8: project } })
      return (await ask(world.v4, request, { as: tokens[role] })).status
    })
    t.strictSame(await Promise.all(found), expected, `${request} ${JSON.stringify(project)}`)
  }
})

t.test('what is done to a job changes it, those behind it and their pipeline', async t => {
  type Row = [
    fact: string,
    request: string,
    given: Record<number, object>,
    answer: object,
    after: Record<number, string>,
    pipeline: string,
  ]
  const rows: Row[] = [
    [
      'what waits for somebody is started as whoever asks',
      'POST /projects/8/jobs/14/play',
      {},
      { id: 14, status: 'pending', user: { id: 1 } },
      { 14: 'pending' },
      'running',
    ],
    [
      'what waits for its time too',
      'POST /projects/8/jobs/14/play',
      { 14: { status: 'scheduled', when: 'delayed' } },
      { id: 14, status: 'pending' },
      {},
      'running',
    ],
    [
      'once over, it is played by a new job',
      'POST /projects/8/jobs/14/play',
      { 14: { status: 'success' } },
      { id: 30, name: 'deploy', status: 'pending' },
      { 14: 'success' },
      'running',
    ],
    [
      'a job that waits is canceled, what is behind it skipped',
      'POST /projects/8/jobs/20/cancel',
      {},
      { id: 20, status: 'canceled', finished_at: now, duration: null },
      { 21: 'skipped' },
      'canceled',
    ],
    [
      'one that runs too',
      'POST /projects/8/jobs/24/cancel',
      {},
      { id: 24, status: 'canceled', finished_at: now },
      { 25: 'skipped' },
      'canceled',
    ],
    [
      'one that waits for somebody too',
      'POST /projects/8/jobs/14/cancel',
      {},
      { id: 14, status: 'canceled' },
      {},
      'success',
    ],
    [
      'one that is over is left as it is',
      'POST /projects/8/jobs/5/cancel',
      {},
      { id: 5, status: 'failed', finished_at: '2016-09-12T08:05:00.000Z' },
      {},
      'failed',
    ],
    [
      'a retry is a new job in its place, and what was skipped waits again',
      'POST /projects/8/jobs/5/retry',
      {},
      { id: 30, status: 'pending', name: 'build', user: { id: 1 }, started_at: null, artifacts: [] },
      { 5: 'failed', 6: 'created' },
      'pending',
    ],
    [
      'a success can be retried',
      'POST /projects/8/jobs/11/retry',
      {},
      { id: 30, status: 'pending' },
      { 11: 'success', 13: 'success' },
      'running',
    ],
    [
      'what may fail may be canceled',
      'POST /projects/8/jobs/14/cancel',
      { 14: { status: 'pending' } },
      { status: 'canceled' },
      {},
      'success',
    ],
    [
      'what is erased left nothing',
      'POST /projects/8/jobs/5/erase',
      {},
      { id: 5, status: 'failed', artifacts: [] },
      {},
      'failed',
    ],
  ]
  for (const [number, [fact, request, given, answer, after, pipeline]] of rows.entries()) {
    const world = gitlab.world(`done-${number}`)
    world.patch({ 'v4.jobs': given })
    const { status, body } = await ask(world.v4, request, root)
    t.match({ status, body }, { status: request.endsWith('play') ? 200 : 201, body: answer }, fact)
    t.equal(body.pipeline.status, pipeline, `${fact}: its pipeline`)
    for (const [id, expected] of Object.entries(after)) {
      const { body: job } = await ask(world.v4, `GET /projects/8/jobs/${id}`, root)
      t.equal(job.status, expected, `${fact}: job ${id}`)
    }
  }
})

t.test('a pipeline follows its jobs, and retry and cancel move them', async t => {
  const world = gitlab.world('story')
  const created = await ask(world.v4, 'POST /projects/1/pipeline?ref=new-pipeline', developer)
  const pipeline = `/projects/1/pipelines/${created.body.id}`
  const list = async () => (await ask(world.v4, `GET ${pipeline}/jobs`, developer)).body
  const told = async () => (await list()).map(({ name, status }: Job) => `${name} ${status}`).join(', ')
  const shown = async () => (await ask(world.v4, `GET ${pipeline}`, developer)).body
  t.equal(await told(), 'build pending, test created', 'a new pipeline has two jobs')
  t.equal(created.body.status, 'pending')

  const [build, test] = await list()
  t.match(build, {
    stage: 'build',
    ref: 'new-pipeline',
    tag: false,
    user: { username: 'developer' },
    started_at: null,
    duration: null,
  })
  const minutesAgo = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString()
  world.patch({ 'v4.jobs': { [build.id]: { status: 'running', started_at: minutesAgo(3) } } })
  t.match(await shown(), { status: 'pending', started_at: null }, 'a patch moves nothing but the row')
  await ask(world.v4, `POST /projects/1/jobs/${test.id}/cancel`, developer)
  t.match(
    await shown(),
    { status: 'running', started_at: now, finished_at: null },
    'whatever is done to a job does',
  )

  const canceled = await ask(world.v4, `POST ${pipeline}/cancel`, developer)
  t.match(canceled, {
    status: 200,
    body: { status: 'canceled', finished_at: now, duration: 180, coverage: null },
  })
  t.equal(await told(), 'build canceled, test canceled')
  const retried = await ask(world.v4, `POST ${pipeline}/retry`, developer)
  t.match(retried, { status: 201, body: { status: 'pending' } })
  t.equal(
    await told(),
    'build canceled, test canceled, build pending, test created',
    'new jobs are in their place',
  )

  const [, , again, last] = await list()
  world.patch({
    'v4.jobs': {
      [again.id]: { status: 'success' },
      [last.id]: { status: 'failed', coverage: 41.25, trace: 'no' },
    },
  })
  await ask(world.v4, `POST /projects/1/jobs/${last.id}/erase`, developer)
  t.match(await shown(), { status: 'failed', coverage: '41.25', detailed_status: { group: 'failed' } })
  world.patch({ 'v4.jobs': { [last.id]: { allow_failure: true }, [again.id]: { trace: 'yes' } } })
  await ask(world.v4, `POST /projects/1/jobs/${again.id}/cancel`, developer)
  t.match(await shown(), { status: 'failed' }, 'nothing done is nothing to follow')
  await ask(world.v4, `POST /projects/1/jobs/${again.id}/erase`, developer)
  t.match(
    await shown(),
    { status: 'success', detailed_status: { label: 'passed with warnings' } },
    'what may fail is a warning',
  )

  t.equal((await ask(world.v4, `DELETE ${pipeline}`, { as: tokens.owner })).status, 204)
  t.strictSame((await ask(world.v4, 'GET /projects/1/jobs', developer)).body, [], 'its jobs are gone with it')
  t.strictSame((await ask(world.v4, `GET ${pipeline}/jobs`, developer)).body, notFound)
  t.equal((await ask(world.v4, 'GET /projects/8/jobs', root)).headers.get('x-total'), '25', 'and no others')
})

t.test('a pipeline whose status was set by hand moves by itself, and takes its jobs along', async t => {
  const rows: [fact: string, status: string, action: string, becomes: string, jobs: string][] = [
    ['one that runs is canceled', 'running', 'cancel', 'canceled', 'canceled canceled'],
    ['one that is over is not', 'success', 'cancel', 'success', 'pending created'],
    ['one that failed is retried', 'failed', 'retry', 'pending', 'pending created'],
    ['one that waits for somebody is not canceled', 'manual', 'cancel', 'manual', 'pending created'],
    ['one that waits for its time is', 'scheduled', 'cancel', 'canceled', 'canceled canceled'],
  ]
  for (const [number, [fact, status, action, becomes, words]] of rows.entries()) {
    const world = gitlab.world(`hand-${number}`)
    await ask(world.v4, 'POST /projects/1/pipeline?ref=my/tag', root)
    world.patch({ 'v4.pipelines': { 61: { status } } })
    const { body } = await ask(world.v4, `POST /projects/1/pipelines/61/${action}`, root)
    t.equal(body.status, becomes, fact)
    const found = await ask(world.v4, 'GET /projects/1/pipelines/61/jobs', root)
    t.equal(found.body.map(({ status }: Job) => status).join(' '), words, `${fact}: its jobs`)
  }
})
