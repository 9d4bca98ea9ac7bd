import { one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import type { Ask } from './caller.ts'
import { projectByToken } from './commits.ts'
import { userOf } from './credentials.ts'
import { addProject, type CiProject, type Details, faultsOf, placeOf, projects } from './project_record.ts'
import { projectFace } from './projects.ts'

/** A fork as its GitLab project shows itself. */
interface Fork {
  readonly id?: number
  readonly name_with_namespace?: string
  readonly path_with_namespace?: string
  readonly web_url?: string
  readonly default_branch?: string | null
  readonly ssh_url_to_repo?: string
}

type Forking = Ask<{ project_id: number; project_token: string; private_token: string; data: Fork }>

/** GitLab tells its CI of a fork, with the token of the project that was forked and of the user who did it. */
export const forkBehaviours: Behaviours = {
  createFork: (ask: Forking) => {
    const { world, params, caller } = ask
    const origin = projectByToken(ask, world.find(projects, 'gitlab_id', params.project_id))
    const details = detailsOf(ask, origin)
    // Where the contract doesn't ask for the user beforehand, it comes last.
    const user = caller.user ?? userOf(ask, params.private_token)
    if (!details || !user) throw refuse('unprocessable')
    const [fault] = faultsOf(ask, details)
    if (fault) throw refuse(fault.reason === 'nameTaken' ? 'forkTaken' : 'unprocessable', fault.facts)
    return one(projectFace, addProject(ask, details, user.id))
  },
}

/** A new project like the one that was forked; nothing where the fork doesn't tell enough of itself. */
function detailsOf(ask: Forking, origin: CiProject): Details | undefined {
  const { id, name_with_namespace: name, ssh_url_to_repo, default_branch, ...told } = ask.params.data
  const path = told.path_with_namespace
  const gitlab_url = told.web_url ?? (/^https?:/.test(origin.gitlab_url) ? origin.gitlab_url : undefined)
  const place = placeOf(ask, { path, gitlab_url: path === undefined ? told.web_url : gitlab_url })
  if (id === undefined || !name || !ssh_url_to_repo || !place?.path || !gitlab_url) return undefined
  const { public: open, scripts, allow_git_fetch, shared_runners_enabled } = origin
  const copied = { public: open, scripts, allow_git_fetch, shared_runners_enabled }
  return {
    ...copied,
    ...place,
    name,
    gitlab_id: id,
    ssh_url_to_repo,
    default_ref: default_branch ?? 'master',
  }
}
