// Who may ask the control API: this machine's people and programs, and no page that isn't its own.
import { connect } from 'node:net'
import t from 'tap'
import { guardOf, isOwn, tokenFor } from '../src/control/guard.ts'
import { createUnderstudy, type Understudy } from '../src/index.ts'
import { ask } from './ask.ts'

const adminToken = 'the-admin-token-1'
const [open, guarded] = await Promise.all([
  createUnderstudy({ checkAnswers: true }),
  createUnderstudy({ checkAnswers: true, adminToken }),
])
t.teardown(() => Promise.all([open.close(), guarded.close()]))

const portOf = ({ url }: Understudy) => new URL(url).port

/** Sends a request's lines as they stand, `{port}` filled in; answers the status, and all that came back. */
function raw(
  server: Understudy,
  lines: readonly string[],
  body = '',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(portOf(server)), '127.0.0.1')
    let text = ''
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text }))
    const sent = [...lines, 'Connection: close', '', body].join('\r\n').replaceAll('{port}', portOf(server))
    socket.write(sent)
  })
}

const own = 'Host: 127.0.0.1:{port}'

t.test('open to this machine, under its own names', async t => {
  const hosts: [host: string, status: number][] = [
    ['127.0.0.1:{port}', 200],
    ['127.0.0.1', 200],
    ['127.12.3.4:{port}', 200],
    ['localhost:{port}', 200],
    ['LOCALHOST:{port}', 200],
    ['localhost.:{port}', 200],
    ['127.0.0.1.:{port}', 200],
    ['my-test.localhost:{port}', 200],
    ['[::1]:{port}', 200],
    ['[0:0:0:0:0:0:0:1]:{port}', 200],
    ['localhost:1', 200],
    ['rebound.example:{port}', 403],
    ['rebound.example', 403],
    ['rebound.example.', 403],
    ['localhost.rebound.example', 403],
    ['127.0.0.1.rebound.example', 403],
    ['notlocalhost', 403],
    ['localhost@rebound.example', 403],
    ['rebound.example@localhost', 403],
    ['rebound.example#.localhost', 403],
    ['rebound.example/.localhost', 403],
    ['rebound.example localhost', 403],
    ['localhost:{port}:80', 403],
    ['::1', 403],
    ['[::1', 403],
    ['[fe80::1]:{port}', 403],
    ['[::ffff:10.0.0.5]', 403],
    ['192.168.1.5:{port}', 403],
    ['0.0.0.0:{port}', 403],
    ['1270.0.0.1', 403],
    ['', 403],
    ['null', 403],
  ]
  for (const [host, status] of hosts) {
    const { text, ...answer } = await raw(open, ['GET /__admin/worlds HTTP/1.1', `Host: ${host}`])
    t.equal(answer.status, status, `Host: ${host}`)
    if (status === 403) t.match(text, /ask 127\.0\.0\.1 or localhost/, 'and it is told how to ask')
  }
  const old = await raw(open, ['GET /__admin/worlds HTTP/1.0'])
  t.equal(old.status, 403, 'who names no host has not been led here by this machine')
  t.equal((await raw(open, ['GET /__admin/worlds HTTP/1.1'])).status, 400, 'and as of 1.1, one is named')
})

t.test('no page of another origin', async t => {
  const rows: [what: string, lines: string[], status: number][] = [
    ['a page of its own', ['Origin: http://127.0.0.1:{port}'], 200],
    ['its own page behind TLS', ['Origin: https://127.0.0.1:{port}'], 200],
    ['in upper case', ['Origin: HTTP://127.0.0.1:{port}'], 200],
    [
      'its own page, as browsers tell',
      ['Origin: http://127.0.0.1:{port}', 'Sec-Fetch-Site: same-origin'],
      200,
    ],
    ['the address bar', ['Sec-Fetch-Site: none'], 200],
    ['another site', ['Origin: http://evil.example'], 403],
    ['this machine, another port', ['Origin: http://127.0.0.1:1'], 403],
    ['this machine, the usual port', ['Origin: http://127.0.0.1'], 403],
    ['another name of this machine', ['Origin: http://localhost:{port}'], 403],
    ['a file, a sandbox, a data: URL', ['Origin: null'], 403],
    ['nothing', ['Origin: '], 403],
    ['no URL', ['Origin: 127.0.0.1:{port}'], 403],
    ['another scheme', ['Origin: chrome-extension://127.0.0.1:{port}'], 403],
    ['a user in front', ['Origin: http://127.0.0.1:{port}@evil.example'], 403],
    ['a path behind', ['Origin: http://evil.example/127.0.0.1:{port}'], 403],
    ['two of them', ['Origin: http://127.0.0.1:{port}, http://evil.example'], 403],
    ['two lines of them', ['Origin: http://127.0.0.1:{port}', 'Origin: http://evil.example'], 403],
    [
      'an image of another site, without an origin',
      ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'],
      403,
    ],
    ['of this machine, but of another port', ['Sec-Fetch-Site: same-site'], 403],
    ['a link of another site', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'], 403],
    ['a proxy that says who it was called', ['X-Forwarded-Host: rebound.example'], 403],
    [
      'one that was called by our name, behind another',
      ['X-Forwarded-Host: localhost, rebound.example'],
      403,
    ],
    ['a proxy of this machine', ['X-Forwarded-Host: localhost:8000'], 200],
    [
      'whose page is of the proxy’s name',
      ['X-Forwarded-Host: evil.example', 'Origin: http://evil.example'],
      403,
    ],
  ]
  for (const [what, lines, status] of rows) {
    for (const method of ['GET', 'HEAD', 'DELETE'])
      t.equal(
        (await raw(open, [`${method} /__admin/requests HTTP/1.1`, own, ...lines])).status,
        method === 'DELETE' && status === 200 ? 204 : status,
        `${method} by ${what}`,
      )
  }
  for (const forwarded of ['localhost', '127.0.0.1', 'localhost:8080']) {
    const { status } = await raw(open, [
      ...['GET /__admin/worlds HTTP/1.1', 'Host: rebound.example', `X-Forwarded-Host: ${forwarded}`],
    ])
    t.equal(status, 403, 'a forwarded name makes up for no Host')
  }
})

t.test('whichever way a call is written', async t => {
  const evil = [own, 'Origin: http://evil.example']
  const ways = [
    ...['/__admin/requests', '//__admin//requests', '/__admin/requests/', '/__admin/requests.json'],
    ...[
      '/__admin/%72equests',
      '/w/a/__admin/requests',
      '/__admin/requests?limit=1',
      '/__admin/requests?format=json',
    ],
    `http://127.0.0.1/__admin/requests`,
  ]
  for (const way of ways) {
    t.equal((await raw(open, [`GET ${way} HTTP/1.1`, ...evil])).status, 403, way)
    t.equal((await raw(open, [`GET ${way} HTTP/1.1`, own])).status, 200, `${way}, by others`)
  }
  const method = 'GET /__admin/requests?_method=DELETE HTTP/1.1'
  t.equal((await raw(open, [method, ...evil])).status, 403, 'and by no parameter')
  t.equal((await raw(open, [method, own])).status, 400, 'which is none of its own')
  const form = ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 9']
  const sent = await raw(open, ['POST /__admin/worlds HTTP/1.1', ...evil, ...form], 'name=evil')
  t.equal(sent.status, 403, 'a form of another site')
  const { body } = await ask(open.url, 'GET /__admin/worlds')
  t.notMatch(JSON.stringify(body), 'evil', 'has made no world')
})

t.test('no answer lets a page of another origin read it', async t => {
  for (const lines of [
    ['GET /__admin/worlds HTTP/1.1', own],
    ['GET /__admin/worlds HTTP/1.1', own, 'Origin: http://127.0.0.1:{port}'],
    ['GET /__admin/health HTTP/1.1', own, 'Origin: http://evil.example'],
    ['GET /__admin/nothing HTTP/1.1', own, 'Origin: http://evil.example'],
    [
      ...['OPTIONS /__admin/reset HTTP/1.1', own, 'Origin: http://evil.example'],
      ...['Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: authorization'],
    ],
  ]) {
    const { text } = await raw(open, lines)
    t.notMatch(text, /^access-control-/im, `${lines[0]}`)
    t.match(text, /^X-Content-Type-Options: nosniff/im)
    t.match(text, /^Cache-Control: no-store/im)
  }
})

t.test('where it asks for a token', async t => {
  const rows: [what: string, lines: string[], status: number][] = [
    ['the token', [`Authorization: Bearer ${adminToken}`], 200],
    ['in another case of the scheme', [`Authorization: bearer   ${adminToken} `], 200],
    ['none', [], 401],
    ['another', ['Authorization: Bearer the-admin-token-2'], 401],
    ['its beginning', ['Authorization: Bearer the-admin-token-'], 401],
    ['more than it', [`Authorization: Bearer ${adminToken}1`], 401],
    ['in another case', [`Authorization: Bearer ${adminToken.toUpperCase()}`], 401],
    ['nothing', ['Authorization: Bearer '], 401],
    ['as a password', [`Authorization: Basic ${Buffer.from(`a:${adminToken}`).toString('base64')}`], 401],
    ['without a scheme', [`Authorization: ${adminToken}`], 401],
    ['where GitLab takes tokens', [`Private-Token: ${adminToken}`], 401],
    ['root’s token', [`Authorization: Bearer ${guarded.tokens.root}`], 401],
    [
      'it, by a page of another origin',
      [`Authorization: Bearer ${adminToken}`, 'Origin: http://evil.example'],
      403,
    ],
    [
      'it, by a cross-site request',
      [`Authorization: Bearer ${adminToken}`, 'Sec-Fetch-Site: cross-site'],
      403,
    ],
  ]
  for (const [what, lines, status] of rows)
    t.equal((await raw(guarded, ['GET /__admin/worlds HTTP/1.1', own, ...lines])).status, status, what)
  const byOthers = ['Host: understudy.example:8080', `Authorization: Bearer ${adminToken}`]
  t.equal(
    (await raw(guarded, ['GET /__admin/worlds HTTP/1.1', ...byOthers])).status,
    200,
    'by any name of its host',
  )
  const byPage = ['Origin: http://understudy.example:8080', 'Sec-Fetch-Site: same-origin']
  t.equal(
    (await raw(guarded, ['GET /__admin/worlds HTTP/1.1', ...byOthers, ...byPage])).status,
    200,
    'and its pages',
  )
  const { headers, body } = await ask(guarded.url, `GET /__admin/worlds?access_token=${adminToken}`)
  t.equal(headers.get('www-authenticate'), 'Bearer')
  t.match(body, { error: 'asks for Authorization: Bearer' }, 'no query lets anybody in')
  const settings = await ask(guarded.url, 'GET /__admin/settings', {
    headers: { Authorization: `Bearer ${adminToken}` },
  })
  t.equal(settings.status, 200)
  t.notMatch(settings.text, adminToken, 'the settings keep it to themselves')
  t.equal(guarded.adminToken, adminToken, 'who started the server can read it')
  t.equal(open.adminToken, undefined)

  const paths = [
    '/__admin/health',
    '/-/health',
    '/-/readiness',
    '/-/liveness',
    '/',
    '/docs/',
    '/openapi/admin.json',
  ]
  for (const path of paths) {
    t.equal((await ask(guarded.url, `GET ${path}`)).status, 200, `${path} is open to who waits for it`)
    const named = await raw(guarded, [`GET ${path} HTTP/1.1`, 'Host: anything.example'])
    t.equal(named.status, 200, 'by any name')
  }
  t.equal(
    (await raw(guarded, ['GET /api/v4/projects HTTP/1.1', 'Host: any.example'])).status,
    200,
    'so is GitLab',
  )
})

t.test('a server that others can reach makes up a token', async t => {
  // Another way to write this machine's address, which the server can't know.
  await using others = await createUnderstudy({ host: '127.1' })
  await using named = await createUnderstudy({ host: '127.1', adminToken })
  t.match(others.adminToken, /^[\w-]{32}$/)
  t.equal(named.adminToken, adminToken)
  const base = `http://127.0.0.1:${portOf(others)}`
  t.equal((await ask(base, 'GET /__admin/worlds')).status, 401)
  const headers = { Authorization: `Bearer ${others.adminToken}` }
  t.equal((await ask(base, 'GET /__admin/worlds', { headers })).status, 200)
  for (const host of ['localhost', 'LocalHost', '127.0.0.1', '127.1.2.3', '::1']) t.ok(isOwn(host), host)
  for (const host of [
    '0.0.0.0',
    '::',
    '127.1',
    '10.0.0.1',
    '127.0.0.1.example',
    'example',
    '::ffff:127.0.0.1',
    '',
  ])
    t.notOk(isOwn(host), host)
  t.equal(tokenFor('localhost', ''), undefined)
  t.not(tokenFor('0.0.0.0', ''), tokenFor('0.0.0.0', ''), 'each its own')
  t.equal(guardOf('a')({ headers: { host: 'any.example' } }), undefined)
})
