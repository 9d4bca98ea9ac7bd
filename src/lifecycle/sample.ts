import type { Contract, Operation } from '../contract/contract.ts'
import { type Document, resolve, type Schema } from '../contract/document.ts'
import type { Deed, Exchange } from './exchange.ts'

/**
 * What an operation answers that nobody behaves for: the contract's example, else data made up by its schema, the same
 * for the same operation. The answer says so in a note.
 */
export async function sampled({ contract, operation, notes }: Exchange): Promise<Deed> {
  const { document } = contract
  if (!operation.answer) {
    notes.push(`nothing behaves for ${operation.id}: nothing was done`)
    return { kind: 'nothing' }
  }
  notes.push(`nothing behaves for ${operation.id}: this is a sample from its contract`)
  const item = exampleOf(contract, operation) ?? (await madeUp(document, operation.answer))
  return { kind: 'one', item, write: () => JSON.stringify }
}

/** The first example of an operation's success, if its contract has one. */
export function exampleOf({ document }: Contract, { object, success }: Operation): unknown {
  const media = resolve(document, object.responses[success]!).content?.['application/json']
  const [named] = Object.values(media?.examples ?? {})
  return media?.example ?? (named && resolve(document, named).value)
}

/** Below this depth of a schema the generator makes up what keeps no schema; no contract of ours is as deep. */
const maxDepth = 50

async function madeUp(document: Document, schema: Schema): Promise<unknown> {
  // Few servers ever need it.
  const { generateSync } = await import('json-schema-faker')
  const whole = { ...schema, components: document.components }
  return generateSync(whole as never, { seed: 1, alwaysFakeOptionals: true, maxDepth })
}
