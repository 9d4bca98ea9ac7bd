import { type at, resolve } from '../contract/document.ts'
import type { Deed, Exchange } from './exchange.ts'

/**
 * What an operation answers that nobody behaves for: the contract's example, else data made up by its schema, the same
 * for the same operation. The answer says so in a note.
 */
export async function sampled({ contract, operation, notes }: Exchange): Promise<Deed> {
  const { document } = contract
  const response = resolve(document, operation.object.responses[operation.success]!)
  const media = response.content?.['application/json']
  if (!media?.schema) return { kind: 'nothing' }
  notes.push(`nothing behaves for ${operation.id}: this is a sample from its contract`)
  const [named] = Object.values(media.examples ?? {})
  const example = media.example ?? (named && resolve(document, named).value)
  const item = example ?? (await madeUp(document, media.schema))
  return { kind: 'one', item, write: given => given }
}

async function madeUp(document: Parameters<typeof at>[0], schema: object): Promise<unknown> {
  // Both are large, and few servers ever need them.
  const [{ generateSync }, { faker }] = await Promise.all([
    import('json-schema-faker'),
    import('@faker-js/faker/locale/en'),
  ])
  faker.seed(1)
  const whole = { ...schema, components: document.components }
  return generateSync(whole as never, { seed: 1, alwaysFakeOptionals: true, extensions: { faker } } as never)
}
