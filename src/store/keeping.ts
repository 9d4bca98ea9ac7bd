import { Low } from 'lowdb'
import { createKeptFile } from './kept_file.ts'
import { clearAway, placeOf, within } from './kept_place.ts'
import { takeLock } from './lock.ts'
import { type Pictures, pictureOf, worldOf } from './picture.ts'
import type { Store } from './store.ts'

/** A change is in the file at most so many milliseconds later, unless it was told that writing takes too long for that. */
const promised = 1000
/** Between two looks at what has changed. */
const pause = 250
/** After a write, so many times as long as it took is left to those who ask. */
const rest = 2

/** Worlds that are kept in a file. */
export interface Keeping {
  readonly file: string
  /** How many came back. */
  readonly restored: number
  /** How many milliseconds the file is behind at most. */
  readonly promised: number
  /** The version that wrote them. */
  readonly writtenBy: string | undefined
  /** Saves what there is, and gives the file back. Rejects where that can't be done; the file is given back all the same. */
  close(): Promise<void>
  /** Gives the file back as it is. */
  abandon(): void
}

/**
 * Brings back the worlds that a file keeps, and keeps them there from now on, behind all requests. Rejects with one line
 * about the file, which is as it was then. `tell` is told, in a line, what happens to it later.
 */
export async function keep(
  store: Store,
  given: string,
  version: string,
  tell: (line: string) => void,
): Promise<Keeping> {
  const file = placeOf(given)
  const lock = within(file, () => takeLock(`${file}.lock`))
  const adapter = createKeptFile(file, version, () => {
    if (!lock.isHeld()) throw new Error(`its lock, ${file}.lock, was taken away`)
  })
  const db = new Low<Pictures>(adapter, new Map())
  try {
    clearAway(file)
    await db.read()
    for (const [name, picture] of db.data) {
      const origin = db.data.get(bornAs(name))
      if (!isOrigin(name)) store.adopt(worldOf(name, picture), origin && worldOf(name, origin))
    }
  } catch (error) {
    lock.release()
    throw error
  }

  let known: Pictures = db.data
  const restored = [...known.keys()].filter(name => !isOrigin(name)).length
  const save = async () => {
    const now = new Map(
      store.names().flatMap(name => {
        const [world, origin] = [store.world(name), store.origin(name)]
        const named = [[name, world] as const, ...(origin ? [[bornAs(name), origin] as const] : [])]
        return named.map(([name, world]) => [name, pictureOf(world, known.get(name))] as const)
      }),
    )
    if (now.size === known.size && [...now].every(([name, picture]) => known.get(name) === picture)) return 0
    const begun = performance.now()
    db.data = now
    await db.write()
    known = now
    return performance.now() - begun
  }

  let failure: string | undefined
  let toldAge = promised
  let slow = 0
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  let isOver = false
  const goRound = async () => {
    let wait = promised
    try {
      const took = await save()
      wait = Math.max(pause, rest * took)
      if (failure) tell(`${file}: is saved again`)
      failure = undefined
      // Changed when a write had just begun, a row waits for that one, for the next look, and for one write more.
      const age = took + wait + took
      // One alone may be a hiccup of the machine's.
      if (took > 0) slow = age > toldAge ? slow + 1 : 0
      if (slow >= 2) {
        toldAge = 2 * age
        const megabytes = (adapter.size / 1e6).toFixed(1)
        tell(`${file}: ${megabytes} MB take long to save, what is there may be ${seconds(age)} s old`)
      }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (failure !== (code ?? message)) tell(`${file}: can't be saved, and will be tried again: ${message}`)
      failure = code ?? message
    }
    if (!isOver) goOn(wait)
  }
  const goOn = (wait: number) => {
    timer = setTimeout(() => (round = goRound()), wait).unref()
  }
  const end = () => {
    isOver = true
    clearTimeout(timer)
  }

  try {
    // A new file is there before anybody is served: where that can't be, it is better told now.
    await save()
  } catch (error) {
    lock.release()
    throw new Error(`${file}: can't be written: ${(error as Error).message}`)
  }
  goOn(pause)
  return {
    file,
    restored,
    promised,
    writtenBy: adapter.writtenBy,
    close: async () => {
      end()
      await round
      try {
        await save()
      } catch (error) {
        throw new Error(`${file}: the latest changes are lost: ${(error as Error).message}`)
      } finally {
        lock.release()
      }
    },
    abandon: () => {
      end()
      lock.release()
    },
  }
}

/** Under which name it is kept what a world was born as; no world has such a name. */
const bornAs = (name: string) => `${name}/born`
const isOrigin = (name: string) => name.endsWith('/born')

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1)
