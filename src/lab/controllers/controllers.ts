import type { Objects } from '../apiserver/objects.ts'
import { deploymentController } from './deployments.ts'
import { endpointController } from './endpoints.ts'
import { garbageCollector, namespaceController } from './garbage.ts'
import { Owners } from './owners.ts'
import { replicaSetController } from './replicasets.ts'
import { statefulSetController } from './statefulsets.ts'
import { startController } from './worker.ts'

/** Starts what kube-controller-manager does on a real cluster, as far as the lab needs it; returns what stops it. Pods are made, never run: that is a node agent's. */
export function startControllers(objects: Objects): () => void {
  const owners = new Owners(objects)
  const controllers = [
    deploymentController(objects, owners),
    replicaSetController(objects, owners),
    statefulSetController(objects, owners),
    endpointController(objects),
    garbageCollector(objects, owners),
    namespaceController(objects),
  ]
  const stops = controllers.map((controller) => startController(objects, controller))
  return () => {
    for (const stop of [...stops, owners.stop]) stop()
  }
}
