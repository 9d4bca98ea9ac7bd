// What is taken for evident without Ajv: never what Ajv would refuse.
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import type { Document, Schema } from '../src/contract/document.ts'
import { evidence } from '../src/contract/evident.ts'

const document = {
  components: { schemas: { Whole: { type: 'integer', minimum: 2 } } },
} as unknown as Document

const names = ['integer', 'number', 'string', 'boolean', 'null', 'array', 'object'] as const
const plain = fc.record<Schema>(
  {
    type: fc.oneof(fc.constantFrom(...names), fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 })),
    enum: fc.uniqueArray(fc.constantFrom('a', 'b', 1, 2, true, null), { minLength: 1 }),
    maxLength: fc.nat(4),
    minimum: fc.integer({ min: -3, max: 3 }),
    maximum: fc.integer({ min: -3, max: 3 }),
    format: fc.constantFrom('date'),
    title: fc.string(),
  },
  { requiredKeys: ['type'] },
)
const schemas = fc.oneof(
  plain,
  fc.constant<Schema>({ $ref: '#/components/schemas/Whole' }),
  fc.tuple(plain, plain).map(([list, items]): Schema => ({ ...list, items })),
)
const scalars = fc.constantFrom('', 'a', 'ab', '😀😀😀', 0, 1, 2, -3, 1.5, Number.NaN, true, false, null)
const values = fc.oneof(scalars, fc.array(scalars, { maxLength: 3 }), fc.constant({}))

t.test('what is evident holds for Ajv too', async t => {
  const ajv = new Ajv2020({ strict: false, formats: { date: /^\d{4}-\d\d-\d\d$/ } })
  ajv.addSchema(document, 'document')
  let evident = 0
  fc.assert(
    fc.property(schemas, values, (schema, value) => {
      if (!evidence(document, schema)(value)) return
      evident++
      const validate = ajv.compile(schema.$ref ? { $ref: `document${schema.$ref}` } : schema)
      if (!validate(value)) throw new Error(`${JSON.stringify(value)} is taken for ${JSON.stringify(schema)}`)
    }),
    { numRuns: 10_000 },
  )
  t.ok(evident > 100, 'often enough to tell', { evident })
})

t.test(
  'types, choices, bounds, lengths and lists are evident; formats, patterns and alternatives are not',
  async t => {
    const holds = (schema: Schema, value: unknown) => evidence(document, schema)(value)
    t.ok(holds({ type: 'integer', minimum: 1, maximum: 3 }, 3))
    t.ok(holds({ type: ['string', 'null'], maxLength: 2, default: 'x' }, 'ab'))
    t.ok(holds({ type: 'string', enum: ['all', 'none'] }, 'all'))
    t.ok(holds({ type: 'array', items: { $ref: '#/components/schemas/Whole' } }, [2, 3]))
    t.notOk(holds({ type: 'array', items: { $ref: '#/components/schemas/Whole' } }, [1]))
    t.notOk(holds({ type: 'string', format: 'date' }, '2016-08-11'))
    t.notOk(holds({ anyOf: [{ type: 'string' }] }, 'a'))
    t.notOk(holds({}, 'a'), 'what says nothing')
  },
)
