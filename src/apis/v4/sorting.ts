import { compared, type Listing, listing, type Row, reversed, whole } from '../../store/table.ts'

/**
 * Rows by a field, as a new array; rows that are equal in it come by id, in the same direction. What has no value
 * counts as the greatest, as in GitLab's database.
 */
export function sorted<R extends Row>(rows: readonly R[], field: string, direction: 'asc' | 'desc'): R[] {
  const isAscending = direction === 'asc'
  if (field === 'id') return isAscending ? rows.slice() : rows.slice().reverse()
  const found = rows.slice().sort((one, other) => compared(one, other, field))
  return isAscending ? found : found.reverse()
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
