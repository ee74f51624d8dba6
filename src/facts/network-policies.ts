import { workloadNamespaces } from './workload-namespaces.ts'
import { listed } from './listed.ts'

/** Every NetworkPolicy in the namespaces of the gateways and of the services. */
export const networkPolicies = listed(
  'network-policies',
  { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies', kind: 'NetworkPolicy', namespaced: true },
  workloadNamespaces,
)
