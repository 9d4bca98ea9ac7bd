import { tokens } from '../apis/accounts.ts'
import { remembered } from '../apis/remembered.ts'
import { registrationTokens } from '../apis/v1/credentials.ts'
import { projects as ciProjects } from '../apis/v1/project_record.ts'
import { runners } from '../apis/v1/runners.ts'
import { triggers as ciTriggers } from '../apis/v1/triggers.ts'
import { triggers } from '../apis/v4/ci_tables.ts'
import { projects } from '../apis/v4/tables.ts'
import type { Row, Table } from '../store/table.ts'
import type { World } from '../store/world.ts'

/** The tables whose rows let somebody in, by fields that are called `token` or end in it. */
const holders = [tokens, registrationTokens, runners, ciProjects, ciTriggers, triggers, projects].map(
  ({ name }): Table<Row> => ({ name, by: [] }),
)

/** Shorter ones are words that stand for other things too. */
const shortest = 6

/** Every text that lets somebody into a world, in a set for each table. */
export const secretsOf = (world: World): readonly ReadonlySet<string>[] =>
  holders.map(table =>
    remembered(world, [table], 'secrets', () => new Set(world.rows(table).flatMap(secretsIn))),
  )

const none: readonly string[] = []
/** Of rows, which never change; most tables change one by one. */
const known = new WeakMap<Row, readonly string[]>()

function secretsIn(row: Row): readonly string[] {
  let found = known.get(row)
  if (!found) {
    const texts = Object.entries(row).flatMap(([field, value]) =>
      field.endsWith('token') && typeof value === 'string' && value.length >= shortest ? [value] : none,
    )
    known.set(row, (found = texts.length > 0 ? texts : none))
  }
  return found
}
