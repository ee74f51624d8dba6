import { type CheckOutcome, type Conclusion, type Verification, verifyExitCode } from '../domain/verify.ts'
import { conclusionLines, countsOf, titleOf, type VerifyReading } from '../report/verify-reading.ts'
import { API_VERSION } from './console-ndjson.ts'

/** A verification as data: reasons and facts, and beside them the words of one language. */
export interface VerificationDocument extends Omit<Verification, 'outcomes' | 'startedAt'> {
  readonly apiVersion: string
  readonly kind: 'Verification'
  /** ISO 8601. */
  readonly startedAt: string
  /** The exit code of the command. */
  readonly exit: number
  readonly centers: readonly string[]
  readonly counts: Readonly<Record<Conclusion['state'] | 'out', number>>
  readonly outcomes: readonly (Omit<CheckOutcome, 'conclusions'> & {
    readonly title: string
    readonly conclusions: readonly (Conclusion & { readonly message: string })[]
  })[]
}

export function verificationDocument(reading: VerifyReading): VerificationDocument {
  const { verification, centers } = reading
  const { outcomes, startedAt, ...rest } = verification
  return {
    apiVersion: API_VERSION,
    kind: 'Verification',
    startedAt: new Date(startedAt).toISOString(),
    exit: verifyExitCode(verification),
    centers,
    counts: countsOf(verification),
    ...rest,
    outcomes: outcomes.map((outcome) => ({
      ...outcome,
      title: titleOf(reading, outcome.check),
      conclusions: outcome.conclusions.map((one) => ({ ...one, message: conclusionLines(reading, outcome, one).join('\n') })),
    })),
  }
}
