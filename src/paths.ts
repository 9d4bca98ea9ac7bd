import type { Contract, Operation } from './contract/contract.ts'
import type { Api } from './lifecycle/exchange.ts'
import type { Params } from './lifecycle/rack.ts'
import { type Node, type Path, pathsIn, treeOf } from './path_tree.ts'

/** What a request means: an operation, or a path that has none for its method. */
interface Meant {
  readonly allow: readonly string[]
  readonly operation: Operation | undefined
  /** What the path named; a suffix that may be any is told too. */
  readonly params: Params
}

/** The paths of an API's contract. */
export interface Paths {
  /** What a method and a path, as it was sent, mean; nothing where no route takes them, or only too long a parameter would. */
  find(method: string, sent: string): Meant | 'tooLong' | undefined
  /** The methods of the path that would be meant, were there the method. */
  allowAt(path: string): readonly string[]
}

const longestParam = 4096

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

  const find: Paths['find'] = (method, sent) => {
    const parts = sent.replace(/\/$/, '').split('/').slice(above).map(decoded)
    const last = parts.length - 1
    const values: string[] = []
    const verb = method === 'HEAD' ? 'GET' : method
    let isTooLong = false

    const endAt = (node: Node | undefined, suffix?: string): Meant | undefined => {
      for (const { operations, allow, names } of node?.ends ?? []) {
        const operation = operations.get(verb)
        // A path without parameters is meant as it stands: what it doesn't serve is seldom left to the likes of /projects/:id.
        if (!operation && (names.length > 0 || leavesToParameters)) continue
        const params: Params = Object.fromEntries(names.map((name, index) => [name, values[index]]))
        if (suffix !== undefined) params.suffix = suffix
        return { allow, operation, params }
      }
      return undefined
    }
    const withValue = (value: string, then: () => Meant | undefined): Meant | undefined => {
      if (isBare && !/^[^.]+$/.test(value)) return undefined
      values.push(value)
      const meant = then()
      values.pop()
      if (!meant || value.length <= longestParam) return meant
      isTooLong = true
      return undefined
    }
    const seek = (node: Node, at: number): Meant | undefined => {
      const part = parts[at]!
      const { parameter } = node
      const literal = node.literals.get(part)
      if (at < last) {
        const meant = literal && seek(literal, at + 1)
        return meant ?? (parameter && withValue(part, () => seek(parameter, at + 1)))
      }
      const [stem, suffix] = cut(part)
      const isSuffixed = stem !== undefined && (!isBare || /^[^.]+$/.test(suffix!))
      const told = takesAnySuffix ? suffix : undefined
      return (
        endAt(literal) ??
        (isSuffixed ? endAt(node.literals.get(stem), told) : undefined) ??
        (isSuffixed && parameter && api.dotJsonAfterParameter
          ? withValue(stem, () => endAt(parameter, told))
          : undefined) ??
        (parameter && withValue(part, () => endAt(parameter)))
      )
    }
    return last < 0 ? undefined : (seek(root, 0) ?? (isTooLong ? 'tooLong' : undefined))
  }
  /** A segment before its suffix, and that without its dot. */
  const cut = (part: string): [] | [string, string] => {
    const dot = takesAnySuffix ? part.indexOf('.') : part.length - '.json'.length
    return dot < 0 || (!takesAnySuffix && !part.endsWith('.json'))
      ? []
      : [part.slice(0, dot), part.slice(dot + 1)]
  }
  const patternOf = ({ path, allow }: Path) => {
    const part = isBare ? '[^/.]+' : '[^/]+'
    const suffix = takesAnySuffix ? '(\\.[^/.]+)?' : '(\\.json)?'
    return { allow, pattern: new RegExp(`^${api.prefix}${path.replace(/{\w+}/g, part)}${suffix}/?$`) }
  }
  return {
    find,
    allowAt: path => {
      patterns ??= paths.map(patternOf)
      return patterns.find(({ pattern }) => pattern.test(path))?.allow ?? []
    },
  }
}

const decoded = (part: string) => (part.includes('%') ? decodeURIComponent(part) : part)
