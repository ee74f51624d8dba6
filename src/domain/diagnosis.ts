import type { CenterName } from './topology.ts'
import type { CheckOutcome, Conclusion, Verification } from './verify.ts'

/** What people come with (§10.1). */
export const symptomNames = ['errors', 'split', 'proximity', 'no-switch'] as const
export type SymptomName = (typeof symptomNames)[number]

/** One conclusion that shows a symptom or explains it. */
export interface Clue extends Pick<Conclusion, 'reason' | 'facts' | 'subject' | 'evidence'> {
  readonly check: string
  readonly id: string
  readonly state: 'failed' | 'warning'
  readonly center?: CenterName
}

export interface Cause extends Clue {
  /** The command that mends it, or looks closer. */
  readonly mend: string
}

/**
 * What was made of one symptom. `seen`: something measured shows it. `not-seen`: it was measured and does not show. `unmeasured`: nothing could tell.
 * `causes`: the most likely first. `blind`: checks that could have named a cause and could not be answered.
 */
export interface Diagnosis {
  readonly symptom: SymptomName
  readonly state: 'seen' | 'not-seen' | 'unmeasured'
  readonly signs: readonly Clue[]
  readonly causes: readonly Cause[]
  readonly blind: readonly { readonly check: string; readonly id: string; readonly centers: readonly CenterName[] }[]
}

/** What the doctor found. `setup`: outcomes about the set-up alone; `elsewhere`: how many checks about other things failed. */
export interface Checkup extends Omit<Verification, 'outcomes' | 'firstBroken'> {
  readonly setup: readonly CheckOutcome[]
  readonly diagnoses: readonly Diagnosis[]
  readonly elsewhere: number
  /** Somebody said that this symptom shows. */
  readonly asked?: SymptomName
  /** No requests of clients were sent. */
  readonly unprobed: boolean
}

/** 1 something was found, 4 a center could not be read, 7 something could not be told, else 0. Warnings about the set-up do not count; nor does what concerns a center that is out of traffic; with a symptom asked about, it alone counts. */
export function doctorExitCode({ setup, diagnoses, unread, asked }: Checkup): 0 | 1 | 4 | 7 {
  const states = new Set(setup.filter((one) => one.out !== true).map(({ state }) => state))
  const wanted = diagnoses.find(({ symptom }) => symptom === asked)
  const found = wanted === undefined ? states.has('failed') || diagnoses.some(({ state }) => state === 'seen') : wanted.causes.length > 0
  if (found) return 1
  if (unread.some((one) => one.out !== true)) return 4
  const unsure = wanted === undefined ? states.has('inconclusive') : wanted.blind.length > 0
  return unsure ? 7 : 0
}
