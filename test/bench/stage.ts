// What a comparison plays on: files in a folder of its own, and servers upon them that end when it ends.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from './load.ts'
import { type Command, type Running, start } from './processes.ts'
import { productWith } from './rows.ts'
import { type ServerName, type Stage, servers } from './servers.ts'
import { dialects, requestsOf } from './works.ts'

/** Makes the files, does what is to be done with them, and takes them away, whatever happens. */
export async function onStage<T>(
  rows: number,
  operations: number,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'))
  const clear = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', clear)
  try {
    const product = productWith(join(folder, 'product'), rows, operations)
    const stage = { folder, product, rows, answers: join(folder, 'answers.json') }
    await keepAnswers(stage)
    return await play(stage)
  } finally {
    process.off('exit', clear)
    clear()
  }
}

/** Starts servers; those that don't come up are told of, and left out. */
export async function withServers<T>(
  stage: Stage,
  names: readonly ServerName[],
  play: (running: ReadonlyMap<ServerName, Running>, failures: ReadonlyMap<ServerName, string>) => Promise<T>,
): Promise<T> {
  const running = new Map<ServerName, Running>()
  const failures = new Map<ServerName, string>()
  try {
    for (const name of names) {
      try {
        running.set(name, await start(servers[name].command(stage)))
      } catch (error) {
        failures.set(name, (error as Error).message)
      }
    }
    return await play(running, failures)
  } finally {
    await Promise.all([...running.values()].map(it => it.stop()))
  }
}

/** Asks this product for what the bare servers are to answer: texts and headers. */
async function keepAnswers(stage: Stage): Promise<void> {
  const running = await start(servers.understudy.command(stage) as Command)
  try {
    const [one, page, created] = await Promise.all(
      (['get', 'list', 'create'] as const).map(async work => {
        const [request] = requestsOf(work, dialects.gitlab, stage.rows)
        return once(running.port, request!)
      }),
    )
    const texts = { one: one!.body, page: page!.body, created: created!.body }
    const headers = { one: one!.headers, page: page!.headers, created: created!.headers }
    writeFileSync(stage.answers, JSON.stringify({ ...texts, headers }))
  } finally {
    await running.stop()
  }
}
