import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Contract, createContract } from './contract.ts'
import type { Document } from './document.ts'

export type ApiName = 'v1' | 'v4' | 'admin'
export const profiles = ['documented', 'observed'] as const
export type Profile = (typeof profiles)[number]

/** Where the build puts an API's document for a profile; the same place from source and from dist. */
export const builtFile = (api: ApiName, profile: Profile): URL =>
  new URL(`../../dist/openapi/${api}.${profile}.json`, import.meta.url)

/** Where the build keeps which documents it has found sound, told by their digests. */
export const soundFile = new URL('sound.json', builtFile('v4', 'documented'))

/** What tells a document from any other. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Reads an API's contract as the profile has it. Throws, with file and place, where it was not built or is broken. */
export function loadContract(api: ApiName, profile: Profile): Contract {
  const file = builtFile(api, profile)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new Error(`${file.pathname} is missing: run "npm run build"`)
  }
  try {
    return createContract(JSON.parse(text) as Document, isSound(text))
  } catch (error) {
    throw new Error(`${file.pathname}: ${(error as Error).message}`)
  }
}

/** Whether the build has checked just this document; any other must be checked now. */
function isSound(text: string): boolean {
  try {
    return (JSON.parse(readFileSync(soundFile, 'utf8')) as string[]).includes(digestOf(text))
  } catch {
    return false
  }
}
