import { at, type Document, methods, pointerPart, resolve } from '../document.ts'

type Json = Readonly<Record<string, unknown>>

/** All methods that a path may have; no operation of ours has the last. */
export const verbs = [...methods, 'trace'] as const

/** What a path may hold beside its operations. */
const beside = /^(summary|description|servers|parameters|x-.*)$/
/** Keys under which nothing stands that is compared, or just values. */
const silent = /^(examples?|default|enum|const|title|summary|description|externalDocs|tags|info|x-.*)$/
/** Keys whose keys are names that the document gives: those may be as silent ones are called. */
const naming = [
  'paths',
  'properties',
  'headers',
  'content',
  'responses',
  'schemas',
  'parameters',
  'callbacks',
]

/** Throws, with the place, where a document holds what would go unread: nobody is to take that for no change. */
export function checkReadable(document: unknown): asserts document is Partial<Document> {
  if (!isObject(document) || !document.openapi || !document.info || !('paths' in document))
    throw new Error('is no OpenAPI document (openapi, info and paths are asked for)')
  for (const part of ['paths', 'components', 'x-refusals', 'x-conduct'])
    if (part in document) checkObject(document[part], `/${part}`)
  for (const [reason, wording] of Object.entries((document['x-refusals'] ?? {}) as Json))
    checkObject(wording, `/x-refusals/${pointerPart(reason)}`)
  checkReferences(document as unknown as Document, document, '', false)
  for (const [path, item] of Object.entries(document.paths as Json))
    if (!path.startsWith('x-')) checkItem(item, `/paths/${pointerPart(path)}`)
}

const isObject = (it: unknown): it is Json => typeof it === 'object' && it !== null && !Array.isArray(it)

function checkObject(it: unknown, place: string): asserts it is Json {
  if (!isObject(it)) throw new Error(`${place}: is ${it === undefined ? 'missing' : 'no object'}`)
}

function checkItem(item: unknown, place: string): void {
  checkObject(item, place)
  if ('$ref' in item) throw new Error(`${place}: is a $ref; its operations must stand there themselves`)
  checkParameters(item, place)
  for (const [method, operation] of Object.entries(item)) {
    if (beside.test(method)) continue
    const there = `${place}/${method}`
    if (!verbs.some(verb => verb === method)) throw new Error(`${there}: is no method`)
    checkObject(operation, there)
    checkParameters(operation, there)
    checkObject(operation.responses, `${there}/responses`)
    for (const [status, response] of Object.entries(operation.responses))
      checkObject(response, `${there}/responses/${status}`)
  }
}

function checkParameters({ parameters = [] }: Json, place: string): void {
  if (!Array.isArray(parameters)) throw new Error(`${place}/parameters: is no list`)
}

/** Throws where a reference leads nowhere, or out of the document, and where nothing stands in the place of something. */
function checkReferences(document: Document, node: object, place: string, isNaming: boolean): void {
  if (!isNaming && '$ref' in node) checkReference(document, node as { $ref?: string }, place)
  for (const [name, child] of Object.entries(node)) {
    if (!isNaming && silent.test(name)) continue
    const there = `${place}/${pointerPart(name)}`
    if (child === null) throw new Error(`${there}: is null`)
    if (typeof child === 'object') checkReferences(document, child, there, !isNaming && naming.includes(name))
  }
}

function checkReference(document: Document, node: { $ref?: string }, place: string): void {
  const $ref = `${node.$ref}`
  if (!$ref.startsWith('#'))
    throw new Error(
      `${place}: ${$ref} is in another file (bundle it first: npx @redocly/cli bundle in.yaml -o out.json)`,
    )
  const target = $ref.startsWith('#/') ? at(document, $ref.slice(1)) : undefined
  if (!isObject(target) && typeof target !== 'boolean') throw new Error(`${place}: ${$ref} leads nowhere`)
  try {
    resolve(document, node)
  } catch {
    throw new Error(`${place}: ${$ref} leads nowhere`)
  }
}
