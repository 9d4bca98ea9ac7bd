import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js'
import type { Attribute } from './attributes.ts'
import type { Conduct } from './conduct.ts'
import {
  type Document,
  methods,
  type OperationObject,
  type Pagination,
  pointerPart,
  type Schema,
  type Wording,
} from './document.ts'
import { operationOf } from './operation.ts'
import { attributesValidator, createAjv, type Validator } from './validators.ts'
import type { Way } from './ways.ts'

/** One method on one path, with all that the document promises of it. */
export interface Operation {
  readonly id: string
  readonly method: string
  /** As the document writes it: `/projects/{id}/pipelines`. */
  readonly path: string
  readonly pointer: string
  /** How one shows who asks, in the order in which that is looked for. */
  readonly ways: readonly Way[]
  /** Whether nobody needs to. */
  readonly isOpen: boolean
  readonly ability: string | undefined
  readonly pagination: readonly Pagination[]
  /** In declaration order, which is the order in which they are judged. */
  readonly attributes: ReadonlyMap<string, Attribute>
  /** What the body may hold, where at least some of it must be sent. */
  readonly bodyRequired: readonly string[]
  /** Whether nothing may be sent but what is declared. */
  readonly closed: boolean
  /** The status of a success: the first 2xx that is documented. */
  readonly success: number
  /** The schema of a successful JSON answer. */
  readonly answer: Schema | undefined
  readonly object: OperationObject
}

/** An API's document, ready to be asked. */
export interface Contract {
  /** Whether the build has found nothing wrong with the document, to the letter. */
  readonly isSound: boolean
  readonly document: Document
  readonly operations: ReadonlyMap<string, Operation>
  readonly refusals: Readonly<Record<string, Wording>>
  readonly conduct: Conduct
  /** Holds a value against the schema at a JSON pointer; compiled on first use and kept. */
  validator(pointer: string): ValidateFunction
  /** Holds an operation's attributes, as one object, against their schemas. */
  attributesValidator(operation: Operation): Validator
}

const parts = ['paths', 'components', 'x-refusals', 'x-conduct'] as const

/**
 * Reads a built document into operations; one that is sound, no further than is asked for. Schemas are compiled when
 * first asked for: all at once takes seconds. Throws, with the place, where a document can't be read so.
 */
export function createContract(document: Document, isSound = false): Contract {
  const missing = parts.find(part => typeof document?.[part] !== 'object' || document[part] === null)
  if (missing) throw new Error(`/${missing}: is missing`)
  const operations = new Map<string, Operation>()
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const object = item[method]
      if (!object) continue
      const pointer = `/paths/${pointerPart(path)}/${method}`
      try {
        operations.set(object.operationId, operationOf(document, path, method, object, pointer, !isSound))
      } catch (error) {
        throw new Error(`${pointer}: ${(error as Error).message}`)
      }
    }
  }
  const compiled = new Map<string, ValidateFunction>()
  const ofAttributes = new Map<Operation, Validator>()
  let ajv: Ajv2020 | undefined
  const compile = (schema: object) => (ajv ??= createAjv(document)).compile(schema)
  return {
    isSound,
    document,
    operations,
    refusals: document['x-refusals'],
    conduct: Object.fromEntries(
      Object.entries(document['x-conduct']).map(([name, setting]) => [name, setting?.value]),
    ),
    validator: pointer => {
      let validate = compiled.get(pointer)
      if (!validate) compiled.set(pointer, (validate = compile({ $ref: `document#${pointer}` })))
      return validate
    },
    attributesValidator: operation => {
      let validate = ofAttributes.get(operation)
      if (!validate)
        ofAttributes.set(operation, (validate = attributesValidator(document, operation.attributes, compile)))
      return validate
    },
  }
}
