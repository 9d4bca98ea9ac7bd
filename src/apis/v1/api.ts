import type { Shown } from '../../behaviour/check.ts'
import type { Api } from '../../lifecycle/exchange.ts'
import { abilities } from './abilities.ts'
import { settleBuilds } from './build_progress.ts'
import { buildBehaviours, buildFace } from './builds.ts'
import { commitFace } from './commit_face.ts'
import { commitBehaviours } from './commits.ts'
import { schemes } from './credentials.ts'
import { forkBehaviours } from './forks.ts'
import { projects } from './project_record.ts'
import { projectBehaviours, projectFace } from './projects.ts'
import { builds, pushes } from './pushes.ts'
import { linkBehaviours, linkFace } from './runner_links.ts'
import { runnerBehaviours, runnerFace, runnerProjects, runners } from './runners.ts'
import { triggerBehaviours } from './triggers.ts'
import { webhookBehaviours } from './webhooks.ts'

/** The GitLab CI API, v1. */
export const v1: Api = {
  name: 'v1',
  prefix: '/api/v1',
  dotJsonAfterParameter: true,
  etags: false,
  headers: {},
  everywhere: ['private_token', 'access_token', 'url', 'format'],
  failsOnRequest: true,
  schemes,
  grantedBy: {},
  settle: settleBuilds,
  abilities: Object.keys(abilities),
  behaviours: {
    ...projectBehaviours,
    ...linkBehaviours,
    ...webhookBehaviours,
    ...triggerBehaviours,
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
  { table: runnerProjects, face: linkFace, schema: 'RunnerLink' },
  { table: builds, face: buildFace, schema: 'Build' },
  { table: pushes, face: commitFace, schema: 'Commit' },
]
