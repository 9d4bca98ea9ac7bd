import { putOver } from './headers.ts'
import {
  bodied,
  breakOff,
  half,
  hasBody,
  late,
  type Send,
  type Sending,
  sendWhole,
  trickle,
} from './sending.ts'

/** What is done to an answer on its way. */
interface Fault {
  /** What a client sees, in one line. */
  readonly sees: string
  /** Whether it comes before anything is done; else what was asked for is done, whatever the client sees. */
  readonly prevents?: true
  /** Milliseconds that it takes where nobody says. */
  readonly usually: number
  readonly send: Send
}

export const faultNames = [
  ...(['slow-first-byte', 'slow-body', 'reset-before', 'reset-midway'] as const),
  ...(['truncated-json', 'wrong-content-type', 'empty-200'] as const),
]
export type FaultName = (typeof faultNames)[number]

/** Everything that can go wrong between a server and its client. */
export const faults: Readonly<Record<FaultName, Fault>> = {
  'slow-first-byte': {
    sees: 'nothing for a while, then the answer',
    usually: 1000,
    send: late(sendWhole),
  },
  'slow-body': {
    sees: 'the headers at once, the body bit by bit',
    usually: 1000,
    send: trickle,
  },
  'reset-before': {
    sees: 'the connection reset before any answer, and nothing is done',
    prevents: true,
    usually: 0,
    send: late(({ connection }) => void connection.resetAndDestroy()),
  },
  'reset-midway': {
    sees: 'the connection reset in the middle of the answer',
    usually: 100,
    send: breakOff,
  },
  'truncated-json': {
    sees: 'half of the body, as if that were all',
    usually: 0,
    send: late(sending => {
      const body = half(sending.body)
      sendWhole(hasBody(sending) ? { ...sending, ...bodied(sending, body) } : sending)
    }),
  },
  'wrong-content-type': {
    sees: 'the answer as text/html',
    usually: 0,
    send: late(sending => {
      const headers = putOver(sending.headers, { 'Content-Type': 'text/html' })
      sendWhole(hasBody(sending) ? { ...sending, headers } : sending)
    }),
  },
  'empty-200': {
    sees: 'a success without a body',
    usually: 0,
    send: late(sending => {
      const { headers, body } = bodied(sending, '')
      sendWhole({ ...sending, status: 200, headers: putOver(headers, { Status: '200 OK' }), body })
    }),
  },
}

/** Sends an answer with a fault, or late, or both. */
export function spoil(fault: FaultName | undefined, sending: Sending, delay?: number): void | Promise<void> {
  const { usually, send } = faults[fault ?? 'slow-first-byte']
  return send(sending, delay ?? usually)
}
