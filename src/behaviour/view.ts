import type { Contract } from '../contract/contract.ts'
import { type Document, resolve, type Schema } from '../contract/document.ts'
import type { Deed, Exchange, Writer } from '../lifecycle/exchange.ts'
import { anyOrigin } from '../lifecycle/origin.ts'
import type { Listing } from '../store/table.ts'
import type { World } from '../store/world.ts'

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

/** How rows are written as JSON by a face. */
export const writer =
  <R extends object>(face: Face<R>): Writer =>
  (schema, exchange) => {
    const view = viewOf(face as Face<unknown>, exchange.contract.document, schema)
    return item => textOf(item as R, view, exchange)
  }

/** How rows are shown by a schema: the fields, and the texts that were made of rows. */
interface View {
  readonly face: Face<unknown>
  readonly shape: Shape
  /** None where each request makes its own. */
  readonly texts: WeakMap<object, Text> | undefined
}

/** The JSON of a row, the origin left open; good as long as the rows that it was made of, which are immutable, are the same. */
interface Text {
  readonly text: string
  readonly madeOf: readonly unknown[]
}

const views = new WeakMap<Face<unknown>, WeakMap<Schema, View>>()

function viewOf(face: Face<unknown>, document: Document, schema: Schema = noSchema): View {
  let ofFace = views.get(face)
  if (!ofFace) views.set(face, (ofFace = new WeakMap()))
  let view = ofFace.get(schema)
  if (!view) {
    const shape = shapeOf(document, schema)
    const isKept =
      face.madeOf !== undefined && !shape.some(it => isShown(it, face) && face.live?.includes(it.name))
    ofFace.set(schema, (view = { face, shape, texts: isKept ? new WeakMap() : undefined }))
  }
  return view
}

function textOf(row: object, { face, shape, texts }: View, exchange: Exchange): string {
  if (!texts) return JSON.stringify(show(row, face, shape, exchange))
  const madeOf = face.madeOf!(row, exchange.world)
  const made = () => JSON.stringify(show(row, face, shape, { ...exchange, origin: anyOrigin }))
  const known = texts.get(row)
  if (!known || !areSame(known.madeOf, madeOf)) {
    const text = made()
    texts.set(row, { text, madeOf })
    return text
  }
  // That a face tells all that it is made of can't be seen from it: whoever has answers checked finds out.
  if (exchange.settings.checkAnswers && known.text !== made())
    throw new Error(`a view is made of more than its face tells: ${known.text}`)
  return known.text
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  if (some.length !== others.length) return false
  for (let place = 0; place < some.length; place++) if (some[place] !== others[place]) return false
  return true
}

function show(row: object, face: Face<unknown>, shape: Shape, exchange: Exchange): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const field of shape) {
    if (!isShown(field, face)) continue
    const { name, inner } = field
    const derive = face.derive[name]
    const given = derive ? derive(row, exchange) : (row as Record<string, unknown>)[name]
    if (given !== undefined) shown[name] = unfold(given, inner, exchange)
  }
  return shown
}

const isShown = ({ required }: Shape[number], { brief }: Face<unknown>) => required || !brief

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
const noFields: Shape = []
const noSchema: Schema = {}

/** The fields that a schema of an object, or of a list of them, gives; read once and kept. */
function shapeOf(document: Document, schema: Schema | undefined): Shape {
  if (!schema) return noFields
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
