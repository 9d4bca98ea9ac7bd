import { type Profile, profiles } from './contract/load.ts'
import { type LogLevel, logLevels } from './control/journal.ts'
import { frontOf } from './front.ts'
import { armingsOf } from './lifecycle/arming.ts'
import { type Progress, progresses } from './lifecycle/exchange.ts'
import { rateLimitOf } from './lifecycle/throttle.ts'
import {
  anyText,
  bearerText,
  instant,
  oneOf,
  parsed,
  type Read,
  wholeNumber,
  yesOrNo,
} from './option_readers.ts'
import { instantIn } from './store/clock.ts'
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
  journal: number
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
  journal: 1000,
  impersonation: true,
  checkAnswers: false,
  scenario: '',
  rateLimit: '',
  front: '',
  progress: 'manual',
  adminToken: '',
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
  flagOf('journal', '--journal N', wholeNumber(0, 100_000), 'how many requests each world remembers'),
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
    'what a proxy in front does, such as decode-slashes,drop-sudo,root=/gitlab',
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
    const got = known.read(option === 'now' ? textOf(value as number | string | Date) : `${value}`)
    if (!fits || 'problem' in got) {
      throw new UsageError(
        `${option}: ${JSON.stringify(value)} ${'problem' in got ? got.problem : `is not a ${typeof known.otherwise}`}`,
      )
    }
    options[option] = got.value
  }
  return options as unknown as Options
}

/** An instant as the command line takes it; what is none, as it is. */
function textOf(value: number | string | Date): string {
  const at = typeof value === 'string' ? instantIn(value) : new Date(value).getTime()
  return (at === undefined ? undefined : new Date(at).toJSON()) ?? `${value}`
}
