import { accessSync, constants, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Where a file is, by whatever way it was named: so that it has one lock. */
export function placeOf(given: string): string {
  const named = resolve(given)
  return within(given, () => {
    const found = statSync(named, { throwIfNoEntry: false })
    if (!found) return join(realpathSync(dirname(named)), basename(named))
    if (!found.isFile())
      throw new Error(`is ${found.isDirectory() ? 'a folder; name a file in it' : 'no plain file'}`)
    accessSync(named, constants.R_OK | constants.W_OK)
    return realpathSync(named)
  })
}

/** Does something to a file, and tells of which one where that can't be done. */
export function within<T>(file: string, deed: () => T): T {
  try {
    return deed()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(`${file}: ${code ? `can't be kept there: ${message}` : message}`)
  }
}

/** What processes left beside the file that were ended in the midst of it. */
const litter = /^(\.lock(\.[0-9a-f]{12})*)?\.\d+\.[0-9a-f]{12}\.tmp$|^\.lock(\.[0-9a-f]{12})+$/

/** Clears away what stands beside a file. Only for who has the lock: whoever else tries to get it does without what is cleared away. */
export function clearAway(file: string): void {
  const [folder, name] = [dirname(file), basename(file)]
  for (const found of readdirSync(folder))
    if (found.startsWith(name) && litter.test(found.slice(name.length)))
      rmSync(join(folder, found), { force: true })
}
