import { createHash } from 'node:crypto'
import { one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import { commitOf, readable } from './branches.ts'
import type { Ask } from './credentials.ts'
import { branches, type Commit, files, type RepositoryFile, tags } from './tables.ts'

/** docs: repository_files.md */
export const fileBehaviours: Behaviours = {
  getRepositoryFile: (ask: Ask<{ id: string; file_path: string; ref: string }>) => {
    const { id } = readable(ask)
    const { file_path, ref } = ask.params
    const place = placeOf(ask.world, id, ref)
    if (!place) throw refuse('thingNotFound', { thing: 'Commit' })
    const file = ask.world
      .where(files, 'project_id', id)
      .find(it => it.file_path === file_path && place.holds(it))
    if (!file) throw refuse('thingNotFound', { thing: 'File' })
    const shown = {
      file_name: file_path.slice(file_path.lastIndexOf('/') + 1),
      file_path,
      size: Buffer.byteLength(file.content),
      encoding: 'base64',
      content: Buffer.from(file.content).toString('base64'),
      content_sha256: createHash('sha256').update(file.content).digest('hex'),
      ref,
      blob_id: file.blob_id,
      commit_id: place.sha,
      last_commit_id: file.last_commit_id,
    }
    return one({ derive: {} }, shown)
  },
}

/** A commit, and which files are in it. */
interface Place {
  readonly sha: string
  holds(file: RepositoryFile): boolean
}

/** Where a branch, a tag or a commit's sha leads. */
function placeOf(world: World, projectId: number, ref: string): Place | undefined {
  const names = [
    ...world.where(branches, 'project_id', projectId),
    ...world.where(tags, 'project_id', projectId),
  ]
  const named = names.find(({ name }) => name === ref)
  if (named) return { sha: named.sha, holds: ({ refs }) => refs.includes(named.name) }
  const commit = commitOf(world, projectId, ref)
  if (!commit) return undefined
  // A file that was changed later is kept as it is now only: of how it was in this commit nothing is known.
  const until = historyOf(world, commit)
  const holds = ({ refs, last_commit_id }: RepositoryFile) =>
    until.has(last_commit_id) && commit.branches.some(name => refs.includes(name))
  return { sha: commit.sha, holds }
}

/** The shas of a commit and of all that came before it. */
function historyOf(world: World, commit: Commit): Set<string> {
  const shas = new Set([commit.sha])
  for (const sha of shas)
    for (const parent of commitOf(world, commit.project_id, sha)?.parent_ids ?? []) shas.add(parent)
  return shas
}
