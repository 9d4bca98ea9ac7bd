// What keeps the house in order: who imports whom, what may stand where, and that the README tells the truth.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { v1, v1Rows } from '../src/apis/v1/api.ts'
import { v4, v4Rows } from '../src/apis/v4/api.ts'
import { checkRows } from '../src/behaviour/check.ts'
import { conductSwitches } from '../src/contract/conduct.ts'
import { type ApiName, loadContract, profiles } from '../src/contract/load.ts'
import { createClock } from '../src/store/clock.ts'
import { ownFixtures, readFixtures } from '../src/store/fixtures.ts'
import { createStore } from '../src/store/store.ts'
import { withTables } from './readme.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const found = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
const sources = found
  .filter(path => path.endsWith('.ts'))
  .map(path => ({ path, text: read(join('src', path)) }))
const readme = read('README.md')

/** From the top floor down: a file imports from its own floor, or from below. */
const floors = [
  ['dev.ts', 'bundle.ts'],
  ['main.ts'],
  ['index.ts'],
  ['world_handle.ts'],
  ['server.ts'],
  [
    'home.ts',
    'docs.ts',
    'routes.ts',
    'paths.ts',
    'path_tree.ts',
    'options.ts',
    'client_errors.ts',
    'front.ts',
    'version.ts',
    'app.ts',
    'idling.ts',
    'start_checks.ts',
    'option_readers.ts',
    'usage.ts',
  ],
  ['apis', 'control'],
  ['behaviour'],
  ['lifecycle'],
  ['contract', 'store'],
]
const floorOf = (path: string) => floors.findIndex(names => names.includes(path.split('/')[0]!))

t.test('imports run one way', async t => {
  for (const { path, text } of sources) {
    t.ok(floorOf(path) >= 0, `${path} has a floor`)
    for (const [, kind, imported] of text.matchAll(/^import (type )?[^;]*?from '(\.[^']+)'/gms)) {
      const target = relative(join(root, 'src'), join(root, 'src', dirname(path), imported!))
      // The options are plain values that the server is told; whoever is told may know their type.
      if (kind && target === 'options.ts') continue
      t.ok(floorOf(target) >= floorOf(path), `${path} may import ${target}`)
    }
  }
})

t.test('what may stand where', async t => {
  const others = found.filter(path => path.includes('.') && !path.endsWith('.ts'))
  t.same(others, ['tsconfig.json'], 'src holds sources and their settings, and nothing else')
  for (const { path, text } of sources) {
    if (/^(contract|store)\//.test(path))
      t.notMatch(text, /from '(node:http|fastify)'/, `${path} knows nothing of HTTP`)
    if (path.startsWith('lifecycle/'))
      t.notMatch(text, /\busers?\b.*from|apis\//, `${path} knows no resource and no user`)
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    if (path.startsWith('apis/')) t.notMatch(code, /\b[45]\d\d\b/, `${path} names no status of a failure`)
    if (path !== 'store/clock.ts') {
      t.notMatch(
        text,
        /Date\.now\(|new Date\(\)|Math\.random\(/,
        `${path} takes time and chance from the world`,
      )
    }
  }
})

t.test('each conduct switch is read in one file', async t => {
  for (const name of Object.keys(conductSwitches)) {
    const readers = sources.filter(({ path, text }) => path !== 'contract/conduct.ts' && text.includes(name))
    t.equal(readers.length, 1, `${name} is read in ${readers.map(({ path }) => path).join(', ')}`)
  }
})

t.test('every reason that is thrown has a wording in each API that throws it', async t => {
  // What an API can't come to: v1 has no scopes, the control API neither fails on request nor has pages.
  const never: Record<ApiName, string[]> = {
    v1: ['versionGone', 'keysetUnavailable', 'pageTooFar', 'insufficientScope', 'unknown'],
    v4: ['unknown'],
    admin: [
      'versionGone',
      'keysetUnavailable',
      'pageTooFar',
      'insufficientScope',
      'unknownScenario',
      'tooManyRequests',
      'modifiedSince',
      'zeroPerPage',
    ],
  }
  for (const profile of profiles) {
    for (const [api, others] of Object.entries(never) as [ApiName, string[]][]) {
      const { refusals } = loadContract(api, profile)
      for (const { path, text } of sources) {
        const own = api === 'admin' ? 'control/' : `apis/${api}/`
        if (!/^(lifecycle|server|routes)/.test(path) && !path.startsWith(own)) continue
        for (const [, reason] of text.matchAll(/(?:refuse\(|reason: )'(\w+)'/g)) {
          if (!others.includes(reason!)) t.ok(refusals[reason!], `${api}, ${profile}: ${reason} of ${path}`)
        }
      }
    }
  }
})

t.test('a room is one name on four floors', async t => {
  for (const api of [v1, v4]) {
    const pages = readdirSync(join(root, 'openapi', api.name)).filter(
      file => !/^(openapi|shared|observed)/.test(file),
    )
    for (const room of pages.map(file => file.replace('.yaml', ''))) {
      t.ok(
        sources.some(({ path }) => path === `apis/${api.name}/${room}.ts`),
        `src/apis/${api.name}/${room}.ts`,
      )
      t.ok(
        readdirSync(join(root, 'test', api.name)).includes(`${room}.test.ts`),
        `test/${api.name}/${room}.test.ts`,
      )
    }
  }
})

t.test('the default world can be shown as its contracts say', async t => {
  for (const profile of profiles) {
    const world = createStore(readFixtures(ownFixtures), createClock(0), 1).world('main')
    t.same(checkRows(v1, loadContract('v1', profile), world, v1Rows), [], `v1, ${profile}`)
    t.same(checkRows(v4, loadContract('v4', profile), world, v4Rows), [], `v4, ${profile}`)
  }
})

t.test('the README', async t => {
  t.equal(withTables(readme), readme, 'has the tables that `npm run readme` writes')
  const tree = /<!-- tree -->\n([\s\S]*)<!-- \/tree -->/.exec(readme)![1]!
  const told = [...tree.matchAll(/([\w-]+)\.ts\b/g)].map(([, name]) => name)
  for (const { path } of sources) {
    const name = path.split('/').at(-1)!.replace('.ts', '')
    t.ok(new RegExp(`\\b${name}\\b`).test(tree), `its tree knows ${path}`)
  }
  for (const name of told) {
    t.ok(
      sources.some(({ path }) => path.endsWith(`${name}.ts`)),
      `its tree's ${name}.ts is there`,
    )
  }
  const [commands] = /```sh\n[\s\S]*?```/.exec(readme)!
  t.match(commands, 'npm ci && npm start', 'opens with the two commands')
  t.match(commands, 'npm cit')
})
