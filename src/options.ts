import { parseArgs } from 'node:util'
import { type Profile, profiles } from './contract/load.ts'
import { type LogLevel, logLevels } from './control/journal.ts'
import { ownFixtures } from './store/fixtures.ts'

/** What a server can be told, on the command line, by the environment or by a program. */
export interface Options {
  port: number
  host: string
  fixtures: string
  seed: number
  now: number | undefined
  profile: Profile
  log: LogLevel
  impersonation: boolean
  checkAnswers: boolean
}

interface Flag {
  readonly option: keyof Options
  readonly flag: string
  readonly short?: string
  /** What stands for the value in help texts; none for a switch. */
  readonly value?: string
  /** Variables that are asked when the flag isn't there, in this order. */
  readonly variables: readonly string[]
  readonly otherwise: Options[keyof Options]
  readonly does: string
  /** The value of a text, or what is wrong with it. */
  readonly read: (text: string) => { value: unknown } | { problem: string }
}

const wholeNumber = (least: number, most: number) => (text: string) =>
  /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
    ? { value: Number(text) }
    : { problem: `is not a whole number from ${least} to ${most}` }

const oneOf = (known: readonly string[]) => (text: string) =>
  known.includes(text) ? { value: text } : { problem: `is not one of ${known.join(', ')}` }

const anyText = (text: string) => (text === '' ? { problem: 'is empty' } : { value: text })

const instant = (text: string) =>
  Number.isNaN(Date.parse(text))
    ? { problem: 'is not a date such as 2016-11-04T09:36:13Z' }
    : { value: Date.parse(text) }

const yesOrNo = (text: string) =>
  /^(true|false|1|0)$/.test(text)
    ? { value: text === 'true' || text === '1' }
    : { problem: 'is neither true nor false' }

/** Every option there is: the command line, the help text and the README's table are made of it. */
export const flags: readonly Flag[] = [
  {
    ...{ option: 'port', flag: 'port', short: 'p', value: 'N', variables: ['UNDERSTUDY_PORT', 'PORT'] },
    ...{ otherwise: 8080, does: 'the port to listen on; 0 is any free one', read: wholeNumber(0, 65_535) },
  },
  {
    ...{ option: 'host', flag: 'host', short: 'H', value: 'NAME', variables: ['UNDERSTUDY_HOST', 'HOST'] },
    ...{ otherwise: '127.0.0.1', does: 'the address to listen on', read: anyText },
  },
  {
    ...{ option: 'fixtures', flag: 'fixtures', value: 'DIR', variables: ['UNDERSTUDY_FIXTURES'] },
    ...{ otherwise: ownFixtures, does: 'a folder that replaces the whole default world', read: anyText },
  },
  {
    ...{
      option: 'profile',
      flag: 'profile',
      value: 'NAME',
      variables: ['UNDERSTUDY_PROFILE'],
      otherwise: 'documented',
    },
    ...{ does: 'documented (as the docs say) or observed (as real servers answered)', read: oneOf(profiles) },
  },
  {
    ...{ option: 'seed', flag: 'seed', value: 'N', variables: ['UNDERSTUDY_SEED'], otherwise: 1 },
    ...{ does: 'the seed of all that is random', read: wholeNumber(0, 2 ** 32 - 1) },
  },
  {
    ...{ option: 'now', flag: 'now', value: 'TIME', variables: ['UNDERSTUDY_NOW'], otherwise: undefined },
    ...{ does: 'an instant at which the clock stands still', read: instant },
  },
  {
    ...{ option: 'log', flag: 'log', value: 'LEVEL', variables: ['UNDERSTUDY_LOG'], otherwise: 'info' },
    ...{ does: 'info (a line per request), error or silent', read: oneOf(logLevels) },
  },
  {
    ...{
      option: 'impersonation',
      flag: 'impersonation',
      variables: ['UNDERSTUDY_IMPERSONATION'],
      otherwise: true,
    },
    ...{ does: 'whether impersonation tokens are good (--no-impersonation: they are not)', read: yesOrNo },
  },
  {
    ...{
      option: 'checkAnswers',
      flag: 'check-answers',
      variables: ['UNDERSTUDY_CHECK_ANSWERS'],
      otherwise: false,
    },
    ...{ does: 'hold every answer against the contract; one that breaks it becomes a 500', read: yesOrNo },
  },
]

/** What an option is when nobody says otherwise. */
export const defaults = Object.fromEntries(
  flags.map(({ option, otherwise }) => [option, otherwise]),
) as unknown as Options

/** Thrown for a command line or a variable that makes no sense; the message is for people. */
export class UsageError extends Error {}

/** Reads flags, else variables, else defaults. */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
) {
  const { values, positionals } = parse(args)
  const [command = 'serve', ...others] = positionals
  if (command !== 'serve') throw new UsageError(`unknown command "${command}"; there is only "serve"`)
  if (others.length > 0) throw new UsageError(`"serve" takes no "${others[0]}"`)
  const options = { ...defaults } as Record<keyof Options, unknown>
  for (const { option, flag, variables, read } of flags) {
    const variable = variables.find(name => environment[name] !== undefined && environment[name] !== '')
    const said = values[flag] ?? (variable && environment[variable])
    if (said === undefined) continue
    const got = read(`${said}`)
    if ('problem' in got)
      throw new UsageError(`${values[flag] === undefined ? variable : `--${flag}`}: "${said}" ${got.problem}`)
    options[option] = got.value
  }
  return {
    options: options as unknown as Options,
    help: values.help === true,
    version: values.version === true,
  }
}

function parse(args: readonly string[]) {
  const known = Object.fromEntries(
    flags.map(({ flag, short, value }) => [
      flag,
      { type: value ? 'string' : 'boolean', ...(short ? { short } : {}) } as const,
    ]),
  )
  try {
    return parseArgs({
      args: [...args],
      options: { ...known, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'V' } },
      allowPositionals: true,
      allowNegative: true,
    } as Parameters<typeof parseArgs>[0])
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The help text. */
export function helpText(): string {
  const lines = flags.map(({ flag, short, value, does, otherwise, variables, option }) => {
    const name = `${short ? `-${short}, ` : '    '}--${flag}${value ? ` ${value}` : ''}`
    const shown = option === 'fixtures' ? 'its own' : otherwise
    return `  ${name.padEnd(24)} ${does}${shown === undefined ? '' : ` [${shown}]`} (${variables.join(', ')})`
  })
  return `gitlab-understudy [serve] [options]
A stand-in for GitLab's REST API v4 and GitLab CI API v1.

${lines.join('\n')}
  -h, --help               this text
  -V, --version            the version
`
}
