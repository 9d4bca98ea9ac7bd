// The README's tables, made of what they tell about. `npm run readme` writes them; test/house.test.ts keeps them true.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Token, tokens, users } from '../src/apis/accounts.ts'
import { v1 } from '../src/apis/v1/api.ts'
import { v4 } from '../src/apis/v4/api.ts'
import { members } from '../src/apis/v4/tables.ts'
import { conductSwitches } from '../src/contract/conduct.ts'
import { loadContract, type Profile, profiles } from '../src/contract/load.ts'
import { ledgerOf } from '../src/control/ledger.ts'
import { habits } from '../src/front.ts'
import { faultNames, faults } from '../src/lifecycle/faults.ts'
import { scenariosOf } from '../src/lifecycle/scenario_names.ts'
import { flags } from '../src/options.ts'
import { createClock } from '../src/store/clock.ts'
import { ownFixtures, readFixtures } from '../src/store/fixtures.ts'
import { createStore } from '../src/store/store.ts'
import { readmeTables } from './bench/report.ts'
import { resultsFile } from './bench/results.ts'

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

  faults: () => {
    const rows = faultNames.map(name => [
      code(`curl --include --header "X-Mock-Scenario: ${name}" "$GITLAB/projects"`),
      faults[name].sees,
    ])
    return table(['Line', 'What a client sees'], rows)
  },

  front: () => {
    const rows = Object.entries(habits).map(([name, { does }]) => [code(name), does])
    return table(
      ['`--front`', 'What it does'],
      [...rows, [code('root=/path'), 'the server is found under a path']],
    )
  },

  options: () => {
    const rows = flags.map(({ option, flag, short, value, variables, otherwise, does }) => {
      const name = `${short ? `-${short}, ` : ''}--${flag}${value ? ` ${value}` : ''}`
      const usual = option === 'fixtures' ? 'its own' : otherwise === undefined ? '' : `${otherwise}`
      return [code(name), variables.map(code).join(', '), usual, does]
    })
    return table(['Flag', 'Variable', 'Default', 'What it does'], rows)
  },

  ledger: () => {
    const kinds = ['documented', 'observed', 'derived', 'sampled'] as const
    const rows = [v4, v1].flatMap(api =>
      profiles.map(profile => {
        const entries = ledgerOf(api, loadContract(api.name, profile)).filter(({ of }) => of !== 'switch')
        const counts = kinds.map(kind => `${entries.filter(({ known }) => known === kind).length}`)
        return [api.name, code(profile), ...counts]
      }),
    )
    return table(['API', 'Profile', 'Documented', 'Observed', 'Derived', 'Sampled'], rows)
  },

  speed: () => readmeTables(JSON.parse(readFileSync(resultsFile, 'utf8'))),

  switches: () => {
    const set = (api: 'v4' | 'v1', profile: Profile, name: string) =>
      loadContract(api, profile).document['x-conduct'][name]
    const told = (value: unknown) => (value === true ? 'yes' : value ? `${value}` : 'no')
    const rows = (['v4', 'v1'] as const).flatMap(api =>
      Object.keys(conductSwitches).flatMap(name => {
        const [documented, observed] = [set(api, 'documented', name), set(api, 'observed', name)]
        if (!documented && !observed) return []
        const source = (observed ?? documented)!['x-source'].replace(/^\w+: /, '')
        return [[api, code(name), told(documented?.value), told(observed?.value), source]]
      }),
    )
    return table(['API', 'Switch', 'Documented', 'Observed', 'What servers did, and how that is known'], rows)
  },

  operations: () => {
    const rows = [v4, v1].flatMap(api => {
      const [documented, observed] = profiles.map(profile => loadContract(api.name, profile))
      const all = new Map([...documented!.operations, ...observed!.operations])
      return [...all.values()].map(({ id, method, path, object }) => {
        const only = !observed!.operations.has(id)
          ? 'documented'
          : documented!.operations.has(id)
            ? ''
            : 'observed'
        return [
          code(`${method} ${api.prefix}${path}`),
          object.summary ?? '',
          code(id) + (id in behaviours ? '' : ' (sampled)'),
          only,
        ]
      })
    })
    return table(['Call', 'What it does', 'operationId', 'Only in'], rows)
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

/** Writes every table anew. */
export const writeTables = () => writeFileSync(file, withTables(readFileSync(file, 'utf8')))

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeTables()
