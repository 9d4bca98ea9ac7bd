// What is asked of the servers, and in which words each of them wants to be asked.
import { type Asked, asked } from './load.ts'
import { firstId } from './rows.ts'

export const works = ['get', 'list', 'deep', 'filter', 'mix', 'create'] as const
export type Work = (typeof works)[number]

/** What a work is called in the tables, and which ratio to bare Fastify it is to stay below. */
export const workTold: Record<Work, { name: string; goal?: number }> = {
  get: { name: 'get one pipeline', goal: 1.6 },
  list: { name: 'list of 20, first page', goal: 2 },
  deep: { name: 'list of 20, deep page', goal: 2 },
  filter: { name: 'list of 20 by status or ref', goal: 3 },
  create: { name: 'create a pipeline', goal: 2 },
  mix: { name: 'a mix of them, a tenth creates' },
}

/** How a server is asked for pipelines. */
export interface Dialect {
  readonly headers?: Record<string, string>
  readonly one: (id: number) => string
  readonly page: (page: number, filter?: readonly [field: string, value: string]) => string
  readonly create: string
  readonly created: object
}

const filters = [
  ['status', 'failed'],
  ['ref', 'develop'],
  ['status', 'running'],
  ['ref', 'feature/5'],
] as const

const token = { 'PRIVATE-TOKEN': 'QVy1PB7sTxfy4pqfZM1U' }
const query = (fields: Record<string, string | number>) =>
  new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, `${value}`]),
  ).toString()

/** GitLab's own, below a world's prefix. Prism serves the paths as the document has them. */
const gitlab = (prefix: string): Dialect => ({
  headers: token,
  one: id => `${prefix}/projects/1/pipelines/${id}`,
  page: (page, filter) => `${prefix}/projects/1/pipelines?${query({ page, per_page: 20, ...named(filter) })}`,
  create: `${prefix}/projects/1/pipeline`,
  created: { ref: 'master' },
})

const named = (filter: readonly [string, string] | undefined, suffix = '') =>
  filter ? { [filter[0] + suffix]: filter[1] } : {}

const flat = (page: (page: number) => Record<string, number>, equals = ''): Omit<Dialect, 'created'> => ({
  one: id => `/pipelines/${id}`,
  page: (number, filter) => `/pipelines?${query({ ...page(number), ...named(filter, equals) })}`,
  create: '/pipelines',
})

const created = { ref: 'master', status: 'pending', sha: 'a'.repeat(40), web_url: 'http://127.0.0.1/foo/bar' }

export const dialects = {
  gitlab: gitlab('/api/v4'),
  prism: gitlab(''),
  jsonServer0: { ...flat(page => ({ _page: page, _limit: 20 })), created },
  jsonServer1: { ...flat(page => ({ _page: page, _per_page: 20 })), created },
  mockoon: { ...flat(page => ({ page, limit: 20 }), '_eq'), created },
} satisfies Record<string, Dialect>

/** The same in a world of its own. */
export const inWorld = (name: string): Dialect => gitlab(`/w/${name}/api/v4`)

/** How often each work comes in twenty requests of the mix. */
const mixed: readonly Work[] = [
  ...['get', 'list', 'get', 'create', 'get', 'filter', 'get', 'list', 'get', 'deep'],
  ...['get', 'list', 'get', 'create', 'get', 'filter', 'get', 'list', 'get', 'list'],
] as Work[]

/**
 * The requests of a work, to be sent in turn: other rows, pages and filters each, so that nobody can live on one
 * answer. All that are asked for are there, whichever of them.
 */
export function requestsOf(work: Work, dialect: Dialect, rows: number): Asked[] {
  const { headers, one, page, create } = dialect
  const get = (path: string) => asked(`GET ${path}`, headers)
  const spread = (count: number, from: number, to: number) =>
    Array.from({ length: count }, (_, at) => from + Math.floor(((to - from) * at) / count))
  const made: Record<Work, () => Asked[]> = {
    get: () => (rows === 0 ? [46, 47, 48] : spread(100, firstId, firstId + rows)).map(id => get(one(id))),
    list: () => [get(page(1))],
    deep: () => spread(20, Math.floor(rows / 40) + 1, Math.floor(rows / 20)).map(number => get(page(number))),
    filter: () => filters.map(filter => get(page(1, filter))),
    create: () => [asked(`POST ${create}`, headers, dialect.created, 201)],
    mix: () => {
      const all = Object.fromEntries([...new Set(mixed)].map(work => [work, requestsOf(work, dialect, rows)]))
      return Array.from({ length: 20 * mixed.length }, (_, at) => {
        const some = all[mixed[at % mixed.length]!]!
        return some[at % some.length]!
      })
    },
  }
  return made[work]()
}
