import type { IncomingHttpHeaders } from 'node:http'

const redacted = '[redacted]'

/** What headers, parameters and fields are called that let somebody in. */
const secretName = /token|passw|secret|private.?key|api.?key|credential|session|cookie|authorization/i

/** Parts of a request for people to read, all that lets somebody in taken out. */
export interface Redaction {
  /** Any text: what is a known token goes, wherever it stands. */
  text(text: string): string
  headers(headers: IncomingHttpHeaders): IncomingHttpHeaders
  query(query: string): string
  body(body: Buffer, type?: string): string
}

/**
 * How requests are told where these tokens are known: what is called like a token goes, and so does every known one,
 * percent-encoded or escaped too. By signs, not by parsing: a body may be broken, or cut off.
 */
export function redactionOf(known: readonly ReadonlySet<string>[]): Redaction {
  const odd = known.flatMap(oddOf)
  const isKnown = (word: string) => {
    const plain = decoded(word)
    return [/[^\w.~-]+/, /[^\w-]+/].some(gap =>
      plain.split(gap).some(part => known.some(tokens => tokens.has(part))),
    )
  }
  const text = (text: string) => {
    const sound = odd.reduce(
      (left, token) => left.replaceAll(token, redacted).replaceAll(encoded(token), redacted),
      text,
    )
    return sound.replace(word, found => (isKnown(found) ? redacted : found))
  }
  return {
    text,
    headers: headers =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value = '']) => [
          text(name),
          secretName.test(name) ? redacted : text(withoutNamed([value].flat().join(', '))),
        ]),
      ),
    query: query => text(withoutNamed(query)),
    body: (body, type = '') => {
      const sent = body.toString()
      if (/multipart/i.test(type)) return text(withoutNamedParts(sent, type))
      // Clients forget the type of their JSON.
      return text(/^\s*[[{]/.test(sent) ? withoutNamedFields(sent) : withoutNamed(sent))
    },
  }
}

const odds = new WeakMap<ReadonlySet<string>, readonly string[]>()

/** Most tokens are words, which are looked up; the few that aren't are looked for. */
function oddOf(tokens: ReadonlySet<string>): readonly string[] {
  let odd = odds.get(tokens)
  if (!odd) odds.set(tokens, (odd = [...tokens].filter(token => !/^[\w.~-]+$/.test(token))))
  return odd
}

const word = /(?:[\w.~-]|%[\da-f]{2}|\\u[\da-f]{4})+/gi

/** A word without its escapes, which may stand in one another. */
function decoded(word: string): string {
  // Most have none, and a whole journal is many.
  if (!/[%\\]/.test(word)) return word
  const unescaped = word.replace(/\\u([\da-f]{4})/gi, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  try {
    const plain = decodeURIComponent(unescaped)
    return plain.includes('%') && plain !== unescaped ? decodeURIComponent(plain) : plain
  } catch {
    return unescaped
  }
}

function encoded(token: string): string {
  try {
    return encodeURIComponent(token)
  } catch {
    return token
  }
}

const isSecret = (name: string) => secretName.test(decoded(name))

/**
 * Pairs of a query or a form; names as they are sent: also within brackets, and percent-encoded. What is sent as `key`
 * names the `value` behind it, as variables of pipelines have it.
 */
function withoutNamed(text: string): string {
  let key = ''
  return text
    .split(/([&;])/)
    .map(pair => {
      const [name, sent] = [pair.slice(0, Math.max(0, pair.indexOf('='))), pair.slice(pair.indexOf('=') + 1)]
      const part = /(?:^|\[)(key|value)\]?$/i.exec(decoded(name))?.[1]?.toLowerCase()
      if (part === 'key') key = sent
      const goes = name !== '' && (isSecret(name) || (part === 'value' && isSecret(key)))
      return goes ? `${name}=${redacted}` : pair
    })
    .join('')
}

function withoutNamedParts(text: string, type: string): string {
  const boundary = /boundary="?([^";]+)/i.exec(type)?.[1]?.trim()
  if (!boundary) return redacted
  return text
    .split(`--${boundary}`)
    .map(part => {
      const end = /\r?\n\r?\n/.exec(part)
      if (!end) return part
      const head = part.slice(0, end.index + end[0].length)
      return isSecret(/name="?([^";\r\n]*)/i.exec(head)?.[1] ?? '') ? `${head}${redacted}\r\n` : part
    })
    .join(`--${boundary}`)
}

// A text (which may be cut off), a sign, anything else, or blanks.
const jsonSigns = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[{}[\],:]|[^\s"{}[\],:]+|\s+/gs

/** The fields of JSON; of a field that goes, all that is in it. */
function withoutNamedFields(text: string): string {
  let told = ''
  let last = ''
  // Whether a `key` is told; and what it was, which names the `value` behind it.
  let [isNamed, key] = [false, '']
  // How deep within a field that is left out; nothing outside of one.
  let depth: number | undefined
  for (const [sign] of text.matchAll(jsonSigns)) {
    if (depth !== undefined) {
      const ends = depth === 0 && /^[,\]}]$/.test(sign)
      if (!ends) depth += sign === '{' || sign === '[' ? 1 : sign === '}' || sign === ']' ? -1 : 0
      if (!ends) continue
      depth = undefined
    }
    told += sign[0] === '"' ? `"${withoutNamed(sign.slice(1))}` : sign
    if (isNamed && last === ':' && sign[0] === '"') key = sign
    if (sign === ':') isNamed = last === '"key"'
    if (sign === '}') key = ''
    if (sign === ':' && last[0] === '"' && (isSecret(last) || (last === '"value"' && isSecret(key)))) {
      told += `"${redacted}"`
      depth = 0
    }
    if (sign.trim() !== '') last = sign
  }
  return told
}
