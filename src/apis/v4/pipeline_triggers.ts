import { one } from '../../behaviour/view.ts'
import type { Behaviours, Deed } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { users } from '../accounts.ts'
import { allow } from './abilities.ts'
import { triggers } from './ci_tables.ts'
import type { Ask } from './credentials.ts'
import { pipelineFace } from './pipeline_face.ts'
import { addPipeline } from './pipeline_start.ts'
import { projectBy } from './projects.ts'

type Triggering = Ask<{ id: string; ref: string; token: string; variables?: object }>

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
  const variables = variablesOf(params.variables ?? {})
  const project = projectBy(world, `${params.id}`)
  const { trigger, token, user } = caller
  const starter = trigger ? world.get(users, trigger.owner_id) : user
  if (!project || !starter || (trigger ?? token)?.project_id !== project.id) throw refuse('notFound')
  allow(ask, project, {}, starter)
  if (trigger) world.update(triggers, trigger, { last_used: world.clock.iso() })
  return one(pipelineFace, addPipeline(ask, project, { ref: params.ref, user: starter, variables }))
}

function variablesOf(given: object): { key: string; value: string }[] {
  // Of another type where the contract lets it pass.
  if (typeof given !== 'object' || Array.isArray(given)) throw refuse('variablesNotMap')
  return Object.entries(given).map(([key, value]: [string, unknown]) => {
    if (typeof value !== 'string') throw refuse('variablesNotMap')
    return { key, value }
  })
}
