/** Ids in an order. */
export interface Ids {
  readonly length: number
  slice(from?: number, to?: number): number[]
}

/** As many stand in one piece at most; more are cut in two. */
const most = 512

/**
 * Many ids, in pieces: one that comes or goes moves only those of its piece, and copies share all pieces that stay as
 * they are.
 */
export class ManyIds implements Ids {
  readonly #pieces: number[][]
  /** The pieces that stand here alone, and so may be changed in place. */
  readonly #own: Set<number[]>
  #length: number

  private constructor(pieces: number[][], length: number, own: Set<number[]>) {
    this.#pieces = pieces
    this.#length = length
    this.#own = own
  }

  static of(ids: readonly number[]): ManyIds {
    const pieces: number[][] = []
    for (let from = 0; from < ids.length; from += most / 2) pieces.push(ids.slice(from, from + most / 2))
    return new ManyIds(pieces, ids.length, new Set(pieces))
  }

  /** The same ids; who changes the copy doesn't change this, which from here on must not be changed itself. */
  copy(): ManyIds {
    return new ManyIds(this.#pieces.slice(), this.#length, new Set())
  }

  get length(): number {
    return this.#length
  }

  slice(from = 0, to = this.#length): number[] {
    const found: number[][] = []
    let [place, start] = this.#startOf(from)
    for (; place < this.#pieces.length && start < to; place++) {
      const piece = this.#pieces[place]!
      found.push(piece.slice(Math.max(0, from - start), to - start))
      start += piece.length
    }
    return found.length === 1 ? found[0]! : found.flat()
  }

  /** The piece in which an id is by its place, and the place of that piece's first; from whichever end is nearer. */
  #startOf(from: number): [piece: number, start: number] {
    let [piece, start] = [0, 0]
    if (from > this.#length / 2) {
      ;[piece, start] = [this.#pieces.length, this.#length]
      while (start > from) start -= this.#pieces[--piece]!.length
      return [piece, start]
    }
    while (piece < this.#pieces.length && start + this.#pieces[piece]!.length <= from)
      start += this.#pieces[piece++]!.length
    return [piece, start]
  }

  /** Puts an id behind all that come before it. */
  add(id: number, comesBefore: (other: number) => boolean): void {
    if (this.#pieces.length === 0) this.#pieces.push([])
    const place = Math.min(this.#pieceOf(comesBefore), this.#pieces.length - 1)
    const piece = this.#toChange(place)
    putIn(piece, id, comesBefore)
    this.#length++
    if (piece.length <= most) return
    const second = piece.splice(most / 2)
    this.#own.add(second)
    this.#pieces.splice(place + 1, 0, second)
  }

  /** Takes away the id that stands behind all that come before it. */
  take(comesBefore: (other: number) => boolean): void {
    const place = this.#pieceOf(comesBefore)
    const piece = this.#toChange(place)
    piece.splice(countBefore(piece, comesBefore), 1)
    this.#length--
    if (piece.length === 0) this.#pieces.splice(place, 1)
  }

  /** Where the first piece is that doesn't come before as a whole. */
  #pieceOf(comesBefore: (other: number) => boolean): number {
    return countBefore(this.#pieces, piece => comesBefore(piece[piece.length - 1]!))
  }

  #toChange(place: number): number[] {
    const piece = this.#pieces[place]!
    if (this.#own.has(piece)) return piece
    const copy = piece.slice()
    this.#own.add(copy)
    this.#pieces[place] = copy
    return copy
  }
}

/** How many things, of which those that come before stand first, come before. */
export function countBefore<T>(things: readonly T[], comesBefore: (thing: T) => boolean): number {
  let [low, high] = [0, things.length]
  // What is new comes last: the common case needs no search.
  if (high === 0 || comesBefore(things[high - 1]!)) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (comesBefore(things[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}

/** Puts an id behind all that come before it: nearly always at the end. */
export function putIn(ids: number[], id: number, comesBefore: (other: number) => boolean): void {
  const place = countBefore(ids, comesBefore)
  if (place === ids.length) ids.push(id)
  else ids.splice(place, 0, id)
}

/** More ids than this are too many for one piece. */
export const tooMany = most
