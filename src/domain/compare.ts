import type { Facts } from './finding.ts'
import type { CenterName } from './topology.ts'

/**
 * What `diff` compares and what it answers, in words that `sync` works on. Two shapes are kept apart: a `Comparison` holds values as they were read and never
 * leaves the process; a `DiffDocument` (`domain/diff-document.ts`) is made of it by redaction, and is all that outputs get to see.
 */

/** The section `compare` of the topology. */
export interface Compare {
  /** After the managed routes, which are always compared. */
  readonly kinds: readonly ComparedKind[]
  readonly intents: readonly DeclaredIntent[]
  /** What `{center}` stands for in names where it is not the name of the center. */
  readonly aliases: Readonly<Record<CenterName, string>>
  /** A file or directory of manifests, the desired side. As written; relative to the topology's file. */
  readonly desired?: string
}

/** A kind as the API serves it, and which of its objects are compared. */
export interface ComparedKind {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
  /** Absent: every namespace. */
  readonly namespaces?: readonly string[]
  /** A label selector in kubectl's syntax. */
  readonly selector?: string
  /** Names that differ by center: `higress-{center}` makes higress-zone-a and higress-shanghai one object, and one text wherever it stands whole in an object. */
  readonly rename: readonly string[]
  /** Identity paths that are never compared, `*` for any one part, e.g. `metadata.labels[build]`. */
  readonly ignore: readonly string[]
  /** `version`: compared by a number that the desired side and the object carry. */
  readonly check: { readonly by: 'content' } | { readonly by: 'version'; readonly carrier: 'annotation' | 'label'; readonly key: string }
}

/** A difference that is meant. A wrong value in its place is drift; one that has expired or is not needed is warned of. */
export interface DeclaredIntent {
  readonly kind: string
  /** Absent: any namespace. */
  readonly namespace?: string
  /** Identity name; `*` for any part of it. */
  readonly name: string
  readonly centers: readonly CenterName[]
  /** Identity path, `*` for any one part. Absent: the object itself. */
  readonly path?: string
  /** What must stand there. Absent with `absent: true` only. */
  readonly value?: unknown
  /** The object, or the field, is meant not to be there. */
  readonly absent?: boolean
  readonly reason: string
  readonly owner?: string
  /** ms since the epoch: the end of the last day on which it holds. */
  readonly until?: number
}

/** `zone-a` (live), `zone-a@saved` (from a snapshot), `desired`. */
export type ColumnName = string

export interface Column {
  readonly name: ColumnName
  readonly source: 'desired' | 'live' | 'saved'
  readonly center?: CenterName
  readonly role?: 'active' | 'standby'
  /** When it was read, ms since the epoch. */
  readonly at?: number
}

/** Why there is no value. Five different things, and one for what fits none of them; none ever counts as equal. */
export type Gap =
  /** The API does not serve the kind. */
  | 'kind-missing'
  | 'forbidden'
  | 'unreachable'
  /** The kind is served, and this object is not there. */
  | 'absent'
  /** It is there and being deleted. */
  | 'terminating'
  /** An answer that is no knowledge: a 500, half a list, nonsense. */
  | 'unknown'

/** Gaps that say nothing of the object. */
export const blindGaps: ReadonlySet<Gap> = new Set(['forbidden', 'unreachable', 'unknown'])

export interface ObjectIdentity {
  readonly group: string
  readonly kind: string
  readonly namespace?: string
  /** With `{center}` in it where a rename pattern made several names one. */
  readonly name: string
}

/** `HTTPRoute.gateway.networking.k8s.io ai-system/chat`; cluster-scoped objects have no namespace part. */
export function identityKey({ group, kind, namespace, name }: ObjectIdentity): string {
  return `${kind}${group === '' ? '' : `.${group}`} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

/** An object as the API serves it, or as a file holds it. */
export type AnyObject = Readonly<Record<string, unknown>>

/** The group of an object's API; nothing for the core's. */
export function groupOf(object: AnyObject): string {
  const api = String(object['apiVersion'])
  return api.includes('/') ? (api.split('/')[0] ?? '') : ''
}

/** Of that kind, in whatever version. */
export function isOfKind(object: AnyObject, { kind, group }: Pick<ComparedKind, 'kind' | 'group'>): boolean {
  return object['kind'] === kind && groupOf(object) === group
}

export type ObjectCell =
  | { readonly state: 'present'; readonly object: AnyObject }
  | { readonly state: 'terminating'; readonly object: AnyObject; readonly why?: string }
  | { readonly state: Exclude<Gap, 'terminating'>; readonly why?: string }

/** One step of an identity path: a key of a map, or an item of a list by what identifies it. */
export type PathPart = { readonly key: string } | { readonly item: string; readonly label: string }

/** What stands at one place in one column. */
export type LeafCell =
  | { readonly state: 'value'; readonly value: unknown }
  /** The object is there, this field is not. `dropped`: the schema of that cluster does not know the field and would silently drop it. */
  | { readonly state: 'unset'; readonly dropped?: true }
  | { readonly state: Gap; readonly why?: string }

export type Verdict =
  | 'equal'
  /** Differs, and is declared or follows from a run in force. */
  | 'intended'
  | 'drift'
  /** Drift in one center of at least three, the others agreeing. */
  | 'odd-one-out'
  /** What could be read agrees, and something could not be read. */
  | 'unknown'

export interface LeafDiff {
  readonly path: readonly PathPart[]
  /** value: a field · order: the same items in another order · object: the object itself, there or not · version: the version check's number. */
  readonly kind: 'value' | 'order' | 'object' | 'version'
  readonly verdict: Verdict
  /** The columns that differ from the desired side, from the majority, or from an intent. */
  readonly odd: readonly ColumnName[]
  readonly cells: Readonly<Record<ColumnName, LeafCell>>
  /** RFC 6901, into the object as read; inside an embedded document it leads to the text that holds it. */
  readonly pointers: Readonly<Record<ColumnName, string>>
  /** The values differ and mean the same: weights in one ratio. The verdict is `equal` then. */
  readonly sameEffect?: true
  readonly intents: Readonly<Record<ColumnName, IntentInForce>>
  readonly changedBy: Readonly<Record<ColumnName, FieldManager>>
}

/** Why one column may differ here. */
export type IntentInForce =
  | {
      readonly by: 'topology'
      readonly reason: string
      readonly owner?: string
      readonly until?: number
      readonly state: 'held' | 'expired' | 'wrong'
    }
  | { readonly by: 'run'; readonly run: string; readonly verb: string; readonly situation: readonly CenterName[] }

/** Who owns a field last, by managedFields. */
export interface FieldManager {
  readonly manager: string
  readonly operation?: string
  /** ms since the epoch */
  readonly at?: number
}

export interface ObjectDiff {
  readonly identity: ObjectIdentity
  readonly verdict: Verdict
  readonly cells: Readonly<Record<ColumnName, ObjectCell>>
  /** Empty where all columns are equal. Those of equal effect are listed too. */
  readonly leaves: readonly LeafDiff[]
}

/** Something that is wrong with what was declared, not with a center: an intent that has expired or is not needed. */
export interface CompareWarning {
  readonly reason: string
  readonly facts: Facts
}

export interface Comparison {
  readonly columns: readonly Column[]
  /** Those that are not equal, and those whose text differs though the effect is equal, by identity. */
  readonly objects: readonly ObjectDiff[]
  /** Objects of every kind, by kind, in the order in which kinds are compared. */
  readonly counts: readonly KindCount[]
  /** Columns that could not be read, wholly or for one kind. */
  readonly unread: readonly Unread[]
  readonly warnings: readonly CompareWarning[]
}

export type KindCount = { readonly kind: string; readonly group: string; readonly objects: number } & Readonly<Record<Verdict, number>>

export interface Unread {
  readonly column: ColumnName
  readonly kind: string
  readonly gap: Gap
  readonly why: string
}

/** `spec.rules[/v1/chat].backendRefs[ai-service-zone-a:8080].weight`: what people read, and what intents and `ignore` are written in. */
export function pathLabel(path: readonly PathPart[]): string {
  return spelled(path, 'label')
}

/** The same with what identifies an item in full: one text for one place. */
export function identityPath(path: readonly PathPart[]): string {
  return spelled(path, 'item')
}

function spelled(path: readonly PathPart[], by: 'label' | 'item'): string {
  return path
    .map((part, i) => ('item' in part ? `[${part[by]}]` : !PLAIN.test(part.key) ? `[${part.key}]` : i === 0 ? part.key : `.${part.key}`))
    .join('')
}

const PLAIN = /^[A-Za-z_][\w-]*$/
