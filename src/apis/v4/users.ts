import { type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import { type User, users } from '../accounts.ts'
import type { Ask } from './credentials.ts'
import { sorted } from './sorting.ts'

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
    const { search, username, active, blocked, created_after, created_before, order_by, sort } = ask.params
    const found = ask.world
      .rows(users)
      .filter(user => !search || matches(user, search.toLowerCase()))
      .filter(user => !username || user.username.toLowerCase() === username.toLowerCase())
      .filter(user => (!active || user.state === 'active') && (!blocked || user.state === 'blocked'))
      .filter(user => !created_after || user.created_at > created_after)
      .filter(user => !created_before || user.created_at < created_before)
    return many(faceFor(ask), listing(sorted(found, ask.caller.user!.is_admin ? order_by : 'id', sort)))
  },

  getUser: (ask: Ask<{ id: number }>) => one(faceFor(ask), userOf(ask)),

  getCurrentUser: ({ caller }: Ask) => one({ ...userFace, brief: !caller.user!.is_admin }, caller.user!),

  updateUser: (ask: Ask<{ id: number; admin?: boolean; password?: string } & Partial<User>>) => {
    if (!ask.caller.user!.is_admin) throw refuse('forbidden', { needs: 'administer' })
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
    for (const attribute of ['email', 'username'] as const) {
      const wanted = change[attribute]?.toLowerCase()
      const taken = ask.world
        .rows(users)
        .some(other => other.id !== user.id && other[attribute].toLowerCase() === wanted)
      if (taken) throw refuse('nameTaken', { attribute })
    }
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

const matches = ({ name, username, email }: User, search: string) =>
  name.toLowerCase().includes(search) ||
  username.toLowerCase().includes(search) ||
  email.toLowerCase() === search
