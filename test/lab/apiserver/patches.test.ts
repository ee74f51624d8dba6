import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startEmbedded, type EmbeddedLab } from '../../../src/lab/embedded.ts'
import { applyStrategicMergePatch } from '../../../src/lab/apiserver/merge-patch.ts'
import { clientOf, routeOf, routes, type Body, type Client } from './client.ts'

let lab: EmbeddedLab
let api: Client
let path: string
let before: Body
let count = 0
beforeAll(async () => {
  lab = await startEmbedded(['zone-a'])
  api = clientOf(lab.cluster('zone-a'))
})
beforeEach(async () => {
  path = `${routes}/route-${++count}`
  before = (await api.post(routes, routeOf(`route-${count}`, [50, 50]))).body
})
afterAll(async () => {
  await api.close()
  await lab.close()
})

const weight = '/spec/rules/0/backendRefs/0/weight'

describe('JSON patch', () => {
  test('a failed test rejects the whole patch without naming the operation', async () => {
    const { body } = await api.jsonPatch(path, [
      { op: 'replace', path: weight, value: 0 },
      { op: 'test', path: '/spec/rules/0/backendRefs/1/weight', value: 49 },
    ])
    expect(body).toMatchObject({ code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request' })
    expect((await api.get(path)).body).toEqual(before)
  })

  test.each([
    ['a test of null holds for an absent key', [{ op: 'test', path: '/metadata/annotations', value: null }], 200],
    ['a test of null fails for a present key', [{ op: 'test', path: '/spec', value: null }], 422],
    ['a test under an absent parent fails', [{ op: 'test', path: '/metadata/annotations/a', value: null }], 422],
    ['a replacement sets a key that the map lacks', [{ op: 'replace', path: '/spec/hostnames', value: ['a.example'] }], 200],
    ['a replacement beyond the end of a list fails', [{ op: 'replace', path: '/spec/rules/9', value: {} }], 422],
    ['an addition under an absent parent fails', [{ op: 'add', path: '/metadata/annotations/a', value: 'b' }], 422],
    ['an addition of the parent goes', [{ op: 'add', path: '/metadata/annotations', value: { 'a/b': 'c' } }], 200],
    ['the removal of an absent key fails', [{ op: 'remove', path: '/spec/hostnames' }], 422],
    [
      'an escaped key is found',
      [
        { op: 'add', path: '/metadata/annotations', value: { 'a/b': 'c' } },
        { op: 'test', path: '/metadata/annotations/a~1b', value: 'c' },
      ],
      200,
    ],
    ['an item is appended', [{ op: 'add', path: '/spec/rules/-', value: {} }], 200],
    ['what is copied and moved must be there', [{ op: 'move', from: '/spec/none', path: '/spec/hostnames' }], 422],
    ['an unknown operation fails', [{ op: 'increment', path: weight }], 422],
    [
      'the order of keys in a test does not count',
      [{ op: 'test', path: '/spec/rules/0/matches/0/path', value: { value: '/', type: 'PathPrefix' } }],
      200,
    ],
  ] as const)('%s', async (_, operations, status) => {
    expect((await api.jsonPatch(path, operations)).status).toBe(status)
  })

  test('a version in the patch is a working compare-and-set', async () => {
    const set = (version: string) => [
      { op: 'replace', path: '/metadata/resourceVersion', value: version },
      { op: 'replace', path: weight, value: 1 },
    ]
    expect((await api.jsonPatch(path, set('1'))).body).toMatchObject({ code: 409, reason: 'Conflict' })
    expect((await api.jsonPatch(path, set(before.metadata.resourceVersion))).status).toBe(200)
    expect((await api.jsonPatch(path, set(before.metadata.resourceVersion))).status).toBe(409)
  })

  test('applies to the newest object, whatever the client read', async () => {
    await api.mergePatch(`${path}/status`, {
      status: { parents: [{ controllerName: 'higress.io/gateway-controller', parentRef: { name: 'gw' } }] },
    })
    const { body } = await api.jsonPatch(path, [
      { op: 'test', path: '/spec/rules/0/backendRefs', value: before.spec.rules[0].backendRefs },
      { op: 'replace', path: weight, value: 0 },
    ])
    expect(body.status.parents).toHaveLength(1)
    expect(body.spec.rules[0].backendRefs[0].weight).toBe(0)
  })

  test.each([
    [1_000_001, 'spec.rules[0].backendRefs[0].weight in body should be less than or equal to 1000000'],
    [0.5, 'spec.rules[0].backendRefs[0].weight in body must be of type integer: "number"'],
    [-1, 'spec.rules[0].backendRefs[0].weight in body should be greater than or equal to 0'],
  ])('a weight of %d is refused with its path', async (value, message) => {
    const { body } = await api.jsonPatch(path, [{ op: 'replace', path: weight, value }])
    expect(body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: expect.stringContaining(message),
      details: { causes: [{ field: 'spec.rules[0].backendRefs[0].weight' }] },
    })
  })

  test('a body that is no patch is a bad request', async () => {
    expect((await api.call('PATCH', path, '{', { 'content-type': 'application/json-patch+json' })).status).toBe(400)
    expect((await api.call('PATCH', path, '{}', { 'content-type': 'application/json-patch+json' })).status).toBe(400)
  })
})

describe('merge patches', () => {
  test('null removes a key and a list replaces a list', async () => {
    await api.mergePatch(path, { metadata: { annotations: { a: '1', b: '2' } }, spec: { hostnames: ['a.example', 'b.example'] } })
    const { body } = await api.mergePatch(path, { metadata: { annotations: { a: null } }, spec: { hostnames: ['c.example'] } })
    expect(body.metadata.annotations).toEqual({ b: '2' })
    expect(body.spec.hostnames).toEqual(['c.example'])
  })

  test('a strategic patch of a custom resource is refused before it is looked for', async () => {
    const { status } = await api.call('PATCH', `${routes}/none`, {}, { 'content-type': 'application/strategic-merge-patch+json' })
    expect(status).toBe(415)
  })

  const live = {
    containers: [
      { name: 'a', image: 'a:1', env: [{ name: 'x', value: '1' }] },
      { name: 'b', image: 'b:1' },
    ],
    finalizers: ['one'],
  }
  test.each([
    [
      'merges items by name',
      { containers: [{ name: 'a', image: 'a:2' }] },
      { ...live, containers: [{ ...live.containers[0], image: 'a:2' }, live.containers[1]] },
    ],
    [
      'puts new items first',
      { containers: [{ name: 'c', image: 'c:1' }] },
      { ...live, containers: [{ name: 'c', image: 'c:1' }, ...live.containers] },
    ],
    ['deletes an item', { containers: [{ name: 'a', $patch: 'delete' }] }, { ...live, containers: [live.containers[1]] }],
    [
      'replaces a whole list',
      { containers: [{ $patch: 'replace' }, { name: 'z', image: 'z:1' }] },
      { ...live, containers: [{ name: 'z', image: 'z:1' }] },
    ],
    [
      'follows a given order',
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'a', image: 'a:3' }] },
      { ...live, containers: [live.containers[1], { ...live.containers[0], image: 'a:3' }] },
    ],
    [
      'adds to and takes from a set',
      { finalizers: ['two'], '$deleteFromPrimitiveList/finalizers': ['one'] },
      { ...live, finalizers: ['two'] },
    ],
    ['keeps only what it retains', { $retainKeys: ['finalizers'], finalizers: [] }, { finalizers: ['one'] }],
  ])('a strategic patch %s', (_, patch, expected) => {
    expect(applyStrategicMergePatch(structuredClone(live), patch)).toEqual(expected)
  })
})
