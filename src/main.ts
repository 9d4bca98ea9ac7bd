#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { createUnderstudy } from './index.ts'
import { helpText, readOptions, UsageError } from './options.ts'

try {
  const { options, help, version } = readOptions(process.argv.slice(2), process.env)
  if (help) process.stdout.write(helpText())
  else if (version) process.stdout.write(`${versionOf()}\n`)
  else await serve(options)
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException
  const hint =
    error instanceof UsageError
      ? ' (see --help)'
      : code === 'EADDRINUSE'
        ? ' (--port 0 takes a free one)'
        : ''
  process.stderr.write(`gitlab-understudy: ${message}${hint}\n`)
  process.exitCode = 2
}

async function serve(options: Parameters<typeof createUnderstudy>[0]): Promise<void> {
  const understudy = await createUnderstudy(options)
  const { root = '' } = understudy.tokens
  process.stdout.write(`gitlab-understudy listening on ${understudy.url}
  v4    ${understudy.v4}
  v1    ${understudy.v1}
  docs  ${understudy.url}/docs
  root's token is ${root}; try
  curl --header "Private-Token: ${root}" "${understudy.v4}/projects/1/pipelines"
`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void understudy.close())
}

function versionOf(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}
