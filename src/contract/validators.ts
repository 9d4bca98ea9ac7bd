import { createRequire } from 'node:module'
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Operation } from './contract.ts'
import { type Document, extensions } from './document.ts'
import { evidence, type Holds } from './evident.ts'

/** Whether a value holds; if not, its errors tell why. */
export interface Validator {
  (value: object): boolean
  errors?: ErrorObject[] | null
}

/**
 * Holds an operation's attributes, as one object, against their schemas. Ajv is only asked where it isn't evident that
 * all hold: to load it and to compile takes long.
 */
export function attributesValidator(
  document: Document,
  attributes: Operation['attributes'],
  compile: (schema: object) => ValidateFunction,
): Validator {
  const evident = new Map(
    [...attributes.values()].map(({ name, schema }) => [name, evidence(document, schema)]),
  )
  let compiled: ValidateFunction | undefined
  const validate: Validator = params => {
    if (areEvident(params, evident)) return true
    compiled ??= compile({
      type: 'object',
      properties: Object.fromEntries(
        [...attributes.values()].map(({ name, pointer }) => [name, { $ref: `document#${pointer}` }]),
      ),
    })
    const holds = compiled(params)
    validate.errors = compiled.errors
    return holds
  }
  return validate
}

function areEvident(params: object, evident: ReadonlyMap<string, Holds>): boolean {
  for (const name in params) if (!evident.get(name)?.(params[name as keyof object])) return false
  return true
}

/** An Ajv that knows the whole document under one name; OpenAPI's own keywords are declared, all others refused. */
export function createAjv(document: Document): Ajv2020 {
  const load = createRequire(import.meta.url)
  const { Ajv2020 } = load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')
  const formats = load('ajv-formats') as typeof import('ajv-formats')
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    allErrors: true,
    // The document as a whole is no schema; what is one is held to the strict rules when it is compiled.
    meta: false,
    validateSchema: false,
  })
  formats.default(ajv)
  ajv.addVocabulary([...new Set([...Object.keys(document), ...extensions.root]), 'example', 'x-source'])
  ajv.addSchema(document, 'document')
  return ajv
}
