import openapiTS, { astToString } from 'openapi-typescript'
import t, { type Test } from 'tap'
import ts from 'typescript'
import { v1 } from '../src/apis/v1/api.ts'
import { v4 } from '../src/apis/v4/api.ts'
import { checkExamples, checkStructure } from '../src/contract/check.ts'
import { type Contract, createContract, type Operation } from '../src/contract/contract.ts'
import { type Document, type Response, resolve } from '../src/contract/document.ts'
import { loadContract, type Profile, profiles } from '../src/contract/load.ts'
import { createUnderstudy, type Understudy } from '../src/index.ts'
import { addressOf } from '../src/lifecycle/address.ts'
import type { Caller } from '../src/lifecycle/exchange.ts'
import { live } from '../src/lifecycle/lifecycle.ts'
import { targetOf } from '../src/lifecycle/target.ts'
import { createClock } from '../src/store/clock.ts'
import { ownFixtures, readFixtures } from '../src/store/fixtures.ts'
import { createStore } from '../src/store/store.ts'
import { type Asked, ask } from './ask.ts'
import { createJudge, type Judge } from './contract_judge.ts'
import { has, showing } from './contract_rows.ts'
import { anyRequest, type Line, type Row, table } from './contract_table.ts'
import { usernameToken } from './v1/rows.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
const observing = await createUnderstudy({ checkAnswers: true, profile: 'observed' })
t.teardown(() => Promise.all([gitlab.close(), observing.close()]))
const documented = { v4: loadContract('v4', 'documented'), v1: loadContract('v1', 'documented') }
/** The APIs that stand in for GitLab's. */
type ApiName = keyof typeof documented
const store = createStore(readFixtures(ownFixtures), createClock(0), 1)
let worlds = 0

for (const profile of profiles) {
  t.test(`every documented status is shown, and every answer keeps the contract: ${profile}`, async t => {
    for (const { api, lines, observed } of table) {
      const contract = loadContract(api, profile)
      const judge = createJudge(contract)
      const had = Object.keys(lines).filter(id => (lines[id]!.only ?? profile) === profile)
      t.strictSame(had.sort(), [...contract.operations.keys()].sort(), `${api}: the operations`)
      for (const operation of contract.operations.values()) {
        await t.test(`${api} ${operation.id}`, async t => {
          const line = lines[operation.id]!
          const on = { understudy: profile === 'observed' ? observing : gitlab, api, judge, operation, line }
          const shown = new Set<string>()
          for (const [told, row] of rowsOf(line, profile)) {
            const differs = profile === 'observed' && !(row.only ?? line.only)
            const status = differs ? (row.observed?.status ?? observed[told] ?? told) : told
            const because = differs ? row.observed?.because : undefined
            await show(t, { ...on, row, status, because })
            shown.add(`${status}`)
          }
          for (const status of anyRequest.filter(it => !operation.object.responses[it])) {
            await show(t, { ...on, row: { headers: { Prefer: `code=${status}` } }, status })
            shown.add('default')
          }
          const statuses = Object.keys(operation.object.responses)
          t.strictSame([...shown].sort(), statuses.sort(), 'shows what is documented, and nothing else')
        })
      }
      t.strictSame(judge.undeclared(), [], `${api}: headers that not every answer has are declared`)
      t.strictSame(judge.unseen(), [], `${api}: every declared header is shown`)
    }
  })
}

/** The rows that a line has in a profile, each with its status. */
function rowsOf({ shows }: Line, profile: Profile): [status: number, row: Row][] {
  return Object.entries(shows).flatMap(([status, rows]) =>
    [rows]
      .flat()
      .filter(({ only = profile }) => only === profile)
      .map((row): [number, Row] => [Number(status), row]),
  )
}

interface Shown {
  readonly understudy: Understudy
  readonly api: ApiName
  readonly judge: Judge
  readonly operation: Operation
  readonly line: Line
  readonly row: Row
  readonly status: number
  /** The fact for which it is not the documented status. */
  readonly because?: string
}

/** Sends a row's request into a world of its own, and holds the answer against the contract. */
async function show(t: Test, shown: Shown): Promise<void> {
  const { understudy, api, judge, operation, line, row, status, because } = shown
  const world = understudy.world(`row-${++worlds}`)
  if (row.given) world.patch(row.given)
  const { request, asked, told } = requestOf(api, operation, line, row)
  const itsOwn = new RegExp(`^${operation.method} ${operation.path.replace(/{\w+}/g, '[^/?]+')}(\\?|$)`)
  if (!itsOwn.test(request)) t.fail(`${request} is not of ${operation.id}`)
  const answered = await ask(world[api], request, asked)
  const faults = judge.faultsOf(operation, answered)
  t.strictSame([answered.status, ...faults], [status], `${status}: ${told}${because ? `: ${because}` : ''}`, {
    answer: answered.text,
  })
}

interface Requested {
  /** `GET /path?query` */
  readonly request: string
  readonly asked: Asked
  /** The row in words. */
  readonly told: string
}

function requestOf(api: ApiName, operation: Operation, line: Line, row: Row): Requested {
  const as = row.as ?? line.as
  const [method, path, query = ''] = line.request.split(/[ ?]/)
  const sent = new URLSearchParams(row.query ?? query)
  // The users of v1 are those of a GitLab, which they name as well.
  if (api === 'v1' && as !== 'anonymous') sent.set('url', 'http://demo.gitlab.com/')
  const request = `${method} ${row.at ?? path}${sent.size === 0 ? '' : `?${sent}`}`
  const headers = { ...(row.scenario ? { 'X-Mock-Scenario': row.scenario } : {}), ...row.headers }
  return {
    request,
    asked: {
      ...bodyOf(operation, row),
      as: as === 'anonymous' ? undefined : (gitlab.tokens[as] ?? 'no-such-token'),
      headers: row.text === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
    },
    told: [request, as, ...Object.entries(headers).map(pair => pair.join(': '))].join(', '),
  }
}

/** What a row sends; where it doesn't say, the contract's own example of what may be sent. */
function bodyOf({ object }: Operation, row: Row): Pick<Asked, 'json' | 'body'> {
  if (row.text !== undefined) return { body: row.text }
  if (row.parts) {
    const body = new FormData()
    for (const [name, part] of Object.entries(row.parts)) body.append(name, part)
    return { body }
  }
  const example = object.requestBody?.content['application/json']?.example as object | undefined
  return { json: row.json ?? (example && { ...example, ...row.with }) }
}

t.test('every row of the default world is shown, and its view keeps the contract', async t => {
  const { tables } = readFixtures(ownFixtures)
  t.strictSame(Object.keys(showing).sort(), Object.keys(tables).sort(), 'every table is here')
  for (const [name, rows] of Object.entries(tables)) {
    const shows = showing[name]
    if (typeof shows !== 'function') continue
    const api = name.startsWith('v1.') ? 'v1' : 'v4'
    for (const row of rows) {
      const { request, as = 'root', json, part } = shows(row)
      const world = gitlab.world(`shown-${++worlds}`)
      world.patch(usernameToken)
      const { status, text, body } = await ask(world[api], request, { as: gitlab.tokens[as] ?? as, json })
      // What doesn't keep the contract is a 500.
      t.ok(status === 200 || status === 201, `${name} ${row.id}: ${request}`, { status, text })
      t.ok(has(body, part), `${name} ${row.id} is what is shown`, { part, text })
    }
  }
})

t.test("a client's types can be made of the contracts", async t => {
  const files = new Map<string, string>()
  for (const [api, { document, operations }] of Object.entries(documented)) {
    const types = astToString(await openapiTS(structuredClone(document) as never, { silent: true }))
    for (const id of operations.keys()) t.match(types, `operations["${id}"]`, `${api} ${id}`)
    files.set(`${api}.ts`, types)
  }
  t.strictSame(faultsOfTypes(files), [])
})

for (const { api, lines } of table) {
  for (const profile of profiles) {
    t.test(`the contract is sound, and its examples keep it: ${api} ${profile}`, async t => {
      const contract = loadContract(api, profile)
      t.strictSame(checkStructure(contract), [])
      t.strictSame(checkExamples(contract), [])
    })
  }

  t.test(`an operation that nobody behaves for answers by its contract: ${api}`, async t => {
    const contract = documented[api]
    const bare = createContract(withoutExamples(contract.document))
    for (const { id, success } of contract.operations.values()) {
      const answered = await unbehaved(api, contract, id, lines[id]!)
      const example = exampleOf(contract, id)
      t.strictSame([answered.status, answered.body], [success, example], `${id} answers its example`)
      t.match(answered.headers['X-Understudy-Note'], `nothing behaves for ${id}`, `${id} says so`)
      // One that doesn't keep its schema would be a 500.
      const made = await unbehaved(api, bare, id, lines[id]!)
      t.equal(made.status, success, `${id} without an example answers what keeps its schema: ${made.body}`)
      t.match(made.headers['X-Understudy-Note'], `nothing behaves for ${id}`, `${id} says so of that too`)
      const again = await unbehaved(api, bare, id, lines[id]!)
      t.equal(again.body, made.body, `${id} without an example answers the same again`)
    }
  })
}

/** What an operation answers to its line's successful request where the API has no behaviours. */
function unbehaved(api: ApiName, contract: Contract, id: string, line: Line) {
  const operation = contract.operations.get(id)!
  // What is sent are the examples of the whole contract, also to the one that has none.
  const { request, asked } = requestOf(api, documented[api].operations.get(id)!, line, {})
  const address = addressOf(request.slice(request.indexOf(' ') + 1))
  const named = new RegExp(operation.path.replace(/{(\w+)}/g, '(?<$1>[^/]+)')).exec(address.path)?.groups
  const pathParams = Object.fromEntries(
    Object.entries(named ?? {}).map(([name, it]) => [name, decodeURIComponent(it)]),
  )
  const allow = [operation.method]
  return live(
    {
      address,
      target: targetOf(allow, operation, pathParams),
      api: { ...(api === 'v4' ? v4 : v1), behaviours: {} },
      contract,
      settings: {
        ...{ checkAnswers: true, impersonation: true, progress: 'manual' },
        ...{ armed: { armings: [], seed: 1 }, rateLimit: undefined },
      },
      world: store.world(`unbehaved-${++worlds}`),
      method: operation.method,
      requestId: '',
      headers: { 'content-type': 'application/json', ...(asked.as ? { 'private-token': asked.as } : {}) },
      origin: 'http://localhost',
      rawBody: asked.json === undefined ? undefined : Buffer.from(JSON.stringify(asked.json)),
      operation,
      bag: Object.create(null),
      way: undefined,
      params: {},
      caller: undefined as unknown as Caller,
      identityRefusal: undefined,
      scenario: undefined,
      notes: [],
    },
    () => {},
  )
}

/** The first example of an operation's success, as it goes out. */
function exampleOf({ document, operations }: Contract, id: string): string {
  const { object, success } = operations.get(id)!
  const media = resolve<Response>(document, object.responses[success]!).content?.['application/json']
  if (!media) return ''
  const [named] = Object.values(media.examples ?? {})
  return JSON.stringify(media.example ?? resolve(document, named!).value)
}

const withoutExamples = (document: Document): Document =>
  JSON.parse(JSON.stringify(document, (key, it) => (/^examples?$/.test(key) ? undefined : it)))

/** What the compiler has against files of types, with no library but the language's own. */
function faultsOfTypes(files: ReadonlyMap<string, string>): string[] {
  const options = { strict: true, noEmit: true, lib: ['lib.es5.d.ts'], types: [], skipLibCheck: true }
  const host = ts.createCompilerHost(options)
  const { getSourceFile } = host
  host.getSourceFile = (name, version) =>
    files.has(name)
      ? ts.createSourceFile(name, files.get(name)!, version)
      : getSourceFile.call(host, name, version)
  const program = ts.createProgram([...files.keys()], options, host)
  const told = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()]
  return told.map(
    ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  )
}
