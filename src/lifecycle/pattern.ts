import type { Exchange } from './exchange.ts'
import { pathPattern } from './path_pattern.ts'

/** What WireMock's users say for any method. */
export const anyMethod = 'ANY'

/** Which requests are meant; what isn't told of them fits all. */
export interface Pattern {
  readonly api?: string
  /** An operationId. */
  readonly operation?: string
  readonly method?: string
  /** A path behind the world's prefix, as it is sent; `*` stands for anything, `{name}` for a whole segment. */
  readonly path?: string
  /** Who asks, as the log tells it: `root`, `runner 85`, `anonymous`. */
  readonly caller?: string
}

/** What a pattern can tell of a request. */
export type Asked = Pick<Exchange, 'api' | 'operation' | 'method' | 'address'> & { readonly label: string }

/** Whether a request is one of those that are meant. */
export function fits(meant: Pattern, { api, operation, method, address, label }: Asked): boolean {
  return (
    (meant.api === undefined || meant.api === api.name) &&
    (meant.operation === undefined || meant.operation === operation.id) &&
    (meant.method === undefined || [method, anyMethod].includes(meant.method.toUpperCase())) &&
    (meant.path === undefined || pathPattern(meant.path)(address.path)) &&
    (meant.caller === undefined || meant.caller === label)
  )
}
