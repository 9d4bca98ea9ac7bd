import Fastify, { type FastifyInstance } from 'fastify'
import type { Contract } from './contract/contract.ts'

/** The contracts under `/openapi/<api>.json`, and both in Swagger UI under `/docs`. */
export function addDocs(
  app: FastifyInstance,
  contracts: readonly { name: string; contract: Contract }[],
): void {
  for (const { name, contract } of contracts) {
    app.get(`/openapi/${name}.json`, (_request, reply) =>
      reply.type('application/json').send(contract.document),
    )
  }
  // Fastify takes no plugin once it listens, and Swagger UI is too heavy to be loaded at every start: an app of its own.
  let docs: Promise<FastifyInstance> | undefined
  const serve = (path: string) =>
    app.get(path, { config: {} }, async (request, reply) => {
      docs ??= createDocs(contracts)
      const { routing } = await docs
      reply.hijack()
      routing(request.raw, reply.raw)
    })
  serve('/docs')
  serve('/docs/*')
}

async function createDocs(contracts: Parameters<typeof addDocs>[1]): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ])
  const docs = Fastify({ routerOptions: { ignoreTrailingSlash: true } })
  for (const [index, { name, contract }] of contracts.entries()) {
    await docs.register(swagger, {
      mode: 'static',
      specification: { document: contract.document as never },
      // Swagger UI's plugin asks for the name that the first one has.
      ...(index === 0 ? {} : { decorator: name as 'swagger' }),
    })
  }
  await docs.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: {
      urls: contracts.map(({ name, contract }) => ({
        url: `/openapi/${name}.json`,
        name: contract.document.info.title,
      })),
      persistAuthorization: true,
    } as never,
  })
  await docs.ready()
  return docs
}
