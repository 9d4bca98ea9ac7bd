// npm run bench: measures this server beside others, prints ratios to bare Fastify, and writes them as JSON.
import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeTables } from '../readme.ts'
import { underLoad } from '../under_load.ts'
import { compareWorks, compareWorlds, type Effort } from './compare.ts'
import { measureForks } from './forks.ts'
import { endTogether, isPinned, pinLoad } from './processes.ts'
import { report } from './report.ts'
import { type Figure, resultsFile, resultsOf } from './results.ts'
import { root } from './rows.ts'
import { isHere, type ServerName, serverNames, servers } from './servers.ts'
import { compareMemory, compareStarts } from './starts.ts'
import { type Work, works } from './works.ts'

const parts = ['worlds', 'contract', 'start', 'memory', 'fork'] as const
type Chosen = Work | (typeof parts)[number]

const help = `npm run bench -- [options]
  --only LIST      of ${[...works, ...parts].join(', ')}
  --servers LIST   of ${serverNames.join(', ')}; constant always takes part
  --rows LIST      table sizes, such as 1000,100000
  --quick          fewer rounds, sizes and servers
  --json FILE      where the figures go; a whole run writes test/bench/results.json
  --readme         a whole run; its tables go into README.md
  --check          measures nothing: is every answer of a loaded run as it should be?
`

function fail(problem: string): never {
  process.stderr.write(`${problem}\n\n${help}`)
  process.exit(2)
}

/** The names that a list has, each of which must be known. */
function listed<T extends string>(
  list: string | undefined,
  known: readonly T[],
  otherwise: readonly T[],
): readonly T[] {
  if (list === undefined) return otherwise
  const names = list.split(',') as T[]
  const stray = names.find(name => !known.includes(name))
  return stray === undefined ? names : fail(`"${stray}" is not one of ${known.join(', ')}`)
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = {
  only: text,
  servers: text,
  rows: text,
  json: text,
  quick: flag,
  readme: flag,
  check: flag,
  help: flag,
}
const { values } = parseArgs({ options })
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
if (values.check) {
  const { done, faults } = await underLoad(200, 500)
  for (const [what, times] of done)
    process.stdout.write(`${times.toLocaleString('en-US').padStart(9)}  ${what}\n`)
  process.stdout.write(
    `${faults.join('\n') || 'Every answer was as its contract and the model of its world have it.'}\n`,
  )
  process.exit(faults.length > 0 ? 1 : 0)
}
if (!existsSync(join(root, 'dist/main.js'))) fail('dist/main.js is missing: run "npm run build"')

const isPart = Boolean(values.quick || values.only || values.servers || values.rows)
if (values.readme && isPart) fail('--readme takes a whole run')
const quick = values.quick ?? false
const only = listed<Chosen>(values.only, [...works, ...parts], [...works, ...parts])
const peers = serverNames.filter(name => servers[name].from)
const missing = peers.filter(name => !isHere(name))
const usual: ServerName[] = quick ? ['constant', 'array', 'understudy'] : serverNames
const wanted = listed(values.servers, serverNames, usual)
const taking = [...new Set<ServerName>(['constant', ...wanted])]
const sizes =
  values.rows?.split(',').map(Number) ?? (quick ? [1000, 100_000] : [1000, 10_000, 100_000, 1_000_000])
if (sizes.some(size => !Number.isInteger(size) || size < 1000))
  fail('--rows: sizes are whole numbers from 1000')
const effort: Effort = quick
  ? { rounds: 5, slice: 400, creates: 3000, warmUp: 3000 }
  : { rounds: 7, slice: 1000, creates: 10_000, warmUp: 10_000 }

if (missing.some(name => taking.includes(name)))
  process.stderr.write(
    `Not installed, and left out: ${missing.map(name => servers[name].label).join(', ')}. To have them: npm ci --prefix test/bench\n`,
  )
if (!isPinned()) process.stderr.write('No taskset, or one core only: servers and load share what there is.\n')
pinLoad()
endTogether()

const unfinished = join(tmpdir(), 'understudy-bench.json')
const file = values.json ?? (isPart ? unfinished : fileURLToPath(resultsFile))
const figures: Figure[] = []

const write = (to: string) => writeFileSync(to, `${JSON.stringify(resultsOf(figures, quick), null, 2)}\n`)

/** Adds figures, and writes all there are aside: who ends a run of an hour early keeps what it has measured. */
async function add(some: Promise<Figure[]>): Promise<void> {
  figures.push(...(await some))
  write(unfinished)
}

const asked = works.filter(work => only.includes(work))
if (asked.length > 0) for (const rows of sizes) await add(compareWorks(rows, asked, taking, effort))
const some =
  asked.length > 0
    ? asked.filter(work => work === 'get' || work === 'list' || work === 'create')
    : (['get', 'list', 'create'] as const)
if (only.includes('worlds')) await add(compareWorlds(some, effort))
if (only.includes('contract')) {
  const readers = taking.filter(name => name === 'constant' || servers[name].readsDocument)
  for (const operations of [300, 3000]) await add(compareWorks(1000, some, readers, effort, operations))
}
if (only.includes('start')) await add(compareStarts(taking, quick ? 5 : 15))
if (only.includes('memory')) {
  const held = taking.filter(name => name === 'constant' || name === 'understudy')
  await add(compareMemory(held, quick ? 50_000 : 1_000_000))
}
if (only.includes('fork')) await add(measureForks())

write(file)
process.stderr.write('\n\n')
process.stdout.write(`${report(resultsOf(figures, quick))}\n\nWritten to ${file}\n`)
if (values.readme) writeTables()
