import { type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { type User, users } from '../accounts.ts'
import { allowOnInstance } from './abilities.ts'
import type { Ask } from './credentials.ts'
import { sorted } from './sorting.ts'
import { namespaces } from './tables.ts'

/** A user as other resources embed one, and as the users' own page shows one. */
export const userFace: Face<User> = {
  derive: { web_url: ({ username }, { origin }) => `${origin}/${username}` },
}

const faceFor = ({ caller }: Ask<unknown>): Face<User> => ({ ...userFace, brief: !caller.user!.is_admin })

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

/** docs: users.md */
export const userBehaviours: Behaviours = {
  listUsers: (ask: Ask<UserFilters>) => {
    const { search, username, active, blocked } = ask.params
    const found = ask.world
      .rows(users)
      .filter(user => !search || matches(user, search.toLowerCase()))
      .filter(user => !username || user.username.toLowerCase() === username.toLowerCase())
      .filter(user => (!active || user.state === 'active') && (!blocked || user.state === 'blocked'))
    // All other parameters are for administrators; of others GitLab ignores them.
    if (!ask.caller.user!.is_admin) return many(faceFor(ask), listing(sorted(found, 'id', 'desc')))
    const { created_after, created_before, order_by, sort } = ask.params
    const between = found
      .filter(user => !created_after || user.created_at > created_after)
      .filter(user => !created_before || user.created_at < created_before)
    return many(faceFor(ask), listing(sorted(between, order_by, sort)))
  },

  getUser: (ask: Ask<{ id: number }>) => one(faceFor(ask), userOf(ask)),

  getCurrentUser: (ask: Ask) => one(faceFor(ask), ask.caller.user!),

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
      if (isTaken(ask.world, user, attribute, change[attribute])) throw refuse('nameTaken', { attribute })
    if (change.username) moveNamespace(ask.world, user, change.username)
    const identities = provider && extern_uid ? { identities: [{ provider, extern_uid }] } : {}
    const role = admin === undefined ? {} : { is_admin: admin }
    return one(
      userFace,
      ask.world.update(users, user, { ...change, ...identities, ...role, updated_at: ask.world.clock.iso() }),
    )
  },
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
