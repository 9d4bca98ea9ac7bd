// Small answers of the GitLab CI API, as a table.
import type { Test } from 'tap'
import type { Changes, Understudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

/** A status, or a status with fields of the body (or all of a list). */
export type Expected = number | readonly [status: number, body: object]

/** What one can rely on, the request, what goes along with it, and the answer. */
export type Row = readonly [promise: string, request: string, asked: Asked, answer: Expected]

const said = (status: number, message: string): Expected => [status, { message }]

export const unauthorized = said(401, '401 Unauthorized')
export const forbidden = said(403, '403 Forbidden')
export const notFound = said(404, '404 Not Found')
export const notAllowed = said(405, '405 Method Not Allowed')
export const conflict = said(409, '409 Conflict')
export const tooLarge = said(413, '413 Request Entity Too Large')
export const unprocessable = said(422, '422 Unprocessable Entity')
export const unreadable = said(400, '400 Bad Request')
export const notGiven = (attribute: string) => said(400, `400 (Bad request) "${attribute}" not given`)
export const invalid = (attribute: string) => said(400, `400 (Bad request) "${attribute}" is invalid`)
export const taken = (attribute: string) => said(409, `409 Conflict - "${attribute}" has already been taken`)
export const noFormat = (format: string): Expected => [
  406,
  { error: `The requested format '${format}' is not supported.` },
]
export const noType = (type: string): Expected => [
  406,
  { error: `The requested content-type '${type}' is not supported.` },
]

/** A token of the only user whom project 6 lets in: by default that user has none. */
export const username = 'username-token-00001'
export const usernameToken: Changes = {
  'accounts.tokens': {
    90: {
      ...{ token: username, kind: 'personal', user_id: 23, scopes: ['api'], project_id: null },
      ...{ expires_at: null, revoked: false, csrf_token: null },
    },
  },
}

/** Holds rows, each in a world of its own: none feels what another did. */
export async function holdRows(
  t: Test,
  gitlab: Understudy,
  rows: readonly Row[],
  given: Changes = {},
): Promise<void> {
  for (const [promise, request, asked, expected] of rows) {
    const [status, body] = typeof expected === 'number' ? [expected] : expected
    const world = gitlab.world(`row-${++worlds}`)
    world.patch(given)
    const answer = await ask(world.v1, request, asked)
    t.equal(answer.status, status, promise, { request, answered: answer.text })
    if (Array.isArray(body)) t.strictSame(answer.body, body, `${promise}: its items`)
    else if (body) t.hasStrict(answer.body, body, `${promise}: its words`)
  }
}

let worlds = 0

/** A body of any media type. */
export const typed = (type: string, body: string): Asked => ({ body, headers: { 'Content-Type': type } })

/** A multipart body of fields. */
export function multipart(fields: Readonly<Record<string, string>>): Asked {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  return { body }
}

/** Holds what a path has: every other method is 405 with Allow, whoever asks, and OPTIONS says the same. */
export async function holdAllow(
  t: Test,
  v1: string,
  paths: readonly (readonly [request: string, allow: string])[],
) {
  for (const [request, allow] of paths) {
    const { status, headers, body } = await ask(v1, request)
    t.strictSame([status, body], notAllowed, request)
    t.equal(headers.get('allow'), allow, `${request}: Allow`)
    const options = await ask(v1, request.replace(/^\w+/, 'OPTIONS'))
    t.strictSame([options.status, options.headers.get('allow')], [204, allow], `${request}: OPTIONS`)
  }
}
