import { attributesOf, bodyOf, isClosed } from './attributes.ts'
import type { Operation } from './contract.ts'
import { type Document, type OperationObject, type Response, resolve } from './document.ts'
import { isOpen, waysOf } from './ways.ts'

/** What of an operation must be put together; done at the first question, as few operations are ever asked for. */
type Derived = Pick<
  Operation,
  'ways' | 'isOpen' | 'attributes' | 'bodyRequired' | 'closed' | 'success' | 'answer'
>

/**
 * Reads an operation: at once, which throws where it can't be read, or as far as it is asked for.
 */
export function operationOf(
  document: Document,
  path: string,
  method: string,
  object: OperationObject,
  pointer: string,
  atOnce: boolean,
): Operation {
  let derived = atOnce ? derivedOf(document, object, pointer) : undefined
  const known = () => (derived ??= derivedOf(document, object, pointer))
  return {
    id: object.operationId,
    method: method.toUpperCase(),
    path,
    pointer,
    ability: object['x-ability'],
    pagination: object['x-pagination'] ?? [],
    object,
    get ways() {
      return known().ways
    },
    get isOpen() {
      return known().isOpen
    },
    get attributes() {
      return known().attributes
    },
    get bodyRequired() {
      return known().bodyRequired
    },
    get closed() {
      return known().closed
    },
    get success() {
      return known().success
    },
    get answer() {
      return known().answer
    },
  }
}

function derivedOf(document: Document, object: OperationObject, pointer: string): Derived {
  const security = object.security ?? document.security ?? []
  const [success, response] = Object.entries(object.responses).find(([status]) => /^2/.test(status)) ?? [
    '200',
  ]
  return {
    ways: waysOf(security),
    isOpen: isOpen(security),
    attributes: attributesOf(document, pointer, object),
    bodyRequired: object.requestBody?.required ? bodyOf(document, object) : [],
    closed: isClosed(document, object),
    success: Number(success),
    answer: response && resolve<Response>(document, response).content?.['application/json']?.schema,
  }
}
