import { questions } from '../checks/questions.ts'
import { verbsWithRights } from '../engine/rights.ts'
import { runbookNames } from './runbook-files.ts'

/** Names of what is shipped, for completion. The build puts the values in place of this file, for a Tab does not wait for what it would load. */
export const checkNames: readonly string[] = questions.map(({ name }) => name)
export const verbNames: readonly string[] = verbsWithRights
export const shippedNames: readonly string[] = runbookNames()
