import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { ask } from '../ask.ts'
import { failure, forbidden, holdFacts, holdStory, notFound, notGiven, unauthorized } from './facts.ts'

const gitlab = await createUnderstudy({ profile: 'observed', checkAnswers: true })
const documented = await createUnderstudy({ checkAnswers: true })
t.teardown(() => Promise.all([gitlab.close(), documented.close()]))
const { root, maintainer, developer } = gitlab.tokens

const create = 'POST /projects/271/webhooks'
const url = 'http://hooks.example.com/builds?a=b'
const by = (as: string | undefined, web_hook: unknown = url) => ({ as, json: { web_hook } })
const invalid = { message: 'Url should be a valid url' }

t.test('a web hook is added to a project', async t => {
  const hook = { id: 1, project_id: 271, url }
  await holdStory(t, gitlab, [
    ['three fields', create, by(root), 201, hook],
    ['the same again is another', create, by(maintainer), 201, { ...hook, id: 2 }],
    ['it goes with its project', 'DELETE /projects/271', { as: root }, 200],
    [
      'and its id is not given again',
      'POST /projects/272/webhooks',
      by(root),
      201,
      { ...hook, id: 3, project_id: 272 },
    ],
  ])
  await holdFacts(t, gitlab, [
    ['as a form', create, { as: root, form: { web_hook: url } }, 201, hook],
    ['.json', 'POST /projects/271/webhooks.json', by(root), 201, hook],
    ['https', create, by(root, 'https://a.example.com'), 201, { ...hook, url: 'https://a.example.com' }],
    [
      'an address may stand anywhere',
      create,
      by(root, 'see http://a'),
      201,
      { ...hook, url: 'see http://a' },
    ],
  ])
})

t.test('what a web hook is refused for, in order', async t => {
  await holdFacts(t, gitlab, [
    ['who asks', create, { json: {} }, 403, forbidden],
    ['what lacks', 'POST /projects/999/webhooks', by(root, ''), 400, notGiven('web_hook')],
    ['what is not there', 'POST /projects/999/webhooks', by(root, 'nowhere'), 404, notFound],
    ['what is no number', 'POST /projects/non-existant-id/webhooks', by(root), 404, notFound],
    ['who may', create, by(developer, 'nowhere'), 401, unauthorized],
    ['what is no address', create, by(root, 'ala_ma_kota'), 400, invalid],
    ['nor one of another scheme', create, by(root, 'ftp://a.example.com'), 400, invalid],
    ['a hash', create, by(root, { a: 1 }), 500, failure],
  ])
})

t.test('no page of the docs tells of web hooks, and documented has none', async t => {
  const { status } = await ask(documented.v1, create, by(root))
  t.equal(status, 404)
})
