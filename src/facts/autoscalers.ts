import { workloadNamespaces } from './workload-namespaces.ts'
import { listed } from './listed.ts'

export const autoscalers = listed(
  'autoscalers',
  { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', namespaced: true },
  workloadNamespaces,
)
