import { alertsCanFire } from './alerts-can-fire.ts'
import { accessLogged } from './access-logged.ts'
import { alertsLoaded } from './alerts-loaded.ts'
import { antiAffinity } from './anti-affinity.ts'
import { apiReached } from './api-reached.ts'
import { authorityChecked } from './authority-checked.ts'
import { autoscalerBounds } from './autoscaler-bounds.ts'
import { backendsDistinct } from './backends-distinct.ts'
import { backendsSupported } from './backends-supported.ts'
import { bridgeEffective } from './bridge-effective.ts'
import { budgetsPresent } from './budgets-present.ts'
import { certificatesValid } from './certificates-valid.ts'
import { clientsAuthenticated } from './clients-authenticated.ts'
import { clocksAgree } from './clocks-agree.ts'
import { clustersDistinct } from './clusters-distinct.ts'
import { contextsKnown } from './contexts-known.ts'
import { currentContext } from './current-context.ts'
import { dataPlaneEndpoints } from './data-plane-endpoints.ts'
import { dataPlaneRoutes } from './data-plane-routes.ts'
import { entryNames } from './entry-names.ts'
import { fieldsHonoured } from './fields-honoured.ts'
import { filtersEffective } from './filters-effective.ts'
import { gatewayAddressed } from './gateway-addressed.ts'
import { gatewayAnswers } from './gateway-answers.ts'
import { gatewayApiServed } from './gateway-api-served.ts'
import { gatewayProgrammed } from './gateway-programmed.ts'
import { gatewayReady } from './gateway-ready.ts'
import { gatewaySpread } from './gateway-spread.ts'
import { gracefulStop } from './graceful-stop.ts'
import { headersLand } from './headers-land.ts'
import { helmTried } from './helm-tried.ts'
import { higressServed } from './higress-served.ts'
import { identityPinned } from './identity-pinned.ts'
import { kubeconfigPrivate } from './kubeconfig-private.ts'
import { kubeconfigRead } from './kubeconfig-read.ts'
import { loggedIn } from './logged-in.ts'
import { loginCurrent } from './login-current.ts'
import { loginPlugin } from './login-plugin.ts'
import { lostUnweighted } from './lost-unweighted.ts'
import { metricsCrossCenter } from './metrics-cross-center.ts'
import { metricsErrors } from './metrics-errors.ts'
import { metricsFailovers } from './metrics-failovers.ts'
import { metricsInstances } from './metrics-instances.ts'
import { metricsP99 } from './metrics-p99.ts'
import { metricsPresent } from './metrics-present.ts'
import { metricsQps } from './metrics-qps.ts'
import { metricsShare } from './metrics-share.ts'
import { nacosReady } from './nacos-ready.ts'
import { policiesPass } from './policies-pass.ts'
import { portsOpen } from './ports-open.ts'
import { probeNames } from './probe-names.ts'
import { profileFits } from './profile-fits.ts'
import { prometheusReached } from './prometheus-reached.ts'
import { proxiesUnheeded } from './proxies-unheeded.ts'
import type { Question } from './question.ts'
import { registryAgrees } from './registry-agrees.ts'
import { registryApis } from './registry-apis.ts'
import { registryEphemeral } from './registry-ephemeral.ts'
import { registryHealthy } from './registry-healthy.ts'
import { registryLabels } from './registry-labels.ts'
import { registryReached } from './registry-reached.ts'
import { registryRegistered } from './registry-registered.ts'
import { registrySynchronised } from './registry-synchronised.ts'
import { resourcesDeclared } from './resources-declared.ts'
import { rightsGranted } from './rights-granted.ts'
import { routesAlike } from './routes-alike.ts'
import { routesPresent } from './routes-present.ts'
import { routesReported } from './routes-reported.ts'
import { routesUnowned } from './routes-unowned.ts'
import { rulesReachable } from './rules-reachable.ts'
import { rulesWeighted } from './rules-weighted.ts'
import { servicesAnswerInside } from './services-answer-inside.ts'
import { scrapeAsDeclared } from './scrape-as-declared.ts'
import { serverTried } from './server-tried.ts'
import { servicesServing } from './services-serving.ts'
import { stateWritable } from './state-writable.ts'
import { topologyRead } from './topology-read.ts'
import { weightsInForce } from './weights-in-force.ts'

/** Every question, by id. One line each. Those of the group `setup` are asked by `doctor`, and by `verify` only where they are meant. */
export const questions: readonly Question[] = [
  topologyRead,
  kubeconfigRead,
  kubeconfigPrivate,
  contextsKnown,
  clustersDistinct,
  identityPinned,
  apiReached,
  authorityChecked,
  loginCurrent,
  loginPlugin,
  loggedIn,
  rightsGranted,
  serverTried,
  gatewayApiServed,
  higressServed,
  helmTried,
  probeNames,
  stateWritable,
  prometheusReached,
  profileFits,
  scrapeAsDeclared,
  registryReached,
  proxiesUnheeded,
  currentContext,
  weightsInForce,
  lostUnweighted,
  routesUnowned,
  gatewayReady,
  gatewaySpread,
  gatewayAddressed,
  gatewayProgrammed,
  bridgeEffective,
  servicesServing,
  gatewayAnswers,
  nacosReady,
  servicesAnswerInside,
  routesPresent,
  routesReported,
  rulesWeighted,
  backendsDistinct,
  rulesReachable,
  filtersEffective,
  fieldsHonoured,
  backendsSupported,
  routesAlike,
  dataPlaneRoutes,
  dataPlaneEndpoints,
  registryRegistered,
  registryHealthy,
  registryLabels,
  registryEphemeral,
  registrySynchronised,
  registryAgrees,
  registryApis,
  metricsQps,
  metricsP99,
  metricsErrors,
  metricsShare,
  metricsCrossCenter,
  metricsInstances,
  metricsFailovers,
  alertsLoaded,
  alertsCanFire,
  metricsPresent,
  certificatesValid,
  entryNames,
  portsOpen,
  clocksAgree,
  antiAffinity,
  gracefulStop,
  resourcesDeclared,
  budgetsPresent,
  autoscalerBounds,
  policiesPass,
  accessLogged,
  clientsAuthenticated,
  headersLand,
]
