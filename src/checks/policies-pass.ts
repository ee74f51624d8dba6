import type { Conclusion } from '../domain/verify.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { networkPolicies } from '../facts/network-policies.ts'
import { selects } from '../gateways/label-selector.ts'
import { list, record } from '../gateways/strange.ts'
import { askCenter, failed, passed, warned } from './question.ts'
import { templatesOf } from './pod-templates.ts'

/**
 * §9.3. Egress of a selected Pod is what the union of its policies allows. The documented policy allows port 8080 of Pods in namespaces with a label only: backends of
 * another center are not Pods of this cluster, so it blocks them, and DNS, and Nacos.
 */
export const policiesPass = askCenter({
  name: 'policies-pass',
  id: 'TC-706',
  group: 'practice',
  level: 'object',
  title: { en: 'network policies let traffic pass', zh: '网络策略放行流量' },
  about: {
    en: 'NetworkPolicies that select the gateway’s Pods let it reach backends outside the cluster (an ipBlock or a rule without `to`) and DNS on port 53. No policy at all is a warning: §9.3 asks for isolation.',
    zh: '选中网关 Pod 的 NetworkPolicy 允许其访问集群外的后端（ipBlock 或不含 to 的规则）与 53 端口的 DNS。完全没有策略时为警告：§9.3 要求隔离。',
  },
  needs: { networkPolicies, gatewayDeployments },
  evaluate: ({ networkPolicies: seen, gatewayDeployments: deployed }, { topology }) =>
    templatesOf(deployed.value.gateway).flatMap(({ name, object, labels }): readonly Conclusion[] => {
      const mine = seen.value.filter(
        (policy) => policy.metadata.namespace === object.metadata.namespace && selects(record(policy['spec'])['podSelector'], labels),
      )
      const names = mine.map(({ metadata }) => metadata.name)
      const evidence = (value: string) => [{ source: `NetworkPolicies over ${name}`, at: seen.at, took: seen.took, value }]
      if (mine.length === 0) return [warned('none', {}, evidence('none'), name)]
      const egress = mine.filter(
        (policy) => list(record(policy['spec'])['policyTypes']).includes('Egress') || record(policy['spec'])['egress'] !== undefined,
      )
      if (egress.length === 0) return [passed('open', { policies: names }, evidence('egress open'), name)]
      const rules = egress.flatMap((policy) => list(record(policy['spec'])['egress']).map(record))
      const found: Conclusion[] = []
      const outside = rules.some(
        (rule) => list(rule['to']).length === 0 || list(rule['to']).some((to) => record(to)['ipBlock'] !== undefined),
      )
      if (!outside && topology.centers.length > 1) found.push(failed('walled', { policies: names }, evidence('no ipBlock'), name))
      const dns = rules.some((rule) => list(rule['ports']).length === 0 || list(rule['ports']).some((port) => record(port)['port'] === 53))
      if (!dns) found.push(failed('no-dns', { policies: names }, evidence('no port 53'), name))
      return found.length > 0 ? found : [passed('passes', { policies: names }, evidence('egress to ipBlocks and DNS'), name)]
    }),
  words: {
    none: { en: 'no policy selects the gateway: anything in the cluster may reach it', zh: '没有策略选中网关：集群内任何 Pod 均可访问' },
    open: { en: '{policies} leaves egress open', zh: '{policies} 未限制出站' },
    passes: { en: '{policies} lets backends and DNS pass', zh: '{policies} 放行后端与 DNS' },
    walled: {
      en: '{policies} lets the gateway reach Pods of this cluster only\nBackends of the other centers are outside of it: a switch would send all traffic into a wall.\nNext: add egress with ipBlock for the other centers’ networks, ports 8080, 8848 and 9848',
      zh: '{policies} 只允许网关访问本集群的 Pod\n其他中心的后端在集群之外：切换会把全部流量送入封锁。\n下一步：为其他中心的网段增加 ipBlock 出站规则，端口 8080、8848、9848',
    },
    'no-dns': {
      en: '{policies} does not let DNS pass (port 53)\nNames of registries and backends do not resolve.\nNext: add egress to port 53, UDP and TCP',
      zh: '{policies} 未放行 DNS（53 端口）\n注册中心与后端域名无法解析。\n下一步：增加到 53 端口的出站规则（UDP 与 TCP）',
    },
  },
})
