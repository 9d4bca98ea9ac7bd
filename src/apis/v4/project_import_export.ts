import { one } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'
import type { UploadedFile } from '../../lifecycle/params.ts'
import { Refusal, refuse } from '../../lifecycle/reason.ts'
import type { Ask } from './credentials.ts'
import { namespaceBy } from './namespaces.ts'
import { namespaceFor, newProject, takenNames } from './new_project.ts'
import { projectFace } from './project_face.ts'
import { projectOf } from './projects.ts'
import { type Project, projects } from './tables.ts'

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
    const named = namespace === undefined ? 'own' : namespaceBy(ask.world, `${namespace}`)
    const target = namespaceFor(ask, named, isThere =>
      isThere
        ? refuse('forbidden', { needs: 'the namespace' })
        : refuse('thingNotFound', { thing: 'Namespace' }),
    )
    if (!isArchive(file)) throw refuse('unusableArchive')
    const names = { name: name || path, path }
    const inTheWay = overwrite
      ? ask.world.where(projects, 'namespace_id', target.id).find(it => isCalled(it, path))
      : undefined
    if (inTheWay) {
      const taken = takenNames(ask.world, target.id, names, inTheWay)
      if (taken.length > 0) throw new Refusal(taken)
      ask.world.removeDependents('v4.', 'project_id', inTheWay.id)
      ask.world.remove(projects, inTheWay)
    }
    // Nothing is unpacked, so the import is over as soon as it is told that it has begun.
    const settings = { ...attributesIn(override_params), import_status: 'finished' }
    const project = newProject(ask, target, { ...names, ...settings })
    return one(projectFace, { ...project, import_status: 'scheduled' })
  },

  getProjectImport: (ask: Ask<{ id: string }>) => one(projectFace, projectOf(ask)),
}

const gzipStart = Buffer.from([0x1f, 0x8b, 0x08])
/** The bytes that gzip puts around anything. */
const gzipFrame = 18

/** Exports are gzipped tar archives; what stands in one is not unpacked. */
function isArchive(file: UploadedFile | string): boolean {
  if (typeof file === 'string' || !Buffer.isBuffer(file.bytes)) return false
  return file.bytes.length > gzipFrame && file.bytes.subarray(0, 3).equals(gzipStart)
}

/** What can be told over the archive's own attributes without reading it. */
function attributesIn({ visibility, description }: Readonly<Record<string, unknown>>) {
  return {
    ...(['private', 'internal', 'public'].includes(`${visibility}`) ? { visibility } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  }
}

const isCalled = (project: Project, path: string) => project.path.toLowerCase() === path.toLowerCase()
