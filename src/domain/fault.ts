import type { Facts } from './finding.ts'

/**
 * The one error type: something that stops the work. Recognised by `code`, never by class, because two bundles may hold two copies of a class.
 * `kind` decides the exit code: usage and input 2, refused 3, unreachable 4, unrestored 6, inconclusive 7, bug 8.
 */
export interface Fault extends Error {
  readonly code: 'TRICENTER_FAULT'
  readonly kind: FaultKind
  readonly reason: string
  readonly facts: Facts
  /** For input: every mistake found, each one line, already with `file:line:column`. */
  readonly lines?: readonly string[]
}
export type FaultKind = 'usage' | 'input' | 'refused' | 'unreachable' | 'unrestored' | 'inconclusive' | 'bug'

export function fault(kind: FaultKind, reason: string, facts: Facts = {}, lines?: readonly string[]): Fault {
  const error = new Error(`${kind}: ${reason}`)
  error.name = 'Fault'
  return Object.assign(error, { code: 'TRICENTER_FAULT' as const, kind, reason, facts, ...(lines ? { lines } : {}) })
}

export function isFault(error: unknown): error is Fault {
  return error instanceof Error && 'code' in error && error.code === 'TRICENTER_FAULT'
}
