import t from 'tap'
import { createUnderstudy } from '../../src/index.ts'
import { type Asked, ask } from '../ask.ts'

const gitlab = await createUnderstudy({ checkAnswers: true })
t.teardown(() => gitlab.close())
const { tokens } = gitlab

t.test('the version is for whoever is signed in', async t => {
  const version = { version: '13.0.0', revision: 'understudy' }
  const unauthorized = { message: '401 Unauthorized' }
  const rows: [who: string, asked: Asked, status: number, body: object][] = [
    ['root', { as: tokens.root }, 200, version],
    ['stranger', { as: tokens.stranger }, 200, version],
    ['readonly', { as: tokens.readonly }, 200, version],
    ['readuser', { as: tokens.readuser }, 403, { error: 'insufficient_scope', scope: 'api read_api' }],
    ['nobody', {}, 401, unauthorized],
    ['expired', { as: tokens.expired }, 401, unauthorized],
    ['unknown', { as: 'unknown-token-000001' }, 401, unauthorized],
  ]
  for (const [who, asked, status, body] of rows) {
    const got = await ask(gitlab.v4, 'GET /version', asked)
    t.equal(got.status, status, who)
    t.match(got.body, body, who)
  }
  const json = await ask(gitlab.v4, 'GET /version.json', { as: tokens.root })
  t.strictSame([json.status, json.body], [200, version], 'with .json, too')
})
