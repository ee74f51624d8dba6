import type { AnyObject, ComparedKind } from '../domain/compare.ts'
import { record } from '../gateways/strange.ts'
import type { ColumnGap, ColumnObjects } from './compare.ts'
import { hide, isSealed } from './secrets.ts'

/** What `diff --save` writes and `--from` reads: each center's objects with every secret replaced by a keyed digest, so that the file can be kept and sent. */
export interface Snapshot {
  readonly apiVersion: 'tricenter.io/v1'
  readonly kind: 'Snapshot'
  readonly topology: string
  /** ms since the epoch */
  readonly at: number
  /** Names the key of the digests: with another key secrets cannot be compared. */
  readonly key: string
  readonly centers: Readonly<Record<string, readonly SavedKind[]>>
}
export interface SavedKind {
  readonly kind: ComparedKind
  readonly seen: Omit<Extract<ColumnObjects, { state: 'present' }>, 'schema'> | ColumnGap
}

/** The object with its secrets as digests; what only a live object tells (status, managedFields) goes, unless `keep` says that it stays in the process. */
export function sealedObject(object: AnyObject, digest: (secret: string) => string, keep = false): AnyObject {
  const { managedFields, annotations, ...metadata } = record(object['metadata'])
  const { status: _status, metadata: _metadata, ...wanted } = object
  const told = Object.entries(record(annotations))
  const replace = (secret: string): string => (isSealed(secret) ? secret : `sealed:${digest(secret)}`)
  const hidden = (value: unknown, ...keys: readonly string[]): AnyObject =>
    record(hide(value, { kind: String(object['kind']), keys, secret: false }, replace))
  // Our marks say which weights are meant; what kubectl applied last repeats the whole object.
  const marks = told.filter(([key]) => key.startsWith('tricenter.io/'))
  const others = told.filter(([key]) => !key.startsWith('tricenter.io/') && key !== 'kubectl.kubernetes.io/last-applied-configuration')
  return {
    ...hidden(wanted),
    metadata: {
      ...hidden(metadata),
      ...(told.length === 0 ? {} : { annotations: { ...hidden(Object.fromEntries(others)), ...Object.fromEntries(marks) } }),
      ...(keep && managedFields !== undefined ? { managedFields } : {}),
    },
  }
}
