import jsonPatch, { type Operation } from 'fast-json-patch'
import { canonical } from '../domain/canonical.ts'
import type { PatchOperation } from '../domain/change.ts'
import type { AnyObject } from '../domain/compare.ts'
import { contentOf, holds, mapOf } from '../domain/object-content.ts'

/**
 * One JSON Patch from what was read to what is wanted. Every part that it writes is tested whole, exactly as read, and so is the object's uid: whatever somebody else
 * changed there since fails the patch. Annotations are written key by key, for others keep theirs beside them. Undefined: nothing is to be written.
 */
export function contentPatch(live: AnyObject, want: AnyObject): readonly PatchOperation[] | undefined {
  const own = (object: AnyObject): readonly string[] => Object.keys(object).filter((key) => !SERVER.has(key))
  const parts = [...new Set([...own(live), ...own(want)])].flatMap((key) => swap(`/${escaped(key)}`, live[key], want[key]))
  const [was, is] = [mapOf(live['metadata']), mapOf(want['metadata'])]
  const labels = swap('/metadata/labels', was['labels'], is['labels'])
  const operations = [...parts, ...labels, ...annotationSwaps(was['annotations'], is['annotations'])]
  if (operations.length === 0) return undefined
  const tests = operations.filter(({ op }) => op === 'test')
  return [{ op: 'test', path: '/metadata/uid', value: was['uid'] }, ...tests, ...operations.filter(({ op }) => op !== 'test')]
}

/** Does the patch, carried out on a copy, make what is wanted of what was read? */
export function foreseeContent(patch: readonly PatchOperation[], live: AnyObject, want: AnyObject): boolean {
  // `test` for null on a key that is not there passes on an API server and fails in fast-json-patch 3.
  const operations = patch.filter((one) => one.op !== 'test' || one.value !== null) as Operation[]
  try {
    return holds(contentOf(jsonPatch.applyPatch(live, operations, true, false).newDocument), contentOf(want))
  } catch {
    return false
  }
}

const SERVER = new Set(['apiVersion', 'kind', 'metadata', 'status'])

function swap(path: string, was: unknown, is: unknown): readonly PatchOperation[] {
  if (canonical(was ?? null) === canonical(is ?? null)) return []
  const test = { op: 'test', path, value: was ?? null } as const
  if (is === undefined || is === null) return [test, { op: 'remove', path }]
  return [test, { op: was === undefined || was === null ? 'add' : 'replace', path, value: is }]
}

function annotationSwaps(was: unknown, is: unknown): readonly PatchOperation[] {
  const [before, after] = [mapOf(was), mapOf(is)]
  if (was === undefined || was === null) return Object.keys(after).length === 0 ? [] : swap('/metadata/annotations', undefined, after)
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    swap(`/metadata/annotations/${escaped(key)}`, before[key], after[key]),
  )
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
