import { parseArgs } from 'node:util'
import { type Profile, profiles } from './contract/load.ts'
import { type LogLevel, logLevels } from './control/journal.ts'
import { frontOf } from './front.ts'
import { armingsOf } from './lifecycle/arming.ts'
import { type Progress, progresses } from './lifecycle/exchange.ts'
import { nearest } from './lifecycle/nearest.ts'
import { rateLimitOf } from './lifecycle/throttle.ts'
import { ownFixtures } from './store/fixtures.ts'

/** What a server can be told, on the command line, by the environment or by a program. */
export interface Options {
  port: number
  host: string
  fixtures: string
  data: string
  profile: Profile
  seed: number
  volume: number
  now: number | undefined
  log: LogLevel
  impersonation: boolean
  checkAnswers: boolean
  scenario: string
  rateLimit: string
  front: string
  progress: Progress
  adminToken: string
}

/** What an option is when nobody says otherwise. */
export const defaults: Readonly<Options> = {
  port: 8080,
  host: '127.0.0.1',
  fixtures: ownFixtures,
  data: '',
  profile: 'documented',
  seed: 1,
  volume: 0,
  now: undefined,
  log: 'info',
  impersonation: true,
  checkAnswers: false,
  scenario: '',
  rateLimit: '',
  front: '',
  progress: 'manual',
  adminToken: '',
}

/** The value of a text, or what is wrong with it. */
type Read = (text: string) => { value: unknown } | { problem: string }

const wholeNumber = (least: number, most: number): Read => {
  const problem = `is not a whole number from ${least} to ${most}`
  return text =>
    /^\d+$/.test(text) && +text >= least && +text <= most ? { value: Number(text) } : { problem }
}

const oneOf = (known: readonly string[]): Read => {
  const problem = `is not one of ${known.join(', ')}`
  return text => (known.includes(text) ? { value: text } : { problem })
}

const anyText: Read = text => (text === '' ? { problem: 'is empty' } : { value: text })

/** A text as a header can carry it behind `Bearer`. */
const bearerText: Read = text =>
  text === '' || /^[!-~]+$/.test(text)
    ? anyText(text)
    : { problem: 'has blanks or letters that no Authorization: Bearer can carry' }

/** A text that something of ours reads; what is wrong with it, that says. */
const parsed =
  (read: (text: string) => unknown): Read =>
  text => {
    try {
      read(text)
      return { value: text }
    } catch (error) {
      return { problem: (error as Error).message }
    }
  }

const yesOrNo: Read = text =>
  /^(true|false|1|0)$/.test(text) ? { value: /true|1/.test(text) } : { problem: 'is neither true nor false' }

/** An ISO instant. One without an offset is UTC, so that it is the same on every machine. */
const instant: Read = text => {
  const parts = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  const [, day, time = 'T00:00', offset = 'Z'] = parts ?? []
  const value = Date.parse(`${day}${time}${offset}`)
  // Date.parse takes the 30th of February for the 1st of March.
  const isDay = !Number.isNaN(value) && new Date(`${day}T00:00Z`).toISOString().startsWith(`${day}T`)
  return isDay ? { value } : { problem: 'is not an instant such as 2016-11-04T09:36:13Z' }
}

/** A row of the table below; `names` as in `-p, --port N` (a switch has no N), `more` are variables asked after its own. */
function flagOf(option: keyof Options, names: string, read: Read, does: string, ...more: string[]) {
  const [, short, flag, value] = /^(?:-(\w), )?--([\w-]+)(?: ([\w/]+))?$/.exec(names)!
  const own = `UNDERSTUDY_${flag!.toUpperCase().replaceAll('-', '_')}`
  const otherwise = defaults[option]
  return { option, flag: flag!, short, value, variables: [own, ...more], otherwise, does, read }
}

/** Every option there is: the command line, the help text and the README's table are made of it. */
export const flags = [
  flagOf('port', '-p, --port N', wholeNumber(0, 65_535), 'the port to listen on; 0 is any free one', 'PORT'),
  flagOf('host', '-H, --host NAME', anyText, 'the address to listen on', 'HOST'),
  flagOf('fixtures', '--fixtures DIR', anyText, 'a folder that replaces the whole default world'),
  flagOf('data', '--data FILE', anyText, 'a file that keeps worlds over a restart, a second behind at most'),
  flagOf(
    'profile',
    '--profile NAME',
    oneOf(profiles),
    'documented (as docs say) or observed (as servers did)',
  ),
  flagOf('seed', '--seed N', wholeNumber(0, 2 ** 32 - 1), 'the seed of all that is random'),
  flagOf(
    'volume',
    '--volume N',
    wholeNumber(0, 1_000_000),
    'how many made-up rows each table gets beside those of the fixtures',
  ),
  flagOf('now', '--now TIME', instant, 'an instant at which the clock stands still'),
  flagOf('log', '--log LEVEL', oneOf(logLevels), 'info (a line per request), error or silent'),
  flagOf(
    'impersonation',
    '--impersonation',
    yesOrNo,
    'impersonation tokens are good (off: --no-impersonation)',
  ),
  flagOf(
    'scenario',
    '--scenario LIST/FILE',
    parsed(armingsOf),
    'what fails: createProjectPipeline=409*2,listUsers=slow-body; or a JSON file',
  ),
  flagOf('rateLimit', '--rate-limit N/TIME', parsed(rateLimitOf), 'how much a caller may ask: 10/60s'),
  flagOf(
    'front',
    '--front LIST',
    parsed(frontOf),
    'a proxy in front: decode-slashes,drop-sudo,plus-is-space,root=/gitlab',
  ),
  flagOf(
    'progress',
    '--progress HOW',
    oneOf(progresses),
    'pipelines and builds go on by reads, by time, or as told',
  ),
  flagOf(
    'adminToken',
    '--admin-token TEXT',
    bearerText,
    'the token of /__admin; made up where others can reach it',
  ),
  flagOf('checkAnswers', '--check-answers', yesOrNo, 'an answer that breaks its contract becomes a 500'),
]

/** Thrown for a command line or a variable that makes no sense; the message is one line for people. */
export class UsageError extends Error {}

/** Every command: what it takes, which flags it heeds (`serve` all), and what it does. */
export const commands = [
  {
    command: 'serve',
    takes: [],
    heeds: undefined,
    does: 'answers requests until it is stopped (the default)',
  },
  { command: 'ledger', takes: [], heeds: ['profile', 'json'], does: 'tells what each answer rests on' },
  {
    command: 'diff',
    takes: ['FROM', 'TO'],
    heeds: ['json'],
    does: 'tells what changes for clients from one contract to another; exit 1 if it breaks them',
  },
] as const
export type Command = (typeof commands)[number]['command'] | 'help' | 'version'

/** What a command line asks for. */
export interface Usage {
  readonly command: Command
  readonly operands: readonly string[]
  /** Whether the command is to print JSON. */
  readonly json: boolean
  readonly options: Options
}

/** Reads a command, and flags, else variables, else defaults. */
export function readUsage(args: readonly string[], environment: Readonly<NodeJS.ProcessEnv>): Usage {
  const { values: said, positionals } = parse(args)
  const [name = 'serve', ...operands] = positionals
  const usage = { operands, json: said.json === true, options: defaults }
  if (said.help || said.version) return { ...usage, command: said.help ? 'help' : 'version' }
  const known = commands.find(({ command }) => command === name)
  if (!known)
    throw new UsageError(`unknown command "${name}"; known are ${commands.map(it => it.command).join(', ')}`)
  const { command, takes } = known
  const heeds: readonly string[] = known.heeds ?? flags.map(({ flag }) => flag)
  const [unheeded] = Object.keys(said).filter(flag => !heeds.includes(flag))
  if (unheeded) throw new UsageError(`"${command}" takes no --${unheeded}`)
  const stray = operands[takes.length]
  if (stray !== undefined) throw new UsageError(`"${command}" takes no "${stray}"`)
  if (operands.length < takes.length) throw new UsageError(`"${command}" takes ${takes.join(' and ')}`)
  const options: Record<string, unknown> = { ...defaults }
  for (const { option, flag, variables, read } of flags.filter(it => heeds.includes(it.flag))) {
    const source = flag in said ? `--${flag}` : variables.find(name => environment[name])
    if (!source) continue
    const text = `${said[flag] ?? environment[source]}`
    const got = read(text)
    if ('problem' in got) throw new UsageError(`${source}: "${text}" ${got.problem}`)
    options[option] = got.value
  }
  return { ...usage, command, options: options as unknown as Options }
}

/** Options as a program gives them: any of them, and an instant in any of its forms. */
export type GivenOptions = Partial<Omit<Options, 'now'>> & { readonly now?: number | string | Date }

/** What a program gives over what is usual for it, over the defaults; as strict as the command line. */
export function checkOptions(usual: Partial<Options>, given: GivenOptions): Options {
  const options: Record<string, unknown> = { ...defaults, ...usual }
  for (const [option, value] of Object.entries(given)) {
    const known = flags.find(flag => flag.option === option)
    if (!known)
      throw new UsageError(`unknown option ${option}; known are ${flags.map(flag => flag.option).join(', ')}`)
    if (value === undefined) continue
    // What nobody asked for is never wrong, though nobody could ask for it: an empty text stands for none.
    if (value === known.otherwise) {
      options[option] = value
      continue
    }
    const fits = option === 'now' || typeof value === typeof known.otherwise
    const got = known.read(option === 'now' ? (new Date(value as string).toJSON() ?? `${value}`) : `${value}`)
    if (!fits || 'problem' in got) {
      throw new UsageError(
        `${option}: ${JSON.stringify(value)} ${'problem' in got ? got.problem : `is not a ${typeof known.otherwise}`}`,
      )
    }
    options[option] = got.value
  }
  return options as unknown as Options
}

/** Not strict, because Node's own sentences about what is wrong run over several lines and don't say what would be right. */
function parse(args: readonly string[]) {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'V' },
    json: { type: 'boolean' },
  }
  for (const { flag, short, value } of flags)
    options[flag] = { type: value ? 'string' : 'boolean', ...(short && { short }) }
  const parsed = parseArgs({ args: [...args], options, strict: false, allowNegative: true, tokens: true })
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    const { type } = options[name] ?? {}
    // Only what a variable could turn on is ever to be turned off, or given as true or false.
    const isPlain = type === 'boolean' && !flags.some(({ flag }) => flag === name)
    if (!type || ((type === 'string' || isPlain) && rawName.startsWith('--no-'))) {
      const meant = nearest(name, Object.keys(options))
      throw new UsageError(`unknown option ${rawName}${meant ? `; did you mean --${meant}?` : ''}`)
    }
    if (isPlain && value !== undefined) throw new UsageError(`${rawName} takes no value`)
    if (type === 'string' && value === undefined) throw new UsageError(`${rawName} needs a value`)
  }
  return parsed
}

/** The help text. */
export function helpText(): string {
  const lines = flags.map(({ flag, short, value, does, otherwise, variables, option }) => {
    const name = `${short ? `-${short}, ` : '    '}--${flag}${value ? ` ${value}` : ''}`
    const shown = option === 'fixtures' ? 'its own' : otherwise
    return `  ${name.padEnd(22)} ${does}\n${' '.repeat(25)}${shown === undefined ? '' : `[${shown}] `}${variables.join(', ')}`
  })
  const usages = commands.map(({ command, takes, does }) => {
    const name = [command, ...takes].join(' ')
    return `  ${name.padEnd(22)} ${does}`
  })
  return `gitlab-understudy [command] [options]
A stand-in for GitLab's REST API v4 and GitLab CI API v1. Flags win over variables, which win over defaults.

${usages.join('\n')}

${lines.join('\n')}
      --json             ledger and diff print JSON
  -h, --help             this text
  -V, --version          the version
`
}
