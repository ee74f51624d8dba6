import type { ObjectChange } from '../domain/deploy.ts'
import { record, text } from '../gateways/strange.ts'
import type { LiveObjects } from './live-changes.ts'
import { manifestKey, type Manifest } from './manifests.ts'

const WEIGHT = /^\/spec\/rules\/\d+\/backendRefs\/\d+\/weight$/

/** Changes without what a chart sets once and others set from then on: replicas of what its autoscalers scale, and weights of routes, which switches and rebalances set. */
export function withoutScale(all: readonly ObjectChange[], rendered: readonly Manifest[], namespace: string): readonly ObjectChange[] {
  const scaled = new Set(rendered.flatMap((one) => (one['kind'] === 'HorizontalPodAutoscaler' ? [targetOf(one, namespace)] : [])))
  return all.flatMap((change): readonly ObjectChange[] => {
    if (change.kind !== 'changed') return [change]
    const leaves = change.leaves.filter(
      ({ pointer }) =>
        !(pointer === '/spec/replicas' && scaled.has(change.object)) && !(change.object.startsWith('HTTPRoute.') && WEIGHT.test(pointer)),
    )
    return leaves.length === 0 ? [] : [{ ...change, leaves }]
  })
}

function targetOf({ spec, metadata }: Manifest, namespace: string): string {
  const { apiVersion, kind, name } = record(record(spec)['scaleTargetRef'])
  return manifestKey({ apiVersion, kind, metadata: { name, namespace: text(record(metadata)['namespace']) ?? namespace } }, namespace)
}

/** Field managers that are Helm, or parts of Kubernetes which write what no chart sets. */
const QUIET = /^(helm|kube-|kubelet|cluster-autoscaler)/i

/** Are fields of the live objects somebody else's, by hand or by their managers? A server-side apply does not write over those unasked. */
export function isShared(becomes: readonly ObjectChange[], found: LiveObjects): boolean {
  if (becomes.some(({ leaves }) => leaves.some(({ byHand }) => byHand === true))) return true
  return [...found.values()].some((live) => {
    const fields = record(live?.['metadata'])['managedFields']
    return (Array.isArray(fields) ? fields : []).some((one) => {
      const { manager, subresource } = record(one)
      return text(manager) !== undefined && subresource === undefined && !QUIET.test(text(manager) ?? '')
    })
  })
}
