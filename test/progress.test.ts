// Pipelines and builds that live: when told, with each read, or as time goes by.
import fc from 'fast-check'
import t from 'tap'
import { createAgenda } from '../src/apis/agenda.ts'
import { v4 } from '../src/apis/v4/api.ts'
import type { CiStatus } from '../src/apis/v4/ci_tables.ts'
import { rollUp } from '../src/apis/v4/pipeline_status.ts'
import { profiles } from '../src/contract/load.ts'
import { createUnderstudy, type GivenOptions, type WorldHandle } from '../src/index.ts'
import type { Exchange } from '../src/lifecycle/exchange.ts'
import { createChance, createClock } from '../src/store/clock.ts'
import { emptyWorld } from '../src/store/tables.ts'
import { World } from '../src/store/world.ts'
import { type Answered, ask } from './ask.ts'

const start = Date.parse('2020-05-22T10:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString()
const serve = async (options: GivenOptions) => {
  const gitlab = await createUnderstudy({ checkAnswers: true, now: start, ...options })
  t.teardown(() => gitlab.close())
  return gitlab
}
const servers = async (progress: 'manual' | 'reads' | 'time') =>
  Promise.all(profiles.map(async profile => ({ profile, gitlab: await serve({ profile, progress }) })))
const [manual, reads, time] = [await servers('manual'), await servers('reads'), await servers('time')]
const observed = (them: typeof manual) => them.find(({ profile }) => profile === 'observed')!.gitlab
const root = { as: manual[0]!.gitlab.tokens.root }

const begin = async ({ v4 }: { v4: string }, ref = 'master', project = 1) => {
  const { status, body } = await ask(v4, `POST /projects/${project}/pipeline?ref=${ref}`, root)
  t.equal(status, 201, `a pipeline begins on ${ref}`)
  return body
}
const show = async ({ v4 }: { v4: string }, id = 61, project = 1) =>
  (await ask(v4, `GET /projects/${project}/pipelines/${id}`, root)).body
const jobsOf = async ({ v4 }: { v4: string }, id = 61) =>
  (await ask(v4, `GET /projects/1/pipelines/${id}/jobs`, root)).body
const progress = async ({ url }: { url: string }, json: object = { steps: 1 }) =>
  (await ask(url, 'POST /__admin/progress', { json })).body
const advance = async ({ url }: { url: string }, by: string) =>
  (await ask(url, 'PUT /__admin/clock', { json: { advance: by } })).body

const unknownRef = (answer: Answered) => [answer.status, /Reference not found/.test(answer.text)]

t.test('told: nothing moves by itself, and what is told takes a step', async t => {
  for (const { profile, gitlab } of manual) {
    const world = gitlab.world('told')
    t.equal((await begin(world)).status, 'pending', `${profile}: it begins as the docs print it`)
    for (let read = 0; read < 3; read++) await ask(world.v4, 'GET /projects/1/pipelines', root)
    world.clock.advance('1d')
    t.equal((await show(world)).status, 'pending', 'reads and time move nothing')
    const only = { pipeline: 61 }
    t.strictSame(await progress(world, only), { changed: 1 })
    const running = await show(world)
    t.strictSame([running.status, running.started_at], ['running', at(86_400)])
    t.strictSame(await progress(world, only), { changed: 2 }, 'one job is through, the next one waits')
    t.equal((await show(world)).status, 'running')
    t.strictSame(await progress(world, { ...only, steps: 2 }), { changed: 2 })
    t.equal((await show(world)).status, 'success')
    t.strictSame(await progress(world, { ...only, steps: 100 }), { changed: 0 }, 'what is over stays so')
    t.strictSame(await progress(world, { pipeline: 999 }), { error: 'there is no pipeline "999"' })
    const fixtures = await Promise.all([28, 29, 30, 31].map(id => show(world, id, 8)))
    t.strictSame(
      fixtures.map(({ status }) => status),
      ['running', 'pending', 'created', 'running'],
      'no other pipeline has moved',
    )
    // 28 and 31: build ends, test waits; 29 and 30: build goes on; 47 and 48 have no jobs; 79 is a build of v1.
    t.equal(world.progress(), 4 + 1 + 1 + 2 + 1, 'all that are not over move where none is named')
    t.equal(world.progress(10) > 0, true)
    const all = await Promise.all([28, 29, 30, 31].map(id => show(world, id, 8)))
    t.strictSame(
      all.map(({ status }) => status),
      ['success', 'success', 'success', 'success'],
    )
    const handmade = await show(world, 47)
    t.strictSame(
      [handmade.status, handmade.finished_at],
      ['success', at(86_400)],
      'a pipeline without jobs, too',
    )
    t.equal((await show(world, 46)).updated_at, '2016-08-11T11:32:35.169Z', 'what was over is as printed')
  }
})

/** What a client sees that starts a pipeline and asks for it until it stays as it is. */
const courses: readonly [ref: string, ends: CiStatus, seen: string, jobs: string][] = [
  ['master', 'success', 'created pending running running running success', 'success success'],
  ['fail/tests', 'failed', 'created pending running running running failed', 'success failed'],
  ['fail-first/build', 'failed', 'created pending running failed', 'failed skipped'],
  ['flaky/tests', 'failed', 'created pending running running running failed', 'success failed'],
  ['allow-failure/lint', 'success', 'created pending running running running success', 'success failed'],
  ['slow/tests', 'success', 'created pending running running running success', 'success success'],
  ['stuck/tests', 'running', 'created pending running', 'running created'],
]
const blocked: typeof courses = [
  ['manual/deploy', 'manual', 'created pending running manual', 'success manual'],
  [
    'delayed/deploy',
    'success',
    'created pending running scheduled running running success',
    'success success',
  ],
]

t.test('reads: whoever polls sees a pipeline go on', async t => {
  for (const { profile, gitlab } of reads) {
    for (const [ref, , seen, jobs] of profile === 'observed' ? [...courses, ...blocked] : courses) {
      const world = gitlab.world(ref.replace('/', '.'))
      const statuses = [(await begin(world, ref)).status]
      for (let read = 0; read < 9; read++) statuses.push((await show(world)).status)
      const changes = seen.split(' ')
      const stays = Array(10 - changes.length).fill(changes.at(-1))
      t.strictSame(statuses, [...changes, ...stays], `${profile}: ${ref}`)
      if (profile === 'documented') continue
      const rows = await jobsOf(world)
      t.equal(rows.map(({ status }: { status: string }) => status).join(' '), jobs, `the jobs of ${ref}`)
    }
    const world = gitlab.world('deploys')
    await begin(world, 'manual/deploy')
    for (let read = 0; read < 9; read++) await show(world)
    const { status } = await show(world)
    t.equal(status, profile === 'observed' ? 'manual' : 'success', `${profile} has the statuses it has`)
  }
})

t.test('reads: only those that show a pipeline to somebody move it', async t => {
  for (const { profile, gitlab } of reads) {
    const stranger = { as: gitlab.tokens.stranger }
    const rows: [what: string, request: string, as: object, moves: boolean][] = [
      ['the pipeline', 'GET /projects/1/pipelines/61', root, true],
      ['its headers', 'HEAD /projects/1/pipelines/61', root, true],
      ['by the path of its project', 'GET /projects/foo%2Fbar/pipelines/61', root, true],
      ['the list of the project', 'GET /projects/1/pipelines', root, true],
      ['a page of it that shows others', 'GET /projects/foo%2Fbar/pipelines?status=success', root, true],
      ['another pipeline', 'GET /projects/1/pipelines/46', root, false],
      ['another project', 'GET /projects/8/pipelines', root, false],
      ['its variables', 'GET /projects/1/pipelines/61/variables', root, false],
      ['one who may not see it', 'GET /projects/1/pipelines/61', stranger, false],
      ['the list for one who may not see it', 'GET /projects/1/pipelines', stranger, false],
      ['nobody', 'GET /projects/1/pipelines', {}, false],
      ['what is wrong with the request', 'GET /projects/1/pipelines?scope=nonsense', root, false],
      ['a retry of another pipeline', 'POST /projects/1/pipelines/46/retry', root, false],
      ['a new pipeline', 'POST /projects/1/pipeline?ref=master', root, false],
      [
        'a forced failure',
        'GET /projects/1/pipelines/61',
        { ...root, headers: { Prefer: 'code=503' } },
        false,
      ],
    ]
    const more: typeof rows = [
      ['the jobs of the project', 'GET /projects/1/jobs', root, true],
      ['the jobs of the pipeline', 'GET /projects/1/pipelines/61/jobs', root, true],
      ['one of its jobs', 'GET /projects/1/jobs/30', root, true],
      ['the latest', 'GET /projects/1/pipelines/latest', root, true],
      ['the latest of another ref', 'GET /projects/1/pipelines/latest?ref=new-pipeline', root, false],
    ]
    for (const [what, request, as, moves] of profile === 'observed' ? [...rows, ...more] : rows) {
      const world = gitlab.world('shown')
      world.reset()
      await begin(world)
      await ask(world.v4, request, as)
      // To look at it is a step as well.
      t.equal((await show(world)).status, moves ? 'running' : 'pending', `${profile}: ${what}`)
    }
    const world = gitlab.world('fixtures')
    for (let read = 0; read < 5; read++) await ask(world.v4, 'GET /projects/8/pipelines', root)
    const kept = await Promise.all([28, 29, 30, 31].map(id => show(world, id, 8)))
    t.strictSame(
      kept.map(({ status }) => status),
      ['running', 'pending', 'created', 'running'],
      `${profile}: those of the fixtures are as printed`,
    )
    world.progress()
    const moved = [await show(world, 29, 8), await show(world, 29, 8)].map(({ status }) => status)
    t.strictSame(moved, ['running', 'running'])
    for (let read = 0; read < 3; read++) await show(world, 29, 8)
    t.equal((await show(world, 29, 8)).status, 'success', 'until they are told to; from then on they live')
  }
})

t.test('time: all that became due happened when it was due', async t => {
  for (const { profile, gitlab } of time) {
    const world = gitlab.world('time')
    t.strictSame((await begin(world)).status, 'created', profile)
    const rows: [by: string, status: string][] = [
      ['999ms', 'created'],
      ['1ms', 'pending'],
      ['1s', 'pending'],
      ['1s', 'running'],
      ['11s', 'running'],
    ]
    for (const [by, status] of rows) {
      await advance(world, by)
      t.equal((await show(world)).status, status, `${profile}: ${by} on`)
    }
    await advance(world, '90s')
    const over = await show(world)
    const { status, created_at, started_at, finished_at, updated_at, duration } = over
    // One second created, two waiting, ten running; then the second job waits and runs.
    t.strictSame(
      [status, created_at, started_at, finished_at, updated_at, duration],
      ['success', at(0), at(3), at(25), at(25), 20],
      'its instants are those at which it happened',
    )
    await advance(world, '-1h')
    t.strictSame(await show(world), over, 'no time that goes back undoes it')
    const kept = await Promise.all([28, 29, 30, 31].map(id => show(world, id, 8)))
    t.strictSame(
      kept.map(({ status }) => status),
      ['running', 'pending', 'created', 'running'],
      'those of the fixtures are as printed',
    )
    const slow = gitlab.world('slow')
    await begin(slow, 'slow/tests')
    slow.clock.advance('249s')
    t.equal((await show(slow)).status, 'running')
    slow.clock.advance('1s')
    t.strictSame((await show(slow)).finished_at, at(250), 'slow takes ten times as long')
  }
  for (const [ref, ends, , jobs] of [...courses, ...blocked]) {
    const world = observed(time).world(`at-once-${ref.replace('/', '.')}`)
    await begin(world, ref)
    await advance(world, '1h')
    t.equal((await show(world)).status, ends, `${ref} at once`)
    const rows = await jobsOf(world)
    t.equal(rows.map(({ status }: { status: string }) => status).join(' '), jobs, `the jobs of ${ref}`)
  }
})

t.test(
  'time: the jobs are told with their own instants, and what is done to them counts from then',
  async t => {
    const world = observed(time).world('jobs')
    const instants = async () =>
      (await jobsOf(world)).map((job: Record<string, unknown>) => [
        job.status,
        job.started_at,
        job.finished_at,
      ])
    await begin(world, 'flaky/tests')
    await advance(world, '90s')
    t.strictSame(await instants(), [
      ['success', at(3), at(13)],
      ['failed', at(15), at(25)],
    ])
    t.equal((await ask(world.v4, 'POST /projects/1/pipelines/61/retry', root)).body.status, 'running')
    await advance(world, '5s')
    t.strictSame((await instants()).at(-1), ['running', at(92), null], 'a retry waits and runs anew')
    await advance(world, '1h')
    t.strictSame((await instants()).at(-1), ['success', at(92), at(102)])
    t.strictSame((await show(world)).status, 'success', 'what is flaky passes when it is tried again')

    world.reset()
    await begin(world, 'manual/deploy')
    await begin(world, 'stuck/tests')
    await advance(world, '1d')
    t.strictSame((await show(world)).status, 'manual')
    const played = await ask(world.v4, 'POST /projects/1/jobs/31/play', root)
    t.strictSame([played.status, played.body.status], [200, 'pending'])
    const erased = await ask(world.v4, 'POST /projects/1/jobs/30/erase', root)
    t.equal(erased.status, 201, 'what ran has left something to erase')
    await advance(world, '12s')
    t.strictSame([(await show(world)).status, (await show(world)).finished_at], ['success', at(86_412)])
    t.equal((await show(world, 62)).status, 'running')
    await ask(world.v4, 'POST /projects/1/pipelines/62/cancel', root)
    await advance(world, '1d')
    t.equal((await show(world, 62)).status, 'canceled', 'what is canceled stays so')
  },
)

t.test('time: it is all one in how many strides it goes, who looks, and where a copy is made', async t => {
  const gitlab = observed(time)
  let stories = 0
  const end = async (world: WorldHandle) => ({
    pipelines: (await ask(world.v4, 'GET /projects/1/pipelines', root)).body.map(
      ({ web_url: _, ...row }: Record<string, unknown>) => row,
    ),
    jobs: (await ask(world.v4, 'GET /projects/1/jobs', root)).body.map((job: Record<string, unknown>) => [
      ...[job.id, job.status, job.started_at, job.finished_at, job.duration],
    ]),
  })
  const strides = fc.array(
    fc.record({
      by: fc.integer({ min: 1, max: 40_000 }),
      meanwhile: fc.constantFrom('look', 'restore', 'nothing'),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const refs = fc.constantFrom(...[...courses, ...blocked].map(([ref]) => ref))
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(refs, { minLength: 1, maxLength: 3 }), strides, async (refs, strides) => {
      const [one, other] = [gitlab.world(`one-${++stories}`), gitlab.world(`other-${stories}`)]
      for (const world of [one, other]) for (const ref of refs) await begin(world, ref)
      for (const { by, meanwhile } of strides) {
        one.clock.advance(by)
        if (meanwhile === 'look') await ask(one.v4, 'GET /version', root)
        if (meanwhile === 'restore') one.snapshot().restore()
      }
      other.clock.advance(strides.reduce((sum, { by }) => sum + by, 0))
      t.strictSame(await end(one), await end(other))
    }),
    { numRuns: 40, seed: 1 },
  )
})

t.test('time: a job with an instant that is none is told as a failure, and all else goes on', async t => {
  for (const { profile, gitlab } of time) {
    const world = gitlab.world(`undated-${profile}`)
    const [bad, sound] = [await begin(world), await begin(world)]
    const { rows } = (await ask(world.url, 'GET /__admin/tables/v4.jobs', {})).body
    const undated = Object.values(rows as { id: number; pipeline_id: number }[])
      .filter(({ pipeline_id }) => pipeline_id === bad.id)
      .map(({ id }) => [id, { since: 'no instant' }])
    world.patch({ 'v4.jobs': Object.fromEntries(undated) })
    await advance(world, '4s')
    const failed = await ask(world.v4, `GET /projects/1/pipelines/${sound.id}`, root)
    t.equal(failed.status, 500, `${profile}: somebody is told`)
    t.equal((await show(world, sound.id)).status, 'running', `${profile}: the other one goes on`)
  }
})

t.test('a move that a job cannot make is refused as GitLab does', async t => {
  const unplayable = { message: '400 (Bad request) "Unplayable Job" not given' }
  const world = observed(manual).world('illegal')
  const rows: [when: string, job: number, act: string, status: number, answer: object][] = [
    ['pending', 30, 'play', 400, unplayable],
    ['pending', 30, 'retry', 403, { message: '403 Forbidden  - Job is not retryable' }],
    ['pending', 30, 'erase', 403, { message: '403 Forbidden  - Job is not erasable!' }],
    ['created', 31, 'play', 400, unplayable],
    ['created', 31, 'retry', 403, { message: '403 Forbidden  - Job is not retryable' }],
  ]
  await begin(world)
  for (const [when, job, act, status, answer] of rows) {
    const { status: told, body } = await ask(world.v4, `POST /projects/1/jobs/${job}/${act}`, root)
    t.strictSame([told, body], [status, answer], `${act} of a job that is ${when}`)
  }
  world.progress()
  t.equal((await ask(world.v4, 'POST /projects/1/jobs/30/retry', root)).status, 403, 'one that runs')
  world.progress(9)
  const done = await ask(world.v4, 'POST /projects/1/jobs/31/cancel', root)
  t.strictSame([done.status, done.body.status], [201, 'success'], 'one that is over stays as it is')
})

/** Where a job may come by one request or step: through what it passes on the way, too. */
const legal: Readonly<Record<CiStatus, readonly CiStatus[]>> = {
  created: ['pending', 'manual', 'scheduled', 'skipped', 'canceled'],
  waiting_for_resource: ['preparing', 'canceled'],
  preparing: ['pending', 'canceled'],
  pending: ['running', 'canceled'],
  running: ['success', 'failed', 'canceled'],
  scheduled: ['pending', 'canceled'],
  manual: ['pending', 'canceled'],
  skipped: ['created', 'pending', 'manual', 'scheduled', 'canceled'],
  success: [],
  failed: [],
  canceled: [],
}

/** Where a job may come in a while: by the same moves. */
const reached = (from: CiStatus): Set<CiStatus> => {
  const found = new Set(legal[from])
  for (const status of found) for (const next of legal[status]) found.add(next)
  return found
}

t.test('whatever is done: jobs move as they may, and their pipeline is what they add up to', async t => {
  const acts = fc.oneof(
    { weight: 8, arbitrary: fc.constant('step') },
    ...['retry', 'cancel'].map(act => ({ weight: 1, arbitrary: fc.constant(`POST /pipelines/61/${act}`) })),
    ...['retry', 'cancel', 'play', 'erase'].map(act => ({
      weight: 1,
      arbitrary: fc.nat({ max: 3 }).map(nth => `POST /jobs/${30 + nth}/${act}`),
    })),
  )
  const refs = fc.constantFrom(...[...courses, ...blocked].map(([ref]) => ref))
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.boolean(), refs, fc.array(acts, { maxLength: 14 }), async (byTime, ref, acts) => {
      const world = observed(byTime ? time : manual).world('legal')
      world.reset()
      await begin(world, ref)
      let before = await jobsOf(world)
      for (const act of acts) {
        if (act === 'step' && byTime) world.clock.advance('11s')
        else if (act === 'step') world.progress()
        else {
          const [method, path] = act.split(' ')
          const { status } = await ask(world.v4, `${method} /projects/1${path}`, root)
          if (status > 499) throw new Error(`${act}: ${status}`)
        }
        const after = await jobsOf(world)
        for (const job of before) {
          const { status } = after.find(({ id }: { id: number }) => id === job.id)
          const may = byTime ? [...reached(job.status)] : legal[job.status as CiStatus]
          if (status !== job.status && !may.includes(status))
            throw new Error(`${act}: ${job.name} was ${job.status} and is ${status}`)
          seen.add(`${job.status} ${status}`)
        }
        const latest = [...new Map(after.map((job: { name: string }) => [job.name, job])).values()]
        const { status } = await show(world)
        const sum = rollUp(latest as { status: CiStatus; allow_failure: boolean }[])
        if (status !== sum) throw new Error(`${act}: the pipeline is ${status}, its jobs are ${sum}`)
        before = after
      }
    }),
    { numRuns: 150, seed: 1 },
  )
  for (const move of [
    'running failed',
    'running success',
    'created skipped',
    'skipped created',
    'manual pending',
  ])
    t.ok(seen.has(move), `the walks came by ${move}`)
})

t.test('names that tell how pipelines go on need no branch; any other ref does', async t => {
  for (const { profile, gitlab } of manual) {
    const world = gitlab.world('refs')
    const { sha } = await begin(world, 'master')
    t.equal(
      (await begin(world, 'fail/whatever')).sha,
      sha,
      `${profile}: it is at the head of the default branch`,
    )
    for (const ref of ['failure/tests', 'fail', '/fail', 'a/fail/tests']) {
      const refused = await ask(world.v4, `POST /projects/1/pipeline?ref=${ref}`, root)
      t.strictSame(unknownRef(refused), [400, true], `${profile}: ${ref} is unknown`)
    }
  }
})

t.test('the same start has the same answers', async t => {
  const told = async () => {
    const gitlab = await createUnderstudy({ progress: 'time', now: start, seed: 7, profile: 'observed' })
    await begin(gitlab, 'fail/tests')
    gitlab.clock.advance('8s')
    await begin(gitlab)
    gitlab.clock.advance('90s')
    const { text } = await ask(gitlab.v4, 'GET /projects/1/jobs', root)
    await gitlab.close()
    return text.replaceAll(gitlab.url, '')
  }
  t.equal(await told(), await told())
})

t.test('nothing that is over is looked at', async t => {
  const data = emptyWorld()
  const asked: string[] = []
  class Watched extends World {
    override rows<R extends { readonly id: number }>(table: {
      name: string
      by: readonly (keyof R & string)[]
    }) {
      asked.push(table.name)
      return super.rows<R>(table)
    }
  }
  const world = new Watched('watched', createClock(start), createChance(1), data)
  const settle = (progress: string) =>
    v4.settle!({ world, settings: { progress }, operation: { id: 'getProject' } } as unknown as Exchange)
  settle('time')
  asked.length = 0
  for (let request = 0; request < 3; request++) settle('time')
  settle('manual')
  t.strictSame(asked, [], 'not one row where nothing is due')
})

t.test('an agenda tells what is due, the earliest first, and what was set last counts', async t => {
  const steps = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 50 }), fc.boolean()), { maxLength: 60 })
  fc.assert(
    fc.property(steps, steps => {
      const [agenda, plain] = [createAgenda(), new Map<number, number>()]
      const next = (now: number) => {
        const due = [...plain].filter(([, due]) => due <= now)
        const [first] = due.sort(([a, one], [b, other]) => one - other || a - b)
        if (first) plain.delete(first[0])
        return first && { id: first[0], due: first[1] }
      }
      for (const [id, instant, takes] of steps) {
        if (takes) t.strictSame(agenda.next(instant), next(instant))
        else {
          agenda.set(id, instant)
          plain.set(id, instant)
        }
      }
    }),
    { seed: 1 },
  )
})

const project = 'project_id=271&project_token=iPWx6WM4lhHNedGfBpPJNP'
const sha = 'b'.repeat(40)
const twoStages = 'unit:\n  script: make unit\n  stage: build\nship:\n  script: make ship\n  stage: deploy\n'
const push = async ({ v1 }: { v1: string }, ref = 'master', more: object = {}) => {
  const event = { before: 'a'.repeat(40), after: sha, ref: `refs/heads/${ref}`, commits: [], ...more }
  const json = { project_id: 271, project_token: 'iPWx6WM4lhHNedGfBpPJNP', data: event }
  t.equal((await ask(v1, 'POST /commits', { json })).status, 201, `a push to ${ref}`)
}
const commit = async ({ v1 }: { v1: string }) =>
  (await ask(v1, `GET /commits?${project}&per_page=100`)).body.find((it: { sha: string }) => it.sha === sha)
const runner85 = 'token=12b68e90394084703135'

t.test('builds of v1: those that no runner takes go on', async t => {
  for (const { profile, gitlab } of manual) {
    const world = gitlab.world('v1')
    await push(world)
    for (let read = 0; read < 3; read++) await commit(world)
    t.equal((await commit(world)).status, 'pending', `${profile}: not by themselves`)
    t.equal((await progress(world)).changed > 0, true)
    t.equal((await commit(world)).status, 'running')
    await progress(world)
    t.equal((await commit(world)).status, 'success')
    world.reset()
    const taken = await ask(world.v1, `POST /builds/register?${runner85}`)
    t.strictSame([taken.status, taken.body.id], [201, 79], 'those that a runner has are its own')
    world.progress(5)
    const over = await ask(world.v1, `PUT /builds/79?${runner85}&state=success`)
    t.equal(over.status, 200, 'it is the runner that ends them')
  }
  for (const { profile, gitlab } of reads) {
    for (const [ref, ends] of [
      ['master', 'success'],
      ['fail/tests', 'failed'],
      ['stuck/tests', 'running'],
    ]) {
      const world = gitlab.world(`v1-${ref!.replace('/', '.')}`)
      await push(world, ref)
      const wrong = await ask(world.v1, 'GET /commits?project_id=271&project_token=wrong')
      t.equal(wrong.status >= 400, true)
      const seen = [await commit(world), await commit(world), await commit(world)].map(it => it.status)
      t.strictSame(seen, ['running', ends, ends], `${profile}: a push to ${ref}`)
    }
  }
})

t.test('builds of v1 by time: stage by stage, and left to runners that are there', async t => {
  for (const { profile, gitlab } of time) {
    const world = gitlab.world('v1')
    await push(world)
    await advance(world, '90s')
    const { status, finished_at, duration } = await commit(world)
    t.strictSame([status, finished_at, duration], ['success', at(12), 10], profile)

    world.reset()
    await push(world)
    world.patch({ 'v1.projects': { 271: { timeout: 600 } } })
    await ask(world.v1, `POST /builds/register?${runner85}`)
    const { id } = (await ask(world.v1, `POST /builds/register?${runner85}`)).body
    await ask(world.v1, `PUT /builds/${id}?${runner85}&trace=so+far`)
    world.clock.advance(600_000 - 1)
    t.equal(
      (await commit(world)).status,
      'running',
      `${profile}: a runner has as long as the project gives it`,
    )
    world.clock.advance(1)
    t.equal((await commit(world)).status, 'failed', 'then the build fails')
    t.equal((await ask(world.v1, `PUT /builds/${id}?${runner85}&state=success`)).status, 404, 'and is let go')

    world.reset()
    await ask(world.v1, `POST /builds/register?${runner85}`)
    await ask(world.v1, `PUT /builds/79?${runner85}&state=success`)
    await push(world)
    await advance(world, '59m')
    t.equal((await commit(world)).status, 'pending', 'a runner that asked lately is waited for')
    await advance(world, '2m')
    t.equal((await commit(world)).builds[0].started_at, at(3600), 'for an hour')
  }
  const world = observed(time).world('stages')
  await push(world, 'fail/ship', { ci_yaml_file: twoStages })
  await advance(world, '1h')
  await push(world, 'broken', {
    after: 'c'.repeat(40),
    ci_yaml_file: `${twoStages}  only: ['/(/']\n`,
  })
  await advance(world, '1h')
  const { body } = await ask(world.v1, `GET /commits?${project}&per_page=100`)
  t.strictSame(
    body.at(-1).builds.map((it: Record<string, unknown>) => [it.name, it.status]),
    [['unit', 'success']],
    'a stage that cannot be made is left out',
  )
  const { status, builds } = await commit(world)
  t.equal(status, 'failed')
  t.strictSame(
    builds.map((it: Record<string, unknown>) => [
      it.name,
      it.status,
      it.created_at,
      it.started_at,
      it.finished_at,
    ]),
    [
      ['unit', 'success', at(0), at(2), at(12)],
      ['ship', 'failed', at(12), at(14), at(24)],
    ],
  )
})
