import Fastify, { type FastifyInstance } from 'fastify'
import type { Contract } from './contract/contract.ts'
import type { Document, Parameter } from './contract/document.ts'
import { addressOf } from './lifecycle/address.ts'

/** The contracts under `/openapi/<api>.json`, and all of them in Swagger UI under `/docs/`; behind a world's prefix, they try that world. */
export function addDocs(
  app: FastifyInstance,
  contracts: readonly { name: string; contract: Contract }[],
  root: string,
): void {
  const method = ['GET', 'HEAD']
  const serve = (url: string, read: () => Document) =>
    app.route({
      method,
      url,
      handler: ({ originalUrl }, reply) => {
        const { prefix } = addressOf(originalUrl)
        const document = read()
        const servers = document.servers?.map(server => ({ ...server, url: root + prefix + server.url }))
        return reply.type('application/json').send({ ...document, servers })
      },
    })
  for (const { name, contract } of contracts) {
    serve(`/openapi/${name}.json`, () => contract.document)
    serve(`/docs/${name}.json`, () =>
      forSwaggerUi(name === 'admin' ? contract.document : withTokens(contract.document)),
    )
  }
  // Fastify takes no plugin once it listens, and Swagger UI is too heavy to be loaded at every start: an app of its own.
  let docs: Promise<FastifyInstance> | undefined
  for (const url of ['/docs', '/docs/*']) {
    app.route({
      method,
      url,
      handler: async ({ originalUrl, raw }, reply) => {
        // The page names its files, the contracts too, relative to itself: so it works behind any prefix.
        if (addressOf(originalUrl).path === '/docs') return reply.redirect('docs/')
        docs ??= createDocs(contracts)
        const { routing } = await docs
        reply.hijack()
        routing(raw, reply.raw)
      },
    })
  }
}

/**
 * Swagger UI takes a required parameter of several types for empty, whatever stands in its field, and so never sends it
 * (swagger-api/swagger-ui#10646): here the types become alternatives, which it takes.
 */
const forSwaggerUi = (document: Document): Document =>
  JSON.parse(
    JSON.stringify(document, (_key, value: Partial<Parameter> | null) => {
      if (!value?.in || !Array.isArray(value.schema?.type)) return value
      const { type, ...others } = value.schema
      return { ...value, schema: { anyOf: type.map(it => ({ type: it })), ...others } }
    }),
  )

/** Where whoever tries a call finds out who one can be; who may ask the control API, only its operator knows. */
const withTokens = ({ info, ...others }: Document): Document => ({
  ...others,
  info: {
    ...info,
    description: `Tokens to authorize with are on [the first page](../).\n\n${info.description ?? ''}`,
  },
})

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" width="220" height="40" font-family="sans-serif" font-size="22" fill="#fff">' +
  '<text y="27">gitlab-understudy</text></svg>'

async function createDocs(contracts: Parameters<typeof addDocs>[1]): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ])
  const docs = Fastify({ routerOptions: { ignoreTrailingSlash: true } })
  // Swagger UI's plugin can't do without this one, though the page takes all contracts from the addresses above.
  await docs.register(swagger, {
    mode: 'static',
    specification: { document: contracts[0]!.contract.document as never },
  })
  await docs.register(swaggerUi, {
    routePrefix: '/docs',
    logo: { type: 'image/svg+xml', content: logo },
    theme: { title: 'gitlab-understudy: the contracts' },
    uiConfig: {
      urls: contracts.map(({ name, contract }) => ({
        url: `./${name}.json`,
        name: contract.document.info.title + (name === 'admin' ? '' : ` ${name}`),
      })),
      persistAuthorization: true,
    } as never,
  })
  await docs.ready()
  return docs
}
