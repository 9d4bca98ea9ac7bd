import type { CiStatus, Job } from './ci_tables.ts'

/** A job's part in its pipeline's status: its own status, or what it comes to where it may fail. */
type Part = CiStatus | 'warning' | 'ignored'

/** A pipeline is what stands first where its jobs have no other parts than those, leaving warnings and ignored ones out. */
const wholly: readonly [CiStatus, ...Part[]][] = [
  ['created', 'created'],
  ['preparing', 'preparing'],
  ['canceled', 'canceled', 'success', 'skipped'],
  ['pending', 'pending', 'created', 'skipped'],
]

/** Otherwise it is what stands first where any of its jobs has one of those parts. */
const partly: readonly [CiStatus, ...Part[]][] = [
  ['running', 'running', 'pending'],
  ['waiting_for_resource', 'waiting_for_resource'],
  ['manual', 'manual'],
  ['scheduled', 'scheduled'],
  ['preparing', 'preparing'],
  ['running', 'created'],
]

/** The status that jobs, of which none is retried, add up to; none where there are no jobs. */
export function rollUp(jobs: readonly Pick<Job, 'status' | 'allow_failure'>[]): CiStatus | undefined {
  if (jobs.length === 0) return undefined
  const parts = new Set(jobs.map(partOf))
  const only = (...known: Part[]) => [...parts].every(part => known.includes(part))
  // Nobody started what is only offered: with nothing else there, the pipeline was skipped.
  if (only('skipped', 'ignored')) return 'skipped'
  if (only('success', 'skipped', 'warning', 'ignored')) return 'success'
  const [whole] = wholly.find(([, ...known]) => only(...known, 'warning', 'ignored')) ?? []
  const [part] = partly.find(([, ...some]) => some.some(it => parts.has(it))) ?? []
  return whole ?? part ?? 'failed'
}

/** Whether a job failed, or was canceled, and that is allowed. */
export const isWarning = ({ status, allow_failure }: Pick<Job, 'status' | 'allow_failure'>): boolean =>
  allow_failure && (status === 'failed' || status === 'canceled')

function partOf(job: Pick<Job, 'status' | 'allow_failure'>): Part {
  if (isWarning(job)) return 'warning'
  return job.allow_failure && job.status === 'manual' ? 'ignored' : job.status
}

/** The statuses after which nothing more happens by itself. */
export const completed: readonly CiStatus[] = ['success', 'failed', 'canceled', 'skipped']

/** After which outcome of the stages before it a job is let go. */
const runsAfter: Readonly<Record<Job['when'], readonly CiStatus[]>> = {
  on_success: ['success', 'skipped'],
  on_failure: ['failed'],
  always: ['success', 'failed', 'skipped'],
  manual: ['success', 'skipped'],
  delayed: ['success', 'skipped'],
}

/**
 * What becomes of the created jobs of a pipeline whose earlier stages are over: they wait for a runner, for somebody or
 * for their time, or are skipped. Answers the jobs that change, each with its new status.
 */
export function letGo(jobs: readonly Job[]): Map<Job, CiStatus> {
  const changes = new Map<Job, CiStatus>()
  const stages = new Set(jobs.map(({ stage_idx }) => stage_idx).sort((one, other) => one - other))
  for (const stage of stages) {
    const before = jobs.filter(({ stage_idx }) => stage_idx < stage)
    const outcome =
      rollUp(
        before.map(job => ({ status: changes.get(job) ?? job.status, allow_failure: job.allow_failure })),
      ) ?? 'success'
    if (!completed.includes(outcome)) break
    for (const job of jobs) {
      if (job.stage_idx !== stage || job.status !== 'created') continue
      changes.set(job, runsAfter[job.when].includes(outcome) ? begun(job) : 'skipped')
    }
  }
  return changes
}

function begun({ when }: Job): CiStatus {
  if (when === 'manual') return 'manual'
  return when === 'delayed' ? 'scheduled' : 'pending'
}
