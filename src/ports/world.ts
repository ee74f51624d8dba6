import type { CenterName } from '../domain/topology.ts'
import type { Clock } from './clock.ts'
import type { Cluster, Right } from './cluster.ts'
import type { Helm } from './helm.ts'
import type { LabControl } from './lab-control.ts'
import type { Metrics, MetricsDocuments } from './metrics.ts'
import type { Network } from './network.ts'
import type { Registry } from './registry.ts'
import type { Station } from './station.ts'
import type { Traffic } from './traffic.ts'

/** Everything that facts may read and effects may change, as one plain object of ports. */
export interface World {
  readonly clock: Clock
  /** A cluster for every center of the topology. One whose kubeconfig cannot be used answers `unknown` with the reason. */
  readonly clusters: ReadonlyMap<CenterName, Cluster>
  readonly traffic: Traffic
  readonly lab: LabControl
  /** Only where releases are deployed. */
  readonly helm?: Helm
  /** Only where the topology declares them. */
  readonly metrics?: Metrics
  readonly metricsDocuments?: MetricsDocuments
  /** Of a run: opened when they are first asked for, for a switch waits for none of it. A fault where the declared profile cannot be read. */
  readonly openMetrics?: () => Promise<{ readonly metrics: Metrics; readonly metricsDocuments: MetricsDocuments }>
  readonly registry?: Registry
  /** Only for `verify` and `doctor`. */
  readonly network?: Network
  /** Only for questions of the group `setup`. */
  readonly station?: Station
  /** What each verb needs in every cluster, for questions of the group `setup` to ask about. */
  readonly rights?: ReadonlyMap<string, readonly Right[]>
}
