import type { Contract, Operation } from './contract.ts'

const known = new WeakMap<Contract, Operation>()

/**
 * Stands for the operation of a request that a contract has none for. Who asks is found out in any way that the contract
 * has: limits and journals count those requests as well.
 */
export function nowhereIn(contract: Contract): Operation {
  let nowhere = known.get(contract)
  if (!nowhere) known.set(contract, (nowhere = made(contract)))
  return nowhere
}

function made({ operations }: Contract): Operation {
  const ways = [...operations.values()].flatMap(operation => operation.ways)
  return {
    id: '',
    method: '',
    path: '',
    pointer: '',
    ways: [...new Map(ways.map(way => [way.schemes.join(), way])).values()],
    isOpen: true,
    ability: undefined,
    pagination: [],
    attributes: new Map(),
    bodyRequired: [],
    closed: false,
    success: 200,
    answer: undefined,
    object: { operationId: '', responses: {} },
  }
}
