// Many clients at once, each in its world: every answer is as its contract and the model of its world have it.
import t from 'tap'
import { deedNames, underLoad } from './under_load.ts'

t.test('no two worlds are mixed and nothing stale is shown, whoever asks how and when', async t => {
  const { done, faults } = await underLoad(24, 120)
  t.strictSame(faults, [])
  for (const deed of deedNames) t.ok(done.get(deed), `somebody would ${deed}`)
  t.ok(done.get('not modified'), 'somebody had an answer by its ETag')
})
