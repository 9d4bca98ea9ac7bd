import type { Api } from '../../lifecycle/exchange.ts'
import { branchBehaviours } from './branches.ts'
import { grantedBy, schemes } from './credentials.ts'
import { issueBehaviours } from './issues.ts'
import { namespaceBehaviours } from './namespaces.ts'
import { noteBehaviours } from './notes.ts'
import { triggerBehaviours } from './pipeline_triggers.ts'
import { pipelineBehaviours } from './pipelines.ts'
import { importBehaviours } from './project_import_export.ts'
import { projectBehaviours } from './projects.ts'
import { fileBehaviours } from './repository_files.ts'
import { sudo } from './sudo.ts'
import { tagBehaviours } from './tags.ts'
import { userBehaviours } from './users.ts'
import { versionBehaviours } from './version.ts'

/** GitLab's REST API, v4. */
export const v4: Api = {
  name: 'v4',
  prefix: '/api/v4',
  dotJsonAfterParameter: false,
  etags: true,
  headers: {
    'Cache-Control': 'no-cache',
    Vary: 'Origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'SAMEORIGIN',
  },
  exposes: ['Link', 'X-Total', 'X-Total-Pages', 'X-Per-Page', 'X-Page', 'X-Next-Page', 'X-Prev-Page'],
  everywhere: ['private_token', 'access_token', 'bearer_token', 'job_token', 'sudo', 'format'],
  schemes,
  grantedBy,
  actAs: sudo,
  behaviours: {
    ...projectBehaviours,
    ...importBehaviours,
    ...namespaceBehaviours,
    ...issueBehaviours,
    ...noteBehaviours,
    ...pipelineBehaviours,
    ...triggerBehaviours,
    ...fileBehaviours,
    ...branchBehaviours,
    ...tagBehaviours,
    ...userBehaviours,
    ...versionBehaviours,
  },
}
