import { type Face, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import type { Ask } from './caller.ts'
import { goneAlready, idOf, type PathId } from './gone.ts'
import { projects } from './project_record.ts'
import { allowedProject, projectOf } from './projects.ts'
import { addLink, type RunnerProject, runnerProjects, runners } from './runners.ts'

export const linkFace: Face<RunnerProject> = { derive: {} }

type Link = Ask<{ id: PathId; runner_id: PathId }>

/** docs: api.md, "Link Project to Runner" and "Remove Project from Runner" */
export const linkBehaviours: Behaviours = {
  linkProjectRunner: (ask: Link) => {
    const { world, params } = ask
    projectOf(ask)
    const runner = world.get(runners, idOf(params.runner_id))
    if (!runner) throw refuse('recordNotFound')
    const project = allowedProject(ask)
    if (linkOf(ask)) throw refuse('conflict')
    return one(linkFace, addLink(world, runner.id, project.id))
  },

  unlinkProjectRunner: (ask: Link) => {
    const { world, params } = ask
    const project = world.get(projects, idOf(params.id))
    if (!project || !world.get(runners, idOf(params.runner_id))) return goneAlready(ask)
    allowedProject(ask)
    const link = linkOf(ask)
    // Not a record that is looked up by its id: servers word it otherwise.
    if (!link) return goneAlready(ask, 'notFound')
    world.remove(runnerProjects, link)
    return one(linkFace, link)
  },
}

function linkOf({ world, params }: Link): RunnerProject | undefined {
  const runner_id = idOf(params.runner_id)
  return world.where(runnerProjects, 'project_id', idOf(params.id)).find(link => link.runner_id === runner_id)
}
