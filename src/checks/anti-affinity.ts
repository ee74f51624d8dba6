import type { Conclusion } from '../domain/verify.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { serviceDeployments } from '../facts/service-deployments.ts'
import { list, record } from '../gateways/strange.ts'
import { requestPath, type Templated } from './pod-templates.ts'
import { askCenter, passed, skipped, warned } from './question.ts'

/** §9.1: replicas on different nodes and zones. Either anti-affinity or topology spread constraints do it. */
export const antiAffinity = askCenter({
  name: 'anti-affinity',
  id: 'TC-701',
  group: 'practice',
  level: 'object',
  title: { en: 'replicas kept apart', zh: '副本反亲和' },
  about: {
    en: 'Workloads that requests go through and that have more than one replica ask to be spread, by pod anti-affinity or topology spread constraints. Where they happen to stand today proves nothing about tomorrow.',
    zh: '请求经过且多于一个副本的工作负载声明了分散要求（Pod 反亲和或拓扑分布约束）。当前的分布不能保证以后。',
  },
  needs: { gatewayDeployments, serviceDeployments },
  evaluate: ({ gatewayDeployments: deployed, serviceDeployments: services }) =>
    requestPath(deployed, services).map((one): Conclusion => {
      const replicas = Number(record(one.object['spec'])['replicas'] ?? 1)
      const how = spread(one)
      const evidence = [
        {
          source: `${one.object.kind} ${one.name} spec.template.spec`,
          at: deployed.at,
          took: deployed.took,
          value: how ?? 'none',
          limit: 'podAntiAffinity or topologySpreadConstraints',
        },
      ]
      if (replicas < 2) return skipped('single', {}, evidence, one.name)
      return how === undefined ? warned('together', { replicas }, evidence, one.name) : passed('apart', { how }, evidence, one.name)
    }),
  words: {
    apart: { en: 'by {how}', zh: '通过 {how}' },
    single: { en: 'one replica', zh: '只有一个副本' },
    together: {
      en: 'nothing keeps its {replicas} replicas apart\nThe scheduler may put them all on one node.\nNext: add preferred pod anti-affinity over kubernetes.io/hostname',
      zh: '没有任何设置使其 {replicas} 个副本分散\n调度器可能将它们放在同一节点。\n下一步：增加基于 kubernetes.io/hostname 的 preferred 反亲和',
    },
  },
})

function spread({ pod }: Templated): string | undefined {
  const affinity = record(record(pod['affinity'])['podAntiAffinity'])
  if (Object.values(affinity).some((terms) => list(terms).length > 0)) return 'podAntiAffinity'
  return list(pod['topologySpreadConstraints']).length > 0 ? 'topologySpreadConstraints' : undefined
}
