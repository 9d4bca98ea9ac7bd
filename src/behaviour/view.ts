import type { Contract } from '../contract/contract.ts'
import { at, type Document, resolve, type Schema } from '../contract/document.ts'
import type { Deed, Exchange, Write } from '../lifecycle/exchange.ts'
import type { Listing } from '../store/table.ts'

/**
 * How rows of one kind are shown. Which fields, and in which order, the contract's schema says; a face only derives
 * what isn't stored in the row under the field's own name.
 */
export interface Face<R> {
  // biome-ignore lint/suspicious/noExplicitAny: an exchange of whichever parameters and caller the room knows
  readonly derive: Readonly<Record<string, (row: R, exchange: Exchange<any, any>) => unknown>>
  /** Shows only the fields that the schema requires. */
  readonly brief?: boolean
}

/** A row inside another row's view, shown by the schema of the field it stands in. */
class Embedded {
  readonly face: Face<unknown>
  readonly row: object
  constructor(face: Face<unknown>, row: object) {
    this.face = face
    this.row = row
  }
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
  at(document, `/components/schemas/${schema}/properties/${field}`) as Schema & { pattern?: string }

const asItIs: Write = item => item

/** A plain value as the answer, in no need of a face. */
export const value = (item: unknown): Deed => ({ kind: 'one', item, write: asItIs })

/** Plain values as the answer, paged as the operation says. */
export const values = (items: Listing<unknown>): Deed => ({ kind: 'many', items, write: asItIs })

/** No answer but its status. */
export const nothing: Deed = { kind: 'nothing' }

const writer =
  <R extends object>(face: Face<R>): Write =>
  (item, schema, exchange) =>
    show(item as R, face as Face<unknown>, shapeOf(exchange.contract.document, schema), exchange)

function show(row: object, face: Face<unknown>, shape: Shape, exchange: Exchange): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const { name, required, inner } of shape) {
    if (face.brief && !required) continue
    const derive = face.derive[name]
    const field = derive ? derive(row, exchange) : (row as Record<string, unknown>)[name]
    if (field !== undefined) shown[name] = unfold(field, inner, exchange)
  }
  return shown
}

function unfold(field: unknown, inner: Inner, exchange: Exchange): unknown {
  if (field instanceof Embedded) return show(field.row, field.face, inner(), exchange)
  if (Array.isArray(field) && field[0] instanceof Embedded)
    return field.map(item => unfold(item, inner, exchange))
  return field
}

/** The fields of a view in their order, each with the shape of what may be embedded in it. */
type Shape = readonly { readonly name: string; readonly required: boolean; readonly inner: Inner }[]
type Inner = () => Shape

const shapes = new WeakMap<Schema, Shape>()

/** The fields that a schema of an object, or of a list of them, gives; read once and kept. */
function shapeOf(document: Document, schema: Schema | undefined): Shape {
  if (!schema) return []
  const known = shapes.get(schema)
  if (known) return known
  const { properties = {}, required = [] } = objectOf(document, schema) ?? {}
  const shape = Object.entries(properties).map(([name, field]) => ({
    name,
    required: required.includes(name),
    inner: () => shapeOf(document, field),
  }))
  shapes.set(schema, shape)
  return shape
}

/** The schema of an object that a schema comes to: itself, the first of its alternatives that is one, or its items. */
function objectOf(document: Document, given: Schema): Schema | undefined {
  const schema = resolve(document, given)
  if (schema.properties) return schema
  for (const option of [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ]) {
    const found = objectOf(document, option)
    if (found) return found
  }
  return undefined
}
