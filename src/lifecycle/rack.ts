// The parameter grammar of Ruby's Rack 2.0: `a[b]=1` is a hash, `a[]=1` a list, `a[][b]=1` a list of hashes.

/** What a request says, by name: text, null (a name without `=`), a part's file, lists and hashes of these. */
export type Params = { [name: string]: unknown }

/** A text that breaks the grammar or its limits; the message says how and at which parameter. */
export class ParameterError extends Error {
  override name = 'ParameterError'

  constructor(problem: string, parameter: string) {
    super(`${problem}: parameter "${parameter.length > 100 ? `${parameter.slice(0, 100)}…` : parameter}"`)
  }
}

const DEEPEST = 100
const NAME_BYTES = 65_536

// One level of a name: any brackets, the key, its closing brackets. What follows says what the key holds.
const LEVEL = /[[\]]*([^[\]]*)\]*/y

// `room` is how many bytes of names may still come; a hash takes from it for each new key.
type Room = { left: number }
type Pair = { name: string; value: unknown; room: Room }

const rooms = new WeakMap<Params, Room>()

// Inherits nothing, so that `__proto__` and `constructor` are keys like any other.
class Hash {
  [name: string]: unknown
}
Object.setPrototypeOf(Hash.prototype, null)
Reflect.deleteProperty(Hash.prototype, 'constructor')

/** Parameters of which none is read yet. */
export const noParams = (): Params => new Hash()

/** Reads a query, split at `&` and `;`, or a urlencoded form, which Rack splits at `&` alone. */
export function parseNested(
  text: string,
  bag: Params = new Hash(),
  source: 'query' | 'form' = 'query',
): Params {
  const room = { left: NAME_BYTES }
  for (let start = 0; start < text.length; ) {
    const end = separator(text, start, source === 'query')
    if (end > start) place(bag, decodePair(text.slice(start, end), room), 0, 1)
    start = end + 1
    while (text[start] === ' ') start++
  }
  return bag
}

/** Adds one decoded pair, of a multipart body for example; the limit on names then counts for the whole bag. */
export function assign(bag: Params, name: string, value: unknown): void {
  const room = rooms.get(bag) ?? { left: NAME_BYTES }
  rooms.set(bag, room)
  place(bag, { name, value, room }, 0, 1)
}

function separator(text: string, from: number, semicolons: boolean): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 38 || (code === 59 && semicolons)) return at
  }
  return text.length
}

function decodePair(text: string, room: Room): Pair {
  const equals = text.indexOf('=')
  if (equals < 0) return { name: decode(text, text), value: null, room }
  const name = decode(text.slice(0, equals), text.slice(0, equals))
  return { name, value: decode(text.slice(equals + 1), name), room }
}

function decode(text: string, parameter: string): string {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new ParameterError(
      /%(?![\da-f]{2})/i.test(text) ? 'bad percent escape' : 'invalid UTF-8',
      parameter,
    )
  }
}

// Puts a pair where its name, read from `at`, says. Gives what now belongs in the place of `into`: `into` itself,
// or where the name has no key left a list of the value (`a[][]`) or null (`a[[`).
function place(into: Params, pair: Pair, at: number, depth: number): unknown {
  const { name, value } = pair
  if (depth > DEEPEST) throw new ParameterError(`nested deeper than ${DEEPEST} levels`, name)
  LEVEL.lastIndex = at
  const key = LEVEL.exec(name)![1]!
  const rest = LEVEL.lastIndex
  if (key === '') return value !== null && name.length === at + 2 && name.endsWith('[]') ? [value] : null

  if (rest === name.length) put(into, key, value, pair)
  else if (rest === name.length - 1 && name.endsWith('[')) put(into, name.slice(at), value, pair)
  else if (name.startsWith('[]', rest)) placeInList(held(into, key, [], pair), pair, rest + 2, depth)
  else put(into, key, place(held(into, key, new Hash(), pair), pair, rest, depth + 1), pair)
  return into
}

// The last hash of a list takes a name that it lacks; one that it has begins the next hash.
function placeInList(list: unknown[], pair: Pair, at: number, depth: number): void {
  const last = list.at(-1)
  if (at === pair.name.length) list.push(pair.value)
  else if (last instanceof Hash && !has(last, pair.name, at)) place(last, pair, at, depth + 1)
  else list.push(place(new Hash(), pair, at, depth + 1))
}

// A name with a further list in it never counts as there, as it may go on filling that list.
function has(hash: Params, name: string, at: number): boolean {
  if (name.includes('[]', at)) return false
  let found: unknown = hash
  for (const key of name.slice(at).split(/[[\]]+/)) {
    if (key === '') continue
    if (!(found instanceof Hash && Object.hasOwn(found, key))) return false
    found = found[key]
  }
  return true
}

// What a key holds, or `fresh` where it holds nothing; one key is a list or a hash, not both. Only what came from
// names is a hash to go into: a file is an object too.
function held<V extends unknown[] | Hash>(into: Params, key: string, fresh: V, pair: Pair): V {
  const found = Object.hasOwn(into, key) ? into[key] : undefined
  if (found === undefined || found === null) return put(into, key, fresh, pair)
  if (Array.isArray(fresh) ? Array.isArray(found) : found instanceof Hash) return found as V
  const kind = Array.isArray(fresh) ? 'list' : 'hash'
  throw new ParameterError(`conflicts with an earlier value that is not a ${kind}`, pair.name)
}

function put<V>(into: Params, key: string, value: V, { name, room }: Pair): V {
  if (!Object.hasOwn(into, key) && (room.left -= Buffer.byteLength(key)) < 0) {
    throw new ParameterError(`more than ${NAME_BYTES} bytes of names`, name)
  }
  // The bag may be a caller's own `{}`, where setting `__proto__` would do something else.
  if (key === '__proto__')
    Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true })
  else into[key] = value
  return value
}

type Flat = { pairs: [name: string, value: string][]; text: string }

/** The pairs that parse back into the bag, in the order of Rails' `Hash#to_query`. */
export function flatten(bag: Params): [name: string, value: string][] {
  return flatHash(bag, '', 1).pairs
}

/** The bag as the query of a URL, encoded as Ruby's `CGI.escape` does. */
export function toQuery(bag: Params): string {
  return flatHash(bag, '', 1).text
}

// Hashes are sorted by their encoded text, but not within a list, where order tells the elements apart.
function flatHash(hash: Params, name: string, depth: number): Flat {
  const parts = Object.entries(hash)
    .map(([key, value]) => flat(value, name ? `${name}[${key}]` : key, depth + 1))
    .filter(part => part.pairs.length > 0)
  if (!name.includes('[]')) parts.sort((a, b) => (a.text < b.text ? -1 : 1))
  return joined(parts)
}

function flat(value: unknown, name: string, depth: number): Flat {
  // Twice, as a list of hashes takes one level of a name and two of values.
  if (depth > 2 * DEEPEST + 1) throw new ParameterError('nested too deep', name)
  if (Array.isArray(value)) {
    return joined((value.length ? value : [null]).map(element => flat(element, `${name}[]`, depth + 1)))
  }
  if (isHash(value)) return flatHash(value, name, depth)
  const text = typeof value === 'object' || value === undefined ? '' : String(value)
  return { pairs: [[name, text]], text: `${encode(name)}=${encode(text)}` }
}

function isHash(value: unknown): value is Params {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Hash.prototype || prototype === Object.prototype
}

function joined(parts: Flat[]): Flat {
  return { pairs: parts.flatMap(part => part.pairs), text: parts.map(part => part.text).join('&') }
}

function encode(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text
  // A lone half of a surrogate pair, possible in JSON, has no UTF-8.
  const encoded = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
  return encoded
    .replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}
