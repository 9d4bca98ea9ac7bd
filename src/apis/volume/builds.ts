import type { CiProject } from '../v1/project_record.ts'
import { type Build, builds, pushes } from '../v1/pushes.ts'
import { type Commit, projects as inGitLab } from '../v4/tables.ts'
import { bag } from './draw.ts'
import type { Plan } from './plan.ts'

/** What becomes of the builds of a push that is over … */
const over = bag<readonly Build['status'][]>(
  [40, ['success']],
  [15, ['success', 'success']],
  [12, ['failed']],
  [8, ['success', 'failed']],
  [5, ['canceled', 'canceled']],
  [3, []],
)
/** … and of one that is not. */
const underWay = bag<readonly Build['status'][]>(
  [2, ['pending']],
  [1, ['running']],
  [1, ['success', 'running']],
  [1, ['running', 'pending']],
)
const newest = 0.05
const names = ['rspec', 'lint']
/** A push for each commit, and the builds of each push. */
export function makeBuilds(
  plan: Plan,
  own: readonly CiProject[],
  commits: readonly Commit[],
  runnerOf: (project: number) => number,
): void {
  const { count, draw, calendar } = plan
  const made: Build[] = []
  plan.make(pushes, (place, id) => {
    const { sha, project_id, parent_ids, branches, message, author_name, author_email } = commits[place]!
    const project = own[project_id - plan.id(inGitLab, 0)]!
    const ref = branches[0]!
    const before_sha = parent_ids[0] ?? '0'.repeat(40)
    const created = plan.second(place, 4)
    const created_at = calendar.iso(created)
    const course = draw.one(place >= count * (1 - newest) ? underWay : over)
    for (const [number, status] of course.entries()) {
      const started = created + 1 + draw.early(600)
      const isOver = status !== 'pending' && status !== 'running'
      const ended = calendar.iso(started + 5 + draw.early(1800))
      const startedAt = status === 'pending' ? null : calendar.iso(started)
      made.push({
        id: plan.id(builds, made.length),
        project_id: project.id,
        commit_id: id,
        runner_id: status === 'pending' ? null : runnerOf(project.id),
        status,
        commands: project.scripts,
        path: '',
        ref,
        sha,
        before_sha,
        repo_url: project.ssh_url_to_repo,
        trace: isOver && status !== 'canceled' ? `$ ${project.scripts}\n` : null,
        created_at,
        updated_at: isOver ? ended : (startedAt ?? created_at),
        started_at: startedAt,
        finished_at: isOver ? ended : null,
        name: names[number]!,
        stage: 'test',
      })
    }
    return {
      id,
      project_id: project.id,
      ref,
      sha,
      before_sha,
      created_at,
      git_commit_message: message.trimEnd(),
      git_author_name: author_name,
      git_author_email: author_email,
    }
  })
  plan.add(builds, made)
}
