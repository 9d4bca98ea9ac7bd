import { createHash } from 'node:crypto'
import { value } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import type { World } from '../../store/world.ts'
import { readable } from './branches.ts'
import type { Ask } from './credentials.ts'
import { branches, files, tags } from './tables.ts'

/** docs: repository_files.md */
export const fileBehaviours: Behaviours = {
  getRepositoryFile: (ask: Ask<{ id: string; file_path: string; ref: string }>) => {
    const { id } = readable(ask)
    const { file_path, ref } = ask.params
    const tip = tipOf(ask.world, id, ref)
    if (!tip) throw refuse('thingNotFound', { thing: 'Commit' })
    const file = ask.world
      .where(files, 'project_id', id)
      .find(it => it.file_path === file_path && tip.refs.some(name => it.refs.includes(name)))
    if (!file) throw refuse('thingNotFound', { thing: 'File' })
    return value({
      file_name: file_path.slice(file_path.lastIndexOf('/') + 1),
      file_path,
      size: Buffer.byteLength(file.content),
      encoding: 'base64',
      content: Buffer.from(file.content).toString('base64'),
      content_sha256: createHash('sha256').update(file.content).digest('hex'),
      ref,
      blob_id: file.blob_id,
      commit_id: tip.sha,
      last_commit_id: file.last_commit_id,
    })
  },
}

/** Where a branch, a tag or the sha of their newest commit leads, and the branches and tags that end there. */
function tipOf(world: World, projectId: number, ref: string): { sha: string; refs: string[] } | undefined {
  const known = [
    ...world.where(branches, 'project_id', projectId),
    ...world.where(tags, 'project_id', projectId),
  ]
  const found = known.find(({ name }) => name === ref)
  if (found) return { sha: found.sha, refs: [found.name] }
  const ending = known.filter(({ sha }) => sha === ref)
  return ending.length > 0 ? { sha: ref, refs: ending.map(({ name }) => name) } : undefined
}
