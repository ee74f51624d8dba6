import type { FieldEdit } from './object-want.ts'
import type { Intent, ObjectRef } from './intent.ts'
import type { CenterName, Milliseconds } from './topology.ts'

/** RFC 6902. */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

/**
 * One object in one center, to be changed by one atomic write, with its edits by rule inside: screens count edits, execution counts changes.
 * It is complete: after `kill -9` the journal's copy is enough to find out where the world is and to go on or back.
 */
export interface Change {
  readonly id: string
  readonly effect: 'patch' | 'scale' | 'lab-fault' | 'release' | 'create' | 'content' | 'remove'
  readonly center: CenterName
  readonly object: ObjectRef
  readonly edits: readonly Edit[]
  /** Of a whole object: its fields before → after, without secrets. */
  readonly fields?: readonly FieldEdit[]
  /** Empty for effects that do not write to an API server. */
  readonly patch: readonly PatchOperation[]
  /** What `locate` compares the live object with: canonical JSON of the parts that this change reads and writes. */
  readonly before: string
  readonly after: string
  readonly intent: Intent
  readonly inverse: Intent
}

/** Before → after of one rule's weights by center, or of one workload's replicas. `unmanaged` refs keep their weight and are shown as such. */
export interface Edit {
  readonly where: string
  readonly before: Readonly<Record<CenterName, number>>
  readonly after: Readonly<Record<CenterName, number>>
  readonly added: readonly CenterName[]
  readonly removed: readonly CenterName[]
  readonly unmanaged: number
}

/** How one write ended. `unknown` never stays: it is settled by reading back. */
export type WriteResult =
  | { readonly kind: 'applied'; readonly object: unknown }
  | { readonly kind: 'conflict'; readonly reason: 'test-failed' | 'version' }
  | { readonly kind: 'rejected'; readonly status: number; readonly message: string }
  | { readonly kind: 'unknown'; readonly reason: 'no-answer' | 'cut' }

/** Where the world is, seen by one change. */
export type Location = 'before' | 'after' | 'neither' | 'unknown'

/** The duty to bring a cluster that could not be read to the current situation. Its size is an estimate by a sister cluster. */
export interface Deferred {
  readonly center: CenterName
  readonly rules: number
  readonly like?: CenterName
  readonly why: string
}

/** When a call must have ended: monotonic milliseconds of the clock port. */
export interface Deadline {
  readonly at: Milliseconds
}
