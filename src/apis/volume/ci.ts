import { users } from '../accounts.ts'
import { bare, instances } from '../v1/instances.ts'
import { type CiProject, projects } from '../v1/project_record.ts'
import { runnerProjects, runners } from '../v1/runners.ts'
import { triggers } from '../v1/triggers.ts'
import { type Commit, projects as inGitLab, type Namespace, type Project } from '../v4/tables.ts'
import { makeBuilds } from './builds.ts'
import type { Plan } from './plan.ts'

const scripts = ['bundle exec rspec', 'make test', 'npm test', 'ls -al']
const runnerTags = ['docker', 'linux', 'ruby', 'windows']

/** The rows of GitLab CI: its side of the projects in GitLab, their runners and triggers, pushes of all commits, builds. */
export function makeCi(
  plan: Plan,
  made: readonly Project[],
  spaces: readonly Namespace[],
  commits: readonly Commit[],
) {
  const { draw, words, calendar } = plan
  const spaceOf = new Map(spaces.map(space => [space.id, space]))
  const own = makeCiProjects(plan, made, id => spaceOf.get(id)!)
  const linked = plan.make(runners, (place, id) => {
    const at = calendar.iso(plan.second(place, 2))
    return {
      id,
      token: draw.hex(20),
      description: draw.isSo(0.5) ? `${draw.one(words.adjectives)} ${draw.one(words.nouns)}` : null,
      tag_list: place > 0 && draw.isSo(0.3) ? [draw.one(runnerTags)] : [],
      public_key: `ssh-rsa ${draw.hex(32)}`,
      active: place === 0 || draw.isSo(0.9),
      // The first one takes the builds of whoever has no runner.
      is_shared: place === 0,
      contacted_at: draw.isSo(0.7) ? calendar.iso(calendar.last - draw.early(600)) : null,
      created_at: at,
      updated_at: at,
    }
  })
  const runnerOf = new Map<number, number>()
  plan.make(runnerProjects, (place, id) => {
    const project_id = own[plan.project(place)]!.id
    const runner_id = linked[place]!.id
    runnerOf.set(project_id, runner_id)
    const at = calendar.iso(plan.second(place, 3))
    return { id, runner_id, project_id, created_at: at, updated_at: at }
  })
  plan.make(triggers, (place, id) => {
    const at = calendar.iso(plan.second(place, 3))
    return {
      id,
      token: draw.hex(30),
      project_id: own[plan.project(place)]!.id,
      created_at: at,
      updated_at: at,
    }
  })
  makeBuilds(plan, own, commits, project => runnerOf.get(project) ?? linked[0]!.id)
}

function makeCiProjects(
  plan: Plan,
  made: readonly Project[],
  spaceOf: (id: number) => Namespace,
): CiProject[] {
  const { draw } = plan
  const known = plan.known(projects)
  const server = bare(plan.known(instances)[0]?.url ?? 'http://demo.gitlab.com')
  const host = server.replace(/^\w+:\/\//, '')
  // The ids of their projects in GitLab, unless projects of GitLab CI have those already.
  const gitlabIds = Math.max(plan.id(inGitLab, 0), ...known.map(({ gitlab_id }) => gitlab_id + 1))
  const [root] = plan.known(users).filter(({ is_admin }) => is_admin)
  return plan.make(projects, (place, id) => {
    const { name, path, namespace_id, creator_id, visibility, created_at, updated_at } = made[place]!
    const space = spaceOf(namespace_id)
    const fullPath = `${space.full_path}/${path}`
    // GitLab CI knows no administrators: most are open to the one of before, so that their token shows something.
    const access = root && (place === 0 || draw.isSo(0.7)) ? [root.id, creator_id] : [creator_id]
    return {
      id,
      name: `${space.full_path} / ${name}`,
      timeout: 1800,
      scripts: draw.one(scripts),
      token: draw.hex(30),
      default_ref: 'master',
      gitlab_url: `${server}/${fullPath}`,
      always_build: false,
      polling_interval: null,
      public: visibility === 'public',
      ssh_url_to_repo: `git@${host}:${fullPath}.git`,
      gitlab_id: gitlabIds + place,
      path: fullPath,
      owner_id: creator_id,
      access,
      manage: access,
      shared_runners_enabled: true,
      created_at,
      updated_at,
    }
  })
}
