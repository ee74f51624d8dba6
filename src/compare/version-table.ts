import type { AnyObject, ComparedKind } from '../domain/compare.ts'
import { record } from '../gateways/strange.ts'
import { versionOf } from './version-check.ts'

/** One row of an export of the desired side: which version of an object there should be, and whether at all. Several rows may feed one object. */
export interface DesiredRow {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly version: string
  readonly enabled: boolean
  /** The object itself, where the export carries it. */
  readonly object?: AnyObject
}

/** What the desired side says of an object, and what the object says. */
export interface VersionPair {
  readonly desired?: { readonly version: string | undefined; readonly enabled: boolean }
  /** Absent: the object is not there. An object without a version was not written by the desired side. */
  readonly live?: { readonly version: string | undefined }
}

export interface VersionVerdict {
  readonly verdict: 'nothing' | 'create' | 'update' | 'remove'
  /** The object is newer than the desired side: what was stored there failed. */
  readonly failedWrite?: true
}

/** 版本号校验: the truth table. The desired side is the truth, so that an object with a higher number is written back too. */
export function versionVerdict({ desired, live }: VersionPair): VersionVerdict {
  if (desired === undefined) return { verdict: live?.version === undefined ? 'nothing' : 'remove' }
  if (!desired.enabled) return { verdict: live === undefined ? 'nothing' : 'remove' }
  if (live === undefined) return { verdict: 'create' }
  if (live.version === desired.version) return { verdict: 'nothing' }
  return { verdict: 'update', ...(isNewer(live.version, desired.version) ? { failedWrite: true } : {}) }
}

function isNewer(live: string | undefined, desired: string | undefined): boolean {
  if (live === undefined || desired === undefined || !/^\d+$/.test(live) || !/^\d+$/.test(desired)) return false
  return BigInt(live) > BigInt(desired)
}

/** The desired side says of an object that it shall not be there. Like all of our annotations it is never written to a cluster. */
const ENABLED = 'tricenter.io/enabled'

export function isEnabled(object: AnyObject): boolean {
  return record(record(object['metadata'])['annotations'])[ENABLED] !== 'false'
}

/**
 * Desired objects with what rows say of them: the highest version of the rows that feed an object, enabled where one of them is. A row without an object anywhere
 * gives one that has nothing but its name (`bare`): enough to tell that something is to be done, too little to do it.
 */
export function withRows(
  objects: readonly AnyObject[],
  rows: readonly DesiredRow[],
  kind: ComparedKind,
): { readonly objects: readonly AnyObject[]; readonly bare: ReadonlySet<string> } {
  if (kind.check.by !== 'version' || rows.length === 0) return { objects, bare: new Set() }
  const { carrier, key } = kind.check
  const bag = carrier === 'annotation' ? 'annotations' : 'labels'
  const place = (namespace: unknown, name: unknown): string => `${kind.namespaced ? String(namespace ?? 'default') : ''}/${String(name)}`
  const known = new Map(objects.map((one) => [place(record(one['metadata'])['namespace'], record(one['metadata'])['name']), one] as const))
  const bare = new Set<string>()
  const fed = Map.groupBy(
    rows.filter((row) => row.kind === kind.kind),
    (row) => place(row.namespace, row.name),
  )
  for (const [at, feeding] of fed) {
    const newest = feeding.reduce((best, row) => (isNewer(row.version, best.version) ? row : best))
    const given = newest.object ?? feeding.find(({ object }) => object !== undefined)?.object ?? known.get(at)
    if (given === undefined) bare.add(at)
    const object = given ?? bareObject(kind, newest)
    const metadata = record(object['metadata'])
    const annotations = { ...record(metadata['annotations']), [ENABLED]: String(feeding.some(({ enabled }) => enabled)) }
    const carried = { ...(bag === 'annotations' ? annotations : record(metadata['labels'])), [key]: newest.version }
    known.set(at, { ...object, metadata: { ...metadata, annotations, [bag]: carried } })
  }
  return { objects: [...known.values()], bare }
}

function bareObject({ group, version, kind, namespaced }: ComparedKind, row: DesiredRow): AnyObject {
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name: row.name, ...(namespaced ? { namespace: row.namespace ?? 'default' } : {}) },
  }
}

/** What the table needs to know of an object on the desired side. */
export function desiredVersion(object: AnyObject, check: ComparedKind['check']): NonNullable<VersionPair['desired']> {
  return { version: versionOf(object, check), enabled: isEnabled(object) }
}
