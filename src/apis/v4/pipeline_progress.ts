import type { Behaviour, Deed, Exchange } from '../../lifecycle/exchange.ts'
import type { World } from '../../store/world.ts'
import { type Job, type Pipeline, pipelines } from './ci_tables.ts'
import { makeMoves, movesOf } from './pipeline_course.ts'
import { agendaOf, enliven, goesByTime, livingPipelines, settleDown } from './pipeline_living.ts'
import { completed } from './pipeline_status.ts'
import { projectBy } from './projects.ts'

/** Takes pipelines (one, or all that aren't over) a step further because somebody says so: from then on they live. */
export function stepPipelines(world: World, id?: number): number {
  if (goesByTime(world)) settleDue(world)
  const told = id === undefined ? world.rows(pipelines) : [world.get(pipelines, id)]
  // Those that are over are many; which ones still have jobs that wait is seen by the living.
  const going = told.filter(it => it && (!completed.includes(it.status) || world.get(livingPipelines, it.id)))
  return going.reduce((changed, pipeline) => changed + step(world, pipeline!), 0)
}

function step(world: World, pipeline: Pipeline): number {
  const moves = movesOf(world, pipeline)
  if (moves.length === 0) {
    settleDown(world, pipeline.id)
    return 0
  }
  const changed = makeMoves(world, pipeline, moves, world.clock.iso())
  const moved = world.get(pipelines, pipeline.id)!
  if (movesOf(world, moved).length > 0) enliven(world, moved)
  else settleDown(world, pipeline.id)
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
  const agenda = agendaOf(world)
  const now = world.clock.now()
  // Taken away together: each by itself would move all that stand behind it.
  const over: number[] = []
  for (let entry = agenda.next(now); entry; entry = agenda.next(now)) {
    const { id } = entry
    const pipeline = world.get(pipelines, id)
    const moves = pipeline ? movesOf(world, pipeline) : []
    const due = Math.min(...moves.map(move => move.due))
    if (!pipeline || moves.length === 0) over.push(id)
    else if (due > entry.due) agenda.set(id, due)
    else {
      const dues = moves.filter(move => move.due === due)
      makeMoves(world, pipeline, dues, new Date(due).toISOString())
      // What comes next may be due as well, once all that is due before has happened.
      agenda.set(id, due)
    }
  }
  world.removeAll(livingPipelines, over)
}

type Shown = (exchange: Exchange, deed: Deed) => readonly number[]

const ofProject: Shown = ({ world, params }) => {
  const project = projectBy(world, `${params.id}`)
  return project ? world.where(livingPipelines, 'project_id', project.id).map(({ id }) => id) : []
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
  if (!shown || world.rows(livingPipelines).length === 0) return
  const deed = triedOut(api.behaviours[operation.id]!, exchange)
  if (!deed) return
  for (const id of shown(exchange, deed)) {
    const pipeline = world.get(livingPipelines, id) && world.get(pipelines, id)
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
