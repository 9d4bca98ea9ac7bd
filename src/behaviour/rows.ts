import { unmodifiedSince } from '../lifecycle/conditional.ts'
import type { Behaviour, Deed, Exchange } from '../lifecycle/exchange.ts'
import { listing, type Row, type Table } from '../store/table.ts'
import { type Face, many, nothing, one } from './view.ts'

/** What the plain actions must know of a resource; W is an exchange about all its rows, X one about one of them. */
export interface Resource<R extends Row, P, W extends Exchange, X extends W> {
  readonly table: Table<R>
  readonly face: Face<R>
  /** What the rows belong to. Refuses where it isn't to be seen. */
  readonly parent: (exchange: W) => P
  /** The row that the path names. Refuses where there is none. */
  readonly named: (exchange: X, parent: P) => R
  /** Refuses who may not. Asked after the rows are found, as GitLab does. */
  readonly allow: (exchange: W, parent: P, row?: R) => void
}

/** The five plain actions on a resource, for its room to bind to operations; all others it writes itself. */
export function plainActions<R extends Row, P, W extends Exchange, X extends W>(
  resource: Resource<R, P, W, X>,
) {
  const { table, face, parent, named, allow } = resource
  const within = (exchange: W) => {
    const found = parent(exchange)
    allow(exchange, found)
    return found
  }
  const picked = (exchange: X) => {
    const found = parent(exchange)
    const row = named(exchange, found)
    allow(exchange, found, row)
    return row
  }
  return {
    /** `rows` finds the parent's rows, filtered and sorted. */
    list: <Y extends W>(rows: (exchange: Y, parent: P) => readonly R[]) =>
      bound((exchange: Y) => many(face, listing(rows(exchange, within(exchange))))),

    show: bound((exchange: X) => one(face, picked(exchange))),

    /** `fields` makes the new row. */
    create: <Y extends W>(fields: (exchange: Y, parent: P) => Omit<R, 'id'>) =>
      bound((exchange: Y) => one(face, exchange.world.insert(table, fields(exchange, within(exchange))))),

    /** `change` tells which fields change, and to what; a row in which none does is left as it is. */
    update: <Y extends X>(change: (exchange: Y, row: R) => Partial<Omit<R, 'id'>> | undefined) =>
      bound((exchange: Y) => {
        const row = picked(exchange)
        const changes = change(exchange, row)
        return one(face, changes ? exchange.world.update(table, row, changes) : row)
      }),

    /** `clear` takes away what hangs on the row. */
    destroy: (clear?: (exchange: X, row: R) => void) =>
      bound((exchange: X) => {
        const row = picked(exchange)
        unmodifiedSince(exchange, row as { updated_at?: string })
        clear?.(exchange, row)
        exchange.world.remove(table, row)
        return nothing
      }),
  }
}

/** The contract sees to it that an exchange has the parameters that its behaviour is written for. */
const bound = <Y extends Exchange>(behave: (exchange: Y) => Deed): Behaviour => behave as Behaviour
