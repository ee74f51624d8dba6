import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { kubeconfigOf } from '../../../src/lab/embedded.ts'
import { binariesEngine } from '../../../src/lab/engines/binaries.ts'
import type { EngineCluster, LabEngine } from '../../../src/lab/engines/engine.ts'
import type { HttpRoute } from '../../../src/lab/gateway/http-route.ts'
import { type KubeClient, openKubeClient } from '../../../src/lab/kube-client.ts'
import type { KubeObject } from '../../../src/lab/kube-object.ts'
import { type Lab, startLab } from '../../../src/lab/lab.ts'
import { burst } from '../../../src/load/burst.ts'
import { runningWith } from './running-with.ts'

/** As `npm run lab:binaries` prints it. */
const binaries = process.env['TRICENTER_LAB_BINARIES'] ?? ''
const none = binaries === ''
const name = (text: string) => (none ? `${text} (not run: no binaries)` : text)
const START = 300_000 // ms: the machine may be busy
const names = ['zone-a', 'zone-b', 'zone-c']
const program = fileURLToPath(new URL('../program.ts', import.meta.url))

const ROUTES = '/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes'
const MARKER = '/api/v1/namespaces/kube-system/configmaps/tricenter-lab'

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.destroy() && resolve(true)).on('error', () => resolve(false))
  })
const portOf = (url: string) => Number(new URL(url).port)

let bursts = 0
async function sent(lab: Lab, gateway: string, count: number): Promise<Record<string, number>> {
  const values = Object.fromEntries(names.map((one) => [one, one]))
  const probe = { host: 'ai.example.com', path: '/api/health', headers: {}, expect: 200, timeout: 5000, center: { json: 'zone' }, values }
  const tally: Record<string, number> = {}
  const target = { gateway, url: lab.centers[gateway]!.gateway, service: 'ai-service', probe }
  for (const { center, status, error, ok } of await burst(target, count, `binaries-${bursts++}`, 10_000)) {
    const key = ok ? (center ?? 'nobody') : String(status ?? error)
    tally[key] = (tally[key] ?? 0) + 1
  }
  return tally
}

async function tricenter(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (data) => (out += String(data)))
  child.stderr.on('data', (data) => (err += String(data)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

describe.skipIf(none)(name('the lab on real control planes'), () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-binaries-'))
  let lab: Lab
  let clients: Record<string, KubeClient>
  beforeAll(async () => {
    lab = await startLab({ dir, engine: binariesEngine({ binaries }), load: 0, startDelay: [10, 30] })
    clients = Object.fromEntries(lab.clusters.map((one) => [one.name, openKubeClient({ ...one, url: lab.centers[one.name]!.apiServer })]))
  }, START)
  afterAll(async () => {
    await Promise.all(Object.values(clients ?? {}).map((client) => client.close()))
    await lab?.close()
    rmSync(dir, { recursive: true })
  })

  test('three API servers of the pinned version answer, each with an identity and an authority of its own', async () => {
    const pinned = /^\tk8s\.io\/kubernetes (\S+)/m.exec(readFileSync('test/binaries/go.mod', 'utf8'))?.[1]
    const versions = await Promise.all(names.map((one) => clients[one]!.send('GET', '/version')))
    expect(versions.map(({ body }) => (body as { gitVersion: string }).gitVersion)).toEqual([pinned, pinned, pinned])
    const uids = await Promise.all(names.map((one) => clients[one]!.send('GET', '/api/v1/namespaces/kube-system')))
    expect(new Set(uids.map(({ body }) => (body as KubeObject).metadata.uid)).size).toBe(3)
    expect(new Set(lab.clusters.map(({ caCert }) => caCert)).size).toBe(3)
  })

  test('says whose API it is: in its status and in the marker', async () => {
    expect(lab.status().engine).toBe('binaries')
    const { body } = await clients['zone-b']!.send('GET', MARKER)
    expect((body as { data: unknown }).data).toEqual({ controlUrl: lab.controlUrl, engine: 'binaries', runId: lab.runId })
  })

  test('roles count: a user without any may not read', async () => {
    const [cluster] = lab.clusters
    const { cert, key } = cluster!.issueClient!('nobody')
    const client = openKubeClient({ ...cluster!, clientCert: cert, clientKey: key })
    expect((await client.send('GET', ROUTES)).status).toBe(403)
    await client.close()
  })

  test('nodes are ready and free of taints, Pods have the account of their namespace', async () => {
    const nodes = (await clients['zone-a']!.send('GET', '/api/v1/nodes')).body as { items: KubeObject[] }
    expect(nodes.items.map(({ spec }) => spec)).toEqual([{}, {}, {}])
    const { items } = (await clients['zone-c']!.send('GET', '/api/v1/namespaces/ai-system/pods')).body as { items: KubeObject[] }
    expect(items).toMatchObject(
      [1, 2].map(() => ({ spec: { serviceAccountName: 'default', nodeName: expect.stringMatching(/^zone-c-node-/) } })),
    )
  })

  test('gateways accept every route at its generation', async () => {
    for (const center of names) {
      const { items } = (await clients[center]!.send('GET', ROUTES)).body as { items: HttpRoute[] }
      expect(items.length).toBe(4)
      for (const { metadata, status } of items) {
        expect(status?.parents?.[0]?.conditions.map(({ type, status, observedGeneration }) => [type, status, observedGeneration])).toEqual([
          ['Accepted', 'True', metadata.generation],
          ['ResolvedRefs', 'True', metadata.generation],
        ])
      }
    }
  })

  test('its definitions refuse what the Gateway API refuses', async () => {
    const route = (await clients['zone-a']!.send('GET', `${ROUTES}/ai-service-dual-active`)).body as HttpRoute
    const rules = route.spec!.rules!.map((rule) => ({ ...rule, filters: [{ type: 'RequestHeaderModifier' }] }))
    const { status, body } = await clients['zone-a']!.mergePatch(`${ROUTES}/ai-service-dual-active`, { spec: { rules } })
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('requestHeaderModifier')])
  })

  test('100 requests at 50/50 are 50 and 50, through each gateway', async () => {
    for (const gateway of names) expect(await sent(lab, gateway, 100)).toEqual({ 'zone-a': 50, 'zone-b': 50 })
  })

  test('scaled to 0 its share fails; scaled back to 10 all are ready, and said to be', async () => {
    const path = '/apis/apps/v1/namespaces/ai-system/deployments/ai-service-zone-a'
    const scale = async (replicas: number) => expect((await clients['zone-a']!.mergePatch(path, { spec: { replicas } })).status).toBe(200)
    await scale(0)
    await vi.waitFor(async () => expect(await sent(lab, 'zone-b', 10)).toEqual({ 503: 5, 'zone-b': 5 }), { timeout: 30_000, interval: 200 })
    await vi.waitFor(
      async () =>
        expect(((await clients['zone-a']!.send('GET', '/api/v1/namespaces/ai-system/pods')).body as { items: [] }).items).toEqual([]),
      { timeout: 30_000, interval: 200 },
    )
    await scale(10)
    await vi.waitFor(
      async () =>
        expect(((await clients['zone-a']!.send('GET', path)).body as KubeObject).status).toMatchObject({
          readyReplicas: 10,
          availableReplicas: 10,
        }),
      { timeout: 30_000, interval: 200 },
    )
    expect(await sent(lab, 'zone-b', 10)).toEqual({ 'zone-a': 5, 'zone-b': 5 })
  })

  test('a lost center is silent and comes back', async () => {
    await lab.fault('zone-a', { kind: 'lost' })
    const asked = clients['zone-a']!.send('GET', '/version')
    expect(await Promise.race([asked.then(() => 'answered'), new Promise((resolve) => setTimeout(resolve, 300, 'silent'))])).toBe('silent')
    await lab.heal('zone-a')
    expect((await asked).status).toBe(200)
  })

  test('closed, no process and no port is left, the logs are', async () => {
    const ports = [lab.controlUrl, ...Object.values(lab.status().centers).flatMap((one) => [one.apiServer, one.gateway, one.services])].map(
      portOf,
    )
    ports.push(...lab.clusters.map(({ url }) => portOf(url)))
    expect(runningWith(dir).length).toBeGreaterThanOrEqual(7)
    await Promise.all(Object.values(clients).map((client) => client.close()))
    await lab.close()
    expect(runningWith(dir)).toEqual([])
    expect(await Promise.all(ports.map(listens))).toEqual(ports.map(() => false))
    expect(existsSync(join(dir, 'engine'))).toBe(false)
    expect(readFileSync(join(dir, 'logs/kube-apiserver-zone-a.log'), 'utf8')).toContain('Serving securely')
  })
})

describe.skipIf(none)(name('the program with real control planes'), () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-binaries-'))
  let lab: ChildProcess | undefined
  afterAll(() => {
    lab?.kill('SIGKILL')
    rmSync(dir, { recursive: true })
  })
  const labFile = () => JSON.parse(readFileSync(join(dir, 'lab.json'), 'utf8')) as { controlUrl?: string }

  test(
    'a lab that is killed, while it starts or later, leaves no process behind, and another starts in its place',
    async () => {
      const up = () =>
        spawn(process.execPath, [program, 'lab', 'up', '--engine', 'binaries', '--binaries', binaries, '--dir', dir], { stdio: 'ignore' })
      lab = up()
      await vi.waitFor(() => expect(runningWith(`${dir}/engine`).length).toBeGreaterThanOrEqual(4), { timeout: START })
      lab.kill('SIGKILL')
      await vi.waitFor(() => expect(runningWith(dir)).toEqual([]), { timeout: 10_000 })

      lab = up()
      await vi.waitFor(() => expect(labFile().controlUrl).toBeDefined(), { timeout: START, interval: 200 })
      expect(await tricenter('lab', 'status', '--dir', dir)).toMatchObject({ code: 0, out: expect.stringMatching(/^lab, binaries API: /) })
      expect(readFileSync(join(dir, 'tricenter.yaml'), 'utf8')).toContain('a lab (binaries API)')
      lab.kill('SIGKILL')
      await vi.waitFor(() => expect(runningWith(dir)).toEqual([]), { timeout: 10_000 })
      expect(await tricenter('lab', 'status', '--dir', dir)).toMatchObject({ code: 1 })
    },
    3 * START,
  )
})

describe.skipIf(none)(name('the lab on given clusters'), () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-given-'))
  const contexts = ['one', 'two', 'three']
  let engine: LabEngine
  let clusters: readonly EngineCluster[]
  let clients: readonly KubeClient[]
  const asked = (...more: string[]) =>
    tricenter(
      'lab',
      'up',
      '--detach',
      '--load',
      '10',
      '--dir',
      join(dir, 'lab'),
      '--kubeconfig',
      join(dir, 'kubeconfig'),
      '--engine',
      'kubeconfig',
      ...more,
    )
  const mark = async (client: KubeClient) =>
    await client.send('POST', '/api/v1/namespaces/kube-system/configmaps', {
      metadata: { name: 'tricenter-lab' },
      data: { engine: 'kubeconfig' },
    })
  const remaining = async () =>
    await Promise.all(
      clients.map(async (client) => {
        const lists = await Promise.all(['namespaces', 'nodes', 'pods'].map((plural) => client.send('GET', `/api/v1/${plural}`)))
        return lists.flatMap(({ body }) => (body as { items: KubeObject[] }).items.map(({ metadata }) => metadata.name))
      }),
    )
  const OWN = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

  beforeAll(async () => {
    engine = binariesEngine({ binaries })
    clusters = await engine.up(contexts, dir)
    clients = clusters.map((one) => openKubeClient(one))
    const twin = { ...clusters[0]!, name: 'twin' }
    writeFileSync(join(dir, 'kubeconfig'), kubeconfigOf([...clusters, twin]), { mode: 0o600 })
  }, START)
  afterAll(async () => {
    await tricenter('lab', 'down', '--dir', join(dir, 'lab'))
    await Promise.all((clients ?? []).map((client) => client.close()))
    await engine.down()
    rmSync(dir, { recursive: true })
  })

  test('refuses clusters that do not carry the marker, and touches none', async () => {
    await mark(clients[0]!)
    await mark(clients[1]!)
    expect(await asked('--contexts', 'one,two,three')).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringMatching(
        /Will not start: the cluster of context three does not carry the marker of a lab .*\n.*kubectl --context three .*\n/,
      ),
    })
    expect(await remaining()).toEqual([OWN, OWN, OWN])
    await mark(clients[2]!)
  })

  test('refuses one cluster for two centers, unknown contexts and too few of them', async () => {
    expect(await asked('--contexts', 'one,two,twin')).toMatchObject({
      code: 3,
      err: expect.stringContaining('contexts one and twin lead to one cluster'),
    })
    expect(await asked('--contexts', 'one,two,four')).toMatchObject({ code: 2, err: expect.stringContaining('no context four') })
    expect(await asked('--contexts', 'one,two')).toMatchObject({ code: 2, err: expect.stringContaining('--contexts with 3 names') })
  })

  test(
    'runs on clusters of others beside their own Pods, one lab at a time, and takes its objects away; also those of a lab that was killed',
    async () => {
      expect(await asked('--contexts', 'one,two,three')).toMatchObject({ code: 0, err: expect.stringContaining('lab, kubeconfig API') })
      const { pid } = JSON.parse(readFileSync(join(dir, 'lab/lab.json'), 'utf8')) as { pid: number }
      const own = { metadata: { name: 'own' }, spec: { containers: [{ name: 'own', image: 'own' }] } }
      expect((await clients[0]!.send('POST', '/api/v1/namespaces/default/pods', own)).status).toBe(201)
      const taken = await tricenter(
        'lab',
        'up',
        '--dir',
        join(dir, 'other'),
        '--kubeconfig',
        join(dir, 'kubeconfig'),
        '--engine',
        'kubeconfig',
        '--contexts',
        'one,two,three',
      )
      expect(taken).toMatchObject({ code: 3, err: expect.stringContaining('a lab runs on the cluster of context one') })

      process.kill(pid, 'SIGKILL')
      await vi.waitFor(async () => expect((await tricenter('lab', 'status', '--dir', join(dir, 'lab'))).code).toBe(1))
      expect(await asked('--contexts', 'one,two,three')).toMatchObject({ code: 0 })
      expect((await tricenter('lab', 'status', '--dir', join(dir, 'lab'))).out).toMatch(
        /zone-a .* 10 +-\n.*zone-b .* 10 +-\n.*zone-c .* 2 +-\n/,
      )
      const leases = (await clients[1]!.send('GET', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases')).body as {
        items: KubeObject[]
      }
      expect(leases.items.map(({ metadata }) => metadata.name)).toEqual(['zone-b-node-1', 'zone-b-node-2', 'zone-b-node-3'])
      const { body } = await clients[0]!.send('GET', '/api/v1/namespaces/default/pods/own')
      expect((body as KubeObject).spec?.['nodeName']).toBeUndefined()

      expect(await tricenter('lab', 'down', '--dir', join(dir, 'lab'))).toMatchObject({ code: 0 })
      expect(await remaining()).toEqual([[...OWN, 'own'], OWN, OWN])
      const marker = (await clients[0]!.send('GET', MARKER)).body as { data: unknown }
      expect(marker.data).toEqual({ engine: 'kubeconfig' })
    },
    2 * START,
  )
})

test('without binaries it says what is missing, before anything is started', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-binaries-'))
  writeFileSync(join(dir, 'etcd'), '', { mode: 0o755 })
  expect(await tricenter('lab', 'up', '--engine', 'binaries', '--binaries', dir, '--dir', join(dir, 'lab'))).toMatchObject({
    code: 3,
    err: `tricenter: Will not start: ${dir} holds no kube-apiserver, kube-controller-manager\n`,
  })
  expect(existsSync(join(dir, 'lab/lab.json'))).toBe(false)
  rmSync(dir, { recursive: true })
})
