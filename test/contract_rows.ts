// By which request each row of the default world is shown.
import type { Asked } from './ask.ts'
import { username } from './v1/rows.ts'

/** A request that shows a row, who asks (root unless said), and what of the answer tells that it is this row. */
export interface Showing extends Pick<Asked, 'json'> {
  readonly request: string
  /** A name of the default world, or a token. */
  readonly as?: string
  /** A part of the answer; a list stands for one that holds its items. */
  readonly part: unknown
}

// biome-ignore lint/suspicious/noExplicitAny: which fields a row has is known by its table
type AnyRow = any

const url = 'url=http://demo.gitlab.com/'
/** Whose the projects of v1 are. */
const ownerOf: Readonly<Record<number, string>> = { 6: username, 271: 'owner', 272: 'root' }
const encoded = encodeURIComponent

/** By table; a sentence says why nothing shows a table's rows. */
export const showing: Readonly<Record<string, ((row: AnyRow) => Showing) | string>> = {
  'accounts.users': ({ id, username }) => ({ request: `GET /users/${id}`, part: { id, username } }),
  'accounts.tokens': 'they are secrets',

  'v4.branches': ({ project_id, name, sha }) => ({
    request: `GET /projects/${project_id}/repository/branches/${encoded(name)}`,
    part: { name, commit: { id: sha } },
  }),
  'v4.commits': ({ project_id, branches: [branch], sha, title }) => ({
    request: `GET /projects/${project_id}/branches/${encoded(branch)}/commits`,
    part: [{ id: sha, title }],
  }),
  'v4.repository_files': ({ project_id, file_path, refs: [ref], blob_id }) => ({
    request: `GET /projects/${project_id}/repository/files/${encoded(file_path)}?ref=${encoded(ref)}`,
    part: { file_path, blob_id },
  }),
  'v4.issues': ({ project_id, iid, id, title }) => ({
    request: `GET /projects/${project_id}/issues/${iid}`,
    part: { id, title },
  }),
  'v4.jobs': 'only `observed` shows them: test/v4/jobs.test.ts does',
  'v4.members': ({ project_id, user_id, access_level }) => ({
    request: `GET /projects/${project_id}?sudo=${user_id}`,
    part: { permissions: { project_access: { access_level } } },
  }),
  'v4.namespaces': ({ id, full_path }) => ({ request: `GET /namespaces/${id}`, part: { id, full_path } }),
  'v4.notes': ({ project_id, noteable_iid, id, body }) => ({
    request: `GET /projects/${project_id}/issues/${noteable_iid}/notes/${id}`,
    part: { id, body },
  }),
  'v4.pipelines': ({ project_id, id, status }) => ({
    request: `GET /projects/${project_id}/pipelines/${id}`,
    part: { id, status },
  }),
  'v4.project_group_links': ({ project_id, group_id }) => ({
    request: `GET /projects/${project_id}`,
    part: { shared_with_groups: [{ group_id }] },
  }),
  'v4.projects': ({ id, path }) => ({ request: `GET /projects/${id}`, part: { id, path } }),
  'v4.tags': ({ project_id, name, sha }) => ({
    request: `GET /projects/${project_id}/repository/tags/${encoded(name)}`,
    part: { name, commit: { id: sha } },
  }),
  'v4.pipeline_triggers': 'they are secrets',

  'v1.builds': ({ project_id, id, commit_id }) =>
    commit_id === null
      ? { request: 'POST /builds/register', json: { token: '12b68e90394084703135' }, part: { id } }
      : {
          request: `GET /commits?project_id=${project_id}&project_token=iPWx6WM4lhHNedGfBpPJNP`,
          part: [{ id: commit_id, builds: [{ id }] }],
        },
  'v1.commits': ({ project_id, id, sha }) => ({
    request: `GET /commits?project_id=${project_id}&project_token=iPWx6WM4lhHNedGfBpPJNP`,
    part: [{ id, sha }],
  }),
  'v1.instances': 'they are only compared with what is sent',
  'v1.projects': ({ id, name }) => ({
    request: `GET /projects/${id}?${url}`,
    as: ownerOf[id],
    part: { id, name },
  }),
  'v1.registration_tokens': 'they are secrets',
  'v1.runner_projects': ({ id, project_id, runner_id }) => ({
    request: `DELETE /projects/${project_id}/runners/${runner_id}?${url}`,
    as: ownerOf[project_id],
    part: { id, project_id, runner_id },
  }),
  'v1.triggers': 'they are secrets',
  'v1.runners': ({ id, token }) => ({ request: `GET /runners?${url}`, part: [{ id, token }] }),
}

/** Whether an answer has a part. */
export function has(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part
  if (Array.isArray(part))
    return part.every(wanted => Array.isArray(whole) && whole.some(item => has(item, wanted)))
  const fields = whole as Record<string, unknown> | undefined
  return Object.entries(part).every(([name, wanted]) => has(fields?.[name], wanted))
}
