import type { KubeObject, Tree } from './json.ts'

/** The `Scale` that stands for a workload under `/scale`. */
export function scaleOf({ metadata, spec, status }: KubeObject): Tree {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const selector = Object.entries(spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec.replicas === 0 ? {} : { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, selector: selector.join(',') },
  }
}

/** The workload with the count of a written Scale; its resourceVersion guards the write, where it has one. */
export function withScale(current: KubeObject, scale: Tree): Tree {
  const resourceVersion = scale['metadata']?.resourceVersion ?? current.metadata.resourceVersion
  return {
    ...current,
    metadata: { ...current.metadata, resourceVersion },
    spec: { ...current['spec'], replicas: scale['spec']?.replicas ?? 0 },
  }
}
