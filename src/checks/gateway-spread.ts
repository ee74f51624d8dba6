import type { Conclusion } from '../domain/verify.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { gatewayPods } from '../facts/gateway-pods.ts'
import { nodes } from '../facts/nodes.ts'
import { selects } from '../gateways/label-selector.ts'
import { list, record, text } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { askCenter, failed, passed, skipped, warned } from './question.ts'

/**
 * §9.1: replicas over nodes and zones, as their affinity can really give. The documented one is required over `topology.kubernetes.io/zone`: in a cluster
 * with one zone the second replica never schedules.
 */
export const gatewaySpread = askCenter({
  name: 'gateway-spread',
  id: 'TC-102',
  group: 'deployment',
  level: 'object',
  title: { en: 'gateway pods spread', zh: '网关 Pod 分散' },
  about: {
    en: 'Gateway Pods stand on more than one node, and no required anti-affinity asks for more places than the cluster’s nodes have: such replicas stay Pending for ever.',
    zh: '网关 Pod 分布在多个节点上，且没有必需的反亲和要求超过集群实际拥有的位置数：否则副本将永远 Pending。',
  },
  needs: { gatewayDeployments, gatewayPods, nodes },
  evaluate: ({ gatewayDeployments: deployed, gatewayPods: pods, nodes: all }) => {
    const { gateway } = deployed.value
    if (gateway === undefined) return []
    const template = record(record(gateway['spec'])['template'])
    const replicas = Number(record(gateway['spec'])['replicas'] ?? 1)
    const subject = `${gateway.metadata.namespace ?? ''}/${gateway.metadata.name}`
    const evidence = (value: string | number, limit: string | number) => [
      { source: `Pods of Deployment ${subject}, ${all.value.length} nodes`, at: pods.at, took: pods.took, value, limit },
    ]
    const impossible = requiredKeys(template).flatMap((key): readonly Conclusion[] => {
      const places = new Set(all.value.flatMap((node) => node.metadata.labels?.[key] ?? [])).size
      return replicas > places ? [failed('impossible', { replicas, key, places }, evidence(places, replicas), subject)] : []
    })
    if (impossible.length > 0) return impossible
    if (replicas < 2) return [skipped('single', {}, evidence(replicas, 2), subject)]
    const running = pods.value.filter((pod) => selects(record(gateway['spec'])['selector'], pod.metadata.labels ?? {}) && isRunning(pod))
    const onNodes = new Set(running.flatMap((pod) => text(record(pod['spec'])['nodeName']) ?? []))
    const facts = { pods: running.length, nodes: onNodes.size }
    return [
      onNodes.size > 1 || all.value.length < 2
        ? passed('spread', facts, evidence(onNodes.size, 2), subject)
        : warned('together', facts, evidence(onNodes.size, 2), subject),
    ]
  },
  words: {
    spread: { en: '{pods} pods on {nodes} nodes', zh: '{pods} 个 Pod 分布在 {nodes} 个节点' },
    single: { en: 'one replica: nothing to spread', zh: '只有一个副本：无需分散' },
    together: {
      en: '{pods} pods stand on {nodes} node: its loss is the loss of the gateway\nNext: add preferred pod anti-affinity over kubernetes.io/hostname',
      zh: '{pods} 个 Pod 位于 {nodes} 个节点：该节点故障即网关故障\n下一步：增加基于 kubernetes.io/hostname 的 preferred 反亲和',
    },
    impossible: {
      en: '{replicas} replicas must each have a {key} of their own, and the nodes have {places}\nThe rest stays Pending for ever; a required rule is never relaxed.\nNext: make the anti-affinity preferred, or ask for {places} replicas',
      zh: '{replicas} 个副本要求各占一个 {key}，而节点只有 {places} 个\n其余副本将永远 Pending；required 规则不会放宽。\n下一步：将反亲和改为 preferred，或将副本数改为 {places}',
    },
  },
})

/** Topology keys of required anti-affinity of the Pods against their like. */
function requiredKeys(template: Readonly<Record<string, unknown>>): readonly string[] {
  const labels = record(record(template['metadata'])['labels'])
  const affinity = record(record(record(template['spec'])['affinity'])['podAntiAffinity'])
  return list(affinity['requiredDuringSchedulingIgnoredDuringExecution'])
    .map(record)
    .filter(({ labelSelector }) => selects(labelSelector, labels))
    .flatMap(({ topologyKey }) => text(topologyKey) ?? [])
}

const isRunning = (pod: KubeObject): boolean => record(pod['status'])['phase'] === 'Running'
