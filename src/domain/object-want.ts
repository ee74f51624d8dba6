import type { AnyObject } from './compare.ts'
import type { ServedKind } from './known-kinds.ts'
import type { Owner } from './route.ts'
import type { CenterName } from './topology.ts'

/**
 * What one object of one center shall become, with what was read of it. It holds contents as they are and so never goes into a record;
 * a run keeps all of them in one file (0600) under the hash that its records name.
 */
export interface ObjectWant {
  readonly center: CenterName
  readonly served: ServedKind
  /** Absent: cluster-scoped. */
  readonly namespace?: string
  readonly name: string
  readonly verdict: 'create' | 'update' | 'remove'
  /** As read. Absent: it was not there. */
  readonly live?: AnyObject
  /** Absent: it shall not be there. */
  readonly want?: AnyObject
  /** Who else may write it back, as it was read. */
  readonly owners: readonly Owner[]
  /** What differs, for people: no value in it is a secret. */
  readonly fields: readonly FieldEdit[]
  /** Written there by a number that is higher than the desired one: what was stored in between never reached the desired side. */
  readonly failedWrite?: true
}

export interface FieldEdit {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** `ConfigMap/ai-system/prompts`: what `--only` and `--confirm` take; a cluster-scoped object has no namespace in it. */
export function wantName({ served, namespace, name }: Pick<ObjectWant, 'served' | 'namespace' | 'name'>): string {
  return [served.kind, ...(namespace === undefined ? [] : [namespace]), name].join('/')
}

/** One text for one object of one center. */
export function wantKey({ center, served, namespace, name }: Pick<ObjectWant, 'center' | 'served' | 'namespace' | 'name'>): string {
  return [center, served.group, served.kind, namespace ?? '', name].join('\n')
}

/** What is to be done with objects, and what stands in the way of it. */
export interface ObjectWork {
  readonly wants: readonly ObjectWant[]
  /** Objects of each kind that were read in a center. */
  readonly counts: readonly { readonly center: CenterName; readonly kind: string; readonly live: number }[]
  /** What was left out, and why; `reason` has words in `compare/reconcile`. */
  readonly notes: readonly { readonly reason: string; readonly center: CenterName; readonly object: string; readonly why?: string }[]
  /** Centers of which a kind could not be read. */
  readonly unread: readonly CenterName[]
  /** The source has nothing, or could not be read whole. */
  readonly source?: { readonly reason: 'source-empty' | 'source-unread' | 'source-gone'; readonly name: string; readonly why: string }
  /** The center that they were compared with. */
  readonly comparedWith?: CenterName
  /** When that was saved, ms since the epoch. */
  readonly at?: number
  /** Of what a target lacks: what the source holds only as digests, so that nobody can make it from there. */
  readonly sealed?: readonly ObjectWant[]
  /** Taken from the run's own file, or from another run's: what is there now has been looked at, and nothing was compared anew. */
  readonly recorded?: true
}

/** Nothing was read, so nothing is wanted. */
export const NO_OBJECTS: ObjectWork = { wants: [], counts: [], notes: [], unread: [] }
