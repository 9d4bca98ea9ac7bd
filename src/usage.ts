import { parseArgs } from 'node:util'
import { nearest } from './lifecycle/nearest.ts'
import { defaults, flags, type Options, UsageError } from './options.ts'

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
    return `  ${name.padEnd(24)} ${does}\n${' '.repeat(27)}${shown === undefined || shown === '' ? '' : `[${shown}] `}${variables.join(', ')}`
  })
  const usages = commands.map(({ command, takes, does }) => {
    const name = [command, ...takes].join(' ')
    return `  ${name.padEnd(22)} ${does}`
  })
  return `gitlab-understudy [command] [options]
A stand-in for GitLab's REST API v4 and GitLab CI API v1. Flags win over variables, which win over defaults.

${usages.join('\n')}

${lines.join('\n')}
      --json               ledger and diff print JSON
  -h, --help               this text
  -V, --version            the version
`
}
