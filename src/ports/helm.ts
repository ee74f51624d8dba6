import type { Deadline, WriteResult } from '../domain/change.ts'
import type { ChartPackage, ChartSource, ReleaseHistory, ReleaseIntent, ReleaseSpec } from '../domain/deploy.ts'
import type { Observation } from '../domain/observation.ts'
import type { CenterName } from '../domain/topology.ts'

/** A chart with its values for one center. Values travel in files, never in argv. */
export interface HelmInput {
  readonly center: CenterName
  readonly release: ReleaseSpec
  readonly chart: ChartSource
  /** Every file, in Helm's order: later ones win. */
  readonly values: readonly string[]
}

/** The user's own `helm`, 3.x or 4.x. Every call ends by its deadline, with its whole process group; output is cut and redacted; nothing throws for what Helm said. */
export interface Helm {
  /** As it is started: a path, or a name of PATH. */
  readonly program: string
  version(deadline: Deadline): Promise<Observation<{ readonly major: 3 | 4; readonly version: string }>>
  /** Absent: no such release. */
  history(center: CenterName, release: ReleaseSpec, deadline: Deadline): Promise<Observation<ReleaseHistory>>
  /** `helm template`: every manifest, hooks included. `server`: with lookups and the cluster's capabilities. `values`: a whole set of values instead of the files. */
  render(input: HelmInput, mode: 'client' | 'server', deadline: Deadline, values?: unknown): Promise<Observation<string>>
  /**
   * What the chart is given and what it has of its own: the texts of the values files, in Helm's order, and the values that Helm computes for the chart with
   * nothing given, those of its parts under their names (undefined: it does not render without any); `withParts`: the same with every part switched on.
   */
  values(
    input: HelmInput,
    deadline: Deadline,
  ): Promise<Observation<{ readonly files: readonly string[]; readonly defaults: unknown; readonly withParts: unknown }>>
  /** The manifest of a stored revision. */
  manifest(center: CenterName, release: ReleaseSpec, revision: number, deadline: Deadline): Promise<Observation<string>>
  /** Does Helm have the server apply the objects of this release? Only of a release that exists, and of Helm 4. */
  serverSide(center: CenterName, release: ReleaseSpec, deadline: Deadline): Promise<Observation<boolean>>
  /**
   * Runs the call that `helmArgs` makes of the intent. The overlay lies over an upgrade's render before it is applied, and over the stored manifest of a rollback;
   * refused where it cannot, where the chart is not the one that was looked at, and where another major of Helm would run it. An uninstall is only of a first
   * install that never was deployed.
   */
  change(intent: ReleaseIntent, deadline: Deadline): Promise<WriteResult>
  /** The chart's own name, version and version of what it deploys. */
  chart(
    chart: ChartSource,
    deadline: Deadline,
  ): Promise<Observation<{ readonly name: string; readonly version: string; readonly appVersion: string }>>
  /**
   * What would be deployed. A reference is pulled once, so that every center gets the same bytes, whatever becomes of its tag meanwhile; with `digest` not at all
   * where a package of these bytes was kept.
   */
  pull(chart: ChartSource, deadline: Deadline, digest?: string): Promise<Observation<ChartPackage>>
  /** A Helm of this machine is still at work there: a run that was killed does not end its Helm. */
  going(center: CenterName): Promise<boolean>
  close(): Promise<void>
}
