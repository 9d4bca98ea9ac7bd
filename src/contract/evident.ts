import { type Document, resolve, type Schema } from './document.ts'

/** Whether a value is as its schema wants it. */
export type Holds = (value: unknown) => boolean

/** What a schema may say without a bearing on what holds. */
const remarks = ['title', 'description', 'default', 'example', 'x-source']

const never: Holds = () => false

const ofType: Readonly<Record<string, Holds>> = {
  integer: Number.isInteger,
  number: Number.isFinite,
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  array: Array.isArray,
  null: value => value === null,
}

/**
 * Whether a value evidently is as its schema wants it, told by types, choices, bounds and lengths, as nearly all
 * attributes are. What isn't evident may still hold: that takes a compiled schema.
 */
export function evidence(document: Document, given: Schema): Holds {
  const { type, enum: choices, items, maxLength, minimum, maximum, ...others } = resolve(document, given)
  if (type === undefined || Object.keys(others).some(keyword => !remarks.includes(keyword))) return never
  const types = [type].flat().map(name => ofType[name] ?? never)
  const item = items && evidence(document, items)
  return value => {
    if (!types.some(holds => holds(value))) return false
    if (choices && !choices.includes(value)) return false
    if (typeof value === 'string') return maxLength === undefined || value.length <= maxLength
    if (typeof value === 'number')
      return (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum)
    return !item || !Array.isArray(value) || value.every(item)
  }
}
