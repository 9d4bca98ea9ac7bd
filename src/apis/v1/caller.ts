import type { Caller, Exchange } from '../../lifecycle/exchange.ts'
import type { User } from '../accounts.ts'

/** Who asks GitLab CI: a user of the GitLab beside it, a runner, or whoever holds a project's or the instance's token. */
export interface CiCaller extends Caller {
  readonly user?: User
  readonly runner_id?: number
  /** What a new runner is let in for: all projects that share runners, or one project; neither where it is linked later. */
  readonly runs?: { readonly shared: boolean; readonly project_id?: number }
}

/** An exchange as the rooms of this API know it. */
export type Ask<P = Record<string, unknown>> = Exchange<P, CiCaller>
