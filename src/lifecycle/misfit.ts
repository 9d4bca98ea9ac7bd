import type { ErrorObject } from 'ajv/dist/2020.js'
import { type Document, resolve, type Schema } from '../contract/document.ts'
import { nearest } from './nearest.ts'

/** What is wrong with a value: which part of it (`headers.X`; empty for the whole), and what with that. */
export interface Misfit {
  readonly part: string
  readonly clause: string
}

/**
 * What a validator has against a value, in words for people; `schema` is what the value was held against, and `skipped`
 * is how many names of the part's place are told by whoever asks.
 */
export function misfitOf(error: ErrorObject, schema: Schema, document: Document, skipped = 0): Misfit {
  const place = error.instancePath
    .split('/')
    .slice(1)
    .map(name => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const at = place.reduce((outer, name) => within(document, outer, name), resolve(document, schema))
  return { part: place.slice(skipped).join('.'), clause: clauseOf(error, at, schema, document) }
}

function clauseOf(error: ErrorObject, at: Schema, root: Schema, document: Document): string {
  const { keyword, params, message, propertyName } = error
  if (keyword === 'enum') return `is none of ${params.allowedValues.join(', ')}`
  if (keyword === 'additionalProperties')
    return `has no "${params.additionalProperty}"${hint(`${params.additionalProperty}`, at, root, document)}`
  if (propertyName !== undefined)
    return `has "${propertyName}", which ${described(at.propertyNames) ?? message}`
  // A pattern or the name of a format says little to who doesn't know it.
  return (/^(pattern|format)$/.test(keyword) && described(at)) || `${message}`
}

/** What a schema's own words say that a value must be. */
const described = ({ description }: Schema = {}) =>
  description && `must be ${description[0]!.toLowerCase()}${description.slice(1)}`

function within(
  document: Document,
  { properties, items, additionalProperties }: Schema,
  name: string,
): Schema {
  const others = typeof additionalProperties === 'object' ? additionalProperties : {}
  const inner = properties && Object.hasOwn(properties, name) ? properties[name]! : (items ?? others)
  return resolve(document, inner)
}

/** A name like one that isn't known there, or where the very same name belongs. */
function hint(name: string, { properties = {} }: Schema, root: Schema, document: Document): string {
  const meant = nearest(name, Object.keys(properties)) ?? placesIn(root, document).find(isNamed(name))
  return meant ? `; did you mean "${meant}"?` : ''
}

const isNamed = (name: string) => (place: string) => place.split('.').at(-1) === name

/** `times`, `answer`, `answer.code`: what a schema knows, and what the parts of it know. */
const placesIn = (root: Schema, document: Document): string[] =>
  Object.entries(resolve(document, root).properties ?? {}).flatMap(([name, inner]) => [
    name,
    ...Object.keys(resolve(document, inner).properties ?? {}).map(part => `${name}.${part}`),
  ])
