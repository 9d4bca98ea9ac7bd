import { value } from '../behaviour/view.ts'
import type { Behaviours } from '../lifecycle/exchange.ts'
import { refuse } from '../lifecycle/reason.ts'
import { declaredTables, type Row } from '../store/table.ts'
import { emptyWorld } from '../store/tables.ts'
import type { World } from '../store/world.ts'
import type { House, Told } from './house.ts'

/** How many of many faults are told. */
const mostTold = 5

/** The rows behind all answers. */
export const tableTasks = ({ faultsIn }: House): Behaviours => {
  const known = (table: string) => {
    if (!declaredTables.has(table)) throw refuse('notFound', { thing: 'table', name: table })
    return table
  }
  return {
    listTables: ({ world }: Told) => {
      const tables = [...declaredTables.keys()]
        .sort()
        .map(name => ({ name, rows: world.rows({ name, by: [] }).length }))
      return value({ tables })
    },

    readTable: ({ world, params }: Told<{ table: string }>) => value(shownTable(world, known(params.table))),

    replaceTable: ({ world, params }: Told<{ table: string; rows: readonly Row[]; next?: number }>) => {
      const name = known(params.table)
      const rows = [...params.rows].sort((one, other) => one.id - other.id)
      const problem = orderProblem(rows, params.next) ?? formProblem(rows, world.rows({ name, by: [] }))
      if (problem) throw refuse('unusable', { problem })
      // Tried on a fork first, so that rows which are refused change nothing.
      const trial = world.fork(world.name, world.chance, emptyWorld())
      const before = new Set(faultsIn(trial))
      trial.replace(name, rows, params.next)
      const faults = faultsIn(trial).filter(fault => !before.has(fault))
      if (faults.length > 0) throw refuse('unusable', { problem: faults.slice(0, mostTold).join('; ') })
      world.replace(name, rows, params.next)
      return value(shownTable(world, name))
    },
  }
}

/** A table as a file of fixtures has it: the next id stands behind all rows. */
export function shownTable(world: World, name: string): { next: number; rows: readonly Row[] } {
  const rows = world.rows({ name, by: [] })
  return { next: Math.max(world.nextId({ name, by: [] }), (rows.at(-1)?.id ?? 0) + 1), rows }
}

function orderProblem(rows: readonly Row[], next: number | undefined): string | undefined {
  const twice = rows.find((row, place) => rows[place - 1]?.id === row.id)
  if (twice) return `row ${twice.id} is there twice`
  const greatest = rows.at(-1)?.id ?? 0
  return next !== undefined && next <= greatest ? `next is not above the last id, ${greatest}` : undefined
}

/**
 * What rows lack that all rows before them had. Not every table has a contract for its rows, and what asks for a field
 * that isn't there would fail only later.
 */
function formProblem(rows: readonly Row[], before: readonly Row[]): string | undefined {
  const [first] = before
  if (!first) return undefined
  const kinds = new Map(Object.keys(first).map(field => [field, new Set<string>()]))
  for (const row of before) {
    for (const [field, seen] of kinds) {
      if (Object.hasOwn(row, field)) seen.add(kindOf(row, field))
      else kinds.delete(field)
    }
  }
  for (const row of rows) {
    for (const [field, seen] of kinds) {
      if (!Object.hasOwn(row, field)) return `row ${row.id} has no ${field}, as all others had`
      const kind = kindOf(row, field)
      // Of what was always null, it isn't known what else it may be.
      const isNew = !seen.has(kind) && kind !== 'null' && !(seen.size === 1 && seen.has('null'))
      if (isNew)
        return `row ${row.id}: ${field} is of the kind "${kind}", of the others it was "${[...seen].join(', ')}"`
    }
  }
  return undefined
}

function kindOf(row: Row, field: string): string {
  const held = (row as unknown as Record<string, unknown>)[field]
  return held === null ? 'null' : Array.isArray(held) ? 'list' : typeof held
}
