import type { KubeObject } from '../apiserver/json.ts'
import type { Objects } from '../apiserver/objects.ts'
import type { Owners } from './owners.ts'
import { activePods, createPod, deletePod, isReady, ownerKeys, writeStatus } from './pods.ts'
import { keysOf, splitKey, type Controller } from './worker.ts'

const resource = 'replicasets.apps'

/** Keeps as many Pods as a ReplicaSet wants; surplus ones go, the youngest and least ready first. */
export function replicaSetController(objects: Objects, owners: Owners): Controller {
  const own = keysOf(resource)
  return {
    keys: (event) => [...own(event), ...ownerKeys(event, 'pods.', 'ReplicaSet')],
    reconcile: (key) => {
      const { namespace, name } = splitKey(key)
      const set = objects.find(objects.target(resource, namespace), name)
      if (set === undefined) return
      const pods = activePods(owners, set)
      if (set.metadata.deletionTimestamp === undefined) {
        const surplus = pods.length - set['spec'].replicas
        for (let missing = -surplus; missing > 0; missing--) createPod(objects, set, undefined)
        if (surplus > 0) for (const pod of pods.sort(leastWorthFirst).slice(0, surplus)) deletePod(objects, pod)
      }
      const left = activePods(owners, set)
      const ready = left.filter(isReady).length
      const { generation } = set.metadata
      writeStatus(objects, resource, set, {
        replicas: left.length,
        fullyLabeledReplicas: left.length,
        readyReplicas: ready,
        availableReplicas: ready,
        observedGeneration: generation,
      })
    },
  }
}

function leastWorthFirst(a: KubeObject, b: KubeObject): number {
  const worth = (pod: KubeObject) => Number(pod['spec'].nodeName !== undefined) + 2 * Number(isReady(pod))
  return worth(a) - worth(b) || (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1)
}
