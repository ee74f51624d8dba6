import type { Deadline, WriteResult } from '../domain/change.ts'
import type { ChartSource, ReleaseHistory, ReleaseSpec, RouteOverlay } from '../domain/deploy.ts'
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
  /** `description` carries the run id. The overlay lies over the render before it is applied. `takeOver`: fields that our own switches own become Helm's again. */
  upgrade(
    input: HelmInput,
    options: {
      readonly install: boolean
      readonly description: string
      readonly overlay: readonly RouteOverlay[]
      readonly takeOver?: boolean
    },
    deadline: Deadline,
  ): Promise<WriteResult>
  /** Applies the stored manifest of a revision. With an overlay, refused where that cannot be laid over it. */
  rollback(
    center: CenterName,
    release: ReleaseSpec,
    revision: number,
    options: { readonly description: string; readonly overlay: readonly RouteOverlay[]; readonly takeOver?: boolean },
    deadline: Deadline,
  ): Promise<WriteResult>
  /** The chart's own name, version and version of what it deploys. */
  chart(
    chart: ChartSource,
    deadline: Deadline,
  ): Promise<Observation<{ readonly name: string; readonly version: string; readonly appVersion: string }>>
  /** sha256 of what would be deployed: a directory's content, or the pulled package. */
  digest(chart: ChartSource, deadline: Deadline): Promise<Observation<string>>
  /** Takes away what is left of a release: only of a first install that never was deployed. */
  uninstall(center: CenterName, release: ReleaseSpec, deadline: Deadline): Promise<WriteResult>
  /** A Helm of this machine is still at work there: a run that was killed does not end its Helm. */
  going(center: CenterName): Promise<boolean>
  /** The exact command, for people. */
  command(input: HelmInput, options: { readonly install: boolean }): string
  close(): Promise<void>
}
