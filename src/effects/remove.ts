import type { Deadline, WriteResult } from '../domain/change.ts'
import { locateObject } from '../domain/object-content.ts'
import type { ObjectWant } from '../domain/object-want.ts'
import type { Cluster } from '../ports/cluster.ts'

/**
 * Removes an object while it still is what was read. It is read again for its version: status writes move that all the time, and say nothing of what somebody wants;
 * between this look and the DELETE the API server itself holds the condition.
 */
export async function removeObject(
  cluster: Cluster,
  { served, namespace, name, live }: Pick<ObjectWant, 'served' | 'namespace' | 'name' | 'live'>,
  deadline: Deadline,
): Promise<WriteResult> {
  const seen = await cluster.get(served, namespace, name, deadline)
  if (seen.state === 'absent') return { kind: 'conflict', reason: 'test-failed' }
  if (seen.state === 'forbidden') return { kind: 'rejected', status: 403, message: seen.why }
  if (seen.state !== 'present') return { kind: 'unknown', reason: 'no-answer' }
  if (locateObject(seen.value, live, undefined) !== 'before') return { kind: 'conflict', reason: 'test-failed' }
  const { uid, resourceVersion } = seen.value.metadata
  return await cluster.remove(served, namespace, name, { uid, resourceVersion }, deadline)
}
