import type { Contract, Operation } from './contract.ts'
import { conductSwitches, extensions, type Media, pointerPart, type Response, resolve } from './document.ts'

/** A fault in a contract: where (a JSON pointer) and what. */
export interface Finding {
  readonly place: string
  readonly problem: string
}

/** What can be told without compiling a schema; asked at every start. */
export function checkStructure(contract: Contract): Finding[] {
  const { document } = contract
  const findings: Finding[] = []
  const expectKnown = (node: object, place: string, known: readonly string[]) => {
    for (const key of Object.keys(node)) {
      if (key.startsWith('x-') && !known.includes(key)) {
        findings.push({
          place: `${place}/${key}`,
          problem: `unknown extension; known here are: ${known.join(', ') || 'none'}`,
        })
      }
    }
  }
  expectKnown(document, '', extensions.root)
  for (const [name, value] of Object.entries(document['x-conduct'])) {
    const type = (conductSwitches as Record<string, string>)[name]
    const given: string = typeof value
    if (given !== type) {
      findings.push({ place: `/x-conduct/${name}`, problem: type ? `is not a ${type}` : 'unknown switch' })
    }
  }
  for (const operation of contract.operations.values()) {
    expectKnown(operation.object, operation.pointer, extensions.operation)
    for (const [status, response] of Object.entries(operation.object.responses)) {
      expectKnown(
        resolve(document, response),
        `${operation.pointer}/responses/${status}`,
        extensions.response,
      )
    }
    findings.push(...checkPath(contract, operation), ...checkSecurity(contract, operation))
  }
  return findings
}

function checkPath(contract: Contract, operation: Operation): Finding[] {
  const findings: Finding[] = []
  for (const [, name] of operation.path.matchAll(/{(\w+)}/g)) {
    if (!operation.attributes.has(name!)) {
      findings.push({
        place: operation.pointer,
        problem: `the path names {${name}}, which is not a parameter`,
      })
    }
  }
  const same = [...contract.operations.values()].filter(
    other => other.id === operation.id && other !== operation,
  )
  if (same.length > 0 || contract.operations.get(operation.id) !== operation) {
    findings.push({ place: operation.pointer, problem: `operationId ${operation.id} is used twice` })
  }
  return findings
}

function checkSecurity(contract: Contract, operation: Operation): Finding[] {
  const schemes = contract.document.components.securitySchemes ?? {}
  const unknown = operation.security.flatMap(Object.keys).filter(scheme => !(scheme in schemes))
  return unknown.map(scheme => ({ place: operation.pointer, problem: `unknown security scheme ${scheme}` }))
}

/** Holds every example against its schema and every schema against Ajv's strict rules; asked at the build. */
export function checkExamples(contract: Contract): Finding[] {
  const findings: Finding[] = []
  const hold = (place: string, media: Media) => {
    if (!media.schema) return
    const named = Object.entries(media.examples ?? {})
    const examples: [place: string, value: unknown][] = named.map(([name, it]) => [
      `/examples/${name}`,
      resolve(contract.document, it).value,
    ])
    if (media.example !== undefined) examples.push(['/example', media.example])
    try {
      const validate = contract.validator(`${place}/schema`)
      for (const [name, value] of examples) {
        if (validate(value)) continue
        const [error] = validate.errors!
        findings.push({ place: place + name, problem: `${error!.instancePath || 'it'} ${error!.message}` })
      }
    } catch (error) {
      findings.push({ place, problem: (error as Error).message })
    }
  }
  for (const { pointer, object } of contract.operations.values()) {
    for (const [type, media] of Object.entries(object.requestBody?.content ?? {})) {
      hold(`${pointer}/requestBody/content/${pointerPart(type)}`, media)
    }
    for (const [status, given] of Object.entries(object.responses)) {
      const place = given.$ref?.slice(1) ?? `${pointer}/responses/${status}`
      for (const [type, media] of Object.entries(resolve<Response>(contract.document, given).content ?? {})) {
        hold(`${place}/content/${pointerPart(type)}`, media)
      }
    }
  }
  return findings
}
