/** A number of things, the oldest first; those before are forgotten. */
export interface Ring<T> {
  entries(): readonly T[]
  add(entry: T): void
  clear(): void
}

/** What many rings share: how many bytes they may take together, how many they take, and how many rings there are. */
export interface Pool {
  readonly most: number
  bytes: number
  rings: number
}

/** How much one ring keeps at most; beyond what the pool has, a ring that grows shrinks to its share of it. */
export interface Bounds {
  readonly entries: number
  readonly bytes: number
  readonly pool: Pool
}

interface Account {
  readonly pool: Pool
  bytes: number
}

// A ring that nobody holds any more takes up no room.
const forgotten = new FinalizationRegistry<Account>(({ pool, bytes }) => {
  pool.rings--
  pool.bytes -= bytes
})

/** A ring whose entries take about as many bytes as `sizeOf` says; its latest entry stays, whatever its size. */
export function createRing<T>({ pool, ...most }: Bounds, sizeOf: (entry: T) => number): Ring<T> {
  const account: Account = { pool, bytes: 0 }
  let entries: (T | undefined)[] = []
  let oldest = 0
  const count = (bytes: number) => {
    account.bytes += bytes
    pool.bytes += bytes
  }
  const isTooMuch = () =>
    entries.length - oldest > most.entries ||
    account.bytes > most.bytes ||
    (pool.bytes > pool.most && account.bytes > pool.most / pool.rings)
  const ring: Ring<T> = {
    entries: () => entries.slice(oldest) as T[],
    clear: () => {
      count(-account.bytes)
      entries = []
      oldest = 0
    },
    add: entry => {
      entries.push(entry)
      count(sizeOf(entry))
      while (isTooMuch() && entries.length - oldest > 1) {
        count(-sizeOf(entries[oldest]!))
        entries[oldest++] = undefined
      }
      // Now and then, so that each entry is moved about once.
      if (oldest <= most.entries) return
      entries = entries.slice(oldest)
      oldest = 0
    },
  }
  pool.rings++
  forgotten.register(ring, account)
  return ring
}
