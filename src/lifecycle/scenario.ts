import type { Wording } from '../contract/document.ts'
import type { Exchange } from './exchange.ts'
import { type Answer, type Reason, Refusal, refuse } from './reason.ts'

/** A failure that was asked for, which its answer owns up to. */
export class Forced extends Refusal {
  override message = `${this.problems[0]!.reason}, as asked for`
}

/** A failure that a request asks for by itself, with `Prefer: code=404` or `X-Mock-Scenario: not-found`. */
export function forced(exchange: Exchange): Refusal | undefined {
  const code = preferredCode(exchange.headers.prefer)
  const name = exchange.headers['x-mock-scenario']
  const asked = code ?? (typeof name === 'string' ? name : undefined)
  if (asked === undefined) return undefined
  const known = scenariosOf(exchange.contract.refusals)
  const reason = known.get(asked.toLowerCase())
  return reason
    ? new Forced([{ reason, facts: { allow: exchange.allow.join(', ') } }])
    : refuse('unknownScenario', { asked, known: [...known.keys()].join(', ') })
}

/** A refusal's answer, with the preference named that it follows, if any (RFC 7240). */
export function applied(answer: Answer, refusal: Refusal): Answer {
  if (!(refusal instanceof Forced)) return answer
  return { ...answer, headers: { ...answer.headers, 'Preference-Applied': `code=${answer.status}` } }
}

function preferredCode(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  return /(?:^|[,;])\s*code\s*=\s*"?([^",;\s]*)/i.exec(String(header))?.[1]
}

const known = new WeakMap<object, Map<string, Reason>>()

/**
 * Every scenario of an API: each status by the first reason that has it, each reason by its name in words
 * (`name-taken`); but for those whose wording can't do without facts.
 */
export function scenariosOf(refusals: Readonly<Record<string, Wording>>): Map<string, Reason> {
  const found = known.get(refusals)
  if (found) return found
  const scenarios = new Map<string, Reason>()
  const plain = Object.entries(refusals).filter(([, { body }]) => !/{\w+}/.test(JSON.stringify(body) ?? ''))
  for (const [reason, { status }] of plain) {
    if (!scenarios.has(`${status}`)) scenarios.set(`${status}`, reason as Reason)
  }
  for (const [reason] of plain) {
    scenarios.set(
      reason.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`),
      reason as Reason,
    )
  }
  known.set(refusals, scenarios)
  return scenarios
}
