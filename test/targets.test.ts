// What the target of a request means is read once and kept: nobody may feel that somebody has asked before.
import fc from 'fast-check'
import t from 'tap'
import type { Operation } from '../src/contract/contract.ts'
import { loadContract, profiles } from '../src/contract/load.ts'
import { createUnderstudy } from '../src/index.ts'
import { keptByText } from '../src/lifecycle/kept.ts'
import { ask } from './ask.ts'
import { table } from './contract_table.ts'

const root = 'root'
const callers = [root, 'developer', 'anonymous']

/** Queries with something in all that an operation takes: its defaults, and what differs from them. */
function queriesOf({ attributes, path }: Operation): string[] {
  const value = (schema: { type?: unknown; enum?: unknown[]; format?: string }): string => {
    if (schema.enum) return `${schema.enum.at(-1)}`
    if (schema.format === 'date-time') return '2018-01-01T00:00:00Z'
    if (schema.type === 'boolean') return 'true'
    return schema.type === 'integer' ? '1' : 'a'
  }
  const own = [...attributes.values()].filter(({ name }) => !path.includes(`{${name}}`))
  const pairs = own.map(({ name, schema }) => `${name}=${value(schema)}`)
  return ['', pairs.join('&'), ...pairs, 'per_page=1', 'page=2&unknown=1', 'per_page=x']
}

for (const profile of profiles) {
  t.test(`an answer doesn't depend on who asked for the same before: ${profile}`, async t => {
    const now = '2020-05-22T10:00:00Z'
    const orders = [
      [...callers, root],
      [...callers.toReversed(), 'anonymous'],
    ]
    for (const { api, lines } of table)
      for (const operation of loadContract(api, profile).operations.values()) {
        if (operation.method !== 'GET') continue
        const [path] = lines[operation.id]!.request.slice('GET '.length).split('?')
        const seen = new Map<string, object>()
        for (const order of orders) {
          await using server = await createUnderstudy({ profile, now })
          const foreign = api === 'v1' ? 'url=http://demo.gitlab.com/&' : ''
          for (const query of queriesOf(operation))
            for (const name of order) {
              const request = `GET ${path}?${foreign}${query}`
              const { status, text, headers } = await ask(server[api], request, { as: server.tokens[name] })
              const parts = [text, headers.get('link'), headers.get('x-understudy-note')]
              const answer = [status, ...parts.map(part => part?.replaceAll(server.url, ''))]
              const known = seen.get(`${name} ${query}`) ?? answer
              t.strictSame(answer, known, `${api} ${request}, asked by ${name}`)
              seen.set(`${name} ${query}`, answer)
            }
        }
      }
  })
}

t.test(
  'an answer is of its own world, host and method, whoever asked for the same target before',
  async t => {
    await using server = await createUnderstudy()
    const as = server.tokens.root
    const titles = { one: 'of one', other: 'of another' }
    for (const [name, title] of Object.entries(titles))
      server.world(name).patch({ 'v4.issues': { 41: { title } } })
    const path = '/projects/1/issues/1?with_labels_details=true'
    for (const time of ['first', 'second'])
      for (const [name, title] of Object.entries(titles))
        for (const host of ['a.example.com', 'b.example.com:8080']) {
          const told = `${name}, ${host}, the ${time} time`
          const at = server.world(name).v4
          const headers = { 'X-Forwarded-Host': host }
          const shown = await ask(at, `GET ${path}`, { as, headers })
          t.equal(shown.body.title, title, told)
          t.match(shown.body.web_url, `http://${host}/`, told)
          const listed = await ask(at, 'GET /projects?per_page=1', { as, headers })
          t.match(listed.headers.get('link'), `<http://${host}/w/${name}/api/v4/projects?`, told)
          const head = await ask(at, `HEAD ${path}`, { as, headers })
          t.strictSame(
            [head.status, head.text, head.headers.get('etag')],
            [200, '', shown.headers.get('etag')],
          )
          const other = await ask(at, `DELETE ${path}`, { as: server.tokens.developer, headers })
          t.equal(other.status, 403, told)
        }
  },
)

t.test('lists in a query are of one request only', async t => {
  await using server = await createUnderstudy()
  const as = server.tokens.root
  const create = 'POST /projects/1/issues?title=a&labels[]=b&labels[]=c'
  const made = [await ask(server.v4, create, { as }), await ask(server.v4, create, { as })]
  const [one, other] = made.map(({ body }) => body)
  t.strictSame(
    [one.labels, other.labels],
    [
      ['b', 'c'],
      ['b', 'c'],
    ],
  )
  await ask(server.v4, `PUT /projects/1/issues/${one.iid}?labels=d`, { as })
  const kept = await ask(server.v4, `GET /projects/1/issues/${other.iid}`, { as })
  t.strictSame(kept.body.labels, ['b', 'c'])
})

t.test('more targets than are kept are each answered by their own', async t => {
  await using server = await createUnderstudy()
  const as = server.tokens.root
  for (const round of [1, 2])
    for (let id = 1; id <= 1100; id++) {
      const { status, body } = await ask(server.v4, `GET /users/${id}`, { as })
      if (status === 200 ? body.id !== id : status !== 404) t.fail(`user ${id}, round ${round}: ${status}`)
    }
  t.pass()
})

t.test('what a body said is not said by the same target without it', async t => {
  await using server = await createUnderstudy()
  const as = server.tokens.root
  const create = 'POST /projects/1/pipeline'
  t.equal((await ask(server.v4, create, { as })).status, 400)
  t.equal((await ask(server.v4, create, { as, json: { ref: 'master' } })).status, 201)
  t.equal((await ask(server.v4, create, { as })).status, 400)
  const query = await ask(server.v4, `${create}?ref=master`, { as })
  const over = await ask(server.v4, `${create}?ref=master`, { as, json: { ref: 'no-such-ref' } })
  const again = await ask(server.v4, `${create}?ref=master`, { as })
  t.strictSame([query.status, over.status, again.status], [201, 400, 201], 'a body goes before the query')
})

t.test('each remark and each refusal is told again', async t => {
  await using server = await createUnderstudy()
  const as = server.tokens.root
  for (const [request, status, note] of [
    ['GET /projects?pge=2', 200, /unknown parameter "pge"; did you mean "page"\?/],
    ['GET /projects?page=x', 400, undefined],
    ['GET /projects?a=%zz', 400, undefined],
    ['GET /projects.xml', 404, /./],
    [`GET /projects/${'a'.repeat(5000)}`, 414, undefined],
  ] as const)
    for (const time of ['first', 'second', 'third']) {
      const answer = await ask(server.v4, request, { as })
      t.equal(answer.status, status, `${request.slice(0, 40)}, the ${time} time`)
      if (note) t.match(answer.headers.get('x-understudy-note'), note)
    }
})

t.test('as many results are kept as may be, and each is that of its text', async t => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6 })), fc.integer({ min: 1, max: 4 }), (texts, most) => {
      let made = 0
      const kept = keptByText<{ text: string }>({ most, longest: 4 })
      return texts.every(text => {
        const make = () => ({ text, number: ++made })
        const first = kept(text, make)
        const again = kept(text, make)
        return first.text === text && again.text === text && (again === first) === text.length <= 4
      })
    }),
  )
  const nothing = keptByText<object | undefined>({ most: 1, longest: 4 })
  let asked = 0
  for (const _ of [1, 2]) nothing('a', () => void asked++)
  t.equal(asked, 2, 'what has no result is asked again')
})
