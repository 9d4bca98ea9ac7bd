// What `gitlab-understudy diff` finds between two contracts, and on which side of "breaking" it puts that.
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import { type Change, compareContracts } from '../src/contract/diff.ts'
import type { Document } from '../src/contract/document.ts'
import { loadContract, profiles } from '../src/contract/load.ts'

// biome-ignore lint/suspicious/noExplicitAny: what is done to a document need not leave one
type Any = any

/** A small API with one of everything. */
const things: Any = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1' },
  servers: [{ url: '/api/v9' }],
  paths: {
    '/things': {
      get: {
        operationId: 'listThings',
        security: [{ token: ['read'] }, { key: [], url: [] }, {}],
        'x-pagination': ['offset'],
        'x-ability': 'read_thing',
        'x-source': 'docs: things.md, "List"',
        parameters: [
          { $ref: '#/components/parameters/page' },
          { name: 'state', in: 'query', schema: { $ref: '#/components/schemas/State' } },
          { name: 'sort', in: 'query', schema: { type: 'string', enum: ['asc', 'desc'], default: 'asc' } },
        ],
        responses: {
          '200': {
            description: 'Things.',
            headers: {
              'X-Total': { schema: { type: 'integer' } },
              Link: { $ref: '#/components/headers/Link' },
            },
            content: {
              'application/json': {
                schema: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
              },
            },
          },
          '401': { $ref: '#/components/responses/Unauthorized' },
          default: { $ref: '#/components/responses/Failure' },
        },
      },
      post: {
        operationId: 'createThing',
        security: [{ token: ['write'] }],
        parameters: [{ $ref: '#/components/parameters/page' }],
        requestBody: {
          content: Object.fromEntries(
            ['application/json', 'multipart/form-data'].map(type => [
              type,
              {
                schema: {
                  type: 'object',
                  properties: {
                    name: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-z]' },
                    size: { type: ['integer', 'string'], default: 1 },
                    tags: { type: 'array', items: { type: 'string' }, maxItems: 5 },
                    extra: {
                      type: 'object',
                      properties: { key: { type: 'string' }, value: { type: 'string' } },
                      required: ['key'],
                    },
                  },
                  required: ['name'],
                },
              },
            ]),
          ),
        },
        responses: {
          '201': {
            description: 'The thing.',
            headers: { link: { $ref: '#/components/headers/Link' } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
          '400': {
            description: 'Faulty.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { message: { type: 'string' } },
                  required: ['message'],
                  additionalProperties: false,
                },
              },
            },
          },
          '401': { $ref: '#/components/responses/Unauthorized' },
        },
      },
    },
    '/things/{id}': {
      delete: {
        operationId: 'deleteThing',
        security: [{ token: ['write'] }],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: { '204': { description: 'Gone.' } },
      },
    },
  },
  components: {
    securitySchemes: {
      token: { type: 'apiKey', in: 'header', name: 'X-Token' },
      key: { type: 'apiKey', in: 'query', name: 'key' },
      url: { type: 'apiKey', in: 'query', name: 'url' },
    },
    parameters: { page: { name: 'page', in: 'query', schema: { type: 'integer', default: 1, maximum: 99 } } },
    headers: { Link: { schema: { type: 'string' } } },
    responses: {
      Unauthorized: {
        description: 'Who are you?',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Message' } } },
      },
      Failure: {
        description: 'Anything else.',
        content: {
          'application/json': { schema: { anyOf: [{ $ref: '#/components/schemas/Message' }] } },
          'text/plain': { schema: { type: 'string' } },
        },
      },
    },
    schemas: {
      State: { type: 'string', enum: ['open', 'closed'] },
      Message: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
      Error: { type: 'object', properties: { error: { type: 'string' } }, required: ['error'] },
      Thing: {
        type: 'object',
        properties: {
          id: { type: 'integer' },
          name: { type: 'string' },
          mode: { type: 'string', enum: ['on', 'off'] },
          seen_at: { type: ['string', 'null'], format: 'date-time' },
          note: { type: 'string' },
          parent: { anyOf: [{ $ref: '#/components/schemas/Thing' }, { type: 'null' }] },
          links: { type: 'object', additionalProperties: { type: 'string' } },
        },
        required: ['id', 'name', 'mode', 'seen_at', 'parent', 'links'],
        additionalProperties: false,
      },
    },
  },
  'x-refusals': {
    missing: { status: 400, body: { message: '"{attribute}" is missing' } },
    unauthorized: { status: 401, headers: { 'WWW-Authenticate': 'Token' }, body: { message: '401' } },
    limited: { status: 429, type: 'text/plain', body: 'Later' },
  },
  'x-conduct': { isStrict: { value: true, 'x-source': 'docs: things.md, "Strictly"' }, patience: 60 },
}

const thing = ({ components }: Any) => components.schemas.Thing
const list = ({ paths }: Any) => paths['/things'].get
const create = ({ paths }: Any) => paths['/things'].post
const body = (d: Any) => Object.values<Any>(create(d).requestBody.content).map(({ schema }) => schema)
const attribute = (d: Any, name: string, change: object) => {
  for (const { properties } of body(d)) properties[name] = { ...properties[name], ...change }
}
const field = (d: Any, name: string, change: object) => Object.assign(thing(d).properties[name], change)
const refusal = (d: Any, name: string, change: object) => Object.assign(d['x-refusals'][name], change)
const changed = (change: (document: Any) => unknown, document = things): Document => {
  const copy = structuredClone(document)
  change(copy)
  return copy
}

type Row = [what: string, change: (document: Any) => unknown, place: string, there: string, back: string]
const Thing = 'components/schemas/Thing'

/** What is done to the API above, what is then told of it, and of the way back; `!` is breaking. */
const rows: Row[] = [
  // operations
  [
    'an operation that goes',
    ({ paths }) => delete paths['/things'].post,
    'POST /things',
    '! is gone',
    'is new',
  ],
  [
    'an API that moves',
    d => (d.servers = [{ url: 'https://things.example.com/api/v10/' }]),
    'servers',
    '! is at /api/v10 now, no longer at /api/v9',
    '! is at /api/v9 now, no longer at /api/v10',
  ],
  // answers: statuses
  [
    'another status of success',
    d => {
      const { responses } = create(d)
      responses['200'] = responses['201']
      delete responses['201']
    },
    'POST /things',
    '! succeeds with 200 now, not 201',
    '! succeeds with 201 now, not 200',
  ],
  [
    'a status of success beside another',
    d => (create(d).responses['202'] = { description: 'Later.' }),
    'POST /things 202',
    '! may be answered now',
    '! is no longer answered',
  ],
  [
    'a status of failure that goes',
    d => delete list(d).responses['401'],
    'GET /things 401',
    '! is no longer answered',
    'may be answered now',
  ],
  [
    'failures of no certain status that go',
    d => delete list(d).responses.default,
    'GET /things default',
    'is no longer answered',
    'may be answered now',
  ],
  // answers: headers, media types, bodies
  [
    'a header that goes',
    d => delete list(d).responses['200'].headers['X-Total'],
    'GET /things 200 header X-Total',
    '! is no longer answered',
    'is answered now',
  ],
  [
    'a header of another type',
    d => (list(d).responses['200'].headers['X-Total'].schema.type = 'string'),
    'GET /things 200 header X-Total',
    '! is a string now, not an integer',
    '! is an integer now, not a string',
  ],
  [
    'a header that many answers share, told once',
    ({ components }) => (components.headers.Link.schema.maxLength = 10),
    'components/headers/Link',
    'has the maxLength 10 now',
    '! has no maxLength now',
  ],
  [
    'another media type',
    d => (create(d).responses['400'].content = { 'text/plain': { schema: { type: 'string' } } }),
    'POST /things 400',
    '! is text/plain now, not application/json',
    '! is application/json now, not text/plain',
  ],
  [
    'a charset',
    d => {
      const { content } = create(d).responses['400']
      content['application/json; charset=utf-8'] = content['application/json']
      delete content['application/json']
    },
    'POST /things 400',
    '! is application/json; charset=utf-8 now, not application/json',
    '! is application/json now, not application/json; charset=utf-8',
  ],
  [
    'a media type beside another, in an answer that many share',
    ({ components }) => delete components.responses.Failure.content['text/plain'],
    'components/responses/Failure',
    '! is never text/plain now',
    '! may be text/plain now',
  ],
  [
    'a body that goes',
    d => delete create(d).responses['400'].content,
    'POST /things 400',
    '! has no body now',
    'has a body now',
  ],
  [
    'a further shape of an answer',
    ({ components }) =>
      components.responses.Failure.content['application/json'].schema.anyOf.push({
        $ref: '#/components/schemas/Error',
      }),
    'components/responses/Failure application/json',
    '! may be an object (Error) now',
    'is never an object (Error) now',
  ],
  // answers: fields
  [
    'a field that goes',
    d => delete thing(d).properties.note,
    `${Thing} /note`,
    '! is no longer answered',
    'is answered now',
  ],
  [
    'a field that need not be there any more',
    d => thing(d).required.shift(),
    `${Thing} /id`,
    '! is not always there now',
    'is always there now',
  ],
  [
    'a field that may be null',
    d => field(d, 'name', { type: ['string', 'null'] }),
    `${Thing} /name`,
    '! may be null now',
    'is never null now',
  ],
  [
    'an embedded object that may no longer be null',
    d => (thing(d).properties.parent = { $ref: '#/components/schemas/Thing' }),
    `${Thing} /parent`,
    'is never null now',
    '! may be null now',
  ],
  [
    'a field of another type',
    d => field(d, 'id', { type: 'string' }),
    `${Thing} /id`,
    '! is a string now, not an integer',
    '! is an integer now, not a string',
  ],
  [
    'a field of further types',
    d => field(d, 'id', { type: ['integer', 'string', 'array'], items: { type: 'boolean' } }),
    `${Thing} /id`,
    '! may be a string or a list now',
    'is never a string or a list now',
  ],
  [
    'a whole number that may be a fraction',
    d => field(d, 'id', { type: 'number' }),
    `${Thing} /id`,
    '! may be a fraction now',
    'is never a fraction now',
  ],
  [
    'a field that may be anything',
    d => (thing(d).properties.id = { description: 'Who knows?' }),
    `${Thing} /id`,
    '! may be anything now',
    'is always an integer now',
  ],
  [
    'a further value of an answer',
    d => thing(d).properties.mode.enum.push('auto', 'idle'),
    `${Thing} /mode`,
    '! may be "auto" or "idle" now',
    'is never "auto" or "idle" now',
  ],
  [
    'values that are no longer told one by one',
    d => delete thing(d).properties.mode.enum,
    `${Thing} /mode`,
    '! may be other than "on" or "off" now',
    'is always "on" or "off" now',
  ],
  [
    'another format',
    d => field(d, 'seen_at', { format: 'date' }),
    `${Thing} /seen_at`,
    '! has the format date now, not date-time',
    '! has the format date-time now, not date',
  ],
  [
    'values of a map of another type',
    d => (thing(d).properties.links.additionalProperties.type = 'integer'),
    `${Thing} /links/*`,
    '! is an integer now, not a string',
    '! is a string now, not an integer',
  ],
  [
    'a map that is one no longer',
    d => (thing(d).properties.links.additionalProperties = false),
    `${Thing} /links`,
    '! holds no further fields now',
    'may hold further fields now',
  ],
  [
    'an entry of a map that gets a type of its own',
    d => (thing(d).properties.links.properties = { self: { type: 'integer' } }),
    `${Thing} /links/self`,
    '! is an integer now, not a string',
    '! is a string now, not an integer',
  ],
  [
    'a field that is only sent',
    d => field(d, 'note', { writeOnly: true }),
    `${Thing} /note`,
    '! is no longer answered',
    'is answered now',
  ],
  [
    'a further shape that is a known one with more in it',
    ({ components }) =>
      components.responses.Failure.content['application/json'].schema.anyOf.push({
        type: 'object',
        properties: { message: { type: 'string' }, hint: { type: 'string' } },
        required: ['message'],
      }),
    'components/responses/Failure application/json',
    'may be an object now',
    'is never an object now',
  ],
  [
    'fields in another order',
    d => {
      const { id, ...others } = thing(d).properties
      thing(d).properties = { ...others, id }
    },
    Thing,
    'has its fields in another order now',
    'has its fields in another order now',
  ],
  [
    'a keyword that is compared as a whole',
    d => field(d, 'id', { multipleOf: 5 }),
    `${Thing} /id`,
    '! has another multipleOf now',
    '! has another multipleOf now',
  ],
  [
    'a field of an answer that nobody else gives',
    d => (create(d).responses['400'].content['application/json'].schema.required = []),
    'POST /things 400 /message',
    '! is not always there now',
    'is always there now',
  ],
  // what is sent
  [
    'an attribute that goes',
    d => body(d).map(({ properties }) => delete properties.tags),
    'POST /things: attribute tags',
    '! is no longer taken',
    'is taken now',
  ],
  [
    'an attribute that is new and required',
    d => {
      attribute(d, 'color', { type: 'string' })
      for (const { required } of body(d)) required.push('color')
    },
    'POST /things: attribute color',
    '! is required now',
    '! is no longer taken',
  ],
  [
    'an attribute that may be left out',
    d => body(d).map(schema => (schema.required = [])),
    'POST /things: attribute name',
    'may be left out now',
    '! is required now',
  ],
  [
    'a filter that goes',
    d => list(d).parameters.pop(),
    'GET /things: attribute sort',
    '! is no longer taken',
    'is taken now',
  ],
  [
    'a value that is no longer taken',
    d => list(d).parameters[2].schema.enum.push('random'),
    'GET /things: attribute sort',
    'takes "random" now',
    '! no longer takes "random"',
  ],
  [
    'another default',
    d => (list(d).parameters[2].schema.default = 'desc'),
    'GET /things: attribute sort',
    '! is "desc" now where it is left out, not "asc"',
    '! is "asc" now where it is left out, not "desc"',
  ],
  [
    'a default that goes',
    d => attribute(d, 'size', { default: undefined }),
    'POST /things: attribute size',
    '! has no default now, not 1',
    '! is 1 now where it is left out',
  ],
  [
    'a type that is no longer taken',
    d => attribute(d, 'size', { type: 'integer' }),
    'POST /things: attribute size',
    '! no longer takes a string',
    'takes a string now',
  ],
  [
    'null where it was not taken',
    d => attribute(d, 'name', { type: ['string', 'null'] }),
    'POST /things: attribute name',
    'takes null now',
    '! no longer takes null',
  ],
  [
    'a lower limit of length',
    d => attribute(d, 'name', { maxLength: 10 }),
    'POST /things: attribute name',
    '! has the maxLength 10 now, not 255',
    'has the maxLength 255 now, not 10',
  ],
  [
    'a least length',
    d => attribute(d, 'name', { minLength: 0 }),
    'POST /things: attribute name',
    'has no minLength now',
    '! has the minLength 1 now',
  ],
  [
    'a greater least length',
    d => attribute(d, 'name', { minLength: 2 }),
    'POST /things: attribute name',
    '! has the minLength 2 now, not 1',
    'has the minLength 1 now, not 2',
  ],
  [
    'a pattern',
    d => attribute(d, 'name', { pattern: undefined }),
    'POST /things: attribute name',
    'has no pattern now',
    '! has the pattern ^[a-z] now',
  ],
  [
    'how many there may be in a list',
    d => attribute(d, 'tags', { maxItems: 6 }),
    'POST /things: attribute tags',
    'has the maxItems 6 now, not 5',
    '! has the maxItems 5 now, not 6',
  ],
  [
    'an attribute of an attribute',
    d => body(d).map(({ properties }) => properties.extra.required.push('value')),
    'POST /things: attribute extra /value',
    '! is required now',
    'may be left out now',
  ],
  [
    'an attribute that many operations share, told once',
    ({ components }) => (components.parameters.page.schema.maximum = 50),
    'components/parameters/page',
    '! has the maximum 50 now, not 99',
    'has the maximum 99 now, not 50',
  ],
  [
    'values that many attributes share',
    ({ components }) => components.schemas.State.enum.pop(),
    'components/schemas/State',
    '! no longer takes "closed"',
    'takes "closed" now',
  ],
  [
    'a media type that is no longer taken',
    d => delete create(d).requestBody.content['multipart/form-data'],
    'POST /things',
    '! no longer takes multipart/form-data',
    'takes multipart/form-data now',
  ],
  [
    'a body that must be sent',
    d => (create(d).requestBody.required = true),
    'POST /things',
    '! needs a body now',
    'needs no body now',
  ],
  // who asks
  [
    'a way to say who asks that goes',
    d => list(d).security.shift(),
    'GET /things',
    '! can no longer be asked with token',
    'can be asked with token now',
  ],
  [
    'anonymous questions',
    d => list(d).security.pop(),
    'GET /things',
    '! can no longer be asked anonymously',
    'can be asked anonymously now',
  ],
  [
    'a scope',
    d => (list(d).security[0].token = ['read', 'audit']),
    'GET /things',
    '! needs the scope audit and read now where it is asked with token, not the scope read',
    'needs the scope read now where it is asked with token, not the scope audit and read',
  ],
  [
    'which token counts where there are two',
    d => list(d).security.unshift(list(d).security.pop()),
    'GET /things',
    'looks for credentials in another order now',
    'looks for credentials in another order now',
  ],
  [
    'where a token is put',
    ({ components }) => (components.securitySchemes.token = { type: 'http', scheme: 'bearer' }),
    'components/securitySchemes/token',
    '! is sent as Authorization: bearer now, not as the header X-Token',
    '! is sent as the header X-Token now, not as Authorization: bearer',
  ],
  [
    'how a token is put that operations go on to ask for',
    ({ components }) => delete components.securitySchemes.token,
    'components/securitySchemes/token',
    '! is gone, though operations name it still',
    'is told of now',
  ],
  // what is not to be used any more
  [
    'an operation that is deprecated',
    d => (list(d).deprecated = true),
    'GET /things',
    'is deprecated now',
    'is no longer deprecated',
  ],
  [
    'a parameter that is deprecated',
    d => (list(d).parameters[2].deprecated = true),
    'GET /things: attribute sort',
    'is deprecated now',
    'is no longer deprecated',
  ],
  [
    'a parameter that is deprecated wherever it is taken',
    ({ components }) => (components.parameters.page.deprecated = true),
    'components/parameters/page',
    'is deprecated now',
    'is no longer deprecated',
  ],
  [
    'an attribute of the body that is deprecated',
    d => attribute(d, 'tags', { deprecated: true }),
    'POST /things: attribute tags',
    'is deprecated now',
    'is no longer deprecated',
  ],
  [
    'a field that is deprecated',
    d => field(d, 'note', { deprecated: true }),
    `${Thing} /note`,
    'is deprecated now',
    'is no longer deprecated',
  ],
  [
    'a schema that is deprecated where one place names it',
    d => (list(d).parameters[1].schema.deprecated = true),
    'GET /things: attribute state',
    'is deprecated now',
    'is no longer deprecated',
  ],
  [
    'a schema that is deprecated wherever it is named',
    d => (thing(d).deprecated = true),
    Thing,
    'is deprecated now',
    'is no longer deprecated',
  ],
  // what all operations of a path take
  [
    'an attribute that all operations of a path must have',
    ({ paths }) =>
      (paths['/things/{id}'].parameters = [
        { name: 'force', in: 'query', required: true, schema: { type: 'boolean' } },
        // The operation's own counts.
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      ]),
    'DELETE /things/{id}: attribute force',
    '! is required now',
    '! is no longer taken',
  ],
  [
    'an operation of a method that is rarely seen',
    ({ paths }) => (paths['/things'].trace = { responses: {} }),
    'TRACE /things',
    'is new',
    '! is gone',
  ],
  // what operations have beyond OpenAPI
  [
    'pages',
    d => delete list(d)['x-pagination'],
    'GET /things',
    '! can no longer be paged by offset',
    '! is answered in pages now',
  ],
  [
    'a further way to page',
    d => list(d)['x-pagination'].push('keyset'),
    'GET /things',
    'can be paged by keyset now',
    '! can no longer be paged by keyset',
  ],
  [
    'the right that is needed',
    d => (list(d)['x-ability'] = 'admin_thing'),
    'GET /things',
    'needs the ability admin_thing now, not read_thing',
    'needs the ability read_thing now, not admin_thing',
  ],
  // refusals
  [
    'a refusal of another status',
    d => refusal(d, 'unauthorized', { status: 403 }),
    'x-refusals: unauthorized',
    '! is 403 now, not 401',
    '! is 401 now, not 403',
  ],
  [
    'a refusal that nobody gets any more',
    d => delete d['x-refusals'].missing,
    'x-refusals: missing',
    '! is no longer refused',
    'is refused with 400 now',
  ],
  [
    'a refusal under another key',
    d => refusal(d, 'missing', { body: { error: '{attribute} is missing' } }),
    'x-refusals: missing',
    '! has "error" now, not "message"',
    '! has "message" now, not "error"',
  ],
  [
    'a refusal with a further key',
    d => refusal(d, 'missing', { body: { message: 'No', code: 7 } }),
    'x-refusals: missing',
    'has "code" too now',
    '! no longer has "code"',
  ],
  [
    'a refusal that tells of each attribute',
    d => refusal(d, 'missing', { body: { message: { '{attribute}': ['is missing'] } } }),
    'x-refusals: missing',
    '! has an object as "message" now, not a string',
    '! has a string as "message" now, not an object',
  ],
  [
    'a refusal that is an object',
    d => refusal(d, 'limited', { body: { message: 'Later' } }),
    'x-refusals: limited',
    '! is an object now, not a string',
    '! is a string now, not an object',
  ],
  [
    'a refusal of another media type',
    d => refusal(d, 'limited', { type: 'text/html' }),
    'x-refusals: limited',
    '! is text/html now, not text/plain',
    '! is text/plain now, not text/html',
  ],
  [
    'a refusal without a body',
    d => delete d['x-refusals'].missing.body,
    'x-refusals: missing',
    '! has no body now',
    'has a body now',
  ],
  [
    'a refusal in other words',
    d => refusal(d, 'missing', { body: { message: 'Please give "{attribute}"' } }),
    'x-refusals: missing',
    'is worded in another way now',
    'is worded in another way now',
  ],
  [
    'a header of a refusal',
    d => delete d['x-refusals'].unauthorized.headers,
    'x-refusals: unauthorized',
    '! no longer has the header WWW-Authenticate',
    'has the header WWW-Authenticate now',
  ],
  [
    'a header of a refusal with another value',
    d => refusal(d, 'unauthorized', { headers: { 'www-authenticate': 'Bearer' } }),
    'x-refusals: unauthorized',
    'has another www-authenticate now',
    'has another WWW-Authenticate now',
  ],
  // conduct
  [
    'a switch that is set otherwise',
    d => (d['x-conduct'].isStrict.value = false),
    'x-conduct: isStrict',
    'is off now, not on',
    'is on now, not off',
  ],
  [
    'a switch with a value told outright',
    d => (d['x-conduct'].patience = 30),
    'x-conduct: patience',
    'is 30 now, not 60',
    'is 60 now, not 30',
  ],
  [
    'a switch that is no longer told',
    d => delete d['x-conduct'].isStrict,
    'x-conduct: isStrict',
    'is off now, not on',
    'is on now, not off',
  ],
]

t.test('each change is told once, at its place, as a client feels it', async t => {
  for (const [what, change, place, there, back] of rows) {
    const after = changed(change)
    const told = (felt: string) => [{ breaking: felt.startsWith('! '), place, what: felt.replace(/^! /, '') }]
    t.strictSame(compareContracts(things, after), told(there), what)
    t.strictSame(compareContracts(after, things), told(back), `${what}: the way back`)
  }
})

/** What may be said in another way, and means the same. */
const restatements: [what: string, change: (document: Any) => unknown][] = [
  ['what a promise rests on', d => (list(d)['x-source'] = 'observed: on the wire')],
  ['what a refusal rests on', d => refusal(d, 'missing', { 'x-source': 'observed: on the wire' })],
  ['what a switch rests on', d => (d['x-conduct'].isStrict['x-source'] = 'observed: on the wire')],
  ['a switch and its value alone', d => (d['x-conduct'].isStrict = true)],
  ['a switch that is off', d => (d['x-conduct'].isLate = { value: false, 'x-source': 'observed: never' })],
  ['words for people', d => Object.assign(list(d), { summary: 'Lists', description: 'All', tags: ['new'] })],
  ['words on a field', d => field(d, 'id', { description: 'A number', title: 'Id', examples: [7] })],
  ['the id of an operation', d => (list(d).operationId = 'getThings')],
  ['the host', d => (d.servers[0].url = 'http://localhost:8080/api/v9/')],
  [
    'the name of a parameter in a path',
    ({ paths }) => {
      paths['/things/{thing_id}'] = paths['/things/{id}']
      paths['/things/{thing_id}'].delete.parameters[0].name = 'thing_id'
      delete paths['/things/{id}']
    },
  ],
  [
    'a parameter for all operations of a path',
    ({ paths }) => {
      const item = paths['/things/{id}']
      item.parameters = item.delete.parameters
      delete item.delete.parameters
    },
  ],
  [
    'a parameter by its media type',
    d => {
      const { schema, ...others } = list(d).parameters[2]
      list(d).parameters[2] = { ...others, content: { 'application/json': { schema } } }
    },
  ],
  [
    'a body by name',
    d => {
      d.components.requestBodies = { Thing: create(d).requestBody }
      create(d).requestBody = { $ref: '#/components/requestBodies/Thing' }
    },
  ],
  ['where an attribute is put', d => (list(d).parameters[2].in = 'header')],
  ['what a required attribute would be if it were left out', d => attribute(d, 'name', { default: 'Joe' })],
  [
    'a header in other letters',
    d => {
      const { Link, ...headers } = list(d).responses['200'].headers
      list(d).responses['200'].headers = { ...headers, link: Link }
    },
  ],
  ['a type among others', d => field(d, 'seen_at', { type: ['null', 'string'] })],
  [
    'types as alternatives',
    d =>
      (thing(d).properties.seen_at = { oneOf: [{ type: 'null' }, { type: 'string', format: 'date-time' }] }),
  ],
  [
    'alternatives in another order',
    d => (thing(d).properties.parent = { anyOf: thing(d).properties.parent.anyOf.reverse() }),
  ],
  ['values in another order', d => thing(d).properties.mode.enum.reverse()],
  [
    'values as constants',
    d => (thing(d).properties.mode = { anyOf: [{ const: 'on' }, { const: 'off' }].reverse() }),
  ],
  [
    'fields of several schemas at once',
    d => {
      const { id, ...others } = thing(d).properties
      const [, ...required] = thing(d).required
      d.components.schemas.Thing = {
        allOf: [
          { type: 'object', properties: { id }, required: ['id'] },
          { properties: others, required, additionalProperties: false },
        ],
      }
    },
  ],
  ['required fields in another order', d => thing(d).required.reverse()],
  [
    'a schema in its place',
    d => (create(d).responses['201'].content['application/json'].schema = structuredClone(thing(d))),
  ],
  [
    'a schema by another name',
    d => {
      d.components.schemas.Item = JSON.parse(JSON.stringify(thing(d)).replaceAll('/Thing', '/Item'))
      list(d).responses['200'].content['application/json'].schema.items.$ref = '#/components/schemas/Item'
    },
  ],
  [
    'an answer in its place',
    d => (list(d).responses['401'] = structuredClone(d.components.responses.Unauthorized)),
  ],
  ['headers in other letters', d => (d['x-refusals'].unauthorized.headers = { 'www-authenticate': 'Token' })],
]

t.test('where several things change, each is told', async t => {
  const told = (change: (document: Any) => unknown) =>
    compareContracts(things, changed(change)).map(
      ({ breaking, place, what }) => `${breaking ? '! ' : ''}${place}: ${what}`,
    )
  t.strictSame(
    told(({ components }) => (components.schemas.State = { type: 'string', enum: ['open', 'locked'] })),
    ['components/schemas/State: takes "locked" now', '! components/schemas/State: no longer takes "closed"'],
    'values that come and go',
  )
  t.strictSame(
    told(d => {
      const created = create(d).responses
      created['200'] = {
        description: 'The thing.',
        content: { 'application/json': { schema: { type: 'object' } } },
      }
      delete created['201']
    }).slice(0, 3),
    [
      '! POST /things: succeeds with 200 now, not 201',
      '! POST /things 200 header link: is no longer answered',
      '! POST /things 200 /id: is no longer answered',
    ],
    'another success with another body',
  )
  t.strictSame(
    told(d => (list(d).security = [{ key: [] }, { token: ['read'] }, {}])),
    [
      'GET /things: needs no more than key now where it is asked with key and url',
      'GET /things: can be asked with key now',
    ],
    'who sends more than is needed is heard still',
  )
  t.strictSame(
    told(d => (list(d).security[1] = { key: ['audit'] })),
    [
      '! GET /things: needs no more than key now where it is asked with key and url',
      'GET /things: can be asked with key now',
    ],
    'but not if its scopes do not reach',
  )
  const listing = (type: string) =>
    changed(d => {
      create(d).requestBody.content = { 'application/json': { schema: { type: 'array', items: { type } } } }
    })
  t.strictSame(
    compareContracts(listing('string'), listing('integer')),
    [{ breaking: true, place: 'POST /things: body /items', what: 'is an integer now, not a string' }],
    'a body without attributes is compared as a whole',
  )
  const nested = changed(({ components }) => {
    const { schemas, responses } = components
    const error = { $ref: '#/components/schemas/Error' }
    schemas.One = { type: 'object', properties: { error, one: { type: 'string' } } }
    schemas.Other = { type: 'object', properties: { error, other: { type: 'string' } } }
    responses.Failure.content['application/json'].schema = {
      anyOf: [{ $ref: '#/components/schemas/One' }, { $ref: '#/components/schemas/Other' }],
    }
  })
  t.strictSame(
    compareContracts(
      nested,
      changed(({ components }) => delete components.schemas.Error.properties.error.type, nested),
    ),
    [{ breaking: true, place: 'components/schemas/Error /error', what: 'may be anything now' }],
    'what several alternatives have in common is told once',
  )
  const both = changed(d => (thing(d).properties.mode = list(d).parameters[1].schema))
  const later = changed(d => d.components.schemas.State.enum.push('locked'), both)
  t.strictSame(
    compareContracts(both, later),
    [
      { breaking: false, place: 'components/schemas/State', what: 'takes "locked" now' },
      { breaking: true, place: 'components/schemas/State', what: 'may be "locked" now' },
    ],
    'a schema that is both sent and answered is judged as each',
  )
})

t.test('what means the same is no change', async t => {
  for (const [what, change] of restatements) {
    t.strictSame(compareContracts(things, changed(change)), [], what)
    t.strictSame(compareContracts(changed(change), things), [], `${what}: the way back`)
  }
  const anybody = (security: object[]) => changed(d => (list(d).security = security))
  t.strictSame(compareContracts(anybody([]), anybody([{}])), [], 'that anybody may ask')
})

// --- documents that are made up

const fieldNames = ['a', 'b', 'c', 'd']
const { schema: anySchema } = fc.letrec<{ schema: Any; object: Any }>(tie => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ type: fc.constant('string') }),
    fc.record({ type: fc.constantFrom('string', ['string', 'null']), maxLength: fc.nat(3) }),
    fc.record({ enum: fc.uniqueArray(fc.constantFrom('x', 'y', 7, null), { minLength: 1 }) }),
    fc.record({ type: fc.constantFrom('integer', 'number'), maximum: fc.nat(3) }),
    fc.record({ type: fc.constantFrom('boolean', 'null') }),
    fc.record({ $ref: fc.constantFrom('#/components/schemas/One', '#/components/schemas/Other') }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    tie('object'),
  ),
  object: fc
    .record({
      properties: fc.dictionary(fc.constantFrom(...fieldNames), tie('schema'), { maxKeys: 3 }),
      needed: fc.subarray(fieldNames),
      further: fc.constantFrom(undefined, false, { type: 'string' }),
    })
    .map(({ properties, needed, further }) => ({
      type: 'object',
      properties: { ...properties },
      required: needed.filter(name => name in properties),
      ...(further === undefined ? {} : { additionalProperties: further }),
    })),
}))
const anyObject = anySchema.filter(({ type }) => type === 'object')

/** An API of one operation, that takes or answers a value; two schemas have names. */
const madeUp = fc.record({ value: anySchema, One: anyObject, Other: anyObject }).map(
  ({ value, One, Other }): Any => ({
    ...structuredClone(things),
    paths: pathsOf(value),
    components: { schemas: { One, Other } },
  }),
)

const pathsOf = (value: Any): Any => ({
  '/values': {
    put: {
      operationId: 'putValue',
      requestBody: { content: { 'application/json': { schema: { type: 'object', properties: { value } } } } },
      responses: {
        '200': { description: 'It.', content: { 'application/json': { schema: structuredClone(value) } } },
      },
    },
  },
})
const answered = ({ paths }: Any): Any =>
  paths['/values'].put.responses['200'].content['application/json'].schema
const sent = ({ paths }: Any): Any =>
  paths['/values'].put.requestBody.content['application/json'].schema.properties.value

/** Every schema of what is answered, and whether a choice stands above it. */
function nodesOf(document: Any, read: (document: Any) => Any): { node: Any; chosen: boolean }[] {
  const nodes = new Map<Any, boolean>()
  const walk = (given: Any, chosen: boolean) => {
    const node = given.$ref ? document.components.schemas[given.$ref.split('/').at(-1)] : given
    if (nodes.has(node)) return
    nodes.set(node, chosen)
    for (const child of Object.values(node.properties ?? {})) walk(child, chosen)
    for (const member of node.anyOf ?? []) walk(member, true)
    if (node.items) walk(node.items, chosen)
  }
  walk(read(document), false)
  return [...nodes].map(([node, chosen]) => ({ node, chosen }))
}

/** Such an API that only answers. */
const answering = madeUp.map(document =>
  changed(({ paths }) => delete paths['/values'].put.requestBody, document),
)

/** One of the schemas of what is answered that are as wanted and under no choice, where any of many would do. */
function nodeOf(document: Any, at: number, isWanted: (node: Any) => unknown): Any {
  const nodes = nodesOf(document, answered).filter(({ node, chosen }) => !chosen && isWanted(node))
  fc.pre(nodes.length > 0)
  return nodes[at % nodes.length]!.node
}

type Mutation = { at: number; how: number; name: string; fresh: Any }
const mutation = fc.record({
  at: fc.nat(99),
  how: fc.nat(99),
  name: fc.constantFrom(...fieldNames),
  fresh: anySchema,
})

/** The document with something else in one of its schemas. */
function mutated(document: Any, { at, how, name, fresh }: Mutation): Any {
  const copy = structuredClone(document)
  const nodes = [...nodesOf(copy, answered), ...nodesOf(copy, sent)]
  const { node } = nodes[at % nodes.length]!
  const toggle = (list: Any[], item: Any) =>
    list.includes(item) && list.length > 1
      ? list.filter(other => other !== item)
      : [...new Set([...list, item])]
  const ways: (() => unknown)[] = [
    () => {
      // A schema that is but its own name would mean nothing.
      if (fresh.$ref) return
      for (const keyword of Object.keys(node)) delete node[keyword]
      Object.assign(node, fresh)
    },
  ]
  if (node.properties) {
    ways.push(
      () => (node.properties[name] = fresh),
      () => {
        delete node.properties[name]
        node.required = node.required.filter((other: string) => other !== name)
      },
      () => name in node.properties && (node.required = [toggle(node.required, name), []][at % 2]),
      () => (node.additionalProperties = [true, false, { type: 'string' }, { type: 'boolean' }][at % 4]),
    )
  }
  if (node.enum) ways.push(() => (node.enum = toggle(node.enum, ['x', 'y', 'z', 7, null][at % 5])))
  if (node.anyOf)
    ways.push(
      () => node.anyOf.push(fresh),
      () => node.anyOf.length > 1 && node.anyOf.shift(),
    )
  if ('maxLength' in node)
    ways.push(
      () => (node.maxLength = at % 5),
      () => delete node.maxLength,
    )
  if ('maximum' in node)
    ways.push(
      () => (node.maximum = at % 5),
      () => delete node.maximum,
    )
  if (typeof node.type === 'string') ways.push(() => (node.type = [...new Set([node.type, 'null'])]))
  ways[how % ways.length]!()
  return copy
}

/** Some value that a schema allows; throws where it would never end. */
function someValue(document: Any, given: Any, pick: () => number, depth = 0): Any {
  if (depth > 12) throw new RangeError('endless')
  const inner = (schema: Any) => someValue(document, schema, pick, depth + 1)
  if (given.$ref) return inner(document.components.schemas[given.$ref.split('/').at(-1)])
  if (given.anyOf) return inner(given.anyOf[pick() % given.anyOf.length])
  if (given.enum) return given.enum[pick() % given.enum.length]
  const types = [given.type].flat()
  switch (types[pick() % types.length]) {
    case 'string':
      return 's'.repeat(pick() % ((given.maxLength ?? 4) + 1))
    case 'integer':
      return (given.maximum ?? 5) - (pick() % 3)
    case 'number':
      return (given.maximum ?? 5) - (pick() % 3) / 2
    case 'boolean':
      return pick() % 2 === 0
    case 'array':
      return Array.from({ length: pick() % 3 }, () => inner(given.items))
    case 'object': {
      const value: Any = {}
      for (const [name, schema] of Object.entries(given.properties)) {
        if (given.required.includes(name) || (depth < 4 && pick() % 2)) value[name] = inner(schema)
      }
      const further = fieldNames[pick() % fieldNames.length]!
      if (given.additionalProperties?.type && !(further in given.properties))
        value[further] = inner(given.additionalProperties)
      return value
    }
    default:
      return null
  }
}

/** Holds values against a schema of a document. */
function validator({ components }: Any, schema: Any): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false })
  return ajv.compile({ components, anyOf: [schema] })
}

/** As a client reads that takes no notice of what it does not know. */
const opened = (document: Any): Any =>
  JSON.parse(JSON.stringify(document).replaceAll(',"additionalProperties":false', ''))

const breaking = (changes: Change[]) => changes.filter(change => change.breaking)

t.test('a document is no change to itself, and no change is seen from one side only', async () => {
  fc.assert(
    fc.property(madeUp, mutation, mutation, (one, first, second) => {
      const other = mutated(mutated(one, first), second)
      t.strictSame(compareContracts(one, structuredClone(one)), [])
      return (compareContracts(one, other).length === 0) === (compareContracts(other, one).length === 0)
    }),
  )
})

t.test(
  'where nothing breaks, a client can read all that is answered, and all that it sends is taken',
  async t => {
    const told = { answered: 0, sent: 0 }
    const picks = fc.array(fc.nat(999), { minLength: 30, maxLength: 30 })
    fc.assert(
      fc.property(
        madeUp,
        mutation,
        fc.array(mutation, { maxLength: 1 }),
        picks,
        (one, first, more, numbers) => {
          const other = [first, ...more].reduce(mutated, one)
          if (breaking(compareContracts(one, other)).length > 0) return true
          const rows: ['answered' | 'sent', Any, Any, (document: Any) => Any][] = [
            ['answered', other, opened(one), answered],
            ['sent', one, other, sent],
          ]
          return rows.every(([way, speaker, listener, read]) => {
            let next = 0
            const pick = () => numbers[next++ % numbers.length]!
            const accepts = validator(listener, read(listener))
            return Array.from({ length: 8 }).every(() => {
              try {
                const value = someValue(speaker, read(speaker), pick)
                told[way]++
                return accepts(value)
              } catch (error) {
                if (error instanceof RangeError) return true
                throw error
              }
            })
          })
        },
      ),
      { numRuns: 300 },
    )
    t.ok(told.answered > 100 && told.sent > 100, `${told.answered} answers read, ${told.sent} values sent`)
  },
)

/** Told of one change and nothing else. */
const isOnly = (changes: Change[], isBreaking: boolean, what: string) =>
  changes.length === 1 && changes[0]!.breaking === isBreaking && changes[0]!.what === what

t.test('an operation or a field that is added breaks nothing, and breaks when it goes again', async () => {
  const path = fc.stringMatching(/^(\/[a-z]{1,3}|\/\{[a-z]{1,3}\}){1,3}$/)
  const method = fc.constantFrom('get', 'put', 'post', 'delete', 'patch')
  fc.assert(
    fc.property(madeUp, path, method, anySchema, (less, path, method, value) => {
      const added = pathsOf(value)['/values'].put
      const more = changed(({ paths }) => (paths[path] = { [method]: added }), less)
      const [there, back] = [compareContracts(less, more), compareContracts(more, less)]
      const isThere = [...there, ...back].every(({ place }) => place === `${method.toUpperCase()} ${path}`)
      return isThere && isOnly(there, false, 'is new') && isOnly(back, true, 'is gone')
    }),
  )
  fc.assert(
    fc.property(answering, fc.nat(), anySchema, fc.boolean(), (less, at, value, always) => {
      const more = structuredClone(less)
      // A map has every field already.
      const node = nodeOf(more, at, it => it.properties && typeof it.additionalProperties !== 'object')
      node.properties.extra = value
      if (always) node.required.push('extra')
      return (
        isOnly(compareContracts(less, more), false, 'is answered now') &&
        isOnly(compareContracts(more, less), true, 'is no longer answered')
      )
    }),
  )
})

t.test('a value that may be answered besides breaks, and breaks nothing when it goes again', async () => {
  fc.assert(
    fc.property(answering, fc.nat(), (less, at) => {
      const more = structuredClone(less)
      nodeOf(more, at, it => it.enum).enum.push('new')
      return (
        isOnly(compareContracts(less, more), true, 'may be "new" now') &&
        isOnly(compareContracts(more, less), false, 'is never "new" now')
      )
    }),
  )
})

// --- the documents that are built

const built = (api: 'v1' | 'v4', profile: 'documented' | 'observed') => loadContract(api, profile).document

t.test('no built contract is a change to itself', async t => {
  for (const api of ['v1', 'v4'] as const)
    for (const profile of profiles)
      t.strictSame(compareContracts(built(api, profile), built(api, profile)), [], `${api}, ${profile}`)
})

t.test('whatever is taken out of a built contract is missed', async t => {
  const whole: Any = built('v1', 'documented')
  const miss = (what: string, take: (document: Any) => unknown, isFelt: (change: Change) => boolean) => {
    const less = changed(take, whole)
    t.ok(breaking(compareContracts(whole, less)).some(isFelt), what)
    t.notOk(compareContracts(less, whole).some(isFelt), `${what}: not on the way back`)
  }
  for (const [path, item] of Object.entries<Any>(whole.paths)) {
    for (const method of Object.keys(item)) {
      const place = `${method.toUpperCase()} ${path}`
      miss(
        place,
        ({ paths }) => delete paths[path][method],
        change => change.place === place && change.what === 'is gone',
      )
      for (const status of Object.keys(item[method].responses).filter(status => status !== 'default')) {
        miss(
          `${place} ${status}`,
          ({ paths }) => delete paths[path][method].responses[status],
          change => change.place === `${place} ${status}` && change.what === 'is no longer answered',
        )
      }
    }
  }
  for (const [name, { properties = {} }] of Object.entries<Any>(whole.components.schemas)) {
    for (const field of Object.keys(properties)) {
      miss(
        `${name}.${field}`,
        ({ components }) => {
          const schema = components.schemas[name]
          delete schema.properties[field]
          schema.required = schema.required?.filter((other: string) => other !== field)
        },
        ({ place, what }) => place.endsWith(field) && / is no longer (answered|taken)$/.test(` ${what}`),
      )
    }
  }
  for (const reason of Object.keys(whole['x-refusals'])) {
    miss(
      reason,
      document => delete document['x-refusals'][reason],
      ({ place, what }) => place === `x-refusals: ${reason}` && what === 'is no longer refused',
    )
  }
})

t.test('what is known to differ between the docs and the servers is found', async t => {
  const told = (api: 'v1' | 'v4') =>
    compareContracts(built(api, 'documented'), built(api, 'observed')).map(
      ({ breaking, place, what }) => `${breaking ? '! ' : ''}${place}: ${what}`,
    )
  const [v1, v4] = [told('v1'), told('v4')]
  for (const change of [
    '! x-refusals: unauthorized: is 403 now, not 401',
    '! x-refusals: forbidden: is 401 now, not 403',
    '! components/schemas/Project /scripts: is no longer answered',
    'components/schemas/Project /path: is answered now',
    'x-conduct: deleteIsIdempotent: is off now, not on',
  ])
    t.ok(v1.includes(change), `v1: ${change}`)
  for (const change of [
    '! x-refusals: missing: has "error" now, not "message"',
    'components/schemas/PipelineBasic: has its fields in another order now',
  ])
    t.ok(v4.includes(change), `v4: ${change}`)
})
