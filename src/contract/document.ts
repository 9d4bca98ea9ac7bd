/** A JSON Schema, or a reference to one. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  default?: unknown
  maxLength?: number
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  'x-source'?: Source
}

export interface Parameter {
  $ref?: string
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: boolean
  schema: Schema
  example?: unknown
}

export interface Media {
  schema?: Schema
  example?: unknown
  examples?: Record<string, { $ref?: string; value: unknown }>
}

export interface Response {
  $ref?: string
  description: string
  headers?: Record<string, { $ref?: string; schema?: Schema }>
  content?: Record<string, Media>
  'x-source'?: Source
}

/**
 * What a promise rests on: `docs: pipelines.md, "Create a new pipeline"`, `observed: 403 for a bad token (on the wire,
 * 8.0)`, or `derived: …` where neither says so outright.
 */
export type Source = string

/** Which schemes must all be given, each with the scopes it must have; `{}` is anonymous. */
export type Requirement = Record<string, string[]>

export interface OperationObject {
  operationId: string
  summary?: string
  security?: Requirement[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media>; required?: boolean }
  responses: Record<string, Response>
  'x-pagination'?: Pagination[]
  'x-ability'?: string
  'x-since'?: string
  'x-source'?: Source
}

/** Every way of paging there is. */
export const paginations = ['offset', 'keyset', 'silent'] as const
export type Pagination = (typeof paginations)[number]

/** What a reason comes to on the wire; `{names}` in texts are filled from the facts of the refusal. */
export interface Wording {
  status: number
  headers?: Record<string, string>
  /** Media type, application/json unless said. */
  type?: string
  body?: unknown
  'x-source'?: Source
}

/** The switches in which servers of one API differ; each is read in exactly one file, and off where it isn't told. */
export interface Conduct {
  /** What is asked of a GET is judged before who asks. */
  judgesReadersFirst?: boolean
  /** Every attribute that is missing or wrong is told, not only the first that is missing. */
  tellsEveryProblem?: boolean
  /** A required attribute that is blank (null, false, "", blanks, an empty list or object) is missing. */
  blankIsMissing?: boolean
  /** A required text that is sent as null was given, and is empty. */
  nullIsGiven?: boolean
  /** A fraction is cut to a whole number where one is asked for. */
  cutsFractions?: boolean
  /** Where a whole number is asked for, a text is the one that it begins with, and else 0. */
  castsNumbers?: boolean
  /** A body without a Content-Type is refused; otherwise it is a form. */
  refusesUntypedBodies?: boolean
  /** A body of text/plain is let through and not read. */
  ignoresPlainText?: boolean
  /** A path may end in any dotted suffix, not only in `.json`. */
  takesAnySuffix?: boolean
  /** `Allow` begins with OPTIONS and has HEAD last. */
  allowsOptions?: boolean
  /** URLs of pages repeat all parameters of the request: those of the path, and defaults too. */
  linksRepeatAll?: boolean
  /** `per_page=0` is a failure of the server's own. */
  failsOnEmptyPages?: boolean
  /** An answer with an ETag may be kept by its client, who must ask again. */
  letsClientsCache?: boolean
  /** An OAuth token both as a header and as a parameter is refused. */
  refusesTwoTokens?: boolean
  /** Who may not push to a protected branch or tag may not start or change its pipelines. */
  protectsRefs?: boolean
  /** Web addresses of what belongs to a project stand behind `/-/`. */
  setsPagesApart?: boolean
  /** A DELETE of what is already gone is a success. */
  deleteIsIdempotent?: boolean
  /** Two projects can't have the same name. */
  projectNamesAreUnique?: boolean
  /** Seconds that a build of a new project may take. */
  newProjectTimeout?: number
  /** A project is known by its path in GitLab, of which its url is made; to set the url is a failure of the server's own. */
  urlsFollowPaths?: boolean
  /** The instance's token registers runners for all projects that share them, a project's own token one for itself. */
  sharesRunners?: boolean
  /** The length of a new runner's token. */
  runnerTokenDigits?: number
  /** A push must tell what was before it; its `[ci skip]` and its .gitlab-ci.yml decide which builds are made of it. */
  heedsPushes?: boolean
  /** A commit's status and duration are those of the latest build of each job, of running ones too. */
  sumsLatestBuilds?: boolean
  /** Runners are told to clone with the project's token. */
  clonesByToken?: boolean
  /** A runner's report is answered with whether it ended the build, not with the build. */
  answersReportsBriefly?: boolean
}

/** How a document sets a switch: to what, and what that rests on. */
export interface Switch {
  value: unknown
  'x-source': Source
}

/** One API's OpenAPI document after the build: one object, references only within. */
export interface Document {
  openapi: string
  info: { title: string; version: string; description?: string }
  servers?: { url: string }[]
  security?: Requirement[]
  paths: Record<string, Record<string, OperationObject>>
  components: Record<string, Record<string, unknown>>
  'x-refusals': Record<string, Wording>
  'x-conduct': Record<string, Switch>
}

export const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'] as const

/** Every vendor extension there is, and where it may stand; any other stops the start. */
export const extensions = {
  root: ['x-refusals', 'x-conduct'],
  operation: ['x-pagination', 'x-ability', 'x-since', 'x-source'],
  response: ['x-source'],
  schema: ['x-source'],
} as const

/** The three ways in which something can be known. */
export const sourceKinds = ['docs', 'observed', 'derived'] as const

/** Every conduct switch there is, with the type of its value. */
export const conductSwitches: Readonly<Record<keyof Conduct, 'boolean' | 'number'>> = {
  judgesReadersFirst: 'boolean',
  tellsEveryProblem: 'boolean',
  blankIsMissing: 'boolean',
  nullIsGiven: 'boolean',
  cutsFractions: 'boolean',
  castsNumbers: 'boolean',
  refusesUntypedBodies: 'boolean',
  ignoresPlainText: 'boolean',
  takesAnySuffix: 'boolean',
  allowsOptions: 'boolean',
  linksRepeatAll: 'boolean',
  failsOnEmptyPages: 'boolean',
  letsClientsCache: 'boolean',
  refusesTwoTokens: 'boolean',
  protectsRefs: 'boolean',
  setsPagesApart: 'boolean',
  deleteIsIdempotent: 'boolean',
  projectNamesAreUnique: 'boolean',
  newProjectTimeout: 'number',
  urlsFollowPaths: 'boolean',
  sharesRunners: 'boolean',
  runnerTokenDigits: 'number',
  heedsPushes: 'boolean',
  sumsLatestBuilds: 'boolean',
  clonesByToken: 'boolean',
  answersReportsBriefly: 'boolean',
}

/** The node a JSON pointer such as `/components/schemas/Pipeline` names. */
export function at(document: Document, pointer: string): unknown {
  let node: unknown = document
  for (const part of pointer.split('/').slice(1)) {
    node = (node as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return node
}

/** One part of a JSON pointer, escaped. */
export const pointerPart = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1')

/** The node itself, or what its `$ref` leads to. Throws where that is nothing, or leads back to itself. */
export function resolve<T extends { $ref?: string }>(document: Document, node: T): T {
  let found = node
  for (let hops = 0; found.$ref; hops++) {
    const next = at(document, found.$ref.slice(1)) as T | undefined
    if (next === undefined || hops > 20) throw new Error(`${found.$ref} leads nowhere`)
    found = next
  }
  return found
}

/** A fault in a contract: where (a JSON pointer) and what. */
export interface Finding {
  readonly place: string
  readonly problem: string
}
