import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../src/lab/apiserver/json.ts'
import type { Objects } from '../../../src/lab/apiserver/objects.ts'
import { startEmbedded, type EmbeddedLab } from '../../../src/lab/embedded.ts'

let lab: EmbeddedLab
let objects: Objects
let address = 0
const kubelet = { manager: 'kubelet', subresource: 'status' } as const

/** Reports a Pod as running and ready, as a node agent does. */
function run({ metadata: { name, namespace } }: KubeObject): void {
  const status = { phase: 'Running', podIP: `10.0.0.${++address}`, conditions: [{ type: 'Ready', status: 'True' }] }
  objects.update(objects.target('pods.', namespace), name, kubelet, (pod) => ({ ...pod, status }))
}

beforeAll(async () => {
  lab = await startEmbedded(['zone-a'])
  objects = lab.cluster('zone-a').server.objects
})
afterAll(() => lab.close())

const test1 = { manager: 'test' }
const podsOf = (app: string) =>
  objects.store
    .list('pods.', 'default')
    .filter(({ metadata }) => metadata.labels?.['app'] === app && metadata.deletionTimestamp === undefined)
const get = (resource: string, name: string) => objects.get(objects.target(resource, 'default'), name)
const find = (resource: string, name: string) => objects.find(objects.target(resource, 'default'), name)
const patchSpec = (resource: string, name: string, change: Record<string, unknown>) =>
  objects.update(objects.target(resource, 'default'), name, test1, (now) => ({ ...now, spec: { ...now['spec'], ...change } }))
const template = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
})
const create = (resource: string, name: string, body: Record<string, unknown>) =>
  objects.create(objects.target(resource, 'default'), { metadata: { name }, ...body }, test1)
const workload = (app: string, replicas: number, more = {}) => ({
  spec: { replicas, selector: { matchLabels: { app } }, template: template(app, 'web:1'), ...more },
})
/** Runs every Pod of an app that is not running, until nothing is left to do. */
async function settle(app: string, until: () => boolean): Promise<void> {
  await expect
    .poll(
      () => {
        for (const pod of podsOf(app)) if (pod['status'].phase === 'Pending') run(pod)
        return until()
      },
      { interval: 2 },
    )
    .toBe(true)
}

describe('a Deployment', () => {
  test('becomes ReplicaSet and Pods, and reports what is ready', async () => {
    create('deployments.apps', 'first', workload('first', 3))
    await expect.poll(() => podsOf('first').length).toBe(3)
    await expect.poll(() => get('deployments.apps', 'first')['status'].unavailableReplicas).toBe(3)
    expect(get('deployments.apps', 'first')['status'].conditions[0]).toMatchObject({
      type: 'Available',
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
    })
    await settle('first', () => get('deployments.apps', 'first')['status'].availableReplicas === 3)
    const { status, metadata } = get('deployments.apps', 'first')
    expect(status).toMatchObject({ observedGeneration: metadata.generation, replicas: 3, updatedReplicas: 3, readyReplicas: 3 })
    expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1')
  })

  test('goes to 0 and back to 10 within a moment', async () => {
    create('deployments.apps', 'quick', workload('quick', 10))
    await settle('quick', () => get('deployments.apps', 'quick')['status']?.readyReplicas === 10)
    patchSpec('deployments.apps', 'quick', { replicas: 0 })
    await expect.poll(() => podsOf('quick').length, { interval: 2 }).toBe(0)
    await expect.poll(() => get('deployments.apps', 'quick')['status'].replicas, { interval: 2 }).toBeUndefined()
    const start = performance.now()
    patchSpec('deployments.apps', 'quick', { replicas: 10 })
    while (podsOf('quick').length < 10) await new Promise((resolve) => setImmediate(resolve))
    expect(performance.now() - start).toBeLessThan(500)
  })

  test('rolls to a new template without falling below its minimum, and back', async () => {
    create('deployments.apps', 'rolled', workload('rolled', 4))
    await settle('rolled', () => get('deployments.apps', 'rolled')['status']?.readyReplicas === 4)
    let least = 4
    let most = 4
    const stops = [
      objects.store.listen(
        'pods.',
        () => void (least = Math.min(least, podsOf('rolled').filter(({ status }) => status?.phase === 'Running').length)),
      ),
      objects.store.listen('replicasets.apps', () => {
        const sets = objects.store.list('replicasets.apps', 'default').filter(({ metadata }) => metadata.name.startsWith('rolled-'))
        most = Math.max(
          most,
          sets.reduce((sum, { spec }) => sum + spec.replicas, 0),
        )
      }),
    ]
    patchSpec('deployments.apps', 'rolled', { template: template('rolled', 'web:2') })
    const isDone = (revision: string) => () => {
      const { status, metadata } = get('deployments.apps', 'rolled')
      return (
        metadata.annotations?.['deployment.kubernetes.io/revision'] === revision && status.conditions[1].reason === 'NewReplicaSetAvailable'
      )
    }
    await settle('rolled', isDone('2'))
    expect(podsOf('rolled').map(({ spec }) => spec.containers[0].image)).toEqual(Array.from({ length: 4 }, () => 'web:2'))
    expect({ least, most }).toEqual({ least: 3, most: 5 })
    patchSpec('deployments.apps', 'rolled', { template: template('rolled', 'web:1') })
    await settle('rolled', isDone('3'))
    for (const stop of stops) stop()
    expect(objects.store.list('replicasets.apps', 'default').filter(({ metadata }) => metadata.name.startsWith('rolled-'))).toHaveLength(2)
  })

  test('keeps its ReplicaSet when only empty fields of the template change', async () => {
    create('deployments.apps', 'empty', workload('empty', 1))
    await expect.poll(() => podsOf('empty').length).toBe(1)
    patchSpec('deployments.apps', 'empty', {
      template: { ...template('empty', 'web:1'), metadata: { labels: { app: 'empty' }, annotations: {} } },
    })
    await expect
      .poll(() => objects.store.list('replicasets.apps', 'default').filter(({ metadata }) => metadata.name.startsWith('empty-')).length)
      .toBe(1)
  })
})

describe('deletion', () => {
  test('of a Deployment takes its ReplicaSet and Pods along', async () => {
    create('deployments.apps', 'gone', workload('gone', 2))
    await expect.poll(() => podsOf('gone').length).toBe(2)
    objects.delete(objects.target('deployments.apps', 'default'), 'gone')
    await expect.poll(() => podsOf('gone').length).toBe(0)
    expect(objects.store.list('replicasets.apps', 'default').some(({ metadata }) => metadata.name.startsWith('gone-'))).toBe(false)
  })

  test('in the foreground lets the owner go last', async () => {
    create('deployments.apps', 'last', workload('last', 1))
    await expect.poll(() => podsOf('last').length).toBe(1)
    const order: string[] = []
    const unlisten = objects.store.listen(
      '*',
      ({ type, object }) =>
        void (type === 'DELETED' && object.kind !== 'Lease' && object.metadata.name.startsWith('last') && order.push(object.kind)),
    )
    expect(objects.delete(objects.target('deployments.apps', 'default'), 'last', { propagation: 'Foreground' }).gone).toBe(false)
    await expect.poll(() => find('deployments.apps', 'last')).toBeUndefined()
    unlisten()
    expect(order).toEqual(['Pod', 'ReplicaSet', 'Deployment'])
  })

  test('that orphans leaves the dependents without an owner', async () => {
    create('configmaps.', 'parent', {})
    const { apiVersion, kind, metadata } = get('configmaps.', 'parent')
    const ownerReferences = [{ apiVersion, kind, name: 'parent', uid: metadata.uid }]
    objects.create(objects.target('configmaps.', 'default'), { metadata: { name: 'child', ownerReferences } }, test1)
    objects.delete(objects.target('configmaps.', 'default'), 'parent', { propagation: 'Orphan' })
    await expect.poll(() => find('configmaps.', 'parent')).toBeUndefined()
    expect(get('configmaps.', 'child').metadata.ownerReferences).toBeUndefined()
  })

  test('of a Pod on a node waits for the node', () => {
    const pods = objects.target('pods.', 'default')
    create('pods.', 'bound', { spec: { nodeName: 'n1', containers: [{ name: 'a', image: 'a:1' }] } })
    expect(objects.delete(pods, 'bound').gone).toBe(false)
    expect(get('pods.', 'bound').metadata).toMatchObject({ deletionGracePeriodSeconds: 30, deletionTimestamp: expect.any(String) })
    expect(objects.delete(pods, 'bound', { gracePeriodSeconds: 0 }).gone).toBe(true)
  })

  test('of a namespace empties it first and lets nothing in', async () => {
    const spaces = objects.target('namespaces.')
    objects.create(spaces, { metadata: { name: 'doomed' } }, test1)
    const inside = objects.target('configmaps.', 'doomed')
    objects.create(inside, { metadata: { name: 'held', finalizers: ['example.com/hold'] } }, test1)
    objects.delete(spaces, 'doomed')
    await expect.poll(() => objects.find(inside, 'held')?.metadata.deletionTimestamp).toBeDefined()
    expect(() => objects.create(inside, { metadata: { name: 'late' } }, test1)).toThrow('being terminated')
    objects.update(inside, 'held', test1, (now) => ({ ...now, metadata: { ...now.metadata, finalizers: [] } }))
    await expect.poll(() => objects.find(spaces, 'doomed')).toBeUndefined()
  })
})

test('a StatefulSet makes its Pods in order and renews them from the last', async () => {
  create('statefulsets.apps', 'db', workload('db', 3))
  await expect.poll(() => podsOf('db').map(({ metadata }) => metadata.name)).toEqual(['db-0'])
  await settle('db', () => get('statefulsets.apps', 'db')['status']?.readyReplicas === 3)
  const order: string[] = []
  const unlisten = objects.store.listen('pods.', ({ type, object }) => void (type === 'DELETED' && order.push(object.metadata.name)))
  patchSpec('statefulsets.apps', 'db', { template: template('db', 'web:2') })
  await settle(
    'db',
    () => podsOf('db').filter(({ spec, status }) => spec.containers[0].image === 'web:2' && status?.phase === 'Running').length === 3,
  )
  patchSpec('statefulsets.apps', 'db', { replicas: 1 })
  await settle('db', () => podsOf('db').length === 1)
  unlisten()
  expect(order).toEqual(['db-2', 'db-1', 'db-0', 'db-2', 'db-1'])
})

test('a Service lists the ready Pods of its selector, by the name of their port', async () => {
  create('services.', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } })
  create('deployments.apps', 'web', workload('web', 2))
  const slice = () =>
    objects.store
      .list('endpointslices.discovery.k8s.io', 'default')
      .find(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')
  await expect.poll(() => slice()).toBeDefined()
  await settle('web', () => slice()?.['endpoints']?.length === 2)
  expect(slice()).toMatchObject({
    ports: [{ port: 8080, protocol: 'TCP' }],
    endpoints: [{ conditions: { ready: true, serving: true, terminating: false }, targetRef: { kind: 'Pod' } }, {}],
  })
  expect(get('endpoints.', 'web')['subsets'][0]).toMatchObject({ addresses: [{}, {}], ports: [{ port: 8080 }] })
  patchSpec('deployments.apps', 'web', { replicas: 0 })
  await expect.poll(() => get('endpoints.', 'web')['subsets']).toBeUndefined()
  objects.delete(objects.target('services.', 'default'), 'web')
  await expect.poll(() => find('endpoints.', 'web')).toBeUndefined()
  expect(slice()).toBeUndefined()
})
