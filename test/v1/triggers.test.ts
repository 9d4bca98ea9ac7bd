import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'
import { holdFacts, holdStory, notFound, notGiven, nothingThere, unauthorized } from './facts.ts'

const now = '2015-10-01T08:00:00.000Z'
const gitlab = await createUnderstudy({ profile: 'observed', checkAnswers: true, now: Date.parse(now) })
const documented = await createUnderstudy({ checkAnswers: true })
t.teardown(() => Promise.all([gitlab.close(), documented.close()]))

const [token, other] = ['trigger-token-of-271-01', 'trigger-token-of-272-01']
const trigger = 'POST /projects/271/refs/master/trigger'
const by = (more: object = {}): Asked => ({ json: { token, ...more } })
const bad = (message: string) => ({ message })
const noBuilds = bad('No builds created')
const noHash = bad('variables needs to be a hash')
const noMap = bad('variables needs to be a map of key-valued strings')

const commit2 = {
  id: 2,
  ref: 'master',
  sha: 'eb94b618fb5865b26e80fdd8ae531b7a63ad851a',
  project_id: 271,
  before_sha: 'a91957a858320c0e17f3a0eca7cfacbff50ea29a',
  created_at: '2014-03-05T10:00:00.000Z',
  status: 'pending',
  finished_at: null,
  duration: 0,
  git_commit_message: 'List the files in the build',
  git_author_name: 'Administrator',
  git_author_email: 'admin@example.com',
}
const request = { id: 1, variables: null as object | null, commit: commit2 }

t.test('a trigger makes builds of the last commit of a ref', async t => {
  await holdStory(t, gitlab, [
    ['the commit is told without its builds', trigger, by(), 201, request],
    ['again', trigger, by(), 201, { ...request, id: 2 }],
  ])
  await holdFacts(t, gitlab, [
    [
      'variables are told as they were sent',
      trigger,
      by({ variables: { A: 'b' } }),
      201,
      { ...request, variables: { A: 'b' } },
    ],
    [
      'as a form',
      trigger,
      { form: { token, 'variables[A]': 'b' } },
      201,
      { ...request, variables: { A: 'b' } },
    ],
    ['none of them', trigger, by({ variables: {} }), 201, { ...request, variables: {} }],
    ['null', trigger, by({ variables: null }), 201, request],
    ['.json', `${trigger}.json`, by(), 201, request],
    ['the token in the query', `${trigger}?token=${token}`, {}, 201, request],
  ])
})

t.test('what a trigger is refused for, in order', async t => {
  await holdFacts(t, gitlab, [
    ['no token', 'POST /projects/999/refs/master/trigger', {}, 400, notGiven('token')],
    ['no project', 'POST /projects/0/refs/master/trigger', by({ token: 'x' }), 404, notFound],
    ['no trigger: a capital F', trigger, by({ token: 'x', variables: 'a' }), 404, nothingThere],
    ['one of another project', trigger, by({ token: other, variables: 'a' }), 401, unauthorized],
    [
      'variables that are a text',
      'POST /projects/271/refs/none/trigger',
      by({ variables: 'value' }),
      400,
      noHash,
    ],
    ['an empty one', trigger, by({ variables: '' }), 400, noHash],
    ['a list', trigger, by({ variables: ['a'] }), 400, noHash],
    ['a number', trigger, by({ variables: 1 }), 400, noHash],
    ['a variable that is no text', trigger, by({ variables: { key: ['1', '2'] } }), 400, noMap],
    ['nor a number', trigger, by({ variables: { key: 1 } }), 400, noMap],
    ['no commit of the ref', 'POST /projects/271/refs/other-branch/trigger', by(), 400, noBuilds],
    ['a slash is no part of a path', 'POST /projects/271/refs/feature/x/trigger', by(), 404, 'Not Found'],
    ['nor is a dot', 'POST /projects/271/refs/v1.0/trigger', by(), 404, 'Not Found'],
  ])
  const { headers } = await ask(gitlab.v1, 'POST /projects/271/refs/v1.0/trigger', by())
  t.strictSame([headers.get('content-type'), headers.get('x-cascade')], ['text/html', 'pass'])
})

t.test('its builds are told its variables last, and are made even where a push asks for none', async t => {
  const { v1 } = gitlab.world('variables')
  const push = async (ref: string, ci_yaml_file: string) => {
    const data = { before: '0'.repeat(40), after: 'c'.repeat(40), ref, ci_yaml_file }
    const commits = [{ id: data.after, message: '[ci skip]' }]
    const project = { project_id: 271, project_token: 'iPWx6WM4lhHNedGfBpPJNP' }
    return (await ask(v1, 'POST /commits', { json: { ...project, data: { ...data, commits } } })).body.status
  }
  const yaml = 'variables: { DB: postgres }\na: { script: ls }\nb: { script: make, stage: deploy }'
  t.equal(await push('refs/heads/feature/x', yaml), 'skipped')
  const made = await ask(v1, 'POST /projects/271/refs/feature%2Fx/trigger', by({ variables: { WHO: 'me' } }))
  t.strictSame([made.status, made.body.commit.status], [201, 'pending'], 'a slash goes as %2F')
  const poll = { json: { token: '12b68e90394084703135' } }
  await ask(v1, 'POST /builds/register', poll)
  const taken = await ask(v1, 'POST /builds/register', poll)
  t.strictSame(taken.body.variables, [
    { key: 'DB', value: 'postgres', public: true },
    { key: 'WHO', value: 'me', public: false },
  ])
  await ask(v1, `PUT /builds/${taken.body.id}`, { json: { ...poll.json, state: 'success' } })
  const next = await ask(v1, 'POST /builds/register', poll)
  t.strictSame(
    [next.body.commands, next.body.variables.length],
    ['\nmake', 2],
    'those of the next stage, too',
  )
  t.equal(await push('refs/heads/broken', 'a: ['), 'skipped')
  const none = await ask(v1, 'POST /projects/271/refs/broken/trigger', by())
  t.strictSame([none.status, none.body], [400, noBuilds], 'a .gitlab-ci.yml that is none makes none')
})

t.test('no page of the docs tells of triggers, and documented has none', async t => {
  t.equal((await ask(documented.v1, trigger, by())).status, 404)
})
