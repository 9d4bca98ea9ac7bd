import type { Contract } from '../contract/contract.ts'
import { at, type Schema } from '../contract/document.ts'
import type { Api, Exchange } from '../lifecycle/exchange.ts'
import { reasons } from '../lifecycle/reason.ts'
import type { Table } from '../store/table.ts'
import type { Changes, World } from '../store/world.ts'
import { writer } from './text.ts'
import type { Face } from './view.ts'

/**
 * Where a contract and the code that serves it don't fit; an operation without a behaviour is none, it is sampled.
 * `elsewhere` tells the operations that the API has in other profiles, whose behaviours are none too many.
 */
export function checkApi(
  api: Api,
  { operations, document, refusals }: Contract,
  elsewhere: () => readonly string[] = () => [],
): string[] {
  const missed = Object.keys(api.behaviours).filter(name => !operations.has(name))
  const others = missed.length > 0 ? elsewhere() : []
  const strayBehaviours = missed.filter(name => !others.includes(name))
  const strayReasons = Object.keys(refusals).filter(name => !(reasons as readonly string[]).includes(name))
  const schemes = Object.keys(document.components.securitySchemes ?? {}).filter(
    name => !(name in api.schemes),
  )
  const strayAbilities = [...operations.values()].filter(
    it => it.ability && !api.abilities.includes(it.ability),
  )
  return [
    ...strayAbilities.map(it => `${it.pointer}/x-ability: ${it.ability} is no ability of ${api.name}`),
    ...strayBehaviours.map(name => `behaviour ${name}: the contract has no such operation`),
    ...strayReasons.map(name => `/x-refusals/${name}: unknown reason`),
    ...schemes.map(name => `/components/securitySchemes/${name}: ${api.name} can't tell who that is`),
  ]
}

/** Rows that an API shows: their table, their face, and the contract's schema of the view. */
export interface Shown {
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows stand in one list
  readonly table: Table<any>
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly face: Face<any>
  readonly schema: string
}

/**
 * Shows every row of a world (or only those that changes touch) as a request would and holds the view against its schema. Answers what is amiss, with
 * file and row: `v4/pipelines.json: row 46: /status must be equal to one of the allowed values`.
 */
export function checkRows(
  api: Api,
  contract: Contract,
  world: World,
  shown: readonly Shown[],
  only?: Changes,
): string[] {
  const exchange = { api, contract, world, origin: 'http://localhost', settings: {} } as unknown as Exchange
  return shown.flatMap(({ table, face, schema }) => {
    const pointer = `/components/schemas/${schema}`
    // What no operation of this profile shows.
    if (at(contract.document, pointer) === undefined) return []
    const validate = contract.validator(pointer)
    const file = `${table.name.replace('.', '/')}.json`
    const touched = only && Object.keys(only[table.name] ?? {}).map(id => world.get(table, Number(id)))
    const rows = touched?.filter(row => row !== undefined) ?? world.rows(table)
    const write = writer(face)(at(contract.document, pointer) as Schema, exchange)
    return rows.flatMap(row => {
      try {
        if (validate(JSON.parse(write(row)))) return []
        const [error] = validate.errors!
        return [`${file}: row ${row.id}: ${error!.instancePath || 'it'} ${error!.message}`]
      } catch (error) {
        return [
          `${file}: row ${row.id} can't be shown (${(error as Error).message}): does it name a row that isn't there?`,
        ]
      }
    })
  })
}
