/** What a JSON document may hold. Objects of the API are dynamic trees: they are read by path and checked by schema, never by type. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Tree = Record<string, any>

export interface Metadata extends Tree {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  creationTimestamp: string
  generation?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  deletionTimestamp?: string
  ownerReferences?: OwnerReference[]
  managedFields?: ManagedField[]
}

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ManagedField {
  manager: string
  operation: 'Update' | 'Apply'
  apiVersion: string
  time: string
  fieldsType: 'FieldsV1'
  fieldsV1: Tree
  subresource?: string
}

/** A stored object. Never changed in place: every write stores a new one. */
export interface KubeObject extends Tree {
  apiVersion: string
  kind: string
  metadata: Metadata
}

export const isMap = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

export const isEmpty = (value: unknown): boolean => isMap(value) && Object.keys(value).length === 0

/** Equality of JSON values; the order of keys does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (!isMap(a) || !isMap(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}

/** Without the keys whose value is undefined, so that two ways of saying "absent" compare as one. */
export const compact = <T extends Tree>(map: T): T =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as T

/** Kubernetes writes times in whole seconds. */
export const timestamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
