import { execFile } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { mergePatch, sourceless, strayPlace } from '../src/contract/patch.ts'
import { createUnderstudy } from '../src/index.ts'
import { readFixtures } from '../src/store/fixtures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pipeline = '/paths/~1projects~1{id}~1pipelines~1{pipeline_id}/get'

// biome-ignore lint/suspicious/noExplicitAny: what a fault makes of a document need not be one
type Faulty = any

/** What is done to the contract of v4, and what the start then says. */
const faults: [what: string, fault: (document: Faulty) => unknown, place: string, problem: string][] = [
  [
    'an unknown extension of an operation',
    ({ paths }) => (paths['/projects/{id}/pipelines/{pipeline_id}'].get['x-state'] = 'pending'),
    `${pipeline}/x-state`,
    'unknown extension; known here are: x-pagination, x-ability, x-since, x-source',
  ],
  [
    'an unknown extension of the root',
    document => (document['x-refusal'] = {}),
    '/x-refusal',
    'unknown extension; known here are: x-refusals, x-conduct',
  ],
  [
    'an extension where none may stand',
    ({ components }) => (components.schemas.Pipeline.properties.id['x-source'] = 'docs: pipelines.md'),
    '/components/schemas/Pipeline/properties/id/x-source',
    'unknown extension; known here are: none',
  ],
  [
    'a source of no kind',
    ({ components }) => (components.schemas.Pipeline['x-source'] = 'hearsay: somebody said so'),
    '/components/schemas/Pipeline/x-source',
    'begins with none of docs, observed, derived and a colon',
  ],
  [
    'an answer that nobody knows the source of',
    ({ components }) => delete components.responses.Forbidden['x-source'],
    '/paths/~1projects/get/responses/403',
    'has no x-source',
  ],
  [
    'a wording that nobody knows the source of',
    document => delete document['x-refusals'].forbidden['x-source'],
    '/x-refusals/forbidden',
    'has no x-source',
  ],
  [
    'a conduct switch that nobody knows the source of',
    document => (document['x-conduct'].deleteIsIdempotent = { value: true }),
    '/x-conduct/deleteIsIdempotent',
    'has no x-source',
  ],
  [
    'an unknown security scheme',
    ({ paths }) => paths['/version'].get.security.push({ magic: [] }),
    '/paths/~1version/get',
    'unknown security scheme magic',
  ],
  [
    'a scheme that nobody can tell the caller of',
    ({ components }) => (components.securitySchemes.magic = { type: 'http', scheme: 'magic' }),
    '/components/securitySchemes/magic',
    "v4 can't tell who that is",
  ],
  [
    'an operationId that is used twice',
    ({ paths }) => (paths['/version'].get.operationId = 'listUsers'),
    '/paths/~1users/get',
    'operationId listUsers is used twice',
  ],
  [
    'an operation without an id',
    ({ paths }) => delete paths['/version'].get.operationId,
    '/paths/~1version/get',
    'has no operationId',
  ],
  [
    'an operation that is gone from all profiles, while its behaviour is there',
    ({ paths }) => delete paths['/version'],
    'behaviour getVersion',
    'the contract has no such operation',
  ],
  [
    'a path that names what is no parameter',
    ({ paths }) => paths['/users/{id}'].get.parameters.splice(0),
    '/paths/~1users~1{id}/get',
    'the path names {id}, which is not a parameter',
  ],
  [
    'a path parameter that the path does not name',
    ({ paths }) =>
      (paths['/version'].get.parameters = [{ name: 'id', in: 'path', required: true, schema: {} }]),
    '/paths/~1version/get',
    'the path does not name its parameter {id}',
  ],
  [
    'an unknown conduct switch',
    document => (document['x-conduct'].deleteIsFun = true),
    '/x-conduct/deleteIsFun',
    'unknown switch',
  ],
  [
    'a conduct switch of another type',
    document => (document['x-conduct'].deleteIsIdempotent = { value: 'no', 'x-source': 'docs: README.md' }),
    '/x-conduct/deleteIsIdempotent',
    'has a value that is no boolean',
  ],
  [
    'a wording of what is no reason',
    document => (document['x-refusals'].tired = { status: 418 }),
    '/x-refusals/tired',
    'unknown reason',
  ],
  [
    'an operation that never succeeds',
    ({ paths }) => delete paths['/version'].get.responses[200],
    '/paths/~1version/get/responses',
    'documents no success',
  ],
  [
    'an unknown way of paging',
    ({ paths }) => (paths['/users'].get['x-pagination'] = ['cursor']),
    '/paths/~1users/get/x-pagination',
    'cursor is not one of offset, keyset',
  ],
  [
    'a reference that leads nowhere',
    ({ components }) =>
      (components.schemas.Pipeline.properties.user = { $ref: '#/components/schemas/Nobody' }),
    '/components/schemas/Pipeline/properties/user',
    '#/components/schemas/Nobody leads nowhere',
  ],
  [
    'a parameter that refers to nothing',
    ({ paths }) => (paths['/version'].get.parameters = [{ $ref: '#/components/parameters/nothing' }]),
    '/paths/~1version/get',
    '#/components/parameters/nothing leads nowhere',
  ],
  ['no wordings at all', document => delete document['x-refusals'], '/x-refusals', 'is missing'],
]

t.test('a broken contract refuses to start, and tells file and place', async t => {
  const house = t.testdir({ src: {}, dist: { openapi: {} }, fixtures: {} })
  for (const part of ['src', 'dist/openapi', 'fixtures'])
    cpSync(join(root, part), join(house, part), { recursive: true })
  const file = join(house, 'dist/openapi/v4.documented.json')
  const other = join(house, 'dist/openapi/v4.observed.json')
  const sound = readFileSync(file, 'utf8')
  const copy: { createUnderstudy: typeof createUnderstudy } = await import(
    `${pathToFileURL(house)}/src/index.ts`
  )
  const refusal = () =>
    copy.createUnderstudy().then(
      understudy => understudy.close().then(() => 'it starts'),
      (error: Error) => error.message,
    )
  t.equal(await refusal(), 'it starts', 'a sound one starts')
  for (const [what, fault, place, problem] of faults) {
    const document = JSON.parse(sound)
    fault(document)
    for (const profile of [file, other]) writeFileSync(profile, JSON.stringify(document))
    const message = await refusal()
    t.ok(message.startsWith(`${file}: `), `${what}: the file`, { message })
    t.match(message, `${place}: ${problem}`, `${what}: ${place}: ${problem}`)
  }
  writeFileSync(file, '{ "openapi": ')
  t.match(await refusal(), `${file}: `, 'what is not JSON')
})

t.test('a broken contract is not built, and the page and the place are told', async t => {
  const house = t.testdir({ src: {}, openapi: {} })
  for (const part of ['src', 'openapi', 'package.json'])
    cpSync(join(root, part), join(house, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'))
  const edit = (file: string, text: string, by: string) => {
    const before = readFileSync(join(house, file), 'utf8')
    t.match(before, text, `${file} has what is to be broken`)
    writeFileSync(join(house, file), before.replace(text, by))
  }
  edit('openapi/v4/version.yaml', 'example: { version: 13.0.0', 'example: { version: 13')
  edit('openapi/v4/pipelines.yaml', 'example: 46', 'example: latest')
  edit('openapi/v1/observed.yaml', '    Project:', '    Projekt:')
  edit('openapi/v4/observed.yaml', '\npaths:\n', '\npaths:\n  /versoin: { get: null }\n')
  const node = promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/contract/build.ts'], {
    cwd: house,
  })
  const { code, stderr } = await node.then(
    () => ({ code: 0, stderr: '' }),
    error => error,
  )
  t.equal(code, 2)
  t.match(
    stderr,
    'openapi/v4/version.yaml: /paths/~1version/get/responses/200/content/application~1json/example: /version must be string',
  )
  t.match(stderr, 'openapi/v4/openapi.yaml: /components/parameters/pipeline/example: it must be integer')
  t.match(stderr, 'openapi/v1/observed.yaml: nothing refers to #/components/schemas/Projekt')
  t.match(
    stderr,
    'openapi/v4/observed.yaml: /paths/~1versoin is not in the contract, so there is nothing to replace',
  )
})

const target = {
  paths: {
    '/a': {
      get: {
        parameters: [
          { name: 'q', in: 'query', schema: { type: 'string' } },
          { $ref: '#/components/parameters/page' },
        ],
        responses: { 200: { description: 'fine' } },
      },
    },
  },
  components: {
    schemas: { A: { properties: { x: {}, y: {} }, required: ['x', 'y'] } },
    parameters: { page: { name: 'page', in: 'query', schema: { type: 'integer' } } },
  },
  'x-refusals': { missing: { status: 400, body: { message: 'not given' } } },
  'x-conduct': { swift: { value: true, 'x-source': 'docs: README.md' } },
}

t.test('an overlay speaks of what is there, or adds what can be added', async t => {
  const get = (patch: object) => ({ paths: { '/a': { get: patch } } })
  const table: [what: string, patch: object, stray: string | undefined][] = [
    ['a switch', { 'x-conduct': { swift: { value: false } } }, undefined],
    ['the fields of a schema', { components: { schemas: { A: { properties: { z: {} } } } } }, undefined],
    ['what goes', { components: { schemas: { A: { required: null } } } }, undefined],
    ['a further response', get({ responses: { 404: {} } }), undefined],
    ['a further component', { components: { schemas: { B: { properties: {} } } } }, undefined],
    ['a further refusal', { 'x-refusals': { tired: {} } }, undefined],
    ['a parameter', get({ parameters: { q: { schema: { type: 'integer' } } } }), undefined],
    ['a parameter that is a reference', get({ parameters: { page: { schema: {} } } }), undefined],
    ['a further parameter', get({ parameters: { sort: { in: 'query' } } }), undefined],
    ['who may ask', get({ security: [] }), undefined],
    ['nothing', {}, undefined],
    ['an unknown path', { paths: { '/b': {} } }, '/paths/~1b'],
    ['an unknown method', { paths: { '/a': { put: {} } } }, '/paths/~1a/put'],
    ['an unknown part of the root', { info: {} }, '/info'],
    [
      'a slip within a parameter',
      get({ parameters: { q: { shcema: {} } } }),
      '/paths/~1a/get/parameters/q/shcema',
    ],
    [
      'a parameter that goes and is not there',
      get({ parameters: { p: null } }),
      '/paths/~1a/get/parameters/p',
    ],
    [
      'what goes and is not there',
      { components: { schemas: { A: { type: null } } } },
      '/components/schemas/A/type',
    ],
    [
      'a response that goes and is not there',
      get({ responses: { 404: null } }),
      '/paths/~1a/get/responses/404',
    ],
    [
      'a slip within a response',
      get({ responses: { 200: { contnet: {} } } }),
      '/paths/~1a/get/responses/200/contnet',
    ],
  ]
  for (const [what, patch, stray] of table) t.equal(strayPlace(target, patch), stray, what)
})

t.test('an overlay tells what each of its claims rests on', async t => {
  const known = { 'x-source': 'observed: so it is (on the wire)' }
  const table: [what: string, patch: object, sourceless: string[]][] = [
    ['a wording', { 'x-refusals': { missing: { status: 422 } } }, ['/x-refusals/missing']],
    ['a wording with its source', { 'x-refusals': { missing: { status: 422, ...known } } }, []],
    ['a switch', { 'x-conduct': { swift: { value: false } } }, ['/x-conduct/swift']],
    ['an answer', { components: { responses: { A: { description: 'a' } } } }, ['/components/responses/A']],
    ['an answer that another tells of', { paths: { '/a': { responses: { 404: { $ref: '#/b' } } } } }, []],
    ['an answer that goes', { paths: { '/a': { responses: { 404: null } } } }, []],
  ]
  for (const [what, patch, places] of table) t.strictSame(sourceless(patch), places, what)
})

t.test('an overlay replaces what is there', async t => {
  const patch = {
    paths: {
      '/a': { get: { parameters: { q: null, page: { schema: { default: 1 } }, sort: { in: 'query' } } } },
    },
    components: { schemas: { A: { properties: { y: {}, z: {} }, required: ['y'] } } },
    'x-refusals': { missing: { body: { error: 'is missing' } } },
    'x-conduct': null,
  }
  const before = structuredClone(target)
  const merged = mergePatch(target, patch) as Faulty
  t.strictSame(
    Object.keys(merged.components.schemas.A.properties),
    ['y', 'z'],
    'properties are replaced whole',
  )
  t.strictSame(merged.components.schemas.A.required, ['y'], 'so are lists')
  t.strictSame(
    merged['x-refusals'].missing,
    { status: 400, body: { error: 'is missing' } },
    'and the body of a wording',
  )
  t.strictSame(
    merged.paths['/a'].get.parameters,
    [
      { name: 'page', in: 'query', schema: { type: 'integer', default: 1 } },
      { name: 'sort', in: 'query' },
    ],
    'items of a list are changed, taken away and added by name',
  )
  t.strictSame(
    merged.components.parameters,
    target.components.parameters,
    'what others refer to as well stays as it is for them',
  )
  t.strictSame(merged.paths['/a'].get.responses, target.paths['/a'].get.responses, 'what is not named stays')
  t.notOk('x-conduct' in merged, 'null takes away')
  t.strictSame(target, before, 'the target is left as it was')
})

t.test('a broken fixture refuses to start, and tells file and place', async t => {
  const table: [what: string, content: unknown, place: string][] = [
    ['no JSON', '{ "rows": [', 'not JSON: '],
    ['not an object', 'null', '/rows: is not a list'],
    ['rows by name', { rows: { 1: {} } }, '/rows: is not a list'],
    ['a row that is none', { rows: [{ id: 1 }, 2] }, '/rows/1: is not an object'],
    ['a row that is a list', { rows: [[]] }, '/rows/0: is not an object'],
    ['no id', { rows: [{ status: 'pending' }] }, '/rows/0/id: is not a positive whole number'],
    ['an id as text', { rows: [{ id: '1' }] }, '/rows/0/id: is not a positive whole number'],
    ['an id of nothing', { rows: [{ id: 0 }] }, '/rows/0/id: is not a positive whole number'],
    ['rows that are not sorted', { rows: [{ id: 2 }, { id: 1 }] }, '/rows/1/id: 1 does not come after 2'],
    ['an id twice', { rows: [{ id: 2 }, { id: 3 }, { id: 3 }] }, '/rows/2/id: 3 does not come after 3'],
    ['an unknown key', { rows: [], nxet: 7 }, '/nxet: unknown key; known are "rows" and "next"'],
    [
      'a next id that is taken',
      { rows: [{ id: 7 }], next: 7 },
      '/next: is not a whole number above the last id',
    ],
    ['a next id that is none', { rows: [], next: 'seven' }, '/next: is not a whole number above the last id'],
  ]
  for (const [what, content, place] of table) {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    const folder = t.testdir({ v4: { 'pipelines.json': text } })
    const message = `${join(folder, 'v4/pipelines.json')}: ${place}`
    t.throws(() => readFixtures(folder), { message }, `${what}: ${place}`)
    await t.rejects(createUnderstudy({ fixtures: folder }), { message }, `${what}: nothing starts`)
  }
  const folder = t.testdir({ v4: {} })
  t.throws(() => readFixtures(folder), { message: `${folder}: no fixtures` }, 'an empty folder')
  t.throws(
    () => readFixtures(join(folder, 'none')),
    { message: `${join(folder, 'none')}: no fixtures` },
    'no folder',
  )
  const misnamed = t.testdir({ v4: { 'pipeline.json': '{ "rows": [] }' } })
  const stray = { message: `${join(misnamed, 'v4/pipeline.json')}: nobody reads a table of this name` }
  await t.rejects(createUnderstudy({ fixtures: misnamed }), stray, 'a file that no room reads')
  const odd = t.testdir({
    accounts: { 'users.json': '{ "rows": [{ "id": 7, "username": "nobody" }] }' },
    v4: { 'pipelines.json': '{ "rows": [{ "id": 8, "project_id": 404 }] }' },
  })
  for (const told of [
    /accounts\/users\.json: row 7: it must have/,
    /v4\/pipelines\.json: row 8 can't be shown/,
  ]) {
    await t.rejects(createUnderstudy({ fixtures: odd }), { message: told }, `${told}`)
  }
})
