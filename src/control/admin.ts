import { createHash, timingSafeEqual } from 'node:crypto'
import type { Api, Exchange } from '../lifecycle/exchange.ts'
import { refuse } from '../lifecycle/reason.ts'
import { clockTasks } from './clock.ts'
import type { House } from './house.ts'
import { pretendTasks } from './pretend.ts'
import { requestTasks } from './requests.ts'
import { scenarioTasks } from './scenarios.ts'
import { serverTasks } from './server.ts'
import { snapshotTasks } from './snapshots.ts'
import { tableTasks } from './tables.ts'
import { worldTasks } from './worlds.ts'

/** The control API: an API like the others, with a contract of its own, about the understudy itself. */
export const adminApi = (house: House): Api => ({
  name: 'admin',
  prefix: '/__admin',
  dotJsonAfterParameter: false,
  etags: false,
  headers: { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' },
  everywhere: ['format'],
  // As many as the tables have that it exports: what was read must be what can be put back.
  mostValues: 1_000_000,
  failsOnRequest: false,
  schemes: {
    admin_token: exchange => {
      const needs = house.guard(exchange)
      if (needs) throw refuse('forbidden', { needs })
      const sent = /^Bearer\s+(\S+)\s*$/i.exec(exchange.headers.authorization ?? '')?.[1]
      if (house.token !== undefined && !isSame(sent, house.token)) throw refuse('unauthorized')
      refuseOtherBodies(exchange)
      return { label: 'admin' }
    },
  },
  grantedBy: {},
  abilities: [],
  behaviours: {
    ...serverTasks(house),
    ...requestTasks(house),
    ...scenarioTasks(house),
    ...worldTasks(house),
    ...snapshotTasks(house),
    ...tableTasks(house),
    ...pretendTasks,
    ...clockTasks(house),
  },
})

/** Any page may send forms and plain texts, but no JSON; and who forgets the type of JSON, would have sent a form. */
function refuseOtherBodies({ rawBody, headers }: Exchange): void {
  const type = headers['content-type'] ?? ''
  if (rawBody?.length && !/^application\/json\s*(;|$)/i.test(type))
    throw refuse('unsupportedType', { type: type || 'of no type' })
}

/** Takes as long whatever is alike; the digests are of one length. */
function isSame(sent: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(sent ?? ''), digest(token)) && sent !== undefined
}
