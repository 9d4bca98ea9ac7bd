// What a client sees on the wire, byte by byte: HTTP written and read by hand over a socket.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection, all that came over it so far, and how it ended. */
export interface Wire {
  readonly socket: Socket
  /** All bytes so far. */
  text(): string
  send(text: string): void
  /** Waits until what came is as wanted, or the connection has ended. */
  until(wanted: (text: string) => boolean): Promise<string>
  /** How it ended: `end`, or the code of an error such as `ECONNRESET`. */
  readonly ended: Promise<string>
}

/** Connects to a server by its URL. */
export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  let [text, over] = ['', false]
  const ended = new Promise<string>(resolve => {
    let how = 'end'
    socket.on('error', (error: NodeJS.ErrnoException) => (how = error.code ?? error.message))
    socket.on('close', () => {
      over = true
      resolve(how)
    })
  })
  socket.on('data', data => (text += data))
  await once(socket, 'connect')
  return {
    socket,
    text: () => text,
    send: bytes => void socket.write(bytes, 'latin1'),
    until: async wanted => {
      while (!over && !wanted(text)) await Promise.race([once(socket, 'data').catch(() => {}), ended])
      return text
    },
    ended,
  }
}

/** A request as it goes over the wire. */
export function requestText(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { Host: 'gitlab.test', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n`
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The answers in what came, by their Content-Length, and what is left; `bare` are those without a body (HEAD). */
export function answersIn(
  text: string,
  bare: readonly number[] = [],
): { answers: WireAnswer[]; rest: string } {
  const answers: WireAnswer[] = []
  let rest = text
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return { answers, rest }
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n')
    const headers = Object.fromEntries(
      lines.map(line => [line.split(':')[0]!.toLowerCase(), line.replace(/^.*?: ?/, '')]),
    )
    const length = bare.includes(answers.length) ? 0 : Number(headers['content-length'] ?? 0)
    const body = rest.slice(end + 4, end + 4 + length)
    if (body.length < length) return { answers, rest }
    answers.push({ status: Number(first.split(' ')[1]), headers, body })
    rest = rest.slice(end + 4 + length)
  }
}
