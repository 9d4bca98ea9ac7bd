// What each answer rests on: by the ledger, by the control API, and by the answer itself.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { v1 } from '../src/apis/v1/api.ts'
import { v4 } from '../src/apis/v4/api.ts'
import { loadContract, profiles } from '../src/contract/load.ts'
import { type Entry, ledgerOf, ledgerText } from '../src/control/ledger.ts'
import { createUnderstudy } from '../src/index.ts'
import { ask } from './ask.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const told = (...args: string[]) =>
  execFileSync(process.execPath, [main, 'ledger', ...args], { encoding: 'utf8' })
const understudies = {
  documented: await createUnderstudy({ checkAnswers: true }),
  observed: await createUnderstudy({ checkAnswers: true, profile: 'observed' }),
}
t.teardown(() => Promise.all(Object.values(understudies).map(it => it.close())))

for (const profile of profiles) {
  t.test(`the ledger knows every answer, every refusal and every switch: ${profile}`, async t => {
    for (const api of [v4, v1]) {
      const contract = loadContract(api.name, profile)
      const entries = ledgerOf(api, contract)
      const named = (of: Entry['of']) =>
        entries
          .filter(it => it.of === of)
          .map(({ name, status }) => (of === 'answer' ? `${name} ${status}` : name))
      const answers = [...contract.operations.values()].flatMap(({ id, object }) =>
        Object.keys(object.responses).map(status => `${id} ${status}`),
      )
      t.strictSame(named('answer'), answers, `${api.name}: answers`)
      t.strictSame(named('refusal'), Object.keys(contract.refusals), `${api.name}: refusals`)
      t.strictSame(named('switch'), Object.keys(contract.conduct), `${api.name}: switches`)
      for (const { name, status, source } of entries) t.ok(source.length > 5, `${name} ${status}: ${source}`)
    }
  })

  t.test(`the command line and the control API tell the same: ${profile}`, async t => {
    const printed = JSON.parse(told('--json', '--profile', profile))
    const { body } = await ask(understudies[profile].url, 'GET /__admin/fidelity')
    t.strictSame(printed, body.entries)
    const text = told('--profile', profile)
    t.equal(text, ledgerText(printed), 'as lines for people as well')
    t.equal(text.split('\n').length - 1, printed.length, 'one for each')
  })
}

t.test('an operation that nobody behaves for is told as sampled', async t => {
  const contract = loadContract('v4', 'documented')
  const { getVersion: _, ...behaviours } = v4.behaviours
  const entries = ledgerOf({ ...v4, behaviours }, contract).filter(({ known }) => known === 'sampled')
  t.match(entries, [{ name: 'getVersion', status: '200' }])
  t.equal(entries.length, 1)
})

t.test('an answer tells its source where it is asked for, and only there', async t => {
  const table: [
    profile: keyof typeof understudies,
    request: string,
    as: string | undefined,
    source: string,
  ][] = [
    [
      'documented',
      '/api/v4 GET /projects/1/pipelines/46',
      'root',
      'docs: pipelines.md, "Get a single pipeline"',
    ],
    [
      'documented',
      '/api/v4 GET /projects/1/pipelines/46',
      'stranger',
      'observed: as servers word it (source of 12.0)',
    ],
    ['documented', '/api/v4 GET /nothing', undefined, 'docs: README.md, "Unknown route"'],
    ['documented', '/api/v1 GET /projects', undefined, 'docs: README.md, "Status codes"'],
    ['observed', '/api/v1 GET /projects', undefined, 'observed: a missing or bad token of any kind is 403'],
    ['observed', '/api/v4 DELETE /projects/1', 'root', 'observed: 202 and a body'],
    ['observed', '/api/v4 PUT /projects', 'root', 'observed: the last route catches all'],
  ]
  let worlds = 0
  for (const [profile, told, as, source] of table) {
    const [base, ...request] = told.split(' ')
    const world = understudies[profile].world(`source-${++worlds}`)
    const asked = { as: as && understudies[profile].tokens[as] }
    const bare = await ask(world.url + base, request.join(' '), asked)
    t.notOk(bare.headers.has('x-understudy-source'), `${profile} ${told}: nobody asked`)
    world.reset()
    const answered = await ask(world.url + base, request.join(' '), {
      ...asked,
      headers: { Prefer: 'source' },
    })
    t.equal(answered.status, bare.status, `${profile} ${told}: it is the same answer`)
    t.ok(answered.headers.get('x-understudy-source')?.startsWith(source), `${profile} ${told}: ${source}`, {
      told: answered.headers.get('x-understudy-source'),
    })
  }
  const { v4: url } = understudies.documented
  const both = await ask(url, 'GET /projects', { headers: { Prefer: 'code=503, source' } })
  t.match(
    [both.status, both.headers.get('x-understudy-source')],
    [503, /^derived: /],
    'beside a forced failure',
  )
})
