import type { Operation } from '../contract/contract.ts'
import type { Params } from './rack.ts'

/**
 * What a method, a path and a query mean to an API, whoever asks, in whichever world. Most are asked again and again: so
 * they are read once, and `readParams` and `validate` leave here what they made of them.
 */
export interface Target {
  /** The methods that the path has; none where no route knows it. */
  readonly allow: readonly string[]
  /** Nothing where the path has none for the method. */
  readonly operation: Operation | undefined
  /** What the path named, decoded. */
  readonly pathParams: Readonly<Params>
  /** All parameters of a request that has no body, once they could be read; frozen. */
  bag: Readonly<Params> | undefined
  /** What validation made of this bag, once it had nothing to refuse or to remark; frozen. */
  params: Readonly<Params> | undefined
}

/** A target of which nothing but the path was read. */
export const targetOf = (
  allow: readonly string[],
  operation?: Operation,
  pathParams: Readonly<Params> = {},
): Target => ({ allow, operation, pathParams, bag: undefined, params: undefined })

/** A value that nobody changes any more, nor anything in it: all requests with its target have the same one. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
