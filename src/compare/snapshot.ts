import type { AnyObject, ComparedKind } from '../domain/compare.ts'
import { record } from '../gateways/strange.ts'
import type { ColumnObjects } from './compare.ts'
import { hide } from './secrets.ts'

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
  readonly seen: Omit<Extract<ColumnObjects, { state: 'present' }>, 'schema'> | Exclude<ColumnObjects, { state: 'present' }>
}

/** The object with its secrets as digests. managedFields stay: they tell who and when, and hold no value but of sets, which go. */
export function sealedObject(object: AnyObject, digest: (secret: string) => string): AnyObject {
  const { managedFields: _fields, ...metadata } = record(object['metadata'])
  const annotations = Object.fromEntries(
    Object.entries(record(metadata['annotations'])).filter(([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration'),
  )
  const marks = Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith('tricenter.io/')))
  const { status: _status, ...wanted } = object
  const plain = { ...wanted, metadata: { ...metadata, ...(metadata['annotations'] === undefined ? {} : { annotations }) } }
  const sealed = record(
    hide(plain, { kind: String(object['kind']), keys: [], secret: false }, (secret) =>
      SEALED.test(secret) ? secret : `sealed:${digest(secret)}`,
    ),
  )
  const cleanMetadata = record(sealed['metadata'])
  return {
    ...sealed,
    metadata: {
      ...cleanMetadata,
      ...(Object.keys(marks).length === 0 ? {} : { annotations: { ...record(cleanMetadata['annotations']), ...marks } }),
    },
  }
}
const SEALED = /^sealed:[0-9a-f]{64}$/
