import type { Picture, Pictures } from './picture.ts'
import { declaredTables, type Row } from './table.ts'

/** Known rows that are gone over between two lines, so that a long table never holds others up. */
const mostAtOnce = 2000

/**
 * The lines that tell of worlds, each without its end. A row is an object and a table a list of ranges of rows by their
 * place, first and count; a world is its name and what it is, its tables by their place. Each row and each table is told
 * once, however many worlds share it. An empty line is none: it lets others have their turn.
 */
export function* linesOf(pictures: Pictures): Generator<string> {
  const rowPlaces = new Map<Row, number>()
  const tablePlaces = new Map<readonly Row[], number>()
  for (const [name, { tables, ...others }] of pictures) {
    const places: Record<string, number> = {}
    for (const [table, rows] of Object.entries(tables)) {
      if (!tablePlaces.has(rows)) {
        const ranges: number[] = []
        let known = 0
        for (const row of rows) {
          let place = rowPlaces.get(row)
          if (place === undefined) {
            rowPlaces.set(row, (place = rowPlaces.size))
            yield JSON.stringify(row)
          } else if (++known % mostAtOnce === 0) yield ''
          const last = ranges.length - 2
          if (last >= 0 && ranges[last]! + ranges[last + 1]! === place) ranges[last + 1]!++
          else ranges.push(place, 1)
        }
        tablePlaces.set(rows, tablePlaces.size)
        yield JSON.stringify(ranges)
      }
      places[table] = tablePlaces.get(rows)!
    }
    yield JSON.stringify([name, { tables: places, ...others }])
  }
}

/** Reads what `linesOf` told; rows and tables are shared again. Throws what is wrong, with the number of the line. */
export function picturesIn(lines: Iterable<string>): Map<string, Picture> {
  const rows: Row[] = []
  const tables: Row[][] = []
  const pictures = new Map<string, Picture>()
  let number = 0
  for (const line of lines) {
    number++
    try {
      const told: unknown = JSON.parse(line)
      if (!Array.isArray(told)) rows.push(rowOf(told))
      else if (typeof told[0] === 'string') pictures.set(told[0], pictureIn(told[1], tables))
      else tables.push(tableOf(told, rows))
    } catch (error) {
      throw new Error(
        `line ${number} ${error instanceof SyntaxError ? 'is not JSON' : (error as Error).message}`,
      )
    }
  }
  return pictures
}

function rowOf(told: unknown): Row {
  const { id } = asRecord(told, 'is no row')
  if (!isWhole(id) || id < 1) throw new Error('is a row without an id')
  return told as Row
}

function tableOf(ranges: unknown[], rows: readonly Row[]): Row[] {
  const table: Row[] = []
  if (ranges.length % 2 !== 0 || !ranges.every(isWhole)) throw new Error('is no list of ranges')
  for (let at = 0; at < ranges.length; at += 2) {
    const [first, count] = ranges.slice(at, at + 2) as [number, number]
    if (first + count > rows.length) throw new Error('names rows that are not there')
    for (let place = first; place < first + count; place++) {
      const row = rows[place]!
      if (table.length > 0 && table.at(-1)!.id >= row.id) throw new Error('names rows out of order')
      table.push(row)
    }
  }
  return table
}

function pictureIn(told: unknown, known: readonly Row[][]): Picture {
  const { tables: places, next, counters, pretended, clock, chance } = asRecord(told, 'is no world')
  const tables: Record<string, readonly Row[]> = {}
  for (const [name, place] of Object.entries(asRecord(places, 'is a world without tables'))) {
    const rows = known[place as number]
    if (!rows) throw new Error(`names a table ${JSON.stringify(place)} that is not there`)
    if (!declaredTables.has(name)) throw new Error(`has a table "${name}" that nobody reads`)
    tables[name] = rows
  }
  for (const numbers of [next, counters].map(it => asRecord(it, 'is a world without ids')))
    if (!Object.values(numbers).every(isWhole)) throw new Error('has an id that is no whole number')
  const { standing = 0, ahead } = asRecord(clock, 'is a world without a clock')
  if (![standing, ahead].every(Number.isFinite) || !isWhole(chance))
    throw new Error('is a world without time or chance')
  for (const pretences of Object.values(asRecord(pretended, 'has no pretended rows')))
    if (!Array.isArray(pretences) || !pretences.every(isPretence)) throw new Error('pretends what nobody can')
  return { ...(told as Picture), tables }
}

const isPretence = (told: unknown) => {
  const { first, count, fields, from, until } = asRecord(told, 'pretends nothing')
  return (
    [first, count].every(isWhole) &&
    [from, until].every(Number.isFinite) &&
    asRecord(fields, 'pretends nothing')
  )
}

const isWhole = (told: unknown): told is number => Number.isSafeInteger(told) && (told as number) >= 0

function asRecord(told: unknown, problem: string): Record<string, unknown> {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) throw new Error(problem)
  return told as Record<string, unknown>
}
