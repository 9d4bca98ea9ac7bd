import { embed, type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import { commitFace, commitOf, named, readable } from './branches.ts'
import type { Ask } from './credentials.ts'
import { sorted } from './sorting.ts'
import { type Tag, tags } from './tables.ts'

export const tagFace: Face<Tag> = {
  derive: { commit: ({ sha, project_id }, { world }) => embed(commitFace, commitOf(world, project_id, sha)) },
}

type TagList = Ask<{ id: string; search?: string; order_by: 'name' | 'updated'; sort: 'asc' | 'desc' }>

/** docs: tags.md */
export const tagBehaviours: Behaviours = {
  listRepositoryTags: (ask: TagList) => {
    const project = readable(ask)
    const { search, order_by, sort } = ask.params
    const found = ask.world.where(tags, 'project_id', project.id).filter(named(search))
    return many(tagFace, listing(sorted(found, order_by === 'name' ? 'name' : 'updated_at', sort)))
  },

  getRepositoryTag: (ask: Ask<{ id: string; tag_name: string }>) => {
    const project = readable(ask)
    const tag = ask.world
      .where(tags, 'project_id', project.id)
      .find(({ name }) => name === ask.params.tag_name)
    if (!tag) throw refuse('thingNotFound', { thing: 'Tag' })
    return one(tagFace, tag)
  },
}
