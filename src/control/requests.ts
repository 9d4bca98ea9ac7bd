import { nothing, value } from '../behaviour/view.ts'
import type { Behaviours } from '../lifecycle/exchange.ts'
import { meantBy } from '../lifecycle/near_miss.ts'
import { pathPattern } from '../lifecycle/path_pattern.ts'
import { type Pattern as Asked, fits } from '../lifecycle/pattern.ts'
import { refuse } from '../lifecycle/reason.ts'
import { instantOf } from './clock.ts'
import type { House, Told } from './house.ts'
import { type Entry, journalOf } from './journal.ts'
import { toldIn } from './telling.ts'

/** Which requests are meant; parts that aren't told fit all. */
interface Pattern extends Asked {
  readonly status?: number
  readonly reason?: string
  readonly query?: string
  readonly body?: string
  /** What WireMock calls a path … */
  readonly urlPath?: string
  /** … and one with its query, as it is told. */
  readonly url?: string
}

/** What a world remembers of its requests. */
export const requestTasks = ({ apis }: House): Behaviours => ({
  listRequests: ({ world, params }: Told<{ limit?: number; since?: string }>) => {
    const { limit, since } = params
    const from = since === undefined ? Number.NEGATIVE_INFINITY : instantOf('since', since)
    return listed(
      world,
      entriesOf(world).filter(({ at }) => at >= from),
      limit,
    )
  },

  forgetRequests: ({ world }: Told) => {
    journalOf(world).clear()
    return nothing
  },

  getRequest: ({ world, params }: Told<{ id: string }>) => {
    const entry = entriesOf(world).find(({ id }) => id === params.id)
    if (!entry) throw refuse('notFound', { thing: 'request', name: params.id })
    return value(toldIn(world)(entry))
  },

  countRequests: ({ world, params }: Told<Pattern>) => value({ count: found(world, params).length }),

  findRequests: ({ world, params }: Told<Pattern>) => listed(world, found(world, params)),

  listUnmatchedRequests: ({ world }: Told) => listed(world, unmatched(world)),

  listNearMisses: ({ world, params }: Told<{ limit: number }>) => {
    const told = toldIn(world)
    const nearMisses = unmatched(world)
      .slice(0, params.limit)
      .map(entry => {
        const { contract } = apis.find(({ api }) => api.name === entry.api.name)!
        return { request: told(entry), meant: meantBy(entry.api, contract, entry.method, entry.address.path) }
      })
    return value({ nearMisses })
  },
})

/** The latest first. */
const entriesOf = (world: Told['world']): Entry[] => journalOf(world).entries().toReversed()

const unmatched = (world: Told['world']) => entriesOf(world).filter(({ operation }) => operation.id === '')

const listed = (world: Told['world'], entries: readonly Entry[], limit?: number) =>
  value({ requests: entries.slice(0, limit).map(toldIn(world)), total: entries.length })

function found(world: Told['world'], pattern: Pattern): Entry[] {
  const told = toldIn(world)
  return entriesOf(world).filter(entry => {
    if (!fits(pattern, { ...entry, label: entry.caller })) return false
    if (pattern.status !== undefined && pattern.status !== entry.status) return false
    if (pattern.reason !== undefined && !entry.why.some(({ reason }) => reason === pattern.reason))
      return false
    if (pattern.urlPath !== undefined && !pathPattern(pattern.urlPath)(entry.address.path)) return false
    if ([pattern.query, pattern.body, pattern.url].every(part => part === undefined)) return true
    // What is compared is what is told: a pattern must not find out a token.
    const { url, query = '', body = '' } = told(entry) as { url: string; query?: string; body?: string }
    if (pattern.url !== undefined && url !== entry.address.prefix + pattern.url) return false
    return query.includes(pattern.query ?? '') && body.includes(pattern.body ?? '')
  })
}
