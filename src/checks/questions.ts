import { alertsCanFire } from './alerts-can-fire.ts'
import { alertsLoaded } from './alerts-loaded.ts'
import { antiAffinity } from './anti-affinity.ts'
import { autoscalerBounds } from './autoscaler-bounds.ts'
import { backendsDistinct } from './backends-distinct.ts'
import { backendsSupported } from './backends-supported.ts'
import { bridgeEffective } from './bridge-effective.ts'
import { budgetsPresent } from './budgets-present.ts'
import { certificatesValid } from './certificates-valid.ts'
import { clocksAgree } from './clocks-agree.ts'
import { entryNames } from './entry-names.ts'
import { fieldsHonoured } from './fields-honoured.ts'
import { filtersEffective } from './filters-effective.ts'
import { gatewayAddressed } from './gateway-addressed.ts'
import { gatewayAnswers } from './gateway-answers.ts'
import { gatewayProgrammed } from './gateway-programmed.ts'
import { gatewayReady } from './gateway-ready.ts'
import { gatewaySpread } from './gateway-spread.ts'
import { gracefulStop } from './graceful-stop.ts'
import { headersLand } from './headers-land.ts'
import { metricsCrossCenter } from './metrics-cross-center.ts'
import { metricsErrors } from './metrics-errors.ts'
import { metricsFailovers } from './metrics-failovers.ts'
import { metricsInstances } from './metrics-instances.ts'
import { metricsP99 } from './metrics-p99.ts'
import { metricsPresent } from './metrics-present.ts'
import { metricsQps } from './metrics-qps.ts'
import { metricsShare } from './metrics-share.ts'
import { policiesPass } from './policies-pass.ts'
import { portsOpen } from './ports-open.ts'
import type { Question } from './question.ts'
import { registryAgrees } from './registry-agrees.ts'
import { registryApis } from './registry-apis.ts'
import { registryEphemeral } from './registry-ephemeral.ts'
import { registryHealthy } from './registry-healthy.ts'
import { registryLabels } from './registry-labels.ts'
import { registryRegistered } from './registry-registered.ts'
import { registrySynchronised } from './registry-synchronised.ts'
import { resourcesDeclared } from './resources-declared.ts'
import { routesAlike } from './routes-alike.ts'
import { routesPresent } from './routes-present.ts'
import { routesReported } from './routes-reported.ts'
import { rulesReachable } from './rules-reachable.ts'
import { rulesWeighted } from './rules-weighted.ts'
import { servicesServing } from './services-serving.ts'

/** Every question that `verify` asks, by id. One line each. */
export const questions: readonly Question[] = [
  gatewayReady,
  gatewaySpread,
  gatewayAddressed,
  gatewayProgrammed,
  bridgeEffective,
  servicesServing,
  gatewayAnswers,
  routesPresent,
  routesReported,
  rulesWeighted,
  backendsDistinct,
  rulesReachable,
  filtersEffective,
  fieldsHonoured,
  backendsSupported,
  routesAlike,
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
  headersLand,
]
