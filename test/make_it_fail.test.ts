// The README's lines to paste about failures, and its example of a test, run as they stand there.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createUnderstudy } from '../src/index.ts'
import { faultNames } from '../src/lifecycle/faults.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** A chapter, from its heading to the next one of its rank. */
const chapter = (heading: string) => new RegExp(`\n## ${heading}\n([\\s\\S]*?)\n## `).exec(readme)![1]!
const blocksOf = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block]) => block!)

/** A line to paste, and what is said behind it. */
const split = (line: string) => {
  const [, command = '', said = ''] = /^(.*?)\s*(?:#\s(.*))?$/.exec(line)!
  return { command, said }
}

/** The words of a line as a shell would have them. */
function wordsOf(command: string, variables: Readonly<Record<string, string>>): string[] {
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
  const filled = (text: string) => text.replace(/\$(\w+)/g, (_, name) => variables[name] ?? `$${name}`)
  return words.map(([, inDouble, inSingle, plain]) => inSingle ?? filled(inDouble ?? plain ?? ''))
}

/** Asks as a curl line does. */
async function curl(words: readonly string[]): Promise<Response> {
  const left = words.slice(1)
  const asked = {
    method: undefined as string | undefined,
    headers: new Headers(),
    body: undefined as string | undefined,
  }
  let url = ''
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--include') continue
    if (word === '--request') asked.method = left.shift()!
    else if (word === '--header') asked.headers.append(...(left.shift()!.split(': ') as [string, string]))
    else if (word === '--json') {
      asked.headers.set('Content-Type', 'application/json')
      asked.body = left.shift()!
    } else if (/^http:/.test(word) && url === '') url = word
    else throw new Error(`curl's ${word} is not understood`)
  }
  const { method = asked.body === undefined ? 'GET' : 'POST' } = asked
  return fetch(url, { ...asked, method, redirect: 'manual' })
}

const makeItFail = chapter('Make it fail')

t.test('each line to paste does what is said behind it', async t => {
  await using gitlab = await createUnderstudy()
  const here = (text: string) => text.replaceAll('http://127.0.0.1:8080', gitlab.url)
  const variables: Record<string, string> = {
    GITLAB: gitlab.v4,
    TOKEN: `Private-Token: ${gitlab.tokens.root}`,
  }
  const lines = blocksOf(makeItFail + chapter('The control API'), 'sh').flatMap(block =>
    block.trim().split('\n'),
  )
  let asked = 0
  for (const { command, said } of lines.map(split)) {
    if (command.startsWith('node dist/main.js ')) continue
    const [, name, value] = /^export (\w+)=(\S+)$/.exec(command) ?? []
    if (name && value) {
      variables[name] = here(value)
      continue
    }
    const answer = await curl(wordsOf(here(command), variables))
    const text = await answer.text()
    t.equal(`${answer.status}`, said.slice(0, 3), command)
    if (said.includes('Retry-After')) t.ok(answer.headers.has('retry-after'))
    t.equal(answer.headers.has('ratelimit-limit'), said.includes('RateLimit'))
    if (said.includes('JSON') && !said.includes('no JSON')) t.doesNotThrow(() => JSON.parse(text))
    if (/HTML|page of a proxy/.test(said)) t.match(text, /^<html>/)
    asked++
  }
  t.ok(asked > 30, `${asked} lines were found`)
})

t.test('each fault has a line in its table, which does what stands beside it', async t => {
  await using gitlab = await createUnderstudy()
  const [, table] = /<!-- faults -->([\s\S]*)<!-- \/faults -->/.exec(makeItFail)!
  const rows = [...table!.matchAll(/^\| `(curl .*)` \| (.*) \|$/gm)].map(
    ([, line, sees]) => [line!, sees!] as const,
  )
  t.equal(rows.length, faultNames.length)
  const whole = await (await fetch(`${gitlab.v4}/projects`)).text()
  for (const [line, sees] of rows) {
    const answer = await curl(wordsOf(line, { GITLAB: gitlab.v4 })).catch(() => undefined)
    const text = await answer?.text().catch(() => undefined)
    const type = answer?.headers.get('content-type')
    const seen: [sign: RegExp, isSo: boolean][] = [
      [/then the answer|bit by bit/, text === whole && type === 'application/json'],
      [/reset before/, answer === undefined],
      [/reset in the middle/, answer !== undefined && text === undefined],
      [/half of the body/, text === whole.slice(0, whole.length / 2)],
      [/text\/html/, text === whole && type === 'text/html'],
      [/without a body/, text === '' && answer?.status === 200],
    ]
    const sign = seen.find(([sign]) => sign.test(sees))
    t.ok(sign?.[1], `${line}: ${sees}`)
  }
})

t.test('each command to start it fails as it says', async t => {
  const failures = [{ operation: 'listUsers', answer: { code: 418 }, times: 1 }]
  const cwd = t.testdir({ 'failures.json': JSON.stringify(failures) })
  const commands = blocksOf(makeItFail, 'sh')
    .flatMap(block => block.trim().split('\n'))
    .map(split)
  const token = { 'Private-Token': 'QVy1PB7sTxfy4pqfZM1U' }
  const statusOf = async (url: string, method = 'GET') =>
    (await fetch(url, { method, headers: token })).status
  const checks: [flag: RegExp, check: (url: string) => Promise<void>][] = [
    [
      /--scenario 'create/,
      async url => {
        const start = `${url}/api/v4/projects/1/pipeline?ref=master`
        t.equal(await statusOf(start, 'POST'), 409)
        t.equal(
          await statusOf(`${url}/w/a/api/v4/projects/1/pipeline?ref=master`, 'POST'),
          409,
          'in every world',
        )
        t.equal(await statusOf(start, 'POST'), 409)
        t.equal(await statusOf(start, 'POST'), 201, 'twice')
        t.equal(await statusOf(`${url}/api/v1/projects`), 503)
        t.equal(await statusOf(`${url}/api/v4/projects`), 200)
      },
    ],
    [/failures\.json/, async url => t.equal(await statusOf(`${url}/api/v4/users`), 418) as never],
    [
      /--rate-limit 10\/60s/,
      async url => {
        const statuses = []
        // A window may end in between, but not two.
        for (let count = 0; count < 21; count++) statuses.push(await statusOf(`${url}/api/v4/version`))
        t.ok(statuses.includes(429))
        t.same(statuses.slice(0, 10), Array(10).fill(200))
      },
    ],
    [
      /--front decode/,
      async url => {
        t.match(url, /\/gitlab$/)
        t.equal(await statusOf(`${url}/api/v4/projects/1`), 200)
        t.equal(await statusOf(`${url}/api/v4/projects/foo%2Fbar`), 404)
      },
    ],
  ]
  const started = commands.filter(({ command }) => command.startsWith('node dist/main.js'))
  t.equal(started.length, checks.length)
  for (const { command } of started) {
    const [, check] = checks.find(([flag]) => flag.test(command)) ?? []
    if (!check) {
      t.fail(`nothing is known of ${command}`)
      continue
    }
    const args = wordsOf(command, {}).slice(2)
    const child = spawn(process.execPath, [main, '-p', '0', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.setEncoding('utf8')
    while (!out.includes('\n')) out += (await once(child.stdout, 'data'))[0]
    await check(/http:\S+/.exec(out)![0])
    child.kill()
    t.same((await once(child, 'close'))[0], 0, command)
  }
})

t.test('a snapshot becomes a folder for --fixtures by the lines that say so', async t => {
  await using gitlab = await createUnderstudy()
  const as = { headers: { 'Private-Token': gitlab.tokens.root } }
  const pipelines = async (v4: string) => (await fetch(`${v4}/projects/1/pipelines`, as)).text()
  await fetch(`${gitlab.v4}/projects/1/pipeline?ref=master`, { ...as, method: 'POST' })
  const name = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"before"}' }
  await fetch(`${gitlab.url}/__admin/snapshots`, name)
  const [lines] = blocksOf(chapter('The control API'), 'js')
  const cwd = t.testdir({ 'save.mjs': lines!.replace('http://127.0.0.1:8080', gitlab.url) })
  const child = spawn(process.execPath, ['save.mjs'], { cwd, stdio: 'inherit' })
  t.same((await once(child, 'close'))[0], 0)
  await using other = await createUnderstudy({ fixtures: join(cwd, 'my-world') })
  const told = await pipelines(other.v4)
  t.equal(told.replaceAll(other.url, gitlab.url), await pipelines(gitlab.v4))
  t.match(told, '"id":61')
})

t.test('the example of a test passes as it stands', async t => {
  const [example] = blocksOf(chapter('In a test'), 'ts')
  // Below the package, so that it finds it by its name.
  const folder = t.testdir({ 'pipelines.test.ts': example! })
  const { TAP, TAP_CHILD_ID, ...env } = process.env
  const args = [...process.execArgv, join(folder, 'pipelines.test.ts')]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env,
    timeout: 60_000,
  })
  t.equal(status, 0, `${stdout}${stderr}`)
  t.match(stdout, /# Subtest: it tries again while GitLab is busy/)
  t.equal(stdout.match(/^ok /gm)?.length, 3)
})
