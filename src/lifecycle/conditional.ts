import { hash } from 'node:crypto'
import type { Exchange } from './exchange.ts'
import { keptByText } from './kept.ts'
import { refuse } from './reason.ts'

// What is read is read again and again; at more letters than that, all texts look the same to a map.
const keptTags = keptByText<string>({ most: 500, longest: 16_000 })

/** The fingerprint of an answer's body, in GitLab's form. */
export const etagFor = ({ method }: Exchange, body: string): string =>
  method === 'GET' ? keptTags(body, () => etagOf(body)) : etagOf(body)

const etagOf = (body: string): string => `W/"${hash('sha256', body).slice(0, 32)}"`

/** Whether the client already has the answer with this ETag. */
export function isKnown({ headers, method }: Exchange, etag: string): boolean {
  const sent = headers['if-none-match']
  if (sent === undefined || (method !== 'GET' && method !== 'HEAD')) return false
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  return sent.trim() === '*' || sent.split(',').some(tag => bare(tag) === bare(etag))
}

/** Refuses where a row was changed after the date in If-Unmodified-Since; a date that isn't one is ignored. */
export function unmodifiedSince({ headers }: Exchange, row: { readonly updated_at?: string | null }): void {
  const since = Date.parse(String(headers['if-unmodified-since'] ?? ''))
  if (Number.isNaN(since) || !row.updated_at) return
  if (Date.parse(row.updated_at) > since) throw refuse('modifiedSince')
}
