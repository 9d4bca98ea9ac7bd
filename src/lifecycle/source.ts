import { sourceOf } from '../contract/source.ts'
import type { Exchange } from './exchange.ts'
import { Refusal } from './reason.ts'

/** What an answer rests on, for whoever asks with `Prefer: source`: its reason's source, else its operation's. */
export function sourceHeaders(exchange: Exchange, status: number, outcome: unknown) {
  const { prefer } = exchange.headers
  if (prefer === undefined || !/(?:^|[,;])\s*source\s*(?:$|[,;])/i.test(String(prefer))) return undefined
  const { contract, operation, api } = exchange
  const reason = outcome instanceof Refusal ? outcome.problems[0]!.reason : undefined
  const ofReason = reason && contract.refusals[reason]?.['x-source']
  const ofOperation = sourceOf(contract, operation, `${status}`, operation.id in api.behaviours)
  return { 'X-Understudy-Source': ofReason ?? ofOperation }
}
