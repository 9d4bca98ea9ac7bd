import type { Reason } from '../../lifecycle/reason.ts'
import { type Row, table } from '../../store/table.ts'
import type { Ask } from './caller.ts'
import { pathOf, urlOf } from './instances.ts'

/** A project as GitLab CI keeps one, beside the project of the same name in GitLab. */
export interface CiProject extends Row, Partial<Columns> {
  readonly name: string
  /** Seconds that a build may take. */
  readonly timeout: number
  readonly scripts: string
  readonly token: string
  readonly default_ref: string
  readonly gitlab_url: string
  /** The project's path in GitLab: `group/name`. */
  readonly path: string
  readonly always_build: boolean
  readonly polling_interval: number | null
  readonly public: boolean
  readonly ssh_url_to_repo: string
  readonly gitlab_id: number
  readonly owner_id: number
  /** The users that may read it. */
  readonly access: readonly number[]
  /** The users that may change it. */
  readonly manage: readonly number[]
  /** What its builds are told beside the variables of their .gitlab-ci.yml. */
  readonly variables?: readonly { readonly key: string; readonly value: string }[]
}

/** What servers keep of a project and no request sets. */
interface Columns {
  readonly created_at: string | null
  readonly updated_at: string | null
  readonly allow_git_fetch: boolean
  readonly email_recipients: string
  readonly email_add_pusher: boolean
  readonly email_only_broken_builds: boolean
  readonly skip_refs: string | null
  readonly coverage_regex: string | null
  readonly shared_runners_enabled: boolean
  readonly generated_yaml_config: string | null
}

/** Their values where a row doesn't say. */
export const columnDefaults: Columns = {
  created_at: null,
  updated_at: null,
  allow_git_fetch: true,
  email_recipients: '',
  email_add_pusher: true,
  email_only_broken_builds: true,
  skip_refs: null,
  coverage_regex: null,
  shared_runners_enabled: false,
  generated_yaml_config: null,
}

export const projects = table<CiProject>('v1.projects', 'name', 'gitlab_id', 'token', 'owner_id')

/** What a project is made of. */
export interface Details {
  readonly id?: number
  readonly name: string
  readonly gitlab_id: number
  readonly gitlab_url: string
  readonly path: string
  readonly ssh_url_to_repo: string
  readonly scripts?: string
  readonly default_ref: string
  readonly public?: boolean
  readonly allow_git_fetch?: boolean
  readonly shared_runners_enabled?: boolean
}

/** Path and url of a project of which either may be told, the path before the url; nothing where neither is. */
export function placeOf(
  { world }: Ask<unknown>,
  told: { readonly path?: string; readonly gitlab_url?: string },
): Pick<Details, 'path' | 'gitlab_url'> | undefined {
  if (told.path !== undefined)
    return { path: told.path, gitlab_url: urlOf(world, told.path, told.gitlab_url) }
  if (told.gitlab_url === undefined) return undefined
  return { path: pathOf(told.gitlab_url), gitlab_url: told.gitlab_url }
}

const labels = { default_ref: 'Default ref', path: 'Path', name: 'Name', gitlab_id: 'Gitlab' } as const

/** What is wrong with the record that details would make, or make of `own`: what must not be blank, then what is taken. */
export function faultsOf(
  { world, contract }: Ask<unknown>,
  details: Partial<Details>,
  own?: CiProject,
): { reason: Reason; facts: { attribute: string; label: string } }[] {
  const fault = (reason: Reason, attribute: keyof typeof labels) => ({
    reason,
    facts: { attribute, label: labels[attribute] },
  })
  const blank = (['default_ref', 'path'] as const).filter(name => details[name]?.trim() === '')
  const unique = contract.conduct.projectNamesAreUnique
    ? (['name', 'gitlab_id'] as const)
    : (['gitlab_id'] as const)
  const taken = unique.filter(name => {
    const value = details[name]
    return value !== undefined && world.where(projects, name, value).some(holder => holder !== own)
  })
  return [...blank.map(name => fault('blank', name)), ...taken.map(name => fault('nameTaken', name))]
}

/** Makes a project that belongs to one user. */
export function addProject({ world, contract }: Ask<unknown>, details: Details, owner_id: number): CiProject {
  const at = world.clock.iso()
  return world.insert(projects, {
    timeout: contract.conduct.newProjectTimeout!,
    scripts: 'ls -al',
    token: world.chance.hex(30),
    always_build: false,
    polling_interval: null,
    public: false,
    ...details,
    owner_id,
    access: [owner_id],
    manage: [owner_id],
    created_at: at,
    updated_at: at,
  })
}
