import { canonical } from './canonical.ts'
import type { Location } from './change.ts'
import type { AnyObject } from './compare.ts'

/** The parts of an object that somebody wants: without status, without what its server and controllers note down in metadata, and without our own marks. */
export function contentOf(object: AnyObject): AnyObject {
  const { status: _status, metadata, ...content } = object
  const { labels, annotations } = mapOf(metadata)
  const wished = Object.entries(mapOf(annotations)).filter(([key]) => !key.startsWith('tricenter.io/'))
  return { ...content, metadata: { ...filled('labels', mapOf(labels)), ...filled('annotations', Object.fromEntries(wished)) } }
}

/** Where an object stands between what was read and what is wanted. Undefined objects are absent ones. One that was made anew with the old content is the old one. */
export function locateObject(now: AnyObject | undefined, read: AnyObject | undefined, want: AnyObject | undefined): Location {
  if (now === undefined) return want === undefined ? 'after' : read === undefined ? 'before' : 'neither'
  if (want === undefined && mapOf(now['metadata'])['deletionTimestamp'] !== undefined) return 'after'
  if (read !== undefined && canonical(contentOf(now)) === canonical(contentOf(read))) return 'before'
  return want !== undefined && holds(contentOf(now), contentOf(want)) ? 'after' : 'neither'
}

/** Does `there` hold all of `wanted`? Maps may hold more, for a server writes its defaults in; lists may not. */
export function holds(there: unknown, wanted: unknown): boolean {
  if (wanted === null || wanted === undefined) return there === null || there === undefined
  if (Array.isArray(wanted)) return Array.isArray(there) && there.length === wanted.length && wanted.every((one, i) => holds(there[i], one))
  if (typeof wanted === 'object') {
    if (there === undefined) return Object.values(wanted).every((one) => holds(undefined, one))
    return typeof there === 'object' && there !== null && !Array.isArray(there)
      ? Object.entries(wanted).every(([key, one]) => holds(mapOf(there)[key], one))
      : false
  }
  return there === wanted
}

/** Of an object as read; a map that is none is empty. */
export function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

const filled = (key: string, bag: AnyObject): AnyObject => (Object.keys(bag).length === 0 ? {} : { [key]: bag })
