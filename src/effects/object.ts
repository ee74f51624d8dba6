import type { Change, Deadline, Location, WriteResult } from '../domain/change.ts'
import type { ObjectIntent } from '../domain/intent.ts'
import { locateObject } from '../domain/object-content.ts'
import type { ObjectWant } from '../domain/object-want.ts'
import type { Cluster } from '../ports/cluster.ts'
import { contentPatch, foreseeContent } from './content.ts'
import { manifestOf } from './create.ts'
import { removeObject } from './remove.ts'

const EFFECTS = { create: 'create', update: 'content', remove: 'remove' } as const
const INVERSE = { create: 'remove', update: 'update', remove: 'create' } as const

/** One object whole: to be created, given another content, or removed. Contents stay out of the change, which is recorded. */
export function prepareObject(intent: ObjectIntent, want: ObjectWant, id: string): Change {
  return {
    id,
    effect: EFFECTS[intent.verdict],
    center: intent.center,
    object: intent.object,
    edits: [],
    fields: want.fields,
    patch: [],
    before: want.live === undefined ? 'absent' : 'as-read',
    after: want.want === undefined ? 'absent' : 'as-wanted',
    intent,
    inverse: { ...intent, verdict: INVERSE[intent.verdict] },
  }
}

/** Writes it, on the condition that it still is what was read. A want that is missing is never guessed. */
export async function applyObject(cluster: Cluster, want: ObjectWant | undefined, deadline: Deadline): Promise<WriteResult> {
  if (want === undefined) return { kind: 'rejected', status: 0, message: 'its content is not at hand' }
  const { served, namespace, name, live } = want
  if (want.want === undefined) return await removeObject(cluster, want, deadline)
  if (live === undefined) return await cluster.create(served, manifestOf(want), deadline)
  const patch = contentPatch(live, want.want)
  if (patch === undefined) return { kind: 'applied', object: live }
  if (!foreseeContent(patch, live, want.want)) return { kind: 'rejected', status: 0, message: 'the patch would not do what was planned' }
  return await cluster.patch(served, namespace, name, patch, deadline)
}

export async function locateOneObject(cluster: Cluster, want: ObjectWant | undefined, deadline: Deadline): Promise<Location> {
  if (want === undefined) return 'unknown'
  const seen = await cluster.get(want.served, want.namespace, want.name, deadline)
  if (seen.state !== 'present' && seen.state !== 'absent') return 'unknown'
  const now = seen.state === 'present' ? seen.value : undefined
  return locateObject(now, want.live, want.want === undefined ? undefined : manifestOf(want))
}
