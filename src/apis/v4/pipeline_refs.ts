import type { World } from '../../store/world.ts'
import { ruleFor } from '../ref_rules.ts'
import { branches, type Project, tags } from './tables.ts'

/** A branch or tag, as pipelines know it. */
export interface Ref {
  readonly sha: string
  readonly tag: boolean
  /** Whether developers may neither push to it nor merge into it. */
  readonly closed: boolean
}

/**
 * The branch of a name, else the tag of that name; only the tag, or the branch, where that is told. A name that tells
 * how pipelines go on (`fail/tests`) needs no branch: it is at the head of the default one.
 */
export function refOf(world: World, project: Project, wanted: string, tag?: boolean): Ref | undefined {
  const branch = tag ? undefined : world.find(branches, 'project_id', project.id, ['name', wanted])
  if (branch) {
    const open = branch.developers_can_push || branch.developers_can_merge
    return { sha: branch.sha, tag: false, closed: branch.protected && !open }
  }
  const found = tag === false ? undefined : world.find(tags, 'project_id', project.id, ['name', wanted])
  if (found) return { sha: found.sha, tag: true, closed: found.protected }
  if (tag || !ruleFor(wanted) || project.default_branch === null) return undefined
  const head = refOf(world, project, project.default_branch, false)
  return head && { ...head, closed: false }
}
