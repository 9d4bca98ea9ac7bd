import { readFileSync } from 'node:fs'
import { type FaultName, faultNames } from './faults.ts'
import type { Pattern } from './pattern.ts'
import type { Reason } from './reason.ts'

/** What an armed scenario answers; a fault or headers alone leave the answer as it would be, and spoil its way to the client. */
export interface Wanted {
  /** A status, in the API's words … */
  readonly code?: number
  /** … or a reason by name, as it is thrown or in words: `nameTaken`, `name-taken` … */
  readonly reason?: Reason | (string & {})
  /** … or an answer of one's own. */
  readonly status?: number
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown
  /** Put over those that the answer would have. */
  readonly headers?: Readonly<Record<string, string>>
  readonly fault?: FaultName
  /** Milliseconds that a slow fault takes, or that any answer waits. */
  readonly delay?: number
}

/** Which requests a scenario is for, what they get, and how often. */
export interface Arming extends Pattern {
  readonly name?: string
  readonly api?: 'v1' | 'v4'
  readonly answer: Wanted
  /** How many requests get it; all, where it isn't told. */
  readonly times?: number
  /** How many are let through before. */
  readonly after?: number
  /** Only each n-th of those that remain. */
  readonly every?: number
  /** How likely each of those gets it, from 0 to 1; drawn from the seed. */
  readonly probability?: number
}

/**
 * The scenarios that a text tells: `operation=answer` with commas between, the answer a status, a reason or a fault by
 * name, `v1:` before the operation where both APIs have one of its name, `*2` at the end for two requests; or those in
 * a JSON file, a list of armings. Throws where it makes no sense.
 */
export function armingsOf(text: string): readonly Arming[] {
  if (text === '') return []
  return text.endsWith('.json') ? armingsIn(text) : text.split(',').map(armingOf)
}

function armingOf(part: string): Arming {
  const [, api, operation, asked, times] =
    /^\s*(?:(v1|v4):)?(\w+)=([\w-]+)(?:\*([1-9]\d{0,5}))?\s*$/.exec(part) ?? []
  if (operation === undefined || asked === undefined)
    throw new Error(`has "${part}", which is no operation=answer such as createProjectPipeline=409*2`)
  return {
    ...(api === undefined ? {} : { api: api as 'v1' | 'v4' }),
    operation,
    answer: wantedBy(asked),
    ...(times === undefined ? {} : { times: Number(times) }),
  }
}

/** What a word asks for. */
function wantedBy(asked: string): Wanted {
  if (/^\d+$/.test(asked)) return { code: Number(asked) }
  const fault = faultNames.find(name => name === asked)
  return fault ? { fault } : { reason: asked }
}

function armingsIn(file: string): readonly Arming[] {
  const read = (): unknown => {
    try {
      return JSON.parse(readFileSync(file, 'utf8'))
    } catch (error) {
      throw new Error(`can't be read: ${(error as Error).message}`)
    }
  }
  const armings = read()
  if (!Array.isArray(armings)) throw new Error('is no list of scenarios')
  return armings
}
