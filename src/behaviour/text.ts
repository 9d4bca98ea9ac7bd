import type { Document, Schema } from '../contract/document.ts'
import type { Exchange, Writer } from '../lifecycle/exchange.ts'
import { anyOrigin, withOrigin } from './origin.ts'
import { isShown, type Shape, shapeOf, show } from './shape.ts'
import type { Face } from './view.ts'

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
  texts: WeakMap<object, Text> | undefined
  /** How many letters were kept in them, those replaced since too. */
  size: number
}

/** The JSON of a row; good as long as the rows that it was made of, which are immutable, are the same. */
interface Text {
  /** With the origin left open: many worlds and hosts share it. */
  readonly open: string
  readonly madeOf: readonly unknown[]
  /** Of a world, when they were last seen to be the same: as long as nothing in it changes, they are. */
  state: object
  /** As it last went out, and to which origin: the next request most likely comes from there as well. */
  shown: string
  origin: string
}

const views = new WeakMap<Face<unknown>, WeakMap<Schema, View>>()
const noSchema: Schema = {}

function viewOf(face: Face<unknown>, document: Document, schema: Schema = noSchema): View {
  let ofFace = views.get(face)
  if (!ofFace) views.set(face, (ofFace = new WeakMap()))
  let view = ofFace.get(schema)
  if (!view) {
    const shape = shapeOf(document, schema)
    const isKept =
      face.madeOf !== undefined && !shape.some(it => isShown(it, face) && face.live?.includes(it.name))
    ofFace.set(schema, (view = { face, shape, texts: isKept ? new WeakMap() : undefined, size: 0 }))
  }
  return view
}

function textOf(row: object, view: View, exchange: Exchange): string {
  const { face, shape, texts } = view
  const { origin, method, world } = exchange
  // What a request has just written may never be read: a text of it is not worth keeping.
  if (!texts || method !== 'GET') return JSON.stringify(show(row, face, shape, exchange))
  const made = () => JSON.stringify(show(row, face, shape, { ...exchange, origin: anyOrigin }))
  const known = texts.get(row)
  if (known?.state !== world.state) {
    const madeOf = face.madeOf!(row, world)
    if (!known || !areSame(known.madeOf, madeOf))
      return kept(view, row, { open: made(), madeOf, state: world.state, origin })
    known.state = world.state
  }
  // That a face tells all that it is made of can't be seen from it: whoever has answers checked finds out.
  if (exchange.settings.checkAnswers && known.open !== made())
    throw new Error(`a view is made of more than its face tells: ${known.open}`)
  if (known.origin !== origin) Object.assign(known, { origin, shown: withOrigin(known.open, origin) })
  return known.shown
}

/** All texts of a view are forgotten when they have more letters: whoever walks through a million rows keeps few of them. */
const mostLetters = 16 * 1024 * 1024

function kept(view: View, row: object, text: Omit<Text, 'shown'>): string {
  const shown = withOrigin(text.open, text.origin)
  view.size += text.open.length + shown.length
  if (view.size > mostLetters) {
    view.texts = new WeakMap()
    view.size = 0
  }
  view.texts!.set(row, { ...text, shown })
  return shown
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  if (some.length !== others.length) return false
  for (let place = 0; place < some.length; place++) if (some[place] !== others[place]) return false
  return true
}
