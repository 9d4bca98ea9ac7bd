import { pretend } from '../apis/v4/pretended.ts'
import { value } from '../behaviour/view.ts'
import type { Behaviours } from '../lifecycle/exchange.ts'
import { refuse } from '../lifecycle/reason.ts'
import { declaredTables } from '../store/table.ts'
import type { Told } from './house.ts'

/** Rows that nobody stores. */
export const pretendTasks: Behaviours = {
  pretendRows: ({ world, params }: Told<{ table: string; count: number; project?: number }>) => {
    const { table: name, count, project: project_id } = params
    if (!declaredTables.has(name)) throw refuse('notFound', { thing: 'table', name })
    const problem = pretend(world, name, count, { project_id })
    if (problem) throw refuse('unusable', { problem })
    const pretended = world.pretended({ name, by: [] }).map(({ first, count, fields }) => ({
      first,
      last: first + count - 1,
      ...(fields.project_id ? { project: fields.project_id } : {}),
    }))
    return value({ pretended })
  },
}
