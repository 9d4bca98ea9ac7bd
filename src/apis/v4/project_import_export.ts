import { one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import type { UploadedFile } from '../../lifecycle/params.ts'
import { refuse } from '../../lifecycle/reason.ts'
import type { Ask } from './credentials.ts'
import { namespaceBy } from './namespaces.ts'
import { namespaceFor, newProject } from './new_project.ts'
import { projectFace } from './project_face.ts'
import { projectOf } from './projects.ts'
import { projects } from './tables.ts'

interface Import {
  readonly path: string
  readonly file: UploadedFile | string
  readonly namespace?: number | string
  readonly name?: string
  readonly overwrite: boolean
  readonly override_params?: Readonly<Record<string, unknown>>
}

/** docs: project_import_export.md; README.md, "Encoding API parameters of array and hash types" */
export const importBehaviours: Behaviours = {
  importProject: (ask: Ask<Import>) => {
    const { path, file, namespace, name, overwrite, override_params = {} } = ask.params
    const target = namespaceFor(ask, namespace === undefined ? 'own' : namespaceBy(ask.world, `${namespace}`))
    if (!isArchive(file)) throw refuse('unusableArchive')
    const inTheWay = overwrite
      ? ask.world.where(projects, 'namespace_id', target.id).find(it => it.path === path)
      : undefined
    if (inTheWay) {
      ask.world.removeDependents('v4.', 'project_id', inTheWay.id)
      ask.world.remove(projects, inTheWay)
    }
    const visibility = visibilityIn(override_params)
    const project = newProject(ask, target, {
      name: name || path,
      path,
      ...visibility,
      import_status: 'scheduled',
    })
    return one(projectFace, project)
  },

  getProjectImport: (ask: Ask<{ id: string }>) => one(projectFace, projectOf(ask)),
}

/** Exports are gzipped tar archives; what stands in one is not unpacked. */
function isArchive(file: UploadedFile | string): boolean {
  return typeof file !== 'string' && file.bytes?.[0] === 0x1f && file.bytes[1] === 0x8b
}

/** What can be told over the archive's own attributes without reading it. */
function visibilityIn({ visibility, description }: Readonly<Record<string, unknown>>) {
  return {
    ...(['private', 'internal', 'public'].includes(`${visibility}`) ? { visibility } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  }
}
