import { apiClock } from './api-clock.ts'
import { autoscalers } from './autoscalers.ts'
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
import { networkPolicies } from './network-policies.ts'
import { nodes } from './nodes.ts'
import { openPorts } from './open-ports.ts'
import { releases } from './releases.ts'
import { routes } from './routes.ts'
import { serviceDeployments } from './service-deployments.ts'
import { workloads } from './workloads.ts'

/** Every fact, by name. One line each. */
export const facts = [
  apiClock,
  autoscalers,
  disruptionBudgets,
  dnsAnswers,
  gatewayDeployments,
  gatewayObjects,
  gatewayPods,
  gatewayServices,
  gateway,
  headerLandings,
  httpRoutes,
  identity,
  labMarker,
  listenerCertificates,
  mcpBridges,
  networkPolicies,
  nodes,
  openPorts,
  releases,
  routes,
  serviceDeployments,
  workloads,
] as const
