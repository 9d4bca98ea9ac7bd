import { type Attribute, attributesOf, requestBodyOf } from '../attributes.ts'
import { at, type Document, type OperationObject, resolve, type Schema } from '../document.ts'
import { type Change, isFirst, listed, type Sides, spotAt } from './change.ts'
import { compareFields, compareSchemas, type Fields } from './schemas.ts'

/** An operation where one of the documents tells of it. */
export interface Called {
  /** As it is called on: `GET /projects/{id}`. */
  readonly place: string
  readonly pointer: string
  readonly pathNames: readonly string[]
  readonly object: OperationObject
}

/** How it changes what an operation is sent. */
export function compareRequests(sides: Sides, from: Called, to: Called): Change[] {
  return [
    ...compareAttributes(sides, from, to),
    ...compareSentBodies(sides, from.place, from.object, to.object),
  ]
}

/** All that is sent, from whichever place: the server takes it from one bag. */
function compareAttributes(sides: Sides, from: Called, to: Called): Change[] {
  const before = new Map(
    [...attributesOf(sides.from, from.pointer, from.object)].map(([name, attribute]) => {
      // What a parameter of the path is called is the document's own affair.
      const index = from.pathNames.indexOf(name)
      return [to.pathNames[index] ?? name, attribute]
    }),
  )
  const after = attributesOf(sides.to, to.pointer, to.object)
  const shared = new Map<string, string>()
  for (const [name, { pointer }] of before) {
    if (!pointer.startsWith('/components/parameters/') || pointer !== after.get(name)?.pointer) continue
    const part = pointer.slice(1).replace(/\/schema$/, '')
    if (isFirst(sides, part)) shared.set(name, part)
    else for (const attributes of [before, after]) attributes.delete(name)
  }
  return compareFields(sides, 'sent', fieldsOf(sides.from, before), fieldsOf(sides.to, after), name =>
    spotAt('sent', shared.get(name) ?? `${from.place}: attribute ${name}`),
  )
}

const fieldsOf = (document: Document, attributes: ReadonlyMap<string, Attribute>): Fields => ({
  properties: Object.fromEntries(
    [...attributes].map(([name, { pointer, schema, deprecated }]) => {
      const given = (at(document, pointer) as Schema) ?? schema
      return [name, deprecated ? { ...given, deprecated } : given]
    }),
  ),
  required: [...attributes].flatMap(([name, { required }]) => (required ? [name] : [])),
})

/** The body as such: whether there must be one, in which media types, and what it is where it holds no attributes. */
function compareSentBodies(
  sides: Sides,
  place: string,
  from: OperationObject,
  to: OperationObject,
): Change[] {
  const [before, after] = [requestBodyOf(sides.from, from), requestBodyOf(sides.to, to)]
  const [needed, needs] = [before?.required === true, after?.required === true]
  const changes: Change[] = []
  if (needed !== needs)
    changes.push({ breaking: needs, place, what: needs ? 'needs a body now' : 'needs no body now' })
  if (!before || !after) return changes
  const [was, is] = [Object.keys(before.content), Object.keys(after.content)]
  const gone = was.filter(type => !is.includes(type))
  const added = is.filter(type => !was.includes(type))
  if (gone.length > 0) changes.push({ breaking: true, place, what: `no longer takes ${listed(gone)}` })
  if (added.length > 0) changes.push({ breaking: false, place, what: `takes ${listed(added)} now` })
  const [one, other] = [before.content[was[0]!]?.schema, after.content[is[0]!]?.schema]
  if (!one || !other || resolve(sides.from, one).properties || resolve(sides.to, other).properties)
    return changes
  return [...changes, ...compareSchemas(sides, spotAt('sent', `${place}: body`), one, other)]
}
