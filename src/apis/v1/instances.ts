import { type Row, table } from '../../store/table.ts'
import type { World } from '../../store/world.ts'

/** A GitLab instance whose users are let in. */
export interface Instance extends Row {
  readonly url: string
}

export const instances = table<Instance>('v1.instances')

/** A url without the slashes at its end; by a loop, as a regular expression takes ages over a million slashes. */
export function bare(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end)
}

/** The path of a project within its GitLab: what stands behind the last slash but one of its url. */
export function pathOf(url: string): string {
  const last = url.lastIndexOf('/')
  const before = last > 0 ? url.lastIndexOf('/', last - 1) : -1
  return before < 0 ? url : url.slice(before + 1)
}

/** Where a project of a path is: at the GitLab of a known url, else at the first instance. */
export function urlOf(world: World, path: string, known = ''): string {
  const server = /^https?:\/\/[^/]+/.exec(known)?.[0] ?? bare(world.rows(instances)[0]?.url ?? '')
  return `${server}/${path}`
}
