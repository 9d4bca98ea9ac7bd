// Contracts of any size: our own for v4, with operations more that nobody behaves for, which answer from their examples.
import type { Document, OperationObject, Schema } from '../../src/contract/document.ts'

const schema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name'],
  properties: {
    id: { type: 'integer' },
    name: { type: 'string', maxLength: 255 },
    description: { type: ['string', 'null'] },
    state: { type: 'string', enum: ['active', 'blocked', 'archived'] },
    weight: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
    owner: {
      type: 'object',
      required: ['id'],
      additionalProperties: false,
      properties: { id: { type: 'integer' }, username: { type: 'string' } },
    },
    created_at: { type: 'string', format: 'date-time' },
  },
}

const example = {
  id: 1,
  name: 'first',
  description: null,
  state: 'active',
  weight: 3,
  tags: ['one', 'other'],
  owner: { id: 1, username: 'root' },
  created_at: '2016-08-11T11:28:34.085Z',
}

/** The document with so many operations in all; new ones come in fives, over the resources `gadgets_1`, `gadgets_2` … */
export function extended(document: Document, operations: number): Document {
  const ids = Object.values(document.paths).flatMap(item => Object.values(item).filter(it => it.operationId))
  let missing = operations - ids.length
  const failure = document.paths['/projects']!.get!.responses.default!
  const [project, thing] = ['id', 'gadget_id'].map(
    name => ({ name, in: 'path', required: true, schema: { type: 'integer' } }) as const,
  )
  for (let number = 1; missing > 0; number++) {
    document.components.schemas![`Gadget${number}`] = schema
    const ref = { $ref: `#/components/schemas/Gadget${number}` }
    const operation = (verb: string, status: string, of: object[], answer?: [object, unknown]) => ({
      operationId: `${verb}Gadget${number}`,
      summary: `To ${verb} a gadget`,
      security: [{ 'Private-Token': ['api'] }],
      parameters: of,
      ...(verb === 'create' || verb === 'update'
        ? {
            requestBody: {
              content: {
                'application/json': {
                  schema: { type: 'object', properties: { name: schema.properties!.name } },
                },
              },
            },
          }
        : {}),
      responses: {
        [status]: {
          description: 'As asked',
          ...(answer ? { content: { 'application/json': { schema: answer[0], example: answer[1] } } } : {}),
        },
        default: failure,
      },
      'x-source': 'derived: made for the bench',
    })
    const filter = { name: 'state', in: 'query', schema: schema.properties!.state }
    const made = [
      ['', 'get', operation('list', '200', [project!, filter], [{ type: 'array', items: ref }, [example]])],
      ['', 'post', operation('create', '201', [project!], [ref, example])],
      ['/{gadget_id}', 'get', operation('show', '200', [project!, thing!], [ref, example])],
      ['/{gadget_id}', 'put', operation('update', '200', [project!, thing!], [ref, example])],
      ['/{gadget_id}', 'delete', operation('delete', '204', [project!, thing!])],
    ] as const
    for (const [end, method, object] of made.slice(0, missing)) {
      const path = `/projects/{id}/gadgets_${number}${end}`
      ;(document.paths[path] ??= {})[method] = object as unknown as OperationObject
    }
    missing -= made.length
  }
  return document
}
