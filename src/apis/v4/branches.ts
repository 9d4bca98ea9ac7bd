import { embed, type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import type { User } from '../accounts.ts'
import { allow, developer, levelOf, maintainer } from './abilities.ts'
import type { Ask, GitLabCaller } from './credentials.ts'
import { projectUrl } from './project_face.ts'
import { projectOf } from './projects.ts'
import { type Branch, branches, type Commit, commits, type Project, projects } from './tables.ts'

/** A commit, as branches and tags embed it too. */
export const commitFace: Face<Commit> = {
  derive: {
    // The row's own id is only a number in its table.
    id: ({ sha }) => sha,
    short_id: ({ sha }) => sha.slice(0, 8),
    created_at: ({ committed_date }) => committed_date,
    web_url: ({ sha, project_id }, { world, origin }) =>
      `${projectUrl(world, origin, project_id)}/-/commit/${sha}`,
  },
}

export const branchFace: Face<Branch> = {
  derive: {
    default: ({ name, project_id }, { world }) => world.get(projects, project_id)!.default_branch === name,
    can_push: (branch, { world, caller }) =>
      canPush(world, branch, (caller as GitLabCaller | undefined)?.user),
    web_url: ({ name, project_id }, { world, origin }) =>
      `${projectUrl(world, origin, project_id)}/-/tree/${name}`,
    commit: ({ sha, project_id }, { world }) => embed(commitFace, commitOf(world, project_id, sha)),
  },
}

type OneBranch = Ask<{ id: string; branch: string }>

/** docs: branches.md; README.md, "File path, branches, and tags name encoding" */
export const branchBehaviours: Behaviours = {
  listRepositoryBranches: (ask: Ask<{ id: string; search?: string }>) => {
    const project = readable(ask)
    const found = ask.world.where(branches, 'project_id', project.id).filter(named(ask.params.search))
    return many(branchFace, listing(found.sort((one, other) => (one.name < other.name ? -1 : 1))))
  },

  getRepositoryBranch: (ask: OneBranch) => one(branchFace, branchOf(ask)),

  listBranchCommits: (ask: OneBranch) => {
    const { project_id, name } = branchOf(ask)
    const found = ask.world.where(commits, 'project_id', project_id).filter(it => it.branches.includes(name))
    return many(
      commitFace,
      listing(found.sort((one, other) => (one.committed_date < other.committed_date ? 1 : -1))),
    )
  },
}

/** The project whose repository the caller may read. */
export function readable(ask: Ask<{ id: string }>): Project {
  const project = projectOf(ask)
  allow(ask, project)
  return project
}

/** The commit with a sha in a project's repository. */
export const commitOf = (world: World, projectId: number, sha: string): Commit | undefined =>
  world.where(commits, 'project_id', projectId).find(commit => commit.sha === sha)

/** Whether a name passes GitLab's search: a part of it, `^begin` or `end$`. */
export function named(search = '') {
  const term = search.replace(/^\^|\$$/g, '').toLowerCase()
  return ({ name }: { name: string }) => {
    if (search.startsWith('^')) return name.toLowerCase().startsWith(term)
    if (search.endsWith('$')) return name.toLowerCase().endsWith(term)
    return name.toLowerCase().includes(term)
  }
}

function branchOf(ask: OneBranch): Branch {
  const project = readable(ask)
  const branch = ask.world
    .where(branches, 'project_id', project.id)
    .find(({ name }) => name === ask.params.branch)
  if (!branch) throw refuse('thingNotFound', { thing: 'Branch' })
  return branch
}

function canPush(world: World, branch: Branch, user: User | undefined): boolean {
  const least = branch.protected && !branch.developers_can_push ? maintainer : developer
  return levelOf(world, world.get(projects, branch.project_id)!, user) >= least
}
