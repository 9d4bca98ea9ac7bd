import { type Row, table } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type Agendas, createAgenda } from '../agenda.ts'
import { jobs, type Pipeline } from './ci_tables.ts'
import { completed } from './pipeline_status.ts'

/**
 * That a pipeline, whose id it has, goes on by itself: one that a request started, or that was told to. Those of the
 * fixtures stay as they are printed. Kept as rows, so that forks and snapshots live on.
 */
export interface LivingPipeline extends Row {
  readonly pipeline_id: number
  readonly project_id: number
}

export const livingPipelines = table<LivingPipeline>('v4.living_pipelines', 'project_id')

const agendas: Agendas = new WeakMap()

/** Lets a pipeline live; what its jobs do is counted from now on. */
export function enliven(world: World, { id, project_id }: Pipeline): void {
  if (!world.get(livingPipelines, id)) world.insert(livingPipelines, { id, pipeline_id: id, project_id })
  const since = world.clock.iso()
  for (const job of world.where(jobs, 'pipeline_id', id)) {
    if (job.since === undefined && !completed.includes(job.status)) world.update(jobs, job, { since })
  }
  lookAt(world, id)
}

/** Has a pipeline looked at as soon as time is, because something has changed in it. */
export const lookAt = (world: World, id: number): void => agendas.get(world)?.set(id, world.clock.now())

/** Nothing goes on in a pipeline any more. */
export function settleDown(world: World, id: number): void {
  const row = world.get(livingPipelines, id)
  if (row) world.remove(livingPipelines, row)
}

/** Whether time moves anything in a world. */
export const goesByTime = (world: World): boolean => agendas.has(world)

/** When the living pipelines of a world are to be looked at; at first each at once. */
export function agendaOf(world: World) {
  let agenda = agendas.get(world)
  if (!agenda) {
    agendas.set(world, (agenda = createAgenda()))
    for (const { id } of world.rows(livingPipelines)) agenda.set(id, Number.NEGATIVE_INFINITY)
  }
  return agenda
}
