import jsonPatch, { type Operation } from 'fast-json-patch'
import type { Change, Location, PatchOperation } from '../domain/change.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { locateWeights } from './patch.ts'
import { locateReplicas } from './scale.ts'

/**
 * Where the object as read would stand if the API server applied the change to it: the patch is carried out here, on a copy, by another hand than the one that wrote it.
 * Anything but `after` means that the patch does not do what its screen says, and it must not be sent.
 */
export function foresee(change: Change, object: KubeObject): Location {
  if (change.patch.length === 0) return 'after'
  const operations = change.patch.filter((one) => !isAbsenceTest(one)) as Operation[]
  try {
    const { newDocument } = jsonPatch.applyPatch(object, operations, true, false)
    return change.effect === 'scale' ? locateReplicas(change, newDocument) : locateWeights(change, newDocument)
  } catch {
    return 'neither'
  }
}

/** `test` for null on a key that is not there passes on an API server and fails in fast-json-patch 3. */
function isAbsenceTest(operation: PatchOperation): boolean {
  return operation.op === 'test' && operation.value === null
}
