import type { Exchange } from '../lifecycle/exchange.ts'
import type { Answer } from '../lifecycle/reason.ts'
import { Refusal } from '../lifecycle/reason.ts'

export const logLevels = ['silent', 'error', 'info'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * A journal that writes a line per request for people, such as
 * `403 DELETE /api/v4/projects/1/pipelines/46 deleteProjectPipeline maintainer: forbidden`; the server's own failures
 * with all that is known of them. Queries are left out: they may hold tokens.
 */
export function createJournal(level: LogLevel, write: (text: string) => void) {
  return (exchange: Exchange, answer: Answer, outcome: unknown): void => {
    if (level === 'silent') return
    const failed = outcome !== undefined && !(outcome instanceof Refusal)
    const line = lineOf(exchange, answer)
    if (failed) write(`${line}: ${outcome instanceof Error ? outcome.stack : String(outcome)}\n`)
    else if (level === 'info')
      write(`${line}${outcome instanceof Refusal ? `: ${oneLine(outcome.message)}` : ''}\n`)
  }
}

/** What a client sent must not look like lines of ours. */
const oneLine = (text: string) => text.replace(/\p{Cc}/gu, '?')

function lineOf({ method, address, operation, caller, notes }: Exchange, { status }: Answer): string {
  const parts = [status, method, address.prefix + address.path, operation.id, caller?.label ?? 'anonymous']
  const line = parts.filter(part => part !== '').join(' ')
  return line + (notes.length === 0 ? '' : ` (${oneLine(notes.join('; '))})`)
}
