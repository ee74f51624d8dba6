import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCluster } from '../../../src/adapters/kube/cluster.ts'
import { loadContexts } from '../../../src/adapters/kube/contexts.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import { kubeconfigOf, startEmbedded, type EmbeddedLab } from '../../../src/lab/embedded.ts'
import { listen } from '../../../src/lab/listen.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { inDirectory, within } from './one-context.ts'

let lab: EmbeddedLab
let admin: Cluster
/** Has one of the two rights. */
let half: Cluster
const servers: Server[] = []
const LONG = 'x'.repeat(300_000)

beforeAll(async () => {
  lab = await startEmbedded(['zone-a'], { controllers: false })
  const cluster = lab.cluster('zone-a')
  const { objects } = cluster.server
  const writer = { manager: 'test' }
  for (const name of ['gw-0', 'gw-1'])
    objects.create(objects.target('pods.', 'default'), { metadata: { name }, spec: { containers: [{ name: 'x', image: 'x' }] } }, writer)
  objects.update(objects.target('pods.', 'default'), 'gw-0', { ...writer, subresource: 'status' }, (pod) => ({
    ...pod,
    status: { phase: 'Running' },
  }))
  const rbac = 'rbac.authorization.k8s.io'
  const rules = [{ apiGroups: [''], resources: ['pods/portforward'], verbs: ['get'] }]
  objects.create(objects.target(`clusterroles.${rbac}`), { metadata: { name: 'half' }, rules }, writer)
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'half' }
  objects.create(
    objects.target(`clusterrolebindings.${rbac}`),
    { metadata: { name: 'half' }, roleRef, subjects: [{ apiGroup: rbac, kind: 'User', name: 'half' }] },
    writer,
  )
  const web = createServer((request, response) => {
    if (request.url === '/none') return void response.writeHead(404).end()
    if (request.url === '/cut') return void response.writeHead(200, { 'content-length': 10 }).write('12', () => response.destroy())
    response.end(request.url === '/long' ? LONG : JSON.stringify({ path: request.url, host: request.headers.host }))
  })
  const mute = createTcpServer(() => undefined)
  const wild = createTcpServer((socket) => socket.end('not HTTP at all\r\n\r\n'))
  servers.push(web, mute, wild)
  const ports = new Map(
    await Promise.all(([15_000, 15_001, 15_002] as const).map(async (port, i) => [port, await listen(servers[i]!)] as const)),
  )
  cluster.server.ports = (_, pod, port) => (pod === 'gw-0' ? ports.get(port as 15_000) : undefined)
  const other = cluster.issueClient('half')
  const contexts = await inDirectory(async (directory) => {
    const entries = [cluster, { ...cluster, name: 'half', clientCert: other.cert, clientKey: other.key }]
    await writeFile(join(directory, 'config'), kubeconfigOf(entries))
    return await loadContexts({ kubeconfig: join(directory, 'config'), env: {} })
  })
  const open = (context: string) => openCluster({ center: 'zone-a', context, contexts, clock: systemClock, version: '0.0.0' })
  ;[admin, half] = [open('zone-a'), open('half')]
})
afterAll(async () => {
  await Promise.all([admin.close(), half.close()])
  await lab.close()
  for (const server of servers) server.close()
})

const get = (path: string, { pod = 'gw-0', port = 15_000, cluster = admin, patience = 3_000 } = {}) =>
  cluster.fromPod('default', pod, port, path, within(patience))

test('a Pod’s port is read through the API server, whatever the length', async () => {
  const seen = await get('/clusters?format=json')
  expect(seen).toMatchObject({ state: 'present', value: '{"path":"/clusters?format=json","host":"localhost"}' })
  expect(await get('/long')).toMatchObject({ state: 'present', value: LONG })
})

test('several at once keep apart', async () => {
  const seen = await Promise.all(Array.from({ length: 6 }, (_, i) => get(`/${i}`)))
  expect(seen.map((one) => (one.state === 'present' ? (JSON.parse(one.value) as { path: string }).path : one.state))).toEqual(
    Array.from({ length: 6 }, (_, i) => `/${i}`),
  )
})

test.each([
  { of: 'no such Pod', pod: 'gw-9', seen: { state: 'absent' } },
  { of: 'a Pod that does not run', pod: 'gw-1', seen: { state: 'unknown', why: expect.stringContaining('answered 400') } },
  { of: 'a port where nothing listens', port: 15_009, seen: { state: 'unknown', why: expect.stringContaining('connection refused') } },
  { of: 'another answer than 200', path: '/none', seen: { state: 'unknown', why: 'the Pod answered 404 to /none' } },
  { of: 'an answer that is cut', path: '/cut', seen: { state: 'unknown', why: expect.stringMatching(/cut|aborted|hang up/) } },
  { of: 'what is no HTTP', port: 15_002, seen: { state: 'unknown', why: expect.stringMatching(/Parse Error|Expected HTTP/) } },
])('$of: $seen.state', async ({ pod, port, path = '/', seen }) => {
  expect(await get(path, { ...(pod === undefined ? {} : { pod }), ...(port === undefined ? {} : { port }) })).toMatchObject(seen)
})

test('a Pod that never answers costs the deadline', async () => {
  const seen = await get('/', { port: 15_001, patience: 300 })
  expect(seen).toMatchObject({ state: 'unknown', why: expect.stringContaining('no answer') })
  expect(seen.took).toBeLessThan(2_000)
})

test('an API server that never answers the handshake costs the deadline', async () => {
  const { server } = lab.cluster('zone-a')
  server.intercept = ({ path }) => (path.endsWith('/portforward') ? 'hang' : undefined)
  try {
    expect((await get('/', { patience: 300 })).state).not.toBe('present')
  } finally {
    server.intercept = undefined
  }
})

test('without the right to create a port-forward it is forbidden, in the server’s words', async () => {
  expect(await get('/', { cluster: half })).toMatchObject({
    state: 'forbidden',
    why: expect.stringContaining('cannot create resource "pods/portforward"'),
  })
})

test('a server that cannot reach the kubelet leaves it unknown', async () => {
  const { server } = lab.cluster('zone-a')
  server.intercept = ({ path }) => (path.endsWith('/portforward') ? { status: 502, body: 'error dialing backend' } : undefined)
  try {
    expect(await get('/')).toMatchObject({ state: 'unknown', why: expect.stringContaining('answered 502') })
  } finally {
    server.intercept = undefined
  }
})

test('once closed it is unreachable', async () => {
  const contexts = await inDirectory(async (directory) => {
    await writeFile(join(directory, 'config'), kubeconfigOf([lab.cluster('zone-a')]))
    return await loadContexts({ kubeconfig: join(directory, 'config'), env: {} })
  })
  const closed = openCluster({ center: 'zone-a', context: 'zone-a', contexts, clock: systemClock, version: '0.0.0' })
  await closed.close()
  expect(await get('/', { cluster: closed })).toMatchObject({ state: 'unreachable' })
})
