import { gzipSync } from 'node:zlib'
import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }

const archive = gzipSync('an export')

/** A multipart form: texts, and a file where `file` is given as bytes. */
function formOf(fields: Record<string, string | Uint8Array>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, new Blob([Buffer.from(value)]), 'export.tar.gz')
  }
  return form
}

t.test('the life of an import', async t => {
  const world = gitlab.world('story')
  const body = formOf({
    namespace: 'email',
    path: 'impapi',
    file: archive,
    'override_params[visibility]': 'public',
    'override_params[description]': 'Over what the archive says',
    'override_params[some_other_param]': 'some_value',
  })
  const begun = await ask(world.v4, 'POST /projects/import', { ...root, body })
  t.equal(begun.status, 201)
  t.strictSame(begun.body, {
    id: 170,
    description: 'Over what the archive says',
    name: 'impapi',
    name_with_namespace: 'Email / impapi',
    path: 'impapi',
    path_with_namespace: 'email/impapi',
    created_at: begun.body.created_at,
    import_status: 'scheduled',
  })
  const status = await ask(world.v4, 'GET /projects/email%2Fimpapi/import', root)
  t.strictSame(
    status.body,
    { ...begun.body, import_status: 'finished' },
    'whoever waits for it is not left waiting',
  )

  const project = await ask(world.v4, 'GET /projects/170', root)
  t.match(project.body, { visibility: 'public', import_status: 'finished', creator_id: 1 })
  t.equal((await ask(world.v4, 'GET /projects/170')).status, 200, 'what was overridden holds: it is public')
  t.equal((await ask(world.v4, 'GET /projects/1/import', root)).body.import_status, 'none', 'never imported')
  t.equal((await ask(world.v4, 'DELETE /projects/170', root)).status, 204)
  t.equal((await ask(world.v4, 'GET /projects/170/import', root)).status, 404)
})

t.test('an import without a namespace goes to the own one, under another name if one is given', async t => {
  const world = gitlab.world('own')
  const body = formOf({ path: 'imported', name: 'All of it', file: archive })
  const begun = await ask(world.v4, 'POST /projects/import', { as: tokens.stranger, body })
  t.match(begun.body, { name: 'All of it', path_with_namespace: 'stranger/imported' })
  t.match((await ask(world.v4, 'GET /projects/170', { as: tokens.stranger })).body, { visibility: 'private' })
})

t.test('an import that cannot be made says why, and leaves everything as it was', async t => {
  const taken = ['has already been taken']
  const unusable = { message: { file: ['is not the archive of an exported project'] } }
  const file = archive
  const rows: [
    means: string,
    who: string | undefined,
    fields: Record<string, string | Uint8Array>,
    status: number,
    body: object,
  ][] = [
    ['no path', 'root', { file }, 400, { message: '400 (Bad request) "path" not given' }],
    ['no file', 'root', { path: 'x' }, 400, { message: '400 (Bad request) "file" not given' }],
    ['a path that is none', 'root', { path: 'a/b', file }, 400, { message: { path: ['is invalid'] } }],
    ['an empty path', 'root', { path: '', file }, 400, { message: { path: ["can't be blank"] } }],
    [
      'override_params: text',
      'root',
      { path: 'x', file, override_params: 'x' },
      400,
      { message: { override_params: ['is invalid'] } },
    ],
    [
      'overwrite: perhaps',
      'root',
      { path: 'x', file, overwrite: 'perhaps' },
      400,
      { message: { overwrite: ['is invalid'] } },
    ],
    ['a text instead of a file', 'root', { path: 'x', file: 'archive' }, 422, unusable],
    ['a file that is no archive', 'root', { path: 'x', file: Buffer.from('just text') }, 422, unusable],
    ['an empty file', 'root', { path: 'x', file: Buffer.alloc(0) }, 422, unusable],
    ['the first bytes of an archive', 'root', { path: 'x', file: archive.subarray(0, 10) }, 422, unusable],
    [
      'a name in use',
      'root',
      { namespace: 'foo', path: 'bar', file },
      409,
      { message: { name: taken, path: taken } },
    ],
    [
      'an unknown namespace',
      'root',
      { namespace: 'nowhere', path: 'x', file },
      404,
      { message: '404 Namespace Not Found' },
    ],
    [
      "another's namespace",
      'owner',
      { namespace: 'email', path: 'x', file },
      403,
      { message: '403 Forbidden' },
    ],
    ['who may make no projects', 'project', { path: 'x', file }, 403, { message: '403 Forbidden' }],
    ['nobody', undefined, { path: 'x', file }, 401, { message: '401 Unauthorized' }],
    [
      'a name in use beside the path that would be overwritten',
      'root',
      { namespace: 'foo', path: 'bar', name: 'Tracker', overwrite: 'true', file },
      409,
      { message: { name: taken } },
    ],
  ]
  const world = gitlab.world('not-imported')
  const before = await ask(world.v4, 'GET /projects', root)
  for (const [means, who, fields, status, body] of rows) {
    const answer = await ask(world.v4, 'POST /projects/import', {
      as: who && tokens[who],
      body: formOf(fields),
    })
    t.strictSame([answer.status, answer.body], [status, body], means)
  }
  t.equal((await ask(world.v4, 'GET /projects', root)).text, before.text)
})

t.test('overwriting replaces the project that has the path, and all below it', async t => {
  const world = gitlab.world('overwrite')
  const body = formOf({ namespace: '2', path: 'Bar', overwrite: 'true', file: archive })
  const begun = await ask(world.v4, 'POST /projects/import', { ...root, body })
  t.match(begun, { status: 201, body: { id: 170, path_with_namespace: 'foo/Bar' } })
  t.equal((await ask(world.v4, 'GET /projects/foo%2Fbar', root)).body.id, 170)
  t.equal((await ask(world.v4, 'GET /projects/1', root)).status, 404)
  t.strictSame((await ask(world.v4, 'GET /projects/170/pipelines', root)).body, [])
})

t.test('how far an import is, is for those who see the project', async t => {
  const rows: [who: string | undefined, project: number, status: number][] = [
    ['root', 1, 200],
    ['guest', 1, 200],
    ['stranger', 1, 404],
    ['stranger', 5, 200],
    [undefined, 5, 401],
    ['root', 404, 404],
  ]
  for (const [who, project, status] of rows) {
    const answer = await ask(gitlab.v4, `GET /projects/${project}/import`, { as: who && tokens[who] })
    t.equal(answer.status, status, `${who ?? 'anonymous'}: project ${project}`)
  }
})
