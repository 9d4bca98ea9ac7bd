import { embed, type Face, many, one, promised } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing, whole } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import type { User } from '../accounts.ts'
import { remembered } from '../remembered.ts'
import { allow, developer, levelOf, maintainer } from './abilities.ts'
import type { Ask, GitLabCaller } from './credentials.ts'
import { projectUrl } from './project_face.ts'
import { projectOf } from './projects.ts'
import { sorted } from './sorting.ts'
import { type Branch, branches, type Commit, commits, type Project, projects } from './tables.ts'

/** A commit, as branches and tags embed it too. */
export const commitFace: Face<Commit> = {
  derive: {
    // The row's own id is only a number in its table.
    id: ({ sha }) => sha,
    short_id: ({ sha }) => sha.slice(0, 8),
    created_at: ({ committed_date }) => zoned(committed_date),
    authored_date: ({ authored_date }) => zoned(authored_date),
    committed_date: ({ committed_date }) => zoned(committed_date),
    web_url: ({ sha, project_id }, { world, origin }) =>
      `${projectUrl(world, origin, project_id)}/-/commit/${sha}`,
  },
}

/** Git keeps the offset of its authors' clocks, and GitLab prints it. */
const zoned = (date: string): string => date.replace(/Z$/, '+00:00')

/** A commit in a list of branches: its parents are not told where the contract can do without. */
const headFace: Face<Commit> = {
  derive: {
    ...commitFace.derive,
    parent_ids: ({ parent_ids }, { contract }) =>
      promised(contract, 'Commit', 'parent_ids').type?.includes('null') ? null : parent_ids,
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

const listedBranchFace: Face<Branch> = {
  derive: {
    ...branchFace.derive,
    commit: ({ sha, project_id }, { world }) => embed(headFace, commitOf(world, project_id, sha)),
  },
}

type OneBranch = Ask<{ id: string; branch: string }>

/** docs: branches.md; README.md, "File path, branches, and tags name encoding" */
export const branchBehaviours: Behaviours = {
  listRepositoryBranches: (ask: Ask<{ id: string; search?: string }>) => {
    const project = readable(ask)
    const all = ask.world.ordered(branches, 'project_id>name', [project.id])
    const { search } = ask.params
    return many(listedBranchFace, search ? listing(whole(all).filter(named(search))) : all)
  },

  getRepositoryBranch: (ask: OneBranch) => one(branchFace, branchOf(ask)),

  listBranchCommits: (ask: OneBranch) => {
    const { project_id, name } = branchOf(ask)
    const found = remembered(ask.world, [commits], { project_id, name }, () => {
      const all = ask.world.where(commits, 'project_id', project_id)
      const within = all.filter(commit => commit.branches.includes(name))
      return sorted(within, 'committed_date', 'desc')
    })
    return many(commitFace, listing(found))
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
  world.find(commits, 'project_id', projectId, ['sha', sha])

/** Whether a name passes GitLab's search: a part of it, `^begin` or `end$`. */
export function named(search = '') {
  const term = search.replace(/^\^|\$$/g, '').toLowerCase()
  return ({ name }: { name: string }) => {
    if (search.startsWith('^')) return name.toLowerCase().startsWith(term)
    if (search.endsWith('$')) return name.toLowerCase().endsWith(term)
    return name.toLowerCase().includes(term)
  }
}

/** What no name of a branch may have, or begin or end with: Git forbids it. */
const unnameable = /[\s~^:?*[\\]|\.\.|@\{|\/\/|^[/-]|[/.]$|(^|\/)\.|\.lock(\/|$)/

function branchOf(ask: OneBranch): Branch {
  const project = readable(ask)
  const branch = ask.world.find(branches, 'project_id', project.id, ['name', ask.params.branch])
  if (!branch && unnameable.test(ask.params.branch)) throw refuse('branchNameInvalid')
  if (!branch) throw refuse('thingNotFound', { thing: 'Branch' })
  return branch
}

function canPush(world: World, branch: Branch, user: User | undefined): boolean {
  const least = branch.protected && !branch.developers_can_push ? maintainer : developer
  return levelOf(world, world.get(projects, branch.project_id)!, user) >= least
}
