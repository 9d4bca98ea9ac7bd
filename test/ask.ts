// How tests talk to a server: one call, one answer, nothing thrown for a status.

export interface Asked {
  /** A token, sent as Private-Token. */
  readonly as?: string
  readonly headers?: Record<string, string>
  /** A body that is sent as JSON … */
  readonly json?: unknown
  /** … or as a form. */
  readonly form?: Record<string, string>
  readonly body?: RequestInit['body']
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body, where it is JSON; tests know its shape. */
  // biome-ignore lint/suspicious/noExplicitAny: every test names the fields it asks for
  readonly body: any
}

/** Asks for `GET /path` and the like, below a base URL: `ask(gitlab.v4, 'GET /projects/1', { as: token })`. */
export async function ask(base: string, request: string, asked: Asked = {}): Promise<Answered> {
  const [method, path] = request.split(' ') as [string, string]
  const { as, json, form } = asked
  const answer = await fetch(base + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(as ? { 'Private-Token': as } : {}),
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...asked.headers,
    },
    body: json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form) : asked.body,
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') && text !== ''
  return { status: answer.status, headers: answer.headers, text, body: isJson ? readJson(text) : undefined }
}

/** One server prints what isn't JSON under its name. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
