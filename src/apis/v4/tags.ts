import { embed, type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing, reversed, whole } from '../../store/table.ts'
import { commitFace, commitOf, named, readable } from './branches.ts'
import type { Ask } from './credentials.ts'
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
    const key = order_by === 'name' ? 'project_id>name' : 'project_id>updated_at'
    const all = ask.world.ordered(tags, key, [project.id])
    const inOrder = sort === 'asc' ? all : reversed(all)
    return many(tagFace, search ? listing(whole(inOrder).filter(named(search))) : inOrder)
  },

  getRepositoryTag: (ask: Ask<{ id: string; tag_name: string }>) => {
    const project = readable(ask)
    const tag = ask.world.find(tags, 'project_id', project.id, ['name', ask.params.tag_name])
    if (!tag) throw refuse('thingNotFound', { thing: 'Tag' })
    return one(tagFace, tag)
  },
}
