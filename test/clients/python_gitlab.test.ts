// python-gitlab, as Debian packages it, at work against a listening server; python/stories.py is what it does.
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import {
  compare,
  compareFailures,
  compareFronts,
  compareHuge,
  compareStories,
  findCommand,
  hear,
  type Program,
  type Stories,
} from './program.ts'

const probe = ['-c', 'import gitlab; print(gitlab.__version__)']
const python = findCommand(['/usr/bin/python3', 'python3'], probe, /^3\./)
const skip = python ? false : 'no python-gitlab 3 on this machine: Debian has it as python3-gitlab'
const stories = fileURLToPath(new URL('python/stories.py', import.meta.url))
// A warning is a failure: it would tell of links that lead to another server.
const program: Program = [python ?? '', '-W', 'error::UserWarning', stories]

const notFound = (message: string) => ['GitlabGetError', 404, message]

const documented: Stories = {
  projects: {
    'all, over three pages': [169, 42, 12, 8, 5, 1],
    'a page': [12, 8],
    'an iterator knows': [6, 2, 4, 1, 2],
    'an iterator walks': [169, 42, 12, 8, 5, 1],
    'and ends': [2, null, 1],
    'by keyset': [169, 42, 12, 8, 5, 1],
    'by keyset, upwards': [1, 5, 8, 12, 42, 169],
    'keyset tells no totals': [null, null, 0],
    'keyset by name': [
      'GitlabListError',
      405,
      'Keyset pagination is not yet available for this type of request',
    ],
    search: [1],
    created: [170, 'root/hello-world', 'internal', 'master'],
    'created twice': [
      'GitlabCreateError',
      409,
      { name: ['has already been taken'], path: ['has already been taken'] },
    ],
    'read by its path': [170, 'Hi'],
    shared: 30,
    'no longer shared': [],
    deleted: notFound('404 Project Not Found'),
    imported: [171, 'imported', 'Mine'],
    'no archive': ['GitlabImportError', 422, { file: ['is not the archive of an exported project'] }],
  },
  issues: {
    created: [5, 'owner', 13, '2016-12-24', true],
    listed: [5, 4, 3, 2, 1],
    'by labels': [3, 4],
    'by iids': [5, 1],
    'of all projects': [5, 4, 3],
    closed: ['closed', ['done'], 'owner'],
    reopened: 'opened',
    notes: ['Done.', 'Really.'],
    'note deleted': notFound('404 Not found'),
    deleted: notFound('404 Not found'),
  },
  pipelines: {
    listed: [48, 47, 46],
    filtered: [23],
    created: [61, 'my/branch', 'pending', 'owner'],
    variables: [
      ['UPLOAD_TO_S3', 'env_var', 'true'],
      ['NOTES', 'file', 'one\ntwo'],
    ],
    canceled: 'canceled',
    refreshed: 'canceled',
    retried: 'pending',
    deleted: notFound('404 Not found'),
    triggered: [62, [['WHY', 'nightly']]],
    'a wrong trigger token': ['GitlabCreateError', 404, '404 Not Found'],
  },
  repository: {
    file: ['README.md', 30, '# src\n\nThe sources live here.\n'],
    branch: ['my/branch', '6c183d75'],
    branches: ['master', 'my/branch'],
    tag: ['my/tag', 'The first release'],
    'no file': notFound('404 File Not Found'),
    'no branch': notFound('404 Branch Not Found'),
    'no tag': notFound('404 Tag Not Found'),
  },
  users: {
    'who it is': ['root', '13.0.0'],
    listed: [23],
    changed: 255,
    'a text too long': ['GitlabUpdateError', 400, { bio: ['is too long (maximum is 255 characters)'] }],
    namespace: 'group',
    sudo: 'stranger',
    'sudo on each page': [12, 8, 5],
    'sudo as nobody': ['GitlabListError', 404, "404 User with ID or username 'nobody' Not Found"],
    'by OAuth': 'root',
    anonymous: [5],
  },
  errors: {
    'an unknown ref': ['GitlabCreateError', 400, { base: ['Reference not found'] }],
    'no ref': ['GitlabHttpError', 400, '400 (Bad request) "ref" not given'],
    'a blank title': ['GitlabCreateError', 400, { title: ["can't be blank"] }],
    'an unknown status': ['GitlabListError', 400, { status: ['does not have a valid value'] }],
    'an expired token': ['GitlabAuthenticationError', 401, '401 Unauthorized'],
    'an unknown token': ['GitlabAuthenticationError', 401, '401 Unauthorized'],
    'no right to start': ['GitlabCreateError', 403, '403 Forbidden'],
    'no right to delete': ['GitlabDeleteError', 403, '403 Forbidden'],
    'a scope too small': ['GitlabCreateError', 403, 'insufficient_scope'],
    'what one may not see': notFound('404 Project Not Found'),
    'what is not there': notFound('404 Not found'),
    'what has no route': ['GitlabListError', 404, '404 Not Found'],
    'a taken name': ['GitlabUpdateError', 409, { username: ['has already been taken'] }],
  },
}

const observed: Stories = {
  ...documented,
  projects: {
    ...documented.projects,
    'created twice': [
      'GitlabCreateError',
      400,
      { name: ['has already been taken'], path: ['has already been taken'], limit_reached: [] },
    ],
  },
  jobs: {
    'of a pipeline': [
      ['build', 'pending'],
      ['test', 'created'],
    ],
    canceled: 'canceled',
    retried: ['build', 'pending'],
    'retried too early': ['GitlabJobRetryError', 403, '403 Forbidden  - Job is not retryable'],
    'erased too early': ['GitlabJobEraseError', 403, '403 Forbidden  - Job is not erasable!'],
  },
  errors: {
    ...documented.errors,
    'no ref': ['GitlabHttpError', 400, 'ref is missing'],
    'an unknown status': ['GitlabListError', 400, 'status does not have a valid value'],
    'an expired token': ['GitlabAuthenticationError', 401, 'invalid_token'],
    'a taken name': ['GitlabUpdateError', 409, 'Username has already been taken'],
  },
}

t.test('python-gitlab walks, creates, reads, changes and deletes', { skip }, async t =>
  compareStories(t, program, { documented, observed }),
)

const limited = { code: 429, headers: { 'Retry-After': '1' } }
const errorPage =
  '<html><head><title>500 Internal Server Error</title></head><body>Whoops, something went wrong on our end.</body></html>'
const through = { 'how it ends': ['not refused'] }
const unreadable = {
  'how it ends': ['GitlabParsingError', null, 'Failed to parse the server message'],
}

t.test('python-gitlab tries again after 429, and after 5xx where it is told to', { skip }, t =>
  compareFailures(t, program, [
    [
      'obey_rate_limit and retry_transient_errors: 429 twice, 503 twice, then it is through',
      'patience',
      [limited, limited, { code: 503 }, { code: 503 }],
      through,
      [429, 429, 503, 503, 201],
      1,
    ],
    [
      'not told to, it hands on a 429 with its text',
      'impatience',
      [limited],
      { 'how it ends': ['GitlabCreateError', 429, 'Retry later\n'] },
      [429],
      0,
    ],
    [
      'and a 500 with its page',
      'impatience',
      [{ reason: 'error-page' }],
      { 'how it ends': ['GitlabCreateError', 500, errorPage] },
      [500],
      0,
    ],
    [
      'a connection reset before the answer: it tries again, and one is made',
      'patience',
      [{ fault: 'reset-before' }],
      through,
      [0, 201],
      1,
    ],
    [
      'a connection reset in the answer: it tries again, and two are made',
      'patience',
      [{ fault: 'reset-midway' }],
      through,
      [201, 201],
      2,
    ],
    [
      'half an answer: it gives up, and one was made',
      'patience',
      [{ fault: 'truncated-json' }],
      unreadable,
      [201],
      1,
    ],
    [
      'an empty answer: it gives up, and one was made',
      'patience',
      [{ fault: 'empty-200' }],
      unreadable,
      [201],
      1,
    ],
  ]),
)

t.test('python-gitlab above 10,000 rows: total is None, and the walk goes on', { skip }, t =>
  compareHuge(t, program, {
    totals: [null, null, 0, 2],
    walked: 10_001,
    'page 501 of projects': [
      'GitlabListError',
      405,
      'Offset pagination has a maximum allowed offset of 50000 for requests that return objects of type Project. ' +
        'Remaining records can be retrieved using keyset pagination.',
    ],
    'projects by keyset': [1, 5, 8, 12, 42, 169, 170, 171],
  }),
)

t.test('python-gitlab polls a pipeline to its end', { skip }, async t => {
  await using gitlab = await createUnderstudy({ checkAnswers: true, progress: 'reads' })
  compare(t, await hear(program, 'polling', gitlab, gitlab.tokens), {
    seen: ['created', 'pending', 'running', 'success'],
  })
})

// It asks for another by a parameter, which no proxy drops.
t.test('python-gitlab behind proxies', { skip }, t =>
  compareFronts(t, program, {
    route: notFound('404 Not Found'),
    project: notFound('404 Project Not Found'),
    branch: notFound('404 Branch Not Found'),
  }),
)
