import type { Contract } from './contract/contract.ts'
import type { Address } from './lifecycle/address.ts'
import type { Api } from './lifecycle/exchange.ts'
import { keptByText } from './lifecycle/kept.ts'
import type { Params } from './lifecycle/rack.ts'
import { type Target, targetOf } from './lifecycle/target.ts'
import { type Node, type Path, pathsIn, treeOf } from './path_tree.ts'

type Found = Target | 'tooLong' | undefined

/** The paths of an API's contract. */
export interface Paths {
  /** What a method means at an address; nothing where no route takes it, or only too long a parameter would. */
  find(method: string, address: Address): Found
  /** The methods of the path that would be meant, were there the method. */
  allowAt(path: string): readonly string[]
}

const longestParam = 4096

/** How many targets are kept, of about 1 KiB each; worlds share them. */
const keptTargets = { most: 1000, longest: 400 }

/** The segments of a path, but for so many of the first ones; a slash at its end is none. */
function partsOf(path: string, above: number): string[] {
  const parts: string[] = []
  let start = 0
  for (let count = 0; start < path.length; count++) {
    const slash = path.indexOf('/', start)
    const end = slash < 0 ? path.length : slash
    if (count >= above) parts.push(path.slice(start, end))
    start = end + 1
  }
  return parts
}

/**
 * The paths of an API's contract, as a tree by segments: to give each to Fastify as routes of its own takes most of the
 * start. Literals go before parameters. Throws where a path can't be told from another.
 */
export function pathsOf(api: Api, contract: Contract): Paths {
  const { takesAnySuffix, leavesToParameters } = contract.conduct
  // A parameter has no dot where any dot begins a suffix.
  const isBare = api.dotJsonAfterParameter && takesAnySuffix === true
  const paths = pathsIn(contract)
  const root = treeOf(paths)
  const above = api.prefix.split('/').length
  let patterns: { pattern: RegExp; allow: readonly string[] }[] | undefined

  // Of the request that is looked for just now; a path is found at once, and thousands of times a second.
  let verb = ''
  let parts: string[] = []
  let values: string[] = []
  let isTooLong = false

  const endAt = (node: Node | undefined, suffix?: string): Target | undefined => {
    if (!node) return undefined
    for (const { operations, allow, names } of node.ends) {
      const operation = operations.get(verb)
      // A path without parameters is meant as it stands: what it doesn't serve is seldom left to the likes of /projects/:id.
      if (!operation && (names.length > 0 || leavesToParameters)) continue
      const pathParams: Params = {}
      for (let index = 0; index < names.length; index++) pathParams[names[index]!] = values[index]
      // Any other suffix is none: the answer is JSON all the same.
      if (suffix === 'json') pathParams.format = suffix
      return targetOf(allow, operation, pathParams)
    }
    return undefined
  }
  /** Goes on behind a parameter, if it may have this value: to the next segment, or else to the end. */
  const passBy = (node: Node, value: string, next: number, suffix?: string): Target | undefined => {
    if (isBare && !/^[^.]+$/.test(value)) return undefined
    values.push(value)
    const meant = next < parts.length ? seek(node, next) : endAt(node, suffix)
    values.pop()
    if (!meant || value.length <= longestParam) return meant
    isTooLong = true
    return undefined
  }
  const seek = (node: Node, index: number): Target | undefined => {
    const part = parts[index]!
    const { parameter } = node
    const literal = node.literals.get(part)
    const next = index + 1
    const meant =
      next < parts.length ? literal && seek(literal, next) : (endAt(literal) ?? seekSuffixed(node, part))
    return meant ?? (parameter && passBy(parameter, part, next))
  }
  /** A last segment that may end in what is no part of its name. */
  const seekSuffixed = ({ literals, parameter }: Node, part: string): Target | undefined => {
    const dot = takesAnySuffix ? part.indexOf('.') : part.endsWith('.json') ? part.length - 5 : -1
    if (dot < 0) return undefined
    const [stem, suffix] = [part.slice(0, dot), part.slice(dot + 1)]
    if (isBare && !/^[^.]+$/.test(suffix)) return undefined
    const told = takesAnySuffix ? suffix : undefined
    const meant = endAt(literals.get(stem), told)
    return (
      meant ??
      (parameter && api.dotJsonAfterParameter ? passBy(parameter, stem, parts.length, told) : undefined)
    )
  }
  const read = (method: string, path: string): Found => {
    verb = method === 'HEAD' ? 'GET' : method
    parts = partsOf(path, above)
    if (path.includes('%')) parts = parts.map(part => decodeURIComponent(part))
    values = []
    isTooLong = false
    const meant = parts.length > 0 ? seek(root, 0) : undefined
    return meant ?? (isTooLong ? 'tooLong' : undefined)
  }
  const kept = keptByText<Found>(keptTargets)
  const patternOf = ({ path, allow }: Path) => {
    const part = isBare ? '[^/.]+' : '[^/]+'
    const suffix = takesAnySuffix ? '(\\.[^/.]+)?' : '(\\.json)?'
    return { allow, pattern: new RegExp(`^${api.prefix}${path.replace(/{\w+}/g, part)}${suffix}/?$`) }
  }
  return {
    find: (method, { path, query }) => kept(`${method} ${path}?${query}`, () => read(method, path)),
    allowAt: path => {
      patterns ??= paths.map(patternOf)
      return patterns.find(({ pattern }) => pattern.test(path))?.allow ?? []
    },
  }
}
