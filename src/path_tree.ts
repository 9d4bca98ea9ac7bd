import type { Contract, Operation } from './contract/contract.ts'

/** A path of a contract: what its methods do. */
export interface Path {
  readonly path: string
  readonly operations: ReadonlyMap<string, Operation>
  readonly allow: readonly string[]
  /** What its parameters are called, from left to right. */
  readonly names: readonly string[]
}

/** A segment of paths, and what may follow. */
export interface Node {
  readonly literals: Map<string, Node>
  parameter?: Node
  readonly ends: Path[]
}

const newNode = (): Node => ({ literals: new Map(), ends: [] })

/** The paths of a contract; those without parameters come first, as they are meant before `/projects/:id` is. */
export function pathsIn(contract: Contract): Path[] {
  const paths = new Map<string, Map<string, Operation>>()
  for (const operation of contract.operations.values()) {
    const methods = paths.get(operation.path) ?? new Map<string, Operation>()
    paths.set(operation.path, methods.set(operation.method, operation))
  }
  const made = [...paths].map(([path, operations]) => ({
    path,
    operations,
    allow: allowed([...operations.keys()], contract),
    names: [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name!),
  }))
  return made.sort((one, other) => Number(one.names.length > 0) - Number(other.names.length > 0))
}

/** The tree that starts behind the API's prefix. Throws where a path can't be told from another. */
export function treeOf(paths: readonly Path[]): Node {
  const root = newNode()
  for (const path of paths) {
    let node = root
    for (const part of path.path.split('/').slice(1)) {
      if (/^{\w+}$/.test(part)) {
        node = node.parameter ??= newNode()
        continue
      }
      if (part.includes('{')) throw new Error(`${path.path}: a parameter must be a segment of its own`)
      let next = node.literals.get(part)
      if (!next) node.literals.set(part, (next = newNode()))
      node = next
    }
    const same = node.ends.find(({ operations }) =>
      [...operations.keys()].some(it => path.operations.has(it)),
    )
    if (same) throw new Error(`${path.path} can't be told from ${same.path}`)
    node.ends.push(path)
  }
  return root
}

function allowed(methods: readonly string[], { conduct }: Contract): string[] {
  if (conduct.allowsOptions) return ['OPTIONS', ...methods, ...(methods.includes('GET') ? ['HEAD'] : [])]
  return methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}
