// What the others are measured against: bare node:http and bare Fastify. Plain JavaScript, so that no compiler has a
// part in how long it takes to start. Arguments: which one, port, a file (see below), and for `array` the rows' file.
//   node | constant | headers: answer { one, page, created, headers }, texts that this product gave, whatever is asked
//   array: what one writes by hand: an array that is searched, paged and stringified
import { readFileSync } from 'node:fs'

const [which, port, answers, rows] = process.argv.slice(2)
const { one, page, created, headers } = answers ? JSON.parse(readFileSync(answers, 'utf8')) : { one: '{}' }
const json = 'application/json; charset=utf-8'
const listens = at => process.stdout.write(`listening on ${at}\n`)

const show = '/api/v4/projects/:id/pipelines/:pipeline_id'
const list = '/api/v4/projects/:id/pipelines'
const create = '/api/v4/projects/:id/pipeline'

if (which === 'node') {
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => {
    const answer = () => {
      const text = request.method === 'POST' ? created : /pipelines\/\d/.test(request.url ?? '') ? one : page
      const status = request.method === 'POST' ? 201 : 200
      response.writeHead(status, { 'content-type': json, 'content-length': Buffer.byteLength(text) })
      response.end(text)
    }
    request.method === 'POST' ? request.resume().on('end', answer) : answer()
  })
  server.listen(Number(port), '127.0.0.1', () => listens(server.address().port))
} else {
  const { default: Fastify } = await import('fastify')
  const app = Fastify()
  if (which === 'array') {
    const { pipelines } = JSON.parse(readFileSync(rows, 'utf8'))
    const byId = new Map(pipelines.map(row => [row.id, row]))
    const user = JSON.parse(one).user
    app.get(show, ({ params }, reply) => {
      const row = byId.get(Number(params.pipeline_id))
      return row ? { ...row, user } : reply.code(404).send({ message: '404 Not Found' })
    })
    app.get(list, ({ query: { page = 1, per_page = 20, status, ref } }, reply) => {
      const filtered = status || ref
      const found = filtered
        ? pipelines.filter(row => (!status || row.status === status) && (!ref || row.ref === ref))
        : pipelines
      const end = found.length - (page - 1) * per_page
      reply.headers({ 'x-total': found.length, 'x-page': page, 'x-per-page': per_page })
      return found.slice(Math.max(0, end - per_page), end).reverse()
    })
    app.post(create, ({ body }, reply) => {
      const row = { ...pipelines[0], id: pipelines.at(-1).id + 1, ref: body.ref }
      pipelines.push(row)
      byId.set(row.id, row)
      return reply.code(201).send({ ...row, user })
    })
  } else {
    const more = which === 'headers' ? headers : undefined
    const answer = (text, status, extra) => (_request, reply) => {
      if (extra) reply.headers(extra)
      return reply.code(status).type(json).send(text)
    }
    app.get(show, answer(one, 200, more?.one))
    app.get(list, answer(page, 200, more?.page))
    app.post(create, answer(created, 201, more?.created))
  }
  await app.listen({ port: Number(port), host: '127.0.0.1' })
  listens(app.server.address().port)
}
