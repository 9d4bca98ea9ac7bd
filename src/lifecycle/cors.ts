import type { Exchange } from './exchange.ts'
import type { Answer } from './reason.ts'

const verbs = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** What a page of another origin may read of an answer; nothing where the API shuts such pages out, or none asks. */
export function corsHeaders({ api, headers }: Exchange): Record<string, string> | undefined {
  if (headers.origin === undefined || !api.exposes) return undefined
  return {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': verbs,
    'Access-Control-Expose-Headers': api.exposes.join(', '),
    'Access-Control-Max-Age': '1728000',
  }
}

/**
 * The answer to OPTIONS, which nobody needs a token for: a browser's question before it asks from another origin, else
 * the methods of the path. Nothing for other methods, and for paths that no route knows.
 */
export function options({ api, method, headers, target: { allow } }: Exchange): Answer | undefined {
  if (method !== 'OPTIONS') return undefined
  const asked = headers['access-control-request-headers']
  if (api.exposes && headers.origin !== undefined && headers['access-control-request-method'] !== undefined) {
    const echoed: Record<string, string> =
      asked === undefined ? {} : { 'Access-Control-Allow-Headers': `${asked}` }
    return { status: 200, headers: echoed, type: 'text/plain', body: '' }
  }
  return allow.length === 0 ? undefined : { status: 204, headers: { Allow: allow.join(', ') }, body: '' }
}
