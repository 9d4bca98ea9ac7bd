import { type User, users } from '../accounts.ts'
import { type Namespace, namespaces } from '../v4/tables.ts'
import { bag } from './draw.ts'
import type { Plan } from './plan.ts'
import { freeName, slug } from './words.ts'

const states = bag<User['state']>([11, 'active'], [1, 'blocked'])

/** Users with a namespace each, and groups: a tenth as many, and at least two. */
export function makePeople(plan: Plan): { people: User[]; homes: Namespace[]; groups: Namespace[] } {
  const { count, words, draw } = plan
  const taken = new Map<string, number>()
  for (const { username } of plan.known(users)) taken.set(username.toLowerCase(), 1)
  for (const { full_path } of plan.known(namespaces)) taken.set(full_path.toLowerCase(), 1)
  const people = plan.make(users, (place, id) => makeUser(plan, place, id, taken))
  const spaces = plan.make(
    namespaces,
    (place, id): Namespace => {
      const owner = people[place]
      const company = draw.one(words.companies)
      const path = owner?.username ?? freeName(slug(company), taken, '-')
      return {
        id,
        name: owner?.username ?? company,
        path,
        kind: owner ? 'user' : 'group',
        full_path: path,
        parent_id: null,
        owner_id: owner?.id ?? null,
      }
    },
    count + Math.max(2, Math.ceil(count / 10)),
  )
  return { people, homes: spaces.slice(0, count), groups: spaces.slice(count) }
}

function makeUser(plan: Plan, place: number, id: number, taken: Map<string, number>): User {
  const { draw, words, calendar } = plan
  const [first, last] = [draw.one(words.firstNames), draw.one(words.lastNames)]
  const username = freeName(`${first}.${last}`.toLowerCase().replace(/[^a-z.]/g, ''), taken)
  const created = plan.second(place, 0)
  const seen = calendar.last - draw.early(calendar.last - created)
  const at = calendar.iso(created)
  const seenAt = calendar.iso(seen)
  return {
    id,
    name: `${first} ${last}`,
    username,
    state: draw.one(states),
    avatar_url: `http://www.gravatar.com/avatar/${draw.hex(32)}?s=80&d=identicon`,
    created_at: at,
    updated_at: at,
    bio: draw.isSo(0.3) ? draw.one(words.slogans) : null,
    location: draw.isSo(0.6) ? draw.one(words.cities) : null,
    public_email: '',
    skype: '',
    linkedin: '',
    twitter: '',
    website_url: '',
    organization: draw.isSo(0.5) ? draw.one(words.companies) : null,
    job_title: draw.isSo(0.5) ? draw.one(words.jobTitles) : '',
    last_sign_in_at: seenAt,
    confirmed_at: at,
    last_activity_on: calendar.day(seen),
    email: `${username}@example.com`,
    theme_id: 1,
    color_scheme_id: 1,
    projects_limit: 100_000,
    current_sign_in_at: seenAt,
    identities: none,
    can_create_group: true,
    can_create_project: true,
    two_factor_enabled: draw.isSo(0.2),
    external: false,
    private_profile: false,
    is_admin: false,
    bot: false,
  }
}

const none: readonly never[] = []
