import { refuse } from '../../lifecycle/reason.ts'
import type { Ask } from './caller.ts'

/** Whom a project lets in, as GitLab tells its CI. */
interface Rights {
  readonly access: readonly number[]
  readonly manage: readonly number[]
}

/** What one must be able to do, as the contract's `x-ability` names it: the users of a project who are. */
export const abilities: Readonly<Record<string, (project: Rights) => readonly number[]>> = {
  access_project: ({ access }) => access,
  manage_project: ({ manage }) => manage,
}

/** Refuses where the caller may not do what the operation takes, on a project. */
export function allow({ operation, caller }: Ask<unknown>, project: Rights): void {
  const { ability = '' } = operation
  if (!abilities[ability]?.(project).includes(caller.user!.id)) {
    throw refuse('forbidden', { needs: ability || 'x-ability' })
  }
}
