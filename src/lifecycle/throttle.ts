import type { World } from '../store/world.ts'
import type { Exchange } from './exchange.ts'
import { refuse } from './reason.ts'

/** So many requests of one caller within so many seconds. */
export interface RateLimit {
  readonly limit: number
  readonly seconds: number
}

/** The limit that a text such as `10/60s` tells; none where it is empty. Throws where it tells none. */
export function rateLimitOf(text: string): RateLimit | undefined {
  if (text === '') return undefined
  const [, limit, number, unit] = /^(\d{1,9})\/(\d{1,6})?(s|m|h)$/.exec(text) ?? []
  const seconds = Number(number ?? 1) * ({ s: 1, m: 60, h: 3600 }[unit ?? ''] ?? 0)
  if (!seconds || !Number(limit))
    throw new Error('is no limit such as 10/60s or 7200/h: at least one request in at least a second')
  return { limit: Number(limit), seconds }
}

interface Window {
  readonly from: number
  count: number
}

const windows = new WeakMap<World, Map<string, Window>>()

/** Counts a request of its caller, by the world's clock, and refuses it where there were too many. */
export function throttle({ api, world, caller, settings }: Exchange): void {
  const { rateLimit } = settings
  if (!rateLimit || !api.failsOnRequest) return
  const { limit, seconds } = rateLimit
  const now = world.clock.now()
  const period = seconds * 1000
  const from = Math.floor(now / period) * period
  let counted = windows.get(world)
  if (!counted) windows.set(world, (counted = new Map()))
  const who = caller?.label ?? 'anonymous'
  let window = counted.get(who)
  if (window?.from !== from) counted.set(who, (window = { from, count: 0 }))
  if (++window.count <= limit) return
  const end = new Date(from + period)
  throw refuse('tooManyRequests', {
    // Of a minute, as `RateLimit-Limit` has it.
    ...{ limit: Math.ceil((limit * 60) / seconds), observed: window.count, period: seconds },
    ...{ seconds: Math.ceil((end.getTime() - now) / 1000) },
    ...{ reset: end.getTime() / 1000, resetTime: end.toUTCString() },
  })
}
