// Forks of a world of 100,000 rows, measured where they are made: in a process that has nothing else to do.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isPinned } from './processes.ts'
import type { Figure } from './results.ts'
import { onStage } from './stage.ts'

const script = fileURLToPath(new URL('forks.js', import.meta.url))

export function measureForks(rows = 100_000): Promise<Figure[]> {
  process.stderr.write('\nforks')
  return onStage(rows, 0, async ({ product }) => {
    const command = [
      ...(isPinned() ? ['taskset', '-c', '0'] : []),
      process.execPath,
      ...['--import', 'tsx', '--expose-gc'],
      script,
      product,
    ]
    const told = JSON.parse(execFileSync(command[0]!, command.slice(1), { encoding: 'utf8' }))
    const at = `of ${rows.toLocaleString('en-US')} rows`
    const shared = { part: 'fork', who: 'understudy', at } as const
    return [
      { ...shared, what: 'fork of a world', figure: told.fork, unit: 'ms', goal: 0.5 },
      { ...shared, what: 'first write after it', figure: told.write, unit: 'ms', goal: 2 },
      { ...shared, what: '1,000 forks', figure: told.thousand, unit: 'ms' },
      { ...shared, what: 'memory of each', figure: told.each / 1024, unit: 'KiB' },
    ]
  })
}
