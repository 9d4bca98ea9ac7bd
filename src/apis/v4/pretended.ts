import { holds, joined, mapped, type Pretence, places } from '../../store/pretended.ts'
import { type Listing, listing, type Row, reversed, type Table, whole } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { pipelines } from './ci_tables.ts'
import type { Ask } from './credentials.ts'
import type { Kind } from './pretended_rows.ts'
import { sortedListing } from './sorting.ts'
import { namespaces, projects } from './tables.ts'

/** The pretended row with an id, for reading; who would change it doesn't find it. */
export const pretendedRow = <R extends Row>(ask: Ask<unknown>, kind: Kind<R>, id: number): R | undefined =>
  ask.operation.method === 'GET' ? pretendedIn(ask.world, kind, id) : undefined

/** The pretended row with an id. */
export function pretendedIn<R extends Row>(world: World, kind: Kind<R>, id: number): R | undefined {
  const pretence = world.pretended(kind.table).find(it => holds(it, id))
  return pretence && kind.row(pretence, id - pretence.first)
}

/** Which pretended rows a list shows: those that pass (as any row that differs in nothing but id and dates) between two ids. */
interface Wanted<R> {
  readonly pretence: Pretence | undefined
  readonly passes: (row: R) => boolean
  readonly id_after?: number
  readonly id_before?: number
}

/** What pretended rows are in order by; by anything else they stay in the order of their ids. */
const times = ['created_at', 'updated_at', 'last_activity_at']

/** Stored rows in order, and the pretended ones among them: behind what is older, before what is newer. */
export function listed<R extends Row>(
  kind: Kind<R>,
  stored: Listing<R>,
  { order_by, sort }: { readonly order_by: string; readonly sort: 'asc' | 'desc' },
  { pretence, passes, id_after = 0, id_before = Number.POSITIVE_INFINITY }: Wanted<R>,
): Listing<R> {
  const inOrder = (rows: Listing<R>) => sortedListing(rows, order_by, sort)
  if (!pretence) return inOrder(stored)
  const { first, count } = pretence
  const make = (place: number) => kind.row(pretence, place)
  const found = places(
    Math.max(0, id_after + 1 - first),
    Math.min(count, id_before - first),
    kind.period,
    place => passes(make(place)),
  )
  const made = mapped(sort === 'asc' ? found : reversed(found), make)
  const field = times.includes(order_by) ? order_by : 'id'
  const of = (row: R) => (row as unknown as Record<string, string | number>)[field]!
  const oldest = of(make(0))
  const older = inOrder(listing(whole(stored).filter(row => of(row) <= oldest)))
  const newer = inOrder(listing(whole(stored).filter(row => of(row) > oldest)))
  return joined(sort === 'asc' ? [older, made, newer] : [newer, made, older])
}

const mostPretended = 1_000_000_000
const minute = 60_000

/**
 * Has a table pretend to hold so many rows more (pipelines: of one project), newer than all that are stored; none ends
 * it. What it pretended before is gone. Tells why it can't be.
 */
export function pretend(
  world: World,
  name: string,
  count: number,
  { project_id }: { readonly project_id?: number } = {},
): string | undefined {
  const fieldsOf = pretendable.get(name)
  if (!fieldsOf) return `only ${[...pretendable.keys()].join(' and ')} can be pretended`
  if (!Number.isInteger(count) || count < 0 || count > mostPretended)
    return `the count is a whole number up to ${mostPretended}`
  const fields = fieldsOf(world, project_id)
  if (typeof fields === 'string') return fields
  const table: Table<Row> = { name, by: [] }
  const others = world.pretended(table).filter(it => it.fields.project_id !== fields.project_id)
  world.pretend(table, others)
  if (count === 0) return
  const until = world.clock.now()
  const newest = world
    .rows(table)
    .reduce((latest, row) => Math.max(latest, ...timesOf(row)), Math.max(0, until - count * minute))
  const last = world.rows(table).at(-1)?.id ?? 0
  const first = Math.max(world.nextId(table), last + 1, ...others.map(it => it.first + it.count))
  world.pretend(table, [...others, { first, count, fields, from: Math.min(newest, until), until }])
  return
}

const timesOf = (row: Row) =>
  times.flatMap(time => {
    const at = (row as unknown as Record<string, unknown>)[time]
    return typeof at === 'string' ? [Date.parse(at)] : []
  })

/** What all pretended rows of a table have in common, or why there can't be any. */
type FieldsOf = (world: World, project_id: number | undefined) => Pretence['fields'] | string

const ofProject: FieldsOf = (world, project_id) => {
  if (project_id === undefined) return `${pipelines.name} are pretended of a project, which must be told`
  const project = world.get(projects, project_id)
  return project ? { project_id, user_id: project.creator_id } : `there is no project ${project_id}`
}

const ofNamespace: FieldsOf = (world, project_id) => {
  if (project_id !== undefined) return `${projects.name} are of no project`
  const home = world.rows(namespaces).find(({ owner_id }) => owner_id !== null)
  return home
    ? { namespace_id: home.id, creator_id: home.owner_id }
    : 'there is no namespace for projects to be in'
}

const pretendable: ReadonlyMap<string, FieldsOf> = new Map([
  [pipelines.name, ofProject],
  [projects.name, ofNamespace],
])
