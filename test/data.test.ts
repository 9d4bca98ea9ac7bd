// Worlds that are kept in a file: what comes back, what is refused, and whose the file is.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { createUnderstudy } from '../src/index.ts'
import { createChance, createClock } from '../src/store/clock.ts'
import { ownFixtures, readFixtures } from '../src/store/fixtures.ts'
import { keep } from '../src/store/keeping.ts'
import { linesOf, picturesIn } from '../src/store/kept_text.ts'
import { type Lock, takeLock } from '../src/store/lock.ts'
import { pictureOf, worldOf } from '../src/store/picture.ts'
import { createStore } from '../src/store/store.ts'
import { type Row, table } from '../src/store/table.ts'
import { World } from '../src/store/world.ts'
import { ask } from './ask.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const as = 'QVy1PB7sTxfy4pqfZM1U'
const fixtures = () => readFixtures(ownFixtures)
const newStore = () => createStore(fixtures(), createClock(0), 1)

const running = new Set<ChildProcess>()
t.teardown(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs the program until it listens, or ends. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, [main, '--port', '0', '--log', 'error', ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const written = { out: '', err: '' }
  child.stderr.on('data', data => (written.err += data))
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child)
    return code as number | null
  })
  const listens = new Promise<void>(resolve => {
    child.stdout.on('data', data => {
      written.out += data
      if (/curl .*\n$/.test(written.out)) resolve()
    })
  })
  await Promise.race([listens, ended])
  return { child, url: /http:\S+/.exec(written.out)?.[0] ?? '', written, ended }
}

const startPipeline = (v4: string) => ask(v4, 'POST /projects/1/pipeline?ref=master', { as })
const pipelinesOf = async (v4: string) =>
  (await ask(v4, 'GET /projects/1/pipelines', { as })).body.map(({ id }: { id: number }) => id)

t.test('worlds come back as they were, with all that goes on in them', async t => {
  const data = join(t.testdir(), 'worlds.jsonl')
  const first = await createUnderstudy({ data, checkAnswers: true })
  t.match(first.kept, { file: data, worlds: 0, behind: 1000 })
  const mine = first.world('mine')
  await startPipeline(first.v4)
  await startPipeline(mine.v4)
  const { body: made } = await startPipeline(mine.v4)
  await ask(mine.v4, `DELETE /projects/1/pipelines/${made.id}`, { as })
  const { body: issue } = await ask(mine.v4, 'POST /projects/1/issues?title=one', { as })
  const { body: project } = await ask(first.v4, 'POST /projects?name=kept', { as })
  first.world('unchanged').patch({})
  first.world('dropped').patch({})
  await ask(first.url, 'DELETE /__admin/worlds/dropped')
  const bornWith = await pipelinesOf(mine.v4)
  const madeOf = await ask(first.url, 'POST /__admin/worlds', { json: { name: 'child', from: 'mine' } })
  t.equal(madeOf.status, 201)
  await startPipeline(first.world('child').v4)
  mine.clock.stop('2020-02-02T02:02:02Z')
  first.world('huge').pretend('v4.pipelines', 1_000_000, { project_id: 8 })
  mine.arm({ operation: 'listUsers', answer: { code: 500 } })
  await ask(mine.url, 'PUT /__admin/snapshots/before')
  const whole = async (url: string) => {
    const { body } = await ask(url, 'GET /__admin/tables')
    return await Promise.all(
      body.tables.map(
        async ({ name }: { name: string }) => (await ask(url, `GET /__admin/tables/${name}`)).body,
      ),
    )
  }
  const before = [await whole(first.url), await whole(mine.url)]
  await first.close()
  t.notOk(existsSync(`${data}.lock`), 'the file is given back')

  await using second = await createUnderstudy({ data, checkAnswers: true })
  t.match(second.kept, { worlds: 5 })
  const again = second.world('mine')
  t.same([await whole(second.url), await whole(again.url)], before, 'all rows, and all next ids')
  t.same(
    (await ask(second.url, 'GET /__admin/worlds')).body.worlds.map(({ name }: { name: string }) => name),
    ['main', 'mine', 'unchanged', 'child', 'huge'],
  )
  t.equal(again.clock.now().toISOString(), '2020-02-02T02:02:02.000Z', 'a clock that stood still does')
  t.equal((await startPipeline(again.v4)).body.id, made.id + 1, 'no id is given out twice')
  t.equal(
    (await ask(again.v4, 'POST /projects/1/issues?title=two', { as })).body.iid,
    issue.iid + 1,
    'counters go on',
  )
  t.equal((await ask(second.v4, `GET /projects/${project.id}`, { as })).status, 200)
  t.equal(
    (await ask(second.world('huge').v4, 'GET /projects/8/pipelines', { as })).headers.get('x-next-page'),
    '2',
    'rows that nobody stores are there',
  )
  t.equal((await ask(again.v4, 'GET /users', { as })).status, 200, 'what was armed is not')
  t.same((await ask(again.url, 'GET /__admin/snapshots')).body, { snapshots: [] }, 'nor are snapshots')

  t.same(await pipelinesOf(second.world('late').v4), [48, 47, 46], 'new worlds are born of the fixtures')
  again.reset()
  t.same(await pipelinesOf(again.v4), [48, 47, 46], 'and one that is reset is as they are')
  const child = second.world('child')
  t.equal((await pipelinesOf(child.v4)).length, bornWith.length + 1)
  child.reset()
  t.same(await pipelinesOf(child.v4), bornWith, 'but one that was made of another is as that was then')
})

t.test('whoever ends a program that can save no more is told by its exit code', async t => {
  const ends: [string, (url: string, child: ChildProcess) => unknown][] = [
    ['SIGTERM', (_, child) => child.kill('SIGTERM')],
    ['shutdown', url => ask(url, 'POST /__admin/shutdown')],
  ]
  for (const [how, end] of ends) {
    const folder = t.testdir()
    const { child, url, written, ended } = await run('--data', join(folder, 'worlds.jsonl'))
    rmSync(folder, { recursive: true })
    t.equal((await startPipeline(`${url}/api/v4`)).status, 201)
    await end(url, child)
    t.equal(await ended, 1, how)
    t.match(written.err, 'worlds.jsonl: the latest changes are lost: ')
  }
})

t.test('whoever ends the program in order loses nothing', async t => {
  const data = join(t.testdir(), 'worlds.jsonl')
  const ends: [string, (url: string, child: ChildProcess) => unknown][] = [
    ['SIGTERM', (_, child) => child.kill('SIGTERM')],
    ['SIGINT', (_, child) => child.kill('SIGINT')],
    ['shutdown', url => ask(url, 'POST /__admin/shutdown')],
  ]
  for (const [round, [how, end]] of ends.entries()) {
    const { child, url, written, ended } = await run('--data', data)
    t.match(
      written.out,
      `keeps all worlds in ${data}, at most 1 s behind (${round === 0 ? 0 : 1} came back)\n`,
    )
    // Sent off together, and ended behind the last answer: no time for any look at what has changed.
    const answers = await Promise.all(Array.from({ length: 20 }, () => startPipeline(`${url}/api/v4`)))
    t.ok(
      answers.every(({ status }) => status === 201),
      how,
    )
    await end(url, child)
    t.equal(await ended, 0, `${how} ends well`)
    t.notMatch(written.err, /lost|saved/)
    const rows = readFileSync(data, 'utf8').split('\n')
    for (const { body } of answers)
      t.ok(
        rows.some(row => row.startsWith('{') && JSON.parse(row).id === body.id),
        `${how}: ${body.id} is there`,
      )
    t.same(readdirSync(join(data, '..')), ['worlds.jsonl'])
  }
})

t.test('one file is kept by one server', async t => {
  const folder = t.testdir({ real: {}, 'other name': t.fixture('symlink', 'real') })
  const data = join(folder, 'real', 'worlds.jsonl')
  const holder = await createUnderstudy({ data })
  const inUse = `${data}: is in use by process ${process.pid}; if that is no gitlab-understudy, remove ${data}.lock`
  await t.rejects(createUnderstudy({ data }), { message: inUse }, 'nor by two in one process')
  await t.rejects(
    createUnderstudy({ data: join(folder, 'other name', 'worlds.jsonl') }),
    { message: inUse },
    'whatever way it is named',
  )
  symlinkSync(data, join(folder, 'link'))
  await t.rejects(createUnderstudy({ data: join(folder, 'link') }), { message: inUse })
  const { written, ended } = await run('--data', data)
  t.equal(await ended, 2)
  t.same(written, { out: '', err: `gitlab-understudy: ${inUse}\n` }, 'in one line')
  await startPipeline(holder.v4)
  await holder.close()
  const next = await createUnderstudy({ data })
  t.ok((await pipelinesOf(next.v4)).includes(61), 'who had it was not disturbed')
  await next.close()

  // Nobody can tell whether these are gone.
  for (const [lock, problem] of [
    [
      '{"pid":1,"host":"elsewhere","mark":"0123456789ab"}',
      `is in use by process 1 on elsewhere; if that is no gitlab-understudy, remove ${data}.lock`,
    ],
    ['', `can't be locked: ${data}.lock is no lock of ours; if nobody uses it, remove it`],
  ] as const) {
    writeFileSync(`${data}.lock`, lock)
    await t.rejects(createUnderstudy({ data }), { message: `${data}: ${problem}` })
    t.equal(readFileSync(`${data}.lock`, 'utf8'), lock)
  }
})

t.test('of many that start at once after one was ended by force, one gets the file', async t => {
  const path = join(t.testdir(), 'worlds.jsonl.lock')
  const script = `
    import { takeLock } from ${JSON.stringify(new URL('../src/store/lock.ts', import.meta.url).href)}
    process.stdin.once('data', () => {
      try {
        takeLock(${JSON.stringify(path)})
        process.stdout.write('got it\\n')
      } catch (error) {
        process.stdout.write(error.message + '\\n')
      }
    })
    process.stdout.write('ready\\n')`
  const starter = () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
    running.add(child)
    const lines: string[] = []
    let waiting: (() => void) | undefined
    child.stdout.on('data', data => {
      lines.push(...`${data}`.trim().split('\n'))
      waiting?.()
    })
    const line = async (number: number) => {
      while (lines.length <= number) await new Promise<void>(resolve => (waiting = resolve))
      return lines[number]!
    }
    return { child, line }
  }
  const starters = Array.from({ length: 16 }, starter)
  await Promise.all(starters.map(({ line }) => line(0)))
  while (starters.length > 0) {
    const racers = starters.splice(0, 4)
    for (const { child } of racers) child.stdin.write('go\n')
    const said = await Promise.all(racers.map(({ line }) => line(1)))
    const winners = racers.filter((_, place) => said[place] === 'got it')
    t.equal(winners.length, 1, said.join('; '))
    const winner = winners[0]!.child.pid
    t.equal(JSON.parse(readFileSync(path, 'utf8')).pid, winner, 'whose name stands in the lock')
    // What the winner leaves is stale for the next four.
    for (const { child } of racers) {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
      running.delete(child)
    }
  }
})

t.test('who comes too late for a stale lock leaves it to who was faster', async t => {
  const path = join(t.testdir(), 'worlds.jsonl.lock')
  const mark = '0123456789ab'
  writeFileSync(
    path,
    JSON.stringify({
      pid: spawnSync(process.execPath, ['-e', '']).pid,
      host: hostname(),
      began: 'long ago',
      mark,
    }),
  )
  let faster: Lock | undefined
  const late = await t.mockImport<{ takeLock: typeof takeLock }>('../src/store/lock.ts', {
    'node:fs': {
      ...fs,
      // Between the look at who had it, and the right to replace it.
      linkSync: (from: string, to: string) => {
        if (to.endsWith(mark)) faster ??= takeLock(path)
        fs.linkSync(from, to)
      },
    },
  })
  t.throws(() => late.takeLock(path), { message: `is in use by process ${process.pid}; ` })
  t.ok(faster?.isHeld())
  t.same(readdirSync(join(path, '..')), ['worlds.jsonl.lock'])
  faster?.release()
  t.same(readdirSync(join(path, '..')), [])
})

t.test('a file that is not as it was written refuses to start, and stays as it is', async t => {
  const folder = t.testdir({ sub: {} })
  const data = join(folder, 'worlds.jsonl')
  const { close } = await createUnderstudy({ data })
  await close()
  const good = readFileSync(data)
  const lines = good.toString().split('\n').slice(0, -2)
  const summed = (changed: string[]) => {
    const text = changed.map(line => `${line}\n`).join('')
    return `${text}"${createHash('sha256').update(text).digest('hex')}"\n`
  }
  t.equal(summed(lines), good.toString(), 'this is how it is written')
  const lineWith = (change: (world: { [key: string]: unknown }) => void) => {
    const [name, world] = JSON.parse(lines.at(-1)!)
    change(world)
    return summed([...lines.slice(0, -1), JSON.stringify([name, world])])
  }
  const ours = 'holds no worlds of ours'
  const damaged = 'is damaged: cut off, or changed since it was written'
  const last = `line ${lines.length - 1}`
  const refused: [what: string, content: string | Buffer, problem: string][] = [
    ['empty', '', ours],
    ['one line end', '\n', ours],
    ['other JSON', '{"worlds":{}}\n', ours],
    ['null', 'null\n', ours],
    ['no JSON', 'worlds:\n', ours],
    ['binary', Buffer.alloc(100_000, 0xff), ours],
    ['an image of zeros', Buffer.alloc(good.length), ours],
    [
      'another format',
      summed([lines[0]!.replace('"format":1', '"format":2'), ...lines.slice(1)]),
      'is of format 2, and this version knows 1',
    ],
    ['twice itself', Buffer.concat([good, good]), damaged],
    ['more behind', `${good}\n`, damaged],
    ['without its last line end', good.subarray(0, -1), damaged],
    ['line ends of Windows', good.toString().replaceAll('\n', '\r\n'), damaged],
    ['one letter changed', good.toString().replace('master', 'mAster'), damaged],
    ['two lines swapped', [lines[0], lines[2], lines[1], ...lines.slice(3), ''].join('\n'), damaged],
    ['a row that is no JSON', summed([lines[0]!, '{', ...lines.slice(1)]), 'line 1 is not JSON'],
    ['a row that is a number', summed([lines[0]!, '1', ...lines.slice(1)]), 'line 1 is no row'],
    [
      'a row without an id',
      summed([lines[0]!, '{"id":"1"}', ...lines.slice(1)]),
      'line 1 is a row without an id',
    ],
    ['half a range', summed([...lines.slice(0, -1), '[0]']), `${last} is no list of ranges`],
    [
      'rows that are not there',
      summed([...lines.slice(0, -1), '[0,99999]']),
      `${last} names rows that are not there`,
    ],
    ['rows in disorder', summed([...lines.slice(0, -1), '[1,1,0,1]']), `${last} names rows out of order`],
    ['no world', summed([...lines.slice(0, -1), '["main",[]]']), `${last} is no world`],
    ['no tables', lineWith(world => delete world.tables), `${last} is a world without tables`],
    [
      'a table that is not there',
      lineWith(world => (world.tables = { 'v4.jobs': 99 })),
      `${last} names a table 99 that is not there`,
    ],
    [
      'a table nobody reads',
      lineWith(world => (world.tables = { 'v4.wishes': 0 })),
      `${last} has a table "v4.wishes" that nobody reads`,
    ],
    ['no ids', lineWith(world => (world.next = [])), `${last} is a world without ids`],
    [
      'half an id',
      lineWith(world => (world.counters = { one: 1.5 })),
      `${last} has an id that is no whole number`,
    ],
    ['no clock', lineWith(world => delete world.clock), `${last} is a world without a clock`],
    [
      'a clock of words',
      lineWith(world => (world.clock = { ahead: 'now' })),
      `${last} is a world without time or chance`,
    ],
    ['no chance', lineWith(world => (world.chance = null)), `${last} is a world without time or chance`],
    [
      'pretence',
      lineWith(world => (world.pretended = { 'v4.jobs': [{ first: 1 }] })),
      `${last} pretends what nobody can`,
    ],
  ]
  // Cut at every 997th byte, and around each of the last.
  const cuts = [...Array.from({ length: Math.floor(good.length / 997) }, (_, place) => 1 + place * 997)]
  cuts.push(...[1, 2, 66, 67, 68, 69, 70].map(less => good.length - less))
  refused.push(
    ...cuts.map(
      length =>
        [
          `cut after ${length} bytes`,
          good.subarray(0, length),
          length > lines[0]!.length ? damaged : ours,
        ] as [string, Buffer, string],
    ),
  )
  for (const [what, content, problem] of refused) {
    writeFileSync(data, content)
    const store = newStore()
    await t.rejects(
      keep(store, data, '0.1.0', () => {}),
      {
        message: `${data}: ${problem}; it is left as it is. Put a good copy there, remove it, or give --data another name`,
      },
      what,
    )
    t.ok(readFileSync(data).equals(Buffer.from(content)), `${what}: left as it is`)
    t.same(store.names(), ['main'])
  }
  t.same(readdirSync(folder).sort(), ['sub', 'worlds.jsonl'], 'and nothing is left beside it')

  const places: [what: string, given: string, problem: RegExp][] = [
    ['a folder', folder, /: is a folder; name a file in it$/],
    ['a device', '/dev/null', /^\/dev\/null: is no plain file$/],
    ['a folder that is not there', join(folder, 'nowhere', 'x'), /: can't be kept there: ENOENT/],
    ['a file as a folder', join(data, 'x'), /: can't be kept there: ENOTDIR/],
  ]
  for (const [what, given, message] of places)
    await t.rejects(createUnderstudy({ data: given }), { message }, what)
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--port', '0', '--data', folder], {
    encoding: 'utf8',
  })
  t.same(
    { status, stdout, stderr },
    { status: 2, stdout: '', stderr: `gitlab-understudy: ${folder}: is a folder; name a file in it\n` },
  )

  // What another version wrote is held against the contracts of this one.
  const older = lines.with(0, lines[0]!.replace(/"version":"[^"]*"/, '"version":"0.0.1"'))
  writeFileSync(data, summed(older))
  await (await createUnderstudy({ data })).close()
  const place = older.findIndex(line => line.includes('"ref":"master"') && line.includes('"status"'))
  writeFileSync(data, summed(older.with(place, older[place]!.replace(/"status":"\w+"/, '"status":7'))))
  await t.rejects(createUnderstudy({ data }), {
    message: /: was written by version 0\.0\.1, and doesn't fit this one: in the world "main", .*status/,
  })
  t.notOk(existsSync(`${data}.lock`), 'who refuses gives the file back')
})

t.test('a write that fails is told once, and made good', async t => {
  const folder = t.testdir()
  const data = join(folder, 'worlds.jsonl')
  const store = newStore()
  const waits: number[] = []
  // Time goes on when the test says so.
  let next: (() => unknown) | undefined
  t.intercept(globalThis, 'setTimeout', {
    value: (deed: () => unknown, wait: number) => {
      waits.push(wait)
      next = deed
      return { unref: () => undefined }
    },
  })
  const told: string[] = []
  const keeping = await keep(store, data, '0.1.0', line => told.push(line))
  const round = async () => {
    const deed = next!
    next = undefined
    deed()
    while (!next) await new Promise(setImmediate)
  }
  const thing = { name: 'v4.tags', by: [] } as const
  const add = () => store.world('main').insert(thing, {}).id
  const kept = (id: number) => readFileSync(data, 'utf8').includes(`\n{"id":${id}}\n`)

  const { mtimeMs, ino } = statSync(data)
  await round()
  t.match(statSync(data), { mtimeMs, ino }, 'where nothing has changed, nothing is written')
  const first = add()
  await round()
  t.ok(kept(first), 'one look, and it is there')
  t.ok(
    waits.every(wait => wait <= keeping.promised / 2),
    'and looks leave time to write',
  )

  const second = add()
  const saved = readFileSync(data)
  rmSync(data)
  mkdirSync(join(data, 'in the way'), { recursive: true })
  await round()
  await round()
  t.match(told, [/^.*: can't be saved, and will be tried again: E/], 'told once')
  t.same(readdirSync(folder).sort(), ['worlds.jsonl', 'worlds.jsonl.lock'])
  rmSync(data, { recursive: true })
  writeFileSync(data, saved)
  await round()
  t.ok(kept(second), 'made good without another change')
  t.match(told, [/./, /: is saved again$/])

  const third = add()
  rmSync(`${data}.lock`)
  await round()
  t.notOk(kept(third))
  t.match(told[2], /its lock, .*\.lock, was taken away/, 'who has lost the lock writes no more')
  await t.rejects(keeping.close(), { message: /the latest changes are lost: / })
})

t.test('worlds share in the file what they share in memory, and do so again', async t => {
  const store = newStore()
  const size = () => {
    const pictures = new Map(store.names().map(name => [name, pictureOf(store.world(name))]))
    return [...linesOf(pictures)].join('\n')
  }
  const alone = size().length
  for (let number = 0; number < 1000; number++) store.world(`world-${number}`)
  t.ok(size().length < 30 * alone, 'a thousand fresh worlds are less than thirty')
  const thing = { name: 'v4.tags', by: [] } as const
  for (const name of store.names()) store.world(name).insert(thing, {})
  t.ok(size().length < 30 * alone, 'a row more in each costs that row')
  const back = picturesIn(size().split('\n').filter(Boolean))
  const tables = [...back.values()].map(({ tables }) => tables['v4.jobs'])
  t.equal(new Set(tables).size, 1, 'one table for all')
  const rows = [...back.values()].map(({ tables }) => tables['v4.tags']![0])
  t.equal(new Set(rows).size, 1, 'and one row, in tables that differ')
})

interface Thing extends Row {
  readonly value?: unknown
}
const things = [table<Thing>('test.things', 'value'), table<Thing>('test.others')] as const

t.test(
  'whatever was done in whatever worlds: saved and loaded, they are the same, and go on the same way',
  t => {
    const number = fc.nat({ max: 6 })
    const deed = fc.record({
      what: fc.constantFrom(
        ...([
          'insert',
          'update',
          'remove',
          'count',
          'replace',
          'pretend',
          'clock',
          'draw',
          'fork',
          'save',
        ] as const),
      ),
      world: number,
      other: number,
      which: fc.nat({ max: 1 }),
      value: fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })),
    })
    const shown = (world: World) => {
      const { clock, chance, data } = world
      const { tables, next: ids, counters, pretended = {} } = data
      const drawn = chance.fork().hex(20)
      const next = things.map(thing => world.nextId(thing))
      return JSON.parse(
        JSON.stringify({ tables, ids, counters, pretended, clock: clock.state(), drawn, next }),
      )
    }
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), deeds => {
        const worlds = [
          new World('0', createClock(0), createChance(1), { tables: {}, next: {}, counters: {} }),
        ]
        let pictures = new Map<string, ReturnType<typeof pictureOf>>()
        const album: { pictures: typeof pictures; lines: string }[] = []
        const saved = () => {
          pictures = new Map(
            worlds.map((world, place) => [`${place}`, pictureOf(world, pictures.get(`${place}`))]),
          )
          const lines = [...linesOf(pictures)].filter(line => line !== '')
          if (lines.some(line => line.includes('\n'))) throw new Error('a line has a line end')
          album.push({ pictures, lines: lines.join() })
          return [...picturesIn(lines)].map(([name, picture]) => worldOf(name, picture))
        }
        for (const { what, world: one, other, which, value } of deeds) {
          const world = worlds[one % worlds.length]!
          const thing = things[which]!
          const row = world.rows(thing)[other % Math.max(1, world.rows(thing).length)]
          if (what === 'insert') world.insert(thing, { value })
          else if (what === 'update' && row) world.update(thing, row, { value })
          else if (what === 'remove' && row) world.remove(thing, row)
          else if (what === 'count') world.count(`counter ${other}`)
          else if (what === 'replace') world.replace(thing.name, world.rows(things[1 - which]!))
          else if (what === 'pretend')
            world.pretend(thing, [
              { first: 10_000, count: other, fields: { project_id: 1 }, from: 0, until: 1 },
            ])
          else if (what === 'clock') world.clock[other % 2 ? 'stop' : 'advance'](other * 1000)
          else if (what === 'draw') world.chance.uuid()
          else if (what === 'fork' && worlds.length < 5)
            worlds.push(
              world.fork(`${worlds.length}`, world.chance.fork(), { tables: {}, next: {}, counters: {} }),
            )
          // From here on, pictures of before are what the next ones are made of.
          else if (what === 'save') saved()
        }
        const back = saved()
        if (JSON.stringify(back.map(shown)) !== JSON.stringify(worlds.map(shown))) {
          t.same(back.map(shown), worlds.map(shown))
          return false
        }
        // A picture never changes, whatever the worlds did after it.
        if (album.some(({ lines, pictures }) => [...linesOf(pictures)].join() !== lines)) return false
        // And apart from each other as before: what one does, no other sees.
        const others = JSON.stringify(back.slice(1).map(shown))
        for (const thing of things) for (const row of back[0]!.rows(thing)) back[0]!.remove(thing, row)
        return JSON.stringify(back.slice(1).map(shown)) === others
      }),
      { seed: 4, numRuns: 500 },
    )
    t.pass('500 times')
    t.end()
  },
)
