import { isDeepStrictEqual } from 'node:util'
import type { Wording } from '../document.ts'
import { kindOf } from './alternatives.ts'
import { type Change, listed } from './change.ts'
import { kindNames } from './values.ts'

type ByName<T> = Readonly<Record<string, T>>
type Headers = ReturnType<typeof inSmall>
/** A change whose place is known to whoever asked. */
type Unplaced = Omit<Change, 'place'>

/** How the server's refusals change: what programs tell them by, and what only people read. */
export function compareRefusals(from: ByName<Wording> = {}, to: ByName<Wording> = {}): Change[] {
  return Object.keys({ ...from, ...to }).flatMap((reason): Change[] => {
    const place = `x-refusals: ${reason}`
    const [before, after] = [from[reason], to[reason]]
    if (!before) return [{ breaking: false, place, what: `is refused with ${after!.status} now` }]
    if (!after) return [{ breaking: true, place, what: 'is no longer refused' }]
    return compareWordings(before, after).map(({ breaking, what }) => ({ breaking, place, what }))
  })
}

const compareWordings = (from: Wording, to: Wording): Unplaced[] => [
  ...(from.status === to.status ? [] : [{ breaking: true, what: `is ${to.status} now, not ${from.status}` }]),
  ...compareType(typeOf(from), typeOf(to)),
  ...compareHeaderTexts(inSmall(from.headers), inSmall(to.headers)),
  ...compareShapes(from.body, to.body),
]

const typeOf = ({ type, body }: Wording) => type ?? (body === undefined ? undefined : 'application/json')

const compareType = (from: string | undefined, to: string | undefined): Unplaced[] =>
  from === to || !from || !to ? [] : [{ breaking: true, what: `is ${to} now, not ${from}` }]

/** Headers by their names in small letters, for case means nothing in them. */
const inSmall = (headers: ByName<string> = {}) =>
  new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), { name, value }]))

const compareHeaderTexts = (from: Headers, to: Headers): Unplaced[] =>
  [...new Map([...from, ...to])].flatMap(([key, { name }]): Unplaced[] => {
    const [before, after] = [from.get(key)?.value, to.get(key)?.value]
    if (before === after) return []
    if (after === undefined) return [{ breaking: true, what: `no longer has the header ${name}` }]
    const what = before === undefined ? `has the header ${name} now` : `has another ${name} now`
    return [{ breaking: false, what }]
  })

/** How what is read of a refusal changes: its shape down to the values of its keys; all below is wording. */
function compareShapes(from: unknown, to: unknown): Unplaced[] {
  if (isDeepStrictEqual(from, to)) return []
  if (from === undefined) return [{ breaking: false, what: 'has a body now' }]
  if (to === undefined) return [{ breaking: true, what: 'has no body now' }]
  const [was, is] = [kindOf(from), kindOf(to)]
  if (was !== is) return [{ breaking: true, what: `is ${kindNames[is]} now, not ${kindNames[was]}` }]
  const shapes = was === 'object' ? compareKeys(from as ByName<unknown>, to as ByName<unknown>) : []
  return shapes.length > 0 ? shapes : [{ breaking: false, what: 'is worded in another way now' }]
}

function compareKeys(from: ByName<unknown>, to: ByName<unknown>): Unplaced[] {
  const quoted = (keys: string[]) =>
    listed(
      keys.map(key => `"${key}"`),
      'and',
    )
  const gone = quoted(Object.keys(from).filter(key => !Object.hasOwn(to, key)))
  const added = quoted(Object.keys(to).filter(key => !Object.hasOwn(from, key)))
  const kept = Object.keys(from).filter(key => Object.hasOwn(to, key))
  const others = kept.filter(key => kindOf(from[key]) !== kindOf(to[key]))
  return [
    ...(gone
      ? [{ breaking: true, what: added ? `has ${added} now, not ${gone}` : `no longer has ${gone}` }]
      : []),
    ...(added && !gone ? [{ breaking: false, what: `has ${added} too now` }] : []),
    ...others.map(key => ({
      breaking: true,
      what: `has ${kindNames[kindOf(to[key])]} as "${key}" now, not ${kindNames[kindOf(from[key])]}`,
    })),
  ]
}
