import { list, record, text } from '../gateways/strange.ts'
import { containersOf, podSpecOf, type Manifest } from './manifests.ts'
import { portion, quantity } from './quantity.ts'

/** A Deployment or StatefulSet of a render, as a scheduler meets it. */
export interface PodSet {
  readonly manifest: Manifest
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, unknown>>
  /** With an autoscaler: the least that it keeps. */
  readonly replicas: number
  /** Pods beyond `replicas` that a rolling update starts before one may go; 0 where one goes first. */
  readonly surge: number
  /** How many a rolling update may take away before the new ones are ready. */
  readonly unavailable: number
}

export function podSetsIn(manifests: readonly Manifest[], namespace: string): readonly PodSet[] {
  const scalers = manifests.filter((one) => one['kind'] === 'HorizontalPodAutoscaler')
  return manifests.flatMap((manifest): PodSet[] => {
    const kind = text(manifest['kind']) ?? ''
    if (kind !== 'Deployment' && kind !== 'StatefulSet') return []
    const metadata = record(manifest['metadata'])
    const [name, own] = [text(metadata['name']) ?? '', text(metadata['namespace']) ?? namespace]
    const scaler = scalers.find((one) => {
      const target = record(record(one['spec'])['scaleTargetRef'])
      return target['kind'] === kind && target['name'] === name && (text(record(one['metadata'])['namespace']) ?? namespace) === own
    })
    const spec = record(manifest['spec'])
    const replicas = number(record(scaler?.['spec'])['minReplicas']) ?? (scaler ? 1 : (number(spec['replicas']) ?? 1))
    return [
      {
        manifest,
        kind,
        name,
        namespace: own,
        labels: record(record(record(spec['template'])['metadata'])['labels']),
        replicas,
        ...strategy(spec, kind, replicas),
      },
    ]
  })
}

/** Kubernetes' defaults are a quarter each, the surge rounded up and the rest down; both cannot be 0. */
function strategy(spec: Manifest, kind: string, replicas: number): { readonly surge: number; readonly unavailable: number } {
  const { type, rollingUpdate } = record(spec['strategy'])
  if (kind === 'StatefulSet' || type === 'Recreate') return { surge: 0, unavailable: kind === 'StatefulSet' ? 1 : replicas }
  const { maxSurge = '25%', maxUnavailable = '25%' } = record(rollingUpdate)
  const surge = portion(maxSurge, replicas, 'up') ?? 1
  const unavailable = portion(maxUnavailable, replicas, 'down') ?? 0
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** Sum over the containers of one pod, in base units; undefined: some container says nothing of it. */
export function podNeeds(manifest: Manifest, part: 'requests' | 'limits', resource: string): number | undefined {
  const each = containersOf(manifest).map((container) => quantity(record(record(container['resources'])[part])[resource]))
  return each.includes(undefined) ? undefined : each.reduce<number>((sum, one) => sum + (one ?? 0), 0)
}

/** Nodes that would take the pod: not cordoned, with the labels that it selects, and with no taint that it does not tolerate. */
export function nodesFor(manifest: Manifest, nodes: readonly Manifest[]): readonly Manifest[] {
  const { nodeSelector, tolerations } = podSpecOf(manifest)
  const tolerates = (taint: Manifest): boolean =>
    list(tolerations)
      .map(record)
      .some(({ key, operator, value, effect }) => {
        if (effect !== undefined && effect !== '' && effect !== taint['effect']) return false
        if (key === undefined || key === '') return operator === 'Exists'
        return key === taint['key'] && (operator === 'Exists' || (value ?? '') === (taint['value'] ?? ''))
      })
  return nodes.filter((node) => {
    const { unschedulable, taints } = record(node['spec'])
    const labels = labelsOf(node)
    return (
      unschedulable !== true &&
      Object.entries(record(nodeSelector)).every(([key, value]) => labels[key] === value) &&
      list(taints)
        .map(record)
        .filter(({ effect }) => effect !== 'PreferNoSchedule')
        .every(tolerates)
    )
  })
}

export const labelsOf = (object: Manifest): Readonly<Record<string, unknown>> => record(record(object['metadata'])['labels'])
