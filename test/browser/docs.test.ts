// The pages for people: `/`, GitLab's health paths, the contracts as JSON, and Swagger UI as a browser shows it.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())

t.test('what is asked by those who wait for GitLab to come up', async t => {
  const ok = [{ status: 'ok' }]
  const dependent = { db_check: ok, redis_check: ok, cache_check: ok, queues_check: ok }
  const ready = { status: 'ok', master_check: ok }
  const answers: [path: string, type: RegExp, body: unknown][] = [
    ['/-/health', /^text\/plain/, 'GitLab OK'],
    ['/-/readiness', /^application\/json/, ready],
    [
      '/-/readiness?all=1',
      /^application\/json/,
      { ...ready, ...dependent, shared_state_check: ok, gitaly_check: ok },
    ],
    ['/-/liveness', /^application\/json/, { status: 'ok' }],
    ['/w/demo/-/health', /^text\/plain/, 'GitLab OK'],
  ]
  for (const [path, type, body] of answers) {
    const answer = await ask(gitlab.url, `GET ${path}`)
    t.equal(answer.status, 200, path)
    t.match(answer.headers.get('content-type'), type)
    t.same(answer.body ?? answer.text, body)
  }
  for (const path of ['/', '/docs/', '/openapi/v4.json', ...answers.map(([path]) => path)]) {
    const answer = await ask(gitlab.url, `HEAD ${path}`)
    t.match(answer, { status: 200, text: '' }, `HEAD ${path}`)
  }
})

t.test('the contracts as JSON', async t => {
  for (const [api, url] of [
    ['v4', '/api/v4'],
    ['v1', '/api/v1'],
    ['admin', '/__admin'],
  ] as const) {
    const { body } = await ask(gitlab.url, `GET /openapi/${api}.json`)
    t.match(body, { openapi: /^3\.1/, servers: [{ url }] }, api)
    const inWorld = await ask(gitlab.url, `GET /w/demo/openapi/${api}.json`)
    t.same(
      inWorld.body,
      { ...body, servers: [{ url: `/w/demo${url}` }] },
      `${api} of a world is served there`,
    )
  }
})

const unescaped = (html: string) => html.replace(/&#(\d+);/g, (_, sign) => String.fromCharCode(sign))
const textsIn = (html: string, tag: string) =>
  [...html.matchAll(new RegExp(`<${tag}\\b[^>]*>(.*?)</${tag}>`, 'gs'))].map(([, text]) => text!)
const linesOf = (page: string) => textsIn(page, 'pre').map(unescaped)

/** Does what a curl line says, as the shell would read it. */
async function run(line: string) {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
  if (words.shift() !== 'curl') throw new Error(`not a curl line: ${line}`)
  const headers: Record<string, string> = {}
  let method = 'GET'
  let url = ''
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--request') method = words.shift()!
    else if (word === '--header') {
      const [name, value] = words.shift()!.split(': ') as [string, string]
      headers[name] = value
    } else url = word
  }
  return ask('', `${method} ${url}`, { headers })
}

t.test('the first page: lines to copy', async t => {
  for (const [at, base] of [
    ['/', gitlab.url],
    ['/w/demo/', `${gitlab.url}/w/demo`],
    ['/w/demo', `${gitlab.url}/w/demo`],
  ] as const) {
    const { text, headers } = await ask(gitlab.url, `GET ${at}`)
    t.equal(headers.get('content-type'), 'text/html; charset=utf-8')
    const lines = linesOf(text)
    t.ok(
      lines.every(line => line.includes(`"${base}/`)),
      `${at} names addresses under its own`,
    )
    const answers = []
    for (const line of lines) answers.push(await run(line))
    const [pipelines, started, failed, ofV1, journal, reset] = answers
    t.same(
      answers.map(({ status }) => status),
      [200, 201, 503, 200, 200, 200],
      `the lines of ${at} work`,
    )
    t.same(
      pipelines!.body.map((it: { id: number }) => it.id),
      [48, 47, 46],
    )
    t.match(started!.body, { id: 61, ref: 'master', status: 'pending' })
    t.match(started!.body.web_url, `${base}/foo/bar/`)
    t.equal(failed!.headers.get('preference-applied'), 'code=503')
    t.match(ofV1!.body, [{ id: 271 }, { id: 272 }])
    t.match(journal!.body.requests, [{ status: 200 }, { status: 503 }, { status: 201 }, { status: 200 }])
    t.same(reset!.body, { reset: [at === '/' ? 'main' : 'demo'] })
  }
  const proxied = await ask(gitlab.url, 'GET /', {
    headers: { 'X-Forwarded-Host': 'gitlab.test', 'X-Forwarded-Proto': 'https' },
  })
  t.ok(
    linesOf(proxied.text).every(line => line.includes('"https://gitlab.test/')),
    "a proxy's address is taken on",
  )
  const guarded = await createUnderstudy({ adminToken: 'the-admin-token-1' })
  t.teardown(() => guarded.close())
  const { text } = await ask(guarded.url, 'GET /')
  t.equal(
    linesOf(text).filter(line => line.includes('Authorization: Bearer $ADMIN_TOKEN" ')).length,
    2,
    'where the control API asks for a token, its lines say so',
  )
  t.notMatch(text, 'the-admin-token-1', 'and which it is, they keep to themselves')
})

t.test('the first page: who can ask', async t => {
  const { text } = await ask(gitlab.url, 'GET /')
  const [ofV4, ofV1] = textsIn(text, 'table').map(table =>
    textsIn(table, 'tr').map(row =>
      textsIn(row, 't[hd]').map(cell => unescaped(cell.replace(/<br>/g, '\n').replace(/<.*?>/g, ''))),
    ),
  ) as [string[][], string[][]]
  t.same(ofV4[0], ['User', 'In foo/bar', 'Headers', 'Kind', 'Scopes'])
  t.same(
    ofV4.slice(1).map(([user, role]) => `${user}, ${role}`),
    [
      ...['root, administrator', 'owner, owner', 'maintainer, maintainer', 'developer, developer'],
      ...['reporter, reporter', 'guest, guest', 'stranger, no member', 'developer, developer'],
      ...['developer, developer', 'developer, developer', 'developer, developer', 'developer, developer'],
      ...['project_1_bot, maintainer', 'root, administrator', 'developer, developer', 'root, administrator'],
    ],
  )
  for (const [user, , lines, kind] of ofV4.slice(1)) {
    const headers = Object.fromEntries(lines!.split('\n').map(line => line.split(': ')))
    const { status, body } = await ask(gitlab.v4, 'GET /user', { headers })
    // A job's token is good for a few operations only.
    if (/revoked|expired|job/.test(kind!)) t.equal(status, 401, `${lines} is ${kind}`)
    else t.match({ status, body }, { status: 200, body: { username: user } }, `${lines} is ${user}`)
  }
  const tries: Record<string, string> = {
    'a user': 'GET /projects?',
    'a runner': 'POST /runners/register?public_key=key&',
    runner: 'POST /builds/register?',
    project: 'GET /commits?project_id=',
  }
  for (const [who, parameters] of ofV1.slice(1)) {
    const [, attempt] = Object.entries(tries).find(([start]) => who!.startsWith(start))!
    const id = who!.startsWith('project') ? `${/\d+/.exec(who!)![0]}&` : ''
    const { status } = await ask(gitlab.world('page').v1, `${attempt}${id}${parameters}`)
    t.ok([200, 201, 404].includes(status), `${parameters} is good for ${who}: ${status}`)
  }
})

t.test('the first page shows the world as it is, and as text', async t => {
  const changed = gitlab.world('changed')
  changed.patch({
    'accounts.users': { 10: { username: '<b>"owner" & co</b>' } },
    'v4.members': { 2: { access_level: 20 } },
    'v1.instances': { 1: { url: 'http://ci.example.com/' } },
  })
  const { text } = await ask(changed.url, 'GET /')
  t.match(text, '<td>&#60;b&#62;&#34;owner&#34; &#38; co&#60;/b&#62;</td><td>reporter</td>')
  t.match(text, 'url=http://ci.example.com/')
  changed.patch({
    'v4.projects': Object.fromEntries(
      (await ask(gitlab.v4, 'GET /projects?per_page=100', { as: gitlab.tokens.root })).body.map(
        (it: { id: number }) => [it.id, null],
      ),
    ),
    'accounts.tokens': Object.fromEntries(Array.from({ length: 16 }, (_, index) => [index + 1, null])),
  })
  const bare = await ask(changed.url, 'GET /')
  t.equal(bare.status, 200, 'it can be shown without projects and tokens')
  t.notMatch(bare.text, /undefined|null/)
})

/** A browser that the machine has: none is ever fetched. */
function findChromium(): string | undefined {
  const named = ['chromium', 'chromium-browser', 'google-chrome']
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]
  const places = folders.flatMap(folder => named.map(name => join(folder, name)))
  return [process.env.CHROMIUM, ...places].find(place => place && existsSync(place))
}

const executablePath = findChromium()
const skip = executablePath ? false : 'no Chromium on this machine: install one, or name it in CHROMIUM'

t.test('in a browser', { skip, timeout: 110_000 }, async t => {
  const browser = await chromium.launch({
    executablePath,
    args: [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-sync',
      ],
      ...['--disable-background-networking', '--disable-component-update'],
      '--host-resolver-rules=MAP gitlab.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
  t.teardown(() => browser.close())
  const port = new URL(gitlab.url).port

  /** A tab of its own, which tells of all that it asked for and complained of. */
  const open = async () => {
    const context: BrowserContext = await browser.newContext()
    context.setDefaultTimeout(50_000)
    const page = await context.newPage()
    const complaints: string[] = []
    const hosts = new Set<string>()
    page.on('console', message => /error|warning/.test(message.type()) && complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('request', asked => !asked.url().startsWith('data:') && hosts.add(new URL(asked.url()).host))
    return { page, complaints, hosts }
  }

  await t.test('/ can be read on a narrow screen, and a click takes a whole line', async t => {
    const { page, complaints, hosts } = await open()
    for (const width of [320, 760, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      await page.goto(`${gitlab.url}/`)
      t.equal(
        await page.evaluate('document.documentElement.scrollWidth'),
        width,
        `nothing sticks out at ${width}`,
      )
    }
    const [line] = linesOf(await page.content())
    await page.locator('pre').first().click()
    t.equal(await page.evaluate('String(getSelection())'), line)
    await page.getByText('Read and try').click()
    await page.locator('.opblock').first().waitFor()
    t.equal(page.url(), `${gitlab.url}/docs/`)
    t.same([complaints, [...hosts]], [[], [`127.0.0.1:${port}`]])
  })

  await t.test('/docs shows all contracts, and tries their calls', async t => {
    const { page, complaints, hosts } = await open()
    await page.goto(`${gitlab.url}/docs`)
    await page.getByRole('heading', { name: 'GitLab REST API' }).waitFor()
    t.same(await page.locator('#select option').allTextContents(), [
      ...['GitLab REST API v4', 'GitLab CI API v1', "The understudy's control API"],
    ])
    await authorize(page, { 'Private-Token': gitlab.tokens.root! })
    const pipelines = await tryOut(page, 'pipelines-listProjectPipelines', { id: '1', status: 'success' })
    t.match(pipelines, {
      status: '200',
      url: `${gitlab.v4}/projects/1/pipelines?`,
      body: [{ id: 46, status: 'success' }],
    })
    t.same(pipelines.body, (await ask('', `GET ${pipelines.url}`, { as: gitlab.tokens.root })).body)

    await page.locator('#select').selectOption({ label: 'GitLab CI API v1' })
    await page.getByRole('heading', { name: 'GitLab CI API' }).waitFor()
    await authorize(page, { private_token: gitlab.tokens.root!, url: 'http://demo.gitlab.com/' })
    const project = await tryOut(page, 'projects-getProject', { id: '271' })
    t.match(project, {
      status: '200',
      url: `${gitlab.v1}/projects/271?`,
      body: { id: 271, name: 'gitlabhq' },
    })
    t.same([complaints, [...hosts]], [[], [`127.0.0.1:${port}`]])
  })

  await t.test(
    '/docs tries the control API, with its token, and so does no page of another origin',
    async t => {
      const guarded = await createUnderstudy({ checkAnswers: true, adminToken: 'the-admin-token-1' })
      t.teardown(() => guarded.close())
      const control = async () => {
        const tab = await open()
        await tab.page.goto(`${guarded.url}/w/tried/docs`)
        await tab.page.locator('#select').selectOption({ label: "The understudy's control API" })
        await tab.page.getByRole('heading', { name: 'control API' }).waitFor()
        return tab
      }
      const stranger = await control()
      const refused = await tryOut(stranger.page, 'server-resetWorld', {})
      t.match(refused, { status: '401', url: `${guarded.url}/w/tried/__admin/reset` })
      const { page, complaints } = await control()
      await authorize(page, { admin_token: 'the-admin-token-1' })
      t.same((await tryOut(page, 'server-resetWorld', {})).body, { reset: ['tried'] })
      const moved = await tryOut(page, 'clock-setClock', {})
      t.match(moved, { status: '200', body: { stands: false } }, 'with the body of its example')
      t.same(complaints, [])

      // The same page under a name that was made to lead here, and a page of another server of this machine.
      const other = createServer((_request, response) =>
        response.setHeader('Content-Type', 'text/html').end('<p>'),
      )
      await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
      t.teardown(() => other.close())
      const neighbour = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
      for (const [from, to] of [
        [`http://gitlab.test:${port}/`, ''],
        [neighbour, gitlab.url],
      ] as const) {
        const { page } = await open()
        await page.goto(from)
        const read = await page.evaluate(async url => {
          const answers: unknown[] = []
          for (const [method, path] of [
            ['GET', '/__admin/worlds'],
            ['POST', '/__admin/worlds'],
            ['POST', '/__admin/reset?all=true'],
          ] as const) {
            const body = method === 'POST' ? new URLSearchParams({ name: 'made-by-a-page' }) : null
            for (const mode of ['cors', 'no-cors'] as const)
              answers.push(
                await fetch(url + path, { method, mode, body }).then(
                  it => it.status,
                  () => 'kept from it',
                ),
              )
          }
          return answers
        }, to)
        t.same(
          new Set(read),
          new Set(to === '' ? [403] : ['kept from it', 0]),
          `from ${new URL(from).hostname}`,
        )
      }
      const { worlds } = (await ask(gitlab.url, 'GET /__admin/worlds')).body
      t.notMatch(JSON.stringify(worlds), 'made-by-a-page', 'nothing has changed')
    },
  )

  await t.test('/docs of a world, by another name of the host, changes that world alone', async t => {
    const { page, complaints, hosts } = await open()
    const world = gitlab.world('tried')
    await page.goto(`http://gitlab.test:${port}/w/tried/docs`)
    await authorize(page, { 'Private-Token': gitlab.tokens.root! })
    const started = await tryOut(page, 'pipelines-createProjectPipeline', {})
    t.match(started, {
      status: '201',
      url: `http://gitlab.test:${port}/w/tried/api/v4/projects/1/pipeline`,
      body: { id: 61 },
    })
    const as = gitlab.tokens.root!
    t.equal((await ask(world.v4, 'GET /projects/1/pipelines/61', { as })).status, 200)
    t.equal((await ask(gitlab.v4, 'GET /projects/1/pipelines/61', { as })).status, 404)
    t.same([complaints, [...hosts]], [[], [`gitlab.test:${port}`]])
  })
})

/** Fills in security schemes by their names. */
async function authorize(page: Page, values: Record<string, string>): Promise<void> {
  await page.locator('.auth-wrapper .authorize').click()
  for (const [scheme, value] of Object.entries(values)) {
    const name = page.locator('h4 code').getByText(scheme, { exact: true })
    const box = page.locator('.auth-container').filter({ has: name })
    await box.locator('input').fill(value)
    await box.getByRole('button', { name: 'Apply credentials' }).click()
    await box.getByRole('heading', { name: 'Authorized' }).waitFor()
  }
  await page.locator('.close-modal').click()
}

/** Tries an operation out, with some parameters filled in, and reads what is shown of the answer. */
async function tryOut(page: Page, name: string, parameters: Record<string, string>) {
  const operation = page.locator(`#operations-${name}`)
  await operation.locator('.opblock-summary-control').click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  for (const [name, value] of Object.entries(parameters)) {
    const field = operation.locator(`[data-param-name="${name}"]`)
    if (await field.locator('select').count()) await field.locator('select').selectOption(value)
    else await field.locator('input').fill(value)
  }
  await operation.getByRole('button', { name: 'Execute' }).click()
  await operation.locator('.live-responses-table .response').waitFor()
  const textOf = async (place: string) => (await operation.locator(place).first().textContent())!.trim()
  return {
    status: await textOf('.live-responses-table .response .response-col_status'),
    url: await textOf('.request-url pre'),
    body: JSON.parse(await textOf('.live-responses-table .highlight-code code')),
  }
}
