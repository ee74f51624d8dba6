import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { kubeconfigOf, startEmbedded, type EmbeddedCluster } from '../../src/lab/embedded.ts'
import type { Tree } from '../../src/lab/apiserver/json.ts'
import { nacosHost } from '../../src/lab/gateway/destinations.ts'
import { CENTERS, CONTEXT_PREFIX, type LabCenter } from '../../src/lab/world/centers.ts'
import { labTopologyYaml } from '../../src/lab/world/topology-yaml.ts'
import { openDelayLink, type DelayLink } from './delay-link.ts'

/** What one center's API server saw since the last `reset`. Times are of `performance.now()`. */
export interface Seen {
  readonly center: string
  /** Up to the answer of its last PATCH: what comes later watches over what was written. */
  readonly requests: readonly string[]
  readonly connections: number
  /** When the answer to its last PATCH left. */
  readonly lastPatch: number
  readonly patches: number
  /** Most requests that it had in hand at one time. */
  readonly inFlight: number
}

/** Three clusters with `routes` HTTPRoutes each, which a gateway per center obeys: as little as a switch needs, so that its own time is what is seen. */
export interface TinyWorld {
  /** For the program and for kubectl. */
  readonly env: Readonly<Record<string, string>>
  readonly contexts: readonly string[]
  readonly gateways: readonly string[]
  /** Puts every object back to where it began, and forgets what was seen. */
  reset(): void
  seen(): readonly Seen[]
  close(): Promise<void>
}

export interface TinyWorldOptions {
  readonly routes: number
  /** Round trip to API servers and gateways, ms. */
  readonly rtt: number
  /** What an API server needs for a PATCH, ms. */
  readonly patchTime?: number
  /** What an API server needs for a read, ms. */
  readonly readTime?: number
}

const ROUTES = 'httproutes.gateway.networking.k8s.io'
const NAMESPACE = 'ai-system'
const writer = { manager: 'bench' }
/** The shortest hold that a topology may have. */
const POLICY = { hold: '1s', holdRequests: 5, probe: { rate: 20, shareRate: 1 }, deadlines: { read: '20s', write: '20s' } }

export async function openTinyWorld({ routes, rtt, patchTime = 0, readTime = 0 }: TinyWorldOptions): Promise<TinyWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'tricenter-bench-'))
  const api = await startEmbedded(
    CENTERS.map(({ name }) => name),
    { controllers: false },
  )
  const parts = await Promise.all(CENTERS.map((center) => openPart(center, api.cluster(center.name), rtt, { patchTime, readTime })))
  const centers = Object.fromEntries(parts.map(({ center, gatewayUrl, uid }) => [center.name, { gateway: gatewayUrl, cluster: uid }]))
  const topology = join(directory, 'tricenter.yaml')
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(topology, labTopologyYaml({ centers, policy: POLICY }))
  const entries = parts.map(({ center, cluster, link }) => ({
    ...cluster,
    name: CONTEXT_PREFIX + center.name,
    url: `https://127.0.0.1:${link.port}`,
  }))
  writeFileSync(kubeconfig, kubeconfigOf(entries), { mode: 0o600 })
  const reset = (): void => {
    for (const part of parts) part.reset(routes)
  }
  reset()
  return {
    env: { KUBECONFIG: kubeconfig, TRICENTER_TOPOLOGY: topology, TRICENTER_STATE_DIR: join(directory, 'state'), HOME: directory },
    contexts: entries.map(({ name }) => name),
    gateways: parts.map(({ gatewayUrl }) => gatewayUrl),
    reset,
    seen: () => parts.map((part) => part.seen()),
    async close() {
      await Promise.all(parts.map((part) => part.close()))
      await api.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function openPart(
  center: LabCenter,
  cluster: EmbeddedCluster,
  rtt: number,
  { patchTime, readTime }: Required<Pick<TinyWorldOptions, 'patchTime' | 'readTime'>>,
) {
  const { server } = cluster
  const { objects } = server
  const space = objects.create(objects.target('namespaces.'), { metadata: { name: NAMESPACE } }, writer)
  if (space === undefined) throw new Error('no namespace')
  const uid = objects.get(objects.target('namespaces.'), 'kube-system').metadata.uid
  const deployments = objects.target('deployments.apps', NAMESPACE)
  objects.create(deployments, deployment(center), writer)
  objects.update(deployments, center.app, { ...writer, subresource: 'status' }, (now) => ({
    ...now,
    status: { replicas: center.replicas, readyReplicas: center.replicas, observedGeneration: 1 },
  }))
  const target = objects.target(ROUTES, NAMESPACE)
  const link = await openDelayLink(cluster.port, () => rtt)
  const gateway = openGateway(() => objects.find(target, 'route-0')?.['spec'].rules[0].backendRefs ?? [])
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  const gatewayLink = await openDelayLink((gateway.address() as AddressInfo).port, () => rtt)

  let requests: string[] = []
  let untilPatch = 0
  let lastPatch = 0
  let patches = 0
  let inHand = 0
  let inFlight = 0
  server.observe = ({ method, path }) => {
    requests.push(`${method} ${path}`)
    inHand += 1
    inFlight = Math.max(inFlight, inHand)
  }
  server.after = async ({ method }, status) => {
    const time = method === 'PATCH' ? patchTime : readTime
    if (time > 0) await sleep(time)
    inHand -= 1
    if (method !== 'PATCH') return
    if (status !== 200) throw new Error(`${center.name}: a PATCH was answered ${status}`)
    patches += 1
    untilPatch = requests.length
    lastPatch = performance.now()
  }
  return {
    center,
    cluster,
    link,
    uid,
    gatewayUrl: `http://127.0.0.1:${gatewayLink.port}`,
    reset(routes: number) {
      for (let i = 0; i < routes; i++) putRoute(objects, target, `route-${i}`)
      requests = []
      ;[lastPatch, patches, inFlight, untilPatch] = [0, 0, 0, 0]
      link.reset()
    },
    seen: (): Seen => ({
      center: center.name,
      requests: requests.slice(0, untilPatch),
      connections: link.opened(),
      lastPatch,
      patches,
      inFlight,
    }),
    close: async () => {
      gateway.closeAllConnections()
      await Promise.all([link.close(), gatewayLink.close(), new Promise((resolve) => gateway.close(resolve))])
    },
  } satisfies { link: DelayLink; [key: string]: unknown }
}

/** Answers in turn as the backends that have weight, and names the center. */
function openGateway(refs: () => readonly { readonly name: string; readonly weight?: number }[]): Server {
  const zones = new Map(CENTERS.map(({ app, name }) => [nacosHost(app), name]))
  let turn = 0
  return createServer((_request, response) => {
    const serving = refs().filter(({ weight = 1 }) => weight > 0)
    const one = serving[turn++ % Math.max(1, serving.length)]
    response.writeHead(one === undefined ? 500 : 200, { 'x-center': zones.get(one?.name ?? '') ?? '' })
    response.end('ok')
  })
}

function putRoute(objects: EmbeddedCluster['server']['objects'], target: ReturnType<typeof objects.target>, name: string): void {
  objects.remove(target, name)
  const { metadata } = objects.create(target, route(name), writer)
  const condition = (type: string): Tree => ({
    type,
    status: 'True',
    reason: type,
    message: '',
    observedGeneration: metadata.generation,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  })
  objects.update(target, name, { ...writer, subresource: 'status' }, (now) => ({
    ...now,
    status: {
      parents: [
        {
          parentRef: now['spec'].parentRefs[0],
          controllerName: 'higress.io/gateway-controller',
          conditions: [condition('Accepted'), condition('ResolvedRefs')],
        },
      ],
    },
  }))
}

function route(name: string): Tree {
  const refs = CENTERS.slice(0, 2).map(({ app }) => ({ group: 'networking.higress.io', name: nacosHost(app), port: 8080, weight: 50 }))
  return {
    metadata: { name },
    spec: {
      parentRefs: [{ name: 'higress-gateway', namespace: 'higress-system' }],
      hostnames: ['ai.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: name === 'route-0' ? '/api' : `/${name}` } }], backendRefs: refs }],
    },
  }
}

function deployment({ app, replicas }: LabCenter): Tree {
  const template = { metadata: { labels: { app } }, spec: { containers: [{ name: 'ai-service', image: 'lab/ai-service' }] } }
  return { metadata: { name: app }, spec: { replicas, selector: { matchLabels: { app } }, template } }
}
