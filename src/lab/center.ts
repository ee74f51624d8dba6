import type { Registry } from './gateway/destinations.ts'
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts'
import type { Port } from './faults.ts'
import { type LabGateway, startGateway } from './gateway/gateway.ts'
import { type ApiAccess, type KubeClient, openKubeClient } from './kube-client.ts'
import type { Ledger } from './ledger.ts'
import { LOOPBACK } from './listen.ts'
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
  readonly proxies: Readonly<Record<Exclude<Port, 'gateway'>, FaultProxy>>
  /** Base URL of its backends, behind the proxy. */
  readonly services: string
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
  return { center, client, access: proxied, agent, proxies: { api, services }, services: `http://${LOOPBACK}:${services.port}` }
}

export async function closeCenter({ client, agent, proxies }: RunningCenter): Promise<void> {
  await Promise.all([proxies.api.close(), proxies.services.close(), client.close(), agent.close()])
}

/** The gateway comes last: it needs to know where the backends of every center are. */
export async function openEntry(
  { client, services }: RunningCenter,
  registry: Registry,
): Promise<{ readonly gateway: LabGateway; readonly proxy: FaultProxy; readonly url: string }> {
  const gateway = await startGateway({ client, registry, local: services })
  const proxy = await openFaultProxy(() => gateway.port)
  return { gateway, proxy, url: `http://${LOOPBACK}:${proxy.port}` }
}
