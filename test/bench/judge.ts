// Whether sampled answers of this product are what was asked for, and as its contract wants them.
import { loadContract } from '../../src/contract/load.ts'
import type { Asked } from './load.ts'

const contract = loadContract('v4', 'documented')
const schemaOf = (id: string) => {
  const { pointer, success } = contract.operations.get(id)!
  return contract.validator(`${pointer}/responses/${success}/content/application~1json/schema`)
}

type Shown = { id: number; status: string; ref: string }

/** Throws where an answer isn't as it should be. */
export function judge({ bytes }: Asked, body: string): void {
  const line = bytes.toString().split('\r\n')[0]!
  const [method, target] = line.split(' ') as [string, string]
  const { pathname, searchParams } = new URL(target, 'http://localhost')
  const id = /pipelines\/(\d+)$/.exec(pathname)?.[1]
  const operation =
    method === 'POST' ? 'createProjectPipeline' : id ? 'getProjectPipeline' : 'listProjectPipelines'
  const answer = JSON.parse(body) as Shown | Shown[]
  const validate = schemaOf(operation)
  const fail = (why: string) => {
    throw new Error(`${line}: ${why}: ${body.slice(0, 500)}`)
  }
  if (!validate(answer)) fail(`breaks its contract: ${JSON.stringify(validate.errors![0])}`)
  if (!Array.isArray(answer)) {
    if (id && answer.id !== Number(id)) fail('is another pipeline')
    return
  }
  if (answer.length !== Number(searchParams.get('per_page'))) fail(`has ${answer.length} rows`)
  for (const field of ['status', 'ref'] as const) {
    const wanted = searchParams.get(field)
    if (wanted && answer.some(row => row[field] !== wanted)) fail(`has another ${field}`)
  }
}
