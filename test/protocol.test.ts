// What holds for every request, however it is written: bad input is refused in the API's words, and nothing falls over.
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { v1 } from '../src/apis/v1/api.ts'
import { v4 } from '../src/apis/v4/api.ts'
import { loadContract } from '../src/contract/load.ts'
import { createUnderstudy } from '../src/index.ts'
import { type Asked, ask } from './ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab
const port = Number(new URL(gitlab.url).port)
const root = { as: tokens.root }
const v1Root = `private_token=${tokens.root}&url=http://demo.gitlab.com/`

const badRequest = { message: '400 Bad Request' }
const noTitle = { message: '400 (Bad request) "title" not given' }
const noProject = { message: '404 Project Not Found' }
const noRoute = { error: '404 Not Found' }
const unsupported = (type: string) => ({ error: `The provided content-type '${type}' is not supported.` })
const unacceptable = (format: string) => ({ error: `The requested format '${format}' is not supported.` })

const issues = 'POST /projects/1/issues'
const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id)

/** Sends bytes as they are, and gathers what comes back until the server ends the connection; or ends it itself. */
const raw = (bytes: string | Buffer, hangUp = false): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
    })
    // A server that has refused a request needn't read the rest of it.
    socket.on('error', error => (text ? resolve(text) : reject(error)))
    socket.on('close', () => resolve(text))
    socket.write(bytes)
    if (hangUp) socket.end()
  })

const statuses = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4)
const headerOf = (text: string, name: string) => new RegExp(`^${name}: (.*)\\r$`, 'im').exec(text)?.[1]
const stack = /\bat \S+ ?\(|\bat .*:\d+:\d+|node_modules|\.ts\b/

async function answers(t: Test): Promise<void> {
  const { status } = await ask(gitlab.v4, 'GET /version', root)
  t.equal(status, 200, 'and the server goes on')
}

t.test('a body is read as what it says it is', async t => {
  const world = gitlab.world('bodies')
  const json = { 'Content-Type': 'application/json' }
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const typed = (type: string) => ({ 'Content-Type': type })
  const rows: [what: string, query: string, asked: Asked, status: number, body?: unknown][] = [
    ['JSON', '', { json: { title: 'A' } }, 201],
    [
      'JSON with a charset, in any case',
      '',
      { headers: typed('APPLICATION/JSON;Charset=UTF-8'), body: '{"title":"A"}' },
      201,
    ],
    ['malformed JSON', '', { headers: json, body: '{"title":' }, 400, badRequest],
    ['JSON with a comma too many', '', { headers: json, body: '{"title":"A",}' }, 400, badRequest],
    ['JSON, then something else', '', { headers: json, body: '{"title":"A"} x' }, 400, badRequest],
    ['what is not JSON at all', '', { headers: json, body: 'title=A' }, 400, badRequest],
    ['malformed JSON though the query says all', '?title=A', { headers: json, body: '{' }, 400, badRequest],
    ['a list of JSON names nothing', '', { json: ['title'] }, 400, noTitle],
    ['a list of JSON doesn’t hide the query', '?title=A', { json: [{ title: 'B' }] }, 201],
    ['text of JSON names nothing', '', { json: 'title' }, 400, noTitle],
    ['a number of JSON names nothing', '', { json: 1 }, 400, noTitle],
    ['null names nothing', '', { json: null }, 400, noTitle],
    ['true names nothing', '', { json: true }, 400, noTitle],
    ['an empty body of JSON names nothing', '', { headers: json }, 400, noTitle],
    ['an empty body of JSON leaves the query', '?title=A', { headers: json }, 201],
    ['an empty object leaves the query', '?title=A', { json: {} }, 201],
    ['null counts as not given', '', { json: { title: null } }, 400, noTitle],
    ['numbers where text is asked for', '', { json: { title: 5, labels: [1, 'b'] } }, 201],
    ['a form', '', { form: { title: 'A' } }, 201],
    ['a form with a bad escape', '', { headers: form, body: 'title=%zz' }, 400, badRequest],
    ['a form of bad UTF-8', '', { headers: form, body: 'title=%ff' }, 400, badRequest],
    ['a form that contradicts itself', '', { headers: form, body: 'title=A&l[]=1&l[a]=2' }, 400, badRequest],
    ['a body without a type is a form', '', { body: Buffer.from('title=A') }, 201],
    ['no body, no type', '', {}, 400, noTitle],
    [
      'an unknown type',
      '',
      { headers: typed('application/xml'), body: '<a/>' },
      415,
      unsupported('application/xml'),
    ],
    ['plain text', '', { headers: typed('text/plain'), body: 'title=A' }, 415, unsupported('text/plain')],
    ['any type', '', { headers: typed('*/*'), body: 'title=A' }, 415, unsupported('*/*')],
    ['a type that is none', '', { headers: typed('nonsense'), body: '{}' }, 415, unsupported('nonsense')],
    ['half a type', '', { headers: typed('text/'), body: '{}' }, 415, unsupported('text/')],
    [
      'an unknown type without a body is nobody’s trouble',
      '?title=A',
      { headers: typed('application/xml') },
      201,
    ],
    [
      'multipart without a boundary',
      '',
      { headers: typed('multipart/form-data'), body: 'x' },
      400,
      badRequest,
    ],
    [
      'JSON that was zipped',
      '',
      { headers: { ...json, 'Content-Encoding': 'gzip' }, body: 'x' },
      400,
      badRequest,
    ],
    [
      'a type that is text where text isn’t',
      '',
      { json: { title: { a: 1 } } },
      400,
      { message: { title: ['is invalid'] } },
    ],
  ]
  for (const [what, query, asked, status, body] of rows) {
    const answer = await ask(world.v4, `${issues}${query}`, { ...root, ...asked })
    t.equal(answer.status, status, what)
    if (body) t.strictSame(answer.body, body, `${what}: body`)
    t.notMatch(answer.text, stack, 'no word of our code')
  }
  const project = { name: 'P', gitlab_id: 9, gitlab_url: 'http://h/a/p', ssh_url_to_repo: 'git@h:a/p.git' }
  const inV1: [what: string, asked: Asked, status: number, body?: unknown][] = [
    ['v1: JSON', { json: project }, 201],
    ['v1: malformed JSON', { headers: json, body: '{' }, 400, badRequest],
    ['v1: a list of JSON', { json: [project] }, 400, { message: '400 (Bad request) "name" not given' }],
    [
      'v1: an unknown type is 406',
      { headers: typed('application/xml'), body: '<a/>' },
      406,
      { error: "The requested content-type 'application/xml' is not supported." },
    ],
    ['v1: a type that is none is 406', { headers: typed('nonsense'), body: '<a/>' }, 406],
  ]
  for (const [what, asked, status, body] of inV1) {
    const answer = await ask(world.v1, `POST /projects?${v1Root}`, asked)
    t.equal(answer.status, status, what)
    if (body) t.strictSame(answer.body, body, `${what}: body`)
  }
})

t.test('a body may have 16 MiB and no more', async t => {
  const most = 16 * 1024 * 1024
  const json = { 'Content-Type': 'application/json' }
  const tooLarge = { message: '413 Request Entity Too Large' }
  const rows: [what: string, url: string, size: number, status: number, body: unknown][] = [
    ['16 MiB are read, and found to be no JSON', `${gitlab.v4}/projects/1/issues`, most, 400, badRequest],
    ['one byte more is not read', `${gitlab.v4}/projects/1/issues`, most + 1, 413, tooLarge],
    ['v1', `${gitlab.v1}/projects`, most + 1, 413, tooLarge],
    ['on a path that nobody knows', `${gitlab.v4}/nowhere`, most + 1, 413, tooLarge],
  ]
  for (const [what, url, size, status, body] of rows) {
    for (const chunked of [false, true]) {
      const answer = await send(url, Buffer.alloc(size, 'x'), chunked, json)
      t.equal(answer.status, status, `${what}${chunked ? ', in chunks' : ''}`)
      t.strictSame(JSON.parse(answer.text), body, `${what}: body`)
    }
  }
  await answers(t)
})

/** Posts bytes with their length told, or in chunks without. */
const send = (url: string, bytes: Buffer, chunked: boolean, headers: Record<string, string>) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const length = chunked ? {} : { 'Content-Length': `${bytes.length}` }
    const sent = httpRequest(url, { method: 'POST', headers: { ...headers, ...length } }, answer => {
      let text = ''
      answer.on('data', chunk => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode!, text }))
    })
    sent.on('error', reject)
    for (let at = 0; at < bytes.length; at += 1 << 20) sent.write(bytes.subarray(at, at + (1 << 20)))
    sent.end()
  })

t.test('too much of it is refused', async t => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const json = { 'Content-Type': 'application/json' }
  const many = 100_000
  const deep = 3_000
  const names = Array.from({ length: many }, (_, index) => `p${index}`)
  const parts = (count: number) => {
    const data = new FormData()
    for (let index = 0; index < count; index++) data.append(`part${index}`, 'x')
    return data
  }
  const deepPart = new FormData()
  deepPart.append(`a${'[b]'.repeat(deep)}`, 'x')
  const rows: [what: string, query: string, asked: Asked][] = [
    ['100,000 parameters of a form', '', { headers: form, body: names.map(name => `${name}=1`).join('&') }],
    ['100,000 parameters of JSON', '', { json: Object.fromEntries(names.map(name => [name, 1])) }],
    ['a list of 100,000 in JSON', '', { json: { labels: names } }],
    ['1,000,000 empty lists of JSON', '', { headers: json, body: `{"a":[${'[],'.repeat(1_000_000)}1]}` }],
    ['3,000 levels of a query', `?a${'[b]'.repeat(deep)}=1`, {}],
    ['3,000 levels of lists of a query', `?a${'[][b]'.repeat(deep / 2)}=1`, {}],
    ['3,000 levels of a form', '', { headers: form, body: `a${'[b]'.repeat(deep)}=1` }],
    ['3,000 levels of JSON', '', { headers: json, body: `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}` }],
    ['1,000,000 levels of JSON', '', { headers: json, body: `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}` }],
    ['3,000 levels of a multipart name', '', { body: deepPart }],
    ['100,000 parts', '', { body: parts(2_000) }],
  ]
  for (const [what, query, asked] of rows) {
    const answer = await ask(gitlab.v4, `${issues}${query}`, { ...root, ...asked })
    t.strictSame([answer.status, answer.body], [400, badRequest], what)
  }
  const flood = await raw(`GET /api/v4/projects?${names.join('&')} HTTP/1.1\r\nHost: h\r\n\r\n`)
  t.strictSame(statuses(flood), [431], '100,000 parameters of a query are more than a request line may have')
  const taken: [what: string, query: string, asked: Asked][] = [
    ['5,000 values of JSON', '', { json: { title: 'A', labels: names.slice(0, 5_000) } }],
    ['100 levels of JSON', '', { json: { title: 'A', x: nested(98) } }],
    ['100 levels of a query', `?title=A&x${'[b]'.repeat(98)}=1`, {}],
    ['1,000 parts', '?title=A', { body: parts(999) }],
  ]
  for (const [what, query, asked] of taken) {
    const answer = await ask(gitlab.world('much').v4, `${issues}${query}`, { ...root, ...asked })
    t.equal(answer.status, 201, `${what} are taken`)
  }
})

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })

t.test('nothing that is sent gets into anything but the bag', async t => {
  const world = gitlab.world('prototype')
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']
  const part = (name: string) => {
    const data = new FormData()
    data.append('title', 'A')
    data.append(`${name}[polluted]`, '1')
    data.append(`${name}[prototype][polluted]`, '1')
    return data
  }
  for (const name of names) {
    const text = `title=A&${name}[polluted]=1&${name}[prototype][polluted]=1`
    const hash = `{"polluted":1,"prototype":{"polluted":1},"toString":1,"valueOf":1}`
    const sent: [how: string, query: string, asked: Asked][] = [
      ['query', `?${text}`, {}],
      ['form', '', { body: Buffer.from(text) }],
      [
        'JSON',
        '',
        { headers: { 'Content-Type': 'application/json' }, body: `{"title":"A","${name}":${hash}}` },
      ],
      ['multipart', '', { body: part(name) }],
    ]
    for (const [how, query, asked] of sent) {
      const { status, body, headers } = await ask(world.v4, `${issues}${query}`, { ...root, ...asked })
      t.equal(status, 201, `${name} by ${how} is a parameter like any other`)
      t.match(headers.get('x-understudy-note'), `unknown parameter "${name}"`)
      t.notOk('polluted' in body || 'polluted' in {} || 'polluted' in Object, 'and changes nothing')
    }
    const inside = `?ref=master&variables[][key]=A&variables[][value]=1&variables[][${name}][polluted]=1`
    const { status } = await ask(world.v4, `POST /projects/1/pipeline${inside}`, root)
    t.ok(status === 201 || status === 400, `${name} within a hash`)
    t.notOk('polluted' in {})
  }
})

t.test('hostile values of what the contract knows are refused', async t => {
  const rows: [request: string, status: number, body?: unknown][] = [
    ['GET /projects/1/pipelines?yaml_errors[a]=1', 400, { message: { yaml_errors: ['is invalid'] } }],
    ['GET /projects/1/pipelines?yaml_errors[]=1', 400, { message: { yaml_errors: ['is invalid'] } }],
    ['GET /projects/1/pipelines?yaml_errors=constructor', 400, { message: { yaml_errors: ['is invalid'] } }],
    ['GET /projects/1/pipelines?yaml_errors=__proto__', 400, { message: { yaml_errors: ['is invalid'] } }],
    [
      'GET /projects/1/pipelines?scope=toString',
      400,
      { message: { scope: ['does not have a valid value'] } },
    ],
    ['GET /projects/1/pipelines?ref[a]=1', 400, { message: { ref: ['is invalid'] } }],
    [
      'GET /projects/1/pipelines?page[a]=1&per_page=x',
      400,
      { message: { page: ['is invalid'], per_page: ['is invalid'] } },
    ],
    ['GET /projects/1/pipelines?page=9999999999999999999999', 400, { message: { page: ['is invalid'] } }],
    ['GET /projects/1/pipelines?page=999999999999999', 200, []],
    [
      'GET /projects/1/pipelines?updated_after=2016-99-99',
      400,
      { message: { updated_after: ['is invalid'] } },
    ],
    ['GET /projects/1/pipelines?updated_after[]=2016', 400, { message: { updated_after: ['is invalid'] } }],
    ['GET /projects?search=%00', 200, []],
    ['GET /projects?%00=%00', 200],
    ['GET /projects?=&&=1&[]=&[a]=1', 200],
    ['GET /projects?%zz', 400, badRequest],
    ['GET /projects?search=%ff', 400, badRequest],
    ['GET /projects?a=1&a[b]=2', 400, badRequest],
    ['GET /projects/1/pipelines/99999999999999999999', 400, { message: { pipeline_id: ['is invalid'] } }],
    ['GET /projects/1/pipelines/46.5', 400, { message: { pipeline_id: ['is invalid'] } }],
    ['GET /projects/1/pipelines/0x2e', 400, { message: { pipeline_id: ['is invalid'] } }],
    ['GET /projects/1/pipelines/-46', 404, { message: '404 Not found' }],
    ['GET /projects/__proto__', 404, noProject],
    ['GET /projects/constructor%2Fprototype', 404, noProject],
    ['GET /projects/%00', 404, noProject],
    ['GET /projects/%E2%82%AC', 404, noProject],
    [`GET /projects/${'9'.repeat(400)}`, 404, noProject],
    ['POST /projects/1/trigger/pipeline?token[a]=1&ref=master', 400, { message: { token: ['is invalid'] } }],
    ['POST /projects/1/trigger/pipeline?token=&ref=master', 404, { message: '404 Not Found' }],
    ['POST /projects/1/trigger/pipeline?ref=master', 400, { message: '400 (Bad request) "token" not given' }],
  ]
  for (const [request, status, body] of rows) {
    const answer = await ask(gitlab.v4, request, root)
    t.equal(answer.status, status, request)
    if (body) t.strictSame(answer.body, body, `${request}: body`)
    t.notMatch(answer.text, stack, 'no word of our code')
  }
  const answer = await ask(gitlab.v4, 'POST /projects/1/trigger/pipeline', {
    json: { token: 123, ref: 'master' },
  })
  t.equal(answer.status, 404, 'a number as a token is nobody’s')
})

t.test('multipart', async t => {
  const world = gitlab.world('multipart')
  const project = { name: 'P', gitlab_id: '9', gitlab_url: 'http://h/a/p', ssh_url_to_repo: 'git@h:a/p.git' }
  const scripts = `${'x'.repeat(2 * 1024 * 1024)}€`
  const data = new FormData()
  for (const [name, value] of Object.entries({ ...project, scripts })) data.append(name, value)
  const whole = await ask(world.v1, `POST /projects?${v1Root}`, { body: data })
  t.strictSame([whole.status, whole.body.scripts], [201, scripts], 'a field of 2 MiB is not cut')

  const file = new FormData()
  file.append('title', new Blob(['A']), 'title.txt')
  const asFile = await ask(world.v4, issues, { ...root, body: file })
  t.strictSame(
    [asFile.status, asFile.body],
    [400, { message: { title: ['is invalid'] } }],
    'a file is no text',
  )

  const type = 'multipart/form-data; boundary=X'
  const part = (head: string, body: string) => `--X\r\n${head}\r\n\r\n${body}\r\n`
  const field = part('Content-Disposition: form-data; name="title"', 'A')
  const upload = part(
    'Content-Disposition: form-data; name="file"; filename="a.tar.gz"\r\nContent-Type: application/gzip',
    'B',
  )
  const post = (body: string, contentType = type) =>
    ask(world.v4, issues, { ...root, headers: { 'Content-Type': contentType }, body })
  t.equal((await post(`${field}${upload}--X--\r\n`)).status, 201, 'by hand')
  t.equal((await post(`preamble\r\n${field}--X--\r\nepilogue`)).status, 201, 'with something around it')

  const broken: [what: string, body: string, contentType?: string][] = [
    ['which ends in a file', `${field}${upload.slice(0, -3)}`],
    ['which ends behind a file', `${field}${upload}`],
    ['which ends in a field', field.slice(0, -3)],
    ['which ends in the head of a part', '--X\r\nContent-Disposition: form-'],
    ['with an empty boundary', `${field}--X--\r\n`, 'multipart/form-data; boundary='],
    ['with another boundary', `${field}--X--\r\n`, 'multipart/form-data; boundary=Y'],
    [
      'with a boundary that is too long',
      `${field}--X--\r\n`,
      `multipart/form-data; boundary=${'X'.repeat(9000)}`,
    ],
    ['which is a form', 'title=A'],
  ]
  for (const [what, body, contentType] of broken) {
    const answer = await post(body, contentType)
    t.strictSame([answer.status, answer.body], [400, badRequest], `a body ${what} is refused`)
  }
  const nothing: [what: string, body: string][] = [
    ['without parts', '--X--\r\n'],
    ['of a part without a name', `${part('Content-Disposition: form-data', 'A')}--X--\r\n`],
    ['of a part without a head', `--X\r\n\r\nA\r\n--X--\r\n`],
    [
      'of a part in an unknown charset',
      `${part('Content-Disposition: form-data; name="x"\r\nContent-Type: text/plain; charset=klingon', 'é')}--X--\r\n`,
    ],
  ]
  for (const [what, body] of nothing)
    t.strictSame((await post(body)).body, noTitle, `a body ${what} names no title`)

  // Wherever it is cut, and whatever byte is another, there is an answer.
  const sound = `${field}${upload}--X--\r\n`
  const outcomes = new Set<number>()
  for (let end = 0; end < sound.length; end++) {
    outcomes.add((await post(sound.slice(0, end))).status)
    outcomes.add((await post(`${sound.slice(0, end)}\0${sound.slice(end + 1)}`)).status)
  }
  t.strictSame([...outcomes].sort(), [201, 400], 'broken anywhere')
  await answers(t)
})

t.test('what is no HTTP is answered with a 4xx, or not at all', async t => {
  const head = 'GET /api/v4/projects HTTP/1.1\r\nHost: h\r\n'
  const post = `POST /api/v4/projects HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n`
  const rows: [what: string, bytes: string | Buffer, statuses: number[]][] = [
    ['no HTTP', 'hello\r\n\r\n', [400]],
    ['a method that nobody knows', 'FROB /api/v4/projects HTTP/1.1\r\nHost: h\r\n\r\n', [400]],
    ['a target without a slash', 'GET api/v4/projects HTTP/1.1\r\nHost: h\r\n\r\n', [400]],
    ['a blank in the target', 'GET /api/v4/projects?search=a b HTTP/1.1\r\nHost: h\r\n\r\n', [400]],
    [
      'a letter that must be escaped',
      Buffer.from('GET /api/v4/projects?search=é HTTP/1.1\r\nHost: h\r\n\r\n'),
      [400],
    ],
    ['another version of HTTP', 'GET /api/v4/projects HTTP/3.0\r\nHost: h\r\n\r\n', [400]],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex'), [400]],
    ['no Host', 'GET /api/v4/projects HTTP/1.1\r\n\r\n', [400]],
    ['a header without a colon', `${head}Private-Token\r\n\r\n`, [400]],
    ['a NUL in a header', `${head}Private-Token: a\0b\r\n\r\n`, [400]],
    ['a length that is no number', `${post}Content-Length: many\r\n\r\n{}`, [400]],
    ['a length below nothing', `${post}Content-Length: -1\r\n\r\n{}`, [400]],
    ['two lengths', `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, [400]],
    ['a length, and chunks', `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`, [400]],
    ['a length that is never reached', `${post}Content-Length: 100\r\n\r\n{}`, [400]],
    ['chunks that are none', `${post}Transfer-Encoding: chunked\r\n\r\n{}`, [400]],
    ['chunks that end too early', `${post}Transfer-Encoding: chunked\r\n\r\nff\r\n{}`, [400]],
    ['headers of 20,000 bytes', `${head}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, [431]],
    [
      'a target of 20,000 bytes',
      `GET /api/v4/projects?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: h\r\n\r\n`,
      [431],
    ],
    ['nothing', '', []],
    ['half a line', 'GET /api', [400]],
    ['a tunnel', 'CONNECT gitlab.example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n', []],
    ['an expectation that nobody meets', `${head}Expect: the-unexpected\r\nConnection: close\r\n\r\n`, [417]],
  ]
  for (const [what, bytes, expected] of rows) {
    const text = await raw(bytes, true)
    t.strictSame(statuses(text), expected, what)
    t.notMatch(text, stack, 'no word of our code')
  }
  await answers(t)
})

t.test('what is HTTP, though seldom seen, is understood', async t => {
  const get = (target: string, headers = 'Host: h\r\n') =>
    raw(`GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)
  const plain = JSON.parse(bodyOf(await get('/api/v4/projects')))
  const rows: [what: string, answer: Promise<string>][] = [
    ['HTTP/1.0', raw('GET /api/v4/projects HTTP/1.0\r\nHost: h\r\n\r\n')],
    ['a target with scheme and host, as for proxies', get('http://h/api/v4/projects')],
    ['a fragment', get('/api/v4/projects#readme?search=nothing')],
    ['an empty query', get('/api/v4/projects?')],
    ['letters that are escaped for nothing', get('/%61pi/v4/%70rojects')],
    ['blanks around a value', get('/api/v4/projects', 'Host:   h  \r\n')],
    [
      'a wish to upgrade',
      get('/api/v4/projects', 'Host: h\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n'),
    ],
    ['HTTP/1.0 to a world', raw('GET http://h/w/seldom/api/v4/projects HTTP/1.0\r\nHost: h\r\n\r\n')],
  ]
  for (const [what, answer] of rows) {
    const text = await answer
    t.strictSame(statuses(text), [200], what)
    t.strictSame(idsOf(JSON.parse(bodyOf(text))), idsOf(plain), `${what}: body`)
  }
  const body = `private_token=${tokens.root}&url=http://demo.gitlab.com/&page=1`
  const withBody = (method: string, path: string) =>
    raw(
      `${method} ${path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
  for (const request of ['GET /api/v4/user', 'HEAD /api/v4/user', 'GET /api/v1/projects']) {
    const [method, path] = request.split(' ') as [string, string]
    t.strictSame(statuses(await withBody(method, path)), [200], `${request} may bring a body`)
  }
  const hostless = await raw('GET /api/v4/projects HTTP/1.0\r\n\r\n')
  t.match(headerOf(hostless, 'Link'), `<${gitlab.v4}/projects?`, 'who names no host is told ours')
  const star = await raw('OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
  t.strictSame(statuses(star), [404], 'OPTIONS * is an unknown route')
})

t.test('requests of one connection are answered one by one, in their order', async t => {
  const token = `Host: h\r\nPrivate-Token: ${tokens.root}\r\n`
  const form = 'Content-Type: application/x-www-form-urlencoded\r\n'
  const text = await raw(
    [
      `GET /w/pipe/api/v4/projects/1 HTTP/1.1\r\n${token}\r\n`,
      `GET /w/pipe/api/v4/%zz HTTP/1.1\r\n${token}\r\n`,
      `POST /w/pipe/api/v4/projects/1/issues HTTP/1.1\r\n${token}${form}Content-Length: 7\r\n\r\ntitle=A`,
      `POST /w/pipe/api/v4/projects/1/issues HTTP/1.1\r\n${token}${form}Content-Length: 8\r\n\r\ntitle=%z`,
      `HEAD /w/pipe/api/v4/projects HTTP/1.1\r\n${token}\r\n`,
      `GET /w/pipe/api/v4/nowhere HTTP/1.1\r\n${token}Content-Length: 5\r\n\r\nhello`,
      `POST /w/pipe/api/v4/projects/1/issues HTTP/1.1\r\n${token}${form}Transfer-Encoding: chunked\r\n\r\n` +
        '3\r\ntit\r\n4\r\nle=A\r\n0\r\n\r\n',
      `GET /w/pipe/api/v4/projects/1/issues HTTP/1.1\r\n${token}Connection: close\r\n\r\n`,
    ].join(''),
  )
  t.strictSame(statuses(text), [200, 400, 201, 400, 200, 404, 201, 200])
  const [before, after] = [gitlab, gitlab.world('pipe')].map(({ v4 }) =>
    ask(v4, 'GET /projects/1/issues', root),
  )
  t.equal((await after!).body.length, (await before!).body.length + 2, 'and each was heeded once')
})

t.test('a method that a path hasn’t is 405, with those that it has', async t => {
  const rows: [path: string, allow: string][] = [
    ['/api/v4/projects', 'GET, HEAD, POST'],
    ['/api/v4/projects/1/pipelines/46', 'GET, HEAD, DELETE'],
    ['/api/v4/projects/1/pipelines/46/retry', 'POST'],
    ['/api/v4/projects.json', 'GET, HEAD, POST'],
    ['/w/methods/api/v4//projects/', 'GET, HEAD, POST'],
    ['/api/v1/projects', 'GET, HEAD, POST'],
    ['/api/v1/builds/79', 'PUT'],
    // Paths that could also be taken for those of a project, or of a build.
    ['/api/v4/projects/import', 'POST'],
    ['/api/v4/projects/import.json', 'POST'],
    ['/api/v1/projects/owned', 'GET, HEAD'],
    ['/api/v1/projects/owned.json', 'GET, HEAD'],
    ['/api/v1/builds/register', 'POST'],
  ]
  for (const [path, allow] of rows) {
    for (const method of ['PATCH', 'TRACE', 'PROPFIND', 'PURGE', 'M-SEARCH', 'COPY']) {
      const text = await raw(`${method} ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
      t.strictSame([statuses(text), headerOf(text, 'Allow')], [[405], allow], `${method} ${path}`)
      t.strictSame(JSON.parse(bodyOf(text)), { message: '405 Method Not Allowed' })
    }
    const { status, headers, text } = await ask(gitlab.url, `OPTIONS ${path}`)
    t.strictSame([status, headers.get('allow'), text], [204, allow, ''], `OPTIONS ${path}`)
  }
  const withToken = await ask(gitlab.v4, 'PUT /namespaces', root)
  t.equal(withToken.status, 405, 'also for who may ask')
  for (const method of ['GET', 'POST', 'TRACE', 'PROPFIND', 'OPTIONS']) {
    const text = await raw(`${method} /api/v4/nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
    t.strictSame(
      [statuses(text), JSON.parse(bodyOf(text))],
      [[404], noRoute],
      `${method} of an unknown route`,
    )
  }
})

t.test('routes are found as GitLab finds them', async t => {
  const world = gitlab.world('routes')
  const branch = {
    project_id: 1,
    sha: '384c444e840a515b23f21915ee5766b87068a70d',
    protected: false,
    merged: false,
  }
  const file = {
    project_id: 1,
    refs: ['master'],
    content: '{}',
    blob_id: 'b',
    commit_id: 'c',
    last_commit_id: 'c',
  }
  world.patch({
    'v4.branches': {
      90: { ...branch, name: 'a+b', developers_can_push: false, developers_can_merge: false },
    },
    'v4.repository_files': { 90: { ...file, file_path: 'package.json' } },
  })
  const gone = { error: 'API V3 is no longer supported. Use API V4 instead.' }
  const v1NoRoute = { message: '404 Not Found' }
  const rows: [what: string, request: string, status: number, body?: unknown][] = [
    ['a project by its path', 'GET /api/v4/projects/foo%2Fbar', 200],
    ['in small letters', 'GET /api/v4/projects/foo%2fbar', 200],
    ['in any case', 'GET /api/v4/projects/FOO%2FBar', 200],
    ['encoded twice is another name', 'GET /api/v4/projects/foo%252Fbar', 404, noProject],
    ['not encoded is another route', 'GET /api/v4/projects/foo/bar', 404, noRoute],
    ['a file in a folder', 'GET /api/v4/projects/1/repository/files/src%2FREADME.md?ref=master', 200],
    [
      'a file whose name ends in .json',
      'GET /api/v4/projects/1/repository/files/package.json?ref=master',
      200,
    ],
    ['a + in a path is a +', 'GET /api/v4/projects/1/repository/branches/a+b', 200],
    ['%2B in a path is a +', 'GET /api/v4/projects/1/repository/branches/a%2Bb', 200],
    ['a + in a path is no blank', 'GET /api/v4/projects/1/repository/branches/a%20b', 404],
    ['slashes twice', 'GET //api//v4///projects//1//pipelines', 200],
    ['a slash at the end', 'GET /api/v4/projects/1/pipelines/', 200],
    ['slashes at the end, and a query', 'GET /api/v4/projects/1/pipelines///?page=1', 200],
    ['.json behind a word', 'GET /api/v4/projects/1/pipelines.json', 200],
    ['.json behind a word, and a query', 'GET /api/v4/projects/1/pipelines.json?page=1', 200],
    ['.json behind an id belongs to it', 'GET /api/v4/projects/5.json', 404, noProject],
    ['.json behind a number isn’t cut in v4', 'GET /api/v4/projects/1/pipelines/46.json', 400],
    ['.json in v1', `GET /api/v1/projects.json?${v1Root}`, 200],
    ['.json behind a number in v1', `GET /api/v1/projects/272.json?${v1Root}`, 200],
    ['.jsonp is nothing', 'GET /api/v4/projects.jsonp', 404, noRoute],
    ['format=json is what there is', 'GET /api/v4/projects?format=json', 200],
    ['no format is any format', 'GET /api/v4/projects?format=', 200],
    ['format=xml', 'GET /api/v4/projects?format=xml', 406, unacceptable('xml')],
    ['format[a]=xml', 'GET /api/v4/projects?format[a]=xml', 406, unacceptable('{"a":"xml"}')],
    ['format=xml in v1', `GET /api/v1/projects?format=xml&${v1Root}`, 406, unacceptable('xml')],
    ['an unknown route', 'GET /api/v4/some_endpoint', 404, noRoute],
    ['an unknown route of v1', 'GET /api/v1/some_endpoint', 404, v1NoRoute],
    ['the root of v4', 'GET /api/v4', 404, noRoute],
    ['the root of v1, with a query', 'GET /api/v1?x=1', 404, v1NoRoute],
    ['the root of v1', 'GET /api/v1', 404, v1NoRoute],
    ['v3', 'GET /api/v3/projects', 410, gone],
    ['the root of v3, with a query', 'GET /api/v3?x=1', 410, gone],
    ['v3, written to', 'POST /api/v3/projects', 410, gone],
    ['v30', 'GET /api/v30/projects', 404, noRoute],
    ['v4 in capitals', 'GET /API/V4/projects', 404, noRoute],
    ['a bad escape', 'GET /api/v4/projects/%zz', 400, badRequest],
    ['bad UTF-8', 'GET /api/v4/projects/%ff', 400, badRequest],
    ['a bad escape in v1', `GET /api/v1/projects/%zz?${v1Root}`, 400, badRequest],
    ['half an escape', 'GET /api/v4/projects/%', 400, badRequest],
    ['a name of 4,096 letters', `GET /api/v4/projects/${'a'.repeat(4096)}`, 404, noProject],
    ['a longer one', `GET /api/v4/projects/${'a'.repeat(4097)}`, 414, { message: '414 URI Too Long' }],
    ['a longer one, deeper', `GET /api/v4/projects/${'a'.repeat(4097)}/pipelines`, 414],
    ['a longer one in v1', `GET /api/v1/projects/${'1'.repeat(4097)}`, 414],
    ['a longer one where nothing is', `GET /api/v4/nowhere/${'a'.repeat(5000)}`, 404, noRoute],
    ['4,096 letters, each escaped', `GET /api/v4/projects/${'%61'.repeat(4096)}`, 404, noProject],
    ['4,096 letters, a slash among them', `GET /api/v4/projects/foo%2F${'a'.repeat(4092)}`, 404, noProject],
  ]
  for (const [what, request, status, body] of rows) {
    const asked = request.includes('/api/v1') ? {} : root
    const answer = await ask(world.url, request, asked)
    t.equal(answer.status, status, what)
    if (body) t.strictSame(answer.body, body, `${what}: body`)
  }
  await answers(t)
})

t.test('a + of a date is a plus as %2B, and else a blank', async t => {
  // 46 and 47 were changed on 11 August at 11:32:35.169, in India at 17:02.
  const list = 'GET /projects/1/pipelines?sort=asc&updated_after='
  const rows: [what: string, date: string, ids: number[]][] = [
    ['%2B', '2016-08-11T17:02:35.168%2B05:30', [46, 47, 48]],
    ['not after the very moment', '2016-08-11T17:02:35.169%2B05:30', [48]],
    ['a + is a blank: the zone is lost, as GitLab loses it', '2016-08-11T17:02:35.168+05:30', [48]],
    ['no zone is UTC', '2016-08-11T11:32:35.168', [46, 47, 48]],
    ['a day', '2016-08-12', [48]],
    ['behind UTC', '2016-08-11T06:32:35.168-05:00', [46, 47, 48]],
  ]
  for (const [what, date, ids] of rows) {
    const { status, body } = await ask(gitlab.v4, list + date, root)
    t.strictSame([status, idsOf(body ?? [])], [200, ids], what)
  }
})

t.test('what an operation doesn’t know is left alone, and noted', async t => {
  const rows: [query: string, note: string | null][] = [
    ['pre_page=5', 'unknown parameter "pre_page"; did you mean "per_page"?'],
    ['Scope=running', 'unknown parameter "Scope"; did you mean "scope"?'],
    ['colour=blue', 'unknown parameter "colour"'],
    ['privat_token=x', 'unknown parameter "privat_token"; did you mean "private_token"?'],
    [
      'pre_page=5&colour=blue',
      'unknown parameter "pre_page"; did you mean "per_page"?; unknown parameter "colour"',
    ],
    ['per_page=5&scope=pending', null],
    ['private_token=&sudo=&access_token=&job_token=&format=json', null],
    [`${encodeURIComponent('farbe\r\nSet-Cookie: a=b')}=1`, 'unknown parameter "farbe??Set-Cookie: a=b"'],
    ['%E2%82%AC=1', 'unknown parameter "?"'],
  ]
  for (const [query, note] of rows) {
    const { status, headers } = await ask(gitlab.v4, `GET /projects/1/pipelines?${query}`, root)
    t.strictSame([status, headers.get('x-understudy-note')], [200, note], query)
    t.notOk(headers.has('set-cookie'))
  }
  const many = Array.from({ length: 400 }, (_, index) => `x${index}=1`).join('&')
  const { headers } = await ask(gitlab.v4, `GET /projects/1/pipelines?${many}`, root)
  t.equal(headers.get('x-understudy-note')?.match(/unknown/g)?.length, 5, 'five remarks are enough')
  const long = await ask(gitlab.v4, `GET /projects/1?${'x'.repeat(9000)}=1`, root)
  t.equal(long.headers.get('x-understudy-note')?.length, 1000, 'and a thousand letters')
  const v1Note = await ask(gitlab.v1, `GET /projects?colour=blue&${v1Root}`)
  t.equal(v1Note.headers.get('x-understudy-note'), 'unknown parameter "colour"', 'v1')
})

/** The headers that tell one answer from the next to the same request, and those of the connection. */
const own = ['date', 'x-request-id', 'x-runtime', 'connection', 'keep-alive']
const lasting = (headers: Headers) => [...headers].filter(([name]) => !own.includes(name))

t.test('HEAD is GET without the body', async t => {
  const rows: [base: string, path: string, status: number][] = [
    [gitlab.v4, '/projects', 200],
    [gitlab.v4, '/projects/8/issues/8/notes?per_page=3&page=2', 200],
    [gitlab.v4, '/projects/1/pipelines/46', 200],
    [gitlab.v4, '/projects?pagination=keyset&order_by=id', 200],
    [gitlab.v4, '/projects/9999', 404],
    [gitlab.v4, '/projects?page=x', 400],
    [gitlab.v4, '/nowhere', 404],
    [gitlab.v4, '/projects/1/pipelines/46/retry', 405],
    [gitlab.v1, `/projects?${v1Root}`, 200],
    [gitlab.v1, '/projects', 401],
    [gitlab.url, '/api/v3/projects', 410],
  ]
  for (const [base, path, status] of rows) {
    const [get, head] = [await ask(base, `GET ${path}`, root), await ask(base, `HEAD ${path}`, root)]
    t.strictSame([get.status, head.status, head.text], [status, status, ''], path)
    t.strictSame(lasting(head.headers), lasting(get.headers), `${path}: the same headers`)
    t.equal(
      Number(head.headers.get('content-length')),
      Buffer.byteLength(get.text),
      'and the length of the body',
    )
  }
  const text = await raw('HEAD /api/v4/projects HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
  t.equal(bodyOf(text), '', 'no byte of it is sent')
})

t.test('every answer has the headers that GitLab’s have', async t => {
  const rows: [request: string, as: string | undefined, status: number][] = [
    ['GET /projects', undefined, 200],
    ['GET /projects/1/pipelines/46', tokens.root, 200],
    ['POST /projects/1/issues?title=A', tokens.root, 201],
    ['GET /projects?page=x', undefined, 400],
    ['GET /user', undefined, 401],
    ['DELETE /projects/1', tokens.guest, 403],
    ['GET /projects/9999', undefined, 404],
    ['GET /nowhere', undefined, 404],
    ['PATCH /projects', undefined, 405],
    ['GET /projects?format=xml', undefined, 406],
    ['GET /projects/%zz', undefined, 400],
  ]
  const texts: Record<number, string> = { 200: 'OK', 201: 'Created', 400: 'Bad Request', 401: 'Unauthorized' }
  Object.assign(texts, {
    403: 'Forbidden',
    404: 'Not Found',
    405: 'Method Not Allowed',
    406: 'Not Acceptable',
  })
  const ids = new Set<string>()
  for (const [request, as, status] of rows) {
    const { headers, text } = await ask(gitlab.world('headers').v4, request, { as })
    const expected = {
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(text)}`,
      status: `${status} ${texts[status]}`,
      'cache-control': 'no-cache',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    }
    for (const [name, value] of Object.entries(expected))
      t.equal(headers.get(name), value, `${request}: ${name}`)
    t.match(headers.get('x-request-id'), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    t.match(headers.get('x-runtime'), /^\d+\.\d{6}$/)
    t.match(headers.get('date'), /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/)
    t.equal(headers.get('etag') !== null, status < 300, `${request}: an ETag for what can be asked again`)
    ids.add(headers.get('x-request-id')!)
  }
  t.equal(ids.size, rows.length, 'each has an id of its own')
  const deleted = await ask(gitlab.world('headers').v4, 'DELETE /projects/1/pipelines/46', root)
  t.strictSame(
    [
      deleted.status,
      deleted.text,
      deleted.headers.get('content-type'),
      deleted.headers.get('content-length'),
    ],
    [204, '', null, null],
    'no content has neither type nor length',
  )
  const text = await raw('GET /api/v4/projects HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
  for (const name of ['Content-Type', 'X-Per-Page', 'X-Request-Id', 'Link', 'ETag'])
    t.match(text, `\r\n${name}: `, `${name} in GitLab’s letters`)
})

t.test('what a client has already isn’t sent again', async t => {
  const path = '/projects/1/pipelines/46'
  const { headers } = await ask(gitlab.v4, `GET ${path}`, root)
  const etag = headers.get('etag')!
  t.match(etag, /^W\/"[\da-f]{32}"$/, 'in GitLab’s form')
  const strong = etag.slice(2)
  const rows: [what: string, request: string, sent: string, status: number][] = [
    ['the same', `GET ${path}`, etag, 304],
    ['without the W', `GET ${path}`, strong, 304],
    ['in a list', `GET ${path}`, `"a", W/"b" ,${etag}`, 304],
    ['anything', `GET ${path}`, '*', 304],
    ['another', `GET ${path}`, 'W/"0"', 200],
    ['without quotes', `GET ${path}`, strong.replaceAll('"', ''), 200],
    ['none', `GET ${path}`, '', 200],
    ['by HEAD', `HEAD ${path}`, etag, 304],
    ['of another pipeline', 'GET /projects/1/pipelines/47', etag, 200],
    ['of a list', 'GET /projects/1/pipelines', '*', 304],
    ['where nothing is', 'GET /projects/1/pipelines/1', '*', 404],
    ['where something is done', `POST ${path}/retry`, '*', 201],
  ]
  for (const [what, request, sent, status] of rows) {
    const answer = await ask(gitlab.world('etag').v4, request, {
      ...root,
      headers: { 'If-None-Match': sent },
    })
    // Another world has other URLs, and so another ETag: it is asked for there.
    const here = await ask(gitlab.v4, request, { ...root, headers: { 'If-None-Match': sent } })
    const found = request.startsWith('POST') || sent === '*' ? answer : here
    t.equal(found.status, status, what)
    if (status !== 304) continue
    t.strictSame([found.text, found.headers.get('content-type')], ['', null], `${what}: no body`)
    t.ok(found.headers.get('etag'), `${what}: its ETag`)
  }
  const list = await ask(gitlab.v4, 'GET /projects/1/pipelines', {
    ...root,
    headers: { 'If-None-Match': '*' },
  })
  t.equal(list.headers.get('x-total'), '3', 'a list still tells how long it is')
  const world = gitlab.world('etag-changes')
  const before = await ask(world.v4, `GET ${path}`, root)
  await ask(world.v4, `PUT /users/1?name=Somebody`, root)
  const after = await ask(world.v4, `GET ${path}`, {
    ...root,
    headers: { 'If-None-Match': before.headers.get('etag')! },
  })
  t.equal(after.status, 200, 'what has changed is sent')
  const inV1 = await ask(gitlab.v1, `GET /projects?${v1Root}`, { headers: { 'If-None-Match': '*' } })
  t.strictSame([inV1.status, inV1.headers.get('etag')], [200, null], 'v1 has no ETags')
})

t.test('pages of other origins may read v4', async t => {
  const exposed = 'Link, X-Total, X-Total-Pages, X-Per-Page, X-Page, X-Next-Page, X-Prev-Page'
  const cors = {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    'access-control-expose-headers': exposed,
    'access-control-max-age': '1728000',
  }
  const origin = { Origin: 'https://app.example.com' }
  const preflight = {
    ...origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'private-token, content-type',
  }
  const corsOf = (headers: Headers) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-')))
  const asked = await ask(gitlab.v4, 'OPTIONS /projects/1/pipeline', { headers: preflight })
  t.strictSame([asked.status, asked.text, asked.headers.get('content-type')], [200, '', 'text/plain'])
  t.strictSame(
    corsOf(asked.headers),
    { ...cors, 'access-control-allow-headers': 'private-token, content-type' },
    'a browser’s question needs no token, and may send what it wants to',
  )
  t.equal((await ask(gitlab.v4, 'OPTIONS /nowhere', { headers: preflight })).status, 200, 'on any path')
  const rows: [request: string, status: number][] = [
    ['GET /projects', 200],
    ['GET /user', 401],
    ['GET /nowhere', 404],
    ['PATCH /projects', 405],
    ['GET /projects/%zz', 400],
  ]
  for (const [request, status] of rows) {
    const answer = await ask(gitlab.v4, request, { headers: origin })
    t.equal(answer.status, status)
    t.strictSame(corsOf(answer.headers), cors, `${request}: such a page may read it`)
    t.strictSame(corsOf((await ask(gitlab.v4, request)).headers), {}, 'nothing is said where nobody asks')
  }
  const plain = await ask(gitlab.v4, 'OPTIONS /projects', { headers: origin })
  t.strictSame(
    [plain.status, plain.headers.get('allow')],
    [204, 'GET, HEAD, POST'],
    'OPTIONS that is no such question',
  )
  const v1Asked = await ask(gitlab.v1, 'OPTIONS /projects', { headers: preflight })
  t.strictSame([v1Asked.status, corsOf(v1Asked.headers)], [204, {}], 'v1 is shut to them')
})

t.test('URLs in answers are those under which the client reached us', async t => {
  const rows: [what: string, headers: Record<string, string>, origin: string][] = [
    ['the host of the request', { Host: 'gitlab.test' }, 'http://gitlab.test'],
    ['and its port', { Host: 'gitlab.test:8443' }, 'http://gitlab.test:8443'],
    ['an IPv6 address', { Host: '[::1]:8080' }, 'http://[::1]:8080'],
    ['a proxy’s scheme', { Host: 'h', 'X-Forwarded-Proto': 'https' }, 'https://h'],
    ['the first of several', { Host: 'h', 'X-Forwarded-Proto': 'https, http' }, 'https://h'],
    ['no scheme but http and https', { Host: 'h', 'X-Forwarded-Proto': 'javascript' }, 'http://h'],
    ['a proxy’s host', { Host: 'h', 'X-Forwarded-Host': 'git.test' }, 'http://git.test'],
    ['the first of several hosts', { Host: 'h', 'X-Forwarded-Host': 'git.test, inner' }, 'http://git.test'],
    ['a proxy’s port', { Host: 'h', 'X-Forwarded-Port': '8443' }, 'http://h:8443'],
    ['not the usual one', { Host: 'h', 'X-Forwarded-Port': '80' }, 'http://h'],
    [
      'not the usual one of https',
      { Host: 'h', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '443' },
      'https://h',
    ],
    ['not a second one', { Host: 'h:81', 'X-Forwarded-Port': '8443' }, 'http://h:81'],
    ['a port that is none', { Host: 'h', 'X-Forwarded-Port': '80/evil' }, 'http://h'],
    [
      'all of them',
      { Host: 'h', 'X-Forwarded-Host': 'git.test', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '8443' },
      'https://git.test:8443',
    ],
    ['a host that is none', { Host: 'a"><script>' }, gitlab.url],
    ['a host with a way', { Host: 'h/evil?x' }, gitlab.url],
    ['a host with a user', { Host: 'me@evil' }, gitlab.url],
    ['a forwarded host that is none', { Host: 'h', 'X-Forwarded-Host': 'a b' }, gitlab.url],
    ['a host that is too long', { Host: 'h'.repeat(300) }, gitlab.url],
    ['no host', { Host: '' }, gitlab.url],
  ]
  for (const [what, headers, origin] of rows) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const text = await raw(
      `GET /w/origin/api/v4/projects HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`,
    )
    t.strictSame(statuses(text), [200], what)
    const base = `${origin}/w/origin`
    t.ok(headerOf(text, 'Link')?.startsWith(`<${base}/api/v4/projects?`), `${what}: Link`)
    t.equal(JSON.parse(bodyOf(text))[0].web_url, `${base}/diaspora/diaspora`, `${what}: web_url`)
  }
  const query = '?pagination=keyset&order_by=id&per_page=1&x=%3E;<b>"'
  const text = await raw(`GET /api/v4/projects${query} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
  t.equal(
    headerOf(text, 'Link'),
    '<http://h/api/v4/projects?pagination=keyset&order_by=id&per_page=1&x=%3E;%3Cb%3E%22&id_before=5>; rel="next"',
    'and nothing that was sent ends them',
  )
})

t.test('a failure can be asked for, on any request', async t => {
  const world = gitlab.world('scenario')
  const asRoot = { 'Private-Token': tokens.root! }
  const before = await ask(world.v4, 'GET /projects/1/issues', root)
  const asked = [
    'GET /projects',
    issues,
    'DELETE /projects/1',
    'GET /nowhere',
    'PATCH /projects',
    'GET /projects/%zz',
  ]
  const codes = [400, 401, 403, 404, 405, 408, 409, 412, 413, 414, 422, 429, 500, 502, 503, 504]
  for (const base of [world.v4, world.v1]) {
    for (const code of base === world.v4 ? [...codes, 410] : codes) {
      for (const request of asked) {
        const { status, headers } = await ask(base, request, {
          headers: { ...asRoot, Prefer: `code=${code}`, 'Content-Type': 'application/json' },
          body: request.startsWith('GET') ? undefined : '{"title":"A"',
        })
        t.strictSame(
          [status, headers.get('preference-applied')],
          [code, `code=${code}`],
          `${code} of ${request}`,
        )
      }
    }
  }
  const rows: [headers: Record<string, string>, status: number, body: unknown][] = [
    [{ Prefer: 'code=401' }, 401, { message: '401 Unauthorized' }],
    [{ Prefer: 'code="404"' }, 404, { message: '404 Not Found' }],
    [{ Prefer: 'respond-async, code=403; foo=bar' }, 403, { message: '403 Forbidden' }],
    [{ Prefer: 'wait=10;Code = 503' }, 503, undefined],
    [{ 'X-Mock-Scenario': 'unauthorized' }, 401, { message: '401 Unauthorized' }],
    [{ 'X-Mock-Scenario': 'forbidden' }, 403, { message: '403 Forbidden' }],
    [{ 'X-Mock-Scenario': 'NOT-FOUND' }, 404, { message: '404 Not Found' }],
    [{ 'X-Mock-Scenario': 'conflict' }, 409, { message: '409 Conflict' }],
    [{ 'X-Mock-Scenario': 'unprocessable' }, 422, { message: '422 Unprocessable Entity' }],
    [{ 'X-Mock-Scenario': 'too-many-requests' }, 429, undefined],
    [{ 'X-Mock-Scenario': 'server-error' }, 500, { message: '500 Internal Server Error' }],
    [{ Prefer: 'code=409', 'X-Mock-Scenario': 'not-found' }, 409, { message: '409 Conflict' }],
    [{ Prefer: 'code=404', 'X-Understudy-World': 'no name' }, 404, { message: '404 Not Found' }],
  ]
  for (const [headers, status, body] of rows) {
    for (const base of [gitlab.v4, gitlab.v1]) {
      const answer = await ask(base, 'GET /projects', { headers })
      t.strictSame(
        [answer.status, answer.headers.get('preference-applied'), answer.body],
        [status, `code=${status}`, body],
        `${JSON.stringify(headers)} at ${base}, without a token`,
      )
    }
  }
  const limited = await ask(gitlab.v4, 'GET /projects', { headers: { Prefer: 'code=429' } })
  t.strictSame(
    [limited.text, limited.headers.get('content-type'), limited.headers.get('retry-after')],
    ['Retry later\n', 'text/plain', '60'],
    'a limit as GitLab’s, which is no JSON',
  )
  const allowed = await ask(gitlab.v4, 'GET /projects/1/pipelines/46', { headers: { Prefer: 'code=405' } })
  t.equal(allowed.headers.get('allow'), 'GET, HEAD, DELETE', 'a 405 with what the path allows')
  const head = await ask(gitlab.v4, 'HEAD /projects', { headers: { Prefer: 'code=503' } })
  t.strictSame([head.status, head.text], [503, ''], 'by HEAD')
  const options = await ask(gitlab.v4, 'OPTIONS /projects', { headers: { Prefer: 'code=503' } })
  t.equal(options.status, 503, 'by OPTIONS')
  const large = await send(`${gitlab.v4}/projects`, Buffer.alloc(13 << 20), false, { Prefer: 'code=503' })
  t.equal(large.status, 503, 'before a body that is too large')

  const unknown: [headers: Record<string, string>, asked: string][] = [
    [{ Prefer: 'code=430' }, '430'],
    [{ Prefer: 'code=201' }, '201'],
    [{ Prefer: 'code=' }, ''],
    [{ 'X-Mock-Scenario': 'teapot' }, 'teapot'],
    [{ 'X-Mock-Scenario': '__proto__' }, '__proto__'],
    [{ 'X-Mock-Scenario': 'forbidden, conflict' }, 'forbidden, conflict'],
  ]
  for (const [headers, name] of unknown) {
    for (const base of [gitlab.v4, gitlab.v1]) {
      const answer = await ask(base, 'DELETE /projects/1', { headers })
      t.equal(answer.status, 400, `${name} is no scenario`)
      const told = Object.values(answer.body).join()
      t.match(told, `unknown scenario "${name}"; known are: 302, 400, 401`)
      for (const known of ['404', '409', '503', 'unauthorized', 'not-found', 'unprocessable'])
        t.match(told, new RegExp(`[ ,]${known}(,|$)`), `and ${known} is told`)
      t.notOk(answer.headers.has('preference-applied'), 'nothing was applied')
    }
  }
  const other = await ask(gitlab.v4, 'GET /projects', { headers: { Prefer: 'respond-async, mycode=404' } })
  t.strictSame(
    [other.status, other.headers.has('preference-applied')],
    [200, false],
    'other preferences are not ours',
  )

  const after = await ask(world.v4, 'GET /projects/1/issues', root)
  t.strictSame(after.body, before.body, 'and nothing has changed')
  t.equal((await ask(world.v4, 'GET /projects/1', root)).status, 200)
})

t.test('the other doors of the house', async t => {
  const rows: [request: string, status: number][] = [
    ['GET /', 200],
    ['GET /?%ff&%zz', 200],
    ['GET /-/health?%', 200],
    ['GET /openapi/v4.json?%ff', 200],
    ['GET /__admin/worlds?%ff', 400],
    ['GET /__admin/worlds?all[a]=1', 400],
    ['POST /__admin/reset?all[a]=1', 400],
    ['POST /__admin/reset?all=maybe', 400],
    ['POST /__admin/reset?%zz', 400],
    ['DELETE /__admin/reset', 405],
    ['GET /__admin/nothing', 404],
    ['GET /nothing', 404],
    ['GET /%zz', 400],
    ['GET /%2e%2e/%2e%2e/etc/passwd', 404],
  ]
  for (const [request, status] of rows) {
    const answer = await ask(gitlab.url, request)
    t.equal(answer.status, status, request)
    t.notMatch(answer.text.slice(0, 2000), /\bat \S+ ?\(/, 'no word of our code')
  }
  const typed = await ask(gitlab.world('doors').url, 'POST /__admin/reset', {
    json: [1],
    headers: { Prefer: 'x' },
  })
  t.equal(typed.status, 200, 'a body is nothing to the control API')
})

// Requests as no client would make them, but with the names and the paths that the contracts know: chance alone would
// never get past the first door.
const hostile = fc.oneof(
  fc.constantFrom(
    '',
    '1',
    '46',
    '-1',
    '0',
    'true',
    'null',
    'master',
    'foo/bar',
    'root',
    'none',
    'any',
    '%00',
    '\0',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '[]',
    '{}',
    '1e999',
    '2016-08-11',
    '2016-99-99T99:99',
    '\ud83e',
    '..',
  ),
  fc.constantFrom('asc', 'desc', 'id', 'close', 'reopen', 'success', 'private', 'keyset', `${tokens.root}`),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer().map(String),
)
const suffix = fc.constantFrom(
  '',
  '',
  '',
  '[]',
  '[a]',
  '[][a]',
  '[__proto__]',
  '[a][b][c]',
  '[',
  ']',
  '[a',
  '[][]',
)
const encoded = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'))
const operations = [v4, v1].flatMap(({ name, prefix, everywhere }) =>
  [...loadContract(name, 'documented').operations.values()].map(operation => ({
    method: operation.method,
    path: prefix + operation.path,
    names: [...operation.attributes.keys(), ...everywhere],
  })),
)
const anyRequest = fc.constantFrom(...operations).chain(({ method, path, names }) => {
  const pair = fc.tuple(fc.oneof(fc.constantFrom(...names), hostile), suffix, hostile)
  const pairs = fc.array(pair, { maxLength: 5 })
  const asText = (list: [string, string, string][]) =>
    list.map(([name, end, value]) => `${encoded(name)}${end}=${encoded(value)}`).join('&')
  const asJson = fc.dictionary(fc.constantFrom(...names), fc.oneof(hostile, fc.jsonValue(), fc.integer()), {
    maxKeys: 5,
  })
  return fc.record({
    method: fc.oneof(
      { weight: 6, arbitrary: fc.constant(method) },
      fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'),
    ),
    path: fc
      .array(
        fc.oneof(
          fc.constantFrom('1', '8', '46', '5', '79', '271', 'master', 'foo%2Fbar'),
          hostile.map(encoded),
          fc.string({ maxLength: 5 }),
        ),
        { minLength: 4, maxLength: 4 },
      )
      .map(values => path.replace(/{\w+}/g, () => values.pop()!)),
    query: fc.oneof(pairs.map(asText), fc.string({ maxLength: 20 })),
    headers: fc.record(
      {
        'private-token': fc.constantFrom(tokens.root!, tokens.root!, tokens.developer!, 'nobody'),
        authorization: fc.constantFrom(`Bearer ${tokens.oauth}`, 'Bearer', 'Basic eDp5', 'Bearer a b'),
        sudo: fc.constantFrom('1', 'Username', '0', '-', '999999999999999999999'),
        'if-none-match': fc.constantFrom('*', '"', 'W/'),
        'if-unmodified-since': fc.constantFrom('never', 'Thu, 01 Jan 1970 00:00:00 GMT', '-1'),
        cookie: fc.constantFrom('_gitlab_session=session-of-root-0001', '_gitlab_session=', '=;;='),
        'x-forwarded-host': fc.constantFrom('a', '', '<>', 'a,b'),
        origin: fc.constantFrom('null', 'http://a'),
        'x-understudy-world': fc.constantFrom('fuzz', '', 'a b', '__proto__'),
      },
      { requiredKeys: [] },
    ),
    body: fc.oneof(
      fc.constant(undefined),
      fc.record({ type: fc.constant('application/x-www-form-urlencoded'), text: pairs.map(asText) }),
      fc.record({ type: fc.constant('application/json'), text: asJson.map(value => JSON.stringify(value)) }),
      fc.record({ type: fc.constant('multipart/form-data; boundary=X'), text: pairs.map(asParts) }),
      fc.record({
        type: fc.constantFrom(
          'application/json',
          'multipart/form-data; boundary=X',
          'text/plain',
          'a/b',
          ';',
          '',
        ),
        text: fc.string(),
      }),
    ),
  })
})

function asParts(list: [string, string, string][]): string {
  const parts = list.map(
    ([name, end, value]) =>
      `--X\r\nContent-Disposition: form-data; name="${encoded(name)}${end}"\r\n\r\n${value}\r\n`,
  )
  return `${parts.join('')}--X--\r\n`
}

t.test('whatever is asked, the answer is no 5xx, and the next request is answered', async t => {
  const outcome = await fc.check(
    fc.asyncProperty(anyRequest, async ({ method, path, query, headers, body }) => {
      const target = `/w/fuzz${path}?${query.replace(/[^!-~]/g, encoded)}`
      const typed = body?.type ? { 'content-type': body.type } : {}
      const answer = await exchange(
        method,
        target.replace(/\/(?=\?)|[^!-~]/g, encoded),
        { ...headers, ...typed } as Record<string, string>,
        body?.text,
      )
      const worded =
        !answer.type?.startsWith('application/json') || answer.text === '' || JSON.parse(answer.text)
      return answer.status >= 200 && answer.status < 500 && Boolean(worded)
    }),
    { numRuns: 1000, endOnFailure: false },
  )
  t.notOk(outcome.failed, 'a thousand requests', {
    report: outcome.failed && fc.defaultReportMessage(outcome),
  })
  await answers(t)
})

/** One request as it is, without a client's second thoughts. */
const exchange = (method: string, path: string, headers: Record<string, string>, body: string | undefined) =>
  new Promise<{ status: number; type: string | undefined; text: string }>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
    const sent = httpRequest({ port, method, path, headers: { ...headers, ...length } }, answer => {
      let text = ''
      answer.on('data', chunk => {
        text += chunk
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, type: answer.headers['content-type'], text }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
