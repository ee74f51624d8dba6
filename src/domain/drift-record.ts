import type { Column, ColumnName, FieldManager, Gap, Verdict } from './compare.ts'
import type { DiffObject } from './diff-document.ts'

/** One line of `sync --watch -o json`: what happened to a difference, or to what is known of a center. No value in it is a secret. Keys are stable. */
export type DriftRecord = {
  readonly apiVersion: 'tricenter.io/v1'
  readonly kind: 'DriftRecord'
  /** ms since the epoch. */
  readonly at: number
} & DriftEvent

export type DriftEvent =
  /** The first: every center has answered, or has not. */
  | {
      readonly type: 'following'
      readonly topology: string
      readonly columns: readonly Column[]
      readonly centers: readonly FollowedCenter[]
      readonly totals: Readonly<Record<Verdict, number>>
    }
  /** found: it was there at the start · began · changed: other fields, values or centers. */
  | { readonly type: 'found' | 'began' | 'changed'; readonly object: DiffObject; readonly since: number }
  /** What it was last, what it is now, and who wrote there last. `gone`: no center that can be read has the object any more. */
  | {
      readonly type: 'ended'
      readonly object: DiffObject
      readonly now: 'equal' | 'intended' | 'gone'
      readonly since: number
      readonly changedBy: Readonly<Record<ColumnName, FieldManager>>
    }
  /** These kinds of a center cannot be read: nothing counts as equal there, nor as absent. */
  | { readonly type: 'unread'; readonly column: ColumnName; readonly kinds: readonly string[]; readonly gap: Gap; readonly why: string }
  | { readonly type: 'read'; readonly column: ColumnName; readonly kinds: readonly string[]; readonly since: number }
  /** The last, where it ended by itself. */
  | { readonly type: 'stopped'; readonly totals: Readonly<Record<Verdict, number>>; readonly exit: number }

export interface FollowedCenter {
  readonly center: ColumnName
  /** Objects by kind. */
  readonly objects: Readonly<Record<string, number>>
  readonly unread: readonly { readonly kind: string; readonly gap: Gap; readonly why: string }[]
}
