import type { Api } from '../../lifecycle/exchange.ts'
import { buildBehaviours } from './builds.ts'
import { commitBehaviours } from './commits.ts'
import { schemes } from './credentials.ts'
import { forkBehaviours } from './forks.ts'
import { projectBehaviours } from './projects.ts'
import { runnerBehaviours } from './runners.ts'

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
  behaviours: {
    ...projectBehaviours,
    ...runnerBehaviours,
    ...buildBehaviours,
    ...commitBehaviours,
    ...forkBehaviours,
  },
}
