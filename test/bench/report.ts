// The figures for people: a table for the terminal, and the README's.
import type { Figure, Results } from './results.ts'
import { type ServerName, serverNames, servers } from './servers.ts'

const label = (who: string) => servers[who as ServerName]?.label ?? who
const shown = (number: number | undefined) => {
  if (number === undefined) return '–'
  return number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2)
}
const isWork = ({ part }: Figure) => part === 'work' || part === 'contract'
const isOurs = ({ who }: Figure) => who === 'understudy'
const met = ({ figure, goal }: Figure) =>
  goal === undefined || figure === undefined ? '' : figure <= goal ? 'met' : 'not met'
const goal = (it: Figure | undefined) =>
  it?.goal === undefined ? '' : `≤ ${it.goal}${it.unit ? ` ${it.unit}` : ''}`
const withUnit = ({ figure, unit }: Figure) => shown(figure) + (unit ? ` ${unit}` : '')

/** What was measured at one size, of all who took part. */
function groups(figures: readonly Figure[]): Figure[][] {
  const found = new Map<string, Figure[]>()
  for (const figure of figures) {
    const key = `${figure.part} ${figure.what} ${figure.at}`
    found.set(key, [...(found.get(key) ?? []), figure])
  }
  return [...found.values()]
}

type Table = { head: string[]; rows: string[][] }

/** CPU time per request as ratios: a row for each work and size, a column for each server. */
function worksTable(figures: readonly Figure[]): Table {
  const works = figures.filter(it => isWork(it) && it.what !== 'to start')
  const columns = serverNames.filter(name => name !== 'constant' && works.some(({ who }) => who === name))
  return {
    head: ['Goal', '', '', ...columns.map(label), ''],
    rows: groups(works).map(group => {
      const ours = group.find(isOurs)
      const cells = columns.map(name => shown(group.find(({ who }) => who === name)?.figure))
      const [{ what, at }] = group as [Figure]
      return [goal(ours), what, at, ...cells, ours ? met(ours) : '']
    }),
  }
}

const othersTable = (figures: readonly Figure[]): Table => ({
  head: ['Goal', '', '', 'Who', 'Figure', ''],
  rows: figures
    .filter(it => !isWork(it))
    .map(it => [goal(it), it.what, it.at, label(it.who), withUnit(it), met(it)]),
})

/** Requests per second and answer times of this server, as ratios. */
const pacesTable = (figures: readonly Figure[]): Table => ({
  head: ['', '', 'Who', 'Requests/s', 'p99', 'µs CPU', 'requests/s', 'ms p99', 'requests'],
  rows: figures
    .filter(it => it.perSecond !== undefined)
    .map(({ what, at, who, perSecond, p99, absolute = {} }) => [
      ...[what, at, label(who), shown(perSecond), shown(p99)],
      ...[absolute.microseconds, absolute.perSecond, absolute.p99].map(shown),
      `${absolute.requests}`,
    ]),
})

function aligned({ head, rows }: Table): string {
  const all = [head, ...rows]
  const widths = head.map((_, at) => Math.max(...all.map(row => row[at]!.length)))
  return all
    .map(row =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const markdown = ({ head, rows }: Table) =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')

/** All there is to say, for a terminal. */
export function report({ machine, node, cores, figures }: Results): string {
  const parts = []
  if (figures.some(isWork))
    parts.push(
      `CPU time per request, as a ratio to bare Fastify's (a constant of the same size, in the same round)\n\n${aligned(worksTable(figures))}`,
    )
  const others = othersTable(figures)
  if (others.rows.length > 0) parts.push(`Else\n\n${aligned(others)}`)
  const paces = pacesTable(figures)
  if (paces.rows.length > 0)
    parts.push(`Requests per second and answer times as ratios; then absolutely\n\n${aligned(paces)}`)
  const notes = figures
    .filter(({ note }) => note)
    .map(({ what, at, who, note }) => `${label(who)}, ${what}, ${at}: ${note}`)
  return [...parts, ...notes, `${machine}, Node ${node}; ${cores}`].join('\n\n')
}

/** The README's tables. */
export function readmeTables({ machine, node, cores, quick, figures }: Results): string {
  const absolute = groups(
    figures.filter(({ part, who }) => part === 'work' && (who === 'constant' || who === 'understudy')),
  )
    .slice(0, 1)
    .flat()
    .map(({ who, absolute }) => `${label(who)} ${shown(absolute?.microseconds)} µs`)
  const foot = `${quick ? 'A quick run. ' : ''}Absolutely, of ${groups(figures)[0]?.[0]?.what}: ${absolute.join(', ')} of CPU time per request. Measured on ${machine}, Node ${node.slice(1)}; ${cores}.`
  return [markdown(worksTable(figures)), markdown(othersTable(figures)), foot].join('\n\n')
}
