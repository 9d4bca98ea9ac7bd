import { unmodifiedSince } from '../lifecycle/conditional.ts'
import type { Behaviour, Exchange } from '../lifecycle/exchange.ts'
import { listing, type Row, type Table } from '../store/table.ts'
import { type Face, many, nothing, one } from './view.ts'

/** What the plain actions must know of a resource; X is the exchange as its room knows it. */
export interface Resource<R extends Row, X extends Exchange> {
  readonly table: Table<R>
  readonly face: Face<R>
  /** The rows among which a request acts. Refuses where their parent isn't to be seen. */
  readonly among: (exchange: X) => readonly R[]
  /** The row that the path names. Refuses where there is none. */
  readonly named: (exchange: X) => R
  /** Refuses who may not. Asked after the rows are found, as GitLab does. */
  readonly allow: (exchange: X, row?: R) => void
}

/** The five plain actions on a resource, for its room to bind to operations; all others it writes itself. */
export function plainActions<R extends Row, X extends Exchange>({
  table,
  face,
  among,
  named,
  allow,
}: Resource<R, X>) {
  const picked = (exchange: X) => {
    const row = named(exchange)
    allow(exchange, row)
    return row
  }
  return {
    list: (exchange => {
      const rows = among(exchange as X)
      allow(exchange as X)
      return many(face, listing(rows))
    }) as Behaviour,

    show: (exchange => one(face, picked(exchange as X))) as Behaviour,

    /** `fields` makes the new row of the request. */
    create: (fields: (exchange: X) => Omit<R, 'id'>) =>
      (exchange => {
        among(exchange as X)
        allow(exchange as X)
        return one(face, exchange.world.insert(table, fields(exchange as X)))
      }) as Behaviour,

    /** `change` tells which fields change, and to what. */
    update: (change: (exchange: X, row: R) => Partial<Omit<R, 'id'>>) =>
      (exchange => {
        const row = picked(exchange as X)
        return one(face, exchange.world.update(table, row, change(exchange as X, row)))
      }) as Behaviour,

    /** `clear` takes away what hangs on the row. */
    destroy: (clear?: (exchange: X, row: R) => void) =>
      (exchange => {
        const row = picked(exchange as X)
        unmodifiedSince(exchange, row as { updated_at?: string })
        clear?.(exchange as X, row)
        exchange.world.remove(table, row)
        return nothing
      }) as Behaviour,
  }
}
