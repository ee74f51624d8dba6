import { workloadNamespaces } from './workload-namespaces.ts'
import { listed } from './listed.ts'

export const disruptionBudgets = listed(
  'disruption-budgets',
  { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', namespaced: true },
  workloadNamespaces,
)
