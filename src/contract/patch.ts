type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A JSON merge patch (RFC 7396), as a new value, with one rule of ours: `properties` are replaced whole, because
 * their order is the order in which an answer shows its fields.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Json = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = key === 'properties' ? value : mergePatch(merged[key], value)
  }
  return merged
}

/**
 * The first place that a patch names and the target has not: most likely a slip, as overlays replace what is there.
 * Only a further response may be added, and an example be told in other words.
 */
export function strayPlace(target: unknown, patch: unknown, place = ''): string | undefined {
  if (!isObject(patch)) return undefined
  for (const [key, value] of Object.entries(patch)) {
    if (key === 'properties' || key === 'value') continue
    const here = `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!isObject(target) || !Object.hasOwn(target, key)) {
      if (place.endsWith('/responses') && value !== null) continue
      return here
    }
    const stray = strayPlace(target[key], value, here)
    if (stray) return stray
  }
  return undefined
}
