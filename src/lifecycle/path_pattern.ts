/** Whether a path is one of those that a pattern means. */
export type PathPattern = (path: string) => boolean

const patterns = new Map<string, PathPattern>()
const mostKept = 1000

/** What a pattern means: `*` stands for anything, `{name}` for a whole segment; read once and kept. */
export function pathPattern(text: string): PathPattern {
  let pattern = patterns.get(text)
  if (!pattern) {
    if (patterns.size >= mostKept) patterns.clear()
    patterns.set(text, (pattern = createPattern(text)))
  }
  return pattern
}

/**
 * Not one expression with a `.*` for each star: that takes minutes to find out that it doesn't fit a long path. Between
 * the stars there is nothing to try twice, so each part is looked for once, behind the one before.
 */
function createPattern(text: string): PathPattern {
  const [first = '', ...others] = text.split('*').map(sourceOf)
  const last = others.pop()
  if (last === undefined) {
    const whole = new RegExp(`^${first}/?$`)
    return path => whole.test(path)
  }
  const begins = new RegExp(`^${first}`)
  const between = others.map(part => new RegExp(part))
  const ends = new RegExp(`${last}/?$`)
  return path => {
    let left = path
    for (const part of [begins, ...between]) {
      const found = part.exec(left)
      if (!found) return false
      left = left.slice(found.index + found[0].length)
    }
    return ends.test(left)
  }
}

const sourceOf = (part: string) =>
  part
    .split(/((?<=\/){\w+}(?=\/|$))/)
    .map(piece => (/^{\w+}$/.test(piece) ? '[^/]+' : piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    .join('')
