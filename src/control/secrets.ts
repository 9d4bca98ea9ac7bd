import { tokens } from '../apis/accounts.ts'
import { registrationTokens } from '../apis/v1/credentials.ts'
import { projects as ciProjects } from '../apis/v1/project_record.ts'
import { runners } from '../apis/v1/runners.ts'
import { triggers as ciTriggers } from '../apis/v1/triggers.ts'
import { triggers } from '../apis/v4/ci_tables.ts'
import { projects } from '../apis/v4/tables.ts'
import type { World } from '../store/world.ts'

/** The tables whose rows let somebody in, by fields that are called `token` or end in it. */
const holders = [tokens, registrationTokens, runners, ciProjects, ciTriggers, triggers, projects].map(
  ({ name }) => name,
)

/** Shorter ones are words that stand for other things too. */
const shortest = 6

/** Every text that lets somebody into a world. */
export function secretsOf(world: World): ReadonlySet<string> {
  const found = new Set<string>()
  for (const name of holders) {
    for (const row of world.rows({ name, by: [] })) {
      for (const [field, value] of Object.entries(row))
        if (/token$/.test(field) && typeof value === 'string' && value.length >= shortest) found.add(value)
    }
  }
  return found
}
