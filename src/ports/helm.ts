import type { Deadline, WriteResult } from '../domain/change.ts'
import type { ChartSource, ReleaseHistory, ReleaseSpec, RouteOverlay } from '../domain/deploy.ts'
import type { Observation } from '../domain/observation.ts'
import type { CenterName } from '../domain/topology.ts'

/** A chart with its values for one center. Values travel in files, never in argv. */
export interface HelmInput {
  readonly center: CenterName
  readonly release: ReleaseSpec
  readonly chart: ChartSource
  readonly values: readonly string[]
}

/** The user's own `helm`, 3.x or 4.x. Every call ends by its deadline, with its whole process group; output is cut and redacted; nothing throws for what Helm said. */
export interface Helm {
  version(deadline: Deadline): Promise<Observation<{ readonly major: 3 | 4; readonly version: string }>>
  /** Absent: no such release. */
  history(center: CenterName, release: ReleaseSpec, deadline: Deadline): Promise<Observation<ReleaseHistory>>
  /** `helm template`: every manifest, hooks included. `server`: with lookups and the cluster's capabilities. */
  render(input: HelmInput, mode: 'client' | 'server', deadline: Deadline): Promise<Observation<string>>
  /** The manifest of a stored revision. */
  manifest(center: CenterName, release: ReleaseSpec, revision: number, deadline: Deadline): Promise<Observation<string>>
  /** `description` carries the run id. The overlay lies over the render before it is applied. */
  upgrade(input: HelmInput, options: { readonly install: boolean; readonly description: string; readonly overlay: readonly RouteOverlay[] }, deadline: Deadline): Promise<WriteResult>
  rollback(center: CenterName, release: ReleaseSpec, revision: number, options: { readonly description: string }, deadline: Deadline): Promise<WriteResult>
  /** sha256 of what would be deployed: a directory's content, or the pulled package. */
  digest(chart: ChartSource, deadline: Deadline): Promise<Observation<string>>
  /** The exact command, for people. */
  command(input: HelmInput, options: { readonly install: boolean }): string
}
