import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { DiffDocument } from '../../src/domain/diff-document.ts'
import { openScenario, STACK, ZONES, type Scenario, type Zone } from './harness.ts'

/** What people write by hand, in a namespace of its own; what an API server makes of it is in neither text. */
const WRITTEN = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: kept }
spec:
  replicas: 0
  paused: false
  minReadySeconds: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, creationTimestamp: null }
    spec:
      hostNetwork: false
      containers:
      - name: web
        image: example.com/web:1
        tty: false
        args: []
        command: null
        ports: [{ containerPort: 8080 }]
        env: [{ name: EMPTY, value: '' }, { name: FULL, value: '1' }]
        resources: { limits: { cpu: 0.5, memory: 1073741824 }, requests: { cpu: 0.25, memory: 1024Mi } }
        readinessProbe: { httpGet: { port: 8080 }, initialDelaySeconds: 0 }
        volumeMounts: [{ name: scratch, mountPath: /scratch, readOnly: false }]
      volumes: [{ name: scratch, emptyDir: {} }]
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: kept }
spec:
  selector: { app: web }
  externalIPs: []
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: v1
kind: Secret
metadata: { name: web, namespace: kept }
stringData: { token: kept-in-plain }
---
apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: ConfigMap, metadata: { name: web, namespace: kept, labels: {} }, data: { empty: '', timeout: 60s } }
`
const KINDS = [
  ['Deployment', '/apis/apps/v1/namespaces/kept/deployments'],
  ['Service', '/api/v1/namespaces/kept/services'],
  ['Secret', '/api/v1/namespaces/kept/secrets'],
  ['ConfigMap', '/api/v1/namespaces/kept/configmaps'],
] as const
const PATHS = Object.fromEntries(KINDS) as Readonly<Record<(typeof KINDS)[number][0], string>>

interface Kept {
  readonly kind?: string
  readonly metadata: {
    readonly name: string
    readonly finalizers?: readonly string[]
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: {
    readonly clusterIP?: string
    readonly template?: { spec: { containers: { resources: { limits: Record<string, string> } }[] } }
  }
  readonly data?: Readonly<Record<string, string>>
}

let it: Scenario
let file: string
beforeAll(async () => {
  it = await openScenario({ load: 0 })
  const topology = parse(readFileSync(it.lab.topologyPath, 'utf8')) as Record<string, unknown>
  const kinds = KINDS.map(([kind]) => ({ kind, namespaces: ['kept'] }))
  writeFileSync(join(it.dir, 'kept.yaml'), stringify({ ...topology, compare: { kinds } }))
  file = join(it.dir, 'written.yaml')
  writeFileSync(file, WRITTEN)
  for (const zone of ZONES)
    await it.client(zone).send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } })
}, 60_000)
afterAll(() => it.close())
beforeEach(async () => {
  const created = await run('sync', '--from', 'desired', '-f', file, '--create', '--yes')
  if (created.code !== 0) throw new Error(created.stderr)
})
afterEach(async () => {
  for (const zone of ZONES)
    for (const [kind, path] of KINDS)
      for (const { metadata } of await all(zone, kind)) {
        if (metadata.finalizers !== undefined)
          await it.client(zone).mergePatch(`${path}/${metadata.name}`, { metadata: { finalizers: null } })
        await it.client(zone).send('DELETE', `${path}/${metadata.name}`)
      }
  await it.reset()
})

const run = async (...args: readonly string[]) => await it.run(args, { env: { TRICENTER_TOPOLOGY: join(it.dir, 'kept.yaml') } })
const diff = async () => {
  const { code, stdout } = await run('diff', '-f', file, '-o', 'json')
  const { objects } = JSON.parse(stdout) as DiffDocument
  return [code, objects.flatMap(({ kind, name, leaves }) => leaves.map(({ path }) => `${kind} ${name} ${path}`))] as const
}
const all = async (zone: Zone, kind: keyof typeof PATHS): Promise<readonly Kept[]> => {
  const { body } = await it.client(zone).send('GET', PATHS[kind])
  return (body as { items: Kept[] }).items.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
}
const one = async (zone: Zone, kind: keyof typeof PATHS, name = 'web'): Promise<Kept | undefined> =>
  (await all(zone, kind)).find(({ metadata }) => metadata.name === name)
const limits = async (zone: Zone) => (await one(zone, 'Deployment'))?.spec?.template?.spec.containers[0]?.resources.limits
/** Real servers write quantities their own way; the embedded one keeps them as they are. */
const kept = () => (it.lab.engine === 'embedded' ? { cpu: 0.5, memory: 1073741824 } : { cpu: '500m', memory: '1073741824' })
const latest = (): string => it.runs().at(-1) ?? ''

test('what was written by hand is there, in the words of its servers, and nothing differs from it', async () => {
  expect(await diff()).toEqual([0, []])
  expect(await run('diff')).toMatchObject({ code: 0 })
  for (const zone of ZONES) expect(await limits(zone)).toEqual(kept())
  const again = await run('sync', '--from', 'desired', '-f', file, '--create', '--yes')
  expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/Nothing to do/)])
})

test('a creation is taken back, though the server wrote it its own way', async () => {
  const undone = await run('undo', latest(), '--yes', '--confirm=Deployment/kept/web,Service/kept/web,ConfigMap/kept/web,Secret/kept/web')
  expect(undone.stderr).not.toMatch(STACK)
  expect(undone.code, undone.stderr).toBe(0)
  for (const zone of ZONES) for (const [kind] of KINDS) expect(await one(zone, kind)).toBeUndefined()
})

test('an update is brought about and taken back, whatever server and controllers add to it', async () => {
  const container = { name: 'web', image: 'example.com/web:2', resources: { limits: { cpu: '2', memory: '1Gi' } } }
  await it.client('zone-b').mergePatch(`${PATHS.Deployment}/web`, { spec: { template: { spec: { containers: [container] } } } })
  await it.client('zone-b').mergePatch(`${PATHS.Service}/web`, { spec: { ports: [{ port: 80, targetPort: 9090 }] } })
  await it.client('zone-b').mergePatch(`${PATHS.Secret}/web`, { data: { token: 'b3RoZXI=' } })
  const address = (await one('zone-b', 'Service'))?.spec?.clusterIP
  const [code, found] = await diff()
  expect([code, found.map((path) => path.split(' ')[0])]).toEqual([1, expect.arrayContaining(['Deployment', 'Secret', 'Service'])])
  const synced = await run('sync', '--from', 'desired', '-f', file, '--yes')
  expect(synced.code, synced.stderr).toBe(0)
  expect(await diff()).toEqual([0, []])
  expect(await limits('zone-b')).toEqual(kept())
  expect((await one('zone-b', 'Service'))?.spec?.clusterIP).toBe(address)
  const undone = await run('undo', latest(), '--yes')
  expect(undone.code, undone.stderr).toBe(0)
  expect(await limits('zone-b')).toMatchObject({ cpu: '2' })
  expect((await one('zone-b', 'Secret'))?.data).toEqual({ token: 'b3RoZXI=' })
})

test('one that finalizers hold is gone for sync, and undo says that it cannot be given back yet', async () => {
  const held = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'held', namespace: 'kept', finalizers: ['example.com/hold'] },
    data: { a: '1' },
  }
  for (let i = 0; i < 10; i++)
    for (const zone of ZONES)
      await it.client(zone).send('POST', PATHS.ConfigMap, { ...held, metadata: { name: `filler-${i}`, namespace: 'kept' } })
  await it.client('zone-b').send('POST', PATHS.ConfigMap, held)
  const removed = await run('sync', '--from', 'zone-a', '--center', 'zone-b', '--delete', '--confirm=ConfigMap/kept/held')
  expect(removed.code, removed.stderr).toBe(0)
  expect(await one('zone-b', 'ConfigMap', 'held')).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) as unknown } })
  const seen = await run('diff', '--between', 'zone-a,zone-b')
  expect([seen.code, seen.stdout]).toEqual([1, expect.stringContaining('terminating')])
  const early = await run('undo', latest(), '--yes')
  expect([early.code, early.stderr]).toEqual([3, expect.stringContaining('still being deleted')])
})

test('a server that will not have it says so, and everything else is written', async () => {
  const wrong = join(it.dir, 'wrong.yaml')
  writeFileSync(
    wrong,
    WRITTEN.replace(
      'kind: Service\nmetadata: { name: web,',
      "kind: Service\nmetadata: { labels: { app: 'no such value!' }, name: web,",
    ).replace('timeout: 60s', 'timeout: 61s'),
  )
  const synced = await run('sync', '--from', 'desired', '-f', wrong, '--center', 'zone-b', '--yes')
  expect(synced.code, synced.stderr).toBe(6)
  expect(synced.stderr).toMatch(/rejected +zone-b Service kept\/web: 422/)
  expect((await one('zone-b', 'ConfigMap'))?.data).toMatchObject({ timeout: '61s' })
})
