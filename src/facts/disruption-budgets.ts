import { workloadNamespaces } from './workload-namespaces.ts'
import { listed } from './listed.ts'

/** Every PodDisruptionBudget in the namespaces of the gateways and of the services. */
export const disruptionBudgets = listed(
  'disruption-budgets',
  { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', namespaced: true },
  workloadNamespaces,
)
