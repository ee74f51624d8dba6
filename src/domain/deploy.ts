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

/** A directory, or a reference (`oci://…`, `repo/name`) with a version. `digest`: pinned, one of those that `ChartPackage` has. `caFile`: who signs for the registry's server. */
export interface ChartSource {
  readonly path?: string
  readonly reference?: string
  readonly version?: string
  readonly digest?: string
  readonly caFile?: string
}

/** The chart as it lies on this machine: what Helm is given. */
export interface ChartPackage {
  /** A directory, or a package that is kept under its digest. Absolute. */
  readonly path: string
  /** sha256 (hex) of the package's bytes, or of the directory's content: the same wherever the chart comes from. */
  readonly digest: string
  /** sha256 (hex) of its manifest in a registry, which `helm push` and registries name. Absent: it is of no registry, or was kept from an earlier pull. */
  readonly manifest?: string
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
    /** `chart`: the path that Helm is given, whose content has this digest. */
    | { readonly kind: 'upgrade'; readonly install: boolean; readonly chart: string; readonly digest: string }
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
  /** The major version of the Helm that the call is made for. */
  readonly helm: 3 | 4
  /** Of a release that is applied by the server: fields that others own become Helm's again. */
  readonly force: boolean
}

export interface RouteOverlay {
  readonly route: string
  readonly rules: readonly { readonly index: number; readonly backendRefs: readonly unknown[] }[]
  /** The mark's annotation, kept as it is. */
  readonly mark?: string
}

/** What one sweep of a deploy knows of one center's release. Everything is as Helm and the cluster said it. */
export interface ReleaseSighting {
  readonly helm: { readonly major: 3 | 4; readonly version: string; readonly program: string }
  /** Absent: never installed. */
  readonly history: ReleaseHistory | undefined
  /** A Helm that this machine started for the center is still at work. */
  readonly going: boolean
  /** Helm 4 applies its objects by the server (what 3 has installed it goes on to merge itself). Absent: it does not, or nobody asked. */
  readonly serverSide?: boolean
  /** Why there is no chart. */
  readonly chartGap?: string
  /** Read once a run, before its first write. */
  readonly preflight?: Preflight
  /** The manifests of the revision that a rollback would go to. */
  readonly target?: readonly Readonly<Record<string, unknown>>[]
}

/** What is looked at before anything is written. */
export interface Preflight {
  readonly package: ChartPackage
  /** `name-version`. */
  readonly chart: string
  /** Every manifest as Helm would render it now, hooks included. */
  readonly rendered: readonly Readonly<Record<string, unknown>>[]
  /** The manifests of the revision that is deployed; empty: none is. */
  readonly live: readonly Readonly<Record<string, unknown>>[]
  /** The objects of both as the cluster has them now, by name (`Deployment.apps namespace/name`). Undefined: there is none. Those that could not be read are not in it. */
  readonly found: ReadonlyMap<string, Readonly<Record<string, unknown>> | undefined>
  /** The manifests of the newest revision where Helm did not finish it. */
  readonly pending?: readonly Readonly<Record<string, unknown>>[]
  readonly findings: readonly Finding[]
}

/** One value that differs. `pointer` is a JSON Pointer (RFC 6901); absent `before` or `after`: it is not there on that side. */
export interface LeafChange {
  readonly pointer: string
  readonly before?: unknown
  readonly after?: unknown
  /** `before` is not what the deployed revision had set: somebody has changed it since. */
  readonly byHand?: true
}

export interface ObjectChange {
  readonly object: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Of a changed object; an added or removed one is told whole, by its name. */
  readonly leaves: readonly LeafChange[]
}

/** A change with the centers that it happens in; so has each of its leaves, for what is the same in all but a name. */
export interface FoldedChange {
  readonly object: string
  readonly kind: ObjectChange['kind']
  readonly centers: readonly CenterName[]
  readonly leaves: readonly (LeafChange & { readonly centers: readonly CenterName[] })[]
}

/** The one thing that brings a release back to where Helm works again. It is proposed, and done only with a person's word. */
export type ReleaseRecovery =
  | { readonly kind: 'none' }
  /** Younger than one call of Helm may take: somebody may be at work. */
  | { readonly kind: 'wait'; readonly for: Milliseconds }
  | { readonly kind: 'rollback'; readonly revision: number }
  | { readonly kind: 'uninstall' }
  /** The history says nothing that one could act upon. */
  | { readonly kind: 'look' }

/** One center's release as it is and as it is going to be, for screens. */
export interface ReleaseView {
  readonly center: CenterName
  /** From 1. */
  readonly wave: number
  readonly name: string
  readonly namespace: string
  /** The newest revision; absent: never installed. */
  readonly now?: Pick<Revision, 'revision' | 'status' | 'chart'>
  /** Why nothing is known of it. */
  readonly unread?: string
  /** Since the newest revision was touched; absent: not known. */
  readonly age?: Milliseconds
  /** The revision that is deployed, or was last. */
  readonly deployed?: number
  /** `name-version` of the chart that it gets. */
  readonly chart: string
  readonly does: 'nothing' | 'install' | 'upgrade' | 'rollback'
  /** Something live is not as the chart has it, and stays so; or could not be read, so that nobody knows. Absent: all else than what is going to change is as the chart has it. */
  readonly live?: 'drifted' | 'unread'
  /** Of a rollback: the revision that it goes to. */
  readonly to?: number
  /** Only where the newest revision is not one that Helm finished well. */
  readonly recovery?: ReleaseRecovery
  /** What the unfinished revision would have changed of what is deployed. */
  readonly pending?: readonly ObjectChange[]
  /** Routes whose live weights lie over the render. */
  readonly kept: readonly string[]
  /** The call of Helm as it will be run, but for `--kubeconfig`; empty: none. */
  readonly command: string
  /** The call that recovers a stuck release before it. */
  readonly before?: string
}

/** What a deploy is going to do in all centers: drawn, recorded and shown before anything is written. */
export interface DeployView {
  /** What is deployed, the same in all centers. Absent: it was not read, or nothing is upgraded. `reference`: where it was pulled from. */
  readonly package?: Pick<ChartPackage, 'digest' | 'manifest'> & { readonly reference?: string }
  readonly releases: readonly ReleaseView[]
  /** Against the live objects; the same in several centers is in it once. */
  readonly changes: readonly FoldedChange[]
  /** Stuck or failed releases are recovered first. */
  readonly recover: boolean
}
