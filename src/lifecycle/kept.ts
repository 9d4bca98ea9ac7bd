/** How many results are kept, and of texts how long. */
export interface Bounds {
  readonly most: number
  readonly longest: number
}

/** Makes a result of a text once, and keeps it unless it is undefined; when there are too many, all are forgotten. */
export function keptByText<T>({ most, longest }: Bounds): (text: string, make: () => T) => T {
  const kept = new Map<string, T>()
  return (text, make) => {
    const known = kept.get(text)
    if (known !== undefined) return known
    const made = make()
    if (made === undefined || text.length > longest) return made
    if (kept.size >= most) kept.clear()
    kept.set(text, made)
    return made
  }
}
