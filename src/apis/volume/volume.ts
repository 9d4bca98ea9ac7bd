import { getHeapStatistics } from 'node:v8'
import type { WorldData } from '../../store/tables.ts'
import { makeCi } from './ci.ts'
import { makeFiles, makeTags } from './contents.ts'
import { makeIssues } from './issues.ts'
import { makePeople } from './people.ts'
import { makePipelines } from './pipelines.ts'
import { createPlan } from './plan.ts'
import { makeMembers, makeOpenings, makeProjects } from './projects.ts'
import { makeRepositories } from './repositories.ts'

/** What all rows at one place take, with some room for answers, in bytes. */
const perPlace = 9000

/** Throws where so many rows per table would not fit into this process: it would end in the midst of them. */
function refuseTooMany(count: number): void {
  const { heap_size_limit: limit } = getHeapStatistics()
  const wanted = count * perPlace
  if (wanted <= limit) return
  const inMiB = (bytes: number) => Math.ceil(bytes / 2 ** 20)
  throw new Error(
    `volume: ${count} rows per table take ${inMiB(wanted)} MiB, and Node.js gives this process ${inMiB(limit)}; ` +
      `ask for ${Math.floor(limit / perPlace)} at most, or set NODE_OPTIONS=--max-old-space-size=${inMiB(wanted)}`,
  )
}

/** Where the default world's own rows end: what is made is the same whatever day it is. */
const lastDay = Date.parse('2016-11-04T12:00:00Z')

/**
 * Fixtures with so many made-up rows per table behind their own, which stay as they are: what is made belongs to
 * projects that are made, too. The same count, seed and end of time
 * (an instant in milliseconds) make the same rows. Throws where they would not fit.
 */
export function fill(fixtures: WorldData, count: number, seed: number, until = lastDay): WorldData {
  refuseTooMany(count)
  const plan = createPlan(fixtures, count, seed, until)
  const { people, homes, groups } = makePeople(plan)
  const held = makeRepositories(plan, people)
  const tags = makeTags(plan, held.made)
  const made = makeProjects(plan, homes, groups, held)
  makeMembers(plan, made)
  makeOpenings(plan, made, groups)
  makeFiles(plan, held, made)
  makeIssues(plan)
  makePipelines(plan, held.made, tags)
  makeCi(plan, made, [...homes, ...groups], held.made)
  return plan.filled
}
