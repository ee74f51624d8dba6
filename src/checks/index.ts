import { asBefore } from './as-before.ts'
import type { Check } from './check.ts'
import { clientsHealthy } from './clients-healthy.ts'
import { clientsRecovered } from './clients-recovered.ts'
import { dataKept } from './data-kept.ts'
import { drillHeld } from './drill-held.ts'
import { errorsLow } from './errors-low.ts'
import { faultBites } from './fault-bites.ts'
import { faultDetected } from './fault-detected.ts'
import { routesAccepted } from './routes-accepted.ts'
import { routesInLine } from './routes-in-line.ts'
import { servicesReady } from './services-ready.ts'
import { workloadsReady } from './workloads-ready.ts'

/** Every check, by name. One line each. */
export const checks: readonly Check[] = [
  asBefore,
  clientsHealthy,
  clientsRecovered,
  dataKept,
  drillHeld,
  errorsLow,
  faultBites,
  faultDetected,
  routesAccepted,
  routesInLine,
  servicesReady,
  workloadsReady,
]
