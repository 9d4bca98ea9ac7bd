import type { IncomingMessage } from 'node:http'

/** What a proxy in front of the server does to each request. */
export interface Front {
  /** The path under which the server stands for its clients: `/gitlab`, else empty. */
  readonly root: string
  /** Has a request come through: what the server reads of it is what the proxy left. */
  readonly pass: (request: Passing) => void
}

type Passing = Pick<IncomingMessage, 'url' | 'headers'> & { originalUrl?: string }

interface Habit {
  /** In one line, for people. */
  readonly does: string
  /** What becomes of a path. */
  readonly path?: (path: string) => string
  /** A header that never arrives. */
  readonly drops?: string
}

/** What proxies are known to do, by name. */
export const habits: Readonly<Record<string, Habit>> = {
  'decode-slashes': {
    does: '`%2F` arrives as a slash, so that `foo%2Fbar` is no id any more',
    path: path => path.replace(/%2f/gi, '/'),
  },
  'double-encode': {
    does: '`%2F` arrives as `%252F`',
    path: path => path.replaceAll('%', '%25'),
  },
  'plus-is-space': {
    does: 'a plus in the path arrives as a blank',
    path: path => path.replaceAll('+', '%20'),
  },
  'drop-sudo': { does: 'the header `Sudo` never arrives', drops: 'sudo' },
  'drop-authorization': { does: 'the header `Authorization` never arrives', drops: 'authorization' },
}

/** The front that a text such as `decode-slashes,drop-sudo,root=/gitlab` tells. Throws where it tells of unknown habits. */
export function frontOf(text: string): Front {
  const asked = text === '' ? [] : text.split(',').map(habit => habit.trim())
  const root = asked.find(habit => habit.startsWith('root='))?.slice('root='.length)
  if (root !== undefined && !/^(\/[\w.-]+)+$/.test(root))
    throw new Error(`has root=${root}, which is no path such as /gitlab`)
  const named = asked.filter(habit => !habit.startsWith('root='))
  const stray = named.find(habit => !Object.hasOwn(habits, habit))
  if (stray !== undefined)
    throw new Error(`has "${stray}"; known are ${Object.keys(habits).join(', ')}, root=/path`)
  const has = named.map(habit => habits[habit]!)
  const pass = (request: Passing) => {
    // What goes wrong on the way to GitLab must not keep anybody from the control API, and its token.
    if (!control.test(request.url ?? ''))
      for (const { drops } of has) if (drops !== undefined) delete request.headers[drops]
    const arrived = has.reduce(
      (target, { path }) => (path ? onPath(target, path) : target),
      request.url ?? '/',
    )
    request.url = root === undefined ? arrived : behind(root, arrived)
    request.originalUrl = request.url
  }
  // Most servers have none, and needn't pay for it.
  return { root: root ?? '', pass: asked.length === 0 ? () => {} : pass }
}

/** Where the control API is, under whatever root and in whichever world. */
const control = /^[^?#]*\/__admin(?=[/?#]|$)/

/** A target without the root; what is asked beside it leads nowhere, and is told as it was asked. */
function behind(root: string, target: string): string {
  const sent = target.replace(/^https?:\/\/[^/?#]*/i, '')
  const isBehind = sent === root || sent.startsWith(`${root}/`) || sent.startsWith(`${root}?`)
  return isBehind ? sent.slice(root.length).replace(/^(?!\/)/, '/') : `/-/beside${sent}`
}

function onPath(target: string, change: (path: string) => string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? change(target) : change(target.slice(0, mark)) + target.slice(mark)
}
