import { doctorExitCode, type Checkup, type Diagnosis } from '../domain/diagnosis.ts'
import type { Verification } from '../domain/verify.ts'
import { conclusionLines } from '../report/verify-reading.ts'
import { API_VERSION } from './console-ndjson.ts'
import type { CheckupReading } from './doctor-screen.ts'
import { verificationDocument, type VerificationDocument } from './verify-document.ts'

/** A checkup as data: reasons and facts, and beside them the words of one language. */
export interface CheckupDocument extends Omit<Checkup, 'setup' | 'startedAt' | 'diagnoses'> {
  readonly apiVersion: string
  readonly kind: 'Checkup'
  /** ISO 8601. */
  readonly startedAt: string
  /** The exit code of the command. */
  readonly exit: number
  readonly setup: VerificationDocument['outcomes']
  readonly diagnoses: readonly (Omit<Diagnosis, 'causes'> & {
    readonly causes: readonly (Diagnosis['causes'][number] & { readonly message: string })[]
  })[]
}

export function checkupDocument(reading: CheckupReading): CheckupDocument {
  const { checkup } = reading
  const { setup, startedAt, diagnoses, ...rest } = checkup
  const { unread, out, took } = checkup
  const verification: Verification = { unread, out, took, startedAt, outcomes: setup, firstBroken: {} }
  const spoken = { ...reading, verification }
  return {
    apiVersion: API_VERSION,
    kind: 'Checkup',
    startedAt: new Date(startedAt).toISOString(),
    exit: doctorExitCode(checkup),
    ...rest,
    setup: verificationDocument(spoken).outcomes,
    diagnoses: diagnoses.map((one) => ({
      ...one,
      causes: one.causes.map((cause) => ({ ...cause, message: conclusionLines(spoken, {}, cause).join('\n') })),
    })),
  }
}
