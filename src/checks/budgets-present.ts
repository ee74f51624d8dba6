import type { Conclusion } from '../domain/verify.ts'
import { disruptionBudgets } from '../facts/disruption-budgets.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { serviceDeployments } from '../facts/service-deployments.ts'
import { selects } from '../gateways/label-selector.ts'
import { record } from '../gateways/strange.ts'
import { requestPath } from './pod-templates.ts'
import { askCenter, passed, skipped, warned } from './question.ts'

/** A drain of nodes takes every Pod of a center at once unless a budget stands in its way; one that allows nothing blocks the drain for ever. */
export const budgetsPresent = askCenter({
  name: 'budgets-present',
  id: 'TC-704',
  group: 'practice',
  level: 'object',
  title: { en: 'disruption budgets', zh: '中断预算' },
  about: {
    en: 'Workloads with more than one replica are covered by a PodDisruptionBudget, and by one that allows at least one eviction while all Pods are well.',
    zh: '多副本工作负载由 PodDisruptionBudget 覆盖，且在全部健康时至少允许驱逐一个 Pod。',
  },
  needs: { disruptionBudgets, gatewayDeployments, serviceDeployments },
  evaluate: ({ disruptionBudgets: budgets, gatewayDeployments: deployed, serviceDeployments: services }) =>
    requestPath(deployed, services).map(({ name, object, labels }): Conclusion => {
      const replicas = Number(record(object['spec'])['replicas'] ?? 1)
      const mine = budgets.value.filter(
        (budget) => budget.metadata.namespace === object.metadata.namespace && selects(record(budget['spec'])['selector'], labels),
      )
      const evidence = [{ source: `PodDisruptionBudgets over ${name}`, at: budgets.at, took: budgets.took, value: mine.length, limit: 1 }]
      if (replicas < 2) return skipped('single', {}, evidence, name)
      if (mine.length === 0) return warned('none', { replicas }, evidence, name)
      const blocking = mine.find((budget) => allows(budget, replicas) < 1)
      return blocking === undefined
        ? passed('covered', { budgets: mine.map(({ metadata }) => metadata.name) }, evidence, name)
        : warned('blocks', { budget: blocking.metadata.name, replicas }, evidence, name)
    }),
  words: {
    covered: { en: 'by {budgets}', zh: '由 {budgets} 覆盖' },
    single: { en: 'one replica', zh: '只有一个副本' },
    none: {
      en: 'no budget covers its {replicas} replicas: draining nodes may take all of them at once',
      zh: '没有预算覆盖其 {replicas} 个副本：节点排空可能同时带走全部副本',
    },
    blocks: {
      en: '{budget} allows no eviction of {replicas} healthy replicas: draining a node hangs',
      zh: '{budget} 在 {replicas} 个副本健康时不允许任何驱逐：节点排空会卡住',
    },
  },
})

/** Evictions that a budget allows while all replicas are well. Per cents are rounded up by Kubernetes, both of them. */
function allows(budget: Readonly<Record<string, unknown>>, replicas: number): number {
  const { minAvailable, maxUnavailable } = record(budget['spec'])
  const count = (value: unknown): number =>
    typeof value === 'string' && value.endsWith('%') ? Math.ceil((Number.parseInt(value, 10) / 100) * replicas) : Number(value)
  if (maxUnavailable !== undefined) return count(maxUnavailable)
  return minAvailable === undefined ? replicas : replicas - count(minAvailable)
}
