import {
  at,
  type Document,
  type OperationObject,
  type Parameter,
  pointerPart,
  resolve,
  type Schema,
} from './document.ts'

/** A parameter or body attribute; GitLab takes all of them from one bag. */
export interface Attribute {
  readonly name: string
  readonly required: boolean
  readonly deprecated: boolean
  readonly schema: Schema
  /** Where its schema stands in the document. */
  readonly pointer: string
}

/** All that an operation takes: its path's parameters, its own, then what its body may hold. */
export function attributesOf(
  document: Document,
  pointer: string,
  object: OperationObject,
): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>()
  const path = pointer.slice(0, pointer.lastIndexOf('/'))
  const { parameters: shared = [] } = (at(document, path) ?? {}) as Pick<OperationObject, 'parameters'>
  const parameters = [
    ...shared.map((given, index) => [given, `${path}/parameters/${index}`] as const),
    ...(object.parameters ?? []).map((given, index) => [given, `${pointer}/parameters/${index}`] as const),
  ]
  for (const [given, place] of parameters) {
    const parameter = resolve<Parameter & Content & { deprecated?: boolean }>(document, given)
    // `iids[]` is how a list is sent, not how it is called.
    const name = parameter.name.replace(/\[\]$/, '')
    const [media] = Object.entries(parameter.content ?? {})
    attributes.set(name, {
      name,
      required: parameter.required === true,
      deprecated: parameter.deprecated === true,
      schema: resolve(document, parameter.schema ?? media?.[1].schema ?? {}),
      pointer: `${given.$ref?.slice(1) ?? place}${media ? `/content/${pointerPart(media[0])}` : ''}/schema`,
    })
  }
  const [media] = Object.entries(requestBodyOf(document, object)?.content ?? {})
  if (!media?.[1].schema) return attributes
  const given = media[1].schema
  const body = resolve(document, given)
  const holder = (object.requestBody as { $ref?: string }).$ref?.slice(1) ?? `${pointer}/requestBody`
  const place = given.$ref?.slice(1) ?? `${holder}/content/${pointerPart(media[0])}/schema`
  for (const [name, schema] of Object.entries(body.properties ?? {})) {
    attributes.set(name, {
      name,
      required: body.required?.includes(name) === true,
      deprecated: false,
      schema: resolve(document, schema),
      pointer: `${place}/properties/${pointerPart(name)}`,
    })
  }
  return attributes
}

type Content = Partial<Pick<RequestBody, 'content'>>
type RequestBody = NonNullable<OperationObject['requestBody']>

/** What an operation says of its body, wherever it says so. */
export const requestBodyOf = (
  document: Document,
  { requestBody }: OperationObject,
): RequestBody | undefined => requestBody && resolve<RequestBody & { $ref?: string }>(document, requestBody)

/** The names of which an operation's body must hold at least one: those told by `anyOf`, else all that it may hold. */
export function bodyOf(document: Document, object: OperationObject): string[] {
  const { anyOf, properties = {} } = bodySchema(document, object) ?? {}
  return anyOf?.flatMap(({ required = [] }) => required) ?? Object.keys(properties)
}

/** Whether an operation's body may hold nothing but what is declared. */
export const isClosed = (document: Document, object: OperationObject): boolean =>
  bodySchema(document, object)?.additionalProperties === false

function bodySchema(document: Document, object: OperationObject): Schema | undefined {
  const [media] = Object.values(requestBodyOf(document, object)?.content ?? {})
  return media?.schema && resolve(document, media.schema)
}
