import t, { type Test } from 'tap'
import { createUnderstudy } from '../src/index.ts'
import { type GoldExchange, parseBody, readPage, requestOf, substitute } from './exchanges.ts'

const pages = {
  'v1-api': readPage('v1-api'),
  'v1-readme': readPage('v1-readme'),
  pipelines: readPage('pipelines'),
  readme: readPage('readme'),
}
const all = Object.values(pages).flatMap(page => page.exchanges)

t.test('every exchange of the docs is there, once', async t => {
  const requests = (exchanges: GoldExchange[]) => exchanges.filter(it => it.request)
  const bodies = (exchanges: GoldExchange[]) => exchanges.filter(it => it.asked && it.answer.body)
  const others = (exchanges: GoldExchange[]) => exchanges.filter(it => it.asked && !it.answer.body)
  const counts = Object.entries(pages).map(([page, { exchanges }]) => [
    page,
    requests(exchanges).length,
    bodies(exchanges).length,
    others(exchanges).length,
  ])
  t.strictSame(counts, [
    ['v1-api', 14, 0, 0],
    ['v1-readme', 2, 0, 0],
    ['pipelines', 7, 0, 0],
    ['readme', 24, 7, 1],
  ])
  t.equal(new Set(all.map(it => it.name)).size, all.length, 'names are unique')
})

t.test('every exchange has the form that is read', async t => {
  const known = ['name', 'source', 'given', 'with', 'request', 'asked', 'answer', 'differs']
  for (const it of all) {
    const stray = Object.keys(it).filter(key => !known.includes(key))
    t.strictSame(stray, [], `${it.name}: nothing that nobody reads`)
    t.not(Boolean(it.request), Boolean(it.asked), `${it.name}: word for word or ours`)
    t.match(it.source, /^docs: [\w-]+\.md, "/, `${it.name}: where it is printed`)
    for (const [place, reason] of Object.entries(it.differs ?? {})) {
      t.match(reason, /\w/, `${it.name}: why ${place} differs`)
      t.ok(isPrinted(it, place), `${it.name}: ${place} is printed`)
    }
  }
})

t.test('answers are those of the docs', async t => {
  const gitlab = await createUnderstudy({ checkAnswers: true })
  t.teardown(() => gitlab.close())
  let number = 0
  for (const page of Object.values(pages)) {
    for (const printed of page.exchanges) {
      await t.test(`${printed.name} (${printed.source})`, async t => {
        const world = gitlab.world(`gold-${++number}`)
        const { next, ...tables } = printed.given ?? {}
        world.patch(tables, next)
        const exchange = substitute(printed, world.url)
        const { url, ...init } = requestOf(exchange, world.url, page.api)
        const response = await fetch(url, { ...init, redirect: 'manual' })
        await compare(t, exchange, response)
      })
    }
  }
})

async function compare(t: Test, { answer, differs = {} }: GoldExchange, response: Response): Promise<void> {
  const text = await response.text()
  t.equal(response.status, answer.status, 'status', { answered: text })
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (name in differs) t.ok(response.headers.get(name), `${name} is there`)
    else t.equal(response.headers.get(name), String(value), name)
  }
  if (answer.status === 204) t.equal(text, '', 'no body')
  if (!answer.body) return
  // As text, so that the order of fields counts.
  t.equal(shown(JSON.parse(text), differs), shown(parseBody(answer.body), differs), 'body')
}

/** A body as text that two equal ones share: what differs is masked by its type, a list without order is sorted. */
function shown(body: unknown, differs: Record<string, string>): string {
  for (const pointer of Object.keys(differs)) {
    const found = pointer.startsWith('/') && find(body, pointer)
    if (found) found.parent[found.key] = `(${typeof found.parent[found.key]})`
  }
  if ('order' in differs && Array.isArray(body))
    body.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return JSON.stringify(body, null, 2)
}

/** The object and the key that a JSON pointer leads to. */
function find(body: unknown, pointer: string): { parent: Record<string, unknown>; key: string } | undefined {
  const path = pointer.split('/').slice(1)
  const key = path.pop() ?? ''
  const parent = path.reduce((node, step) => (node as Record<string, unknown>)?.[step], body)
  return typeof parent === 'object' && parent !== null && key in parent
    ? { parent: parent as Record<string, unknown>, key }
    : undefined
}

function isPrinted({ answer }: GoldExchange, place: string): boolean {
  if (answer.headers && place in answer.headers) return true
  if (!answer.body) return false
  const body = parseBody(answer.body)
  return place === 'order' ? Array.isArray(body) : find(body, place) !== undefined
}
