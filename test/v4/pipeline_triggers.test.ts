import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const root = { as: tokens.root }
const token = 'trigger-token-0000001'
const path = '/projects/1/trigger/pipeline'

const variable = (key: string, value: string) => ({ key, variable_type: 'env_var', value })

t.test('whoever has the token starts a pipeline in the name of its owner', async t => {
  const rows: [how: string, path: string, asked: Asked, started: object, variables: object[]][] = [
    ['form', path, { form: { token, ref: 'master' } }, { ref: 'master', user: { id: 11 } }, []],
    ['JSON', path, { json: { token, ref: 'master' } }, { ref: 'master', user: { id: 11 } }, []],
    ['query', `${path}?token=${token}&ref=master`, {}, { ref: 'master', user: { id: 11 } }, []],
    [
      'variables as a form',
      path,
      { form: { token, ref: 'master', 'variables[A]': '1', 'variables[B]': 'x y' } },
      { ref: 'master' },
      [variable('A', '1'), variable('B', 'x y')],
    ],
    [
      'variables as JSON',
      path,
      { json: { token, ref: 'master', variables: { A: '1' } } },
      { ref: 'master' },
      [variable('A', '1')],
    ],
    [
      'a tag',
      path,
      { form: { token, ref: 'my/tag' } },
      { ref: 'my/tag', tag: true, sha: '384c444e840a515b23f21915ee5766b87068a70d' },
      [],
    ],
    [
      'the ref in the path',
      '/projects/1/ref/master/trigger/pipeline',
      { form: { token } },
      { ref: 'master' },
      [],
    ],
    [
      'a ref with a slash in the path',
      '/projects/1/ref/my%2Fbranch/trigger/pipeline',
      { form: { token } },
      { ref: 'my/branch' },
      [],
    ],
    [
      'the path wins over the body',
      '/projects/1/ref/master/trigger/pipeline',
      { form: { token, ref: 'my/tag' } },
      { ref: 'master', tag: false },
      [],
    ],
    [
      'the project by its path',
      '/projects/foo%2FBar/trigger/pipeline',
      { form: { token, ref: 'master' } },
      {},
      [],
    ],
    [
      "a CI job's token",
      path,
      { form: { token: tokens.job!, ref: 'new-pipeline' } },
      { ref: 'new-pipeline', user: { id: 13 } },
      [],
    ],
    [
      'other credentials do not matter',
      path,
      { as: tokens.revoked, form: { token, ref: 'master' } },
      { user: { id: 11 } },
      [],
    ],
  ]
  for (const [number, [how, path, asked, started, variables]] of rows.entries()) {
    const world = gitlab.world(`started-${number}`)
    const { status, body } = await ask(world.v4, `POST ${path}`, asked)
    t.match({ status, body }, { status: 201, body: { id: 61, status: 'pending', ...started } }, how)
    const kept = await ask(world.v4, 'GET /projects/1/pipelines/61/variables', root)
    t.strictSame(kept.body, variables, `${how}: its variables`)
  }
})

t.test('a pipeline that cannot be started says why, and is not', async t => {
  const notFound = { message: '404 Not Found' }
  const missing = (attribute: string) => ({ message: `400 (Bad request) "${attribute}" not given` })
  const noMap = { message: 'variables needs to be a map of key-valued strings' }
  const rows: [means: string, path: string, asked: Asked, status: number, body: object][] = [
    ['no ref', path, { form: { token } }, 400, missing('ref')],
    ['no token', path, { form: { ref: 'master' } }, 400, missing('token')],
    ['no ref and no token: the first is told', path, {}, 400, missing('ref')],
    ['a personal token is none', path, { ...root, form: { ref: 'master' } }, 400, missing('token')],
    ['a wrong token', path, { form: { token: 'wrong', ref: 'master' } }, 404, notFound],
    [
      "a person's token as a trigger's",
      path,
      { form: { token: tokens.root!, ref: 'master' } },
      404,
      notFound,
    ],
    [
      "another project's token",
      '/projects/8/trigger/pipeline',
      { form: { token, ref: 'master' } },
      404,
      notFound,
    ],
    [
      "another project's job",
      '/projects/8/trigger/pipeline',
      { form: { token: tokens.job!, ref: 'master' } },
      404,
      notFound,
    ],
    [
      'an unknown project',
      '/projects/404/trigger/pipeline',
      { form: { token, ref: 'master' } },
      404,
      notFound,
    ],
    [
      'an unknown ref',
      path,
      { form: { token, ref: 'nowhere' } },
      400,
      { message: { base: ['Reference not found'] } },
    ],
    [
      'variables: text',
      path,
      { form: { token, ref: 'master', variables: 'A' } },
      400,
      { message: 'variables needs to be a map of key-valued strings' },
    ],
    [
      'variables: a list',
      path,
      { form: { token, ref: 'master', 'variables[]': 'A' } },
      400,
      { message: 'variables needs to be a map of key-valued strings' },
    ],
    [
      'variables: a map in a map',
      path,
      { form: { token, ref: 'master', 'variables[A][B]': '1' } },
      400,
      noMap,
    ],
    ['variables: numbers', path, { json: { token, ref: 'master', variables: { A: 1 } } }, 400, noMap],
  ]
  const world = gitlab.world('not-started')
  for (const [means, path, asked, status, body] of rows) {
    const answer = await ask(world.v4, `POST ${path}`, asked)
    t.strictSame([answer.status, answer.body], [status, body], means)
  }
  const left = await ask(world.v4, 'GET /projects/1/pipelines', root)
  t.equal(left.headers.get('x-total'), '3', 'no pipeline came of it')
})

t.test('a trigger can do what its owner can, as long as it is there', async t => {
  const world = gitlab.world('trigger')
  const start = () => ask(world.v4, `POST ${path}`, { form: { token, ref: 'master' } })
  world.patch({ 'v4.members': { 3: { access_level: 20 } } })
  const refused = await start()
  t.strictSame(
    [refused.status, refused.body],
    [403, { message: '403 Forbidden' }],
    'its owner is a reporter now',
  )
  world.patch({ 'v4.members': { 3: { access_level: 40 } } })
  t.equal((await start()).body.id, 61)
  t.equal((await ask(world.v4, 'GET /projects/1/pipelines?username=maintainer', root)).body[0].id, 61)
  world.patch({ 'v4.pipeline_triggers': { 1: null } })
  t.equal((await start()).status, 404)
})
