import type { Contract, Operation } from './contract.ts'
import { type Document, type Response, resolve, type Schema, type Source } from './document.ts'

/** How well something is known: documented by GitLab, observed of its servers, derived from either, or made up. */
export type Known = 'documented' | 'observed' | 'derived' | 'sampled'

/** What kind of knowledge a source is. */
export function knownBy(source: Source): Known {
  const [kind] = source.split(': ')
  const known = { docs: 'documented', observed: 'observed', derived: 'derived', sampled: 'sampled' } as const
  // The build lets no source of any other kind through.
  return known[kind as keyof typeof known]
}

/** What the success of an operation rests on for which there is no behaviour. */
export const sampledSource: Source = 'sampled: made up by the contract'

/**
 * What an operation's answer of a status (or `default`) rests on: as the response says, else (of a success) as the
 * schema of its body does, else as the operation does.
 */
export function sourceOf(
  { document }: Contract,
  { object, success }: Operation,
  status: string,
  behaved = true,
): Source {
  if (!behaved && status === `${success}`) return sampledSource
  const given = object.responses[status] ?? object.responses.default
  const response = given && resolve<Response>(document, given)
  if (response?.['x-source']) return response['x-source']
  if (status !== `${success}`) return ''
  const shown = response?.content?.['application/json']?.schema
  return (shown && sourceOfSchema(document, shown)) ?? object['x-source'] ?? ''
}

function sourceOfSchema(document: Document, given: Schema): Source | undefined {
  const schema = resolve(document, given)
  return schema['x-source'] ?? (schema.items && sourceOfSchema(document, schema.items))
}
