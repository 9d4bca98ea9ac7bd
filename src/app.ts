import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { answerClientError } from './client_errors.ts'
import type { Front } from './front.ts'
import { keepTickClass } from './idling.ts'
import { addressOf } from './lifecycle/address.ts'
import { ParameterError } from './lifecycle/rack.ts'
import { type Refusal, refuse } from './lifecycle/reason.ts'

// Runners send whole traces of up to 4 MiB as forms, where every byte may take three.
const mostBody = 16 * 1024 * 1024
/** A body whose length was told but that never comes is waited for so many milliseconds, then answered with 408. */
const slowestRequest = 60_000

// No route has a schema: Fastify's own compilers, which take long to load, are never asked.
const schemaController = {
  compilersFactory: { buildValidator: () => () => () => true, buildSerializer: () => () => JSON.stringify },
} as unknown as FastifyServerOptions['schemaController']

/** Answers a request that no route takes, or that Fastify refuses. */
type TurnAway = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal) => void | Promise<void>

/** A Fastify app without routes: it takes requests as they come, reads nothing of them, and words nothing by itself. */
export function createApp(front: Front, turnAway: TurnAway): FastifyInstance {
  keepTickClass()
  const app = Fastify({
    bodyLimit: mostBody,
    forceCloseConnections: true,
    requestTimeout: slowestRequest,
    exposeHeadRoutes: false,
    schemaController,
    routerOptions: { ignoreTrailingSlash: true, querystringParser: () => ({}) },
    rewriteUrl: request => {
      front.pass(request)
      const { path, query } = addressOf(request.url ?? '/')
      return query ? `${path}?${query}` : path
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      void turnAway(request, reply as FastifyReply, refusalOf(error, request))
    },
  })
  // As Rack has it, any request may bring a body.
  for (const method of ['GET', 'HEAD']) app.addHttpMethod(method, { hasBody: true, overrideExisting: true })
  // Bodies are read where all parameters are, those of the query too: in the lifecycle.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: FastifyError | ParameterError, request, reply) =>
    turnAway(request, reply, refusalOf(error, request)),
  )
  app.setNotFoundHandler((request, reply) => {
    const reason = isUnder(request, '/api/v3') ? 'versionGone' : 'routeUnknown'
    return turnAway(request, reply, refuse(reason))
  })
  return app
}

/** Whether a request is for a prefix such as `/api/v1`, or for what is below it. */
export function isUnder({ url }: FastifyRequest, prefix: string): boolean {
  const { path } = addressOf(url)
  return path === prefix || path.startsWith(`${prefix}/`)
}

function refusalOf(error: FastifyError | ParameterError, { headers }: FastifyRequest): Refusal {
  if (error instanceof ParameterError) return refuse('badRequest', { problem: error.message })
  const { code, statusCode = 500 } = error
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return refuse('unsupportedType', { type: headers['content-type'] ?? '' })
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refuse('tooLarge')
  return statusCode >= 500 ? refuse('serverError') : refuse('badRequest', { problem: error.message })
}
