import type { KubeObject } from '../apiserver/json.ts'
import type { Objects } from '../apiserver/objects.ts'
import type { Owners } from './owners.ts'
import { createPod, deletePod, isActive, isReady, ownerKeys, templateHash, writeStatus } from './pods.ts'
import { keysOf, splitKey, type Controller } from './worker.ts'

const resource = 'statefulsets.apps'
const revisionKey = 'controller-revision-hash'
const ordinalOf = ({ metadata: { name } }: KubeObject) => Number(name.slice(name.lastIndexOf('-') + 1))

/** Keeps the Pods `name-0 … name-(n-1)`: in order and one at a time, unless the set says `Parallel`. No volume claims, no ControllerRevisions. */
export function statefulSetController(objects: Objects, owners: Owners): Controller {
  const own = keysOf(resource)
  return {
    keys: (event) => [...own(event), ...ownerKeys(event, 'pods.', 'StatefulSet')],
    reconcile: (key) => {
      const { namespace, name } = splitKey(key)
      const set = objects.find(objects.target(resource, namespace), name)
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return
      const { replicas, template, podManagementPolicy, updateStrategy } = set['spec']
      const revision = `${name}-${templateHash(template)}`
      const pods = owners.dependents(set.metadata.uid, 'pods.').sort((a, b) => ordinalOf(a) - ordinalOf(b))
      const settled = pods.every((pod) => isActive(pod) && isReady(pod))
      const inTurn = podManagementPolicy !== 'Parallel'
      const has = (ordinal: number) => pods.some((pod) => ordinalOf(pod) === ordinal)
      const missing = Array.from({ length: replicas }, (_, ordinal) => ordinal).filter((ordinal) => !has(ordinal))
      const surplus = pods.filter((pod) => ordinalOf(pod) >= replicas && isActive(pod)).reverse()
      const create = inTurn ? (settled ? missing.slice(0, 1) : []) : missing
      for (const ordinal of create)
        createPod(objects, set, `${name}-${ordinal}`, { [revisionKey]: revision, 'apps.kubernetes.io/pod-index': String(ordinal) })
      const leaving = pods.some((pod) => !isActive(pod))
      for (const pod of inTurn ? (leaving ? [] : surplus.slice(0, 1)) : surplus) deletePod(objects, pod)
      const outdated = pods.filter(
        (pod) => pod.metadata.labels?.[revisionKey] !== revision && ordinalOf(pod) >= (updateStrategy.rollingUpdate?.partition ?? 0),
      )
      const next = outdated.at(-1)
      if (updateStrategy.type === 'RollingUpdate' && missing.length === 0 && surplus.length === 0 && settled && next !== undefined)
        deletePod(objects, next)

      const left = owners.dependents(set.metadata.uid, 'pods.').filter(isActive)
      const ready = left.filter(isReady).length
      const updated = left.filter((pod) => pod.metadata.labels?.[revisionKey] === revision).length
      const rolled = updated === left.length && left.length === replicas
      writeStatus(objects, resource, set, {
        observedGeneration: set.metadata.generation,
        replicas: left.length,
        readyReplicas: ready,
        availableReplicas: ready,
        currentReplicas: rolled ? updated : left.length - updated,
        updatedReplicas: updated,
        currentRevision: rolled ? revision : (set['status']?.currentRevision ?? revision),
        updateRevision: revision,
        collisionCount: 0,
      })
    },
  }
}
