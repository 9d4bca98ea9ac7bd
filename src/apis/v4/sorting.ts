import type { Row } from '../../store/table.ts'

/** Rows by a field, as a new array; rows that are equal in it come by id, in the same direction. */
export function sorted<R extends Row>(rows: readonly R[], field: string, direction: 'asc' | 'desc'): R[] {
  const sign = direction === 'asc' ? 1 : -1
  if (field === 'id') return direction === 'asc' ? rows.slice() : rows.slice().reverse()
  const of = (row: R) => (row as unknown as Record<string, string | number | null>)[field] ?? ''
  return rows.slice().sort((one, other) => {
    const [a, b] = [of(one), of(other)]
    return sign * (a < b ? -1 : a > b ? 1 : one.id - other.id)
  })
}
