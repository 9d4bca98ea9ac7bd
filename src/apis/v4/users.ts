import { embed, type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing, reversed } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type User, users } from '../accounts.ts'
import { remembered } from '../remembered.ts'
import { allowOnInstance } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { sorted, sortedListing } from './sorting.ts'
import { namespaces } from './tables.ts'

interface Identity {
  readonly provider: string
  readonly extern_uid: string
}

const identityFace: Face<Identity> = { derive: { saml_provider_id: () => null } }

/** A user as other resources embed one, and as administrators see one. */
export const userFace: Face<User> = {
  madeOf: () => [],
  derive: {
    web_url: ({ username }, { origin }) => `${origin}/${username}`,
    // One paragraph of plain text: Markdown is not rendered.
    bio_html: ({ bio }) => (bio ? `<p dir="auto">${escaped(bio)}</p>` : ''),
    bot: ({ bot = false }) => bot,
    work_information: ({ job_title, organization }) =>
      [job_title, organization].filter(Boolean).join(' at ') || null,
    followers: ({ followers = 0 }) => followers,
    following: ({ following = 0 }) => following,
    identities: ({ identities }) =>
      (identities as Identity[] | undefined)?.map(it => embed(identityFace, it)),
    shared_runners_minutes_limit: ({ shared_runners_minutes_limit = null }) => shared_runners_minutes_limit,
    extra_shared_runners_minutes_limit: ({ extra_shared_runners_minutes_limit = null }) =>
      extra_shared_runners_minutes_limit,
    note: ({ note = '' }) => note,
    using_license_seat: ({ state, bot }) => state === 'active' && bot !== true,
  },
}

/** What nobody but administrators is told. */
const forAdministrators = ['is_admin', 'note', 'using_license_seat']
/** What nobody but the user and administrators is told. */
const ofOneself = [
  ...['last_sign_in_at', 'confirmed_at', 'last_activity_on', 'email', 'theme_id', 'color_scheme_id'],
  ...['projects_limit', 'current_sign_in_at', 'identities', 'can_create_group', 'can_create_project'],
  ...['two_factor_enabled', 'external', 'private_profile', 'shared_runners_minutes_limit'],
  'extra_shared_runners_minutes_limit',
]

const hiding = (fields: readonly string[]): Face<User> => ({
  ...userFace,
  derive: { ...userFace.derive, ...Object.fromEntries(fields.map(field => [field, () => undefined])) },
})

/** A user as they see themselves, as others see one, and as others see one in a list. */
const ownFace = hiding(forAdministrators)
const publicFace = hiding([...ofOneself, ...forAdministrators])
const briefFace: Face<User> = { ...userFace, brief: true }

const faceFor = ({ caller }: Ask<unknown>, otherwise: Face<User>): Face<User> =>
  caller?.user?.is_admin ? userFace : otherwise

interface UserFilters {
  readonly search?: string
  readonly username?: string
  readonly active: boolean
  readonly blocked: boolean
  readonly created_after?: string
  readonly created_before?: string
  readonly order_by: keyof User & string
  readonly sort: 'asc' | 'desc'
}

/** What of a request nobody but administrators is heard with. */
const administratorsParams = ['created_after', 'created_before', 'order_by', 'sort']

const heard = <P extends object>(params: P): P =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !administratorsParams.includes(name))) as P

/** docs: users.md */
export const userBehaviours: Behaviours = {
  listUsers: (ask: Ask<UserFilters>) => {
    const { search, username, active, blocked } = ask.params
    // Where a contract lets anybody ask, that is for one name.
    if (!ask.caller && !username) throw refuse('usersNotListed')
    if (!ask.caller?.user?.is_admin) {
      // All other parameters are for administrators; of others GitLab forgets them, and no URL of a page repeats them.
      ask.bag = heard(ask.bag)
      ask.params = heard(ask.params)
      return many(briefFace, reversed(listing(foundUsers(ask.world, { search, username, active, blocked }))))
    }
    const { created_after, created_before, order_by, sort } = ask.params
    const filters = { search, username, active, blocked, created_after, created_before }
    const found = foundUsers(ask.world, filters)
    if (order_by === 'id') return many(userFace, sortedListing(listing(found), 'id', sort))
    const question = { filters, order_by, sort }
    const inOrder = remembered(ask.world, [users], question, () => sorted(found, order_by, sort))
    return many(userFace, listing(inOrder))
  },

  getUser: (ask: Ask<{ id: number }>) => one(faceFor(ask, publicFace), userOf(ask)),

  getCurrentUser: (ask: Ask) => one(faceFor(ask, ownFace), ask.caller.user!),

  updateUser: (ask: Ask<{ id: number; admin?: boolean; password?: string } & Partial<User>>) => {
    allowOnInstance(ask)
    const user = userOf(ask)
    const {
      id: _,
      admin,
      password: _hidden,
      extern_uid,
      provider,
      skip_reconfirmation: _skipped,
      ...change
    } = ask.params
    for (const attribute of ['email', 'username'] as const)
      if (isTaken(ask.world, user, attribute, change[attribute])) throw refuse('accountTaken', { attribute })
    if (change.username) moveNamespace(ask.world, user, change.username)
    const identities = provider && extern_uid ? { identities: [{ provider, extern_uid }] } : {}
    const role = admin === undefined ? {} : { is_admin: admin }
    return one(
      userFace,
      ask.world.update(users, user, { ...change, ...identities, ...role, updated_at: ask.world.clock.iso() }),
    )
  },
}

/** The users that pass all filters, by id. */
function foundUsers(world: World, filters: Partial<UserFilters>): readonly User[] {
  const { search, username, active, blocked, created_after, created_before } = filters
  const all = world.rows(users)
  if (!Object.values(filters).some(Boolean)) return all
  return remembered(world, [users], filters, () =>
    all
      .filter(user => !search || matches(user, search.toLowerCase()))
      .filter(user => !username || user.username.toLowerCase() === username.toLowerCase())
      .filter(user => (!active || user.state === 'active') && (!blocked || user.state === 'blocked'))
      .filter(user => !created_after || user.created_at > created_after)
      .filter(user => !created_before || user.created_at < created_before),
  )
}

function userOf({ world, params }: Ask<{ id: number }>): User {
  const user = world.get(users, params.id)
  if (!user) throw refuse('thingNotFound', { thing: 'User' })
  return user
}

/** Whether another user has it, or (for a username, which is also the path of a namespace) a group. */
function isTaken(world: World, user: User, attribute: 'email' | 'username', wanted?: string): boolean {
  if (wanted === undefined) return false
  const same = (other: string) => other.toLowerCase() === wanted.toLowerCase()
  if (world.rows(users).some(other => other.id !== user.id && same(other[attribute]))) return true
  return (
    attribute === 'username' &&
    world.rows(namespaces).some(it => it.owner_id !== user.id && same(it.full_path))
  )
}

/** A user's own projects go where the username goes. */
function moveNamespace(world: World, user: User, username: string): void {
  const own = world.find(namespaces, 'owner_id', user.id)
  if (own) world.update(namespaces, own, { name: username, path: username, full_path: username })
}

const matches = ({ name, username, email }: User, search: string) =>
  name.toLowerCase().includes(search) ||
  username.toLowerCase().includes(search) ||
  email.toLowerCase() === search

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, sign => entities[sign]!)
