import { traceOf } from '../ref_rules.ts'
import type { CiStatus } from '../v4/ci_tables.ts'
import { rollUp } from '../v4/pipeline_status.ts'
import { bag } from './draw.ts'

/** A job as a course has it. */
export interface Part {
  readonly name: string
  readonly stage: string
  readonly stage_idx: number
  readonly status: CiStatus
  readonly allow_failure: boolean
  /** Whether the next one of its name is in its place. */
  readonly retried: boolean
  /** What it printed. */
  readonly trace: string | null
}

/** What became of the jobs of a pipeline, and by that of the pipeline. */
export interface Course {
  readonly parts: readonly Part[]
  readonly status: CiStatus
}

const stages = ['build', 'test', 'deploy']

/** Reads `build test:failed deploy:skipped`: a job is a success in the stage of its name unless told otherwise. */
function courseOf(text: string): Course {
  const parts = text.split(' ').map((told): Part => {
    const [name = '', status = 'success', ...marks] = told.split(':')
    const stage = stages.includes(name) ? name : 'test'
    const [allow_failure, retried] = [marks.includes('may-fail'), marks.includes('retried')]
    const stage_idx = stages.indexOf(stage)
    const trace = status === 'success' || status === 'failed' ? traceOf(name, status) : null
    return { name, stage, stage_idx, status: status as CiStatus, allow_failure, retried, trace }
  })
  return { parts, status: rollUp(parts.filter(({ retried }) => !retried))! }
}

const courses = (...weighted: [number, string][]) =>
  bag(...weighted.map(([weight, text]) => [weight, courseOf(text)] as const))

/** The courses of pipelines that are over … */
export const over = courses(
  [34, 'build test lint deploy'],
  [14, 'build test'],
  [10, 'build test lint:failed:may-fail deploy'],
  [6, 'build test:failed:retried test lint deploy'],
  [11, 'build test:failed lint deploy:skipped'],
  [6, 'build test lint deploy:failed'],
  [5, 'build:failed test:skipped lint:skipped deploy:skipped'],
  [6, 'build test:canceled lint:canceled deploy:canceled'],
  [4, 'build:canceled test:canceled'],
  [4, 'build:skipped test:skipped deploy:skipped'],
)

/** … and of those that are not. */
export const underWay = courses(
  [3, 'build test:running lint deploy:created'],
  [2, 'build:running test:created deploy:created'],
  [3, 'build:pending test:created deploy:created'],
  [1, 'build:created test:created deploy:created'],
)
