import { hash } from 'node:crypto'
import type { Exchange } from './exchange.ts'
import { refuse } from './reason.ts'

/**
 * The fingerprint of an answer's body, in GitLab's form. Made each time: to look a page's text up in a map takes longer
 * than to make its fingerprint.
 */
export const etagOf = (body: string): string => `W/"${hash('sha256', body).slice(0, 32)}"`

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
