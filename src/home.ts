import type { FastifyInstance } from 'fastify'
import { tokens, users } from './apis/accounts.ts'
import { originOf } from './lifecycle/address.ts'
import { mainWorld, type Store } from './store/store.ts'

/** `/`, a page for whoever opens the server in a browser; and GitLab's own health paths. */
export function addHome(app: FastifyInstance, store: Store): void {
  app.get('/', (request, reply) =>
    reply.type('text/html; charset=utf-8').send(page(store, originOf(request.headers, 'localhost'))),
  )
  app.get('/-/health', (_request, reply) => reply.type('text/plain').send('GitLab OK'))
  app.get('/-/readiness', (_request, reply) => reply.send({ status: 'ok', master_check: [{ status: 'ok' }] }))
  app.get('/-/liveness', (_request, reply) => reply.send({ status: 'ok' }))
}

const html = (text: string) => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)

function page(store: Store, origin: string): string {
  const world = store.world(mainWorld)
  const rows = world.rows(tokens).map(({ token, kind, user_id, scopes, expires_at, revoked }) => {
    const state = revoked ? 'revoked' : expires_at ? `expires ${expires_at}` : ''
    const cells = [world.get(users, user_id)?.name ?? '', kind, scopes.join(', '), state]
    return `<tr><td><code>${html(token)}</code></td>${cells.map(cell => `<td>${html(cell)}</td>`).join('')}</tr>`
  })
  const [token] = world.rows(tokens)
  const asRoot = `curl --header "Private-Token: ${token?.token ?? ''}"`
  const calls = [
    `${asRoot} "${origin}/api/v4/projects/1/pipelines"`,
    `${asRoot} --request POST "${origin}/api/v4/projects/1/pipeline?ref=master"`,
    `${asRoot} --header "Prefer: code=503" "${origin}/api/v4/projects"`,
    `curl "${origin}/api/v1/projects?private_token=${token?.token ?? ''}&url=http://demo.gitlab.com/"`,
    `curl --request POST "${origin}/__admin/reset"`,
  ]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>gitlab-understudy</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
  table { border-collapse: collapse } td, th { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #ddd }
  pre { background: #f4f4f6; padding: .7rem; overflow-x: auto; user-select: all } code { font-size: .9em; word-break: break-all }
</style>
<h1>gitlab-understudy</h1>
<p>A stand-in for GitLab: <a href="/docs">the contracts, to read and to try</a>,
<a href="/openapi/v4.json">v4 as JSON</a>, <a href="/openapi/v1.json">v1 as JSON</a>.</p>
<p>v4 is at <code>${html(origin)}/api/v4</code>, v1 at <code>${html(origin)}/api/v1</code>; put <code>/w/any-name</code>
in front of either path for a world of your own.</p>
<h2>Try it</h2>
${calls.map(call => `<pre>${html(call)}</pre>`).join('\n')}
<h2>Tokens</h2>
<table>
<tr><th>Token<th>Who<th>Kind<th>Scopes<th></tr>
${rows.join('\n')}
</table>
</html>
`
}
