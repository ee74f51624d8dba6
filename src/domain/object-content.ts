import { canonical } from './canonical.ts'
import type { Location } from './change.ts'
import type { AnyObject } from './compare.ts'
import { isText, placeMeaning } from './place-meaning.ts'

const NOTES = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
])

/** Our marks, and what servers, controllers and kubectl note down about their own writing. */
export function isNoiseAnnotation(key: string): boolean {
  return key.startsWith('tricenter.io/') || NOTES.has(key)
}

/** The parts of an object that somebody wants: without status, without what its server and controllers note down in metadata, and without our own marks. */
export function contentOf(object: AnyObject): AnyObject {
  const { status: _status, metadata, ...content } = withSecretData(object)
  const { labels, annotations } = mapOf(metadata)
  const wished = Object.entries(mapOf(annotations)).filter(([key]) => !isNoiseAnnotation(key))
  return { ...content, metadata: { ...filled('labels', mapOf(labels)), ...filled('annotations', Object.fromEntries(wished)) } }
}

/**
 * Where an object stands between what was read and what is wanted. Undefined objects are absent ones. One that was made anew with the old content is the old one.
 * A server writes some values its own way (`0.5` as `500m`) and leaves out what is empty: meanings are compared, not letters.
 */
export function locateObject(now: AnyObject | undefined, read: AnyObject | undefined, want: AnyObject | undefined): Location {
  if (now === undefined) return want === undefined ? 'after' : read === undefined ? 'before' : 'neither'
  if (want === undefined && mapOf(now['metadata'])['deletionTimestamp'] !== undefined) return 'after'
  const there = contentOf(now)
  const before = read === undefined ? undefined : contentOf(read)
  if (before !== undefined && canonical(there) === canonical(before)) return 'before'
  if (want !== undefined && holds(there, contentOf(want))) return 'after'
  return before !== undefined && meaning(there, []) === meaning(before, []) ? 'before' : 'neither'
}

/**
 * Does `there` hold all of `wanted`, in whatever way it is written? Maps may hold more, for a server writes its defaults in, and lack what is empty, false or 0, for
 * it leaves such fields out; lists may do neither.
 */
export function holds(there: unknown, wanted: unknown, keys: readonly string[] = []): boolean {
  if (wanted === null || wanted === undefined) return there === null || there === undefined
  if (there === null || there === undefined) return isEmpty(wanted, keys)
  if (Array.isArray(wanted))
    return Array.isArray(there) && there.length === wanted.length && wanted.every((one, i) => holds(there[i], one, keys))
  if (typeof wanted === 'object')
    return typeof there === 'object' && !Array.isArray(there)
      ? Object.entries(wanted).every(([key, one]) => holds(mapOf(there)[key], one, [...keys, key]))
      : false
  return there === wanted || placeMeaning(there, keys) === placeMeaning(wanted, keys)
}

function isEmpty(value: unknown, keys: readonly string[]): boolean {
  if (value === null || value === undefined) return true
  if (typeof value === 'object') return Object.entries(value).every(([key, one]) => isEmpty(one, [...keys, key]))
  return !isText(keys) && (value === '' || value === false || value === 0)
}

/** One text for contents that mean the same; what is empty is as good as absent. */
function meaning(value: unknown, keys: readonly string[]): string {
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map((one) => meaning(one, keys)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).map(([key, one]) => [key, meaning(one, [...keys, key])] as const)
    const entries = inner.filter(([, text]) => text !== '').sort(([a], [b]) => (a < b ? -1 : 1))
    return entries.length === 0 ? '' : `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`
  }
  return value === null || value === undefined ? '' : placeMeaning(value, keys)
}

/**
 * A Secret as a server keeps it: `stringData` is written into `data` in base64, over what stands there, and line ends in base64 mean nothing. Every other object as
 * it is. Source: registry/core/secret and types.go of the Kubernetes API.
 */
export function withSecretData(object: AnyObject): AnyObject {
  if (object['kind'] !== 'Secret') return object
  const { stringData, data, ...rest } = object
  const plain = Object.entries(mapOf(stringData)).filter(([, value]) => typeof value === 'string')
  const packed = Object.entries(mapOf(data)).map(([key, value]): readonly [string, unknown] => [
    key,
    typeof value === 'string' ? value.replaceAll(/[\r\n]/g, '') : value,
  ])
  const all: AnyObject = {
    ...(Object.fromEntries(packed) as AnyObject),
    ...Object.fromEntries(plain.map(([key, value]) => [key, base64(String(value))])),
  }
  return { ...rest, ...(Object.keys(all).length === 0 && data === undefined ? {} : { data: all }) }
}

function base64(text: string): string {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return btoa(bytes)
}

/** Of an object as read; a map that is none is empty. */
export function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

const filled = (key: string, bag: AnyObject): AnyObject => (Object.keys(bag).length === 0 ? {} : { [key]: bag })
