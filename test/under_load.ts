// Correctness under load: many clients at once, each in a world of its own, read and write by chance. Every answer is held
// against its contract by the server (checkAnswers), and here against a model of the world. What is renamed must show its
// new name wherever it is embedded from then on, in that world and in no other, under whichever host one asks.
import { createUnderstudy } from '../src/index.ts'
import { createChance } from '../src/store/clock.ts'
import { ask } from './ask.ts'
import { type Ask, any, type Client, deeds, settleIn } from './load_deeds.ts'

/** Asks by one of the ways: the world in the path or in a header, this host or another, with or without an ETag. */
const askerOf =
  (client: Client): Ask =>
  async (request, json, as = 'root') => {
    const { gitlab, name } = client
    const byPath = client.chance.fraction() < 0.5
    const host = any(client, [undefined, undefined, 'gitlab.example.com', 'other.example.com:8443'])
    const origin = (host ? `https://${host}` : gitlab.url) + (byPath ? `/w/${name}` : '')
    const key = `${request} ${as} ${origin}`
    const known =
      request.startsWith('GET') && client.chance.fraction() < 0.5 ? client.etags.get(key) : undefined
    const headers: Record<string, string> = {
      ...(byPath ? {} : { 'X-Understudy-World': name }),
      ...(host ? { 'X-Forwarded-Host': host, 'X-Forwarded-Proto': 'https' } : {}),
      ...(known ? { 'If-None-Match': known.headers.get('etag')! } : {}),
    }
    const base = byPath ? gitlab.world(name).v4 : gitlab.v4
    const answer = await ask(base, request, { as: gitlab.tokens[as]!, headers, json })
    client.done.set('requests', (client.done.get('requests') ?? 0) + 1)
    if (answer.status === 304 && known) {
      client.done.set('not modified', (client.done.get('not modified') ?? 0) + 1)
      // What it says of the whole list, whose page is as it was, may be new.
      return { ...known, headers: answer.headers, origin }
    }
    if (request.startsWith('GET') && answer.status === 200 && answer.headers.get('etag'))
      client.etags.set(key, answer)
    return { ...answer, origin }
  }

/** What came of it: how often each deed was done, and every answer that was not as it should be. */
export interface UnderLoad {
  readonly done: ReadonlyMap<string, number>
  readonly faults: readonly string[]
}

/** So many clients do so many deeds each, all at once. */
export async function underLoad(clients: number, deedsOfEach: number, seed = 1): Promise<UnderLoad> {
  await using gitlab = await createUnderstudy({ checkAnswers: true })
  const done = new Map<string, number>()
  const faults: string[] = []
  const weighted = Object.entries(deeds).flatMap(([name, [weight]]) => Array<string>(weight).fill(name))
  const live = async (number: number) => {
    const client: Client = {
      ...{ gitlab, name: `w${number}`, chance: createChance(seed * 10_007 + number), done, faults },
      ...{ model: undefined as never, etags: new Map(), renames: 0 },
    }
    const ask = askerOf(client)
    await settleIn(client, ask)
    for (let count = 0; count < deedsOfEach && faults.length < 20; count++) {
      const deed = any(client, weighted)
      await deeds[deed]![1](client, ask)
      done.set(deed, (done.get(deed) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => live(number)))
  return { done, faults }
}

/** The names of all that is done. */
export const deedNames = Object.keys(deeds)
