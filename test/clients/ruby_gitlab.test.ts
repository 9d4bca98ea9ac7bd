// The gem gitlab, as Debian packages it, at work against a listening server; ruby/stories.rb is what it does.
import { fileURLToPath } from 'node:url'
import t from 'tap'
import {
  compareFailures,
  compareFronts,
  compareHuge,
  compareStories,
  findCommand,
  type Program,
  type Stories,
} from './program.ts'

// Later releases wait for Retry-After themselves.
const probe = ['-e', 'require "gitlab"; puts Gitlab::VERSION']
const ruby = findCommand(['/usr/bin/ruby', 'ruby'], probe, /^4\.1[0-7]\./)
const skip = ruby ? false : 'no gem gitlab up to 4.17 on this machine: Debian 12 has it as ruby-gitlab'
const program: Program = [ruby ?? '', fileURLToPath(new URL('ruby/stories.rb', import.meta.url))]

const notFound = (message: string) => ['Gitlab::Error::NotFound', message]

const documented: Stories = {
  projects: {
    'all, over three pages': [169, 42, 12, 8, 5, 1],
    'the ends': [true, true, false, [5, 1]],
    'there and back': [169, 42],
    'as many as are wanted': [169, 42, 12],
    'by keyset': [169, 42, 12, 8, 5, 1],
    search: [1],
    created: [170, 'root/hello-world', 'internal', 'master'],
    'created twice': [
      'Gitlab::Error::Conflict',
      "'name' has already been taken, 'path' has already been taken",
    ],
    'read by its path': [170, 'Hi', ['a', 'b']],
    shared: [30],
    'no longer shared': [],
    deleted: notFound('404 Project Not Found'),
  },
  issues: {
    created: [5, 'owner', 13, '2016-12-24', true],
    'all, over three pages': [5, 4, 3, 2, 1],
    'by labels': [3, 4],
    'by iids': [5, 1],
    'of all projects': [5, 4, 3],
    closed: ['closed', ['done'], 'owner'],
    reopened: 'opened',
    'note changed': 'Done. & over',
    'notes left': 0,
    deleted: notFound('404 Not found'),
  },
  pipelines: {
    'all, over three pages': [48, 47, 46],
    filtered: [23],
    created: [61, 'my/branch', 'pending', 'owner'],
    variables: [
      ['UPLOAD_TO_S3', 'env_var', 'true'],
      ['NOTES', 'env_var', 'one\ntwo'],
    ],
    canceled: 'canceled',
    retried: 'pending',
    deleted: notFound('404 Not found'),
    triggered: [62, [['WHY', 'nightly']]],
    'a wrong trigger token': notFound('404 Not Found'),
  },
  repository: {
    file: ['README.md', 30, '# src\n\nThe sources live here.\n'],
    branch: ['my/branch', '6c183d75'],
    branches: ['master', 'my/branch'],
    tag: ['my/tag', 'The first release'],
    'no file': notFound('404 File Not Found'),
    'no branch': notFound('404 Branch Not Found'),
  },
  users: {
    'who it is': ['root', '13.0.0'],
    listed: [23],
    changed: 255,
    'a text too long': ['Gitlab::Error::BadRequest', "'bio' is too long (maximum is 255 characters)"],
    sudo: 'developer',
    'sudo on each page': [12, 8, 5],
    'and no longer': 'root',
    'by OAuth': 'root',
  },
  errors: {
    'an unknown ref': ['Gitlab::Error::BadRequest', "'base' Reference not found"],
    'no ref': ['Gitlab::Error::BadRequest', '400 (Bad request) "ref" not given'],
    'a blank title': ['Gitlab::Error::BadRequest', "'title' can't be blank"],
    'an unknown status': ['Gitlab::Error::BadRequest', "'status' does not have a valid value"],
    'an expired token': ['Gitlab::Error::Unauthorized', '401 Unauthorized'],
    'no right to start': ['Gitlab::Error::Forbidden', '403 Forbidden'],
    'no right to delete': ['Gitlab::Error::Forbidden', '403 Forbidden'],
    'a scope too small': [
      'Gitlab::Error::Forbidden',
      'The request requires higher privileges than provided by the access token.',
    ],
    'what one may not see': notFound('404 Project Not Found'),
    'what is not there': notFound('404 Not found'),
    'what has no route': notFound('404 Not Found'),
    'a taken name': ['Gitlab::Error::Conflict', "'username' has already been taken"],
  },
}

const observed: Stories = {
  ...documented,
  projects: {
    ...documented.projects,
    'created twice': [
      'Gitlab::Error::BadRequest',
      "'limit_reached' , 'name' has already been taken, 'path' has already been taken",
    ],
  },
  jobs: {
    'of a pipeline': [
      ['build', 'pending'],
      ['test', 'created'],
    ],
    'by scope': ['test'],
    canceled: 'canceled',
    retried: 'pending',
    'erased too early': ['Gitlab::Error::Forbidden', '403 Forbidden  - Job is not erasable!'],
  },
  errors: {
    ...documented.errors,
    'no ref': ['Gitlab::Error::BadRequest', 'ref is missing'],
    'an unknown status': ['Gitlab::Error::BadRequest', 'status does not have a valid value'],
    'an expired token': [
      'Gitlab::Error::Unauthorized',
      'Token is expired. You can either do re-authorization or token refresh.',
    ],
    'a taken name': ['Gitlab::Error::Conflict', 'Username has already been taken'],
  },
}

t.test('the gem gitlab walks, creates, reads, changes and deletes', { skip }, async t =>
  compareStories(t, program, { documented, observed }),
)

const limited = { code: 429, headers: { 'Retry-After': '1' } }
const unavailable =
  '<html><head><title>503 Service Unavailable</title></head><body>GitLab is not available</body></html>'
const ends = (...how: unknown[]) => ({ 'how it ends': how })

t.test('the gem gitlab tries nothing twice, and tells 429 and 503 apart for who does', { skip }, t =>
  compareFailures(t, program, [
    [
      'a loop around it: 429 twice, 503 twice, then it is through',
      'patience',
      [limited, limited, { code: 503 }, { code: 503 }],
      { tries: 5 },
      [429, 429, 503, 503, 201],
      1,
    ],
    [
      'by itself it raises a 429 with its text',
      'impatience',
      [limited],
      ends('Gitlab::Error::TooManyRequests', '{:message=>"Retry later\\n"}'),
      [429],
      0,
    ],
    [
      'and a 503 with its page',
      'impatience',
      [{ code: 503 }],
      ends('Gitlab::Error::ServiceUnavailable', unavailable),
      [503],
      0,
    ],
    [
      'a connection reset before the answer: nothing was made',
      'impatience',
      [{ fault: 'reset-before' }],
      ends('Errno::ECONNRESET'),
      [0],
      0,
    ],
    [
      'a connection reset in the answer: one was made',
      'impatience',
      [{ fault: 'reset-midway' }],
      ends('Errno::ECONNRESET'),
      [201],
      1,
    ],
    [
      'half an answer: one was made',
      'impatience',
      [{ fault: 'truncated-json' }],
      ends('Gitlab::Error::Parsing'),
      [201],
      1,
    ],
    [
      'an empty answer is fine with it',
      'impatience',
      [{ fault: 'empty-200' }],
      ends('not refused'),
      [201],
      1,
    ],
  ]),
)

t.test('the gem gitlab above 10,000 rows: no last page, and the walk goes on', { skip }, t =>
  compareHuge(t, program, {
    'the ends': [true, false, null],
    walked: 10_001,
    'page 501 of projects': [
      'Gitlab::Error::MethodNotAllowed',
      'Offset pagination has a maximum allowed offset of 50000 for requests that return objects of type Project. ' +
        'Remaining records can be retrieved using keyset pagination.',
    ],
    'projects by keyset': [1, 5, 8, 12, 42, 169, 170, 171],
  }),
)

// It asks for another by a parameter, which no proxy drops.
t.test('the gem gitlab behind proxies', { skip }, t =>
  compareFronts(t, program, {
    route: notFound('404 Not Found'),
    project: notFound('404 Project Not Found'),
    branch: notFound('404 Branch Not Found'),
  }),
)
