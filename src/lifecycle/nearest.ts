/** The one of some known names that a mistyped one most likely meant; nothing where none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined
  let best: string | undefined
  let least = Math.min(3, Math.ceil(name.length / 2))
  for (const candidate of known) {
    const steps = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (steps < least) {
      least = steps
      best = candidate
    }
  }
  return best
}

/** How many letters must be put in, taken out, exchanged or swapped with their neighbour to make one word the other. */
function editDistance(one: string, other: string): number {
  let before: number[] = []
  let above = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const line = [row]
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1]
      let steps = Math.min(above[column]! + 1, line[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1))
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      if (swapped) steps = Math.min(steps, before[column - 2]! + 1)
      line.push(steps)
    }
    before = above
    above = line
  }
  return above[other.length]!
}

/** The paths of some templates that a mistyped one most likely meant, the nearest first; a parameter takes anything. */
export function nearestPaths(path: string, templates: Iterable<string>, most = 3): string[] {
  const segments = path.split('/').filter(segment => segment !== '')
  const judged = [...templates].flatMap(template => {
    const steps = stepsBetween(segments, template.split('/').slice(1))
    return steps <= mostSteps ? [{ template, steps }] : []
  })
  return judged
    .sort((one, other) => one.steps - other.steps)
    .slice(0, most)
    .map(({ template }) => template)
}

const mostSteps = 4

/**
 * How far two paths are apart: letters within segments, and three steps for a segment that is missing. One too many is no
 * slip: `/projects/1/merge_requests` means something that `/projects/{id}` isn't.
 */
function stepsBetween(sent: readonly string[], template: readonly string[]): number {
  const missing = template.length - sent.length
  if (missing < 0 || missing > 1) return Number.POSITIVE_INFINITY
  let steps = 3 * missing
  for (let place = 0; place < sent.length; place++) {
    const [one, other] = [sent[place]!, template[place]!]
    if (/^{\w+}$/.test(other)) continue
    const apart = one.length > 64 ? mostSteps + 1 : editDistance(bare(one), other.toLowerCase())
    // Of a short word, little may be wrong: it would be near to any other.
    if (apart > Math.floor(one.length / 2)) return Number.POSITIVE_INFINITY
    steps += apart
    if (steps > mostSteps) return steps
  }
  return steps
}

const bare = (segment: string) => segment.replace(/\.\w+$/, '').toLowerCase()
