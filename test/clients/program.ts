// How tests run a client of another language: its program tells stories, a line of JSON for each thing it met.
import { spawn, spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { createUnderstudy, type Understudy, type Wanted, type WorldHandle } from '../../src/index.ts'
import { ask } from '../ask.ts'

/** A client's command line, but for the story, the address and the tokens that it is told. */
export type Program = readonly [command: string, ...args: string[]]

/** What a program has met, by what it calls it. */
export type Story = Readonly<Record<string, unknown>>

export type Stories = Readonly<Record<string, Story>>

/** The first of some commands that can be run and answers so; none is ever fetched. */
export function findCommand(commands: readonly string[], args: readonly string[], answer: RegExp) {
  return commands.find(command => {
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
    return status === 0 && answer.test(stdout)
  })
}

/** Has a program tell a story of a world, or of a server. Rejects with its complaints where it fails. */
export async function hear(
  program: Program,
  story: string,
  { url }: Pick<WorldHandle, 'url'>,
  tokens: Understudy['tokens'],
): Promise<Story> {
  const [command, ...args] = program
  const child = spawn(command, [...args, story, url, JSON.stringify(tokens)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // What is asked of 127.0.0.1 goes past any proxy.
    env: { ...process.env, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' },
  })
  t.teardown(() => child.exitCode ?? child.kill())
  let [lines, complaints] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => (lines += text))
  child.stderr.setEncoding('utf8').on('data', text => (complaints += text))
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`${story} ends with ${code} after\n${lines}${complaints}`)
  return Object.fromEntries(
    lines
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  )
}

/** Compares what a program met with what it should meet, thing by thing. */
export function compare(t: Test, met: Story, wanted: Story): void {
  t.strictSame(Object.keys(met).sort(), Object.keys(wanted).sort(), 'it comes to the end')
  for (const [what, value] of Object.entries(wanted)) t.strictSame(met[what], value, what)
}

/** Has a program tell its stories of both profiles, each of a world of its own. */
export async function compareStories(
  t: Test,
  program: Program,
  profiles: Readonly<Record<'documented' | 'observed', Stories>>,
): Promise<void> {
  for (const [profile, stories] of Object.entries(profiles)) {
    await using gitlab = await createUnderstudy({
      checkAnswers: true,
      profile: profile as keyof typeof profiles,
    })
    for (const [story, wanted] of Object.entries(stories)) {
      const met = await hear(program, story, gitlab.world(story), gitlab.tokens)
      await t.test(`${story}, ${profile}`, async t => compare(t, met, wanted))
    }
  }
}

/** What goes wrong when a client starts a pipeline, what it makes of that, and how many pipelines come of it. */
export type Failure = readonly [
  means: string,
  story: 'patience' | 'impatience',
  answers: readonly Wanted[],
  met: Story,
  statuses: readonly number[],
  made: number,
]

/** Has a program start pipelines in worlds where that fails, each answer once. */
export async function compareFailures(
  t: Test,
  program: Program,
  failures: readonly Failure[],
): Promise<void> {
  await using gitlab = await createUnderstudy({ checkAnswers: true })
  const tell = async ([means, story, answers, wanted, statuses, made]: Failure, index: number) => {
    const world = gitlab.world(`failure-${index}`)
    for (const answer of answers) world.arm({ operation: 'createProjectPipeline', answer, times: 1 })
    const met = await hear(program, story, world, gitlab.tokens)
    await t.test(means, async t => {
      compare(t, met, wanted)
      const posts = world.requests().filter(({ method }) => method === 'POST')
      t.strictSame(
        posts.map(({ status }) => status),
        statuses,
        'what the server answered',
      )
      const { body } = await ask(world.v4, 'GET /projects/1/pipelines', { as: gitlab.tokens.root })
      t.equal(body.length - storedPipelines, made, 'how many pipelines were made')
    })
  }
  // Side by side, as most of the time is spent in waiting.
  await Promise.all(failures.map(tell))
}

/** Has a program walk one collection of more rows than GitLab counts, and far into another. */
export async function compareHuge(t: Test, program: Program, wanted: Story): Promise<void> {
  await using gitlab = await createUnderstudy()
  gitlab.pretend('v4.pipelines', 10_001 - 12, { project_id: 8 })
  gitlab.pretend('v4.projects', 60_000)
  compare(t, await hear(program, 'huge', gitlab, gitlab.tokens), wanted)
}

const fronts = ['decode-slashes', 'double-encode', 'drop-sudo', 'root=/gitlab'] as const

/** What a program meets behind a front that lets all through. */
const fine: Story = {
  'by id': 1,
  'by path': ['not refused'],
  all: [169, 42, 12, 8, 5, 1],
  'a branch': ['not refused'],
  sudo: 'developer',
}

/** How a client tells that there is no such route, project or branch. */
interface Lost {
  readonly route: unknown
  readonly project: unknown
  readonly branch: unknown
}

/** Has a program ask through each front; `withoutSudo` is what it meets otherwise where that header never arrives. */
export async function compareFronts(
  t: Test,
  program: Program,
  { route, project, branch }: Lost,
  withoutSudo: Story = {},
): Promise<void> {
  const others: Record<(typeof fronts)[number], Story> = {
    'decode-slashes': { 'by path': route, 'a branch': route },
    'double-encode': { 'by path': project, 'a branch': branch },
    'drop-sudo': withoutSudo,
    'root=/gitlab': {},
  }
  for (const front of fronts) {
    await using gitlab = await createUnderstudy({ checkAnswers: true, front })
    const met = await hear(program, 'front', gitlab, gitlab.tokens)
    await t.test(`--front ${front}`, async t => compare(t, met, { ...fine, ...others[front] }))
  }
}

/** The pipelines of project 1 in the default world. */
const storedPipelines = 3
