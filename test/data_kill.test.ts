// What is left of kept worlds when the process is ended by force, at whatever moment.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createChance } from '../src/store/clock.ts'
import { ask } from './ask.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const as = 'QVy1PB7sTxfy4pqfZM1U'
const folder = mkdtempSync(join(tmpdir(), 'understudy-kill-'))
const file = join(folder, 'worlds.jsonl')
const running = new Set<ChildProcess>()
t.teardown(async () => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function run() {
  const child = spawn(process.execPath, [main, '--port', '0', '--log', 'error', '--data', file], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const written = { out: '', err: '' }
  child.stderr.on('data', data => (written.err += data))
  const ended = once(child, 'close').then(() => void running.delete(child))
  const started = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', data => {
      written.out += data
      if (/curl .*\n$/.test(written.out)) resolve(/http:\S+/.exec(written.out)![0])
    })
    ended.then(() => reject(new Error(`it ended: ${written.err}`)))
  })
  return { child, started, ended }
}

/** Ends a child as soon as a file of such a name comes into being in the folder. */
function killAtSight(child: ChildProcess, name: RegExp) {
  const eyes = watch(folder, (_, seen) => {
    if (seen && name.test(seen)) child.kill('SIGKILL')
  })
  child.once('close', () => eyes.close())
}

const startPipeline = (url: string) => ask(`${url}/api/v4`, 'POST /projects/1/pipeline?ref=master', { as })
const rowsOf = async (url: string, table: string): Promise<{ id: number; pipeline_id: number }[]> =>
  (await ask(url, `GET /__admin/tables/${table}`)).body.rows
const idsOf = async (url: string) =>
  (await rowsOf(url, 'v4.pipelines')).map(({ id }) => id).filter(id => id > 60)

/** A file that was put in another's place is another one; seen too seldom, it counts as fewer. */
const face = () => {
  const { ino, mtimeMs, size } = statSync(file)
  return `${ino} ${mtimeMs} ${size}`
}

const rounds = 24

t.test(`ended by force ${rounds} times under load, it never loses what it had time to save`, async t => {
  const draw = createChance(20)
  /** Ids in the order in which they were answered. */
  const answered: number[] = []
  let certain = 0
  let jobsEach: number | undefined
  for (let round = 1; round <= rounds; round++) {
    const { child, started, ended } = run()
    const url = await started
    t.same(
      readdirSync(folder).sort(),
      ['worlds.jsonl', 'worlds.jsonl.lock'],
      `round ${round}: it starts with what the last one left, and clears up after it`,
    )

    // What came back is what was done up to some moment: no less than was certain, nothing half, and no gaps.
    const back = await idsOf(url)
    t.ok(
      back.length >= certain,
      `all ${certain} that had to be saved are back, of ${answered.length} answered`,
    )
    t.same(
      back,
      Array.from({ length: back.length }, (_, place) => 61 + place),
      'and all that went before them',
    )
    t.ok(back.length <= answered.length + 1, 'only one can have been done without an answer')
    const jobs = (await rowsOf(url, 'v4.jobs')).filter(({ pipeline_id }) => pipeline_id > 60)
    jobsEach ??= back.length > 0 ? jobs.length / back.length : undefined
    t.equal(jobs.length, back.length * (jobsEach ?? 0), 'each with its jobs')
    answered.splice(0, Number.POSITIVE_INFINITY, ...back)

    // A row is certain when the file was replaced twice since its answer: the second time it was looked at what there is
    // after the first, and so after the answer. This takes no clock to tell.
    let replaced = 0
    let last = face()
    const heard: number[] = []
    const look = () => {
      const now = face()
      if (now !== last) replaced++
      last = now
    }
    // Three ways to die: after so many answers, in the midst of a write, or when something is certain.
    const way = round % 3
    const most = way === 0 ? 1 + Math.floor(draw.fraction() * 150) : Number.POSITIVE_INFINITY
    const until = way === 1 ? 2 : Number.POSITIVE_INFINITY
    const sights = 1 + Math.floor(draw.fraction() * 3)
    if (way === 2) {
      let seen = 0
      const temporary = /\.\d+\.[0-9a-f]+\.tmp$/
      const eyes = watch(folder, (event, name) => {
        if (event === 'rename' && name && temporary.test(name) && ++seen >= sights) child.kill('SIGKILL')
      })
      child.once('close', () => eyes.close())
    }
    try {
      while (child.exitCode === null && child.signalCode === null) {
        const { status, body } = await startPipeline(url)
        if (status !== 201) t.fail(`a pipeline was answered with ${status}`)
        look()
        answered.push(body.id)
        heard.push(replaced)
        if (heard.length >= most || replaced >= until) child.kill('SIGKILL')
      }
    } catch {
      // It ended in the midst of a request.
    }
    await ended
    look()
    certain = back.length + heard.filter(before => replaced - before >= 2).length
    if (way === 1) t.ok(certain > back.length, 'some were certain')
  }

  // Also one that dies at the start leaves nothing that stops the next.
  for (const sight of [/\.lock\..*\.tmp$/, /\.lock$/]) {
    const { child, started, ended } = run()
    killAtSight(child, sight)
    await t.rejects(started)
    await ended
  }
  const { child, started, ended } = run()
  const back = await idsOf(await started)
  t.ok(back.length >= certain)
  t.equal((await startPipeline(await started)).body.id, 61 + back.length, 'ids go on')
  child.kill('SIGTERM')
  await ended
  t.same(readdirSync(folder), ['worlds.jsonl'], 'and a graceful end leaves the file alone')
})
