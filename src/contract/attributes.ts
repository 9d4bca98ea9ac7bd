import { type Document, type OperationObject, pointerPart, resolve, type Schema } from './document.ts'

/** A parameter or body attribute; GitLab takes all of them from one bag. */
export interface Attribute {
  readonly name: string
  readonly required: boolean
  readonly schema: Schema
  /** Where its schema stands in the document. */
  readonly pointer: string
}

/** All that an operation takes: its parameters, then what its body may hold. */
export function attributesOf(
  document: Document,
  pointer: string,
  object: OperationObject,
): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>()
  object.parameters?.forEach((given, index) => {
    const parameter = resolve(document, given)
    // `iids[]` is how a list is sent, not how it is called.
    const name = parameter.name.replace(/\[\]$/, '')
    attributes.set(name, {
      name,
      required: parameter.required === true,
      schema: resolve(document, parameter.schema),
      pointer: given.$ref ? `${given.$ref.slice(1)}/schema` : `${pointer}/parameters/${index}/schema`,
    })
  })
  const media = object.requestBody && Object.entries(object.requestBody.content)[0]
  if (!media?.[1].schema) return attributes
  const given = media[1].schema
  const body = resolve(document, given)
  const place = given.$ref?.slice(1) ?? `${pointer}/requestBody/content/${pointerPart(media[0])}/schema`
  for (const [name, schema] of Object.entries(body.properties ?? {})) {
    attributes.set(name, {
      name,
      required: body.required?.includes(name) === true,
      schema: resolve(document, schema),
      pointer: `${place}/properties/${pointerPart(name)}`,
    })
  }
  return attributes
}

/** The names of which an operation's body must hold at least one: those told by `anyOf`, else all that it may hold. */
export function bodyOf(document: Document, { requestBody }: OperationObject): string[] {
  const [media] = Object.values(requestBody?.content ?? {})
  const { anyOf, properties = {} } = media?.schema ? resolve(document, media.schema) : ({} as Schema)
  return anyOf?.flatMap(({ required = [] }) => required) ?? Object.keys(properties)
}
