const day = 24 * 60 * 60
/** How far back the first row goes. */
const days = 731
/** The last rows are so many seconds old, so that what they began can be over. */
const atRest = 3 * 60 * 60

/** The time in which rows came about. Instants are seconds since it began, and none is behind its end. */
export interface Calendar {
  /** The last second at which anything begins. */
  readonly last: number
  /** GitLab's form of an instant. */
  iso(second: number): string
  /** The day of an instant. */
  day(second: number): string
}

const two = (number: number) => `${number}`.padStart(2, '0')

/** The two years up to an instant. */
export function createCalendar(until: number): Calendar {
  const start = Math.floor(until / 1000 / day) * day - days * day
  const end = Math.floor(until / 1000) - start
  // Put together from the texts of all days and of all seconds of a day: a Date for each would take most of the time.
  const dates = Array.from({ length: days + 1 }, (_, place) =>
    new Date((start + place * day) * 1000).toISOString().slice(0, 10),
  )
  const times = Array.from({ length: day }, (_, second) => {
    const [hour, minute] = [Math.floor(second / 3600), Math.floor(second / 60) % 60]
    return `T${two(hour)}:${two(minute)}:${two(second % 60)}.000Z`
  })
  const within = (second: number) => Math.min(second, end)
  return {
    last: end - atRest,
    iso: second => dates[Math.floor(within(second) / day)]! + times[within(second) % day]!,
    day: second => dates[Math.floor(within(second) / day)]!,
  }
}
