import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LOAD_PREFIX, openBackgroundLoad } from './background-load.ts'
import type { PodPorts } from './apiserver/port-forward.ts'
import { type RunningCenter, closeCenter, openCenter, openEntry } from './center.ts'
import { openControl } from './control.ts'
import { type EmbeddedLab, kubeconfigOf } from './embedded.ts'
import { embeddedEngine } from './engines/embedded.ts'
import { type EngineCluster, type EngineName, type LabEngine, inOrder } from './engines/engine.ts'
import { keepLeases } from './engines/node-leases.ts'
import { type Fault, type Faults, openFaults } from './faults.ts'
import { nacosHost } from './gateway/destinations.ts'
import type { LabGateway } from './gateway/gateway.ts'
import { type HttpRoute } from './gateway/http-route.ts'
import { type LabEndpoints, type LabFile, claimLab, findLab, removeLabFiles, writeLabFile } from './lab-file.ts'
import { openLedger } from './ledger.ts'
import { alertRulesYaml } from './metrics/alert-rules.ts'
import { type CenterMetrics, openCenterMetrics } from './metrics/center-metrics.ts'
import type { LabNacos } from './nacos/nacos.ts'
import type { NodeAgent } from './node-agent.ts'
import { createAuthority } from './pki.ts'
import { CENTERS, CONTEXT_PREFIX } from './world/centers.ts'
import { type Furnishing, type LabMarker, clusterObjects, nodeNames } from './world/cluster-objects.ts'
import { GATEWAY, installedPods } from './world/installation.ts'
import { labTopologyYaml } from './world/topology-yaml.ts'

export interface LabOptions {
  /** Where topology, kubeconfig, `lab.json` and the runs' state are written; 0700. */
  readonly dir: string
  /** What gives it its API servers; default: those of this process. */
  readonly engine?: LabEngine
  /** Background requests per second; default 60. */
  readonly load?: number
  /** From a Pod's creation until its process runs, ms, evenly between the two; default 100 to 300. */
  readonly startDelay?: readonly [number, number]
  /** False: no Higress and no Nacos are installed, for a chart that brings its own. Their ports are there all the same. Default true. */
  readonly installed?: boolean
  readonly metrics?: LabMetrics
  /** Replaces keys of the topology's `policy`, in the form of the file: `{hold: '1s', holdRequests: 20}`. */
  readonly policy?: Readonly<Record<string, unknown>>
}

export interface LabMetrics {
  /** ms between scrapes of a gateway, and between evaluations of alert rules; default 1000. */
  readonly interval?: number
  /** A rule file in place of the document's alerts on the names of Envoy. */
  readonly rules?: string
  /** The program `prometheus`, run for each center in place of the stand-in in this process. */
  readonly program?: string
}

export interface Lab {
  readonly runId: string
  readonly controlUrl: string
  readonly topologyPath: string
  readonly kubeconfigPath: string
  readonly stateDir: string
  readonly centers: Readonly<Record<string, LabEndpoints>>
  readonly engine: EngineName
  /** The API servers themselves, before their proxies. */
  readonly clusters: readonly EngineCluster[]
  /** The API servers in this process, with their hooks; throws where they are another engine's. */
  readonly embedded: EmbeddedLab
  /** Answers once it is in force; throws where it cannot be understood. `target` absent: all ports. */
  fault(center: string, fault: Omit<Fault, 'target'> & { readonly target?: string }): Promise<void>
  /** One center, or every one. */
  heal(center?: string): Promise<void>
  /** A center's registry, to change its manner. */
  registry(center: string): LabNacos
  /** Request id → times recorded by backends. */
  ledger(prefix: string): ReadonlyMap<string, number>
  load(rate: number): Promise<void>
  status(): LabStatus
  /** Ends when somebody asked for `down` over the control URL. */
  readonly asked: Promise<void>
  close(): Promise<void>
}

export interface LabStatus {
  readonly runId: string
  /** Every figure of a lab is one of "lab, <engine> API". */
  readonly engine: EngineName
  readonly pid: number
  readonly startedAt: string
  /** ms between scrapes of each center's Prometheus. */
  readonly scrapeInterval: number
  readonly load: { readonly rate: number; readonly sent: number; readonly failed: number }
  readonly centers: Readonly<
    Record<string, LabEndpoints & { readonly services: string; readonly ready: number; readonly fault: Fault | null }>
  >
}

const READY = 180_000 // ms until everything must stand: a busy machine with real control planes takes its time

/** Starts three centers with gateways, node agents and backends in this process, listening on loopback only; ready to use when it resolves. Throws where `dir` holds a running lab. */
export async function startLab({
  dir,
  engine = embeddedEngine(),
  load: rate = 60,
  startDelay = [100, 300],
  installed = true,
  metrics: { interval = 1000, rules = alertRulesYaml(), program } = {},
  policy = {},
}: LabOptions): Promise<Lab> {
  const runId = `lab-${randomBytes(4).toString('hex')}`
  const startedAt = new Date().toISOString()
  const stateDir = join(dir, 'state')
  const topologyPath = join(dir, 'tricenter.yaml')
  const kubeconfigPath = join(dir, 'kubeconfig')
  const file: LabFile = {
    pid: process.pid,
    startedAt,
    runId,
    engine: engine.name,
    topology: topologyPath,
    kubeconfig: kubeconfigPath,
    stateDir,
    centers: {},
  }
  await claim(dir, file)

  const closers: (() => unknown)[] = [() => removeLabFiles(dir)]
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    closers.push(() => engine.down())
    const clusters = await engine.up(
      CENTERS.map(({ name }) => name),
      dir,
    )
    const ledger = openLedger(LOAD_PREFIX)
    const running = await Promise.all(
      CENTERS.map((center) => {
        const access = clusters.find(({ name }) => name === center.name)
        if (access === undefined) throw new Error(`no API server for ${center.name}`)
        return openCenter(center, access, { ledger, startDelay, scheduler: engine.scheduler })
      }),
    )
    closers.push(() => Promise.all(running.map(closeCenter)))
    const registry = new Map(running.map(({ center, services }) => [nacosHost(center.app), services]))
    const instances = (host: string): number => running.find(({ center }) => nacosHost(center.app) === host)?.agent.ready() ?? 0
    const entries = new Map(
      await Promise.all(running.map(async (one) => [one.center.name, await openEntry(one, registry, instances)] as const)),
    )
    closers.push(() => Promise.all([...entries.values()].map(({ gateway }) => gateway.close())))
    for (const { center, agent } of running) {
      const server = engine.embedded?.cluster(center.name).server
      if (server !== undefined) server.ports = podPorts(agent, entries.get(center.name)!.gateway)
    }
    const load = openBackgroundLoad(
      CENTERS.filter(({ entryShare }) => entryShare > 0).map(({ name }) => ({ gateway: name, url: entries.get(name)!.url })),
    )
    closers.push(() => load.close())
    // Cut first, so that nothing that closes later waits for an answer.
    closers.push(() => Promise.all([...entries.values()].flatMap(({ proxy, stats }) => [proxy.close(), stats.close()])))

    const rulesFile = join(dir, 'rules.yaml')
    writeFileSync(rulesFile, rules, { mode: 0o600 })
    const metrics = new Map<string, CenterMetrics>()
    closers.push(() => Promise.all([...metrics.values()].flatMap(({ prometheus, proxy }) => [proxy.close(), prometheus.close()])))
    const opened = running.map(async ({ center }) =>
      metrics.set(center.name, await openCenterMetrics(center, entries.get(center.name)!.statsUrl, { dir, interval, rulesFile, program })),
    )
    inOrder(await Promise.allSettled(opened))

    const proxies = new Map(
      running.map(({ center: { name }, proxies }) => {
        const { proxy: gateway, stats } = entries.get(name)!
        return [name, { ...proxies, gateway, stats, metrics: metrics.get(name)!.proxy }]
      }),
    )
    const faults = openFaults(proxies)
    closers.push(() => faults.close())
    const centers = Object.fromEntries(
      running.map(({ center: { name }, access, registryUrl }) => [
        name,
        {
          context: CONTEXT_PREFIX + name,
          apiServer: access.url,
          gateway: entries.get(name)!.url,
          secureGateway: entries.get(name)!.secureUrl,
          metrics: metrics.get(name)!.url,
          registryUrl,
        },
      ]),
    )
    const status = (): LabStatus => ({
      runId,
      engine: engine.name,
      pid: process.pid,
      startedAt,
      load: load.figures(),
      scrapeInterval: interval,
      centers: Object.fromEntries(
        running.map(({ center: { name }, agent, services }) => [
          name,
          { ...centers[name]!, services, ready: agent.ready(), fault: faults.of(name) },
        ]),
      ),
    })
    const asked = Promise.withResolvers<void>()
    const control = await openControl({
      centers: CENTERS.map(({ name }) => name),
      faults,
      ledger,
      load,
      status,
      down: () => asked.resolve(),
    })
    closers.push(() => control.close())

    const marker: LabMarker = { controlUrl: control.url, engine: engine.name, runId }
    if (engine.clear !== undefined) {
      await engine.clear() // what a lab that was killed has left
      closers.push(async () => {
        await Promise.all(CENTERS.map(({ name }) => faults.set(name, null)))
        await engine.clear?.()
      })
    }
    if (engine.scheduler !== undefined) {
      const stops = running.map(({ center, client }) => keepLeases(client, nodeNames(center)))
      closers.push(() => stops.forEach((stop) => stop()))
    }
    const authority = createAuthority('tricenter lab gateways', Date.now())
    await Promise.all(
      running.map((one) => {
        const tls = installed ? { tls: authority.issueServer(['*.example.com', '*.ai.example.com']) } : {}
        return fill(one, marker, { scheduler: engine.scheduler, ...tls })
      }),
    )
    for (const { center, nacos } of running)
      nacos.follow(new Map(running.flatMap((one) => (one.center === center ? [] : [[one.center.name, one.registryUrl]]))))
    const identities = await Promise.all(running.map(async (one) => [one.center.name, await identity(one)] as const))
    await Promise.all(running.map((one) => stands(one, installed)))
    await Promise.all(running.map(({ nacos }) => nacos.copy()))

    const pinned = Object.fromEntries(
      identities.map(([name, cluster]) => [
        name,
        {
          gateway: centers[name]!.gateway,
          metricsUrl: centers[name]!.metrics,
          scrapeInterval: interval,
          registryUrl: centers[name]!.registryUrl,
          cluster,
        },
      ]),
    )
    writeFileSync(topologyPath, labTopologyYaml({ engine: engine.name, centers: pinned, policy }), { mode: 0o600 })
    writeFileSync(
      kubeconfigPath,
      kubeconfigOf(running.map(({ center: { name }, access }) => ({ ...access, name: CONTEXT_PREFIX + name }))),
      { mode: 0o600 },
    )
    await load.set(rate)
    for (const { prometheus } of metrics.values()) prometheus.start()
    writeLabFile(dir, { ...file, controlUrl: control.url, centers, scrapeInterval: interval })

    return {
      runId,
      controlUrl: control.url,
      topologyPath,
      kubeconfigPath,
      stateDir,
      centers,
      engine: engine.name,
      clusters,
      get embedded() {
        if (engine.embedded === undefined) throw new Error(`the API servers of this lab are those of the engine ${engine.name}`)
        return engine.embedded
      },
      status,
      fault: (center, fault) => told(faults, center, { target: 'all', ...fault }),
      heal: async (center) =>
        void (await Promise.all((center === undefined ? CENTERS.map(({ name }) => name) : [center]).map((one) => told(faults, one, null)))),
      registry(center) {
        const found = running.find((one) => one.center.name === center)
        if (found === undefined) throw new Error(`center ${center} is not one of ${CENTERS.map(({ name }) => name).join(', ')}`)
        return found.nacos
      },
      ledger: (prefix) => ledger.counts(prefix),
      load: (wanted) => load.set(wanted),
      asked: asked.promise,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function claim(dir: string, file: LabFile): Promise<void> {
  const found = await findLab(dir)
  if (found.state === 'stale') removeLabFiles(dir)
  if ((found.state !== 'none' && found.state !== 'stale') || !claimLab(dir, file)) {
    throw new Error(`a lab runs in ${dir} already${found.state === 'none' ? '' : ` (process ${found.file.pid})`}`)
  }
}

async function told(faults: Faults, center: string, fault: Fault | null): Promise<void> {
  const wrong = await faults.set(center, fault)
  if (wrong !== undefined) throw new Error(wrong)
}

/** Every gateway Pod of a center is its one gateway; any other Pod listens where its instance does, whatever the port is called there. */
function podPorts(agent: NodeAgent, { port, securePort, statsPort }: LabGateway): PodPorts {
  const gateway: Readonly<Record<number, number>> = { 80: port, 443: securePort, 15000: statsPort, 15020: statsPort, 15090: statsPort }
  return (namespace, name, wanted) => {
    const process = agent.process(namespace, name)
    return process?.app === GATEWAY ? gateway[wanted] : process?.port
  }
}

/** Creates the world's objects of one center. */
async function fill({ center, client }: RunningCenter, marker: LabMarker, furnishing: Furnishing): Promise<void> {
  for (const group of clusterObjects(center, marker, furnishing)) {
    await Promise.all(
      group.map(async ({ path, object }) => {
        const { status, body } = await client.send('POST', path, object)
        if (status === 409 && object.kind === 'ConfigMap') {
          await client.mergePatch(`${path}/${object.metadata.name}`, object) // the marker that a user's cluster carries already
          return
        }
        if (status !== 201) throw new Error(`${center.name}: POST ${path} ${object.metadata.name}: HTTP ${status} ${JSON.stringify(body)}`)
        if (object.status !== undefined) await client.mergePatch(`${path}/${object.metadata.name}/status`, { status: object.status })
        if (object.kind === 'Node')
          await client.mergePatch(`${path}/${object.metadata.name}`, { spec: { taints: taints(furnishing.scheduler) } })
      }),
    )
  }
}

/** A new Node is tainted until a controller of nodes has seen it ready: none watches the lab's. Where a cluster has Pods of others, they stay away. */
const taints = (scheduler: string | undefined): unknown =>
  scheduler === undefined ? null : [{ key: 'tricenter.io/lab', value: 'true', effect: 'NoSchedule' }]

async function identity({ client }: RunningCenter): Promise<string> {
  const { body } = await client.send('GET', '/api/v1/namespaces/kube-system')
  return (body as { metadata: { uid: string } }).metadata.uid
}

/** Waits until all its Pods are ready and its gateway has reported on every route. */
async function stands({ center, client, agent }: RunningCenter, installed: boolean): Promise<void> {
  const limit = performance.now() + READY
  const pods = center.replicas + (installed ? installedPods(center) : 0)
  for (;;) {
    const ready = agent.ready() === center.replicas && agent.pods() >= pods
    const { body } = ready ? await client.send('GET', '/apis/gateway.networking.k8s.io/v1/httproutes') : { body: undefined }
    const routes = (body as { items: HttpRoute[] } | undefined)?.items
    if (routes?.every(({ status }) => (status?.parents ?? []).length > 0)) return
    if (performance.now() > limit)
      throw new Error(`${center.name} did not get ready: ${agent.pods()} of ${pods} Pods, ${routes?.length ?? 0} routes`)
    await sleep(10)
  }
}
