// The rows that several rooms know. A table that only one room knows stands in that room.
import { type Row, table } from '../../store/table.ts'

/** A user or a group, as the owner of projects. */
export interface Namespace extends Row {
  readonly name: string
  readonly path: string
  readonly kind: 'user' | 'group'
  readonly full_path: string
  readonly parent_id: number | null
  /** The user whose namespace it is. */
  readonly owner_id: number | null
}

export type Visibility = 'private' | 'internal' | 'public'

/** The fields that the house itself reads; all others are kept and shown as they are. */
export interface Project extends Row {
  readonly name: string
  readonly path: string
  readonly namespace_id: number
  readonly creator_id: number
  readonly description: string | null
  readonly visibility: Visibility
  readonly default_branch: string | null
  readonly archived: boolean
  readonly empty_repo: boolean
  /** Whether pipelines are open to those who see the project but aren't its reporters. */
  readonly public_jobs: boolean
  readonly builds_access_level: string
  readonly issues_enabled: boolean
  readonly merge_requests_enabled: boolean
  readonly import_status: string
  readonly created_at: string
  readonly updated_at: string
  readonly last_activity_at: string
  readonly [setting: string]: unknown
}

/** A user's role in a project. */
export interface Member extends Row {
  readonly project_id: number
  readonly user_id: number
  readonly access_level: number
}

export interface Branch extends Row {
  readonly project_id: number
  readonly name: string
  readonly sha: string
  readonly protected: boolean
  readonly merged: boolean
  readonly developers_can_push: boolean
  readonly developers_can_merge: boolean
}

export interface Tag extends Row {
  readonly project_id: number
  readonly name: string
  readonly message: string | null
  /** The tag object, or the commit where the tag is a light one. */
  readonly target: string
  readonly sha: string
  readonly protected: boolean
  readonly release: { readonly tag_name: string; readonly description: string | null } | null
  readonly updated_at: string
}

export interface Commit extends Row {
  readonly project_id: number
  readonly sha: string
  readonly title: string
  readonly message: string
  readonly author_name: string
  readonly author_email: string
  readonly authored_date: string
  readonly committer_name: string
  readonly committer_email: string
  readonly committed_date: string
  readonly parent_ids: readonly string[]
  /** The branches that it is in. */
  readonly branches: readonly string[]
}

/** A file as it is on some branches and tags. */
export interface RepositoryFile extends Row {
  readonly project_id: number
  readonly file_path: string
  readonly refs: readonly string[]
  readonly content: string
  readonly blob_id: string
  readonly commit_id: string
  readonly last_commit_id: string
}

export interface Issue extends Row {
  readonly iid: number
  readonly project_id: number
  readonly title: string
  readonly description: string | null
  readonly state: 'opened' | 'closed'
  readonly created_at: string
  readonly updated_at: string
  readonly closed_at: string | null
  readonly closed_by_id: number | null
  readonly author_id: number
  readonly assignee_ids: readonly number[]
  readonly labels: readonly string[]
  readonly milestone: { readonly title: string } | null
  readonly due_date: string | null
  readonly confidential: boolean
  readonly discussion_locked: boolean | null
  readonly [detail: string]: unknown
}

export interface Note extends Row {
  readonly noteable_id: number
  readonly noteable_iid: number
  readonly noteable_type: 'Issue'
  readonly project_id: number
  readonly author_id: number
  readonly type: null
  readonly body: string
  readonly attachment: null
  readonly system: boolean
  readonly resolvable: boolean
  readonly confidential: boolean
  readonly created_at: string
  readonly updated_at: string
}

export const namespaces = table<Namespace>('v4.namespaces', 'full_path', 'owner_id')
export const projects = table<Project>(
  'v4.projects',
  'namespace_id',
  'namespace_id+path',
  '>created_at',
  '>last_activity_at',
)
export const members = table<Member>('v4.members', 'project_id', 'user_id', 'project_id+user_id')
export const branches = table<Branch>('v4.branches', 'project_id', 'project_id+name', 'project_id>name')
export const tags = table<Tag>(
  'v4.tags',
  'project_id',
  'project_id+name',
  'project_id>name',
  'project_id>updated_at',
)
export const commits = table<Commit>('v4.commits', 'project_id', 'project_id+sha')
export const files = table<RepositoryFile>('v4.repository_files', 'project_id', 'project_id+file_path')
export const issues = table<Issue>(
  'v4.issues',
  ...(['project_id', 'project_id+iid', 'project_id+state', 'project_id>iid'] as const),
  ...(['>created_at', 'state>created_at', 'author_id>created_at'] as const),
  ...(['project_id>created_at', 'project_id+state>created_at', 'project_id>updated_at'] as const),
)
export const notes = table<Note>('v4.notes', 'noteable_id', 'project_id')
