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
