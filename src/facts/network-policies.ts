import { workloadNamespaces } from './workload-namespaces.ts'
import { listed } from './listed.ts'

export const networkPolicies = listed(
  'network-policies',
  { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies', kind: 'NetworkPolicy', namespaced: true },
  workloadNamespaces,
)
