// What a .gitlab-ci.yml of GitLab CI 8.0 says of builds.
import type { ValidateFunction } from 'ajv/dist/2020.js'

/** A part of a push's work, as its builds are made of it. */
export interface Job {
  /** None where a project's own scripts are the job. */
  readonly name: string | null
  readonly stage: string
  /** The script, a command per line. */
  readonly commands: string
  readonly tags: readonly string[]
  readonly options: { readonly image?: string; readonly services?: readonly string[] }
  readonly allow_failure: boolean
  readonly only?: readonly string[]
  readonly except?: readonly string[]
}

export interface CiConfig {
  /** In the order in which they are run. */
  readonly stages: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly jobs: readonly Job[]
}

const usualStages = ['build', 'test', 'deploy']
/** The stage of a job that names none. */
export const usualStage = 'test'

/** The configuration of a project that has none but scripts: one job of them. */
export const scriptsConfig = (scripts: string): CiConfig => ({
  stages: usualStages,
  variables: {},
  jobs: [{ name: null, stage: usualStage, commands: scripts, tags: [], options: {}, allow_failure: false }],
})

const text = { type: ['string', 'null'] }
const texts = { type: ['array', 'null'], items: { type: 'string' } }

const format = {
  type: 'object',
  properties: {
    before_script: texts,
    image: text,
    services: texts,
    stages: texts,
    types: texts,
    variables: { type: ['object', 'null'], additionalProperties: { type: 'string' } },
  },
  // Whatever else there is are jobs.
  additionalProperties: {
    type: 'object',
    properties: {
      script: { type: ['string', 'array'], items: { type: 'string' } },
      stage: text,
      type: text,
      image: text,
      services: texts,
      tags: texts,
      only: texts,
      except: texts,
      allow_failure: { type: ['boolean', 'null'] },
    },
    required: ['script'],
    additionalProperties: false,
  },
}

type ToldJob = { script: string | string[] } & {
  [name in 'stage' | 'type' | 'image']?: string | null
} & { [name in 'services' | 'tags' | 'only' | 'except']?: string[] | null } & {
  allow_failure?: boolean | null
}

type Told = { [name in 'before_script' | 'services' | 'stages' | 'types']?: string[] | null } & {
  image?: string | null
  variables?: Record<string, string> | null
}

let fits: ValidateFunction<Told> | undefined

/** Reads a .gitlab-ci.yml; nothing where it is none, or faulty. */
export async function readConfig(source: string): Promise<CiConfig | undefined> {
  // Few pushes bring one.
  const [{ parse }, { Ajv2020 }] = await Promise.all([import('yaml'), import('ajv/dist/2020.js')])
  fits ??= new Ajv2020({ allowUnionTypes: true }).compile<Told>(format)
  let told: unknown
  try {
    told = parse(source, { version: '1.1', logLevel: 'error', uniqueKeys: false })
  } catch {
    return undefined
  }
  return fits(told) ? configOf(told) : undefined
}

function configOf(told: Told): CiConfig | undefined {
  const { before_script, image, services, stages, types, variables, ...others } = told
  const known = stages ?? types ?? usualStages
  const jobs = Object.entries(others as Record<string, ToldJob>).map(
    ([name, job]): Job => ({
      name,
      stage: job.stage ?? job.type ?? usualStage,
      commands: `${(before_script ?? []).join('\n')}\n${[job.script].flat().join('\n')}`,
      tags: job.tags ?? [],
      options: optionsOf(job.image ?? image, job.services ?? services),
      allow_failure: job.allow_failure ?? false,
      ...(job.only ? { only: job.only } : {}),
      ...(job.except ? { except: job.except } : {}),
    }),
  )
  if (jobs.length === 0 || jobs.some(({ stage }) => !known.includes(stage))) return undefined
  return { stages: known, variables: variables ?? {}, jobs }
}

const optionsOf = (image?: string | null, services?: string[] | null): Job['options'] => ({
  ...(image ? { image } : {}),
  ...(services ? { services } : {}),
})

/** Whether a job is for a branch or tag; where `only` is told, `except` isn't asked. Throws where a pattern is none. */
export function isFor({ only, except }: Job, ref: string, tag: boolean): boolean {
  const kind = tag ? 'tags' : 'branches'
  const named = (patterns: readonly string[]) =>
    patterns.includes(kind) || patterns.some(pattern => matches(pattern, ref))
  if (only) return named(only)
  return !except || !named(except)
}

function matches(pattern: string, ref: string): boolean {
  const [, expression] = /^\/(.*)\/$/s.exec(pattern) ?? []
  if (expression === undefined) return pattern === ref
  // As Ruby calls the start and the end of a text.
  return new RegExp(expression.replace(/\\A/g, '^').replace(/\\[zZ]/g, '$')).test(ref)
}
