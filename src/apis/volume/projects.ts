import { users } from '../accounts.ts'
import { maintainer } from '../v4/abilities.ts'
import { triggers } from '../v4/ci_tables.ts'
import { groupLinks } from '../v4/project_face.ts'
import { defaultSettings } from '../v4/project_settings.ts'
import { members, type Namespace, type Project, projects, type Visibility } from '../v4/tables.ts'
import { bag } from './draw.ts'
import type { Plan } from './plan.ts'
import type { Repositories } from './repositories.ts'
import { capital, freeName, slug } from './words.ts'

const visibilities = bag<Visibility>([4, 'private'], [3, 'internal'], [3, 'public'])
const roles = bag([2, 10], [2, 20], [5, 30], [2, 40])
const triggerNames = ['Nightly', 'Deploy from chat', 'Upstream library', 'Weekly report', 'Release train']

// With all fields in their places: to add some to so many others takes ten times as long.
const template: Project = {
  ...defaultSettings,
  id: 0,
  namespace_id: 0,
  creator_id: 0,
  name: '',
  path: '',
  default_branch: null,
  empty_repo: true,
  runners_token: '',
  created_at: '',
  updated_at: '',
  last_activity_at: '',
}

/** Projects of groups and of people; who never pushed to one has an empty repository. */
export function makeProjects(
  plan: Plan,
  homes: readonly Namespace[],
  groups: readonly Namespace[],
  { pushed }: Repositories,
): Project[] {
  const { draw, words, calendar } = plan
  const taken = new Map<string, number>()
  return plan.make(projects, (place, id) => {
    const isOfGroup = place === 0 || draw.isSo(0.6)
    const home = isOfGroup ? groups[draw.early(groups.length)]! : homes[draw.early(place + 1)]!
    const topic = slug(`${draw.one(words.adjectives)} ${draw.one(words.nouns)}`)
    const [, path = topic] = freeName(`${home.id}/${topic}`, taken, '-').split('/')
    const created = plan.second(place, 1)
    const at = calendar.iso(created)
    const last = calendar.iso(pushed.get(place) ?? created)
    return {
      ...template,
      id,
      namespace_id: home.id,
      creator_id: home.owner_id ?? plan.id(users, draw.early(place + 1)),
      description: draw.isSo(0.8) ? draw.one(words.slogans) : null,
      name: capital(path.replaceAll('-', ' ')),
      path,
      // The first one, in which there is most to see, is for everybody.
      visibility: place === 0 ? 'public' : draw.one(visibilities),
      archived: place > 0 && draw.isSo(0.05),
      public_jobs: place === 0 || draw.isSo(0.8),
      star_count: draw.early(1000),
      forks_count: draw.early(100),
      default_branch: pushed.has(place) ? 'master' : null,
      empty_repo: !pushed.has(place),
      runners_token: draw.hex(20),
      created_at: at,
      updated_at: last,
      last_activity_at: last,
    }
  })
}

/** In how many projects the people from before have the role that they have elsewhere. */
const mostShared = 10

/** Members: in the first projects the people from before, so that their tokens show something; then each project's own. */
export function makeMembers(plan: Plan, made: readonly Project[]): void {
  const { count, draw } = plan
  const levels = new Map<number, number>()
  const bots = new Set(plan.known(users).flatMap(({ id, bot }) => (bot ? [id] : [])))
  for (const { user_id, access_level } of plan.known(members))
    if (!levels.has(user_id) && !bots.has(user_id)) levels.set(user_id, access_level)
  const team = [...levels]
  const shared = team.length * mostShared
  const joined = new Map<number, number>()
  plan.make(members, (place, id) => {
    if (place < shared) {
      const [user_id, access_level] = team[place % team.length]!
      const project = Math.floor(place / team.length)
      return { id, project_id: plan.id(projects, project), user_id, access_level }
    }
    const own = place - shared
    const project = draw.isSo(0.6) ? own : draw.early(own + 1)
    const number = joined.get(project) ?? 0
    joined.set(project, number + 1)
    // The creator first, then one after the other, so that nobody joins twice.
    const creator = made[project]!.creator_id - plan.id(users, 0)
    const user_id = plan.id(users, (creator + number) % count)
    const access_level = number === 0 ? maintainer : draw.one(roles)
    return { id, project_id: made[project]!.id, user_id, access_level }
  })
}

/** Tokens that start pipelines, and projects that are open to a group beside their own: a tenth as many of these. */
export function makeOpenings(plan: Plan, made: readonly Project[], groups: readonly Namespace[]): void {
  const { count, draw, calendar } = plan
  plan.make(triggers, (place, id) => {
    const project = made[plan.project(place)]!
    const created = plan.second(place, 4)
    const at = calendar.iso(created)
    return {
      id,
      project_id: project.id,
      token: draw.hex(30),
      owner_id: project.creator_id,
      description: draw.one(triggerNames),
      created_at: at,
      updated_at: at,
      last_used: draw.isSo(0.6) ? calendar.iso(plan.after(created)) : null,
    }
  })
  plan.make(
    groupLinks,
    (place, id) => {
      const { id: project_id, namespace_id } = made[place * 10]!
      const others = groups.filter((_, number) => number < 2).filter(group => group.id !== namespace_id)
      const at = calendar.iso(plan.second(place * 10, 3))
      return {
        id,
        project_id,
        group_id: others[0]!.id,
        group_access: draw.one(roles),
        expires_at: null,
        created_at: at,
        updated_at: at,
      }
    },
    Math.ceil(count / 10),
  )
}
