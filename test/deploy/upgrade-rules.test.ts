import { expect, test } from 'vitest'
import type { Manifest } from '../../src/deploy/manifests.ts'
import { upgradeFindings, upgradeRules, upgradeWords, type UpgradeRequest } from '../../src/deploy/upgrade-rules.ts'
import { isFrom, versionIn } from '../../src/domain/version.ts'
import { documented } from '../domain/world.ts'

const route = (rule: unknown, name = 'chat'): Manifest => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'ai-system' },
  spec: { rules: [rule] },
})
const bridge = (name: string, registries: readonly unknown[], namespace = 'higress-system'): Manifest => ({
  apiVersion: 'networking.higress.io/v1',
  kind: 'McpBridge',
  metadata: { name, namespace },
  spec: { registries },
})
const nacos = { backendRefs: [{ group: 'networking.higress.io', name: 'ai.DEFAULT-GROUP.public.nacos', port: 8080 }] }
const plain = { backendRefs: [{ name: 'ai', port: 80 }] }
const found = (more: Partial<UpgradeRequest>) =>
  upgradeFindings({ center: 'zone-a', namespace: 'higress-system', from: '2.1.9', to: '2.2.0', live: [], rendered: [], ...more }).map(
    ({ reason, effect }) => `${reason} ${effect}`,
  )

test.each([
  { text: '2.1.9', version: [2, 1, 9] },
  { text: 'v2.2.0-rc.1', version: [2, 2, 0] },
  { text: 'higress-2.1.9', version: [2, 1, 9] },
  { text: 'v1.4', version: [1, 4, 0] },
  { text: '2.1.9+build', version: [2, 1, 9] },
  { text: 'latest', version: undefined },
  { text: '', version: undefined },
])('reads $version from "$text"', ({ text, version }) => {
  expect(versionIn(text)).toEqual(version)
})

test.each([
  ['2.2.0', '2.2.0', true],
  ['2.1.99', '2.2.0', false],
  ['3.0.0', '2.2.0', true],
  ['2.10.0', '2.9.9', true],
  ['unknown', '2.2.0', undefined],
])('%s is from %s on: %s', (version, least, answer) => {
  expect(isFrom(version, least)).toBe(answer)
})

test.each<{ says: string; request: Partial<UpgradeRequest>; finds: readonly string[] }>([
  { says: 'backends that 2.2.0 refuses', request: { live: [route(nacos)] }, finds: ['nacos-backends-refused refuse'] },
  {
    says: 'them in mirrors too',
    request: { live: [route({ ...plain, filters: [{ type: 'RequestMirror', requestMirror: { backendRef: nacos.backendRefs[0] } }] })] },
    finds: ['nacos-backends-refused refuse'],
  },
  { says: 'nothing against them before', request: { live: [route(nacos)], to: '2.1.10' }, finds: [] },
  { says: 'nothing in Services', request: { live: [route(plain)] }, finds: [] },
  { says: 'that it cannot tell without a version', request: { live: [route(nacos)], to: 'main' }, finds: ['nacos-backends-refused warn'] },
  {
    says: 'timeouts that begin to count',
    request: { live: [route({ ...plain, timeouts: { request: '5s' } })] },
    finds: ['timeouts-honoured warn'],
  },
  {
    says: 'nothing new where they count already',
    request: { live: [route({ ...plain, timeouts: { request: '5s' } })], from: '2.2.0', to: '2.2.1' },
    finds: [],
  },
  {
    says: 'timeouts that do not count yet',
    request: { rendered: [route({ ...plain, timeouts: { request: '5s' } })], to: '2.1.9' },
    finds: ['timeouts-ignored warn'],
  },
  {
    says: 'a filter that drops every rule, live',
    request: { live: [route({ ...plain, filters: [{ type: 'ExtensionRef' }] })] },
    finds: ['extension-ref-drops-rules warn'],
  },
  {
    says: 'the same filter in the chart',
    request: { rendered: [route({ ...plain, filters: [{ type: 'ExtensionRef' }] })] },
    finds: ['extension-ref-drops-rules refuse'],
  },
  {
    says: 'an object in both once, as it is live',
    request: { live: [route({ ...plain, filters: [{ type: 'ExtensionRef' }] })], rendered: [route(plain)] },
    finds: ['extension-ref-drops-rules warn'],
  },
  { says: 'a bridge of another name', request: { live: [bridge('ai-service-registry', [])] }, finds: ['mcp-bridge-name warn'] },
  { says: 'a bridge elsewhere', request: { live: [bridge('default', [], 'ai-system')] }, finds: ['mcp-bridge-namespace warn'] },
  {
    says: 'fields that a bridge does not have',
    request: { live: [bridge('default', [{ name: 'a', healthCheck: {}, nacosServiceNameMap: '' }])] },
    finds: ['mcp-bridge-fields warn'],
  },
  {
    says: 'registries that overwrite each other',
    request: {
      live: [
        bridge(
          'default',
          ['a', 'b'].map((name) => ({ name, type: 'nacos2', nacosGroups: ['DEFAULT_GROUP'] })),
        ),
      ],
    },
    finds: ['registries-overlap warn'],
  },
  {
    says: 'nothing in registries with namespaces of their own',
    request: {
      live: [
        bridge(
          'default',
          ['a', 'b'].map((name) => ({ name, type: 'nacos2', nacosNamespaceId: name })),
        ),
      ],
    },
    finds: [],
  },
  {
    says: 'a kind that Higress never had',
    request: { rendered: [{ apiVersion: 'networking.higress.io/v1', kind: 'Retry', metadata: { name: 'r' } }] },
    finds: ['no-such-kind refuse'],
  },
  {
    says: 'nothing against one that the cluster serves',
    request: { rendered: [{ apiVersion: 'networking.higress.io/v1', kind: 'Retry', metadata: { name: 'r' } }], served: ['Retry'] },
    finds: [],
  },
  { says: 'a Gateway API from before', request: { gatewayApi: 'v1.0.0' }, finds: ['gateway-api-older warn'] },
  { says: 'nothing in one that suffices', request: { gatewayApi: 'v1.4.0' }, finds: [] },
  {
    says: 'objects that are nothing at all',
    request: { live: [{}, { kind: 'HTTPRoute', apiVersion: 'gateway.networking.k8s.io/v1' }, bridge('default', [null])] },
    finds: [],
  },
])('finds $says', ({ request, finds }) => {
  expect(found(request)).toEqual(finds)
})

test('keeps the documented world below 2.2.0', () => {
  expect(found({ live: documented }).filter((one) => one === 'nacos-backends-refused refuse')).toHaveLength(4)
  expect(found({ live: documented, to: '2.1.10' })).toEqual(['timeouts-ignored warn'])
})

test('has words for every rule, each once', () => {
  const ids = upgradeRules.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(upgradeWords).toHaveProperty(id)
})
