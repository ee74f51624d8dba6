import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyDefaults, prune, validate } from '../../../src/lab/apiserver/structural-schema.ts'
import { startEmbedded, type EmbeddedLab } from '../../../src/lab/embedded.ts'
import { clientOf, routeOf, routes, take, type Body, type Client } from './client.ts'

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

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const widgets: Body = {
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer', default: 3 } } } },
          },
        },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
      },
    ],
  },
}

test('a definition makes its kind served, and its deletion ends that and the objects', async () => {
  expect((await api.get('/apis/example.com/v1')).status).toBe(404)
  const { body } = await api.post(crds, widgets)
  expect(body.status.conditions).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }))
  expect((await api.get('/apis/example.com/v1')).body.resources).toContainEqual(
    expect.objectContaining({ name: 'widgets', kind: 'Widget', namespaced: true }),
  )
  const path = '/apis/example.com/v1/namespaces/default/widgets'
  const created = await api.post(path, { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'one' }, spec: { extra: 1 } })
  expect(created.body.spec).toEqual({ size: 3 })
  const table = await api.get(path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
  expect(table.body.rows[0].cells).toEqual(['one', 3])
  const stop = new AbortController()
  const events = api.watch(`${path}?watch=true`, stop.signal)
  expect((await take(events, 1))[0].type).toBe('ADDED')
  await api.call('DELETE', `${crds}/widgets.example.com`)
  expect((await take(events, 1))[0].type).toBe('DELETED')
  stop.abort()
  expect((await api.get(path)).status).toBe(404)
})

test('a route gets the defaults of its schema', async () => {
  const { body } = await api.post(routes, { ...routeOf('defaults', []), spec: { rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] } })
  expect(body.spec.rules).toEqual([
    {
      backendRefs: [{ group: '', kind: 'Service', name: 'web', port: 80, weight: 1 }],
      matches: [{ path: { type: 'PathPrefix', value: '/' } }],
    },
  ])
})

test('a Gateway begins with the status that waits for its controller', async () => {
  const spec = { gatewayClassName: 'higress', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] }
  const { body } = await api.post('/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways', { metadata: { name: 'gw' }, spec })
  expect(body.status.conditions.map(({ type, status }: Body) => [type, status])).toEqual([
    ['Accepted', 'Unknown'],
    ['Programmed', 'Unknown'],
  ])
})

test('one object is seen in each version of its kind', async () => {
  await api.post(routes, routeOf('versions', [1]))
  const old = await api.get('/apis/gateway.networking.k8s.io/v1beta1/namespaces/default/httproutes/versions')
  expect(old.body.apiVersion).toBe('gateway.networking.k8s.io/v1beta1')
  expect(old.body.spec).toEqual((await api.get(`${routes}/versions`)).body.spec)
  expect((await api.get('/apis/gateway.networking.k8s.io')).body.preferredVersion.version).toBe('v1')
})

test('a label that is a number is refused', async () => {
  expect((await api.mergePatch(`${routes}/versions`, { metadata: { labels: { a: 1 } } })).status).toBe(422)
})

test('annotations of more than 256 KiB are refused', async () => {
  const { body } = await api.mergePatch(`${routes}/versions`, { metadata: { annotations: { a: 'x'.repeat(262_144) } } })
  expect(body).toMatchObject({ code: 422, message: expect.stringContaining('metadata.annotations: Too long') })
})

const backend = { group: 'g', kind: 'Service', name: 'a', port: 80 }
const ruleWith = (rule: Body): Body => ({ ...routeOf('wrong', [1]), spec: { rules: [rule] } })
describe('a route is refused', () => {
  test.each([
    [
      'with 17 backends',
      ruleWith({ backendRefs: Array.from({ length: 17 }, () => backend) }),
      'spec.rules[0].backendRefs: Too many: 17: must have at most 16 items',
    ],
    ['with 17 rules', { ...routeOf('wrong', []), spec: { rules: Array.from({ length: 17 }, () => ({})) } }, 'spec.rules: Too many: 17'],
    ['with a backend without a name', ruleWith({ backendRefs: [{ port: 80 }] }), 'spec.rules[0].backendRefs[0].name: Required value'],
    ['with a core Service without a port', ruleWith({ backendRefs: [{ name: 'web' }] }), 'spec.rules[0].backendRefs[0]: Invalid value'],
    ['with a port beyond 65535', ruleWith({ backendRefs: [{ ...backend, port: 65536 }] }), 'should be less than or equal to 65535'],
    [
      'with two matches of one header',
      ruleWith({
        matches: [
          {
            headers: [
              { name: 'x', value: '1' },
              { name: 'x', value: '2' },
            ],
          },
        ],
      }),
      'headers[1]: Duplicate value: {"name":"x"}',
    ],
    ['with an unknown kind of match', ruleWith({ matches: [{ path: { type: 'Suffix' } }] }), 'Unsupported value: "Suffix"'],
    [
      'with a path that does not begin with /',
      ruleWith({ matches: [{ path: { value: 'api' } }] }),
      'spec.rules[0].matches[0].path.value: Invalid value: "api"',
    ],
    ['with a path that climbs', ruleWith({ matches: [{ path: { value: '/a/../b' } }] }), 'may not contain /../'],
    ['with a host that is none', { ...routeOf('wrong', [1]), spec: { hostnames: ['a_b'] } }, "should match '^(\\*\\.)?"],
    [
      'with a filter that lacks its field',
      ruleWith({ filters: [{ type: 'URLRewrite' }] }),
      'spec.rules[0].filters[0].urlRewrite: Required value',
    ],
    [
      'with a redirect beside backends',
      ruleWith({ backendRefs: [backend], filters: [{ type: 'RequestRedirect', requestRedirect: { port: 80 } }] }),
      'redirects',
    ],
    ['with a part longer than the whole', ruleWith({ timeouts: { request: '1s', backendRequest: '1500ms' } }), 'spec.rules[0].timeouts'],
    [
      'with one parent twice',
      { ...routeOf('wrong', [1]), spec: { parentRefs: [{ name: 'a' }, { name: 'a' }] } },
      'spec.parentRefs[1]: Duplicate value',
    ],
    ['with a name in capitals', { ...routeOf('Wrong', [1]) }, 'metadata.name: Invalid value: "Wrong"'],
  ])('%s', async (_, route, message) => {
    const { body } = await api.post(routes, route)
    expect(body).toMatchObject({ code: 422, reason: 'Invalid', message: expect.stringContaining(message) })
  })

  test('but not for naming a backend twice, which the real server takes', async () => {
    expect((await api.post(routes, { ...ruleWith({ backendRefs: [backend, backend] }), metadata: { name: 'twice' } })).status).toBe(201)
  })
})

describe('a structural schema', () => {
  const schema = {
    type: 'object',
    properties: {
      free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      either: { 'x-kubernetes-int-or-string': true },
      mode: { type: 'string', nullable: true, default: 'on' },
      items: { type: 'array', items: { type: 'object', properties: { size: { type: 'integer', default: 1 } } } },
    },
  }

  test('prunes what it does not know, and nothing of free maps', () => {
    const value = { free: { a: { b: 1 } }, labels: { c: 'd' }, items: [{ size: 1, colour: 'red' }], more: 1 }
    expect(prune(value, schema)).toEqual(['items[0].colour', 'more'])
    expect(value).toEqual({ free: { a: { b: 1 } }, labels: { c: 'd' }, items: [{ size: 1 }] })
  })

  test('fills defaults at every depth, and leaves a null that may be', () => {
    const value = { items: [{}], mode: null }
    applyDefaults(value, schema)
    expect(value).toEqual({ items: [{ size: 1 }], mode: null })
  })

  test('takes a number or a string where it says so', () => {
    expect(validate({ either: 1 }, schema)).toEqual([])
    expect(validate({ either: '25%' }, schema)).toEqual([])
    expect(validate({ either: true }, schema)).toHaveLength(1)
  })
})
