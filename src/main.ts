#!/usr/bin/env node
import { profiles } from './contract/load.ts'
import { defaults, UsageError } from './options.ts'
import { type Command, helpText, readUsage, type Usage } from './usage.ts'
import { versionOf } from './version.ts'

// Who reads our lines may stop reading, as `| grep -m1 listening` does: no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const does: Record<Command, (usage: Usage) => void | Promise<void>> = {
  help: () => void process.stdout.write(helpText()),
  version: () => void process.stdout.write(`${versionOf()}\n`),
  serve,
  ledger,
  diff,
}

try {
  const usage = readUsage(process.argv.slice(2), process.env)
  await does[usage.command](usage)
} catch (error) {
  process.stderr.write(`gitlab-understudy: ${whatIsWrong(error as Error)}\n`)
  process.exitCode = 2
}

/** Prints what each answer rests on, for a profile. */
async function ledger({ options, json }: Usage): Promise<void> {
  const { ledgerOf, ledgerText } = await import('./control/ledger.ts')
  const { loadContract } = await import('./contract/load.ts')
  const apis = [(await import('./apis/v4/api.ts')).v4, (await import('./apis/v1/api.ts')).v1]
  const entries = apis.flatMap(api => ledgerOf(api, loadContract(api.name, options.profile)))
  process.stdout.write(json ? `${JSON.stringify(entries, null, 2)}\n` : ledgerText(entries))
}

/** Prints what clients would feel between two contracts; exit 1 says that some of it breaks them. */
async function diff({ operands: [from, to], json }: Usage): Promise<void> {
  const { compare, comparisonText } = await import('./control/comparison.ts')
  const changes = compare(from!, to!)
  process.stdout.write(json ? `${JSON.stringify(changes, null, 2)}\n` : comparisonText(changes))
  if (changes.some(({ breaking }) => breaking)) process.exitCode = 1
}

/** Listens until a signal ends it, and says on standard output how it is reached. */
async function serve({ options }: Usage): Promise<void> {
  // The server is most of what there is to load: who only wants help, or mistyped a flag, needn't wait for it.
  const { createUnderstudy } = await import('./index.ts')
  const understudy = await createUnderstudy(options)
  const end = () => void understudy.close().catch(() => (process.exitCode = 1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  const { kept, tokens } = understudy
  const { root } = tokens
  // Of a world that isn't ours, we know only that projects can be asked for.
  const path = options.fixtures === defaults.fixtures ? '/projects/1/pipelines' : '/projects'
  process.stdout.write(`gitlab-understudy listening on ${understudy.url}
  v4    ${understudy.v4}
  v1    ${understudy.v1}
  docs  ${understudy.url}/docs
  as    ${options.profile} (--profile ${profiles.find(it => it !== options.profile)} is the other way)
  tokens and more to try are at ${understudy.url}/${root ? `; root's token is ${root}` : ''}
${kept ? `  keeps all worlds in ${kept.file}, at most ${kept.behind / 1000} s behind (${kept.worlds} came back)\n` : ''}${understudy.adminToken && !options.adminToken ? `  /__admin asks for Authorization: Bearer ${understudy.adminToken}\n` : ''}  curl ${root ? `--header "Private-Token: ${root}" ` : ''}"${understudy.v4}${path}"
`)
}

function whatIsWrong(error: NodeJS.ErrnoException & { address?: string; port?: number }): string {
  if (error.code === 'EADDRINUSE')
    return `${error.address}:${error.port} is in use (--port 0 takes a free port)`
  return error instanceof UsageError ? `${error.message} (see --help)` : error.message
}
