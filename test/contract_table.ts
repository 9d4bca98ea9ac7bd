// What each documented status of each operation is shown by: the table that contract.test.ts runs.
import { gzipSync } from 'node:zlib'
import type { Profile } from '../src/contract/load.ts'
import type { Changes } from '../src/index.ts'

/** How one status comes about, as far as it differs from its operation's own line. */
export interface Row {
  /** A path of the operation in place of the line's. */
  readonly at?: string
  /** A query in place of the line's. */
  readonly query?: string
  /** Whose token is sent: a name of the default world, `nobody` for one that is not known, `anonymous` for none. */
  readonly as?: string
  /** The JSON body, in place of the contract's example … */
  readonly json?: object
  /** … or what differs from that example … */
  readonly with?: object
  /** … or the fields and files of a form … */
  readonly parts?: Readonly<Record<string, string | Blob>>
  /** … or text that claims to be JSON. */
  readonly text?: string
  readonly headers?: Record<string, string>
  /** What only a forced answer can show. */
  readonly scenario?: string
  /** Rows of the world that are other than by default. */
  readonly given?: Changes
  /** What real servers answered where they differ in this row alone, and the fact that says so. */
  readonly observed?: { readonly status: number; readonly because: string }
  /** The profile that alone can show this row; its status is then told as it is. */
  readonly only?: Profile
}

/** An operation, by a request that succeeds; its statuses, each by what of that request must differ. */
export interface Line {
  readonly request: string
  readonly as: string
  readonly shows: Readonly<Record<string, Row | readonly Row[]>>
  /** The profile that alone has this operation; its statuses are then told as they are. */
  readonly only?: Profile
}

const on = (request: string, as: string, shows: Line['shows']): Line => ({ request, as, shows })
/** An operation that the docs don't have. */
const onlyObserved = (...line: Parameters<typeof on>): Line => ({ ...on(...line), only: 'observed' })

const asIs: Row = {}
const unchanged: Row = { headers: { 'If-None-Match': '*' } }
const readLongAgo: Row = { headers: { 'If-Unmodified-Since': 'Thu, 01 Jan 2015 00:00:00 GMT' } }
const unknownToken: Row = { as: 'nobody' }
const noToken: Row = { as: 'anonymous' }
/** A token that reads users only. */
const narrowToken: Row = { as: 'readuser' }
/** A token that writes nothing. */
const readingToken: Row = { as: 'readonly' }
const noAdmin: Row = { as: 'developer', query: 'sudo=root' }
const unknownSudo: Row = { as: 'root', query: 'sudo=no-such-user' }
const noNumber: Row = { query: 'page=first' }
const nothingSent: Row = { json: {} }
const brokenJson: Row = { text: '{"token": ' }
const forbidden: Row = { scenario: 'forbidden' }
const invalidNamespace = { status: 400, because: 'a namespace that can not be used does not validate' }
const takenName = { status: 400, because: 'a name that is taken does not validate' }
const archive = new Blob([gzipSync('what a project exports')])

const v4: Record<string, Line> = {
  listProjects: on('GET /projects', 'developer', {
    200: [asIs, noToken, { query: 'pagination=keyset&order_by=id&per_page=2' }],
    304: unchanged,
    400: { query: 'order_by=fame' },
    401: unknownToken,
    403: narrowToken,
    404: unknownSudo,
    405: [
      { query: 'pagination=keyset&order_by=name' },
      { scenario: 'method-not-allowed', observed: { status: 404, because: 'the last route catches all' } },
    ],
  }),
  createProject: on('POST /projects', 'developer', {
    201: asIs,
    400: nothingSent,
    401: noToken,
    403: [readingToken, { with: { namespace_id: 2 }, observed: invalidNamespace }],
    404: [unknownSudo, { with: { namespace_id: 999 }, observed: invalidNamespace }],
    409: { as: 'root', json: { name: 'bar', namespace_id: 2 }, observed: takenName },
  }),
  getProject: on('GET /projects/1', 'developer', {
    200: [asIs, { at: '/projects/foo%2Fbar' }, { at: '/projects/5', as: 'anonymous' }],
    304: unchanged,
    401: [unknownToken, { as: 'expired' }],
    403: narrowToken,
    404: { as: 'stranger' },
  }),
  updateProject: on('PUT /projects/1', 'maintainer', {
    200: asIs,
    400: { json: { visibility: 'hidden' } },
    401: noToken,
    403: { as: 'developer' },
    404: { as: 'stranger' },
    409: { json: { name: 'Tracker' }, observed: takenName },
  }),
  deleteProject: on('DELETE /projects/1', 'owner', {
    204: { observed: { status: 202, because: 'a project is removed later' } },
    401: noToken,
    403: { as: 'maintainer' },
    404: { as: 'stranger' },
    412: readLongAgo,
  }),
  shareProject: on('POST /projects/1/share', 'maintainer', {
    201: asIs,
    400: { with: { group_access: 45 } },
    401: noToken,
    403: { as: 'developer' },
    404: { with: { group_id: 999 } },
    409: { at: '/projects/5/share' },
  }),
  unshareProject: on('DELETE /projects/5/share/17', 'maintainer', {
    204: asIs,
    400: { at: '/projects/5/share/seventeen' },
    401: noToken,
    403: { as: 'stranger' },
    404: { at: '/projects/5/share/999' },
    412: readLongAgo,
  }),
  importProject: on('POST /projects/import', 'root', {
    201: { parts: { path: 'impapi', file: archive } },
    400: nothingSent,
    401: noToken,
    403: { as: 'developer' },
    404: { with: { namespace: 'no-such-group' } },
    409: { parts: { path: 'diaspora', namespace: 'diaspora', file: archive }, observed: takenName },
    422: asIs,
  }),
  getProjectImport: on('GET /projects/1/import', 'developer', {
    200: asIs,
    304: unchanged,
    401: noToken,
    403: narrowToken,
    404: { as: 'stranger' },
  }),
  listNamespaces: on('GET /namespaces', 'root', {
    200: [asIs, { as: 'developer' }],
    304: unchanged,
    400: noNumber,
    401: noToken,
    403: narrowToken,
    404: unknownSudo,
  }),
  getNamespace: on('GET /namespaces/foo', 'developer', {
    200: asIs,
    304: unchanged,
    401: noToken,
    403: narrowToken,
    404: { at: '/namespaces/17' },
  }),
  listIssues: on('GET /issues', 'reporter', {
    200: asIs,
    304: unchanged,
    400: { query: 'state=lost' },
    401: noToken,
    403: narrowToken,
    404: unknownSudo,
  }),
  listProjectIssues: on('GET /projects/8/issues', 'reporter', {
    200: asIs,
    304: unchanged,
    400: { query: 'order_by=fame' },
    401: unknownToken,
    403: narrowToken,
    404: noToken,
  }),
  createProjectIssue: on('POST /projects/1/issues', 'guest', {
    201: asIs,
    400: nothingSent,
    401: noToken,
    403: readingToken,
    404: { as: 'stranger' },
    409: { as: 'owner', with: { iid: 1 } },
  }),
  getProjectIssue: on('GET /projects/1/issues/2', 'reporter', {
    200: asIs,
    304: unchanged,
    400: { at: '/projects/1/issues/last' },
    401: unknownToken,
    403: narrowToken,
    404: { as: 'guest' },
  }),
  updateProjectIssue: on('PUT /projects/1/issues/1', 'reporter', {
    200: asIs,
    400: { json: { state_event: 'burn' } },
    401: noToken,
    403: { as: 'guest' },
    404: { at: '/projects/1/issues/999' },
  }),
  deleteProjectIssue: on('DELETE /projects/1/issues/1', 'owner', {
    204: asIs,
    400: { at: '/projects/1/issues/last' },
    401: noToken,
    403: { as: 'maintainer' },
    404: { as: 'stranger' },
    412: readLongAgo,
  }),
  listIssueNotes: on('GET /projects/8/issues/8/notes', 'guest', {
    200: asIs,
    304: unchanged,
    400: { query: 'sort=up' },
    401: unknownToken,
    403: narrowToken,
    404: { at: '/projects/8/issues/999/notes' },
  }),
  createIssueNote: on('POST /projects/8/issues/8/notes', 'guest', {
    201: asIs,
    400: { json: { body: '' } },
    401: noToken,
    403: readingToken,
    404: { at: '/projects/8/issues/999/notes' },
  }),
  getIssueNote: on('GET /projects/8/issues/8/notes/301', 'guest', {
    200: asIs,
    304: unchanged,
    400: { at: '/projects/8/issues/8/notes/last' },
    401: unknownToken,
    403: narrowToken,
    404: { at: '/projects/8/issues/8/notes/309' },
  }),
  updateIssueNote: on('PUT /projects/8/issues/8/notes/301', 'reporter', {
    200: asIs,
    400: nothingSent,
    401: noToken,
    403: { as: 'developer' },
    404: { at: '/projects/8/issues/7/notes/301' },
  }),
  deleteIssueNote: on('DELETE /projects/8/issues/8/notes/301', 'maintainer', {
    204: asIs,
    400: { at: '/projects/8/issues/8/notes/last' },
    401: noToken,
    403: { as: 'developer' },
    404: { at: '/projects/8/issues/8/notes/999' },
    412: readLongAgo,
  }),
  listProjectPipelines: on('GET /projects/1/pipelines', 'reporter', {
    200: asIs,
    304: unchanged,
    400: { query: 'scope=everything' },
    401: unknownToken,
    403: { as: 'guest' },
    404: { as: 'stranger' },
  }),
  getProjectPipeline: on('GET /projects/1/pipelines/46', 'reporter', {
    200: asIs,
    304: unchanged,
    400: { at: '/projects/1/pipelines/first' },
    401: unknownToken,
    403: { as: 'guest' },
    404: { at: '/projects/1/pipelines/20' },
  }),
  deleteProjectPipeline: on('DELETE /projects/1/pipelines/46', 'owner', {
    204: asIs,
    400: { at: '/projects/1/pipelines/first' },
    401: noToken,
    403: { as: 'maintainer' },
    404: { at: '/projects/1/pipelines/999' },
    412: readLongAgo,
  }),
  listProjectPipelineVariables: on('GET /projects/1/pipelines/46/variables', 'maintainer', {
    200: asIs,
    304: unchanged,
    400: { at: '/projects/1/pipelines/first/variables' },
    401: unknownToken,
    403: { as: 'reporter' },
    404: { as: 'stranger' },
  }),
  createProjectPipeline: on('POST /projects/1/pipeline', 'maintainer', {
    201: asIs,
    400: nothingSent,
    401: noToken,
    403: { as: 'reporter' },
    404: { as: 'stranger' },
  }),
  retryProjectPipeline: on('POST /projects/8/pipelines/22/retry', 'developer', {
    201: asIs,
    400: { at: '/projects/8/pipelines/first/retry' },
    401: noToken,
    403: { as: 'reporter' },
    404: { at: '/projects/8/pipelines/46/retry' },
  }),
  cancelProjectPipeline: on('POST /projects/8/pipelines/28/cancel', 'developer', {
    200: asIs,
    400: { at: '/projects/8/pipelines/first/cancel' },
    401: noToken,
    403: { as: 'reporter' },
    404: { at: '/projects/8/pipelines/46/cancel' },
  }),
  triggerPipeline: on('POST /projects/1/trigger/pipeline', 'anonymous', {
    201: asIs,
    400: { json: { ref: 'master' } },
    404: { with: { token: 'no-such-trigger' } },
  }),
  triggerPipelineOnRef: on('POST /projects/1/ref/my%2Fbranch/trigger/pipeline', 'anonymous', {
    201: asIs,
    400: nothingSent,
    404: { at: '/projects/8/ref/master/trigger/pipeline' },
  }),
  getLatestProjectPipeline: onlyObserved('GET /projects/8/pipelines/latest', 'reporter', {
    200: [asIs, { query: 'ref=develop' }],
    304: unchanged,
    400: { query: 'ref[a]=b' },
    401: unknownToken,
    403: { at: '/projects/1/pipelines/latest' },
    404: noToken,
  }),
  listProjectJobs: onlyObserved('GET /projects/8/jobs', 'reporter', {
    200: [asIs, { query: 'scope=failed' }],
    304: unchanged,
    400: { query: 'scope[]=done' },
    401: noToken,
    403: { at: '/projects/1/jobs', as: 'guest' },
    404: { at: '/projects/1/jobs', as: 'stranger' },
  }),
  listPipelineJobs: onlyObserved('GET /projects/8/pipelines/26/jobs', 'reporter', {
    200: asIs,
    304: unchanged,
    400: noNumber,
    401: noToken,
    403: { at: '/projects/1/pipelines/46/jobs', as: 'guest' },
    404: { at: '/projects/8/pipelines/46/jobs' },
  }),
  getProjectJob: onlyObserved('GET /projects/8/jobs/5', 'reporter', {
    200: asIs,
    304: unchanged,
    400: { at: '/projects/8/jobs/first' },
    401: noToken,
    403: { at: '/projects/1/jobs/5', as: 'guest' },
    404: { at: '/projects/1/jobs/5' },
  }),
  playProjectJob: onlyObserved('POST /projects/8/jobs/14/play', 'developer', {
    200: asIs,
    400: [{ at: '/projects/8/jobs/11/play' }, { at: '/projects/8/jobs/first/play' }],
    401: noToken,
    403: { as: 'reporter' },
    404: { at: '/projects/1/jobs/14/play' },
  }),
  cancelProjectJob: onlyObserved('POST /projects/8/jobs/20/cancel', 'maintainer', {
    201: asIs,
    400: { at: '/projects/8/jobs/first/cancel' },
    401: noToken,
    403: { as: 'developer' },
    404: { at: '/projects/8/jobs/999/cancel' },
  }),
  retryProjectJob: onlyObserved('POST /projects/8/jobs/5/retry', 'developer', {
    201: asIs,
    400: { at: '/projects/8/jobs/first/retry' },
    401: noToken,
    403: [{ as: 'reporter' }, { at: '/projects/8/jobs/6/retry' }],
    404: { at: '/projects/8/jobs/999/retry' },
  }),
  eraseProjectJob: onlyObserved('POST /projects/8/jobs/5/erase', 'developer', {
    201: asIs,
    400: { at: '/projects/8/jobs/first/erase' },
    401: noToken,
    403: [{ as: 'reporter' }, { at: '/projects/8/jobs/6/erase' }],
    404: { at: '/projects/8/jobs/999/erase' },
  }),
  getRepositoryFile: on('GET /projects/1/repository/files/src%2FREADME.md?ref=master', 'reporter', {
    200: asIs,
    304: unchanged,
    400: { query: '' },
    401: unknownToken,
    403: { as: 'guest' },
    404: { query: 'ref=new-pipeline' },
  }),
  listRepositoryBranches: on('GET /projects/1/repository/branches', 'reporter', {
    200: asIs,
    304: unchanged,
    400: noNumber,
    401: unknownToken,
    403: { as: 'guest' },
    404: { as: 'stranger' },
  }),
  getRepositoryBranch: on('GET /projects/1/repository/branches/my%2Fbranch', 'reporter', {
    200: asIs,
    304: unchanged,
    401: unknownToken,
    403: { as: 'guest' },
    404: { at: '/projects/1/repository/branches/yours' },
  }),
  listBranchCommits: on('GET /projects/1/branches/my%2Fbranch/commits', 'reporter', {
    200: asIs,
    304: unchanged,
    400: noNumber,
    401: unknownToken,
    403: { as: 'guest' },
    404: { at: '/projects/1/branches/yours/commits' },
  }),
  listRepositoryTags: on('GET /projects/1/repository/tags', 'reporter', {
    200: asIs,
    304: unchanged,
    400: { query: 'order_by=fame' },
    401: unknownToken,
    403: { as: 'guest' },
    404: { as: 'stranger' },
  }),
  getRepositoryTag: on('GET /projects/1/repository/tags/my%2Ftag', 'reporter', {
    200: asIs,
    304: unchanged,
    401: unknownToken,
    403: { as: 'guest' },
    404: { at: '/projects/1/repository/tags/yours' },
  }),
  listUsers: on('GET /users', 'root', {
    200: [asIs, { as: 'readuser' }],
    304: unchanged,
    400: { query: 'created_after=long%20ago' },
    401: [
      unknownToken,
      { ...noToken, observed: { status: 403, because: 'anybody may look for a username' } },
    ],
    403: noAdmin,
    404: unknownSudo,
  }),
  getUser: on('GET /users/23', 'root', {
    200: [asIs, { as: 'readuser' }],
    304: unchanged,
    400: { at: '/users/somebody' },
    401: [unknownToken, { ...noToken, observed: { status: 200, because: 'anybody may see a user' } }],
    403: noAdmin,
    404: { at: '/users/123' },
  }),
  updateUser: on('PUT /users/23', 'root', {
    200: asIs,
    400: { json: { bio: 'x'.repeat(256) } },
    401: noToken,
    403: { as: 'developer' },
    404: { at: '/users/123' },
    409: { json: { username: 'guest' } },
  }),
  getCurrentUser: on('GET /user', 'root', {
    200: [asIs, { as: 'readuser' }, { query: 'sudo=guest' }],
    304: unchanged,
    401: noToken,
    403: noAdmin,
  }),
  getVersion: on('GET /version', 'guest', {
    200: asIs,
    304: unchanged,
    401: noToken,
    403: narrowToken,
  }),
}

/** Only a forced answer can show it: the docs have it for every operation, servers only where there is a right to lack. */
const documentedForbidden: Row = { ...forbidden, only: 'documented' }
const gone = { status: 404, because: 'a DELETE of what is gone is 404' }
const namesRepeat = (status: number) => ({ status, because: 'names of projects may repeat' })
const failed = { status: 500, because: 'what makes no record is a failure of the server' }
const taken = { status: 400, because: 'no 409 is ever sent' }

const v1: Record<string, Line> = {
  listProjects: on('GET /projects', 'root', {
    200: asIs,
    401: noToken,
    403: documentedForbidden,
  }),
  createProject: on('POST /projects', 'developer', {
    201: asIs,
    400: [nothingSent, { with: { path: '', gitlab_id: 3 }, only: 'observed' }],
    401: unknownToken,
    403: documentedForbidden,
    409: [
      { with: { name: 'gitlab-ci' }, observed: namesRepeat(201) },
      { with: { gitlab_id: 3 }, observed: taken },
    ],
    500: { with: { path: undefined }, only: 'observed' },
  }),
  listOwnedProjects: on('GET /projects/owned', 'root', {
    200: asIs,
    401: noToken,
    403: documentedForbidden,
  }),
  getProject: on('GET /projects/271', 'developer', {
    200: asIs,
    401: noToken,
    403: { as: 'stranger' },
    404: [{ at: '/projects/999' }, { at: '/projects/first' }],
  }),
  createProjectAt: {
    ...on('POST /projects/300', 'developer', {
      201: asIs,
      400: [nothingSent, { at: '/projects/first' }],
      401: noToken,
      403: forbidden,
      409: { at: '/projects/271' },
    }),
    only: 'documented',
  },
  updateProject: on('PUT /projects/271', 'maintainer', {
    200: asIs,
    400: {
      with: { gitlab_id: 'three' },
      observed: { status: 200, because: 'a number is what a text begins with, or else 0' },
    },
    401: noToken,
    403: { as: 'developer' },
    404: [{ at: '/projects/999' }, { at: '/projects/first' }],
    409: [
      { with: { name: 'gitlab-ci' }, observed: namesRepeat(200) },
      { with: { gitlab_id: 4 }, observed: taken },
    ],
    500: { with: { gitlab_url: 'http://demo.gitlab.com/a/b' }, only: 'observed' },
  }),
  deleteProject: on('DELETE /projects/271', 'maintainer', {
    200: [asIs, { at: '/projects/999', observed: gone }],
    401: noToken,
    403: { as: 'developer' },
    404: { at: '/projects/first' },
  }),
  linkProjectRunner: on('POST /projects/271/runners/86', 'maintainer', {
    201: asIs,
    401: noToken,
    403: { as: 'developer' },
    404: [{ at: '/projects/271/runners/999' }, { at: '/projects/271/runners/first' }],
    409: { at: '/projects/271/runners/85', observed: taken },
  }),
  unlinkProjectRunner: on('DELETE /projects/271/runners/85', 'maintainer', {
    200: [asIs, { at: '/projects/271/runners/86', observed: gone }],
    401: noToken,
    403: { as: 'developer' },
    404: { at: '/projects/271/runners/first' },
  }),
  createWebhook: onlyObserved('POST /projects/271/webhooks', 'maintainer', {
    201: asIs,
    400: [nothingSent, { json: { web_hook: 'nowhere' } }],
    401: { as: 'developer' },
    403: noToken,
    404: { at: '/projects/999/webhooks' },
  }),
  triggerBuild: onlyObserved('POST /projects/271/refs/master/trigger', 'anonymous', {
    201: asIs,
    400: [nothingSent, { with: { variables: 'none' } }, { at: '/projects/271/refs/none/trigger' }],
    401: { with: { token: 'trigger-token-of-272-01' } },
    404: [
      { at: '/projects/999/refs/master/trigger' },
      { with: { token: 'no-such-token' } },
      { at: '/projects/271/refs/v1.0/trigger' },
    ],
  }),
  listRunners: on('GET /runners', 'stranger', {
    200: asIs,
    401: unknownToken,
    403: documentedForbidden,
  }),
  registerRunner: on('POST /runners/register', 'anonymous', {
    201: asIs,
    400: [
      {
        with: { public_key: undefined },
        observed: { status: 201, because: 'no public key is asked for since 5.0' },
      },
      { with: { token: '' }, only: 'observed' },
    ],
    401: { with: { token: 'no-such-token' } },
    403: documentedForbidden,
  }),
  deleteRunner: on('DELETE /runners/delete', 'anonymous', {
    200: asIs,
    400: [brokenJson, { json: {}, only: 'observed' }],
    401: { with: { token: 'no-such-token' } },
    403: documentedForbidden,
  }),
  registerBuild: on('POST /builds/register', 'anonymous', {
    201: asIs,
    400: brokenJson,
    401: nothingSent,
    403: documentedForbidden,
    404: { json: { token: '76bf894e969364709864' } },
  }),
  updateBuild: on('PUT /builds/79', 'anonymous', {
    200: { given: { 'v1.builds': { 79: { status: 'running', runner_id: 85 } } } },
    400: [
      brokenJson,
      {
        with: { state: {} },
        observed: { status: 404, because: 'a state may be anything; the build does not run' },
      },
    ],
    401: { with: { token: 'no-such-token' } },
    403: documentedForbidden,
    404: [asIs, { at: '/builds/oldest' }],
  }),
  listCommits: on('GET /commits?project_id=271&project_token=iPWx6WM4lhHNedGfBpPJNP', 'anonymous', {
    200: asIs,
    400: [{ query: 'project_token=iPWx6WM4lhHNedGfBpPJNP' }, { query: 'project_id=271' }],
    401: { query: 'project_id=271&project_token=projectsixtoken6789' },
    403: documentedForbidden,
    404: { query: 'project_id=999&project_token=iPWx6WM4lhHNedGfBpPJNP' },
  }),
  createCommit: on('POST /commits', 'anonymous', {
    201: asIs,
    400: [{ with: { data: undefined } }, { with: { project_token: undefined } }],
    401: { with: { project_token: 'no-such-token' } },
    403: documentedForbidden,
    404: { with: { project_id: 999 } },
    422: { with: { data: { ref: 'refs/heads/master', after: '0'.repeat(40) } }, observed: failed },
  }),
  createFork: on('POST /forks', 'anonymous', {
    201: asIs,
    400: [
      {
        with: { project_id: 'three' },
        observed: { status: 404, because: 'a number is what a text begins with, or else 0' },
      },
      { with: { private_token: undefined } },
    ],
    401: [
      { with: { project_token: 'no-such-token' } },
      { with: { private_token: 'no-such-token' }, observed: failed },
    ],
    403: documentedForbidden,
    404: { with: { project_id: 999 } },
    409: {
      with: {
        data: { id: 4, name_with_namespace: 'a / b', path_with_namespace: 'a/b', ssh_url_to_repo: 'b' },
      },
      observed: failed,
    },
    422: { with: { data: { name_with_namespace: 'a / b' } }, observed: failed },
  }),
}

/** What can happen to any request, and isn't documented by itself: the contract's `default`. */
export const anyRequest: readonly number[] = [405, 429, 503]

export const table: readonly {
  readonly api: 'v4' | 'v1'
  readonly lines: Readonly<Record<string, Line>>
  /** The statuses that `observed` has in place of documented ones, in all rows. */
  readonly observed: Readonly<Record<string, number>>
}[] = [
  { api: 'v4', lines: v4, observed: {} },
  // Real servers sent 403 for a bad token and 401 for a missing right.
  { api: 'v1', lines: v1, observed: { 401: 403, 403: 401 } },
]
