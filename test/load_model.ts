// What a world is to hold when many ask at once, and how answers are to show it.

type Fields = Record<string, unknown>

export interface Named {
  name: string
  username: string
}

/** What a world is to hold, by ids: as much of it as answers are held against. */
export interface Model {
  users: Map<number, Named>
  /** Its namespace is a group's path, or a user's id, whose username is the path. */
  projects: Map<number, { name: string; path: string; namespace: string | number }>
  pipelines: Map<number, { project: number; ref: string; status: string; user: number }>
  issues: Map<number, { project: number; iid: number; title: string; state: string; author: number }>
  notes: Map<number, { body: string; author: number }>
}

/** A project's path with its namespace. */
export const pathOf = ({ users, projects }: Model, id: number) => {
  const { namespace, path } = projects.get(id)!
  return `${typeof namespace === 'number' ? users.get(namespace)!.username : namespace}/${path}`
}

/** A user as other things embed one; URLs begin with an origin. */
export const shownUser = ({ users }: Model, id: number, origin: string) => {
  const { name, username } = users.get(id)!
  return { id, name, username, web_url: `${origin}/${username}` }
}

/** A pipeline as a list shows it. */
export const shownPipeline = (model: Model, id: number, origin: string) => {
  const { project, ref, status } = model.pipelines.get(id)!
  return { id, ref, status, web_url: `${origin}/${pathOf(model, project)}/pipelines/${id}` }
}

/** A pipeline by itself. */
export const wholePipeline = (model: Model, id: number, origin: string) => ({
  ...shownPipeline(model, id, origin),
  user: shownUser(model, model.pipelines.get(id)!.user, origin),
})

/** An issue, which embeds its author and knows its project's path. */
export const shownIssue = (model: Model, id: number, origin: string) => {
  const { project, iid, title, state, author } = model.issues.get(id)!
  const path = pathOf(model, project)
  return {
    ...{ id, iid, title, state, author: shownUser(model, author, origin) },
    ...(project === 8 && iid === 8 ? { user_notes_count: model.notes.size } : {}),
    web_url: `${origin}/${path}/-/issues/${iid}`,
    references: { full: `${path}#${iid}` },
    _links: { self: `${origin}/api/v4/projects/${project}/issues/${iid}` },
  }
}

/** A note with its author. */
export const shownNote = (model: Model, id: number, origin: string) => {
  const { body, author } = model.notes.get(id)!
  return { id, body, author: shownUser(model, author, origin) }
}

/** A project, whose path is in most of what it shows. */
export const shownProject = (model: Model, id: number, origin: string) => {
  const { name, path } = model.projects.get(id)!
  const whole = pathOf(model, id)
  const opened = [...model.issues.values()].filter(it => it.project === id && it.state === 'opened').length
  return {
    ...{ id, name, path, path_with_namespace: whole, web_url: `${origin}/${whole}` },
    ...{ http_url_to_repo: `${origin}/${whole}.git`, open_issues_count: opened },
    _links: { self: `${origin}/api/v4/projects/${id}` },
  }
}

/** The ids of those that pass, the newest first. */
export const newest = <T>(rows: Map<number, T>, passes: (row: T) => boolean) =>
  [...rows]
    .filter(([, row]) => passes(row))
    .map(([id]) => id)
    .sort((one, other) => other - one)

/** Where what was answered isn't what was expected; fields that nothing was expected of may be as they like. */
export function difference(found: unknown, expected: unknown, place = ''): string | undefined {
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length)
      return `${place}: ${JSON.stringify(found)?.slice(0, 300)}, expected ${expected.length} items`
    return expected.map((it, at) => difference(found[at], it, `${place}/${at}`)).find(it => it !== undefined)
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof found !== 'object' || found === null) return `${place}: ${found}`
    return Object.entries(expected)
      .map(([key, it]) => difference((found as Fields)[key], it, `${place}/${key}`))
      .find(it => it !== undefined)
  }
  return found === expected
    ? undefined
    : `${place}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`
}
