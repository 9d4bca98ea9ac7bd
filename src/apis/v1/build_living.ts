import { type Row, table } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type Agendas, createAgenda } from '../agenda.ts'

/** That a build, whose id it has, goes on by itself: one that a request had made, or that was told to. */
export interface LivingBuild extends Row {
  readonly build_id: number
  readonly project_id: number
}

export const livingBuilds = table<LivingBuild>('v1.living_builds', 'project_id')

const agendas: Agendas = new WeakMap()

/** Lets a build live. */
export function enliven(
  world: World,
  { id, project_id }: { readonly id: number; readonly project_id: number },
): void {
  if (!world.get(livingBuilds, id)) world.insert(livingBuilds, { id, build_id: id, project_id })
  lookAt(world, id)
}

/** Has a build looked at as soon as time is, because it has changed. */
export const lookAt = (world: World, id: number): void => agendas.get(world)?.set(id, world.clock.now())

/** Nothing goes on in a build any more. */
export function settleDown(world: World, id: number): void {
  const row = world.get(livingBuilds, id)
  if (row) world.remove(livingBuilds, row)
}

/** Whether time moves anything in a world. */
export const goesByTime = (world: World): boolean => agendas.has(world)

/** When the living builds of a world are to be looked at; at first each at once. */
export function agendaOf(world: World) {
  let agenda = agendas.get(world)
  if (!agenda) {
    agendas.set(world, (agenda = createAgenda()))
    for (const { id } of world.rows(livingBuilds)) agenda.set(id, Number.NEGATIVE_INFINITY)
  }
  return agenda
}
