// The README's tables, made of what they tell about. `npm run readme` writes them; test/house.test.ts keeps them true.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Token, tokens, users } from '../src/apis/accounts.ts'
import { v1 } from '../src/apis/v1/api.ts'
import { v4 } from '../src/apis/v4/api.ts'
import { members } from '../src/apis/v4/tables.ts'
import { loadContract } from '../src/contract/load.ts'
import { scenariosOf } from '../src/lifecycle/scenario.ts'
import { flags } from '../src/options.ts'
import { createClock } from '../src/store/clock.ts'
import { ownFixtures, readFixtures } from '../src/store/fixtures.ts'
import { createStore } from '../src/store/store.ts'

const file = new URL('../README.md', import.meta.url)
const contracts = { v4: loadContract('v4', 'documented'), v1: loadContract('v1', 'documented') }

const behaviours = { ...v1.behaviours, ...v4.behaviours }

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const table = (head: string[], rows: string[][]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
const code = (text: string) => `\`${text}\``

const tables: Record<string, () => string> = {
  tokens: () => {
    const world = createStore(readFixtures(ownFixtures), createClock(0), 1).world('main')
    const roles: Record<number, string> = {
      10: 'guest',
      20: 'reporter',
      30: 'developer',
      40: 'maintainer',
      50: 'owner',
    }
    const who = ({ user_id }: Token) => {
      const user = world.get(users, user_id)!
      const level = world
        .where(members, 'user_id', user_id)
        .find(({ project_id }) => project_id === 1)?.access_level
      if (user.is_admin) return `${user.username}, administrator`
      return level
        ? `${user.username}, ${roles[level]} of project 1`
        : `${user.username}, a member of nothing`
    }
    const note = ({ revoked, expires_at }: Token) =>
      revoked ? ', revoked' : expires_at ? `, expired ${expires_at}` : ''
    const rows = world
      .rows(tokens)
      .map(it => [code(it.token), who(it), it.kind + note(it), it.scopes.join(', ')])
    return table(['Token', 'Who', 'Kind', 'Scopes'], rows)
  },

  scenarios: () => {
    const byStatus = new Map<number, Set<string>>()
    for (const { refusals } of Object.values(contracts)) {
      for (const [name, reason] of scenariosOf(refusals)) {
        const { status } = refusals[reason]!
        const told = code(name) + (scenariosOf(contracts.v1.refusals).has(name) ? '' : ' (v4)')
        if (Number(name) !== status) byStatus.set(status, (byStatus.get(status) ?? new Set()).add(told))
      }
    }
    const statuses = [...byStatus].sort(([one], [other]) => one - other)
    const rows = statuses.map(([status, names]) => [code(`code=${status}`), [...names].join(', ')])
    return table(['`Prefer`', '`X-Mock-Scenario`'], rows)
  },

  options: () => {
    const rows = flags.map(({ option, flag, short, value, variables, otherwise, does }) => {
      const name = `${short ? `-${short}, ` : ''}--${flag}${value ? ` ${value}` : ''}`
      const usual = option === 'fixtures' ? 'its own' : otherwise === undefined ? '' : `${otherwise}`
      return [code(name), variables.map(code).join(', '), usual, does]
    })
    return table(['Flag', 'Variable', 'Default', 'What it does'], rows)
  },

  operations: () => {
    const rows = Object.values(contracts).flatMap(({ document, operations }) =>
      [...operations.values()].map(({ id, method, path, object }) => [
        code(`${method} ${document.servers![0]!.url}${path}`),
        object.summary ?? '',
        code(id) + (id in behaviours ? '' : ' (sampled)'),
      ]),
    )
    return table(['Call', 'What it does', 'operationId'], rows)
  },
}

/** The README with every table as it should be. */
export function withTables(readme: string): string {
  return Object.entries(tables).reduce((text, [name, make]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^\0]*?(<!-- /${name} -->)`)
    if (!place.test(text)) throw new Error(`README.md has no <!-- ${name} --> … <!-- /${name} -->`)
    return text.replace(place, (_, start, end) => `${start}\n${make()}\n\n${end}`)
  }, readme)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(file, withTables(readFileSync(file, 'utf8')))
}
