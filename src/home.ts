import type { FastifyInstance, RouteHandlerMethod } from 'fastify'
import { isExpired, type Token, tokens, users } from './apis/accounts.ts'
import { registrationTokens } from './apis/v1/credentials.ts'
import { instances } from './apis/v1/instances.ts'
import { projects as ciProjects } from './apis/v1/project_record.ts'
import { runners } from './apis/v1/runners.ts'
import { developer, guest, levelOf, maintainer, owner, reporter } from './apis/v4/abilities.ts'
import { fullPath } from './apis/v4/project_face.ts'
import { type Project, projects } from './apis/v4/tables.ts'
import type { Profile } from './contract/load.ts'
import { addressOf, originOf } from './lifecycle/address.ts'
import { mainWorld, type Store } from './store/store.ts'
import type { World } from './store/world.ts'

const checks = ['master', 'db', 'redis', 'cache', 'queues', 'shared_state', 'gitaly']

/** What the first page tells of the server. */
interface Shown {
  readonly profile: Profile
  /** The path under which clients find the server. */
  readonly root: string
  readonly asksForToken: boolean
}

/**
 * `/`, a page for people about the world that its prefix names, else the main one; and GitLab's own health paths. Whose
 * token the control API asks for, the page doesn't tell: others may read it.
 */
export function addHome(app: FastifyInstance, store: Store, house: Shown): void {
  // Whoever waits for a server to come up may ask by HEAD.
  const answer = (url: string, handler: RouteHandlerMethod) =>
    app.route({ method: ['GET', 'HEAD'], url, handler })
  answer('/', ({ originalUrl, headers }, reply) => {
    const { world, prefix } = addressOf(originalUrl)
    const origin = originOf(headers, () => 'localhost')
    const html = page(store.world(world || mainWorld), origin, prefix, house)
    return reply.type('text/html; charset=utf-8').send(html)
  })
  answer('/-/health', (_request, reply) => reply.type('text/plain').send('GitLab OK'))
  answer('/-/readiness', ({ originalUrl }, reply) => {
    const query = new URLSearchParams(addressOf(originalUrl).query)
    const asked = query.getAll('all').at(-1) ? checks : checks.slice(0, 1)
    const found = asked.map(check => [`${check}_check`, [{ status: 'ok' }]])
    return reply.send({ status: 'ok', ...Object.fromEntries(found) })
  })
  // Where GitLab leads whoever it doesn't know: a client that follows meets a page in place of JSON.
  answer('/users/sign_in', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .send('<!doctype html><title>Sign in · GitLab</title><h1>Sign in</h1>'),
  )
  answer('/-/liveness', (_request, reply) => reply.send({ status: 'ok' }))
}

const roles: Record<number, string> = {
  ...{ [owner]: 'owner', [maintainer]: 'maintainer', [developer]: 'developer' },
  ...{ [reporter]: 'reporter', [guest]: 'guest', 0: 'no member' },
}

/** How a token is sent to v4: headers to copy. */
function headersOf({ kind, token, csrf_token }: Token): string {
  if (kind === 'oauth') return `Authorization: Bearer ${token}`
  if (kind === 'job') return `Job-Token: ${token}`
  if (kind === 'session') return `Cookie: _gitlab_session=${token}\nX-CSRF-Token: ${csrf_token}`
  return `Private-Token: ${token}`
}

/** Who can ask v4: their names, what they are on a project, and what they send. */
const v4Rows = (world: World, project: Project | undefined): string[][] =>
  world.rows(tokens).map(token => {
    const user = world.get(users, token.user_id)
    const level = project ? levelOf(world, project, user) : 0
    const role = user?.is_admin ? 'administrator' : (roles[level] ?? `level ${level}`)
    const state = token.revoked ? ', revoked' : isExpired(token, world) ? `, expired ${token.expires_at}` : ''
    return [user?.username ?? '', role, headersOf(token), token.kind + state, token.scopes.join(', ')]
  })

/** As many as a page for people can take. */
const first = <R>(rows: readonly R[]) => rows.slice(0, 10)

const v1Rows = (world: World, asUser: string | undefined): string[][] => [
  ...(asUser ? [['a user; any personal token above will do', asUser]] : []),
  ...world.rows(registrationTokens).map(({ token }) => ['a runner that registers', `token=${token}`]),
  ...first(world.rows(runners)).map(({ id, token }) => [`runner ${id}`, `token=${token}`]),
  ...first(world.rows(ciProjects)).map(({ name, id, token }) => [
    `project ${id}, ${name}`,
    `project_token=${token}`,
  ]),
]

/** Commands to paste, and what each shows; they name what the world has, so that they work in any. */
function commands(
  world: World,
  base: string,
  token: Token | undefined,
  asUser: string | undefined,
  asks: boolean,
) {
  const [project] = world.rows(projects)
  const curl = token ? `curl --header "${headersOf(token)}"` : 'curl'
  const all = `${base}/api/v4/projects`
  const lines = [['Any failure, on request', `${curl} --header "Prefer: code=503" "${all}"`]]
  if (project) lines.unshift(['The pipelines of a project', `${curl} "${all}/${project.id}/pipelines"`])
  if (project?.default_branch) {
    const query = `ref=${encodeURIComponent(project.default_branch)}`
    lines.splice(1, 0, ['A new pipeline', `${curl} --request POST "${all}/${project.id}/pipeline?${query}"`])
  }
  if (asUser) lines.push(['The older API', `curl "${base}/api/v1/projects?${asUser}"`])
  const admin = `curl ${asks ? '--header "Authorization: Bearer $ADMIN_TOKEN" ' : ''}`
  lines.push(['What was asked, and what came of it', `${admin}"${base}/__admin/requests?limit=5"`])
  lines.push(['This world as it was at the start', `${admin}--request POST "${base}/__admin/reset"`])
  return lines
}

const html = (text: string) => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)
const code = (text: string) => `<code>${html(text)}</code>`

/** A table whose code goes below the rest of its row on narrow screens. */
function tableOf(heads: string[], codeAt: number, rows: string[][]): string {
  const cell = (text: string, at: number) =>
    at === codeAt
      ? `<td class="code">${text.split('\n').map(code).join('<br>')}</td>`
      : `<td>${html(text)}</td>`
  return `<table><thead><tr>${heads.map(head => `<th>${head}</th>`).join('')}</tr></thead>
${rows.map(row => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}
</table>`
}

const answersAs: Readonly<Record<Profile, string>> = {
  documented: 'as GitLab’s documentation says (profile <code>documented</code>)',
  observed: 'as GitLab’s servers did (profile <code>observed</code>)',
}

function page(
  world: World,
  origin: string,
  prefix: string,
  { profile, root, asksForToken: asks }: Shown,
): string {
  const here = root + prefix
  const base = origin + here
  const [project] = world.rows(projects)
  const [instance] = world.rows(instances)
  const token = world.rows(tokens).find(({ kind }) => kind === 'personal')
  const asUser = token && instance && `private_token=${token.token}&url=${instance.url}`
  const where = project ? `In ${html(fullPath(world, project.id))}` : 'Role'
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>gitlab-understudy</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
  h1, h2 { line-height: 1.2; margin: 2.5rem 0 .5rem } h1 { margin-top: 0 }
  pre { background: #8882; border-radius: 4px; padding: .6rem .8rem; margin: 0 0 1rem; white-space: pre-wrap }
  code, pre { font-size: .9rem; overflow-wrap: anywhere } pre, td code { user-select: all }
  table { border-collapse: collapse; width: 100% } tr { border-bottom: 1px solid #8884 }
  th, td { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0 }
  @media (max-width: 44rem) {
    thead { display: none } tr { display: flex; flex-wrap: wrap; padding: .4rem 0 }
    td { padding: 0 .9rem 0 0 } td.code { order: 1; flex-basis: 100% }
  }
</style>
<h1>gitlab-understudy</h1>
<p>A stand-in for GitLab that answers ${answersAs[profile]}. <a href="${here}/docs/">Read and try the contracts</a>, or take them as OpenAPI:
<a href="${here}/openapi/v4.json">v4</a>, <a href="${here}/openapi/v1.json">v1</a>, and
<a href="${here}/openapi/admin.json">its own</a>, to make it fail and to see what happened.</p>
<p>${
    prefix
      ? `This is the world ${code(world.name)}; what happens here is not seen <a href="${root}/">elsewhere</a>.`
      : `Put ${code('/w/any-name')} in front of a path for a world of your own, <a href="${root}/w/demo/">such as this</a>.`
  }</p>
<h2>Try it</h2>
<p>One click selects a whole line.</p>
${commands(world, base, token, asUser, asks)
  .map(([what, line]) => `${what}\n<pre>${html(line!)}</pre>`)
  .join('\n')}
<h2>Who can ask v4</h2>
<p>It is at ${code(`${base}/api/v4`)}.</p>
${tableOf(['User', where, 'Headers', 'Kind', 'Scopes'], 2, v4Rows(world, project))}
<h2>Who can ask v1</h2>
<p>It is at ${code(`${base}/api/v1`)}.</p>
${tableOf(['Who', 'Parameters'], 1, v1Rows(world, asUser))}
</html>
`
}
