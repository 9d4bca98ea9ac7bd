import { value } from '../../behaviour/view.ts'
import type { Behaviours } from '../../lifecycle/exchange.ts'

/** docs: version.md */
export const versionBehaviours: Behaviours = {
  getVersion: () => value({ version: '13.0.0', revision: 'understudy' }),
}
