import type { Row, Table } from '../../store/table.ts'
import type { WorldData } from '../../store/tables.ts'
import { users } from '../accounts.ts'
import { type Calendar, createCalendar } from './calendar.ts'
import { createDraw, type Draw } from './draw.ts'
import { makeWords, type Words } from './words.ts'

/**
 * What all rows are made by. The rows of a table are made in the order of time, and one at a place refers to rows at its
 * own place or before it only: so nothing is older than what it belongs to.
 */
export interface Plan {
  /** How many rows a table gets. */
  readonly count: number
  readonly draw: Draw
  readonly words: Words
  readonly calendar: Calendar
  /** The rows that were there before. */
  known<R extends Row>(table: Table<R>): readonly R[]
  /** The id of the row at a place. */
  id<R extends Row>(table: Table<R>, place: number): number
  /** Makes a table's rows, each at its place under the id that it has there; of most tables, `count`. */
  make<R extends Row>(table: Table<R>, row: (place: number, id: number) => R, count?: number): R[]
  /** Adds rows that were made under such ids, one for each place. */
  add<R extends Row>(table: Table<R>, rows: readonly R[]): void
  /** A second for the row at a place; of two rows at one place, that of the greater stage (0 to 9) is later. */
  second(place: number, stage: number): number
  /** A second between that one and the end, mostly soon after. */
  after(second: number): number
  /** The place of a project: half of the time the first one's, else the place itself, or one before it. */
  project(place: number): number
  /** Somebody who is there by the time of a place: mostly one who was made, sometimes one from before. */
  someone(place: number): number
  /** Fixtures and all rows that were added. */
  readonly filled: WorldData
}

/** Ids below it are the docs': of rows that they print, and of some that they say aren't there. */
const firstId = 1001

/** A plan to lay so many rows per table over those of fixtures, in the time up to an instant. */
export function createPlan(fixtures: WorldData, count: number, seed: number, until: number): Plan {
  const draw = createDraw(seed)
  const calendar = createCalendar(until)
  const filled: WorldData = { ...fixtures, tables: { ...fixtures.tables }, next: { ...fixtures.next } }
  const known = <R extends Row>({ name }: Table<R>) => (fixtures.tables[name] ?? []) as readonly R[]
  const firsts = new Map<string, number>()
  const first = <R extends Row>(table: Table<R>) => {
    const { name } = table
    if (!firsts.has(name))
      firsts.set(name, Math.max(firstId, fixtures.next[name] ?? 0, (known(table).at(-1)?.id ?? 0) + 1))
    return firsts.get(name)!
  }
  const id = <R extends Row>(table: Table<R>, place: number) => first(table) + place
  const add = <R extends Row>(table: Table<R>, rows: readonly R[]) => {
    filled.tables[table.name] = known(table).concat(rows)
    filled.next[table.name] = first(table) + rows.length
  }
  const people = known(users).flatMap(({ id, bot, state }) => (bot || state !== 'active' ? [] : [id]))
  return {
    count,
    draw,
    words: makeWords(seed),
    calendar,
    known,
    id,
    add,
    make: (table, row, wanted = count) => {
      const start = first(table)
      const rows = Array.from({ length: wanted }, (_, place) => row(place, start + place))
      add(table, rows)
      return rows
    },
    second: (place, stage) => {
      const left = 1 - (place + (stage + draw.below(1000) / 1000) / 10) / count
      // More and more comes about: what is new, of which some is not over yet, is from the last days.
      return Math.floor((1 - left * left) * calendar.last)
    },
    after: second => second + draw.early(Math.max(1, calendar.last - second)),
    project: place => (draw.isSo(0.5) ? 0 : draw.isSo(0.5) ? place : draw.early(place + 1)),
    someone: place =>
      people.length > 0 && draw.isSo(0.05) ? draw.one(people) : id(users, draw.early(place + 1)),
    filled,
  }
}
