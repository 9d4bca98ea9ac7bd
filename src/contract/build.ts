// Run by `npm run build`: makes one JSON per API and profile of the YAML under openapi/, and refuses faulty ones.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { checkExamples, checkStructure } from './check.ts'
import { type Contract, createContract } from './contract.ts'
import type { Document, Finding } from './document.ts'
import { type ApiName, builtFile, type Profile } from './load.ts'
import { mergePatch, strayPlace } from './patch.ts'

const apis: ApiName[] = ['v1', 'v4']
const root = fileURLToPath(new URL('../../', import.meta.url))

mkdirSync(new URL('.', builtFile('v4', 'documented')), { recursive: true })
const faults = apis.flatMap(build)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(2)

/** Writes both profiles of an API; answers the faults it found, worded for people. */
function build(api: ApiName): string[] {
  const source = `openapi/${api}/openapi.yaml`
  const documented = bundle(source, api)
  const overlay = `openapi/${api}/observed.yaml`
  const patch = existsSync(root + overlay) ? parse(readFileSync(root + overlay, 'utf8')) : {}
  const stray = strayPlace(documented, patch)
  if (stray) return [`${overlay}: ${stray} is not in the contract, so there is nothing to replace`]
  return [
    ...write(api, 'documented', documented, source),
    ...write(api, 'observed', mergePatch(documented, patch) as Document, overlay),
  ]
}

function write(api: ApiName, profile: Profile, document: Document, source: string): string[] {
  writeFileSync(builtFile(api, profile), JSON.stringify(document))
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
    if (!place.startsWith(`/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/`)) continue
    const roots = parse(readFileSync(`${root}${folder}openapi.yaml`, 'utf8')) as Document
    const page = (roots.paths[path] as { $ref?: string } | undefined)?.$ref?.split('#')[0]
    if (page) return folder + page
  }
  return source
}

/** One document of many files. The bundler is run as a program: it is a tool of the build, not a part of the product. */
function bundle(source: string, api: ApiName): Document {
  const output = fileURLToPath(builtFile(api, 'documented'))
  const cli = `${root}node_modules/@redocly/cli/bin/cli.js`
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  try {
    execFileSync(process.execPath, [cli, 'bundle', source, '--output', output], {
      cwd: root,
      env,
      stdio: 'pipe',
    })
  } catch (error) {
    console.error(String((error as { stderr?: Buffer }).stderr ?? error))
    process.exit(2)
  }
  return JSON.parse(readFileSync(output, 'utf8')) as Document
}
