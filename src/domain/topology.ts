import type { Compare } from './compare.ts'
import type { Deploy } from './deploy.ts'
import type { GatewayInstallation, MetricsSource, RegistrySource, VerifyPlan } from './estate.ts'

/**
 * What the operator declares: regions, centers, services, managed routes and policy.
 * `documents/topology` reads it from YAML and guarantees that every name used anywhere in it is declared, so that code may look names up without asking again.
 */
export type CenterName = string
export type RegionName = string
export type ServiceName = string
/** Milliseconds, always, in every type of this room. */
export type Milliseconds = number

export interface Topology {
  readonly name: string
  /** In the order of the file; with the centers' order it decides how a situation is spelled. */
  readonly regions: readonly RegionName[]
  readonly centers: readonly Center[]
  readonly services: readonly Service[]
  readonly routes: ManagedRoutes
  readonly policy: Policy
  /** Absent: the gateways are installed by other means. */
  readonly deploy?: Deploy
  /** Absent: what the Higress chart calls its objects (`installationOf`). */
  readonly installation?: GatewayInstallation
  /** Absent: nothing is measured by Prometheus. */
  readonly metrics?: MetricsSource
  /** Absent: no registry is asked. */
  readonly registry?: RegistrySource
  /** Absent: the documented limits (`verifyPlanOf`). */
  readonly verify?: VerifyPlan
  /** Absent: only the managed routes are compared. */
  readonly compare?: Compare
}

export interface Center {
  readonly name: CenterName
  readonly region: RegionName
  readonly role: 'active' | 'standby'
  /** The kubeconfig context; the kubeconfig's current context is never used. */
  readonly context: string
  /** Pinned identity: uid of the namespace kube-system. */
  readonly cluster?: string
  /** Requests per second at full replicas. Absent: not known, and the guard `capacity` says so. */
  readonly capacity?: number
  /** Per cent of the clients that enter through this center's gateway (DNS, GSLB). */
  readonly entryShare: number
  /** TTL of the DNS answer that leads here. */
  readonly entryTtl?: Milliseconds
  /** Base URL of this center's gateway, e.g. `http://10.0.1.10`. */
  readonly gateway: string
}

/** A backendRef's identity. `namespace` absent: the namespace of the route that names it. */
export interface BackendId {
  readonly group: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly port?: number
}

export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet'
  readonly namespace: string
  readonly name: string
}

/** A set of equivalent backends, one per center: any of them may answer for any other. */
export interface Service {
  readonly name: ServiceName
  readonly backends: Readonly<Record<CenterName, BackendId>>
  readonly workloads: Readonly<Record<CenterName, readonly Workload[]>>
  /** Ready replicas under which a center does not count as serving. */
  readonly minReady: number
  /** Requests per second to plan with when nothing can be measured. */
  readonly demand?: number
  readonly probe?: Probe
}

/** How one request proves that a service answers, without paying for a model call. */
export interface Probe {
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly expect: number
  readonly timeout: Milliseconds
  /** Where the answer tells the center: a response header, or a field of a JSON body (dot path). `values` maps what is found there to a center's name. */
  readonly center: { readonly header: string } | { readonly json: string }
  readonly values: Readonly<Record<string, CenterName>>
}

export interface ManagedRoutes {
  /** Absent: every namespace. */
  readonly namespaces?: readonly string[]
  /** A label selector in kubectl's syntax. */
  readonly selector?: string
  /** Rules that are never changed (data residency, state). `rule` is a rule's name or key; absent: all rules of the route. */
  readonly pinned: readonly { readonly namespace: string; readonly name: string; readonly rule?: string; readonly reason: string }[]
}

/** Shares by center; only their ratio matters. A center that is missing has 0. */
export type Weights = Readonly<Record<CenterName, number>>

export interface Policy {
  readonly normal: Weights
  /** Target weights while exactly these centers are out. */
  readonly without: readonly { readonly centers: readonly CenterName[]; readonly weights: Weights }[]
  /** Load × margin must fit into the capacity, e.g. 1.2. */
  readonly margin: number
  /** Per cent of the way to the target, rising, the last is 100. */
  readonly steps: readonly number[]
  /** A step, or a recovery, must hold this long … */
  readonly hold: Milliseconds
  /** … and over at least this many requests. */
  readonly holdRequests: number
  /** Error ratio (0–1) below which clients count as recovered. */
  readonly errorLimit: number
  /** Error ratio (0–1) above which a drill is aborted after its last write. */
  readonly abortLimit: number
  readonly probe: { readonly rate: number; readonly shareRate: number }
  readonly targets: { readonly single: Milliseconds; readonly dual: Milliseconds }
  readonly deadlines: {
    /** One read of one center. */
    readonly read: Milliseconds
    /** One write to one center, its reading back included. */
    readonly write: Milliseconds
    /** From the last write until clients must have recovered, or a gate must have opened. */
    readonly prove: Milliseconds
    /** Until a drill's fault must bite, and until a restored workload must be ready. */
    readonly fault: Milliseconds
  }
}

export function centerOf(topology: Topology, name: CenterName): Center {
  const center = topology.centers.find((one) => one.name === name)
  if (center === undefined) throw new Error(`center ${name} is not declared`)
  return center
}

/** Center names in the topology's order, each once: the one spelling of a set of centers. */
export function inOrder(topology: Topology, names: Iterable<CenterName>): readonly CenterName[] {
  const wanted = new Set(names)
  return topology.centers.map(({ name }) => name).filter((name) => wanted.has(name))
}
