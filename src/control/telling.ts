import type { Facts } from '../lifecycle/reason.ts'
import type { World } from '../store/world.ts'
import { beyondTold, type Entry, toldOfBody } from './journal.ts'
import { type Redaction, redactionOf } from './redaction.ts'
import { secretsOf } from './secrets.ts'

/** Tells a world's entries to people: what was asked, by whom, what came of it and why; without any token. */
export function toldIn(world: World): (entry: Entry) => Record<string, unknown> {
  const redaction = redactionOf(secretsOf(world))
  return entry => told(entry, redaction)
}

function told(entry: Entry, { text, ...without }: Redaction): Record<string, unknown> {
  const { id, at, method, address, headers, body, operation, caller, status, why, failure, notes, forced } =
    entry
  const path = text(address.prefix + address.path)
  const query = without.query(address.query)
  return {
    id,
    at: new Date(at).toISOString(),
    ...{ method, url: query === '' ? path : `${path}?${query}`, path },
    ...(query === '' ? {} : { query }),
    headers: without.headers(headers),
    ...(body === '' ? {} : { body: bodyOf(entry, without) }),
    ...(operation.id === '' ? {} : { operation: operation.id }),
    ...{ caller, status },
    ...(why.length === 0 ? {} : { why: why.map(facts => readable(facts, text)) }),
    ...(failure === undefined ? {} : { failure: text(failure) }),
    ...(notes.length === 0 ? {} : { notes: notes.map(text) }),
    ...(forced ? { forced } : {}),
  }
}

/** Its beginning. Where it was cut off, what stands before the cut may be the half of a token, which nobody knows again. */
function bodyOf({ body, headers }: Entry, without: Omit<Redaction, 'text'>): string {
  const text = without.body(Buffer.from(body, 'latin1'), headers['content-type'])
  const isCut = body.length === toldOfBody + beyondTold && !/\[redacted\]"?$/.test(text)
  return text.slice(0, Math.max(0, Math.min(toldOfBody, isCut ? text.length - beyondTold : text.length)))
}

const readable = (facts: Facts, text: Redaction['text']) =>
  Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? text(fact) : fact]),
  )
