// Clients that try again, as they come from the registry or do it by hand, against failures that pass.
import { GitbeakerRequestError, Gitlab } from '@gitbeaker/rest'
import t from 'tap'
import { type Arming, createUnderstudy, type WorldHandle } from '../../src/index.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const token = gitlab.tokens.root

const clientOf = ({ url: host }: WorldHandle) => new Gitlab({ host, token })
const startsOf = (world: WorldHandle) => world.requests().map(({ status }) => status)
const idsIn = async (world: WorldHandle) => (await clientOf(world).Pipelines.all(1)).map(({ id }) => id)

const limited: Arming['answer'] = { code: 429, headers: { 'Retry-After': '1' } }

/** Passing failures, in the order in which a client meets them. */
const failures: [name: string, armings: Omit<Arming, 'operation'>[]][] = [
  ['429 twice', [{ answer: limited, times: 2 }]],
  ['502 twice', [{ answer: { code: 502 }, times: 2 }]],
  ['503 twice', [{ answer: { code: 503 }, times: 2 }]],
  [
    '429, then 503, then 429',
    [
      { answer: limited, times: 1 },
      { answer: { code: 503 }, times: 1 },
      { answer: { reason: 'rateLimited' }, times: 1 },
    ],
  ],
]

/** A world in which starting a pipeline fails so. */
function failing(name: string, armings: Omit<Arming, 'operation'>[]): WorldHandle {
  const world = gitlab.world(name.replace(/\W+/g, '-'))
  for (const arming of armings) world.arm({ operation: 'createProjectPipeline', ...arming })
  return world
}

const statusesOf = (armings: Omit<Arming, 'operation'>[]) =>
  armings.flatMap(({ answer, times }) => Array<number>(times!).fill(answer.code ?? 429))

t.test('@gitbeaker/rest tries again by itself where it is told to', async t => {
  // It does so for 429 and 502; a 503 it hands on.
  for (const [name, armings] of failures.slice(0, 2)) {
    const world = failing(`gitbeaker ${name}`, armings)
    const made = await clientOf(world).Pipelines.create(1, 'master')
    t.match(made, { id: 61, ref: 'master' }, name)
    t.same(startsOf(world), [...statusesOf(armings), 201])
    t.same(await idsIn(world), [61, 48, 47, 46], 'and what it wanted is done once')
  }
  const world = failing('gitbeaker 503', [{ answer: { code: 503 }, times: 2 }])
  const api = clientOf(world)
  for (let attempt = 0; attempt < 2; attempt++) {
    const error = await api.Pipelines.create(1, 'master').catch(error => error)
    t.ok(error instanceof GitbeakerRequestError, 'a page of HTML is no puzzle to it')
    t.equal(error.cause.response.status, 503)
    t.match(error.cause.description, 'GitLab is not available')
  }
  t.match(await api.Pipelines.create(1, 'master'), { id: 61 }, 'the third time it is there')
})

t.test('@gitbeaker/rest makes no more than it was asked for when a connection breaks', async t => {
  const before = failing('gitbeaker reset-before', [{ answer: { fault: 'reset-before' }, times: 1 }])
  await t.rejects(clientOf(before).Pipelines.create(1, 'master'), 'it hears nothing')
  t.same(await idsIn(before), [48, 47, 46], 'and nothing was done')
  const midway = failing('gitbeaker reset-midway', [{ answer: { fault: 'reset-midway' }, times: 1 }])
  await t.rejects(clientOf(midway).Pipelines.create(1, 'master'), 'it hears half of it')
  t.same(await idsIn(midway), [61, 48, 47, 46], 'and it was done: to try again would make two')
})

interface Tried {
  readonly status: number
  /** How many seconds it waited before each new try. */
  readonly waits: readonly number[]
  readonly body: unknown
}

/**
 * As python-gitlab goes about it: after a 429 as long as `Retry-After` says, else as `RateLimit-Reset` says, and for
 * 500, 502, 503, 504 (where it is told to) 0.1 s, twice as long each time. It waits by the world's clock.
 */
async function tryAgain(world: WorldHandle, path: string, method = 'POST', most = 10): Promise<Tried> {
  const waits: number[] = []
  for (;;) {
    const answer = await fetch(`${world.v4}${path}`, { method, headers: { 'PRIVATE-TOKEN': token } })
    const { status, headers } = answer
    const passes = status === 429 || [500, 502, 503, 504].includes(status)
    if (!passes || waits.length === most) {
      const isJson = headers.get('content-type')?.startsWith('application/json')
      return { status, waits, body: isJson ? await answer.json() : await answer.text() }
    }
    await answer.arrayBuffer()
    const [after, reset] = [headers.get('retry-after'), headers.get('ratelimit-reset')]
    const now = world.clock.now().getTime() / 1000
    const seconds = after ? Number(after) : reset ? Number(reset) - now : 0.1 * 2 ** waits.length
    waits.push(seconds)
    world.clock.advance(seconds * 1000)
  }
}

t.test('a loop as python-gitlab’s waits as long as it is told to', async t => {
  const waits: Record<string, number[]> = {
    '429 twice': [1, 1],
    '502 twice': [0.1, 0.2],
    '503 twice': [0.1, 0.2],
    '429, then 503, then 429': [1, 0.2, 60],
  }
  for (const [name, armings] of failures) {
    const world = failing(`loop ${name}`, armings)
    const tried = await tryAgain(world, '/projects/1/pipeline?ref=master')
    t.match(tried, { status: 201, body: { id: 61 } }, name)
    t.same(tried.waits, waits[name], 'as long as it was told')
    t.same(startsOf(world), [...statusesOf(armings), 201])
    t.same(await idsIn(world), [61, 48, 47, 46], 'and it is done once')
  }
})

t.test('a loop that heeds Retry-After gets through a limit that really counts', async t => {
  await using busy = await createUnderstudy({
    checkAnswers: true,
    rateLimit: '2/60s',
    now: '2020-05-22T10:00:20Z',
  })
  const world = busy.world('limited')
  const statuses: number[] = []
  const waits: number[] = []
  for (let count = 0; count < 5; count++) {
    const tried = await tryAgain(world, '/projects/1/pipeline?ref=master')
    statuses.push(tried.status)
    waits.push(...tried.waits)
  }
  t.same(statuses, [201, 201, 201, 201, 201])
  t.same(waits, [40, 60], 'to the end of the window, then of the next')
  t.same(startsOf(world), [201, 201, 429, 201, 201, 429, 201], 'one 429 a window')
})

t.test('who gives up has done nothing', async t => {
  const world = failing('forever', [{ answer: { code: 503 } }])
  const tried = await tryAgain(world, '/projects/1/pipeline?ref=master', 'POST', 3)
  t.match(tried, { status: 503, body: /^<html>/ })
  t.equal(tried.waits.length, 3)
  t.same(await idsIn(world), [48, 47, 46])
})
