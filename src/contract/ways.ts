import type { Requirement } from './document.ts'

/** One way of showing who asks: schemes that must all be answered, and the sets of scopes of which one must be reached. */
export interface Way {
  readonly schemes: readonly string[]
  readonly scopes: readonly (readonly string[])[]
}

/** The ways that requirements tell, in their order; those that differ in nothing but scopes are one. */
export function waysOf(requirements: readonly Requirement[]): Way[] {
  const ways = new Map<string, { schemes: string[]; scopes: string[][] }>()
  for (const requirement of requirements) {
    const schemes = Object.keys(requirement)
    if (schemes.length === 0) continue
    const key = schemes.join()
    const way = ways.get(key) ?? { schemes, scopes: [] }
    way.scopes.push(Object.values(requirement).flat())
    ways.set(key, way)
  }
  return [...ways.values()]
}

/** Whether requirements let in who shows nothing. */
export const isOpen = (requirements: readonly Requirement[]): boolean =>
  requirements.length === 0 || requirements.some(it => Object.keys(it).length === 0)
