// The rows of continuous integration that several rooms know.
import { type Row, table } from '../../store/table.ts'

/** Of pipelines and of jobs alike; which of them a pipeline can have is the contract's to say. */
export type CiStatus =
  | ('created' | 'waiting_for_resource' | 'preparing' | 'pending' | 'running')
  | ('success' | 'failed' | 'canceled' | 'skipped' | 'manual' | 'scheduled')

export interface PipelineVariable {
  readonly key: string
  readonly variable_type?: 'env_var' | 'file'
  readonly value: string
}

export interface Pipeline extends Row {
  readonly project_id: number
  readonly status: CiStatus
  readonly ref: string
  readonly sha: string
  readonly before_sha: string | null
  readonly tag: boolean
  readonly yaml_errors: string | null
  /** Who started it. */
  readonly user_id: number | null
  readonly created_at: string
  readonly updated_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly committed_at: string | null
  /** Seconds. */
  readonly duration: number | null
  readonly coverage: string | null
  readonly variables: readonly PipelineVariable[]
}

export interface Job extends Row {
  readonly project_id: number
  readonly pipeline_id: number
  readonly name: string
  readonly stage: string
  /** Where its stage stands among those of the pipeline, from 0. */
  readonly stage_idx: number
  /** After which outcome of the stages before its own it runs, or that somebody (or a timer) starts it then. */
  readonly when: 'on_success' | 'on_failure' | 'always' | 'manual' | 'delayed'
  readonly status: CiStatus
  /** Since when it has had this status, where that counts for what becomes of it. */
  readonly since?: string
  readonly allow_failure: boolean
  readonly ref: string
  readonly tag: boolean
  readonly user_id: number | null
  readonly created_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
  /** Percent. */
  readonly coverage: number | null
  /** Whether a newer job of the name is in its place. */
  readonly retried: boolean
  /** What it printed. */
  readonly trace: string | null
  readonly erased_at: string | null
}

/** A token that starts pipelines of one project in its owner's name. */
export interface Trigger extends Row {
  readonly project_id: number
  readonly token: string
  readonly owner_id: number
  readonly description: string
  readonly last_used: string | null
}

export const pipelines = table<Pipeline>('v4.pipelines', 'project_id', 'project_id+status', 'project_id+ref')
export const jobs = table<Job>('v4.jobs', 'project_id', 'pipeline_id', 'project_id+status')
export const triggers = table<Trigger>('v4.pipeline_triggers', 'token', 'project_id')
