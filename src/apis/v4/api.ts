import type { Shown } from '../../behaviour/check.ts'
import type { Api } from '../../lifecycle/exchange.ts'
import { users } from '../accounts.ts'
import { abilityNames } from './abilities.ts'
import { branchBehaviours, branchFace, commitFace } from './branches.ts'
import { jobs, pipelines } from './ci_tables.ts'
import { grantedBy, schemes } from './credentials.ts'
import { issueFace } from './issue_face.ts'
import { issueBehaviours } from './issues.ts'
import { jobBehaviours, jobFace } from './jobs.ts'
import { namespaceBehaviours, namespaceFace } from './namespaces.ts'
import { noteBehaviours, noteFace } from './notes.ts'
import { pipelineFace } from './pipeline_face.ts'
import { settlePipelines } from './pipeline_progress.ts'
import { triggerBehaviours } from './pipeline_triggers.ts'
import { pipelineBehaviours } from './pipelines.ts'
import { groupLinks, projectFace } from './project_face.ts'
import { importBehaviours } from './project_import_export.ts'
import { projectBehaviours } from './projects.ts'
import { fileBehaviours } from './repository_files.ts'
import { sudo } from './sudo.ts'
import { branches, commits, issues, namespaces, notes, projects, tags } from './tables.ts'
import { tagBehaviours, tagFace } from './tags.ts'
import { userBehaviours, userFace } from './users.ts'
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
  failsOnRequest: true,
  schemes,
  grantedBy,
  actAs: sudo,
  settle: settlePipelines,
  abilities: abilityNames,
  behaviours: {
    ...projectBehaviours,
    ...importBehaviours,
    ...namespaceBehaviours,
    ...issueBehaviours,
    ...noteBehaviours,
    ...pipelineBehaviours,
    ...triggerBehaviours,
    ...jobBehaviours,
    ...fileBehaviours,
    ...branchBehaviours,
    ...tagBehaviours,
    ...userBehaviours,
    ...versionBehaviours,
  },
}

/** What is shown of the rows that fixtures bring, so that rows which can't be shown are told at the start. */
export const v4Rows: readonly Shown[] = [
  { table: users, face: userFace, schema: 'User' },
  { table: namespaces, face: namespaceFace, schema: 'Namespace' },
  { table: projects, face: projectFace, schema: 'ListedProject' },
  { table: groupLinks, face: { derive: {} }, schema: 'ProjectGroupLink' },
  { table: issues, face: issueFace, schema: 'Issue' },
  { table: notes, face: noteFace, schema: 'Note' },
  { table: pipelines, face: pipelineFace, schema: 'Pipeline' },
  { table: jobs, face: jobFace, schema: 'Job' },
  { table: branches, face: branchFace, schema: 'Branch' },
  { table: tags, face: tagFace, schema: 'Tag' },
  { table: commits, face: commitFace, schema: 'Commit' },
]
