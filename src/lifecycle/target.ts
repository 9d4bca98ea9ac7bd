import type { Operation } from '../contract/contract.ts'
import type { Address } from './address.ts'
import type { Params } from './rack.ts'

/**
 * What the target of a request means to its API. It says the same each time that it is sent with the same method, and
 * most are sent again and again: so it is read once, and what was read is kept with it.
 */
export interface Target {
  readonly address: Address
  /** The methods that the path has; none where no route knows it. */
  readonly allow: readonly string[]
  /** Nothing where the path has none for the method. */
  readonly operation: Operation | undefined
  /** What the path named, decoded. */
  readonly pathParams: Readonly<Params>
  /** All parameters of a request that has no body, once they could be read. */
  bag: Readonly<Params> | undefined
  /** What validation made of them, once it had nothing to refuse or to remark. */
  params: Readonly<Params> | undefined
}

/** What a path means: an operation, or nothing for the method that was asked for. */
export type Meant = Pick<Target, 'allow' | 'operation' | 'pathParams'>

/** A target of which nothing but the path was read. */
export const targetOf = (address: Address, { allow, operation, pathParams }: Meant): Target => ({
  address,
  allow,
  operation,
  pathParams,
  bag: undefined,
  params: undefined,
})
