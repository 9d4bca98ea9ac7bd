import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** An answer about to go out. */
export interface Sending {
  readonly raw: ServerResponse
  /** The connection, which an answer behind another's has not yet to itself. */
  readonly connection: Socket
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
  /** Whether only the headers were asked for. */
  readonly bare: boolean
}

/** A way of sending an answer, within so many milliseconds. */
export type Send = (sending: Sending, milliseconds: number) => void | Promise<void>

/** Waits, then sends, unless the client has gone. */
export const late =
  (send: (sending: Sending) => void): Send =>
  async (sending, milliseconds) => {
    if (milliseconds > 0) await waited(sending, milliseconds)
    if (!sending.raw.destroyed) send(sending)
  }

/** Sends an answer as it is. */
export function sendWhole({ raw, status, headers, body, bare }: Sending): void {
  raw.writeHead(status, headers)
  raw.end(bare ? undefined : body)
}

const pieces = 10

/** Sends the headers at once and the body in pieces, over so many milliseconds. */
export async function trickle(sending: Sending, milliseconds: number): Promise<void> {
  const { raw, status, headers, bare } = sending
  if (raw.destroyed) return
  raw.writeHead(status, headers)
  raw.flushHeaders()
  const body = Buffer.from(bare ? '' : sending.body)
  const size = Math.max(1, Math.ceil(body.length / pieces))
  for (let from = 0; from < body.length; from += size) {
    await waited(sending, (milliseconds * size) / body.length)
    if (raw.destroyed) return
    raw.write(body.subarray(from, from + size))
  }
  raw.end()
}

/** Sends half of an answer and, so many milliseconds later, resets the connection. */
export async function breakOff(sending: Sending, milliseconds: number): Promise<void> {
  const { raw, connection, status, headers, body, bare } = sending
  if (raw.destroyed) return
  if (hasBody(sending) && !bare && body.length > 1) {
    raw.writeHead(status, headers)
    raw.write(half(body))
    // Without a body an answer is over with its headers; it has the connection to itself only when it is its turn.
  } else if (raw.socket) connection.write(`HTTP/1.1 ${status} `)
  // Who meets the reset before reading what came takes it for an end.
  await waited(sending, milliseconds)
  connection.resetAndDestroy()
}

/** Whether an answer of its status may have a body. */
export const hasBody = ({ status }: Pick<Sending, 'status'>) => status !== 204 && status !== 304

/** Another body, and the headers of one. */
export const bodied = ({ headers }: Sending, body: string) => ({
  body,
  headers: { ...headers, 'Content-Length': `${Buffer.byteLength(body)}` },
})

/** The first half of a body. */
export const half = (body: string) => body.slice(0, Math.floor(body.length / 2))

/** Waits, but not for a client that has gone. */
async function waited({ raw, connection }: Sending, milliseconds: number): Promise<void> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  raw.once('close', leave)
  await wait(milliseconds, undefined, { signal: gone.signal, ref: false }).catch(() => {})
  raw.off('close', leave)
  // An answer behind another's isn't told that the connection is gone.
  if (connection.destroyed) raw.destroy()
}
