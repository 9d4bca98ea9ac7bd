import { type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { listing, type Row, table } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import type { Ask } from './caller.ts'

/** A machine that asks for builds and runs them. */
export interface Runner extends Row, RunnerInfo {
  readonly token: string
  readonly description: string | null
  readonly tag_list: readonly string[]
  readonly public_key: string | null
  readonly active: boolean
  /** Whether it takes the builds of all projects that share runners, in place of those that it is linked to. */
  readonly is_shared: boolean
  readonly contacted_at: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** What a runner tells of its program. */
export type RunnerInfo = { readonly [name in (typeof toldOfIt)[number]]?: string }

export const toldOfIt = ['name', 'version', 'revision', 'platform', 'architecture'] as const

/** That a runner may take a project's builds. */
export interface RunnerProject extends Row {
  readonly runner_id: number
  readonly project_id: number
  readonly created_at: string
  readonly updated_at: string
}

export const runners = table<Runner>('v1.runners', 'token', 'is_shared')
export const runnerProjects = table<RunnerProject>('v1.runner_projects', 'project_id', 'runner_id')

export const runnerFace: Face<Runner> = { madeOf: () => [], derive: {} }

/** A runner with all that is kept of it. */
const rowFace: Face<Runner> = {
  derive: Object.fromEntries(toldOfIt.map(name => [name, (runner: Runner) => runner[name] ?? null])),
}

interface NewRunner {
  readonly public_key?: string
  readonly description?: string
  readonly tag_list?: string | readonly string[]
}

/** docs: api.md, "Runners" */
export const runnerBehaviours: Behaviours = {
  listRunners: ({ world }: Ask) => many(runnerFace, listing(world.rows(runners))),

  registerRunner: ({ world, contract, caller, params }: Ask<NewRunner>) => {
    const at = world.clock.iso()
    const runner = world.insert(runners, {
      token: world.chance.hex(contract.conduct.runnerTokenDigits!),
      description: params.description ?? null,
      tag_list: tagsOf(params.tag_list),
      public_key: params.public_key ?? null,
      active: true,
      is_shared: caller.runs?.shared ?? false,
      contacted_at: null,
      created_at: at,
      updated_at: at,
    })
    if (caller.runs?.project_id !== undefined) addLink(world, runner.id, caller.runs.project_id)
    return one(runnerFace, runner)
  },

  deleteRunner: ({ world, caller }: Ask) => {
    const runner = world.get(runners, caller.runner_id)!
    for (const link of world.where(runnerProjects, 'runner_id', runner.id)) world.remove(runnerProjects, link)
    world.remove(runners, runner)
    return one(rowFace, runner)
  },
}

/** Lets a runner take a project's builds. */
export function addLink(world: World, runner_id: number, project_id: number): RunnerProject {
  const at = world.clock.iso()
  return world.insert(runnerProjects, { runner_id, project_id, created_at: at, updated_at: at })
}

/** Whether a runner has all tags that a build asks for. */
export const hasTagsFor = (runner: Runner, { tag_list = [] }: { tag_list?: readonly string[] }): boolean =>
  tag_list.every(tag => runner.tag_list.includes(tag))

const betweenContacts = 60_000

/** Takes note that a runner was heard of; at most once a minute. */
export function noteContact(world: World, runner: Runner): void {
  const last = runner.contacted_at === null ? Number.NEGATIVE_INFINITY : Date.parse(runner.contacted_at)
  if (world.clock.now() - last < betweenContacts) return
  const at = world.clock.iso()
  world.update(runners, runner, { contacted_at: at, updated_at: at })
}

function tagsOf(told: NewRunner['tag_list'] = []): string[] {
  const tags = typeof told === 'string' ? told.split(',') : told.map(String)
  return [...new Set(tags.map(tag => tag.trim()).filter(tag => tag !== ''))]
}
