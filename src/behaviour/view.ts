import type { Contract } from '../contract/contract.ts'
import type { Schema } from '../contract/document.ts'
import type { Deed, Exchange, Writer } from '../lifecycle/exchange.ts'
import type { Listing } from '../store/table.ts'
import type { World } from '../store/world.ts'
import { Embedded } from './shape.ts'
import { writer } from './text.ts'

/**
 * How rows of one kind are shown. Which fields, and in which order, the contract's schema says; a face only derives
 * what isn't stored in the row under the field's own name.
 */
export interface Face<R> {
  // biome-ignore lint/suspicious/noExplicitAny: an exchange of whichever parameters and caller the room knows
  readonly derive: Readonly<Record<string, (row: R, exchange: Exchange<any, any>) => unknown>>
  /** Shows only the fields that the schema requires. */
  readonly brief?: boolean
  /**
   * All rows, beside its own, that a view is made of: where they are the same, so is its text, and it is made but once.
   */
  readonly madeOf?: (row: R, world: World) => readonly unknown[]
  /** Fields that depend on more than rows, such as who asks: a view with one of them is made for each request. */
  readonly live?: readonly string[]
}

/** Puts a row into another row's view; null where there is none. */
export const embed = <R extends object>(face: Face<R>, row: R | undefined): unknown =>
  row ? new Embedded(face as Face<unknown>, row) : null

/** One row as the answer. */
export const one = <R extends object>(face: Face<R>, row: R): Deed => ({
  kind: 'one',
  item: row,
  write: writer(face),
})

/** Rows as the answer, paged as the operation says. */
export const many = <R extends object>(face: Face<R>, items: Listing<R>): Deed => ({
  kind: 'many',
  items,
  write: writer(face),
})

/** What a contract says of a field: what it wants of it decides how some are written. */
export const promised = ({ document }: Contract, schema: string, field: string) =>
  (document.components.schemas?.[schema] as Schema | undefined)?.properties?.[field] as Schema & {
    pattern?: string
  }

const asItIs: Writer = () => item => JSON.stringify(item)

/** A plain value as the answer, in no need of a face. */
export const value = (item: unknown): Deed => ({ kind: 'one', item, write: asItIs })

/** Plain values as the answer, paged as the operation says. */
export const values = (items: Listing<unknown>): Deed => ({ kind: 'many', items, write: asItIs })

/** No answer but its status. */
export const nothing: Deed = { kind: 'nothing' }
