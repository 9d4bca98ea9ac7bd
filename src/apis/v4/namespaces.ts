import { type Face, many, one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import { refuse } from '../../lifecycle/reason.ts'
import { listing } from '../../store/table.ts'
import type { World } from '../../store/world.ts'
import { users } from '../accounts.ts'
import { remembered } from '../remembered.ts'
import type { Ask } from './credentials.ts'
import { members, type Namespace, namespaces, projects } from './tables.ts'

/** A namespace as its projects embed it. */
export const basicNamespaceFace: Face<Namespace> = {
  derive: {
    avatar_url: ({ owner_id }, { world }) => world.get(users, owner_id)?.avatar_url ?? null,
    web_url: ({ kind, full_path }, { origin }) =>
      `${origin}/${kind === 'group' ? 'groups/' : ''}${full_path}`,
  },
}

export const namespaceFace: Face<Namespace> = {
  derive: {
    ...basicNamespaceFace.derive,
    members_count_with_descendants: (namespace, { world }) =>
      namespace.kind === 'group' ? membersOf(world, namespace).size : undefined,
  },
}

/** docs: README.md, "Offset-based pagination", whose example lists namespaces */
export const namespaceBehaviours: Behaviours = {
  listNamespaces: (ask: Ask<{ search?: string }>) => {
    const search = (ask.params.search ?? '').toLowerCase()
    const own = ownNamespaces(ask)
    if (search === '') return many(namespaceFace, listing(own))
    const found = own.filter(
      ({ name, path }) => name.toLowerCase().includes(search) || path.toLowerCase().includes(search),
    )
    return many(namespaceFace, listing(found))
  },

  getNamespace: (ask: Ask<{ id: string }>) => {
    const namespace = namespaceBy(ask.world, `${ask.params.id}`)
    if (!namespace || !isOwn(ask, namespace)) throw refuse('thingNotFound', { thing: 'Namespace' })
    return one(namespaceFace, namespace)
  },
}

/** The namespace with an id or a full path. */
export function namespaceBy(world: World, name: string): Namespace | undefined {
  if (/^\d+$/.test(name)) return world.get(namespaces, Number(name))
  return (
    world.find(namespaces, 'full_path', name) ??
    world.get(namespaces, idsByPath(world).get(name.toLowerCase()))
  )
}

/** The first of each path, in any case. */
const idsByPath = (world: World) =>
  remembered(world, [namespaces], 'paths', () => {
    const rows = world.rows(namespaces).toReversed()
    return new Map(rows.map(({ id, full_path }) => [full_path.toLowerCase(), id]))
  })

/** All namespaces that the caller may list, by id. */
function ownNamespaces({ world, caller }: Ask<unknown>): readonly Namespace[] {
  const user = caller.user!
  if (user.is_admin) return world.rows(namespaces)
  return remembered(world, [namespaces, members, projects], { user: user.id }, () => {
    const groups = world
      .where(members, 'user_id', user.id)
      .map(({ project_id }) => world.get(namespaces, world.get(projects, project_id)?.namespace_id))
      .filter(it => it?.kind === 'group')
    const own = new Set([...world.where(namespaces, 'owner_id', user.id), ...groups])
    return [...own].filter(it => it !== undefined).sort((one, other) => one.id - other.id)
  })
}

/** Administrators see all namespaces, anyone else their own and those of groups in whose projects they are members. */
function isOwn({ world, caller }: Ask<unknown>, namespace: Namespace): boolean {
  const { user } = caller
  return user!.is_admin || namespace.owner_id === user!.id || membersOf(world, namespace).has(user!.id)
}

function membersOf(world: World, { id, kind }: Namespace): Set<number> {
  const owned = kind === 'group' ? world.where(projects, 'namespace_id', id) : []
  return new Set(
    owned.flatMap(project => world.where(members, 'project_id', project.id).map(({ user_id }) => user_id)),
  )
}
