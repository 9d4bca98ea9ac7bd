// What forks of a world cost, in a process of their own: argument is the folder of a built product, and how many rows its
// default world has. Prints one line of JSON: milliseconds (medians) and bytes.
import { pipelines } from '../../src/apis/v4/ci_tables.ts'
import { createClock } from '../../src/store/clock.ts'
import { readFixtures } from '../../src/store/fixtures.ts'
import { createStore } from '../../src/store/store.ts'

const [folder] = process.argv.slice(2)
const store = createStore(readFixtures(`${folder}/fixtures`), createClock(0), 1)
const main = store.world('main')
// Indexes are made at the first question; a default world that has answered one has them.
main.where(pipelines, 'project_id', 1)
const row = main.get(pipelines, 1001)

const timed = does => {
  const start = performance.now()
  const result = does()
  return [performance.now() - start, result]
}
const median = numbers => numbers.sort((one, other) => one - other)[numbers.length >> 1]

const [forks, writes] = [[], []]
for (let turn = 0; turn < 60; turn++) {
  const [forking, world] = timed(() => store.make(main, 'trial'))
  const { id: _, ...fields } = row
  const [writing] = timed(() => world.insert(pipelines, fields))
  // The first few find out what the compiler is to make faster.
  if (turn >= 20) {
    forks.push(forking)
    writes.push(writing)
  }
}
store.drop('trial')
gc()
const before = process.memoryUsage().heapUsed
const [thousand] = timed(() => {
  for (let turn = 0; turn < 1000; turn++) store.make(main, `fork-${turn}`)
})
gc()
const each = (process.memoryUsage().heapUsed - before) / 1000
process.stdout.write(JSON.stringify({ fork: median(forks), write: median(writes), thousand, each }))
