import { type Face, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { type Row, table } from '../../store/table.ts'
import type { Ask } from './caller.ts'
import type { PathId } from './gone.ts'
import { allowedProject } from './projects.ts'

/** Where the end of a project's builds is told. */
export interface Webhook extends Row {
  readonly project_id: number
  readonly url: string
  readonly created_at: string
  readonly updated_at: string
}

export const webhooks = table<Webhook>('v1.webhooks', 'project_id')
export const webhookFace: Face<Webhook> = { derive: {} }

// As servers judge it: such an address may stand anywhere in the text.
const anyAddress = /https?:/

/** Only servers have them; no page of the docs tells of it. Nothing is ever sent to a hook. */
export const webhookBehaviours: Behaviours = {
  createWebhook: (ask: Ask<{ id: PathId; web_hook: string }>) => {
    const { world, params } = ask
    const project = allowedProject(ask)
    if (!anyAddress.test(params.web_hook)) throw refuse('urlInvalid')
    const at = world.clock.iso()
    const fields = { project_id: project.id, url: params.web_hook, created_at: at, updated_at: at }
    return one(webhookFace, world.insert(webhooks, fields))
  },
}
