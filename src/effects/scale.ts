import type { Change, Location, PatchOperation } from '../domain/change.ts'
import type { ReplicasIntent } from '../domain/intent.ts'
import { canonical } from '../domain/canonical.ts'
import { encodeFaultMark } from '../domain/mark-codec.ts'
import { FAULT_ANNOTATION } from '../domain/mark.ts'
import type { WorkloadState } from '../domain/sighting.ts'
import type { KubeObject } from '../ports/cluster.ts'

const MARK_PATH = `/metadata/annotations/${FAULT_ANNOTATION.replaceAll('/', '~1')}`

/** Replicas and the fault's mark in one atomic patch, on the condition that both are still what was read: an abandoned drill can be found and restored from anywhere. */
export function prepareReplicas(intent: ReplicasIntent, state: WorkloadState, id: string): Change {
  const mark = intent.mark === null ? undefined : encodeFaultMark({ ...intent.mark, uid: state.uid })
  const { kind, namespace, name } = intent.workload
  return {
    id,
    effect: 'scale',
    center: intent.center,
    object: { kind, namespace, name },
    edits: [
      {
        where: `${kind} ${namespace}/${name}`,
        before: { [intent.center]: state.desired },
        after: { [intent.center]: intent.replicas },
        added: [],
        removed: [],
        unmanaged: 0,
      },
    ],
    patch: [
      { op: 'test', path: '/spec/replicas', value: state.desired },
      state.hasAnnotations
        ? { op: 'test', path: MARK_PATH, value: state.rawFault ?? null }
        : { op: 'test', path: '/metadata/annotations', value: null },
      { op: 'replace', path: '/spec/replicas', value: intent.replicas },
      ...markWrites(state, mark),
    ],
    before: canonical({ replicas: state.desired, fault: state.rawFault ?? null }),
    after: canonical({ replicas: intent.replicas, fault: mark ?? null }),
    intent,
    inverse: {
      ...intent,
      replicas: state.desired,
      mark: state.fault === undefined ? null : { run: state.fault.run, replicas: state.fault.replicas, until: state.fault.until },
    },
  }
}

export function locateReplicas(change: Change, object: KubeObject): Location {
  const spec = object['spec'] as { readonly replicas?: number } | undefined
  const now = canonical({ replicas: spec?.replicas ?? 1, fault: object.metadata.annotations?.[FAULT_ANNOTATION] ?? null })
  return now === change.after ? 'after' : now === change.before ? 'before' : 'neither'
}

function markWrites({ rawFault, hasAnnotations }: WorkloadState, mark: string | undefined): readonly PatchOperation[] {
  if (mark === undefined) return rawFault === undefined ? [] : [{ op: 'remove', path: MARK_PATH }]
  if (!hasAnnotations) return [{ op: 'add', path: '/metadata/annotations', value: { [FAULT_ANNOTATION]: mark } }]
  return [{ op: rawFault === undefined ? 'add' : 'replace', path: MARK_PATH, value: mark }]
}
