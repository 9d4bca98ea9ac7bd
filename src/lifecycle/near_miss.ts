import type { Contract } from '../contract/contract.ts'
import type { Api } from './exchange.ts'
import { nearestPaths } from './nearest.ts'

const methodsOf = new WeakMap<Contract, Map<string, string[]>>()

/**
 * What a request that no operation took most likely meant, the nearest first: `GET /projects/{id}/pipelines`; with the
 * API's prefix where it left that out.
 */
export function meantBy(api: Api, contract: Contract, method: string, path: string): string[] {
  let methods = methodsOf.get(contract)
  if (!methods) {
    methods = new Map()
    for (const { method, path } of contract.operations.values())
      methods.set(path, [...(methods.get(path) ?? []), method])
    methodsOf.set(contract, methods)
  }
  const isInside = path.startsWith(`${api.prefix}/`)
  // Of an API of another number, it is the number that is wrong.
  const asked = isInside ? path.slice(api.prefix.length) : path.replace(/^\/api(\/v\d+)?(?=\/)/, '')
  const prefix = isInside ? '' : api.prefix
  const meant = method === 'HEAD' ? 'GET' : method
  const serves = (near: string) => methods.get(near)!.includes(meant)
  return nearestPaths(asked, methods.keys())
    .sort((one, other) => Number(serves(other)) - Number(serves(one)))
    .map(near => `${serves(near) ? meant : methods.get(near)![0]} ${prefix}${near}`)
}
