import { readFileSync } from 'node:fs'
import { type Change, compareContracts } from '../contract/diff.ts'
import type { Document } from '../contract/document.ts'
import { builtFile, type Profile, profiles } from '../contract/load.ts'

/** A change, and the API that changes: `/api/v4`. */
export interface ApiChange extends Change {
  readonly api: string
}

/**
 * What clients would feel between two sides, each the name of a profile (both APIs) or a file with an OpenAPI document
 * (one of them). Throws where a side can't be read, or where the two have no API in common.
 */
export function compare(from: string, to: string): ApiChange[] {
  const [before, after] = [documentsOf(from), documentsOf(to)]
  const shared = [...before.keys()].filter(api => after.has(api))
  if (shared.length === 0)
    throw new Error(`${from} is of ${[...before.keys()]}, ${to} of ${[...after.keys()]}: nothing to compare`)
  return shared.flatMap(api =>
    compareContracts(before.get(api)!, after.get(api)!).map(change => ({ api, ...change })),
  )
}

/** The documents of one side, by where their server says that the API is. */
function documentsOf(side: string): Map<string, Document> {
  const files = profiles.includes(side as Profile)
    ? [builtFile('v4', side as Profile), builtFile('v1', side as Profile)]
    : [side]
  return new Map(
    files.map(file => {
      const document = readDocument(file)
      const url = document.servers?.[0]?.url ?? ''
      return [url.replace(/^https?:\/\/[^/]*/, '') || document.info.title, document]
    }),
  )
}

function readDocument(file: string | URL): Document {
  let document: Partial<Document>
  try {
    document = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message} (a side is ${profiles.join(', ')}, or a JSON file)`)
  }
  if (!document?.openapi || !document.info || !document.paths)
    throw new Error(`${file}: is no OpenAPI document (openapi, info and paths are asked for)`)
  return { components: {}, 'x-refusals': {}, 'x-conduct': {}, ...document } as Document
}

/** Changes for people: what breaks clients first, a line each, and how many of both kinds there are. */
export function comparisonText(changes: readonly ApiChange[]): string {
  const lines = [true, false].flatMap(wanted =>
    changes
      .filter(({ breaking }) => breaking === wanted)
      .map(({ api, place, what }) => `${wanted ? 'breaking' : 'fine    '}  ${api} ${place}: ${what}\n`),
  )
  const broken = changes.filter(({ breaking }) => breaking).length
  return `${lines.join('')}${broken} breaking, ${changes.length - broken} other\n`
}
