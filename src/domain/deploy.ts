import type { Finding } from './finding.ts'
import type { CenterName, Milliseconds } from './topology.ts'

/** The topology's `deploy:` section: one release in every center, rolled out in waves. */
export interface Deploy {
  readonly chart: ChartSource
  /** Values files for every center, in Helm's order: later ones win. Absolute paths. */
  readonly values: readonly string[]
  readonly releases: Readonly<Record<CenterName, ReleaseSpec>>
  /** Centers of one wave are upgraded at once; never two home centers of one region. Remote first. */
  readonly waves: readonly (readonly CenterName[])[]
  /** Drain a center before its upgrade and return it afterwards. */
  readonly drain: boolean
  /** No new errors for this long after each wave. */
  readonly hold: Milliseconds
  /** Of one Helm call. */
  readonly timeout: Milliseconds
}

/** A directory, or a reference (`oci://…`, `repo/name`) with a version. `digest`: sha256 of the packed chart or of the directory's content, pinned. */
export interface ChartSource {
  readonly path?: string
  readonly reference?: string
  readonly version?: string
  readonly digest?: string
}

export interface ReleaseSpec {
  readonly name: string
  readonly namespace: string
  /** After the shared ones. Absolute paths. */
  readonly values: readonly string[]
}

/** Helm's words, the same in 3 and 4. */
export type ReleaseStatus =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback'

export interface Revision {
  readonly revision: number
  readonly status: ReleaseStatus
  /** `name-version` of the chart. */
  readonly chart: string
  readonly appVersion: string
  /** Helm's description; a run of ours writes its id into it. */
  readonly description: string
  /** ISO 8601. */
  readonly updated: string
}

/** Every revision of one release, oldest first. */
export interface ReleaseHistory {
  readonly name: string
  readonly namespace: string
  readonly revisions: readonly Revision[]
}

/** What shall be true of a release: this chart with these values is deployed, by this run. */
export interface ReleaseIntent {
  readonly kind: 'release'
  readonly center: CenterName
  readonly release: ReleaseSpec
  readonly want:
    | { readonly kind: 'upgrade'; readonly install: boolean }
    | { readonly kind: 'rollback'; readonly revision: number }
    /** Of what is left of a first install that never became a release. */
    | { readonly kind: 'uninstall' }
  readonly run: string
  /** Helm's description of the revision that it makes: begins with `tricenter run <id>`. */
  readonly description: string
  /** `namespace/name` of the HTTPRoutes that it will apply: a switch of one of them between plan and write stops the write. */
  readonly routes: readonly string[]
  /** Live weights that lie over the render: `namespace/name` of an HTTPRoute → rule index → backendRefs as live. Empty: nothing in force. */
  readonly overlay: readonly RouteOverlay[]
}

export interface RouteOverlay {
  readonly route: string
  readonly rules: readonly { readonly index: number; readonly backendRefs: readonly unknown[] }[]
  /** The mark's annotation, kept as it is. */
  readonly mark?: string
}

/** What one sweep of a deploy knows of one center's release. Everything is as Helm and the cluster said it. */
export interface ReleaseSighting {
  readonly helm: { readonly major: 3 | 4; readonly version: string }
  /** Absent: never installed. */
  readonly history: ReleaseHistory | undefined
  /** A Helm that this machine started for the center is still at work. */
  readonly going: boolean
  /** Read once a run, before its first write. */
  readonly preflight?: Preflight
  /** The manifests of the revision that a rollback would go to. */
  readonly target?: readonly Readonly<Record<string, unknown>>[]
}

/** What is looked at before anything is written. */
export interface Preflight {
  /** Of the chart. */
  readonly digest: string
  /** `name-version`. */
  readonly chart: string
  /** Every manifest as Helm would render it now, hooks included. */
  readonly rendered: readonly Readonly<Record<string, unknown>>[]
  /** The manifests of the revision that is deployed; empty: none is. */
  readonly live: readonly Readonly<Record<string, unknown>>[]
  readonly findings: readonly Finding[]
  /** The exact command, for people. */
  readonly command: string
}
