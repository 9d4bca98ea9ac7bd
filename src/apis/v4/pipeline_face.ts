import { embed, type Face, promised } from '../../behaviour/view.ts'
import type { Exchange } from '../../lifecycle/exchange.ts'
import { users } from '../accounts.ts'
import { showsPipelines } from './abilities.ts'
import type { Pipeline, PipelineVariable } from './ci_tables.ts'
import { detailedStatus } from './pipeline_detailed_status.ts'
import { currentJobs } from './pipeline_jobs.ts'
import { isWarning } from './pipeline_status.ts'
import { addressRows, projectUrl } from './project_face.ts'
import { projects } from './tables.ts'
import { userFace } from './users.ts'

/** Where the pages about what belongs to a project are. */
export function pagesUrl({ world, origin, contract }: Exchange<unknown>, projectId: number): string {
  return projectUrl(world, origin, projectId) + (contract.conduct.setsAddressesApart ? '/-' : '')
}

const webUrl = ({ id, project_id }: Pipeline, exchange: Exchange<unknown>) =>
  `${pagesUrl(exchange, project_id)}/pipelines/${id}`

export const pipelineFace: Face<Pipeline> = {
  madeOf: ({ project_id, user_id }, world) => addressRows(world, project_id, world.get(users, user_id)),
  // Its path is that of the request's world; and it changes with jobs.
  live: ['detailed_status'],
  derive: {
    user: ({ user_id }, { world }) => embed(userFace, world.get(users, user_id)),
    web_url: webUrl,
    coverage: ({ coverage }, { contract }) => {
      const { pattern } = promised(contract, 'Pipeline', 'coverage')
      // Only a contract that wants two decimals has anything against what the docs print: 30.0.
      return coverage !== null && pattern ? Number(coverage).toFixed(2) : coverage
    },
    detailed_status: (pipeline, exchange) => {
      const { world } = exchange
      const path = webUrl(pipeline, exchange).replace(/^\w+:\/\/[^/]+/, '')
      const warns = currentJobs(world, pipeline.id).some(isWarning)
      // The API judges this as if nobody had signed in.
      return detailedStatus(pipeline, warns, path, showsPipelines(world.get(projects, pipeline.project_id)!))
    },
  },
}

export const variableFace: Face<PipelineVariable> = {
  derive: {
    variable_type: ({ variable_type }, { contract }) =>
      variable_type ?? promised(contract, 'PipelineVariable', 'variable_type').default,
  },
}
