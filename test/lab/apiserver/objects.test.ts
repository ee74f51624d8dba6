import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbedded, type EmbeddedLab } from '../../../src/lab/embedded.ts'
import { clientOf, configMapOf, configMaps, routeOf, routes, type Client } from './client.ts'

let lab: EmbeddedLab
let api: Client
beforeAll(async () => {
  lab = await startEmbedded(['zone-a'])
  api = clientOf(lab.cluster('zone-a'))
})
afterAll(async () => {
  await api.close()
  await lab.close()
})

describe('create, replace, delete', () => {
  test('a created object has a uid, a version and generation 1', async () => {
    const { status, body } = await api.post(routes, routeOf('created', [50, 50]))
    expect(status).toBe(201)
    expect(body.metadata).toMatchObject({
      namespace: 'default',
      generation: 1,
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
    })
    expect((await api.post(routes, routeOf('created', [1]))).body).toMatchObject({ code: 409, reason: 'AlreadyExists' })
  })

  test('an absent object, kind and namespace are three 404s', async () => {
    expect((await api.get(`${routes}/none`)).body).toMatchObject({
      code: 404,
      reason: 'NotFound',
      details: { name: 'none', kind: 'httproutes' },
    })
    expect((await api.get('/apis/gateway.networking.k8s.io/v1/namespaces/default/grpcroutes')).body.message).toBe(
      'the server could not find the requested resource',
    )
    expect((await api.post('/api/v1/namespaces/none/configmaps', configMapOf('x'))).body.message).toBe('namespaces "none" not found')
  })

  test('generation counts changes of the spec, and not those of metadata and status', async () => {
    await api.post(routes, routeOf('generations', [1]))
    const path = `${routes}/generations`
    expect((await api.mergePatch(path, { metadata: { labels: { a: 'b' } } })).body.metadata.generation).toBe(1)
    expect((await api.mergePatch(path, { spec: { hostnames: ['a.example'] } })).body.metadata.generation).toBe(2)
    const parents = [{ controllerName: 'higress.io/gateway-controller', parentRef: { name: 'gw' }, conditions: [] }]
    const withStatus = await api.mergePatch(`${path}/status`, {
      status: { parents: [{ ...parents[0], conditions: undefined }] },
      spec: { hostnames: [] },
    })
    expect(withStatus.body.metadata.generation).toBe(2)
    expect(withStatus.body.spec.hostnames).toEqual(['a.example'])
    expect((await api.mergePatch(path, { status: null })).body.status).toEqual(withStatus.body.status)
  })

  test('a write that changes nothing raises no version, and versions rise over all kinds', async () => {
    const created = await api.post(configMaps, configMapOf('same', { a: '1' }))
    const again = await api.mergePatch(`${configMaps}/same`, { data: { a: '1' } })
    expect(again.body).toEqual(created.body)
    const other = await api.post(routes, routeOf('other', [1]))
    expect(Number(other.body.metadata.resourceVersion)).toBeGreaterThan(Number(created.body.metadata.resourceVersion))
  })

  test('a replacement of an old state is a conflict, and one of a custom resource must name a version', async () => {
    const { body } = await api.post(routes, routeOf('replaced', [1]))
    await api.mergePatch(`${routes}/replaced`, { spec: { hostnames: ['b.example'] } })
    expect((await api.call('PUT', `${routes}/replaced`, body)).body).toMatchObject({ code: 409, reason: 'Conflict' })
    const unversioned = await api.call('PUT', `${routes}/replaced`, { ...body, metadata: { name: 'replaced' } })
    expect(unversioned.body).toMatchObject({ code: 422, message: expect.stringContaining('metadata.resourceVersion') })
    await api.post(configMaps, configMapOf('unversioned'))
    expect((await api.call('PUT', `${configMaps}/unversioned`, configMapOf('unversioned', { a: 'b' }))).status).toBe(200)
  })

  test('a dry run answers what would be and keeps nothing', async () => {
    const version = lab.cluster('zone-a').server.objects.store.version
    expect((await api.post(`${configMaps}?dryRun=All`, configMapOf('dry'))).status).toBe(201)
    await api.post(configMaps, configMapOf('wet', { a: '1' }))
    const patched = await api.mergePatch(`${configMaps}/wet?dryRun=All`, { data: { a: '2' } })
    expect(patched.body.data).toEqual({ a: '2' })
    expect((await api.call('DELETE', `${configMaps}/wet?dryRun=All`)).status).toBe(200)
    expect((await api.get(`${configMaps}/wet`)).body.data).toEqual({ a: '1' })
    expect((await api.get(`${configMaps}/dry`)).status).toBe(404)
    expect(lab.cluster('zone-a').server.objects.store.version).toBe(version + 1)
  })

  test('a finalizer keeps an object until it is taken off', async () => {
    await api.post(configMaps, { ...configMapOf('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } })
    const deleted = await api.call('DELETE', `${configMaps}/held`)
    expect(deleted.body.metadata.deletionTimestamp).toBeDefined()
    expect((await api.get(`${configMaps}/held`)).status).toBe(200)
    await api.mergePatch(`${configMaps}/held`, { metadata: { finalizers: null } })
    expect((await api.get(`${configMaps}/held`)).status).toBe(404)
  })

  test('a deletion may demand that the object is a certain one', async () => {
    const { body } = await api.post(configMaps, configMapOf('certain'))
    const wrong = await api.call('DELETE', `${configMaps}/certain`, { preconditions: { uid: 'another' } })
    expect(wrong.status).toBe(409)
    expect((await api.call('DELETE', `${configMaps}/certain`, { preconditions: { uid: body.metadata.uid } })).status).toBe(200)
  })

  test('each cluster has a kube-system of its own', async () => {
    const two = await startEmbedded(['a', 'b'])
    const uids = await Promise.all(
      two.clusters.map(async (cluster) => {
        const client = clientOf(cluster)
        const { body } = await client.get('/api/v1/namespaces/kube-system')
        await client.close()
        return body.metadata.uid
      }),
    )
    await two.close()
    expect(new Set(uids).size).toBe(2)
  })
})

describe('field managers', () => {
  test('who patches one weight owns all rules from then on', async () => {
    await api.call('POST', `${routes}?fieldManager=helm`, routeOf('owned', [50, 50]))
    const { body } = await api.call(
      'PATCH',
      `${routes}/owned?fieldManager=tricenter`,
      [{ op: 'replace', path: '/spec/rules/0/backendRefs/0/weight', value: 0 }],
      {
        'content-type': 'application/json-patch+json',
      },
    )
    const [helm, tricenter] = body.metadata.managedFields
    expect(helm).toMatchObject({
      manager: 'helm',
      operation: 'Update',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:parentRefs': {} } },
    })
    expect(helm.fieldsV1['f:spec']['f:rules']).toBeUndefined()
    expect(tricenter).toMatchObject({
      manager: 'tricenter',
      apiVersion: 'gateway.networking.k8s.io/v1',
      fieldsV1: { 'f:spec': { 'f:rules': {} } },
      time: expect.stringMatching(/Z$/),
    })
  })

  test('a status write is an entry of its own, and the user agent stands in for a missing manager', async () => {
    await api.post(routes, routeOf('agents', [1]))
    const parents = [{ controllerName: 'higress.io/gateway-controller', parentRef: { name: 'gw' } }]
    const { body } = await api.mergePatch(`${routes}/agents/status`, { status: { parents } })
    expect(
      body.metadata.managedFields.map(({ manager, subresource }: { manager: string; subresource?: string }) => [manager, subresource]),
    ).toEqual([
      ['lab-test', undefined],
      ['lab-test', 'status'],
    ])
  })
})

describe('unknown fields', () => {
  const unknown = { ...routeOf('unknown', [1]), spec: { ...routeOf('unknown', [1]).spec, foo: 1 } }

  test('are dropped with a warning, without one, or refused, as asked', async () => {
    const warned = await api.post(`${routes}?fieldValidation=Warn`, unknown)
    expect(warned.headers['warning']).toBe('299 - "unknown field \\"spec.foo\\""')
    expect(warned.body.spec.foo).toBeUndefined()
    expect((await api.mergePatch(`${routes}/unknown?fieldValidation=Ignore`, { spec: { foo: 1 } })).headers['warning']).toBeUndefined()
    const strict = await api.mergePatch(`${routes}/unknown?fieldValidation=Strict`, { spec: { foo: 1 } })
    expect(strict.body).toMatchObject({ code: 422, message: expect.stringContaining('strict decoding error: unknown field "spec.foo"') })
  })

  test('of built-ins are found at the top, in the spec and in containers', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'odd' },
      foo: 1,
      spec: { bar: 1, containers: [{ name: 'a', image: 'a:1', baz: 1 }] },
    }
    const { headers } = await api.post('/api/v1/namespaces/default/pods', pod)
    for (const path of ['foo', 'spec.bar', 'spec.containers[0].baz']) expect(headers['warning']).toContain(`unknown field \\"${path}\\"`)
  })
})

describe('what is not offered', () => {
  test.each([
    ['PATCH', `${routes}/x`, { 'content-type': 'application/apply-patch+yaml' }],
    ['GET', '/api/v1/namespaces/default/pods/x/log', {}],
    ['POST', '/api/v1/namespaces/default/pods/x/exec', {}],
    ['GET', '/api/v1/namespaces/default/services/x/proxy', {}],
  ] as const)('%s %s says so', async (method, path, headers) => {
    const { body } = await api.call(method, path, method === 'GET' ? undefined : {}, headers)
    expect(body).toMatchObject({ code: 501, message: 'not in the embedded lab, use --engine binaries' })
  })

  test('the version says that this is no cluster', async () => {
    expect((await api.get('/version')).body.gitVersion).toMatch(/^v1\.36\.\d+\+lab\.embedded$/)
  })
})

test('the scale of a Deployment is read and written by itself, with its version as a guard', async () => {
  const path = '/apis/apps/v1/namespaces/default/deployments'
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } }
  await api.post(path, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'scaled' },
    spec: { replicas: 2, selector: { matchLabels: { a: 'b' } }, template },
  })
  const { body: scale } = await api.get(`${path}/scaled/scale`)
  expect(scale).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 2 }, status: { selector: 'a=b' } })
  expect((await api.call('PUT', `${path}/scaled/scale`, { ...scale, metadata: { ...scale.metadata, resourceVersion: '1' } })).status).toBe(
    409,
  )
  expect((await api.mergePatch(`${path}/scaled/scale`, { spec: { replicas: 0 } })).body.spec).toEqual({})
  expect((await api.get(`${path}/scaled`)).body.spec.replicas).toBe(0)
})
