import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { checkReadable } from '../contract/diff/check.ts'
import { basePathOf, type Change, compareContracts } from '../contract/diff.ts'
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
  const isAlone = before.length === 1 && after.length === 1
  const pairs = before.flatMap(one =>
    after.filter(other => isAlone || isSameApi(one, other)).map(other => [one, other] as const),
  )
  const names = (them: Document[]) => them.map(apiOf).join(', ')
  if (pairs.length === 0)
    throw new Error(`${from} is of ${names(before)}, ${to} of ${names(after)}: nothing to compare`)
  return pairs.flatMap(([one, other]) => {
    const api = apiOf(one.servers?.length ? one : other.servers?.length ? other : one)
    try {
      return compareContracts(one, other).map(change => ({ api, ...change }))
    } catch (error) {
      throw new Error(`${from} and ${to} can't be compared: ${(error as Error).message}`)
    }
  })
}

/** Two documents are of one API where their servers have it at one path, or, where one names none, by their titles. */
function isSameApi(one: Document, other: Document): boolean {
  const [bases, others] = [one, other].map(({ servers = [] }) => servers.map(basePathOf))
  if (bases!.length === 0 || others!.length === 0) return one.info.title === other.info.title
  return bases!.some(base => others!.includes(base))
}

const apiOf = ({ servers: [server] = [], info }: Document) => (server ? basePathOf(server) : info.title)

/** The documents of one side. */
const documentsOf = (side: string): Document[] =>
  profiles.includes(side as Profile)
    ? [
        readDocument(fileURLToPath(builtFile('v4', side as Profile)), 'run "npm run build"'),
        readDocument(fileURLToPath(builtFile('v1', side as Profile)), 'run "npm run build"'),
      ]
    : [readDocument(side, `a side is ${profiles.join(', ')}, or a JSON or YAML file`)]

function readDocument(file: string, advice: string): Document {
  try {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    const document: unknown = /\.ya?ml$/i.test(file) ? parseYaml(text) : JSON.parse(text)
    checkReadable(document)
    return { components: {}, 'x-refusals': {}, 'x-conduct': {}, ...document } as Document
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new Error(`${file}: is not there (${advice})`)
    throw new Error(`${file}: ${code === 'EISDIR' ? 'is a folder' : message.replaceAll(/\s+/g, ' ')}`)
  }
}

/** A whole document of YAML. Only who compares one waits for the parser. */
function parseYaml(text: string): unknown {
  const { parse } = createRequire(import.meta.url)('yaml') as typeof import('yaml')
  try {
    // A list of failures may well be named in each of hundreds of operations.
    return parse(text, { merge: true, maxAliasCount: -1, logLevel: 'error' })
  } catch (error) {
    // Below it are the lines in question.
    throw new Error((error as Error).message.split(':\n')[0])
  }
}

/** Changes for people: what breaks clients first, a line each, and how many of both kinds there are. */
export function comparisonText(changes: readonly ApiChange[]): string {
  const apis = [...new Set(changes.map(({ api }) => api))]
  const broken = changes.filter(({ breaking }) => breaking)
  // A reworded failure is what most clients feel, and what they find last.
  const ordered = apis.flatMap(name => {
    const own = broken.filter(({ api }) => api === name)
    return [...own.filter(isOfRefusal), ...own.filter(change => !isOfRefusal(change))]
  })
  const others = changes.filter(({ breaking }) => !breaking)
  const lines = [...ordered, ...others].map(
    ({ breaking, api, place, what }) => `${breaking ? 'breaking' : 'other   '}  ${api} ${place}: ${what}\n`,
  )
  return `${lines.join('')}${broken.length} breaking, ${others.length} other\n`
}

const isOfRefusal = ({ place }: Change) => place.startsWith('x-refusals: ')
