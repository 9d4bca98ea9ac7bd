import { STATUS_CODES } from 'node:http'
import type { Wording } from '../contract/document.ts'
import type { Answer, Reason } from './reason.ts'

/** A failure that no wording is for, in the form of those that there are. */
export function plainFailure(asked: string): Answer | undefined {
  const phrase = /^[45]\d\d$/.test(asked) ? STATUS_CODES[asked] : undefined
  if (!phrase) return undefined
  const body = JSON.stringify({ message: `${asked} ${phrase}` })
  return { status: Number(asked), headers: {}, type: 'application/json', body }
}

const inWords = (reason: string) => reason.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

/** The reason that a word asks for: a status, or its name, in words or as it is thrown. */
export function reasonBy(refusals: Readonly<Record<string, Wording>>, word: string): Reason | undefined {
  const scenarios = scenariosOf(refusals)
  return scenarios.get(word.toLowerCase()) ?? scenarios.get(inWords(word))
}

const known = new WeakMap<object, Map<string, Reason>>()

/** Every scenario of an API: each status by the first reason that has it, each reason by its name in words (`name-taken`). */
export function scenariosOf(refusals: Readonly<Record<string, Wording>>): Map<string, Reason> {
  const found = known.get(refusals)
  if (found) return found
  const scenarios = new Map<string, Reason>()
  const reasons = Object.keys(refusals).filter(reason => reason !== 'unknownScenario') as Reason[]
  // What needs no facts says best what a status is about.
  const plain = reasons.filter(reason => !/{\w+}/.test(JSON.stringify(refusals[reason]!.body) ?? ''))
  for (const reason of [...plain, ...reasons]) {
    const { status } = refusals[reason]!
    if (!scenarios.has(`${status}`)) scenarios.set(`${status}`, reason)
  }
  for (const reason of reasons) scenarios.set(inWords(reason), reason)
  known.set(refusals, scenarios)
  return scenarios
}

/** Whether a status can be forced in an API. */
export const isForcible = (refusals: Readonly<Record<string, Wording>>, code: number): boolean =>
  scenariosOf(refusals).has(`${code}`) || plainFailure(`${code}`) !== undefined
