import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const developer = { as: tokens.developer }

const notGiven = { message: '400 (Bad request) "ref" not given' }
const noProject = { message: '404 Project Not Found' }
const noCommit = { message: '404 Commit Not Found' }
const noFile = { message: '404 File Not Found' }
const noRoute = { error: '404 Not Found' }

const first = 'a91957a858320c0e17f3a0eca7cfacbff50ea29a'
const master = '384c444e840a515b23f21915ee5766b87068a70d'
const before = '4745028cf0c6d7ac9c30aa9f4032cfa67fefe8c8'
const tip = '6c183d75b340b2c1423a92346a09ce23961c5881'

t.test('a file with its content in Base64', async t => {
  const path = '/projects/1/repository/files/src%2FREADME.md?ref=master'
  const { status, body, headers } = await ask(gitlab.v4, `GET ${path}`, developer)
  t.equal(status, 200)
  t.strictSame(body, {
    file_name: 'README.md',
    file_path: 'src/README.md',
    size: 30,
    encoding: 'base64',
    content: 'IyBzcmMKClRoZSBzb3VyY2VzIGxpdmUgaGVyZS4K',
    content_sha256: 'ef4dbfabebb00204c75b271ebc821894f92bdf8237a0793ffdc9d9c0967eb4cb',
    ref: 'master',
    blob_id: 'a03dd3aedd1b857946997b9101b39755fe76be41',
    commit_id: master,
    last_commit_id: master,
  })
  const head = await ask(gitlab.v4, `HEAD ${path}`, developer)
  t.strictSame([head.status, head.text, head.headers.get('etag')], [200, '', headers.get('etag')])
  const known = { ...developer, headers: { 'If-None-Match': headers.get('etag')! } }
  t.equal((await ask(gitlab.v4, `GET ${path}`, known)).status, 304)
})

t.test('files by branch, tag and commit, paths and refs as %2F', async t => {
  const rows: [file: string, ref: string, status: number, body: object][] = [
    ['README.md', 'master', 200, { commit_id: master, last_commit_id: first, file_name: 'README.md' }],
    ['src%2FREADME.md', 'my%2Fbranch', 200, { commit_id: tip, ref: 'my/branch', last_commit_id: master }],
    ['src%2fREADME.md', 'my/branch', 200, { commit_id: tip }],
    ['src%2FREADME.md', 'my%2Ftag', 200, { commit_id: master, ref: 'my/tag' }],
    ['src%2FREADME.md', master, 200, { commit_id: master, ref: master }],
    ['src%2FREADME.md', before, 200, { commit_id: before, ref: before }],
    ['src%2FREADME.md', tip, 200, { commit_id: tip }],
    ['README.md', first, 200, { commit_id: first, last_commit_id: first }],
    ['.gitlab-ci.yml', 'new-pipeline', 200, { file_name: '.gitlab-ci.yml' }],
    ['src%2FREADME.md', first, 404, noFile],
    ['src%2FREADME.md', 'new-pipeline', 404, noFile],
    ['README.MD', 'master', 404, noFile],
    ['src', 'master', 404, noFile],
    ['src%252FREADME.md', 'master', 404, noFile],
    ['README.md', 'nowhere', 404, noCommit],
    ['README.md', 'f'.repeat(40), 404, noCommit],
    ['README.md', 'a0005bb1a5a00267cb979362c27c030de9a89659', 404, noCommit],
    ['src/README.md', 'master', 404, noRoute],
  ]
  for (const [file, ref, status, body] of rows) {
    for (const project of ['1', 'foo%2Fbar']) {
      const path = `/projects/${project}/repository/files/${file}?ref=${ref}`
      const got = await ask(gitlab.v4, `GET ${path}`, developer)
      t.equal(got.status, status, path)
      t.match(got.body, body, path)
    }
  }
})

t.test('names and contents of any kind', async t => {
  const world = gitlab.world('kinds')
  const row = { project_id: 1, refs: ['master'], blob_id: first, commit_id: master, last_commit_id: master }
  const rows: [path: string, asked: string, content: string][] = [
    ['package.json', 'package.json', '{}'],
    ['a b+c%.txt', 'a%20b+c%25.txt', 'blank, plus and percent'],
    ['лис/🦊.md', encodeURIComponent('лис/🦊.md'), '🦊'],
    ['empty', 'empty', ''],
  ]
  for (const [index, [file_path, asked, content]] of rows.entries()) {
    world.patch({ 'v4.repository_files': { [50 + index]: { ...row, file_path, content } } })
    const { body } = await ask(world.v4, `GET /projects/1/repository/files/${asked}?ref=master`, developer)
    t.match(body, { file_path, file_name: file_path.split('/').at(-1), size: Buffer.byteLength(content) })
    t.equal(Buffer.from(body.content, 'base64').toString(), content, file_path)
  }
})

t.test('what is asked for comes before who asks, and where', async t => {
  const rows: [means: string, request: string, who: string, status: number, body: object][] = [
    ['no ref', '/projects/1/repository/files/README.md', 'developer', 400, notGiven],
    ['no ref, nobody', '/projects/1/repository/files/README.md', 'nobody', 400, notGiven],
    ['no ref, no project', '/projects/2/repository/files/README.md', 'developer', 400, notGiven],
    [
      'a list of refs',
      '/projects/1/repository/files/x?ref[]=master',
      'developer',
      400,
      { message: { ref: ['is invalid'] } },
    ],
    ['reporter', '/projects/1/repository/files/README.md?ref=master', 'reporter', 200, {}],
    ['readonly', '/projects/1/repository/files/README.md?ref=master', 'readonly', 200, {}],
    [
      'guest',
      '/projects/1/repository/files/README.md?ref=master',
      'guest',
      403,
      { message: '403 Forbidden' },
    ],
    ['stranger', '/projects/1/repository/files/README.md?ref=master', 'stranger', 404, noProject],
    ['nobody', '/projects/1/repository/files/README.md?ref=master', 'nobody', 404, noProject],
    ['nobody, public tag', '/projects/5/repository/files/README.md?ref=v0.5.0', 'nobody', 200, {}],
    ['nobody, public branch', '/projects/5/repository/files/README.md?ref=master', 'nobody', 200, {}],
    [
      'readuser',
      '/projects/5/repository/files/README.md?ref=master',
      'readuser',
      403,
      { scope: 'api read_api' },
    ],
    [
      'expired',
      '/projects/5/repository/files/README.md?ref=master',
      'expired',
      401,
      { message: '401 Unauthorized' },
    ],
    [
      'other methods',
      '/projects/5/repository/files/README.md?ref=master',
      'PUT',
      405,
      { message: '405 Method Not Allowed' },
    ],
  ]
  for (const [means, path, who, status, body] of rows) {
    const asked = tokens[who] ? { as: tokens[who] } : {}
    const got = await ask(gitlab.v4, `${who === 'PUT' ? 'PUT' : 'GET'} ${path}`, asked)
    t.equal(got.status, status, means)
    t.match(got.body, body, means)
  }
})

t.test('every branch and tag of the default world has a README and a pipeline to run', async t => {
  for (const project of [1, 5, 8, 12, 42, 169]) {
    for (const kind of ['branches', 'tags']) {
      const { body } = await ask(gitlab.v4, `GET /projects/${project}/repository/${kind}`, {
        as: tokens.root,
      })
      for (const { name, commit } of body) {
        for (const file of ['README.md', '.gitlab-ci.yml']) {
          const path = `/projects/${project}/repository/files/${file}?ref=${encodeURIComponent(name)}`
          const got = await ask(gitlab.v4, `GET ${path}`, { as: tokens.root })
          t.equal(got.body.commit_id, commit.id, path)
        }
      }
    }
  }
})

t.test('a new project has the README that it was asked to begin with', async t => {
  const { v4 } = gitlab.world('new')
  const json = { name: 'Begun', description: 'Just begun.', initialize_with_readme: true }
  const { id } = (await ask(v4, 'POST /projects', { ...developer, json })).body
  const { body } = await ask(v4, `GET /projects/${id}/repository/files/README.md?ref=master`, developer)
  t.equal(Buffer.from(body.content, 'base64').toString(), '# Begun\n\nJust begun.')
})
