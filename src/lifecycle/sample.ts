import { type Document, resolve, type Schema } from '../contract/document.ts'
import type { Deed, Exchange } from './exchange.ts'

/**
 * What an operation answers that nobody behaves for: the contract's example, else data made up by its schema, the same
 * for the same operation. The answer says so in a note.
 */
export async function sampled({ contract, operation, notes }: Exchange): Promise<Deed> {
  const { document } = contract
  const response = resolve(document, operation.object.responses[operation.success]!)
  const media = response.content?.['application/json']
  if (!media?.schema) {
    notes.push(`nothing behaves for ${operation.id}: nothing was done`)
    return { kind: 'nothing' }
  }
  notes.push(`nothing behaves for ${operation.id}: this is a sample from its contract`)
  const [named] = Object.values(media.examples ?? {})
  const example = media.example ?? (named && resolve(document, named).value)
  const item = example ?? (await madeUp(document, media.schema))
  return { kind: 'one', item, write: given => given }
}

/** Below this depth of a schema the generator makes up what keeps no schema; no contract of ours is as deep. */
const maxDepth = 50

async function madeUp(document: Document, schema: Schema): Promise<unknown> {
  // Few servers ever need it.
  const { generateSync } = await import('json-schema-faker')
  const whole = { ...schema, components: document.components }
  return generateSync(whole as never, { seed: 1, alwaysFakeOptionals: true, maxDepth })
}
