import { createHash } from 'node:crypto'
import { instantOf, type Pretence } from '../../store/pretended.ts'
import type { Row, Table } from '../../store/table.ts'
import { type Pipeline, pipelines } from './ci_tables.ts'
import { defaultSettings } from './project_settings.ts'
import { type Project, projects } from './tables.ts'

/** What can be pretended: how the row at a place looks, and after how many of them what filters look at comes again. */
export interface Kind<R extends Row> {
  readonly table: Table<R>
  readonly period: number
  readonly row: (pretence: Pretence, place: number) => R
}

const statuses = ['success', 'success', 'failed', 'success', 'success', 'canceled', 'success'] as const
const refs = ['master', 'develop', 'master', 'feature/search', 'master']
// At the head of no branch: the latest pipeline of a ref is one that is stored.
const shas = new Map(refs.map(ref => [ref, createHash('sha1').update(ref).digest('hex')]))

const iso = (at: number) => new Date(at).toISOString()
const [waited, ran] = [60_000, 240_000]

/** Pipelines of one project, all of them over; neighbours in number, each status occurs on each ref. */
export const pretendedPipelines: Kind<Pipeline> = {
  table: pipelines,
  period: statuses.length * refs.length,
  row: (pretence, place) => {
    const [at, ref] = [instantOf(pretence, place), refs[place % refs.length]!]
    return {
      id: pretence.first + place,
      project_id: pretence.fields.project_id!,
      status: statuses[place % statuses.length]!,
      ref,
      sha: shas.get(ref)!,
      before_sha: null,
      tag: false,
      yaml_errors: null,
      user_id: pretence.fields.user_id ?? null,
      created_at: iso(at - ran - waited),
      updated_at: iso(at),
      started_at: iso(at - ran),
      finished_at: iso(at),
      committed_at: null,
      duration: ran / 1000,
      coverage: null,
      variables: [],
    }
  },
}

/** Public projects of one namespace with nothing in them. */
export const pretendedProjects: Kind<Project> = {
  table: projects,
  period: 1,
  row: (pretence, place) => {
    const [id, at] = [pretence.first + place, iso(instantOf(pretence, place))]
    return {
      ...defaultSettings,
      id,
      name: `Project ${id}`,
      path: `project-${id}`,
      namespace_id: pretence.fields.namespace_id!,
      creator_id: pretence.fields.creator_id!,
      visibility: 'public',
      default_branch: null,
      empty_repo: true,
      runners_token: `runners-token-${`${id}`.padStart(6, '0')}`,
      created_at: at,
      updated_at: at,
      last_activity_at: at,
    }
  },
}
