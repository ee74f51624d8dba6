import type { AnyObject } from '../domain/compare.ts'
import { mapOf } from '../domain/object-content.ts'
import type { ObjectWant } from '../domain/object-want.ts'
import type { Manifest } from '../ports/cluster.ts'

/** Only these of metadata are somebody's wish; all else a server gives anew. */
const KEPT = ['labels', 'annotations'] as const

/** The object as a POST carries it: without status, uid, resourceVersion and whatever else belonged to another one of its name, our marks among it. */
export function manifestOf({ served, namespace, name, want = {} }: Pick<ObjectWant, 'served' | 'namespace' | 'name' | 'want'>): Manifest {
  const { status: _status, metadata, ...content } = want
  const bags = KEPT.flatMap((key) => {
    const kept = withoutMarks(mapOf(mapOf(metadata)[key]))
    return Object.keys(kept).length === 0 ? [] : [[key, kept] as const]
  })
  return {
    ...content,
    apiVersion: served.group === '' ? served.version : `${served.group}/${served.version}`,
    kind: served.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...Object.fromEntries(bags) },
  }
}

function withoutMarks(bag: AnyObject): AnyObject {
  return Object.fromEntries(Object.entries(bag).filter(([key]) => !key.startsWith('tricenter.io/')))
}
