import type { Finding } from '../domain/finding.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { selects } from '../gateways/label-selector.ts'
import { list, record, text } from '../gateways/strange.ts'
import { podSpecOf, type Manifest } from './manifests.ts'
import { labelsOf, nodesFor, podNeeds, podSetsIn, type PodSet } from './pods.ts'
import { portion, quantity } from './quantity.ts'

export interface SchedulingRequest {
  readonly center: CenterName
  readonly namespace: string
  readonly rendered: readonly Manifest[]
  /** What the deployed revision holds: pods that a rolling update replaces. Empty: a first install. */
  readonly deployed: readonly Manifest[]
  /** As the API serves them; undefined: they could not be read, and nothing is said about them. */
  readonly nodes?: readonly Manifest[]
  readonly quotas?: readonly Manifest[]
  /** Live ones; those of the chart are in `rendered`. */
  readonly budgets?: readonly Manifest[]
}

/** Whether the pods of a render can be where they must be, before Helm waits ten minutes for them in vain. */
export function schedulingFindings(request: SchedulingRequest): readonly Finding[] {
  const pods = podSetsIn(request.rendered, request.namespace)
  return [...pods.flatMap((set) => spreadFindings(set, request)), ...budgetFindings(pods, request), ...quotaFindings(pods, request)]
}

/**
 * Required anti-affinity of pods among themselves: each needs a value of the topology key of its own. A rolling update that must start a pod before one may
 * go needs one more, so that as many replicas as zones hang for ever.
 */
function spreadFindings(set: PodSet, { center, nodes, deployed, namespace }: SchedulingRequest): readonly Finding[] {
  if (nodes === undefined) return []
  const affinity = record(record(podSpecOf(set.manifest)['affinity'])['podAntiAffinity'])
  const terms = list(affinity['requiredDuringSchedulingIgnoredDuringExecution']).map(record)
  const usable = nodesFor(set.manifest, nodes)
  const rolls = podSetsIn(deployed, namespace).some(
    ({ kind, name, namespace: own }) => kind === set.kind && name === set.name && own === set.namespace,
  )
  return terms
    .filter(
      ({ labelSelector, namespaces }) =>
        selects(labelSelector, set.labels) && (list(namespaces).length === 0 || list(namespaces).includes(set.namespace)),
    )
    .flatMap(({ topologyKey }): Finding[] => {
      const key = text(topologyKey) ?? ''
      const places = new Set(usable.flatMap((node) => text(labelsOf(node)[key]) ?? [])).size
      const facts = { workload: `${set.kind} ${set.namespace}/${set.name}`, key, places, replicas: set.replicas }
      if (set.replicas > places) return [{ reason: 'anti-affinity', effect: 'refuse', facts, where: { center } }]
      const stuck = rolls && set.replicas > 0 && set.unavailable === 0 && set.replicas + set.surge > places && set.replicas >= places
      return stuck ? [{ reason: 'anti-affinity-rollout', effect: 'refuse', facts, where: { center } }] : []
    })
}

/** A budget that lets no pod go stops every drain of a node. It does not stop a Deployment's own rolling update. */
function budgetFindings(pods: readonly PodSet[], { center, namespace, rendered, budgets = [] }: SchedulingRequest): readonly Finding[] {
  const all = new Map<string, Manifest>()
  for (const budget of [...budgets, ...rendered.filter((one) => one['kind'] === 'PodDisruptionBudget')])
    all.set(nameOf(budget, namespace), budget)
  return [...all].flatMap(([name, budget]) => {
    const { selector, minAvailable, maxUnavailable } = record(budget['spec'])
    const own = name.slice(0, name.indexOf('/'))
    return pods
      .filter((set) => set.namespace === own && set.replicas > 0 && selects(selector, set.labels))
      .filter(({ replicas }) => {
        // Kubernetes rounds both up.
        const [least, most] = [portion(minAvailable, replicas, 'up'), portion(maxUnavailable, replicas, 'up')]
        return (least !== undefined && least >= replicas) || most === 0
      })
      .map((set): Finding => ({
        reason: 'budget-blocks',
        effect: 'warn',
        facts: { budget: name, workload: `${set.kind} ${set.namespace}/${set.name}`, replicas: set.replicas },
        where: { center },
      }))
  })
}

/** Simple sums: what the quota has left, with what the deployed revision uses given back, against what the render asks for at the height of a rolling update. */
function quotaFindings(pods: readonly PodSet[], { center, namespace, quotas = [], deployed }: SchedulingRequest): readonly Finding[] {
  const before = podSetsIn(deployed, namespace)
  return quotas.flatMap((quota): Finding[] => {
    const own = text(record(quota['metadata'])['namespace']) ?? namespace
    const name = `${own}/${text(record(quota['metadata'])['name']) ?? ''}`
    const spec = record(quota['spec'])
    // A scoped quota counts some pods only; whether these are among them is not for sums.
    if (list(spec['scopes']).length > 0 || spec['scopeSelector'] !== undefined) return []
    return Object.entries(record(spec['hard'])).flatMap(([resource, hard]): Finding[] => {
      const limit = quantity(hard)
      if (limit === undefined || !COUNTED.has(resource)) return []
      const inside = (sets: readonly PodSet[]): readonly PodSet[] => sets.filter((set) => set.namespace === own)
      const silent = inside(pods).find((set) => set.replicas > 0 && need(set, resource) === undefined)
      if (silent)
        return [
          {
            reason: 'quota-unsaid',
            effect: 'warn',
            facts: { quota: name, resource, workload: `${silent.kind} ${own}/${silent.name}` },
            where: { center },
          },
        ]
      const ours = sum(inside(before).map((set) => set.replicas * (need(set, resource) ?? 0)))
      const others = Math.max(0, (quantity(record(record(quota['status'])['used'])[resource]) ?? ours) - ours)
      const wanted = sum(inside(pods).map((set) => (set.replicas + (isIn(set, before) ? set.surge : 0)) * (need(set, resource) ?? 0)))
      if (others + wanted <= limit * (1 + 1e-9)) return []
      return [
        {
          reason: 'quota-exceeded',
          effect: 'refuse',
          facts: { quota: name, resource, limit: String(hard), wanted: round(wanted), others: round(others) },
          where: { center },
        },
      ]
    })
  })
}

const COUNTED: ReadonlySet<string> = new Set(['pods', 'cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'])

/** What one pod counts in a quota, in base units; undefined: the pod does not say, and the API server would refuse it unless a LimitRange does. */
function need({ manifest }: PodSet, resource: string): number | undefined {
  if (resource === 'pods') return 1
  const [part, name] = resource.includes('.') ? resource.split('.') : ['requests', resource]
  const [requests, limits] = [podNeeds(manifest, 'requests', name ?? ''), podNeeds(manifest, 'limits', name ?? '')]
  return part === 'limits' ? limits : (requests ?? limits)
}

const isIn = (set: PodSet, sets: readonly PodSet[]): boolean =>
  sets.some((one) => one.kind === set.kind && one.name === set.name && one.namespace === set.namespace)
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
const round = (value: number): number => Math.round(value * 1000) / 1000

function nameOf(object: Manifest, namespace: string): string {
  const metadata = record(object['metadata'])
  return `${text(metadata['namespace']) ?? namespace}/${text(metadata['name']) ?? ''}`
}

export const schedulingWords = {
  'anti-affinity': {
    en: '{workload} wants {replicas} replicas, each in its own {key}, and usable nodes have {places}: the rest would stay Pending. Lower the replicas, or make the anti-affinity preferred',
    zh: '{workload} 要求 {replicas} 个副本各占一个 {key}，可用节点只有 {places} 个：其余将一直 Pending。请减少副本，或将反亲和改为 preferred',
  },
  'anti-affinity-rollout': {
    en: '{workload} fills all {places} values of {key} with {replicas} replicas, and its rolling update may not take one away first: it would hang. Set maxUnavailable: 1, maxSurge: 0',
    zh: '{workload} 的 {replicas} 个副本占满全部 {places} 个 {key}，而滚动更新不允许先减少副本：会卡住。请设置 maxUnavailable: 1、maxSurge: 0',
  },
  'budget-blocks': {
    en: 'PodDisruptionBudget {budget} lets none of the {replicas} pods of {workload} be evicted: draining a node would hang (a rolling update does not)',
    zh: 'PodDisruptionBudget {budget} 不允许驱逐 {workload} 的 {replicas} 个 Pod 中的任何一个：节点排空会卡住（滚动更新不受影响）',
  },
  'quota-exceeded': {
    en: 'quota {quota} allows {resource} {limit}; others use {others} and the release needs {wanted}, a rolling update included (cores, bytes, pods)',
    zh: '配额 {quota} 允许 {resource} {limit}；其他已用 {others}，本发布（含滚动更新）需要 {wanted}（核、字节、个）',
  },
  'quota-unsaid': {
    en: 'quota {quota} counts {resource}, and a container of {workload} does not set it: its pods are refused unless a LimitRange fills it in',
    zh: '配额 {quota} 统计 {resource}，而 {workload} 的某个容器未设置：除非有 LimitRange 补上，否则 Pod 会被拒绝',
  },
} satisfies Words
