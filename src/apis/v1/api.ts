import type { Shown } from '../../behaviour/check.ts'
import type { Api } from '../../lifecycle/exchange.ts'
import { abilities } from './abilities.ts'
import { buildBehaviours, buildFace, builds, pushes } from './builds.ts'
import { commitBehaviours, commitFace } from './commits.ts'
import { schemes } from './credentials.ts'
import { forkBehaviours } from './forks.ts'
import { projectBehaviours, projectFace, projects } from './projects.ts'
import { runnerBehaviours, runnerFace, runnerProjects, runners } from './runners.ts'

/** The GitLab CI API, v1. */
export const v1: Api = {
  name: 'v1',
  prefix: '/api/v1',
  dotJsonAfterParameter: true,
  etags: false,
  headers: {},
  everywhere: ['private_token', 'url', 'format'],
  schemes,
  grantedBy: {},
  abilities: Object.keys(abilities),
  behaviours: {
    ...projectBehaviours,
    ...runnerBehaviours,
    ...buildBehaviours,
    ...commitBehaviours,
    ...forkBehaviours,
  },
}

/** What is shown of the rows that fixtures bring, so that rows which can't be shown are told at the start. */
export const v1Rows: readonly Shown[] = [
  { table: projects, face: projectFace, schema: 'Project' },
  { table: runners, face: runnerFace, schema: 'Runner' },
  { table: runnerProjects, face: { derive: {} }, schema: 'RunnerLink' },
  { table: builds, face: buildFace, schema: 'Build' },
  { table: pushes, face: commitFace, schema: 'Commit' },
]
