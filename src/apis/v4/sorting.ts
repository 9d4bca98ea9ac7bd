import { type Listing, listing, type Row, reversed, whole } from '../../store/table.ts'

/**
 * Rows by a field, as a new array; rows that are equal in it come by id, in the same direction. What has no value
 * counts as the greatest, as in GitLab's database.
 */
export function sorted<R extends Row>(rows: readonly R[], field: string, direction: 'asc' | 'desc'): R[] {
  const sign = direction === 'asc' ? 1 : -1
  if (field === 'id') return direction === 'asc' ? rows.slice() : rows.slice().reverse()
  const of = (row: R) => (row as unknown as Record<string, string | number | null>)[field] ?? null
  return rows.slice().sort((one, other) => {
    const [a, b] = [of(one), of(other)]
    if (a === b) return sign * (one.id - other.id)
    return sign * (b === null || (a !== null && a < b) ? -1 : 1)
  })
}

/** The same of a listing by id: in the order of ids, only the rows that are shown are looked at. */
export function sortedListing<R extends Row>(
  rows: Listing<R>,
  field: string,
  direction: 'asc' | 'desc',
): Listing<R> {
  if (field !== 'id') return listing(sorted(whole(rows), field, direction))
  return direction === 'asc' ? rows : reversed(rows)
}
