// The load: some connections that are kept open, each asking again as soon as it is answered. No HTTP library: what the
// load costs must stay below what the fastest server costs, and the two have a core each.
import { connect, type Socket } from 'node:net'
import { isPinned } from './processes.ts'

/** A request as it goes over the wire, and the status that it must be answered with. */
export interface Asked {
  readonly bytes: Buffer
  readonly status: number
}

/** What came of a slice of load. */
export interface Loaded {
  /** Answers with the right status. */
  readonly done: number
  /** Answers with another status, and requests that got none. */
  readonly errors: number
  /** What the first error was, for people. */
  readonly error: string | undefined
  readonly seconds: number
  /** Milliseconds from sending a request to the end of its answer, which 99 of 100 stay below. */
  readonly p99: number
  /** Some of the bodies, with the index of their request. */
  readonly samples: readonly { readonly request: number; readonly body: string }[]
}

/** How long a slice goes on: until so many answers are there, or so many milliseconds are over. */
export interface Bound {
  readonly count?: number
  readonly ms: number
}

const connections = 10
/** How long what is under way may take when the slice is over, in milliseconds. */
const grace = 20_000
const sampleEach = 500

/** Of a connection: the request that it waits for an answer to, since when, and what is there of the answer. */
interface State {
  index: number
  at: number
  rest: Buffer | undefined
  answers: number
}

/** Builds a request; a body goes as JSON. Nothing is asked to be compressed: some would, and pay for it. */
export function asked(
  line: string,
  headers: Record<string, string> = {},
  json?: unknown,
  status = 200,
): Asked {
  const body = json === undefined ? '' : JSON.stringify(json)
  const all: Record<string, string> = {
    Host: '127.0.0.1',
    'User-Agent': 'bench',
    Accept: '*/*',
    ...headers,
    ...(body ? { 'Content-Type': 'application/json', 'Content-Length': `${Buffer.byteLength(body)}` } : {}),
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return { bytes: Buffer.from(`${line} HTTP/1.1\r\n${head.join('')}\r\n${body}`), status }
}

/** Sends the requests in turn, over and over, from `first` on. */
export async function load(
  port: number,
  requests: readonly Asked[],
  bound: Bound,
  first = 0,
): Promise<Loaded> {
  const latencies: number[] = []
  const samples: Loaded['samples'][number][] = []
  let [sent, done, errors, open] = [0, 0, 0, 0]
  let error: string | undefined
  let finish = () => {}
  const finished = new Promise<void>(resolve => {
    finish = resolve
  })
  const sockets = new Set<Socket>()
  let end = Number.POSITIVE_INFINITY
  const failed = (what: string) => {
    errors++
    error ??= what
  }

  const ask = (socket: Socket, state: State, again?: number) => {
    if (performance.now() > end || (bound.count !== undefined && sent >= bound.count)) {
      state.index = -1
      socket.end()
      if (--open === 0) finish()
      return
    }
    state.index = again ?? (first + sent++) % requests.length
    state.at = performance.now()
    socket.write(requests[state.index]!.bytes)
  }

  const answered = (socket: Socket, state: State, data: Buffer) => {
    const all = state.rest ? Buffer.concat([state.rest, data]) : data
    const answer = answerIn(all)
    state.rest = answer ? undefined : all
    if (!answer || state.index < 0) return
    state.answers++
    latencies.push(performance.now() - state.at)
    const { status } = requests[state.index]!
    if (answer.status === status) done++
    else failed(`${answer.status} instead of ${status}: ${all.toString('latin1', 0, 600)}`)
    if (latencies.length % sampleEach === 1)
      samples.push({ request: state.index, body: all.toString('utf8', answer.body, answer.end) })
    ask(socket, state)
  }

  /**
   * Opens a connection. Servers close those that were quiet for some seconds, and who is slow takes its own slowness for
   * that: what was asked then is asked again over a new one. One that closes before its first answer is an error.
   */
  const opened = (again?: number) =>
    new Promise<() => void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const state: State = { index: -1, at: 0, rest: undefined, answers: 0 }
      sockets.add(socket)
      socket.once('connect', () => resolve(() => ask(socket, state, again)))
      socket.on('error', error => reject(error))
      socket.on('data', data => answered(socket, state, data))
      socket.on('close', () => {
        sockets.delete(socket)
        if (state.index < 0) return
        if (state.answers === 0) failed('the connection was closed')
        opened(state.answers > 0 ? state.index : undefined).then(
          go => go(),
          () => --open === 0 && finish(),
        )
      })
    })

  const starts = await Promise.all(Array.from({ length: connections }, () => opened()))
  const from = performance.now()
  end = from + bound.ms
  open = connections
  const late = setTimeout(() => {
    failed(`no answer within ${grace / 1000} s`)
    finish()
  }, bound.ms + grace)
  // Whoever answers a load that sleeps pays for waking it, on some machines a third of a plain request; who is as fast as
  // the load never does. So with a core of its own it stays awake, and what is compared is what servers do themselves.
  let awake = isPinned()
  const stayAwake = () => void (awake && setImmediate(stayAwake))
  stayAwake()
  for (const start of starts) start()
  await finished
  clearTimeout(late)
  awake = false
  const seconds = (performance.now() - from) / 1000
  for (const socket of sockets) socket.destroy()
  latencies.sort((one, other) => one - other)
  return { done, errors, error, seconds, p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0, samples }
}

export interface Answered {
  readonly status: number
  /** Those that say something of the answer, not of the connection. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One request, one answer; rejects where the connection fails. */
export function once(port: number, { bytes }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(bytes))
    let all: Buffer = Buffer.alloc(0)
    socket.on('data', data => {
      all = Buffer.concat([all, data])
      const answer = answerIn(all)
      if (!answer) return
      socket.destroy()
      const lines = all.toString('latin1', 0, answer.body).split('\r\n').slice(1, -2)
      const headers = lines.map(line => line.split(/: ?(.*)/s).slice(0, 2) as [string, string])
      const own = headers.filter(
        ([name]) => !/^(date|connection|keep-alive|content-(type|length))$/i.test(name),
      )
      const body = all.toString('utf8', answer.body, answer.end)
      resolve({ status: answer.status, headers: Object.fromEntries(own), body })
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed without an answer')))
  })
}

/** Where the answer at the beginning of what was received has its body; nothing where its end isn't there yet. */
function answerIn(all: Buffer): { status: number; body: number; end: number } | undefined {
  const body = all.indexOf('\r\n\r\n') + 4
  if (body < 4) return undefined
  const head = all.toString('latin1', 0, body)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)
  if (length) {
    const end = body + Number(length[1])
    return all.length >= end ? { status, body, end } : undefined
  }
  const isWhole =
    !/\r\ntransfer-encoding: *chunked/i.test(head) || all.toString('latin1', all.length - 5) === '0\r\n\r\n'
  return isWhole ? { status, body, end: all.length } : undefined
}
