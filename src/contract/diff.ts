import { isDeepStrictEqual } from 'node:util'
import { compareAnswers } from './diff/answers.ts'
import { type Change, deprecation, listed, type Sides } from './diff/change.ts'
import { verbs } from './diff/check.ts'
import { compareRefusals } from './diff/refusals.ts'
import { type Called, compareRequests } from './diff/requests.ts'
import { compareSchemes, compareSecurity } from './diff/security.ts'
import { type Document, type OperationObject, pointerPart } from './document.ts'

export type { Change } from './diff/change.ts'

/** What a client would feel if the first contract became the second, in the order of the documents. */
export function compareContracts(from: Document, to: Document): Change[] {
  const sides: Sides = { from, to, compared: new Set() }
  const [before, after] = [operationsOf(from), operationsOf(to)]
  const changes = compareBases(from, to)
  for (const [key, operation] of before) {
    const other = after.get(key)
    if (other) changes.push(...compareOperations(sides, operation, other))
    else changes.push({ breaking: true, place: operation.place, what: 'is gone' })
  }
  for (const [key, { place }] of after)
    if (!before.has(key)) changes.push({ breaking: false, place, what: 'is new' })
  changes.push(
    ...compareSchemes(from, to),
    ...compareRefusals(from['x-refusals'], to['x-refusals']),
    ...compareConduct(from, to),
  )
  // Alternatives of one place may change alike.
  return [...new Map(changes.map(change => [JSON.stringify(change), change])).values()]
}

/** Operations by method and path, whatever the parameters in the path are called. */
function operationsOf({ paths }: Document): Map<string, Called> {
  const operations = new Map<string, Called>()
  for (const [path, item] of Object.entries(paths)) {
    for (const method of verbs) {
      const object = item[method]
      if (!object) continue
      const verb = method.toUpperCase()
      const pointer = `/paths/${pointerPart(path)}/${method}`
      const pathNames = [...path.matchAll(/{(.+?)}/g)].map(([, name]) => name!)
      operations.set(`${verb} ${path.replaceAll(/{.+?}/g, '{}')}`, {
        place: `${verb} ${path}`,
        pointer,
        pathNames,
        object,
      })
    }
  }
  return operations
}

function compareOperations(sides: Sides, from: Called, to: Called): Change[] {
  const { place } = from
  const [before, after] = [from.object, to.object]
  return [
    ...compareSecurity(
      place,
      before.security ?? sides.from.security ?? [],
      after.security ?? sides.to.security ?? [],
    ),
    ...compareRequests(sides, from, to),
    ...compareAnswers(sides, place, before.responses, after.responses),
    ...compareFeatures(place, before, after),
  ]
}

/** What our own extensions say of an operation. */
function compareFeatures(place: string, from: OperationObject, to: OperationObject): Change[] {
  const [was, is] = [from['x-pagination'] ?? [], to['x-pagination'] ?? []]
  const gone = was.filter(way => !is.includes(way))
  const added = is.filter(way => !was.includes(way))
  const [old, isOld] = [from, to].map(it => (it as { deprecated?: boolean }).deprecated === true)
  const changes: Change[] = deprecation(old, isOld).map(what => ({ breaking: false, place, what }))
  if (gone.length > 0)
    changes.push({ breaking: true, place, what: `can no longer be paged by ${listed(gone)}` })
  // Who took the first page for the whole list would miss the rest.
  if (added.length > 0 && was.length === 0)
    changes.push({ breaking: true, place, what: 'is answered in pages now' })
  else if (added.length > 0)
    changes.push({ breaking: false, place, what: `can be paged by ${listed(added)} now` })
  const [could, can] = [from['x-ability'] ?? 'none', to['x-ability'] ?? 'none']
  if (could !== can)
    changes.push({ breaking: false, place, what: `needs the ability ${can} now, not ${could}` })
  return changes
}

/** Where a server has the API, apart from the host. */
export const basePathOf = ({ url }: { url: string }): string =>
  url.replace(/^[^/]*\/\/[^/]*/, '').replace(/\/+$/, '') || '/'

/** Where the API is: paths that one document has before all of its own. */
function compareBases(from: Document, to: Document): Change[] {
  if (!from.servers?.length || !to.servers?.length) return []
  const [was, is] = [from, to].map(({ servers = [] }) => servers.map(basePathOf))
  const gone = was!.filter(base => !is!.includes(base))
  const what = `is at ${listed(is!)} now, no longer at ${listed(gone)}`
  return gone.length > 0 ? [{ breaking: true, place: 'servers', what }] : []
}

/** What servers do beyond what can be read off their answers; whether that hurts depends on the client. */
function compareConduct(from: Document, to: Document): Change[] {
  const [before, after] = [from, to].map(
    document => (document['x-conduct'] as Record<string, unknown> | undefined) ?? {},
  )
  return Object.keys({ ...before, ...after }).flatMap(name => {
    const [was, is] = [before, after].map(switches => settingOf(switches?.[name]))
    if (isDeepStrictEqual(was, is)) return []
    const words = (value: unknown) =>
      typeof value === 'boolean' ? (value ? 'on' : 'off') : JSON.stringify(value)
    const what = `is ${words(is)} now, not ${words(was)}`
    return [{ breaking: false, place: `x-conduct: ${name}`, what }]
  })
}

/** A switch says its value outright, or beside what that rests on; off is what is not told. */
const settingOf = (given: unknown): unknown =>
  typeof given === 'object' && given !== null && 'value' in given ? given.value : (given ?? false)
