import fc from 'fast-check'
import t from 'tap'
import { ManyIds } from '../src/store/ids.ts'

/** Some that stand close together, so that pieces are cut, and used up. */
const deed = fc.record({
  adds: fc.boolean(),
  ids: fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 400 }),
  copies: fc.boolean(),
  from: fc.nat({ max: 3000 }),
  many: fc.nat({ max: 1500 }),
})

t.test('many ids are what a plain list would be, and copies go their own ways', t => {
  const start = Array.from({ length: 1500 }, (_, place) => 2 * place + 1)
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), deeds => {
      let ids = ManyIds.of(start)
      let model = [...start]
      const kept: { ids: ManyIds; model: number[] }[] = []
      for (const { adds, ids: some, copies, from, many } of deeds) {
        if (copies) {
          kept.push({ ids, model: [...model] })
          ids = ids.copy()
        }
        for (const id of new Set(some)) {
          const isThere = model.includes(id)
          if (adds === isThere) continue
          if (adds) ids.add(id, other => other < id)
          else ids.take(other => other < id)
          model = adds ? [...model, id].sort((one, other) => one - other) : model.filter(it => it !== id)
        }
        const [cut, meant] = [ids.slice(from, from + many), model.slice(from, from + many)]
        if (ids.length !== model.length || `${cut}` !== `${meant}`) return false
      }
      return [...kept, { ids, model }].every(it => `${it.ids.slice()}` === `${it.model}`)
    }),
    { numRuns: 40 },
  )
  t.pass()
  t.end()
})
