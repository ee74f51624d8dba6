import { workloadNamespaces } from './workload-namespaces.ts'
import { listed } from './listed.ts'

/** Every HorizontalPodAutoscaler in the namespaces of the gateways and of the services. */
export const autoscalers = listed(
  'autoscalers',
  { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', namespaced: true },
  workloadNamespaces,
)
