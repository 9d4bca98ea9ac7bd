import { type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { listing, type Row, table } from '../../store/table.ts'
import type { Ask } from './caller.ts'

/** A machine that asks for builds and runs them. */
export interface Runner extends Row {
  readonly token: string
  readonly description: string | null
  readonly tag_list: readonly string[]
  readonly public_key: string
  readonly active: boolean
  readonly is_shared: boolean
  readonly contacted_at: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** That a runner may take a project's builds. */
export interface RunnerProject extends Row {
  readonly runner_id: number
  readonly project_id: number
  readonly created_at: string
  readonly updated_at: string
}

export const runners = table<Runner>('v1.runners', 'token')
export const runnerProjects = table<RunnerProject>('v1.runner_projects', 'project_id', 'runner_id')

export const runnerFace: Face<Runner> = { derive: {} }

/** docs: api.md, "Runners" */
export const runnerBehaviours: Behaviours = {
  listRunners: ({ world }: Ask) => many(runnerFace, listing(world.rows(runners))),

  registerRunner: ({
    world,
    params,
  }: Ask<{ public_key: string; description?: string; tag_list?: string }>) => {
    const at = world.clock.iso()
    const fields = {
      token: world.chance.hex(20),
      description: params.description ?? null,
      tag_list: (params.tag_list ?? '')
        .split(',')
        .map(tag => tag.trim())
        .filter(tag => tag !== ''),
      public_key: params.public_key,
      active: true,
      is_shared: false,
      contacted_at: null,
      created_at: at,
      updated_at: at,
    }
    return one(runnerFace, world.insert(runners, fields))
  },

  deleteRunner: ({ world, caller }: Ask) => {
    const runner = world.get(runners, caller.runner_id)!
    for (const link of world.where(runnerProjects, 'runner_id', runner.id)) world.remove(runnerProjects, link)
    world.remove(runners, runner)
    return one(runnerFace, runner)
  },
}
