import type { IncomingHttpHeaders } from 'node:http'
import type { Address } from '../lifecycle/address.ts'
import type { Api, Exchange } from '../lifecycle/exchange.ts'
import { type Answer, type Facts, Refusal } from '../lifecycle/reason.ts'
import type { World } from '../store/world.ts'
import { type Bounds, createRing, type Ring } from './ring.ts'

export const logLevels = ['silent', 'error', 'info'] as const
export type LogLevel = (typeof logLevels)[number]

/** What is kept of a request, as little as it takes; it is told to people only when they ask. */
export interface Entry {
  readonly id: string
  /** Milliseconds since 1970, by the world's clock. */
  readonly at: number
  readonly api: Api
  readonly method: string
  readonly address: Address
  readonly headers: IncomingHttpHeaders
  /** Its beginning, a letter per byte. */
  readonly body: string
  readonly operation: Exchange['operation']
  readonly caller: string
  readonly status: number
  /** Why it was refused. */
  readonly why: readonly Readonly<Record<string, string | number>>[]
  /** What failed in the understudy itself. */
  readonly failure: string | undefined
  readonly notes: readonly string[]
  /** Whether a scenario had its way. */
  readonly forced: boolean
  /** About how many bytes all that takes. */
  readonly size: number
}

/** How many bytes are told of a body, and how many more are kept, in which a token may end that begins before. */
export const [toldOfBody, beyondTold] = [8192, 512]

/** How much is kept of a body, of a remark, and of a fact. */
const [mostBody, mostNote, mostFact] = [toldOfBody + beyondTold, 1000, 200]

const mebibyte = 1024 * 1024
/** How many bytes the requests of one world may take for each that may be remembered; and a world's and all worlds' least bounds. */
const [perEntry, leastOfWorld, leastOfAll] = [4096, 4 * mebibyte, 128 * mebibyte]

function boundsFor(entries: number): Bounds {
  const bytes = Math.max(leastOfWorld, entries * perEntry)
  // Of all worlds together, so that a thousand busy ones fit into a process.
  return { entries, bytes, pool: { most: Math.max(leastOfAll, bytes), bytes: 0, rings: 0 } }
}

const rings = new WeakMap<World, Ring<Entry>>()

const unasked: Pick<Ring<Entry>, 'entries' | 'clear'> = { entries: () => [], clear: () => {} }

/** The last requests of a world, the oldest first; a world that is reset has met none. */
export const journalOf = (world: World) => rings.get(world) ?? unasked

/**
 * Remembers each request in its world, the last `most` of them, and writes a line for people, such as
 * `403 DELETE /api/v4/projects/1/pipelines/46 deleteProjectPipeline maintainer: forbidden`; the server's own failures
 * with all that is known of them. Queries are left out: they may hold tokens; the path stands as it was sent. What is asked of the control API is
 * nothing that a client under test did: it is not remembered, and told only where it went wrong.
 */
export function createJournal(level: LogLevel, write: (text: string) => void, most: number) {
  const bounds = boundsFor(most)
  const remember = (world: World, entry: Entry) => {
    let ring = rings.get(world)
    if (!ring) rings.set(world, (ring = createRing<Entry>(bounds, ({ size }) => size)))
    ring.add(entry)
  }
  return (exchange: Exchange, answer: Answer, outcome: unknown): void => {
    const isOurs = exchange.api.name === 'admin'
    if (!isOurs && most > 0) remember(exchange.world, entryOf(exchange, answer.status, outcome))
    if (level === 'silent' || (isOurs && outcome === undefined)) return
    const failed = outcome !== undefined && !(outcome instanceof Refusal)
    const line = lineOf(exchange, answer)
    if (failed) write(`${line}: ${outcome instanceof Error ? outcome.stack : String(outcome)}\n`)
    else if (level === 'info')
      write(`${line}${outcome instanceof Refusal ? `: ${oneLine(outcome.message)}` : ''}\n`)
  }
}

/** Cuts texts, so that what a client sends can't grow without end in what is kept of it. */
function entryOf(exchange: Exchange, status: number, outcome: unknown): Entry {
  const { world, rawBody, caller, address, headers, notes } = exchange
  const refusal = outcome instanceof Refusal ? outcome : undefined
  // A text of its own: even a small buffer may be part of a large one, and keep it.
  const body = rawBody?.toString('latin1', 0, mostBody) ?? ''
  const kept = notes.length === 0 ? none : notes.slice(0, 10).map(note => cut(note, mostNote))
  return {
    id: exchange.requestId,
    at: world.clock.now(),
    api: exchange.api,
    method: exchange.method,
    address,
    headers,
    body,
    operation: exchange.operation,
    caller: caller?.label ?? 'anonymous',
    status,
    why: refusal ? whyOf(refusal) : none,
    failure:
      outcome === undefined || refusal ? undefined : cut((outcome as Error).message ?? outcome, mostNote),
    notes: kept,
    forced: exchange.scenario !== undefined,
    size: 500 + sizeOf(address, headers) + body.length + lengthOf(kept),
  }
}

const none: readonly never[] = []

const lengthOf = (texts: readonly string[]) => texts.reduce((sum, { length }) => sum + length, 0)

const whyOf = ({ problems }: Refusal): Entry['why'] =>
  problems.slice(0, 10).map(({ reason, facts }) => ({ reason, ...shortened(facts) }))

/** Through a buffer: the slice of a text keeps the whole of it, and so may a short one that others made of a long one. */
const cut = (text: unknown, most: number) => Buffer.from(`${text}`.slice(0, most)).toString()

/** Facts for people; what was sent stands with the request. */
const shortened = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) =>
      name === 'sent' ? [] : [[name, typeof fact === 'string' ? cut(fact, mostFact) : fact]],
    ),
  )

function sizeOf({ path, query }: Address, headers: IncomingHttpHeaders): number {
  let size = path.length + query.length
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0)
  return size
}

/** What a client sent must not look like lines of ours. */
const oneLine = (text: string) => text.replace(/\p{Cc}/gu, '?')

function lineOf({ method, address, operation, caller, notes }: Exchange, { status }: Answer): string {
  const parts = [status, method, address.prefix + address.path, operation.id, caller?.label ?? 'anonymous']
  const line = parts.filter(part => part !== '').join(' ')
  return line + (notes.length === 0 ? '' : ` (${oneLine(notes.join('; '))})`)
}
