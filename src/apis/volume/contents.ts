import { createHash } from 'node:crypto'
import { type Commit, files, type Project, type Tag, tags } from '../v4/tables.ts'
import type { Plan } from './plan.ts'
import { master, type Repositories } from './repositories.ts'
import { slug } from './words.ts'

/** How far behind the newest commit a tag may be. */
const tagged = 20

/** Tags, their versions counted in each project, and releases of some. */
export function makeTags(plan: Plan, made: readonly Commit[]): Tag[] {
  const { draw, words } = plan
  const versions = new Map<number, number>()
  return plan.make(tags, (place, id) => {
    const { project_id, sha, committed_date } = made[place - draw.below(Math.min(place + 1, tagged))]!
    const version = versions.get(project_id) ?? 10
    versions.set(project_id, version + 1)
    const name = `v${Math.floor(version / 100)}.${Math.floor(version / 10) % 10}.${version % 10}`
    const isAnnotated = draw.isSo(0.6)
    return {
      id,
      project_id,
      name,
      message: isAnnotated ? draw.one(words.slogans) : null,
      target: isAnnotated ? draw.hex(40) : sha,
      sha,
      protected: draw.isSo(0.1),
      release: draw.isSo(0.3) ? { tag_name: name, description: draw.one(words.phrases) } : null,
      updated_at: committed_date,
    }
  })
}

/** A README.md in each repository, and sources in those that were first. */
export function makeFiles(
  plan: Plan,
  { made, roots, heads }: Repositories,
  inThem: readonly Project[],
): void {
  const { draw, words } = plan
  const used = [...roots.keys()]
  plan.make(files, (place, id) => {
    const project = used[place] ?? used[draw.early(used.length)]!
    const { id: project_id, name, description } = inThem[project]!
    const isReadme = place < used.length
    const file_path = isReadme
      ? 'README.md'
      : `lib/${slug(draw.one(words.nouns))}/${slug(draw.one(words.verbs))}_${place}.rb`
    const content = isReadme ? `# ${name}\n\n${description ?? ''}\n` : `# ${draw.one(words.phrases)}\n`
    const commit_id = made[heads.get(project)!]!.sha
    return {
      id,
      project_id,
      file_path,
      refs: master,
      content,
      blob_id: createHash('sha1')
        .update(`blob ${Buffer.byteLength(content)}\0${content}`)
        .digest('hex'),
      commit_id,
      last_commit_id: made[roots.get(project)!]!.sha,
    }
  })
}
