import { isDay } from './store/clock.ts'

/** The value of a text, or what is wrong with it. */
export type Read = (text: string) => { value: unknown } | { problem: string }

/** A number of bare digits, within bounds. */
export const wholeNumber = (least: number, most: number): Read => {
  const problem = `is not a whole number from ${least} to ${most}`
  return text =>
    /^\d+$/.test(text) && +text >= least && +text <= most ? { value: Number(text) } : { problem }
}

/** One of some words. */
export const oneOf = (known: readonly string[]): Read => {
  const problem = `is not one of ${known.join(', ')}`
  return text => (known.includes(text) ? { value: text } : { problem })
}

/** Any text but none. */
export const anyText: Read = text => (text === '' ? { problem: 'is empty' } : { value: text })

/** A text as a header can carry it behind `Bearer`. */
export const bearerText: Read = text =>
  text === '' || /^[!-~]+$/.test(text)
    ? anyText(text)
    : { problem: 'has blanks or letters that no Authorization: Bearer can carry' }

/** A text that something of ours reads; what is wrong with it, that says. */
export const parsed =
  (read: (text: string) => unknown): Read =>
  text => {
    try {
      read(text)
      return { value: text }
    } catch (error) {
      return { problem: (error as Error).message }
    }
  }

/** A switch. */
export const yesOrNo: Read = text =>
  /^(true|false|1|0)$/.test(text) ? { value: /true|1/.test(text) } : { problem: 'is neither true nor false' }

/** An ISO instant. One without an offset is UTC, so that it is the same on every machine. */
export const instant: Read = text => {
  const parts = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  const [, day, time = 'T00:00', offset = 'Z'] = parts ?? []
  const value = Date.parse(`${day}${time}${offset}`)
  return !Number.isNaN(value) && isDay(day!)
    ? { value }
    : { problem: 'is not an instant such as 2016-11-04T09:36:13Z' }
}
