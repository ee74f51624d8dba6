import type { Registry } from './gateway/destinations.ts'
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts'
import type { Port } from './faults.ts'
import { type LabGateway, startGateway } from './gateway/gateway.ts'
import { type ApiAccess, type KubeClient, openKubeClient } from './kube-client.ts'
import type { Ledger } from './ledger.ts'
import { LOOPBACK } from './listen.ts'
import { type LabNacos, startNacos } from './nacos/nacos.ts'
import type { Registration } from './nacos/registration.ts'
import { type NodeAgent, startNodeAgent } from './node-agent.ts'
import type { LabCenter } from './world/centers.ts'
import { nodeNames } from './world/cluster-objects.ts'

/** One center at work: its API server behind a proxy, its node agent with the backends behind another, and its gateway behind a third. */
export interface RunningCenter {
  readonly center: LabCenter
  readonly client: KubeClient
  /** As clients outside reach its API server: through the proxy. */
  readonly access: ApiAccess
  readonly agent: NodeAgent
  readonly nacos: LabNacos
  readonly proxies: Readonly<Record<Exclude<Port, 'gateway' | 'stats' | 'metrics'>, FaultProxy>>
  /** Base URL of its backends, behind the proxy. */
  readonly services: string
  /** Base URL of its registry, behind the proxy. */
  readonly registryUrl: string
}

export interface CenterOptions {
  readonly ledger: Ledger
  readonly startDelay: readonly [number, number]
  /** As in `LabEngine`. */
  readonly scheduler?: string | undefined
}

/** `access` leads to the API server itself. */
export async function openCenter(
  center: LabCenter,
  access: ApiAccess,
  { ledger, startDelay, scheduler }: CenterOptions,
): Promise<RunningCenter> {
  const { hostname, port } = new URL(access.url)
  const api = await openFaultProxy(() => ({ host: hostname, port: Number(port || 443) }))
  const proxied = { ...access, url: `https://${LOOPBACK}:${api.port}` }
  const client = openKubeClient(proxied)
  let services: FaultProxy | undefined
  const agent = startNodeAgent({
    client,
    ledger,
    startDelay,
    center: center.name,
    app: center.app,
    network: center.network,
    nodes: nodeNames(center),
    ...(scheduler === undefined ? {} : { scheduler }),
    changed: () => void services?.refresh(),
  })
  services = await openFaultProxy(() => agent.next())
  const nacos = await startNacos({ own: () => agent.instances().map(({ ip }) => registrationOf(center, ip)) })
  const registry = await openFaultProxy(() => nacos.port)
  return {
    center,
    client,
    access: proxied,
    agent,
    nacos,
    proxies: { api, services, nacos: registry },
    services: `http://${LOOPBACK}:${services.port}`,
    registryUrl: `http://${LOOPBACK}:${registry.port}`,
  }
}

/** As the document's services register (§2.3). */
function registrationOf({ app, region, name: zone, datacenter, entryShare }: LabCenter, ip: string): Registration {
  const metadata = { region, zone, datacenter, version: '1.0.0', weight: String(entryShare) }
  return { service: app, ip, port: 8080, weight: 1, healthy: true, enabled: true, ephemeral: true, metadata }
}

export async function closeCenter({ client, agent, nacos, proxies }: RunningCenter): Promise<void> {
  const { api, services, nacos: registry } = proxies
  await Promise.all([api.close(), services.close(), registry.close(), client.close(), agent.close(), nacos.close()])
}

/** A gateway and its counters, each behind a proxy. */
export interface Entry {
  readonly gateway: LabGateway
  readonly proxy: FaultProxy
  readonly stats: FaultProxy
  readonly url: string
  /** Of its HTTPS listeners. */
  readonly secureUrl: string
  readonly statsUrl: string
}

/** The gateway comes last: it needs to know where the backends of every center are. */
export async function openEntry(
  { client, services }: RunningCenter,
  registry: Registry,
  instances: (host: string) => number,
): Promise<Entry> {
  const gateway = await startGateway({ client, registry, local: services, instances })
  const ports = [() => gateway.port, () => gateway.securePort, () => gateway.statsPort]
  const [plain, secure, stats] = (await Promise.all(ports.map(openFaultProxy))) as [FaultProxy, FaultProxy, FaultProxy]
  return {
    gateway,
    proxy: together(plain, secure),
    stats,
    url: `http://${LOOPBACK}:${plain.port}`,
    secureUrl: `https://${LOOPBACK}:${secure.port}`,
    statsUrl: `http://${LOOPBACK}:${stats.port}`,
  }
}

/** Two ports of one thing: what befalls the one befalls the other. */
function together(one: FaultProxy, other: FaultProxy): FaultProxy {
  const both = async (act: (proxy: FaultProxy) => Promise<void>): Promise<void> => void (await Promise.all([one, other].map(act)))
  return {
    port: one.port,
    set: (fault) => both((proxy) => proxy.set(fault)),
    refresh: () => both((proxy) => proxy.refresh()),
    close: () => both((proxy) => proxy.close()),
  }
}
