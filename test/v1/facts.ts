// What real servers answered, as tables: each row names a fact, and holds the whole answer.
import type { Test } from 'tap'
import type { Changes, Understudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

/** A fact, the request, what goes along with it, the status, and the body: a text as it is, or JSON with its fields in order. */
export type Fact = readonly [fact: string, request: string, asked: Asked, status: number, body?: unknown]

/** Stands for a token that was made up: so many hexadecimal digits. */
export const madeUp = (digits: number) => `<${digits} digits>`

/** Holds facts one after the other in one world, so that the later ones feel what the earlier ones did. */
export async function holdStory(
  t: Test,
  gitlab: Understudy,
  facts: readonly Fact[],
  given: Changes = {},
): Promise<void> {
  const world = gitlab.world(`story-${++worlds}`)
  world.patch(given)
  for (const fact of facts) await hold(t, world.v1, fact)
}

/** Holds facts, each in a world of its own. */
export async function holdFacts(
  t: Test,
  gitlab: Understudy,
  facts: readonly Fact[],
  given: Changes = {},
): Promise<void> {
  for (const fact of facts) await holdStory(t, gitlab, [fact], given)
}

let worlds = 0

async function hold(t: Test, v1: string, [fact, request, asked, status, body]: Fact): Promise<void> {
  const answer = await ask(v1, request, asked)
  const text = answer.text.replace(/(?<="token":")[0-9a-f]{20,}(?=")/g, it => madeUp(it.length))
  const expected = typeof body === 'string' ? body : JSON.stringify(body)
  if (body === undefined) t.equal(answer.status, status, fact, { text })
  else t.strictSame([answer.status, text], [status, expected], fact)
}

const message = (text: string) => ({ message: text })

export const forbidden = message('403 Forbidden')
export const unauthorized = message('401 Unauthorized')
/** Of a record that was looked up by its id. */
export const notFound = message('404 Not found')
/** Of all else. */
export const nothingThere = message('404 Not Found')
export const notGiven = (attribute: string) => message(`400 (Bad request) "${attribute}" not given`)
/** A Ruby hash as it prints itself, though it is said to be JSON. */
export const failure = '{"message"=>"500 Internal Server Error"}'
