import { alertRules } from './alert-rules.ts'
import { apiClock } from './api-clock.ts'
import { autoscalers } from './autoscalers.ts'
import { backendPods } from './backend-pods.ts'
import { dataPlane } from './data-plane.ts'
import { disruptionBudgets } from './disruption-budgets.ts'
import { dnsAnswers } from './dns-answers.ts'
import { gateway } from './gateway.ts'
import { gatewayDeployments } from './gateway-deployments.ts'
import { gatewayObjects } from './gateway-objects.ts'
import { gatewayPods } from './gateway-pods.ts'
import { gatewayServices } from './gateway-services.ts'
import { grantedRights } from './granted-rights.ts'
import { headerLandings } from './header-landings.ts'
import { helmVersion } from './helm-version.ts'
import { httpRoutes } from './http-routes.ts'
import { identity } from './identity.ts'
import { insideAnswers } from './inside-answers.ts'
import { kubeContext } from './kube-context.ts'
import { labMarker } from './lab-marker.ts'
import { listenerCertificates } from './listener-certificates.ts'
import { mcpBridges } from './mcp-bridges.ts'
import { meshConfig } from './mesh-config.ts'
import { metricNames } from './metric-names.ts'
import { metricsFigures } from './metrics-figures.ts'
import { networkPolicies } from './network-policies.ts'
import { nodes } from './nodes.ts'
import { openPorts } from './open-ports.ts'
import { probeAnswers } from './probe-answers.ts'
import { prometheusAnswers } from './prometheus-answers.ts'
import { registryInstances } from './registry-instances.ts'
import { releases } from './releases.ts'
import { routes } from './routes.ts'
import { servedKinds } from './served-kinds.ts'
import { serviceDeployments } from './service-deployments.ts'
import { station } from './station.ts'
import { wasmPlugins } from './wasm-plugins.ts'
import { workloads } from './workloads.ts'

/** Every fact, by name. One line each. */
export const facts = [
  alertRules,
  apiClock,
  autoscalers,
  backendPods,
  dataPlane,
  disruptionBudgets,
  dnsAnswers,
  gateway,
  gatewayDeployments,
  gatewayObjects,
  gatewayPods,
  gatewayServices,
  grantedRights,
  headerLandings,
  helmVersion,
  httpRoutes,
  identity,
  insideAnswers,
  kubeContext,
  labMarker,
  listenerCertificates,
  mcpBridges,
  meshConfig,
  metricNames,
  metricsFigures,
  networkPolicies,
  nodes,
  openPorts,
  probeAnswers,
  prometheusAnswers,
  registryInstances,
  releases,
  routes,
  servedKinds,
  serviceDeployments,
  station,
  wasmPlugins,
  workloads,
] as const
