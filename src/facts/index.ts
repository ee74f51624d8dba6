import { alertRules } from './alert-rules.ts'
import { apiClock } from './api-clock.ts'
import { autoscalers } from './autoscalers.ts'
import { backendPods } from './backend-pods.ts'
import { disruptionBudgets } from './disruption-budgets.ts'
import { dnsAnswers } from './dns-answers.ts'
import { gatewayDeployments } from './gateway-deployments.ts'
import { gatewayObjects } from './gateway-objects.ts'
import { gatewayPods } from './gateway-pods.ts'
import { gatewayServices } from './gateway-services.ts'
import { gateway } from './gateway.ts'
import { headerLandings } from './header-landings.ts'
import { httpRoutes } from './http-routes.ts'
import { identity } from './identity.ts'
import { labMarker } from './lab-marker.ts'
import { listenerCertificates } from './listener-certificates.ts'
import { mcpBridges } from './mcp-bridges.ts'
import { metricNames } from './metric-names.ts'
import { metricsFigures } from './metrics-figures.ts'
import { networkPolicies } from './network-policies.ts'
import { nodes } from './nodes.ts'
import { openPorts } from './open-ports.ts'
import { registryInstances } from './registry-instances.ts'
import { releases } from './releases.ts'
import { routes } from './routes.ts'
import { serviceDeployments } from './service-deployments.ts'
import { workloads } from './workloads.ts'

/** Every fact, by name. One line each. */
export const facts = [
  alertRules,
  apiClock,
  autoscalers,
  backendPods,
  disruptionBudgets,
  dnsAnswers,
  gateway,
  gatewayDeployments,
  gatewayObjects,
  gatewayPods,
  gatewayServices,
  headerLandings,
  httpRoutes,
  identity,
  labMarker,
  listenerCertificates,
  mcpBridges,
  metricNames,
  metricsFigures,
  networkPolicies,
  nodes,
  openPorts,
  registryInstances,
  releases,
  routes,
  serviceDeployments,
  workloads,
] as const
