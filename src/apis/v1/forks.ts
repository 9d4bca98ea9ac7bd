import { one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import type { Ask } from './caller.ts'
import { projectByToken } from './commits.ts'
import { addProject, pathOf, projectFace, projects } from './projects.ts'

/** A fork as its GitLab project shows itself. */
interface Fork {
  readonly id?: number
  readonly name_with_namespace?: string
  readonly path_with_namespace?: string
  readonly web_url?: string
  readonly default_branch?: string | null
  readonly ssh_url_to_repo?: string
}

/** GitLab tells its CI of a fork, with the token of the project that was forked and of the user who did it. */
export const forkBehaviours: Behaviours = {
  createFork: (ask: Ask<{ project_id: number; project_token: string; data: Fork }>) => {
    const { world, params, caller } = ask
    const origin = projectByToken(ask, world.find(projects, 'gitlab_id', params.project_id))
    const { id, name_with_namespace, web_url, default_branch, ssh_url_to_repo } = params.data
    const path = params.data.path_with_namespace ?? pathOf(web_url ?? '')
    const gitlab = /^https?:\/\/[^/]+/.exec(origin.gitlab_url)?.[0]
    const gitlab_url = web_url ?? (gitlab && `${gitlab}/${path}`)
    if (id === undefined || !name_with_namespace || !path || !gitlab_url || !ssh_url_to_repo)
      throw refuse('unprocessable')
    const details = {
      name: name_with_namespace,
      gitlab_id: id,
      gitlab_url,
      path,
      ssh_url_to_repo,
      scripts: origin.scripts,
      default_ref: default_branch ?? 'master',
      public: origin.public,
    }
    return one(projectFace, addProject(ask, details, { owner_id: caller.user!.id }))
  },
}
