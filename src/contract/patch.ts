import { type Document, pointerPart, resolve } from './document.ts'

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The name by which a patch speaks of an item of a list; a parameter may be a reference. */
const nameOf = (item: unknown, root: unknown): unknown =>
  isObject(item) ? resolve(root as Document, item as { $ref?: string; name?: string }).name : undefined

/** Replaced whole: the order of `properties` is that of the fields in an answer, and a refusal has one `body`. */
const whole = ['properties', 'body']
/** Taken as they are where there were none, nulls and all: they are no part of the document. */
const values = ['example', 'value']

/**
 * A JSON merge patch (RFC 7396), as a new value, with two rules of ours: some objects are replaced whole, and an object
 * upon a list changes the items of those names.
 */
export function mergePatch(target: unknown, patch: unknown, root = target): unknown {
  if (!isObject(patch)) return patch
  if (Array.isArray(target)) return mergeItems(target, patch, root)
  const merged: Json = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else if (whole.includes(key) || (values.includes(key) && !(key in merged))) merged[key] = value
    else merged[key] = mergePatch(merged[key], value, root)
  }
  return merged
}

function mergeItems(items: readonly unknown[], patch: Json, root: unknown): unknown[] {
  const names = items.map(item => nameOf(item, root))
  const kept = items.flatMap((item, index) => {
    const name = `${names[index]}`
    if (!Object.hasOwn(patch, name)) return [item]
    // What others refer to as well stays as it is for them.
    return patch[name] === null
      ? []
      : [mergePatch(resolve(root as Document, item as Json), patch[name], root)]
  })
  const added = Object.entries(patch).filter(([name, value]) => value !== null && !names.includes(name))
  return [...kept, ...added.map(([name, value]) => ({ name, ...(value as Json) }))]
}

/** Under these an overlay may name what the contract has not. */
const open =
  /^\/components\/\w+$|\/(responses|headers|content|parameters|examples|tags|x-refusals|x-conduct)$/
/** These may be said of anything. */
const sayable = [
  ...['x-source', 'x-pagination', 'x-ability', 'x-since', 'security', 'headers', 'content', 'schema', 'type'],
  ...['default', 'required', 'anyOf', 'examples', 'requestBody', 'parameters'],
]

/** The first place that a patch names and the target has not: most likely a slip, as overlays replace what is there. */
export function strayPlace(target: unknown, patch: unknown, place = '', root = target): string | undefined {
  if (!isObject(patch)) return undefined
  for (const [key, value] of Object.entries(patch)) {
    if (whole.includes(key) || values.includes(key)) continue
    const here = `${place}/${pointerPart(key)}`
    const found = Array.isArray(target)
      ? target.find(item => nameOf(item, root) === key)
      : isObject(target) && Object.hasOwn(target, key)
        ? target[key]
        : undefined
    if (found === undefined) {
      if (value !== null && (open.test(place) || sayable.includes(key))) continue
      return here
    }
    const stray = strayPlace(
      Array.isArray(target) ? resolve(root as Document, found) : found,
      value,
      here,
      root,
    )
    if (stray) return stray
  }
  return undefined
}

/** Where an overlay words a refusal, sets a switch or tells of an answer, and not what that rests on. */
export function sourceless(patch: unknown, place = ''): string[] {
  if (!isObject(patch)) return []
  return Object.entries(patch).flatMap(([key, value]) => {
    const here = `${place}/${pointerPart(key)}`
    if (!isObject(value) || whole.includes(key)) return []
    const claims = /\/(x-refusals|x-conduct|responses)$/.test(place) && !('$ref' in value)
    return claims ? ('x-source' in value ? [] : [here]) : sourceless(value, here)
  })
}
