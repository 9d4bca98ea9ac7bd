import { at, type Document, extensions, type Finding, pointerPart, sourceKinds } from './document.ts'

/** Keys under which values stand that are not part of the document's own language. */
const values = ['example', 'examples', 'value', 'default', 'enum', 'const', 'x-refusals', 'x-conduct']
/** Keys whose keys are names that the document gives: those may begin with `x-` like any other. */
const naming = ['properties', 'headers', 'content', 'paths', 'responses', 'schemas', 'securitySchemes']

const source = new RegExp(`^(${sourceKinds.join('|')}): .`)

/** What can be told of any node wherever it stands: unknown extensions, sources of no kind, references to nothing. */
export function checkTree(document: Document): Finding[] {
  const findings: Finding[] = []
  const walk = (node: unknown, place: string, key: string) => {
    if (typeof node !== 'object' || node === null) return
    const { $ref } = node as { $ref?: unknown }
    if (typeof $ref === 'string' && (!$ref.startsWith('#/') || at(document, $ref.slice(1)) === undefined))
      findings.push({ place, problem: `${$ref} leads nowhere` })
    const known = naming.includes(key) ? undefined : knownAt(place)
    for (const [name, child] of Object.entries(node)) {
      const there = `${place}/${pointerPart(name)}`
      if (known && name.startsWith('x-') && !known.includes(name))
        findings.push({
          place: there,
          problem: `unknown extension; known here are: ${known.join(', ') || 'none'}`,
        })
      else if (known && name === 'x-source' && !source.test(`${child}`))
        findings.push({ place: there, problem: `begins with none of ${sourceKinds.join(', ')} and a colon` })
      else if (!known || !values.includes(name)) walk(child, there, name)
    }
  }
  walk(document, '', '')
  return findings
}

/** The extensions that a node may have, by where it stands. */
function knownAt(place: string): readonly string[] {
  if (place === '') return extensions.root
  if (/^\/paths\/[^/]+\/[^/]+$/.test(place)) return extensions.operation
  if (/\/responses\/[^/]+$/.test(place)) return extensions.response
  return /^\/components\/schemas\/[^/]+$/.test(place) ? extensions.schema : []
}
