import { conductSwitches } from './conduct.ts'
import type { Contract, Operation } from './contract.ts'
import {
  type Finding,
  type Media,
  methods,
  type Parameter,
  paginations,
  pointerPart,
  type Response,
  resolve,
} from './document.ts'
import { sourceOf } from './source.ts'
import { checkTree } from './tree.ts'

/** What can be told without compiling a schema; asked at the build, and at the start of any document that was changed since. */
export function checkStructure(contract: Contract): Finding[] {
  return [
    ...checkTree(contract.document),
    ...checkConduct(contract),
    ...checkIds(contract),
    ...[...contract.operations.values()].flatMap(operation => [
      ...checkPath(contract, operation),
      ...checkSecurity(contract, operation),
      ...checkAnswers(operation),
      ...checkSources(contract, operation),
    ]),
    ...Object.entries(contract.refusals)
      .filter(([, wording]) => !wording?.['x-source'])
      .map(([reason]) => ({ place: `/x-refusals/${reason}`, problem: 'has no x-source' })),
  ]
}

function checkConduct({ document }: Contract): Finding[] {
  const known = conductSwitches as Readonly<Record<string, string>>
  return Object.entries(document['x-conduct']).flatMap(([name, setting]) => {
    const place = `/x-conduct/${name}`
    if (!Object.hasOwn(known, name)) return [{ place, problem: 'unknown switch' }]
    if (typeof setting?.value !== known[name])
      return [{ place, problem: `has a value that is no ${known[name]}` }]
    return setting['x-source'] ? [] : [{ place, problem: 'has no x-source' }]
  })
}

/** Operations without an id, and those whose id the map of operations holds for another. */
function checkIds({ document, operations }: Contract): Finding[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap(method => {
      if (!item[method]) return []
      const place = `/paths/${pointerPart(path)}/${method}`
      const id = item[method].operationId
      if (!id) return [{ place, problem: 'has no operationId' }]
      return operations.get(id)?.pointer === place
        ? []
        : [{ place, problem: `operationId ${id} is used twice` }]
    }),
  )
}

function checkPath({ document }: Contract, { path, pointer, object }: Operation): Finding[] {
  const parameters = (object.parameters ?? []).map(given => resolve<Parameter>(document, given))
  const declared = parameters.filter(it => it.in === 'path').map(({ name }) => name)
  const named = [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name!)
  const unnamed = named.filter(name => !declared.includes(name))
  const stray = declared.filter(name => !named.includes(name))
  return [
    ...unnamed.map(name => ({
      place: pointer,
      problem: `the path names {${name}}, which is not a parameter`,
    })),
    ...stray.map(name => ({ place: pointer, problem: `the path does not name its parameter {${name}}` })),
  ]
}

function checkSecurity({ document }: Contract, { pointer, ways }: Operation): Finding[] {
  const schemes = document.components.securitySchemes ?? {}
  const unknown = ways
    .flatMap(({ schemes: asked }) => asked)
    .filter(scheme => !Object.hasOwn(schemes, scheme))
  return unknown.map(scheme => ({ place: pointer, problem: `unknown security scheme ${scheme}` }))
}

function checkAnswers({ pointer, pagination, object }: Operation): Finding[] {
  const findings: Finding[] = []
  if (!Object.keys(object.responses).some(status => /^2\d\d$/.test(status)))
    findings.push({ place: `${pointer}/responses`, problem: 'documents no success' })
  for (const way of pagination) {
    if (!paginations.includes(way))
      findings.push({
        place: `${pointer}/x-pagination`,
        problem: `${way} is not one of ${paginations.join(', ')}`,
      })
  }
  return findings
}

/** Answers of which neither they themselves nor their operation tell what they rest on. */
function checkSources(contract: Contract, operation: Operation): Finding[] {
  return Object.keys(operation.object.responses)
    .filter(status => !sourceOf(contract, operation, status))
    .map(status => ({ place: `${operation.pointer}/responses/${status}`, problem: 'has no x-source' }))
}

/** Holds every example against its schema and every schema against Ajv's strict rules; asked at the build. */
export function checkExamples(contract: Contract): Finding[] {
  const { document, operations } = contract
  const findings = new Map<string, Finding>()
  const find = (place: string, problem: string) => findings.set(place + problem, { place, problem })
  const hold = (place: string, { schema, example, examples = {} }: Media) => {
    if (!schema) return
    const values = Object.entries(examples).map(([name, it]) => [
      `/examples/${name}`,
      resolve(document, it).value,
    ])
    if (example !== undefined) values.push(['/example', example])
    try {
      const validate = contract.validator(`${place}/schema`)
      for (const [name, value] of values) {
        if (validate(value)) continue
        const [error] = validate.errors!
        find(place + name, `${error!.instancePath || 'it'} ${error!.message}`)
      }
    } catch (error) {
      find(`${place}/schema`, (error as Error).message)
    }
  }
  for (const { pointer, object } of operations.values()) {
    for (const [index, given] of Object.entries(object.parameters ?? []))
      hold(given.$ref?.slice(1) ?? `${pointer}/parameters/${index}`, resolve<Parameter>(document, given))
    for (const [type, media] of Object.entries(object.requestBody?.content ?? {}))
      hold(`${pointer}/requestBody/content/${pointerPart(type)}`, media)
    for (const [status, given] of Object.entries(object.responses)) {
      const place = given.$ref?.slice(1) ?? `${pointer}/responses/${status}`
      const { content = {}, headers = {} } = resolve<Response>(document, given)
      for (const [type, media] of Object.entries(content))
        hold(`${place}/content/${pointerPart(type)}`, media)
      for (const [name, header] of Object.entries(headers))
        hold(
          header.$ref?.slice(1) ?? `${place}/headers/${pointerPart(name)}`,
          resolve<Media & { $ref?: string }>(document, header),
        )
    }
  }
  return [...findings.values()]
}
