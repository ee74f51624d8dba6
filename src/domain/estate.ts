import type { CenterName, Milliseconds, ServiceName, Topology } from './topology.ts'

/** What stands around the routes in each center: the gateways' own objects, the witnesses (Prometheus, Nacos), and what `verify` holds them against. All of it is declared; nothing is guessed. */

/** The objects of the gateway installation, the same in every center. The defaults are those of the Higress chart. */
export interface GatewayInstallation {
  readonly namespace: string
  /** Deployment and Service of the data plane. */
  readonly deployment: string
  readonly service: string
  /** Deployment of the control plane. */
  readonly controller: string
  /** `controllerName` of the GatewayClass and in `status.parents`. */
  readonly controllerName: string
  /** Envoy's admin port on the Pods. */
  readonly adminPort: number
}

/** Prometheus as a witness. */
export interface MetricsSource {
  /** `envoy`, `documented`, or the path of a profile of the site's own (absolute once the file's directory is known). */
  readonly profile: string
  readonly scrapeInterval: Milliseconds
  /** Of `rate` and `increase`; at least 4 scrape intervals. */
  readonly window: Milliseconds
  /** An answer whose newest sample is older than this is stale. */
  readonly maxAge: Milliseconds
  /** Base URL by center; several centers may share one. */
  readonly centers: Readonly<Record<CenterName, MetricsEndpoint>>
  /** Alert rules that must be loaded as declared: path of a Prometheus rule file. */
  readonly rules?: string
}

export interface MetricsEndpoint {
  readonly url: string
  /** Label matchers that select this center where a Prometheus holds several, e.g. `{cluster: 'zone-a'}`. */
  readonly labels: Readonly<Record<string, string>>
  /** File with a bearer token. Its content never leaves the adapter. */
  readonly tokenFile?: string
}

/** Nacos. */
export interface RegistrySource {
  /** `auto`: v3's client API first, v1's where it is not served. */
  readonly api: 'v1' | 'v3' | 'auto'
  readonly namespace: string
  readonly group: string
  readonly centers: Readonly<Record<CenterName, RegistryEndpoint>>
  /** Service of the topology → what it is called in the registry, per center. */
  readonly services: Readonly<Record<ServiceName, Readonly<Record<CenterName, string>>>>
  /** Instances that a center needs (§7.1). */
  readonly minInstances: number
  /** How long an instance may be missing in another center's registry. */
  readonly maxLag: Milliseconds
}

export interface RegistryEndpoint {
  readonly url: string
  /** Names of environment variables; their values are never recorded. */
  readonly usernameEnv?: string
  readonly passwordEnv?: string
}

/** Limits of §7.1 and of §8.4. Ratios are 0–1, shares per cent. */
export interface Thresholds {
  readonly minQps?: number
  readonly p99: Milliseconds
  readonly errorRatio: number
  /** Share of each active center in normal operation, per cent of its declared share ± these points. */
  readonly shareTolerance: number
  readonly crossCenter: number
  readonly healthyInstances: number
  /** Failovers per window. */
  readonly failovers: number
  /** TLS certificates must be valid for longer. */
  readonly certificateDays: number
  /** Clock of an API server against ours. */
  readonly clockOffset: Milliseconds
}

/** A request with this header value must land in one of these centers (§8.1). */
export interface HeaderRoute {
  readonly service: ServiceName
  readonly header: string
  readonly value: string
  readonly centers: readonly CenterName[]
}

export interface EntryName {
  readonly name: string
  /** Addresses that it may answer. Empty: any. */
  readonly addresses: readonly string[]
  /** The TTL that planning relies on. */
  readonly maxTtl: Milliseconds
}

/** A TCP port that must be open for another center; asked from where the tool runs, and said so. */
export interface DeclaredPort {
  readonly center: CenterName
  readonly host: string
  readonly port: number
  readonly purpose: string
}

/** `verify split`: how exact, how sure, how fast. */
export interface SplitPlan {
  /** Points, e.g. 5. */
  readonly tolerance: number
  /** 0–1, e.g. 0.99. */
  readonly confidence: number
  /** Requests per second over all gateways. */
  readonly rate: number
}

/** `verify load` (§8.4). */
export interface LoadTargets {
  readonly qps: number
  readonly p99Local: Milliseconds
  readonly p99Remote: Milliseconds
  readonly errorRatio: number
  readonly connections: number
}

export interface VerifyPlan {
  readonly thresholds: Thresholds
  readonly headers: readonly HeaderRoute[]
  readonly entries: readonly EntryName[]
  readonly ports: readonly DeclaredPort[]
  readonly split: SplitPlan
  readonly load: LoadTargets
}

/** What the chart `higress/higress` calls its objects: the names come from its values, not from the release. */
const HIGRESS: GatewayInstallation = {
  namespace: 'higress-system',
  deployment: 'higress-gateway',
  service: 'higress-gateway',
  controller: 'higress-controller',
  controllerName: 'higress.io/gateway-controller',
  adminPort: 15_000,
}

/** §7.1 and §7.4: P99 500 ms, errors 1 %, share 40–60 %, cross-center share 10 %, 3 healthy instances. §8.4: 10 000 requests/s per gateway instance, P99 100 and 200 ms, errors 0.1 %, 10 000 connections. */
const DOCUMENTED: VerifyPlan = {
  thresholds: {
    p99: 500,
    errorRatio: 0.01,
    shareTolerance: 10,
    crossCenter: 0.1,
    healthyInstances: 3,
    failovers: 0,
    certificateDays: 30,
    clockOffset: 2_000,
  },
  headers: [],
  entries: [],
  ports: [],
  split: { tolerance: 5, confidence: 0.99, rate: 100 },
  load: { qps: 10_000, p99Local: 100, p99Remote: 200, errorRatio: 0.001, connections: 10_000 },
}

export function installationOf({ installation }: Pick<Topology, 'installation'>): GatewayInstallation {
  return installation ?? HIGRESS
}

export function verifyPlanOf({ verify }: Pick<Topology, 'verify'>): VerifyPlan {
  return verify ?? DOCUMENTED
}
