/** When something is to be looked at next, by id; nothing is found by going through all that there is. */
export interface Agenda {
  /** Has an id looked at then, and at no other time. */
  set(id: number, due: number): void
  /** Takes the earliest that is due by now. */
  next(now: number): { readonly id: number; readonly due: number } | undefined
}

interface Entry {
  readonly id: number
  readonly due: number
}

const isBefore = (one: Entry, other: Entry) =>
  one.due < other.due || (one.due === other.due && one.id < other.id)

/** A binary heap; an entry that was set anew stays in it until its time, and counts no more. */
export function createAgenda(): Agenda {
  const heap: Entry[] = []
  const dues = new Map<number, number>()
  const swap = (one: number, other: number) => {
    const entry = heap[one]!
    heap[one] = heap[other]!
    heap[other] = entry
  }
  const put = (entry: Entry) => {
    let place = heap.push(entry) - 1
    while (place > 0) {
      const parent = (place - 1) >>> 1
      if (!isBefore(heap[place]!, heap[parent]!)) break
      swap(place, parent)
      place = parent
    }
  }
  const take = (): Entry => {
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    heap[0] = last
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2]
      let least = place
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left
      if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right
      if (least === place) return first
      swap(place, least)
      place = least
    }
  }
  return {
    set: (id, due) => {
      if (dues.get(id) === due) return
      dues.set(id, due)
      put({ id, due })
    },
    next: now => {
      while (heap.length > 0 && heap[0]!.due <= now) {
        const entry = take()
        if (dues.get(entry.id) !== entry.due) continue
        dues.delete(entry.id)
        return entry
      }
      return undefined
    },
  }
}
