import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { get } from 'node:https'
import { connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readTopology } from '../../src/documents/topology.ts'
import { readFileSync } from 'node:fs'
import type { HttpRoute } from '../../src/lab/gateway/http-route.ts'
import { type KubeClient, openKubeClient } from '../../src/lab/kube-client.ts'
import { type Lab, startLab } from '../../src/lab/lab.ts'
import { burst } from '../../src/load/burst.ts'
import type { Probe } from '../../src/domain/topology.ts'

const dir = mkdtempSync(join(tmpdir(), 'tricenter-lab-'))
let lab: Lab
let clients: Record<string, KubeClient>
let took: number

beforeAll(async () => {
  const began = performance.now()
  lab = await startLab({ dir, load: 0, startDelay: [10, 30], policy: { hold: '1s', probe: { rate: 50 } } })
  took = performance.now() - began
  clients = Object.fromEntries(
    lab.embedded.clusters.map((one) => [one.name, openKubeClient({ ...one, url: lab.centers[one.name]!.apiServer })]),
  )
})
afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client.close()))
  await lab.close()
  rmSync(dir, { recursive: true })
})

const ROUTES = '/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/ai-system/deployments'
const names = ['zone-a', 'zone-b', 'zone-c']

const probe: Probe = {
  host: 'ai.example.com',
  path: '/api/health',
  headers: {},
  expect: 200,
  timeout: 1000,
  center: { json: 'zone' },
  values: Object.fromEntries(names.map((name) => [name, name])),
}
let bursts = 0
/** What `count` requests through a gateway got, e.g. `{zone-a: 10}` or `{503: 4}` or `{timeout: 1}`. */
async function sent(gateway: string, count: number, more: Partial<Probe> = {}): Promise<Record<string, number>> {
  const target = { gateway, url: lab.centers[gateway]!.gateway, service: 'ai-service', probe: { ...probe, ...more } }
  const tally: Record<string, number> = {}
  for (const { center, status, error, ok } of await burst(target, count, `test-${bursts++}`, 2000)) {
    const key = ok ? (center ?? 'nobody') : String(status ?? error)
    tally[key] = (tally[key] ?? 0) + 1
  }
  return tally
}

async function route(center: string, name: string): Promise<HttpRoute> {
  return (await clients[center]!.send('GET', `${ROUTES}/${name}`)).body as HttpRoute
}
async function setWeights(center: string, name: string, weights: readonly (number | null)[]): Promise<void> {
  const { spec } = await route(center, name)
  const rules = spec!.rules!.map((rule, i) =>
    i === 0 ? { ...rule, backendRefs: rule.backendRefs!.map((ref, j) => ({ ...ref, weight: weights[j] })) } : rule,
  )
  expect((await clients[center]!.mergePatch(`${ROUTES}/${name}`, { spec: { rules } })).status).toBe(200)
}
async function scale(center: string, name: string, replicas: number): Promise<void> {
  expect((await clients[center]!.mergePatch(`${DEPLOYMENTS}/${name}`, { spec: { replicas } })).status).toBe(200)
}

test('stands within seconds, with all replicas ready and every route reported on', async () => {
  expect(took).toBeLessThan(5000)
  expect(Object.values(lab.status().centers).map(({ ready }) => ready)).toEqual([10, 10, 2])
  for (const center of names) {
    const { items } = (await clients[center]!.send('GET', ROUTES)).body as { items: HttpRoute[] }
    expect(items.map(({ metadata }) => metadata.name).sort()).toEqual([
      'ai-service-dual-active',
      'ai-service-dual-active-route',
      'cross-region-failover-route',
      'proximity-route-by-header',
    ])
    for (const { metadata, status } of items) {
      expect(status?.parents?.[0]).toMatchObject({
        controllerName: 'higress.io/gateway-controller',
        conditions: [
          { type: 'Accepted', status: 'True', observedGeneration: metadata.generation },
          { type: 'ResolvedRefs', status: 'True', observedGeneration: metadata.generation },
        ],
      })
    }
  }
})

test('five of its six rules name zone-a, in each of three clusters: 15 places', async () => {
  const places = await Promise.all(
    names.map(async (center) => {
      const { items } = (await clients[center]!.send('GET', ROUTES)).body as { items: HttpRoute[] }
      const rules = items.flatMap(({ spec }) => spec!.rules!)
      expect(rules.length).toBe(6)
      return rules.filter(({ backendRefs }) => backendRefs!.some(({ name }) => name === 'ai-service-zone-a.DEFAULT-GROUP.public.nacos'))
        .length
    }),
  )
  expect(places).toEqual([5, 5, 5])
})

test('its topology is read without a mistake and names its clusters and gateways', async () => {
  const read = readTopology(readFileSync(lab.topologyPath), 'tricenter.yaml')
  if (!('topology' in read)) throw new Error(JSON.stringify(read.mistakes))
  expect(read.topology.policy).toMatchObject({ hold: 1000, probe: { rate: 50 } })
  for (const { name, cluster, gateway, context } of read.topology.centers) {
    const { body } = await clients[name]!.send('GET', '/api/v1/namespaces/kube-system')
    expect({ cluster, gateway, context }).toEqual({ cluster: (body as HttpRoute).metadata.uid, ...pick(lab.centers[name]!) })
  }
  expect(Object.values(read.topology.services[0]!.backends).map(({ name }) => name)).toEqual([
    'ai-service-zone-a.DEFAULT-GROUP.public.nacos',
    'ai-service-zone-b.DEFAULT-GROUP.public.nacos',
    'ai-service-shanghai.DEFAULT-GROUP.public.nacos',
  ])
  expect(statSync(lab.kubeconfigPath).mode & 0o777).toBe(0o600)
})
const pick = ({ gateway, context }: { gateway: string; context: string }) => ({ gateway, context })

test('its Gateway is programmed at both listeners, and HTTPS shows the certificate of the Secret', async () => {
  const path = '/apis/gateway.networking.k8s.io/v1/namespaces/higress-system/gateways/higress-gateway'
  await vi.waitFor(async () => {
    const { body } = await clients['zone-a']!.send('GET', path)
    const { listeners } = (body as { status: { listeners: { name: string; attachedRoutes: number; conditions: { status: string }[] }[] } })
      .status
    expect(listeners.map(({ name, attachedRoutes }) => [name, attachedRoutes])).toEqual([
      ['http', 4],
      ['https', 4],
    ])
    expect(listeners.flatMap(({ conditions }) => conditions.map(({ status }) => status))).toEqual(Array(6).fill('True'))
  })
  const { port } = new URL(lab.centers['zone-a']!.secureGateway)
  const shown = await new Promise<{ readonly cert: X509Certificate; readonly status: number }>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/api/health', servername: 'ai.example.com', headers: { host: 'ai.example.com' } }
    const asked = get({ ...options, rejectUnauthorized: false, agent: false }, (answer) => {
      const cert = (answer.socket as TLSSocket).getPeerX509Certificate()!
      answer.resume().once('end', () => resolve({ cert, status: answer.statusCode ?? 0 }))
    })
    asked.once('error', reject)
  })
  expect(shown.status).toBe(200)
  const { body } = await clients['zone-a']!.send('GET', '/api/v1/namespaces/higress-system/secrets/ai-gateway-tls')
  const { data } = body as { data: Record<string, string> }
  expect(shown.cert.fingerprint256).toBe(new X509Certificate(Buffer.from(data['tls.crt']!, 'base64')).fingerprint256)
  expect(shown.cert.checkHost('ai.example.com')).toBe('*.example.com')
})

test('a gateway, its controller and a registry stand in higress-system, on nodes of their own', async () => {
  const { items } = (await clients['zone-a']!.send('GET', '/api/v1/namespaces/higress-system/pods')).body as {
    items: { metadata: { labels: Record<string, string> }; spec: { nodeName: string }; status: { podIP: string; phase: string } }[]
  }
  expect(items.every(({ status }) => status.phase === 'Running' && status.podIP.startsWith('10.11.'))).toBe(true)
  const nodes = (app: string) => items.filter(({ metadata }) => metadata.labels['app'] === app).map(({ spec }) => spec.nodeName)
  expect(nodes('higress-gateway').toSorted()).toEqual(['zone-a-node-1', 'zone-a-node-2', 'zone-a-node-3'])
  expect(nodes('nacos')).toHaveLength(3)
  expect(nodes('higress-controller')).toHaveLength(2)
  expect(lab.status().centers['zone-a']!.ready).toBe(10)
})

interface Registered {
  readonly hosts: readonly { readonly ip: string; readonly healthy: boolean; readonly metadata: Readonly<Record<string, string>> }[]
  readonly reachProtectionThreshold: boolean
}
async function registered(center: string, service: string): Promise<Registered> {
  const answer = await fetch(`${lab.centers[center]!.registryUrl}/nacos/v1/ns/instance/list?serviceName=${service}`)
  return (await answer.json()) as Registered
}

test('every registry knows the backends of every center, by copies that can be stopped', async () => {
  for (const center of names) {
    const { hosts } = await registered(center, 'ai-service-zone-b')
    expect(hosts).toHaveLength(10)
    expect(hosts[0]).toMatchObject({ healthy: true, metadata: { region: 'beijing', zone: 'zone-b', datacenter: 'standby' } })
  }
  lab.registry('zone-a').set({ copyEvery: null })
  await scale('zone-b', 'ai-service-zone-b', 4)
  await vi.waitFor(async () => expect((await registered('zone-b', 'ai-service-zone-b')).hosts).toHaveLength(4))
  expect((await registered('zone-a', 'ai-service-zone-b')).hosts).toHaveLength(10)
  lab.registry('zone-a').reset()
  await vi.waitFor(async () => expect((await registered('zone-a', 'ai-service-zone-b')).hosts).toHaveLength(4), { timeout: 4000 })
  await scale('zone-b', 'ai-service-zone-b', 10)
  await vi.waitFor(() => expect(lab.status().centers['zone-b']!.ready).toBe(10))
})

test('a registry whose instances are all sick is protected; one that is lost keeps what others copied', async () => {
  lab.registry('zone-a').set({ change: (one) => ({ ...one, healthy: false }) })
  const sick = await registered('zone-a', 'ai-service-zone-a')
  expect([sick.reachProtectionThreshold, sick.hosts.every(({ healthy }) => healthy)]).toEqual([true, true])
  lab.registry('zone-a').reset()
  await lab.fault('zone-a', { kind: 'refuse', target: 'nacos' })
  await expect(registered('zone-a', 'ai-service-zone-a')).rejects.toThrow()
  expect((await registered('zone-b', 'ai-service-zone-a')).hosts).toHaveLength(10)
  await lab.heal('zone-a')
})

test('a marker in every cluster leads to its control', async () => {
  for (const center of names) {
    const { body } = await clients[center]!.send('GET', '/api/v1/namespaces/kube-system/configmaps/tricenter-lab')
    expect((body as { data: unknown }).data).toEqual({ controlUrl: lab.controlUrl, engine: 'embedded', runId: lab.runId })
  }
})

test('100 requests at 50/50 are 50 and 50, through each gateway', async () => {
  for (const gateway of names) expect(await sent(gateway, 100)).toEqual({ 'zone-a': 50, 'zone-b': 50 })
})

test('every rule can be reached: by path, by header, by host', async () => {
  const both = { 'zone-a': 5, 'zone-b': 5 }
  expect(await sent('zone-a', 10, { path: '/v1/chat' })).toEqual(both)
  expect(await sent('zone-a', 10, { path: '/', headers: { 'X-Client-Region': 'beijing' } })).toEqual(both)
  expect(await sent('zone-b', 4, { path: '/', headers: { 'X-Client-Region': 'shanghai' } })).toEqual({ 'zone-c': 4 })
  expect(await sent('zone-c', 10, { path: '/other' })).toEqual(both)
  expect(await sent('zone-a', 10, { host: 'dr.ai.example.com', path: '/api' })).toEqual(both)
  expect(await sent('zone-a', 1, { host: 'ai.example.org' })).toEqual({ 404: 1 })
})

test('a gateway follows the weights of its own cluster, and reports on the generation it follows', async () => {
  await setWeights('zone-a', 'ai-service-dual-active', [0, 100])
  await vi.waitFor(async () => expect(await sent('zone-a', 4, { path: '/v1/chat' })).toEqual({ 'zone-b': 4 }))
  expect(await sent('zone-b', 4, { path: '/v1/chat' })).toEqual({ 'zone-a': 2, 'zone-b': 2 })
  await vi.waitFor(async () => {
    const { metadata, status } = await route('zone-a', 'ai-service-dual-active')
    expect(status?.parents?.[0]?.conditions[0]?.observedGeneration).toBe(metadata.generation)
  })
  await setWeights('zone-a', 'ai-service-dual-active', [null, null]) // absent counts as 1
  await vi.waitFor(async () => expect(await sent('zone-a', 4, { path: '/v1/chat' })).toEqual({ 'zone-a': 2, 'zone-b': 2 }))
})

test('all weights 0 give 500, and so does a backend that does not exist', async () => {
  await setWeights('zone-b', 'ai-service-dual-active', [0, 0])
  await vi.waitFor(async () => expect(await sent('zone-b', 4, { path: '/v1/chat' })).toEqual({ 500: 4 }))
  await setWeights('zone-b', 'ai-service-dual-active', [50, 50])
  const { spec } = await route('zone-b', 'ai-service-dual-active')
  const rules = spec!.rules!.map((rule) => ({
    ...rule,
    backendRefs: rule.backendRefs!.map((ref, i) => (i === 0 ? { ...ref, name: 'nobody.DEFAULT-GROUP.public.nacos' } : ref)),
  }))
  await clients['zone-b']!.mergePatch(`${ROUTES}/ai-service-dual-active`, { spec: { rules } })
  await vi.waitFor(async () => expect(await sent('zone-b', 4, { path: '/v1/chat' })).toEqual({ 500: 2, 'zone-b': 2 }))
  await clients['zone-b']!.mergePatch(`${ROUTES}/ai-service-dual-active`, { spec })
})

test('Services are backends too: 503 without a ready instance, 500 and ResolvedRefs=False where there is none', async () => {
  const own = (backend: string) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'own', namespace: 'ai-system' },
    spec: {
      parentRefs: [{ name: 'higress-gateway', namespace: 'higress-system' }],
      hostnames: ['own.example.com'],
      rules: [{ backendRefs: [{ name: backend, port: 8080 }] }],
    },
  })
  const client = clients['zone-c']!
  expect((await client.send('POST', ROUTES, own('ai-service'))).status).toBe(201)
  await vi.waitFor(async () => expect(await sent('zone-c', 2, { host: 'own.example.com' })).toEqual({ 'zone-c': 2 }))
  await client.send('POST', '/api/v1/namespaces/ai-system/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'idle', namespace: 'ai-system' },
    spec: { selector: { app: 'idle' }, ports: [{ port: 8080 }] },
  })
  await client.mergePatch(`${ROUTES}/own`, { spec: { rules: own('idle').spec.rules } })
  await vi.waitFor(async () => expect(await sent('zone-c', 2, { host: 'own.example.com' })).toEqual({ 503: 2 }))
  await client.mergePatch(`${ROUTES}/own`, { spec: { rules: own('nobody').spec.rules } })
  await vi.waitFor(async () => expect(await sent('zone-c', 2, { host: 'own.example.com' })).toEqual({ 500: 2 }))
  await vi.waitFor(async () =>
    expect((await route('zone-c', 'own')).status?.parents?.[0]?.conditions[1]).toMatchObject({
      type: 'ResolvedRefs',
      status: 'False',
      reason: 'BackendNotFound',
    }),
  )
  await client.send('DELETE', `${ROUTES}/own`)
  await vi.waitFor(async () => expect(await sent('zone-c', 1, { host: 'own.example.com' })).toEqual({ 404: 1 }))
})

test('scaled to 0 its share of the requests fails everywhere; scaled back it is ready and serves within 2 s', async () => {
  await scale('zone-a', 'ai-service-zone-a', 0)
  await vi.waitFor(async () => expect(await sent('zone-b', 10)).toEqual({ 503: 5, 'zone-b': 5 }))
  expect(lab.status().centers['zone-a']!.ready).toBe(0)
  const began = performance.now()
  await scale('zone-a', 'ai-service-zone-a', 10)
  await vi.waitFor(() => expect(lab.status().centers['zone-a']!.ready).toBe(10), { timeout: 5000, interval: 10 })
  expect(performance.now() - began).toBeLessThan(2000)
  await vi.waitFor(async () => {
    const { body } = await clients['zone-a']!.send('GET', `${DEPLOYMENTS}/ai-service-zone-a`)
    expect((body as HttpRoute).status).toMatchObject({ readyReplicas: 10, availableReplicas: 10 })
  })
  expect(await sent('zone-b', 10)).toEqual({ 'zone-a': 5, 'zone-b': 5 })
})

test('the ledger holds every acknowledged request, once', async () => {
  const target = { gateway: 'zone-a', url: lab.centers['zone-a']!.gateway, service: 'ai-service', probe }
  const results = await burst(target, 40, 'ledger-test', 2000)
  const counts = lab.ledger('ledger-test-')
  expect(results.every(({ ok }) => ok)).toBe(true)
  expect([...counts.keys()].sort()).toEqual(results.map(({ id }) => id).sort())
  expect([...counts.values()].every((times) => times === 1)).toBe(true)
  const answer = await fetch(`${lab.controlUrl}/ledger?prefix=ledger-test-1`)
  expect(await answer.json()).toEqual(
    Object.fromEntries(results.filter(({ id }) => id.startsWith('ledger-test-1')).map(({ id }) => [id, 1])),
  )
})

test('a lost center is silent at every port, for others too; healed, it answers at once', async () => {
  await lab.fault('zone-a', { kind: 'lost' })
  const asked = clients['zone-a']!.send('GET', '/version')
  expect(await sent('zone-a', 2, { timeout: 200 })).toEqual({ timeout: 2 })
  expect(await sent('zone-b', 4, { timeout: 200 })).toEqual({ timeout: 2, 'zone-b': 2 })
  expect(await Promise.race([asked, Promise.resolve('silent')])).toBe('silent')
  await lab.heal('zone-a')
  expect((await asked).status).toBe(200)
  expect(await sent('zone-b', 4)).toEqual({ 'zone-a': 2, 'zone-b': 2 })
  expect(await sent('zone-a', 4)).toEqual({ 'zone-a': 2, 'zone-b': 2 })
})

test('a gateway without its API server goes on with the routes that it knows, and catches up afterwards', async () => {
  await lab.fault('zone-c', { kind: 'refuse', target: 'api' })
  await expect(clients['zone-c']!.send('GET', '/version')).rejects.toThrow()
  expect(await sent('zone-c', 4)).toEqual({ 'zone-a': 2, 'zone-b': 2 })
  await lab.heal()
  await setWeights('zone-c', 'ai-service-dual-active-route', [100, 0])
  await vi.waitFor(async () => expect(await sent('zone-c', 4)).toEqual({ 'zone-a': 4 }))
  await setWeights('zone-c', 'ai-service-dual-active-route', [50, 50])
})

test('watches that are reset in the middle are read anew', async () => {
  await lab.fault('zone-c', { kind: 'reset', target: 'api' })
  const direct = openKubeClient(lab.embedded.cluster('zone-c'))
  const { spec } = (await direct.send('GET', `${ROUTES}/ai-service-dual-active-route`)).body as HttpRoute
  const rules = spec!.rules!.map((rule) => ({ ...rule, backendRefs: rule.backendRefs!.map((ref, i) => ({ ...ref, weight: i })) }))
  await direct.mergePatch(`${ROUTES}/ai-service-dual-active-route`, { spec: { rules } })
  await expect(clients['zone-c']!.send('GET', ROUTES)).rejects.toThrow()
  await lab.heal('zone-c')
  await vi.waitFor(async () => expect(await sent('zone-c', 4)).toEqual({ 'zone-b': 4 }))
  await direct.mergePatch(`${ROUTES}/ai-service-dual-active-route`, { spec })
  await direct.close()
  await vi.waitFor(async () => expect(await sent('zone-c', 4)).toEqual({ 'zone-a': 2, 'zone-b': 2 }))
})

test('a Pod that is deleted is replaced, on a node, and its successor serves', async () => {
  const pods = '/api/v1/namespaces/ai-system/pods'
  type PodList = { items: { metadata: { name: string }; spec: { nodeName?: string }; status: { phase: string } }[] }
  const before = (await clients['zone-c']!.send('GET', pods)).body as PodList
  const names = before.items.map(({ metadata }) => metadata.name)
  await clients['zone-c']!.send('DELETE', `${pods}/${names[0]}`)
  await vi.waitFor(async () => {
    const { items } = (await clients['zone-c']!.send('GET', pods)).body as PodList
    expect(items.filter(({ metadata }) => !names.includes(metadata.name))).toMatchObject([
      { spec: { nodeName: expect.stringMatching(/^zone-c-node-/) }, status: { phase: 'Running' } },
    ])
    expect(items.length).toBe(2)
  })
  await vi.waitFor(() => expect(lab.status().centers['zone-c']!.ready).toBe(2))
  expect(await sent('zone-c', 4, { path: '/', headers: { 'X-Client-Region': 'shanghai' } })).toEqual({ 'zone-c': 4 })
})

test('its nodes are ready', async () => {
  const { items } = (await clients['zone-a']!.send('GET', '/api/v1/nodes')).body as { items: { status: { conditions: unknown } }[] }
  expect(items.map(({ status }) => status.conditions)).toMatchObject([1, 2, 3].map(() => [{ type: 'Ready', status: 'True' }]))
})

test('a refused gateway and a delayed one', async () => {
  await lab.fault('zone-a', { kind: 'refuse', target: 'gateway' })
  expect(await sent('zone-a', 2)).toEqual({ refused: 2 })
  await lab.fault('zone-a', { kind: 'delay=200ms', target: 'gateway' })
  expect(await sent('zone-a', 2, { timeout: 100 })).toEqual({ timeout: 2 })
  expect(await sent('zone-a', 2)).toEqual({ 'zone-a': 1, 'zone-b': 1 })
  await lab.heal('zone-a')
})

test('control: makes, shows and heals faults, and says what it does not understand', async () => {
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(lab.controlUrl + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return [answer.status, await answer.json()]
  }
  const fault = { kind: 'refuse', target: 'services', run: 'r1', until: Date.now() + 60_000 }
  expect(await ask('GET', '/fault/zone-b')).toEqual([200, null])
  expect(await ask('PUT', '/fault/zone-b', fault)).toEqual([200, fault])
  expect(await ask('GET', '/fault/zone-b')).toEqual([200, fault])
  expect(await sent('zone-a', 4)).toEqual({ 503: 2, 'zone-a': 2 })
  expect(await ask('DELETE', '/fault/zone-b')).toEqual([200, null])
  expect(await ask('GET', '/fault/zone-b')).toEqual([200, null])
  expect(await ask('PUT', '/fault/mars', fault)).toMatchObject([404, { error: expect.stringContaining('mars') }])
  expect(await ask('PUT', '/fault/zone-b', { kind: 'explode', target: 'all' })).toMatchObject([
    400,
    { error: expect.stringContaining('explode') },
  ])
  expect(await ask('PUT', '/fault/zone-b', { kind: 'refuse', target: 'roof' })).toMatchObject([
    400,
    { error: expect.stringContaining('roof') },
  ])
  expect(await ask('PUT', '/fault/zone-b', { kind: 'refuse', until: 1 })).toMatchObject([
    400,
    { error: expect.stringContaining('has passed') },
  ])
  expect(await ask('PUT', '/fault/zone-b', [])).toMatchObject([400, {}])
  expect(await ask('PUT', '/load', { rate: -1 })).toMatchObject([400, {}])
  expect(await ask('GET', '/nothing')).toMatchObject([404, {}])
  expect((await fetch(`${new URL(lab.controlUrl).origin}/0000/status`)).status).toBe(404)
})

test('a fault heals itself when its time has come', async () => {
  await lab.fault('zone-a', { kind: 'refuse', target: 'gateway', run: 'r1', until: Date.now() + 250 })
  expect(await sent('zone-a', 1)).toEqual({ refused: 1 })
  await vi.waitFor(async () => expect(await sent('zone-a', 2)).toEqual({ 'zone-a': 1, 'zone-b': 1 }), { timeout: 3000 })
  expect(lab.status().centers['zone-a']!.fault).toBeNull()
})

test('background load flows and is counted; the ledger leaves it out', async () => {
  await lab.load(100)
  await vi.waitFor(() => expect(lab.status().load.sent).toBeGreaterThan(20), { timeout: 3000 })
  await lab.load(0)
  expect(lab.status().load).toMatchObject({ rate: 0, failed: 0 })
  expect(lab.ledger('lab-load').size).toBe(0)
})

test('a directory holds one running lab', async () => {
  await expect(startLab({ dir })).rejects.toThrow(/runs in .* already/)
  expect(existsSync(join(dir, 'lab.json'))).toBe(true)
})

test('closed, nothing listens and its files are gone', async () => {
  const other = mkdtempSync(join(tmpdir(), 'tricenter-lab-'))
  const second = await startLab({ dir: other, load: 50, startDelay: [0, 10] })
  const urls = [
    second.controlUrl,
    ...Object.values(second.status().centers).flatMap(({ apiServer, gateway, services }) => [apiServer, gateway, services]),
  ]
  const ports = [...urls.map((url) => Number(new URL(url).port)), ...second.embedded.clusters.map(({ port }) => port)]
  const open = () =>
    Promise.all(
      ports.map(
        (port) =>
          new Promise<boolean>((resolve) => {
            const socket = connect({ port, host: '127.0.0.1' }, () => resolve(true))
              .on('error', () => resolve(false))
              .on('connect', () => socket.destroy())
          }),
      ),
    )
  expect(await open()).toEqual(ports.map(() => true))
  await second.fault('zone-a', { kind: 'lost' })
  const began = performance.now()
  await second.close()
  expect(performance.now() - began).toBeLessThan(2000)
  expect(await open()).toEqual(ports.map(() => false))
  for (const name of ['lab.json', 'kubeconfig', 'tricenter.yaml']) expect(existsSync(join(other, name))).toBe(false)
  rmSync(other, { recursive: true })
})
