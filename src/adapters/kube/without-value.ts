import type { HttpAnswer, HttpFailure } from '../fetch-once.ts'
import { isAbsence, messageOf } from './kube-answer.ts'

/** An observation before it is known when it came and how long it took. */
export type Seen<T> =
  | { readonly state: 'present'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'forbidden' | 'unreachable' | 'unknown'; readonly why: string }

/** What an answer that is no success says of the thing that was asked for. */
export function withoutValue(result: HttpAnswer | HttpFailure): Exclude<Seen<never>, { readonly state: 'present' }> {
  if (!('status' in result)) return { state: result.head || result.failed === 'login' ? 'unknown' : 'unreachable', why: result.why }
  if (result.status === 401) return { state: 'forbidden', why: `not logged in: ${messageOf(result)}` }
  if (result.status === 403) return { state: 'forbidden', why: messageOf(result) }
  if (isAbsence(result)) return { state: 'absent' }
  return { state: 'unknown', why: `server answered ${result.status}` }
}
