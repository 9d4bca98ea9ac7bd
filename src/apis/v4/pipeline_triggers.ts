import { one } from '../../behaviour/view.ts'
import type { Behaviours, Deed } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { users } from '../accounts.ts'
import { allow } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { addPipeline, pipelineFace } from './pipelines.ts'
import { projectBy } from './projects.ts'
import { triggers } from './tables.ts'

type Triggering = Ask<{ id: string; ref: string; token: string; variables?: Record<string, unknown> }>

/** docs: pipeline_triggers.md */
export const triggerBehaviours: Behaviours = {
  triggerPipeline: start,
  triggerPipelineOnRef: start,
}

/** The token alone says who asks: one that doesn't belong to the project finds nothing. */
function start(ask: Triggering): Deed {
  const { world, params, caller } = ask
  // Who sends a job's token as a header has said enough.
  if (!caller) throw refuse('missing', { attribute: 'token' })
  const project = projectBy(world, `${params.id}`)
  const { trigger, token, user } = caller
  const starter = trigger ? world.get(users, trigger.owner_id) : user
  if (!project || !starter || (trigger ?? token)?.project_id !== project.id) throw refuse('notFound')
  const given = params.variables ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) throw refuse('variablesNotMap')
  const variables = Object.entries(given).map(([key, value]) => {
    if (typeof value !== 'string') throw refuse('variablesNotMap')
    return { key, value }
  })
  allow(ask, project, {}, starter)
  if (trigger) world.update(triggers, trigger, { last_used: world.clock.iso() })
  return one(pipelineFace, addPipeline(world, project, { ref: params.ref, user: starter, variables }))
}
