// Run by `npm run build`: makes one JSON per API and profile of the YAML under openapi/, and refuses faulty ones.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { checkExamples, checkStructure } from './check.ts'
import { type Contract, createContract } from './contract.ts'
import { type Document, type Finding, pointerPart } from './document.ts'
import { type ApiName, builtFile, digestOf, type Profile, soundFile } from './load.ts'
import { mergePatch, sourceless, strayPlace } from './patch.ts'

const apis: ApiName[] = ['v1', 'v4', 'admin']
const root = fileURLToPath(new URL('../../', import.meta.url))

const sound: string[] = []
mkdirSync(new URL('.', builtFile('v4', 'documented')), { recursive: true })
const faults = apis.flatMap(build)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(2)
writeFileSync(soundFile, JSON.stringify(sound))

/** Writes both profiles of an API; answers the faults it found, worded for people. */
function build(api: ApiName): string[] {
  const source = `openapi/${api}/openapi.yaml`
  const overlay = `openapi/${api}/observed.yaml`
  const patch = (existsSync(root + overlay) ? read(overlay) : {}) as Partial<Document>
  const documented = bundle(read(source) as Document, api)
  // Paths that only servers have are pages like any other, and are bundled with them.
  const furtherPaths = Object.fromEntries(
    Object.entries(patch.paths ?? {}).filter(([path, item]) => !(path in documented.paths) && '$ref' in item),
  )
  const known = { ...(read(source) as Document) }
  known.paths = { ...known.paths, ...furtherPaths }
  const served = Object.keys(furtherPaths).length > 0 ? bundle(known, api) : documented
  const changes = { ...patch, paths: omit(patch.paths ?? {}, Object.keys(furtherPaths)) }
  const faults = [
    ...sourceless(changes).map(place => `${overlay}: ${place} does not tell its x-source`),
    ...write(api, 'documented', documented, source),
  ]
  const stray = strayPlace(served, changes)
  if (stray) return [`${overlay}: ${stray} is not in the contract, so there is nothing to replace`, ...faults]
  const observed = mergePatch(served, changes) as Document
  return [
    ...faults,
    ...unusedParts(observed, changes).map(place => `${overlay}: nothing refers to ${place}`),
    ...write(api, 'observed', observed, overlay),
  ]
}

function read(path: string): unknown {
  return parse(readFileSync(root + path, 'utf8'), { merge: true })
}

function omit<T extends object>(from: T, keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key))) as T
}

/** Components that an overlay names, most likely by a slip, and that nothing in the document refers to. */
function unusedParts(document: Document, { components = {} }: Partial<Document>): string[] {
  const text = JSON.stringify(document)
  const places = Object.entries(components).flatMap(([kind, parts]) =>
    Object.keys(parts)
      .filter(name => parts[name] !== null)
      .map(name => `#/components/${kind}/${pointerPart(name)}`),
  )
  return places.filter(place => !/\/securitySchemes\//.test(place) && !text.includes(`"${place}"`))
}

function write(api: ApiName, profile: Profile, document: Document, source: string): string[] {
  const text = JSON.stringify(document)
  writeFileSync(builtFile(api, profile), text)
  sound.push(digestOf(text))
  let contract: Contract
  try {
    contract = createContract(document)
  } catch (error) {
    return [`${source}: ${(error as Error).message}`]
  }
  const findings = checkStructure(contract)
  // A schema can only be compiled where all that it refers to is there.
  if (findings.length === 0) findings.push(...checkExamples(contract))
  return findings.map(finding => `${pageOf(source, document, finding)}: ${finding.place}: ${finding.problem}`)
}

/** The YAML page of a finding, read off the `$ref` line of its path; else the root document. */
function pageOf(source: string, document: Document, { place }: Finding): string {
  const folder = source.replace(/[^/]*$/, '')
  for (const path of Object.keys(document.paths)) {
    if (!place.startsWith(`/paths/${pointerPart(path)}/`)) continue
    for (const file of ['openapi.yaml', 'observed.yaml'].filter(file => existsSync(root + folder + file))) {
      const { paths = {} } = read(folder + file) as Partial<Document>
      const page = (paths[path] as { $ref?: string } | undefined)?.$ref?.split('#')[0]
      if (page) return folder + page
    }
  }
  return source
}

/** One document of a root and its pages. The bundler is run as a program: it is a tool of the build, not a part of the product. */
function bundle(document: Document, api: ApiName): Document {
  const folder = fileURLToPath(new URL('.', builtFile(api, 'documented')))
  const [input, output] = [`${folder}${api}.root.json`, `${folder}${api}.bundle.json`]
  const pages = relative(folder, `${root}openapi/${api}`)
  writeFileSync(
    input,
    JSON.stringify(document, (key, value) =>
      key === '$ref' && !value.startsWith('#') ? `${pages}/${value}` : value,
    ),
  )
  const cli = `${root}node_modules/@redocly/cli/bin/cli.js`
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  try {
    execFileSync(process.execPath, [cli, 'bundle', input, '--output', output], {
      cwd: root,
      env,
      stdio: 'pipe',
    })
  } catch (error) {
    console.error(String((error as { stderr?: Buffer }).stderr ?? error))
    process.exit(2)
  }
  const bundled = JSON.parse(readFileSync(output, 'utf8')) as Document
  for (const file of [input, output]) rmSync(file)
  return bundled
}
