import type { Behaviour, Deed, Exchange } from '../../lifecycle/exchange.ts'
import type { World } from '../../store/world.ts'
import { type Job, type Pipeline, pipelines } from './ci_tables.ts'
import { makeMoves, movesOf } from './pipeline_course.ts'
import { enliven, livingPipelines } from './pipeline_living.ts'
import { completed } from './pipeline_status.ts'
import { projectBy } from './projects.ts'

/** Takes pipelines (one, or all that aren't over) a step further because somebody says so: from then on they live. */
export function stepPipelines(world: World, id?: number): number {
  if (livingPipelines.goesByTime(world)) settleDue(world)
  const told = id === undefined ? world.rows(pipelines) : [world.get(pipelines, id)]
  // Those that are over are many; which ones still have jobs that wait is seen by the living.
  const going = told.filter(it => it && (!completed.includes(it.status) || livingPipelines.has(world, it.id)))
  return going.reduce((changed, pipeline) => changed + step(world, pipeline!), 0)
}

function step(world: World, pipeline: Pipeline): number {
  const moves = movesOf(world, pipeline)
  if (moves.length === 0) {
    livingPipelines.settleDown(world, pipeline.id)
    return 0
  }
  const changed = makeMoves(world, pipeline, moves, world.clock.iso())
  const moved = world.get(pipelines, pipeline.id)!
  if (movesOf(world, moved).length > 0) enliven(world, moved)
  else livingPipelines.settleDown(world, pipeline.id)
  return changed
}

/** Brings a world's pipelines up to date: by what a reading request is about to show, or by the time that has passed. */
export function settlePipelines(exchange: Exchange): void {
  const { progress } = exchange.settings
  if (progress === 'time') settleDue(exchange.world)
  if (progress === 'reads') stepShown(exchange)
}

/** Makes every move that has become due, in order, each as of the instant when it was. */
export function settleDue(world: World): void {
  livingPipelines.settleDue(world, id => {
    const pipeline = world.get(pipelines, id)
    const moves = pipeline ? movesOf(world, pipeline) : []
    if (!pipeline || moves.length === 0) return undefined
    const due = Math.min(...moves.map(move => move.due))
    const next = moves.filter(move => move.due === due)
    return { due, make: () => makeMoves(world, pipeline, next, new Date(due).toISOString()) }
  })
}

type Shown = (exchange: Exchange, deed: Deed) => readonly number[]

const ofProject: Shown = ({ world, params }) => {
  const project = projectBy(world, `${params.id}`)
  return project ? livingPipelines.ofProject(world, project.id) : []
}
const itself: Shown = (_, deed) => (deed.kind === 'one' ? [(deed.item as Pipeline).id] : [])

/** The operations that show pipelines or jobs, and the pipelines that they take a step further. */
const showing: Readonly<Record<string, Shown>> = {
  listProjectPipelines: ofProject,
  listProjectJobs: ofProject,
  getProjectPipeline: itself,
  getLatestProjectPipeline: itself,
  listPipelineJobs: ({ params }) => [params.pipeline_id as number],
  getProjectJob: (_, deed) => (deed.kind === 'one' ? [(deed.item as Job).pipeline_id] : []),
}

/** Takes the living pipelines that a request is about to show a step further; one that is refused moves nothing. */
function stepShown(exchange: Exchange): void {
  const { world, api, operation } = exchange
  const shown = showing[operation.id]
  if (!shown || livingPipelines.isEmpty(world)) return
  const deed = triedOut(api.behaviours[operation.id]!, exchange)
  if (!deed) return
  for (const id of shown(exchange, deed)) {
    const pipeline = livingPipelines.has(world, id) ? world.get(pipelines, id) : undefined
    if (pipeline) step(world, pipeline)
  }
}

/** What a reading operation would answer by now; nothing where it refuses, as it will again when its turn comes. */
function triedOut(behave: Behaviour, exchange: Exchange): Deed | undefined {
  try {
    return behave(exchange) as Deed
  } catch {
    return undefined
  }
}
