import type { Contract } from '../contract/contract.ts'
import { type Known, knownBy, sourceOf } from '../contract/source.ts'
import type { Api } from '../lifecycle/exchange.ts'

/** One thing that an understudy does, and what that rests on. */
export interface Entry {
  readonly api: string
  /** An answer by operationId and status, a refusal by its reason, or a switch of the contract's conduct. */
  readonly of: 'answer' | 'refusal' | 'switch'
  readonly name: string
  /** Of an answer or a refusal; `default` stands for all statuses that an operation doesn't name. */
  readonly status?: string
  readonly known: Known
  readonly source: string
}

/** All that is known of an API: every answer of every operation, every refusal, every switch. */
export function ledgerOf({ name: api, behaviours }: Api, contract: Contract): Entry[] {
  const { operations, refusals, document } = contract
  const entry = (of: Entry['of'], name: string, source: string, status?: string): Entry => ({
    api,
    of,
    name,
    ...(status === undefined ? {} : { status }),
    known: knownBy(source),
    source: source.replace(/^\w+: /, ''),
  })
  const answers = [...operations.values()].flatMap(operation =>
    Object.keys(operation.object.responses).map(status => {
      const source = sourceOf(contract, operation, status, operation.id in behaviours)
      return entry('answer', operation.id, source, status)
    }),
  )
  return [
    ...answers,
    ...Object.entries(refusals).map(([reason, wording]) =>
      entry('refusal', reason, wording['x-source'], `${wording.status}`),
    ),
    ...Object.entries(document['x-conduct']).map(([name, set]) => entry('switch', name, set['x-source'])),
  ]
}

/** A ledger for people: a line per entry, its columns aligned. */
export function ledgerText(entries: readonly Entry[]): string {
  const rows = entries.map(({ api, of, name, status = '', known, source }) => [
    ...[api, of, name, status, known, source],
  ])
  const widths = [0, 1, 2, 3, 4].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return rows.map(row => `${line(row).trimEnd()}\n`).join('')
}
