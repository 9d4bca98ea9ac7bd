import { type Document, resolve, type Schema } from '../contract/document.ts'
import type { Exchange } from '../lifecycle/exchange.ts'
import type { Face } from './view.ts'

/** The fields of a view in their order, each with the shape of what may be embedded in it. */
export type Shape = readonly { readonly name: string; readonly required: boolean; readonly inner: Inner }[]
type Inner = () => Shape

const shapes = new WeakMap<Schema, Shape>()
const noFields: Shape = []

/** The fields that a schema of an object, or of a list of them, gives; read once and kept. */
export function shapeOf(document: Document, schema: Schema | undefined): Shape {
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

/** A row inside another row's view, shown by the schema of the field it stands in. */
export class Embedded {
  readonly face: Face<unknown>
  readonly row: object
  constructor(face: Face<unknown>, row: object) {
    this.face = face
    this.row = row
  }
}

/** A row as a shape wants it: a face derives what the row doesn't hold. */
export function show(
  row: object,
  face: Face<unknown>,
  shape: Shape,
  exchange: Exchange,
): Record<string, unknown> {
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

/** Whether a face shows a field. */
export const isShown = ({ required }: Shape[number], { brief }: Face<unknown>) => required || !brief

function unfold(field: unknown, inner: Inner, exchange: Exchange): unknown {
  if (field instanceof Embedded) return show(field.row, field.face, inner(), exchange)
  if (Array.isArray(field) && field[0] instanceof Embedded)
    return field.map(item => unfold(item, inner, exchange))
  return field
}
