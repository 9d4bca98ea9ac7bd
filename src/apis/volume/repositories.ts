import type { User } from '../accounts.ts'
import { branches, type Commit, commits, projects } from '../v4/tables.ts'
import type { Plan } from './plan.ts'
import { slug } from './words.ts'

/** What the projects' repositories hold. */
export interface Repositories {
  readonly made: readonly Commit[]
  /** Where each project's commits on master begin and end, by the project's place. */
  readonly roots: ReadonlyMap<number, number>
  readonly heads: ReadonlyMap<number, number>
  /** The second of the last commit in the project at a place; nothing where its repository is empty. */
  readonly pushed: ReadonlyMap<number, number>
}

/** The branches of what stands on master alone. */
export const master: readonly string[] = ['master']
/** The share of projects to which somebody has pushed. */
const inUse = 0.7
/** The share of later commits that stand on a branch of their own. */
const aside = 0.35

/** A line of commits on each project's master, others beside it, and branches. */
export function makeRepositories(plan: Plan, people: readonly User[]): Repositories {
  const { draw, words, calendar } = plan
  const heads = new Map<number, number>()
  const roots = new Map<number, number>()
  const pushed = new Map<number, number>()
  const used: number[] = []
  const shas: string[] = []
  const made: Commit[] = []
  const asides: number[] = []
  for (let place = 0; place < plan.count; place++) {
    const isFirst = place === 0 || draw.isSo(inUse)
    const project = isFirst ? place : draw.isSo(0.6) ? 0 : used[draw.late(used.length)]!
    const isAside = !isFirst && draw.isSo(aside)
    const parent = heads.get(project)
    const { name, email } = people[draw.early(place + 1)]!
    const second = plan.second(place, 2)
    const date = calendar.iso(second)
    const title = isFirst ? 'Initial commit' : draw.one(words.changes)
    shas.push(draw.hex(40))
    if (isFirst) used.push(project)
    if (isFirst) roots.set(project, place)
    if (isAside) asides.push(place)
    else heads.set(project, place)
    pushed.set(project, second)
    made.push({
      id: plan.id(commits, place),
      project_id: plan.id(projects, project),
      sha: shas[place]!,
      title,
      message: !isFirst && draw.isSo(0.3) ? `${title}\n\n${draw.one(words.phrases)}\n` : `${title}\n`,
      author_name: name,
      author_email: email,
      authored_date: date,
      committer_name: name,
      committer_email: email,
      committed_date: date,
      parent_ids: parent === undefined ? [] : [shas[parent]!],
      branches: isAside ? [`${place}-${slug(title).slice(0, 40)}`] : master,
    })
  }
  makeBranches(plan, made, [...heads.values()], asides)
  plan.add(commits, made)
  return { made, roots, heads, pushed }
}

/** Each project's master, those beside it, and some that were merged; commits are told which branches they are on. */
function makeBranches(plan: Plan, made: Commit[], masters: readonly number[], asides: readonly number[]) {
  const { draw, words } = plan
  const heads = [...masters, ...asides]
  plan.make(branches, (place, id) => {
    const isMaster = place < masters.length
    const head = heads[place] ?? draw.late(made.length)
    const isMerged = place >= heads.length
    const merged = `${slug(`${draw.one(words.verbs)} ${draw.one(words.nouns)}`)}-${place}`
    const commit = made[head]!
    const name = isMerged ? merged : commit.branches[0]!
    if (isMerged) made[head] = { ...commit, branches: [...commit.branches, name] }
    return {
      id,
      project_id: commit.project_id,
      name,
      sha: commit.sha,
      protected: isMaster,
      merged: isMerged,
      developers_can_push: false,
      developers_can_merge: false,
    }
  })
}
