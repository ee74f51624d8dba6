import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { createAuthority, type KeyPair } from '../../src/lab/pki.ts'
import { openScenario, ROUTES, STACK, type RunOptions, type Scenario, type Zone } from './harness.ts'

/** The traps of the architecture document, as a person meets them: one thing is set as the document has it, and `verify` says what that does. */

const SYSTEM = 'namespaces/higress-system'
const BRIDGES = `/apis/networking.higress.io/v1/${SYSTEM}/mcpbridges`
const GATEWAY = `/apis/apps/v1/${SYSTEM}/deployments/higress-gateway`
const POLICY = `/apis/networking.k8s.io/v1/${SYSTEM}/networkpolicies/higress-network-policy`
const SECRET = `/api/v1/${SYSTEM}/secrets/ai-gateway-tls`
/** One alert as the document writes it, beside one that can fire. */
const ALERTS = stringify({
  groups: [
    {
      name: 'higress',
      rules: [
        { alert: 'FailoverTriggered', expr: 'increase(higress_failover_total[5m]) > 0', labels: { severity: 'critical' } },
        { alert: 'NoTraffic', expr: 'sum(rate(envoy_http_downstream_rq_total[5m])) == 0', labels: { severity: 'warning' } },
      ],
    },
  ],
})
const embedded = (process.env['TRICENTER_LAB_ENGINE'] ?? 'embedded') === 'embedded'

let it: Scenario
const undo: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  it = await openScenario({ metrics: { rules: ALERTS } })
}, 120_000)
afterEach(async () => {
  for (const back of undo.splice(0).toReversed()) await back()
  for (const zone of ['zone-a', 'zone-b', 'zone-c'] as const) it.lab.registry(zone).reset()
  await it.reset()
}, 60_000)
afterAll(() => it.close())

type Tree = Readonly<Record<string, unknown>>
interface Stored {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string }
  readonly [key: string]: unknown
}

async function ok(answer: Promise<{ readonly status: number; readonly body: unknown }>): Promise<Stored> {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body as Stored
}

/** Changes an object of zone-a, until the test is over. */
async function set(path: string, patch: object): Promise<void> {
  const client = it.client('zone-a')
  const { metadata, ...rest } = await ok(client.send('GET', path))
  undo.push(async () => {
    const { resourceVersion } = (await ok(client.send('GET', path))).metadata
    await ok(client.send('PUT', path, { ...rest, metadata: { ...metadata, resourceVersion } }))
  })
  await ok(client.mergePatch(path, patch))
}

/** Creates an object in zone-a, until the test is over. */
async function add(path: string, object: Tree & { readonly metadata: { readonly name: string } }): Promise<void> {
  const client = it.client('zone-a')
  await ok(client.send('POST', path, object))
  undo.push(() => client.send('DELETE', `${path}/${object.metadata.name}`))
}

async function take(path: string): Promise<Stored> {
  const client = it.client('zone-a')
  const found = await ok(client.send('GET', path))
  const { resourceVersion: _, ...metadata } = found.metadata
  await ok(client.send('DELETE', path))
  undo.push(() => ok(client.send('POST', path.slice(0, path.lastIndexOf('/')), { ...found, metadata: { ...metadata, uid: undefined } })))
  return found
}

/** The rules of a route of zone-a, each changed. */
async function setRules(name: string, change: (rule: Tree & { readonly backendRefs: readonly Tree[] }) => Tree): Promise<void> {
  const { spec } = await ok(it.client('zone-a').send('GET', `${ROUTES}/${name}`))
  const { rules } = spec as { readonly rules: readonly (Tree & { readonly backendRefs: readonly Tree[] })[] }
  await ok(it.client('zone-a').mergePatch(`${ROUTES}/${name}`, { spec: { rules: rules.map(change) } }))
}

/** A topology with other keys. */
function topologyWith(more: (topology: Tree) => Tree): Readonly<Record<string, string>> {
  const file = join(it.dir, 'other.yaml')
  const topology = parse(readFileSync(it.lab.topologyPath, 'utf8')) as Tree
  writeFileSync(file, stringify({ ...topology, ...more(topology) }))
  return { TRICENTER_TOPOLOGY: file }
}

interface Document {
  readonly exit: number
  readonly took: number
  readonly firstBroken: Readonly<Record<string, string>>
  readonly unread: readonly { readonly center: string }[]
  readonly outcomes: readonly {
    readonly check: string
    readonly center?: string
    readonly state: string
    readonly conclusions: readonly { readonly state: string; readonly reason: string; readonly center?: string }[]
  }[]
}
interface Seen {
  readonly code: number | undefined
  readonly said: string
  readonly document: Document
  /** `zone-a failed filters-effective.dropped`, of what is not passed. */
  readonly ill: readonly string[]
}

/** The same question three times: in words, as JSON and as JUnit, which must agree. */
async function verify(args: readonly string[], options?: RunOptions): Promise<Seen> {
  const [table, json, junit] = await Promise.all(['table', 'json', 'junit'].map((form) => it.run(['verify', ...args, '-o', form], options)))
  if (table === undefined || json === undefined || junit === undefined) throw new Error('three were asked')
  const document = JSON.parse(json.stdout) as Document
  expect([json.code, junit.code, document.exit]).toEqual([table.code, table.code, table.code])
  expect(table.stdout + table.stderr).not.toMatch(STACK)
  const suites = wellFormed(junit.stdout)
  expect(suites.filter((tag) => tag === 'testcase').length).toBe(document.outcomes.length)
  const failures = document.outcomes.filter(({ state }) => state === 'failed').length
  expect(suites.filter((tag) => tag === 'failure').length).toBe(failures)
  const ill = document.outcomes.flatMap(({ center, conclusions }) =>
    conclusions
      .filter(({ state }) => state !== 'passed' && state !== 'skipped')
      .map((one) => `${one.center ?? center ?? 'all'} ${one.state} ${one.reason}`),
  )
  return { code: table.code, said: table.stdout.replaceAll(/\s+/g, ' '), document, ill: [...new Set(ill)] }
}

/** Names of the elements, in order; fails where they do not nest. */
function wellFormed(xml: string): readonly string[] {
  const names: string[] = []
  const open: string[] = []
  for (const [, end, name = '', self] of xml.matchAll(/<(\/?)([a-z][\w-]*)(?:\s+[\w-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (end === '/') expect(open.pop()).toBe(name)
    else names.push(name)
    if (end === '' && self === '') open.push(name)
  }
  expect(open).toEqual([])
  expect(xml.replaceAll(/<\?xml[^>]*\?>|<\/?[a-z][^>]*>/g, '')).not.toMatch(/[<>]/)
  return names
}

test('as it stands, a lab passes the questions of these traps', async () => {
  const { code, ill } = await verify([
    'bridge-effective',
    'filters-effective',
    'rules-weighted',
    'backends-distinct',
    'routes-reported',
    'certificates-valid',
    'policies-pass',
    'gateway-spread',
    'registry-healthy',
    ...(embedded ? ['data-plane-routes', 'data-plane-endpoints', '--data-plane'] : []),
  ])
  // The lab's certificates are signed by an authority that only the lab knows.
  expect({ code, ill: ill.filter((one) => !one.endsWith('unknown-authority')) }).toEqual({ code: 0, ill: [] })
})

test('a McpBridge of another name is ignored', async () => {
  const { apiVersion, kind, spec } = await take(`${BRIDGES}/default`)
  await add(BRIDGES, { apiVersion, kind, metadata: { name: 'ai-registries' }, spec })
  const { code, said, ill } = await verify(['bridge-effective'])
  expect({ code, ill }).toEqual({ code: 1, ill: ['zone-a failed bridge-effective.no-default'] })
  expect(said).toContain('there is no McpBridge default in higress-system: none of higress-system/ai-registries is read')
})

test('fields of a McpBridge that the API server drops are told from what was applied', async () => {
  const { spec } = await ok(it.client('zone-a').send('GET', `${BRIDGES}/default`))
  const registries = (spec as { registries: readonly Tree[] }).registries.map((one) => ({ ...one, healthCheck: { enabled: true } }))
  const applied = JSON.stringify({ apiVersion: 'networking.higress.io/v1', kind: 'McpBridge', spec: { registries } })
  await set(`${BRIDGES}/default`, {
    metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied } },
    spec: { registries },
  })
  expect(JSON.stringify((await ok(it.client('zone-a').send('GET', `${BRIDGES}/default`)))['spec'])).not.toContain('healthCheck')
  const { code, said, ill } = await verify(['bridge-effective'])
  expect({ code, ill }).toEqual({ code: 0, ill: ['zone-a warning bridge-effective.dropped'] })
  expect(said).toContain('sets healthCheck, which the CRD does not have: dropped by the API server')
})

const retry = { type: 'ExtensionRef', extensionRef: { group: 'networking.higress.io', kind: 'Retry', name: 'default' } }

test('a route with an ExtensionRef is dropped and goes on being Accepted', async () => {
  await setRules('ai-service-dual-active', (rule) => ({ ...rule, filters: [retry] }))
  const { code, said, ill, document } = await verify(['filters-effective', 'routes-reported', '--wait', '1s'])
  expect({ code, ill }).toEqual({ code: 1, ill: ['zone-a failed filters-effective.dropped'] })
  expect(said).toContain(
    'has an ExtensionRef filter (Retry) Higress drops all rules of this route and still reports Accepted: clients get 404.',
  )
  expect(document.firstBroken).toEqual({ 'zone-a': 'object' })
})

test.runIf(embedded)('of a dropped route the data plane has nothing, whatever its status says', async () => {
  await setRules('ai-service-dual-active', (rule) => ({ ...rule, filters: [retry] }))
  const { code, said, ill, document } = await verify(['routes-reported', 'data-plane-routes', '--data-plane'])
  expect(code).toBe(1)
  expect(ill).toContain('zone-a failed data-plane-routes.dropped')
  expect(said).toMatch(/Accepted, and higress-gateway-\S+ has none of its 1 rules/)
  expect(document.firstBroken).toEqual({ 'zone-a': 'data-plane' })
})

test.runIf(embedded)('weights that the gateway has not heard of are told apart from the object', async () => {
  const { server } = it.lab.embedded.cluster('zone-a')
  // The gateway reads routes of all namespaces; nobody else does.
  it.hooks('zone-a').intercept = ({ path }) => (path.endsWith('/v1/httproutes') ? { status: 503 } : undefined)
  server.endWatches()
  await setRules('ai-service-dual-active', ({ backendRefs, ...rule }) => ({
    ...rule,
    backendRefs: backendRefs.map((ref, i) => ({ ...ref, weight: i === 0 ? 90 : 10 })),
  }))
  const { code, said, ill } = await verify(['data-plane-routes', '--data-plane'])
  expect({ code, ill }).toEqual({ code: 1, ill: ['zone-a failed data-plane-routes.other-weights'] })
  expect(said).toMatch(
    /rule 0 is ai-service-zone-a 90, ai-service-zone-b 10, and higress-gateway-\S+ does ai-service-zone-a 50, ai-service-zone-b 50/,
  )
})

test.skipIf(embedded)('where no kubelet forwards, the data plane is inconclusive, and that is said', async () => {
  const { code, said } = await verify(['data-plane-routes', '--data-plane'])
  expect(code).toBe(7)
  expect(said).toContain('Could not look into a gateway Pod')
})

test('a header request on /api lands in Beijing', async () => {
  const headers = [{ service: 'ai-service', header: 'X-Client-Region', value: 'shanghai', centers: ['zone-c'] }]
  const env = topologyWith(() => ({ verify: { headers } }))
  expect((await it.run(['verify', 'headers-land'], { env })).code).toBe(7)
  const { code, said, ill, document } = await verify(['headers-land', '--probe'], { env })
  expect(code).toBe(1)
  expect(ill).toEqual(['zone-a', 'zone-b', 'zone-c'].map((zone) => `${zone} failed headers-land.elsewhere`))
  expect(said).toContain('lands in zone-a,zone-b, not only in zone-c')
  expect(said).toContain('Gateway API looks at the path before headers')
  expect(document.firstBroken['zone-a']).toBe('requests')
})

test('a protected list of the registry is not believed', async () => {
  it.lab.registry('zone-a').set({ apis: 'v1', catalog: false, change: (one) => ({ ...one, healthy: false }) })
  const { code, said, ill } = await verify(['registry-healthy', '--center', 'zone-a'])
  expect({ code, ill }).toEqual({ code: 7, ill: ['zone-a inconclusive registry-healthy.protected'] })
  expect(said).toContain('are shown as healthy because too many are not')
})

test('the document’s metrics exist nowhere', async () => {
  const env = topologyWith(({ metrics }) => ({ metrics: { ...(metrics as Tree), profile: 'documented' } }))
  const { code, said, ill } = await verify(['metrics-present', 'metrics-errors', '--center', 'zone-a'], { env })
  expect(code).toBe(1)
  expect(ill).toContain('zone-a failed metrics-present.absent')
  expect(ill.some((one) => one.startsWith('zone-a inconclusive metrics-errors.'))).toBe(true)
  expect(said).toMatch(/higress_request_total.* has no series here/)
})

test('the document’s alert can never fire', async () => {
  const { code, said, ill } = await verify(['alerts-can-fire', '--center', 'zone-a'])
  expect({ code, ill }).toEqual({ code: 1, ill: ['zone-a failed alerts-can-fire.no-metric'] })
  expect(said).toContain('can never fire: higress_failover_total does not exist here')
})

test('the document’s network policy walls the gateway in', async () => {
  const ports = [{ protocol: 'TCP', port: 8080 }]
  const egress = [{ to: [{ namespaceSelector: { matchLabels: { name: 'ai-system' } } }], ports }]
  await set(POLICY, { spec: { egress } })
  const { code, said, ill } = await verify(['policies-pass'])
  expect(code).toBe(1)
  expect(ill.every((one) => one.startsWith('zone-a failed policies-pass.'))).toBe(true)
  expect(said).toContain('lets the gateway reach Pods of this cluster only')
  expect(said).toContain('does not let DNS pass')
})

test('anti-affinity that is required over zones can never be had in one zone', async () => {
  const term = { labelSelector: { matchLabels: { app: 'higress-gateway' } }, topologyKey: 'topology.kubernetes.io/zone' }
  const podAntiAffinity = {
    preferredDuringSchedulingIgnoredDuringExecution: null,
    requiredDuringSchedulingIgnoredDuringExecution: [term],
  }
  await set(GATEWAY, { spec: { template: { spec: { affinity: { podAntiAffinity } } } } })
  const { code, said, ill } = await verify(['gateway-spread'])
  expect(code).toBe(1)
  expect(ill).toContain('zone-a failed gateway-spread.impossible')
  expect(said).toContain('The rest stays Pending for ever; a required rule is never relaxed.')
}, 60_000)

test('a rule with all weights 0 sends nowhere', async () => {
  await setRules('ai-service-dual-active', ({ backendRefs, ...rule }) => ({
    ...rule,
    backendRefs: backendRefs.map((ref) => ({ ...ref, weight: 0 })),
  }))
  const { code, said, ill } = await verify(['rules-weighted'])
  expect({ code, ill }).toEqual({ code: 1, ill: ['zone-a failed rules-weighted.all-zero'] })
  expect(said).toContain('Clients get 500: a rule without weight has nowhere to send.')
})

test('a backend that is named twice is told', async () => {
  await setRules('ai-service-dual-active', ({ backendRefs, ...rule }) => ({
    ...rule,
    backendRefs: [...backendRefs, ...backendRefs.slice(0, 1)],
  }))
  const { code, said, ill } = await verify(['backends-distinct'])
  expect({ code, ill }).toEqual({ code: 1, ill: ['zone-a failed backends-distinct.duplicate'] })
  expect(said).toContain('A switch leaves such a rule alone, and it keeps sending to a lost center.')
})

test('a status of an older generation proves nothing', async () => {
  it.hooks('zone-a').intercept = ({ method, path }) =>
    method === 'PATCH' && /httproutes\/[^/]+\/status$/.test(path) ? { status: 503 } : undefined
  await setRules('ai-service-dual-active', ({ backendRefs, ...rule }) => ({
    ...rule,
    backendRefs: backendRefs.map((ref) => ({ ...ref, weight: 7 })),
  }))
  const { code, said, ill } = await verify(['routes-reported'])
  expect({ code, ill }).toEqual({ code: 7, ill: ['zone-a inconclusive routes-reported.stale'] })
  expect(said).toMatch(/reported on generation \d+, \d+ is live/)
})

const YEAR = 365 * 86_400_000
const secretOf = ({ cert, key }: KeyPair): object => ({
  data: { 'tls.crt': Buffer.from(cert).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') },
})

test.each([
  { of: 'that has expired', hosts: ['*.example.com', '*.ai.example.com'], age: 2 * YEAR, reason: 'expired', words: /expired on 20\d\d-/ },
  {
    of: 'for another name',
    hosts: ['gateway.internal'],
    age: 0,
    reason: 'other-name',
    words: /is for gateway\.internal, the listener for /,
  },
])('a certificate $of is told by its Secret', async ({ hosts, age, reason, words }) => {
  await set(SECRET, secretOf(createAuthority('elsewhere', Date.now() - age).issueServer(hosts)))
  const { code, said, ill } = await verify(['certificates-valid'])
  expect({ code, ill: ill.filter((one) => one.includes('failed')) }).toEqual({
    code: 1,
    ill: [`zone-a failed certificates-valid.${reason}`],
  })
  expect(said).toMatch(words)
})

test('a center whose API is swallowed costs its deadline and nothing else', async () => {
  await it.lab.fault('zone-b', { kind: 'blackhole', target: 'api' })
  const { code, document } = await verify(['routes-reported', 'rules-weighted', 'gateway-ready', 'policies-pass'])
  expect(code).toBe(4)
  expect(document.unread).toMatchObject([{ center: 'zone-b' }])
  const states = (zone: Zone): readonly string[] => [
    ...new Set(document.outcomes.filter(({ center }) => center === zone).map(({ state }) => state)),
  ]
  expect({ a: states('zone-a'), b: states('zone-b'), c: states('zone-c') }).toEqual({ a: ['passed'], b: ['inconclusive'], c: ['passed'] })
  // The deadline of a read is 2 s here: once, not once for each question.
  expect(document.took).toBeGreaterThanOrEqual(2_000)
  expect(document.took).toBeLessThan(4_000)
})

test('a center that may not be read is inconclusive, with the rights that are missing', async () => {
  const kubeconfig = parse(readFileSync(it.lab.kubeconfigPath, 'utf8')) as { users: { name: string; user: Record<string, unknown> }[] }
  for (const { name, user } of kubeconfig.users) if (name.endsWith('zone-b')) user['as'] = 'nobody'
  const file = join(it.dir, 'nobody.kubeconfig')
  writeFileSync(file, stringify(kubeconfig), { mode: 0o600 })
  const { code, said, ill } = await verify(['routes-reported', 'gateway-ready', 'data-plane-routes', '--data-plane'], {
    env: { KUBECONFIG: file },
  })
  expect(code).toBe(7)
  expect(ill.filter((one) => one.startsWith('zone-b'))).toEqual(['zone-b inconclusive fact-forbidden'])
  expect(said).toContain('list httproutes.gateway.networking.k8s.io')
  expect(said).toContain('Next: tricenter rbac verify')
})
