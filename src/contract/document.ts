/** A JSON Schema, or a reference to one. */
export interface Schema {
  $ref?: string
  title?: string
  description?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  default?: unknown
  maxLength?: number
  minimum?: number
  maximum?: number
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  propertyNames?: Schema
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  'x-source'?: Source
}

export interface Parameter {
  $ref?: string
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: boolean
  schema: Schema
  example?: unknown
}

export interface Media {
  schema?: Schema
  example?: unknown
  examples?: Record<string, { $ref?: string; value: unknown }>
}

export interface Response {
  $ref?: string
  description: string
  headers?: Record<string, { $ref?: string; schema?: Schema }>
  content?: Record<string, Media>
  'x-source'?: Source
}

/**
 * What a promise rests on: `docs: pipelines.md, "Create a new pipeline"`, `observed: 403 for a bad token (on the wire,
 * 8.0)`, or `derived: …` where neither says so outright.
 */
export type Source = string

/** Which schemes must all be given, each with the scopes it must have; `{}` is anonymous. */
export type Requirement = Record<string, string[]>

export interface OperationObject {
  operationId: string
  summary?: string
  security?: Requirement[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media>; required?: boolean }
  responses: Record<string, Response>
  'x-pagination'?: Pagination[]
  'x-ability'?: string
  'x-since'?: string
  'x-source'?: Source
}

/** Every way of paging there is. */
export const paginations = ['offset', 'keyset', 'silent'] as const
export type Pagination = (typeof paginations)[number]

/** What a reason comes to on the wire; `{names}` in texts are filled from the facts of the refusal. */
export interface Wording {
  status: number
  headers?: Record<string, string>
  /** Media type, application/json unless said. */
  type?: string
  body?: unknown
  'x-source': Source
}

/** How a document sets a switch: to what, and what that rests on. */
export interface Switch {
  value: unknown
  'x-source': Source
}

/** One API's OpenAPI document after the build: one object, references only within. */
export interface Document {
  openapi: string
  info: { title: string; version: string; description?: string }
  servers?: { url: string }[]
  security?: Requirement[]
  paths: Record<string, Record<string, OperationObject>>
  components: Record<string, Record<string, unknown>>
  'x-refusals': Record<string, Wording>
  'x-conduct': Record<string, Switch>
}

export const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'] as const

/** Every vendor extension there is, and where it may stand; any other stops the start. */
export const extensions = {
  root: ['x-refusals', 'x-conduct'],
  operation: ['x-pagination', 'x-ability', 'x-since', 'x-source'],
  response: ['x-source'],
  schema: ['x-source'],
} as const

/** The three ways in which something can be known. */
export const sourceKinds = ['docs', 'observed', 'derived'] as const

/** The node a JSON pointer such as `/components/schemas/Pipeline` names. */
export function at(document: Document, pointer: string): unknown {
  let node: unknown = document
  for (const part of pointer.split('/').slice(1)) {
    node = (node as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return node
}

/** One part of a JSON pointer, escaped. */
export const pointerPart = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1')

/** The node itself, or what its `$ref` leads to. Throws where that is nothing, or leads back to itself. */
export function resolve<T extends { $ref?: string }>(document: Document, node: T): T {
  return node.$ref === undefined ? node : (targetOf(document, node.$ref) as T)
}

const targets = new WeakMap<Document, Map<string, object>>()

/** What a reference leads to; found once and kept. */
function targetOf(document: Document, reference: string): object {
  let known = targets.get(document)
  if (!known) targets.set(document, (known = new Map()))
  let target = known.get(reference)
  if (!target) known.set(reference, (target = follow(document, reference)))
  return target
}

function follow(document: Document, reference: string): object {
  let found: { $ref?: string } = { $ref: reference }
  for (let hops = 0; found.$ref; hops++) {
    const next = at(document, found.$ref.slice(1)) as typeof found | undefined
    if (next === undefined || hops > 20) throw new Error(`${found.$ref} leads nowhere`)
    found = next
  }
  return found
}

/** A fault in a contract: where (a JSON pointer) and what. */
export interface Finding {
  readonly place: string
  readonly problem: string
}
