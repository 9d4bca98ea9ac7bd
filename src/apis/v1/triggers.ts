import { embed, type Face, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { type Row, table } from '../../store/table.ts'
import type { Ask } from './caller.ts'
import { commitFace } from './commit_face.ts'
import { pushesOf } from './commits.ts'
import type { PathId } from './gone.ts'
import { addNextBuilds } from './next_builds.ts'
import { projectOf } from './projects.ts'
import { pushes, type TriggerRequest, triggerRequests } from './pushes.ts'

/** The right to have a project's builds made, held by whoever has its token. */
export interface Trigger extends Row {
  readonly token: string
  readonly project_id: number
  readonly created_at: string
  readonly updated_at: string
}

export const triggers = table<Trigger>('v1.triggers', 'token', 'project_id')

const requestFace: Face<TriggerRequest> = {
  derive: { commit: ({ commit_id }, { world }) => embed(commitFace, world.get(pushes, commit_id)) },
}

/** Only servers have them; no page of the docs tells of it. */
export const triggerBehaviours: Behaviours = {
  triggerBuild: (ask: Ask<{ id: PathId; ref: string; token: string; variables?: unknown }>) => {
    const { world, params } = ask
    const project = projectOf(ask)
    const trigger = world.find(triggers, 'token', `${params.token}`)
    if (!trigger) throw refuse('notFound')
    if (trigger.project_id !== project.id) throw refuse('forbidden')
    const variables = readVariables(params.variables)
    const push = pushesOf(world, project).findLast(({ ref }) => ref === params.ref)
    if (!push) throw refuse('noBuilds')
    const asked = { project_id: project.id, trigger_id: trigger.id, commit_id: push.id, variables }
    const request = world.insert(triggerRequests, asked)
    if (!addNextBuilds(world, push, request)) throw refuse('noBuilds')
    return one(requestFace, request)
  },
}

/** What a trigger tells the builds: texts by name; nothing is as good. */
function readVariables(sent: unknown): TriggerRequest['variables'] {
  if (sent === undefined || sent === null || sent === false) return null
  if (typeof sent !== 'object' || Array.isArray(sent)) throw refuse('variablesNotHash')
  if (!Object.values(sent).every(value => typeof value === 'string')) throw refuse('variablesNotMap')
  return sent as Readonly<Record<string, string>>
}
