import type {
  Column,
  ColumnName,
  CompareWarning,
  FieldManager,
  Gap,
  IntentInForce,
  KindCount,
  LeafDiff,
  Unread,
  Verdict,
} from './compare.ts'

/** `diff -o json`, and what every other output is drawn from: no value in it is a secret. Keys are stable. */
export interface DiffDocument {
  readonly apiVersion: 'tricenter.io/v1'
  readonly kind: 'Diff'
  readonly topology: string
  /** Milliseconds. */
  readonly took: number
  readonly columns: readonly Column[]
  readonly verdict: Verdict
  readonly totals: Readonly<Record<Verdict, number>>
  readonly counts: readonly KindCount[]
  readonly objects: readonly DiffObject[]
  readonly unread: readonly Unread[]
  readonly warnings: readonly CompareWarning[]
}

export interface DiffObject {
  readonly group: string
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
  readonly verdict: Verdict
  readonly odd: readonly ColumnName[]
  readonly presence: Readonly<Record<ColumnName, 'present' | Gap>>
  readonly leaves: readonly DiffLeaf[]
}

export interface DiffLeaf {
  /** For people. */
  readonly path: string
  /** One text for one place in every column. */
  readonly identity: string
  readonly pointers: Readonly<Record<ColumnName, string>>
  readonly kind: LeafDiff['kind']
  readonly verdict: Verdict
  readonly odd: readonly ColumnName[]
  readonly sameEffect: boolean
  readonly cells: Readonly<Record<ColumnName, DiffCell>>
  readonly intents: Readonly<Record<ColumnName, IntentInForce>>
  readonly changedBy: Readonly<Record<ColumnName, FieldManager>>
}

/** A value that holds a secret shows what may be shown of it, and a fingerprint: equal in two columns of one run when the values are. */
export type DiffCell =
  | { readonly state: 'value'; readonly value: unknown; readonly fingerprint?: string }
  | { readonly state: 'unset'; readonly dropped?: true }
  | { readonly state: Gap; readonly why?: string }
