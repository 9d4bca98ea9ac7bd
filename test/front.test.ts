// What a proxy in front of GitLab does to requests.
import t from 'tap'
import { createUnderstudy, type Understudy } from '../src/index.ts'
import { type Asked, ask } from './ask.ts'
import { answersIn, openWire, requestText } from './wire.ts'

const root = { as: 'QVy1PB7sTxfy4pqfZM1U' }
const bearer = { headers: { Authorization: `Bearer ${root.as}` } }
const sudo = { ...root, headers: { Sudo: 'developer' } }
const whoAmI = 'GET /user'

t.test('what becomes of a request, by habit', async t => {
  const rows: [front: string, request: string, asked: Asked, status: number, body: unknown][] = [
    ['', 'GET /projects/foo%2Fbar', root, 200, { id: 1 }],
    ['decode-slashes', 'GET /projects/foo%2Fbar', root, 404, { error: '404 Not Found' }],
    ['decode-slashes', 'GET /projects/foo%2fbar', root, 404, { error: '404 Not Found' }],
    ['decode-slashes', 'GET /projects/1', root, 200, { id: 1 }],
    ['decode-slashes', 'GET /projects?search=a%2Fb', root, 200, []],
    ['double-encode', 'GET /projects/foo%2Fbar', root, 404, { message: /404/ }],
    ['double-encode', 'GET /projects?search=b%61r', root, 200, [{ id: 1 }]],
    ['', whoAmI, sudo, 200, { username: 'developer' }],
    ['drop-sudo', whoAmI, sudo, 200, { username: 'root' }],
    ['drop-sudo', 'GET /user?sudo=developer', root, 200, { username: 'developer' }],
    ['', whoAmI, bearer, 200, { username: 'root' }],
    ['drop-authorization', whoAmI, bearer, 401, { message: '401 Unauthorized' }],
    [
      'drop-authorization, drop-sudo',
      whoAmI,
      { ...root, headers: { ...bearer.headers, ...sudo.headers } },
      200,
      { id: 1 },
    ],
  ]
  const servers = new Map<string, Understudy>()
  for (const [front, request, asked, status, body] of rows) {
    const server = servers.get(front) ?? (await createUnderstudy({ front }))
    servers.set(front, server)
    const answer = await ask(server.v4, request, asked)
    t.equal(answer.status, status, `${front || 'no front'}: ${request}`)
    t.match(answer.body, body)
  }
  for (const server of servers.values()) await server.close()
})

t.test('a plus in a path is a plus to servers, and a blank behind some proxies', async t => {
  for (const [front, status] of [
    ['', 200],
    ['plus-is-space', 404],
  ] as const) {
    await using server = await createUnderstudy({ front })
    server.patch({ 'v4.branches': { 900: { ...(await branchOf(server)), name: 'c++' } } })
    const answer = await ask(server.v4, 'GET /projects/1/repository/branches/c++', root)
    t.equal(answer.status, status, front)
    const encoded = await ask(server.v4, 'GET /projects/1/repository/branches/c%2B%2B', root)
    t.equal(encoded.status, 200, 'who encodes it is safe')
    const query = await ask(server.v4, 'GET /projects/1/repository/branches?search=c%2B%2B', root)
    t.equal(query.body.length, 1, 'queries are left alone')
  }
})

/** The row of a branch, to make another of. */
async function branchOf(server: Understudy): Promise<object> {
  const { body } = await ask(server.url, 'GET /__admin/tables/v4.branches')
  const { id: _, ...row } = body.rows.find((it: { project_id: number }) => it.project_id === 1)
  return row
}

t.test('no front keeps anybody from the control API', async t => {
  const headers = { Authorization: 'Bearer sesame' }
  for (const root of ['', '/gitlab']) {
    const front = ['drop-authorization', ...(root ? [`root=${root}`] : [])].join(',')
    await using server = await createUnderstudy({ front, adminToken: 'sesame' })
    for (const { url } of [server, server.world('mine')]) {
      t.equal((await ask(url, 'GET /__admin/settings', { headers })).status, 200, url)
      t.equal(
        (await ask(url, 'GET /__admin/settings')).status,
        401,
        'without a token it is as closed as ever',
      )
      t.equal(
        (await ask(url, 'GET /api/v4/user?to=/__admin/', bearer)).status,
        401,
        'nor does a query open GitLab',
      )
    }
  }
})

t.test('a server under a root', async t => {
  await using server = await createUnderstudy({ front: 'root=/tools/gitlab', checkAnswers: true })
  const { url, v4 } = server
  const base = url.replace('/tools/gitlab', '')
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+\/tools\/gitlab$/)
  t.equal(v4, `${url}/api/v4`)
  const inWorld = server.world('a')
  t.equal(inWorld.v1, `${url}/w/a/api/v1`)

  for (const at of [url, inWorld.url]) {
    const list = await ask(`${at}/api/v4`, 'GET /projects?per_page=1&page=2', root)
    const links = [...list.headers.get('link')!.matchAll(/<([^>]*)>/g)].map(([, link]) => link!)
    t.equal(links.length, 4)
    for (const link of links) {
      t.ok(link.startsWith(`${at}/api/v4/projects?`), link)
      t.equal((await ask('', `GET ${link}`, root)).status, 200, 'and can be followed')
    }
    t.ok(list.body[0].web_url.startsWith(`${at}/`), 'URLs in answers have it')
    const self = list.body[0]._links.self
    t.match(await ask('', `GET ${self}`, root), { status: 200, body: { id: list.body[0].id } })
    const signIn = await ask(`${at}/api/v4`, 'GET /projects', { headers: { 'X-Mock-Scenario': 'sign-in' } })
    t.equal(signIn.headers.get('location'), `${at}/users/sign_in`)

    const home = await ask(at, 'GET /')
    t.equal(home.status, 200)
    for (const [, address] of home.text.matchAll(/href="(\/[^"]*)"/g))
      t.equal((await ask(base, `GET ${address}`)).status, 200, `the first page leads to ${address}`)
    t.match(home.text, `${at}/api/v4/projects`, 'and has lines that work')
    for (const api of ['v4', 'v1', 'admin']) {
      const { servers } = (await ask(at, `GET /openapi/${api}.json`)).body
      t.equal(
        (await ask(base, `HEAD ${servers[0].url}/${api === 'admin' ? 'health' : 'projects'}`)).status < 500,
        true,
      )
      t.ok(servers[0].url.startsWith(at.replace(base, '')))
    }
    const docs = await fetch(`${at}/docs`)
    t.same([docs.status, docs.url], [200, `${at}/docs/`], 'the documentation')
    const page = await docs.text()
    for (const [, file] of page.matchAll(/(?:src|href)="(\.[^"]*)"/g))
      t.equal((await fetch(new URL(file!, docs.url))).status, 200, file!)
    for (const path of ['/-/health', '/__admin/health', '', '?a=b'])
      t.equal((await fetch(at + path)).status, 200, path)
  }

  const beside = [
    '/api/v4/version',
    '/',
    '/docs',
    '/__admin/health',
    '/tools/gitlabs/api/v4/version',
    '/tools',
    '/w/a/',
  ]
  for (const path of beside) {
    const answer = await ask(base, `GET ${path}`, root)
    t.match(answer, { status: 404, body: { error: '404 Not Found' } }, `${path} leads nowhere`)
  }
  t.match(server.requests().at(-1), { path: '/-/beside/w/a/', status: 404 }, 'and is told as it was asked')

  const wire = await openWire(base)
  const absolute = requestText(`GET http://gitlab.test/tools/gitlab/api/v4/version`, {
    'Private-Token': root.as,
  })
  wire.send(absolute)
  await wire.until(text => answersIn(text).answers.length === 1)
  t.equal(answersIn(wire.text()).answers[0]!.status, 200, 'a proxy’s form of an address')
  wire.socket.destroy()
})

t.test('a front that nobody knows is refused', async t => {
  const rows: [front: string, message: RegExp][] = [
    ['decode-slash', /has "decode-slash"; known are decode-slashes, .*, root=\/path$/],
    ['drop-sudo,,', /has ""/],
    ['root=', /has root=, which is no path such as \/gitlab$/],
    ['root=gitlab', /has root=gitlab, which is no path/],
    ['root=/a b', /which is no path/],
    ['root=/gitlab/', /which is no path/],
    ['constructor', /has "constructor"/],
  ]
  for (const [front, message] of rows) await t.rejects(createUnderstudy({ front }), { message }, front)
})
