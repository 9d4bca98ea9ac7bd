// go-gitlab, as Debian packages its source, at work against a listening server; go/stories.go is what it does.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import {
  compareFailures,
  compareFronts,
  compareHuge,
  compareStories,
  findCommand,
  hear,
  type Program,
  type Stories,
} from './program.ts'

const sources = '/usr/share/gocode'
const go = findCommand(['/usr/bin/go', 'go'], ['version'], /^go version/)
const skip =
  go && existsSync(join(sources, 'src/github.com/xanzy/go-gitlab'))
    ? false
    : 'no Go or no go-gitlab on this machine: Debian has them as golang-go and golang-github-xanzy-go-gitlab-dev'

const folder = t.testdir()
const program: Program = [join(folder, 'stories')]

t.test('go-gitlab is built from its source, without a network', { skip }, async t => {
  const source = fileURLToPath(new URL('go/stories.go', import.meta.url))
  const env = {
    ...process.env,
    ...{ GOPATH: sources, GO111MODULE: 'off', GOFLAGS: '', GOPROXY: 'off', GOCACHE: join(folder, 'cache') },
  }
  await promisify(execFile)(go!, ['build', '-o', program[0], source], { env })
  t.ok(existsSync(program[0]))
})

const documented: Stories = {
  projects: {
    'all, over three pages': [169, 42, 12, 8, 5, 1],
    'the response knows': [6, 2, 4, 1, 2],
    'by keyset, upwards': [1, 5, 8, 12, 42, 169],
    search: [1],
    created: [170, 'root/hello-world', 'internal', 'master'],
    'created twice': [409, '{message: {name: [has already been taken]}, {path: [has already been taken]}}'],
    'read by its path': [170, 'Hi'],
    shared: 30,
    deleted: [404, '{message: 404 Project Not Found}'],
    imported: [171, 'imported'],
  },
  issues: {
    created: [5, 'owner', 13, '2016-12-24', true],
    'by labels': [3, 4],
    'by iids': [5, 1],
    close: ['closed', ['close'], true],
    reopen: ['opened', ['reopen'], false],
    'note changed': ['Done.', 'owner'],
    'notes left': 0,
    deleted: [404, '{message: 404 Not found}'],
  },
  pipelines: {
    'all, over three pages': [48, 47, 46],
    'since a day in India': 4,
    created: [61, 'my/branch', 'pending', 'owner'],
    UPLOAD_TO_S3: ['env_var', 'true'],
    NOTES: ['file', 'one\ntwo'],
    canceled: ['canceled', true],
    retried: 'pending',
    deleted: [404, '{message: 404 Not found}'],
    triggered: [62, 'master'],
  },
  repository: {
    file: ['README.md', 30, '# src\n\nThe sources live here.\n'],
    branch: ['my/branch', '6c183d75'],
    branches: 2,
    tag: ['my/tag', 'The first release'],
    'a tag with dots': 'v1.0.0',
    'no branch': [404, '{message: 404 Branch Not Found}'],
  },
  users: {
    'who it is': ['root', true, '13.0.0'],
    changed: ['not refused'],
    'a text too long': [400, '{message: {bio: [is too long (maximum is 255 characters)]}}'],
    read: ['username', 255, 'username@example.com'],
    sudo: 'developer',
    'sudo on each page': [12, 8, 5],
    'by OAuth': 'root',
  },
  errors: {
    'an unknown ref': [400, '{message: {base: [Reference not found]}}'],
    'no ref': [400, '{message: 400 (Bad request) "ref" not given}'],
    'a blank title': [400, "{message: {title: [can't be blank]}}"],
    'an expired token': [401, '{message: 401 Unauthorized}'],
    'no token': [401, '{message: 401 Unauthorized}'],
    'no right to start': [403, '{message: 403 Forbidden}'],
    'no right to delete': [403, '{message: 403 Forbidden}'],
    'a scope too small': [
      403,
      '{error: insufficient_scope}, ' +
        '{error_description: The request requires higher privileges than provided by the access token.}, {scope: api}',
    ],
    'what one may not see': [404, '{message: 404 Project Not Found}'],
    'what is not there': [404, '{message: 404 Not found}'],
    'what has no route': [404, '{error: 404 Not Found}'],
    'a taken name': [409, '{message: {username: [has already been taken]}}'],
  },
}

const observed: Stories = {
  ...documented,
  projects: {
    ...documented.projects,
    'created twice': [
      400,
      '{message: {limit_reached: []}, {name: [has already been taken]}, {path: [has already been taken]}}',
    ],
  },
  jobs: {
    build: ['pending', 61, '384c444e'],
    test: ['created', 61, '384c444e'],
    canceled: 'canceled',
    retried: 'pending',
    'erased too early': [403, '{message: 403 Forbidden  - Job is not erasable!}'],
  },
  errors: {
    ...documented.errors,
    'no ref': [400, '{error: ref is missing}'],
    'an expired token': [
      401,
      '{error: invalid_token}, ' +
        '{error_description: Token is expired. You can either do re-authorization or token refresh.}',
    ],
    'a taken name': [409, '{message: Username has already been taken}'],
  },
}

t.test('go-gitlab walks, creates, reads, changes and deletes', { skip }, async t =>
  compareStories(t, program, { documented, observed }),
)

const limited = { code: 429, headers: { 'Retry-After': '1' } }
// What GitLab sends since 13.8: the client waits until then, and it is now.
const reset = { reason: 'rate-limited', headers: { 'RateLimit-Reset': '1' } }
const through = { 'how it ends': ['not refused'] }

t.test('go-gitlab tries again by itself after 429, 500, 502 and 503, five times', { skip }, t =>
  compareFailures(t, program, [
    [
      '429 twice, 503 twice, then it is through',
      'patience',
      [limited, limited, { code: 503 }, { code: 503 }],
      through,
      [429, 429, 503, 503, 201],
      1,
    ],
    ['500, then 502', 'patience', [{ code: 500 }, { code: 502 }], through, [500, 502, 201], 1],
    ['429 with RateLimit-*, twice', 'patience', [reset, reset], through, [429, 429, 201], 1],
    [
      'the sixth 429 it hands on',
      'patience',
      Array(7).fill(reset),
      { 'how it ends': [429, 'failed to parse unknown error format'] },
      Array(6).fill(429),
      0,
    ],
    [
      'WithoutRetries it hands on the first; plain text and pages of HTML it has no words for',
      'impatience',
      [{ code: 503 }],
      { 'how it ends': [503, 'failed to parse unknown error format'] },
      [503],
      0,
    ],
    [
      'half an answer: it gives up, and one was made',
      'patience',
      [{ fault: 'truncated-json' }],
      { 'how it ends': ['unexpected EOF'] },
      [201],
      1,
    ],
    [
      'an empty answer: it gives up, and one was made',
      'patience',
      [{ fault: 'empty-200' }],
      { 'how it ends': ['EOF'] },
      [201],
      1,
    ],
    ['a wrong type is nothing to it', 'patience', [{ fault: 'wrong-content-type' }], through, [201], 1],
  ]),
)

t.test('go-gitlab sends nothing twice when a connection breaks', { skip }, async t => {
  await using gitlab = await createUnderstudy({ checkAnswers: true })
  for (const [fault, statuses] of [
    ['reset-before', [0]],
    ['reset-midway', [201]],
  ] as const) {
    const world = gitlab.world(fault)
    world.arm({ operation: 'createProjectPipeline', answer: { fault }, times: 1 })
    const { 'how it ends': end } = await hear(program, 'patience', world, gitlab.tokens)
    t.match(end, [/connection reset by peer/], fault)
    const posts = world.requests().filter(({ method }) => method === 'POST')
    t.strictSame(
      posts.map(({ status }) => status),
      statuses,
    )
  }
})

t.test('go-gitlab looks for a rate limit first, where there is none', { skip }, async t => {
  await using gitlab = await createUnderstudy()
  await hear(program, 'impatience', gitlab, gitlab.tokens)
  t.match(gitlab.requests(), [
    { method: 'GET', path: '/api/v4/', status: 404 },
    { method: 'POST', status: 201 },
  ])
})

t.test('go-gitlab above 10,000 rows: no totals, and the walk goes on', { skip }, t =>
  compareHuge(t, program, {
    totals: [0, 0, 2],
    walked: 10_001,
    'page 501 of projects': [
      405,
      '{error: Offset pagination has a maximum allowed offset of 50000 for requests that return objects of type ' +
        'Project. Remaining records can be retrieved using keyset pagination.}',
    ],
  }),
)

t.test('go-gitlab behind proxies', { skip }, t =>
  compareFronts(
    t,
    program,
    {
      route: [404, '{error: 404 Not Found}'],
      project: [404, '{message: 404 Project Not Found}'],
      branch: [404, '{message: 404 Branch Not Found}'],
    },
    // It asks for another by the header, and does it all as root where a proxy drops that.
    { sudo: 'root' },
  ),
)
