import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { withDefaults } from '../../src/compare/defaults.ts'
import { schemaNode } from '../../src/compare/schema.ts'
import { MARK_ANNOTATION } from '../../src/domain/mark.ts'
import { encodeMark } from '../../src/domain/mark-codec.ts'
import type { AnyObject, DeclaredIntent } from '../../src/domain/compare.ts'
import { compared, documentOf, kindOf, object, type Given } from './world.ts'

const deployment = (replicas: number, name = 'higress-gateway'): AnyObject => object('Deployment', { spec: { replicas } }, { name })
const config = (value: string): AnyObject => object('ConfigMap', { data: { a: value } })
const first = (given: Given) => {
  const { objects, warnings } = documentOf(compared(given))
  return {
    verdict: objects[0]?.verdict ?? 'equal',
    odd: objects[0]?.odd ?? [],
    leaves: objects[0]?.leaves ?? [],
    warnings: warnings.map(({ reason }) => reason),
  }
}
const three = (a: AnyObject, b: AnyObject, c: AnyObject, kind = 'ConfigMap') => ({
  kind: kindOf(kind),
  columns: { 'zone-a': [a], 'zone-b': [b], 'zone-c': [c] },
})

describe('verdicts', () => {
  test('one of three that differs is the odd one out', () => {
    expect(first(three(config('1'), config('2'), config('1')))).toMatchObject({ verdict: 'odd-one-out', odd: ['zone-b'] })
  })
  test('three that all differ are drift, and nobody is odd', () => {
    expect(first(three(config('1'), config('2'), config('3')))).toMatchObject({ verdict: 'drift', odd: [] })
  })
  test('of two that differ nobody is odd', () => {
    expect(first({ kind: kindOf('ConfigMap'), columns: { 'zone-a': [config('1')], 'zone-b': [config('2')] } })).toMatchObject({
      verdict: 'drift',
      odd: [],
    })
  })
  test('whoever differs from the desired side is odd, even the majority', () => {
    const columns = { desired: [config('1')], 'zone-a': [config('2')], 'zone-b': [config('2')], 'zone-c': [config('1')] }
    expect(first({ kind: kindOf('ConfigMap'), columns })).toMatchObject({ verdict: 'drift', odd: ['zone-a', 'zone-b'] })
  })
  test('a standby has no vote on how many replicas the active ones have', () => {
    expect(first(three(deployment(3), deployment(2), deployment(2), 'Deployment'))).toMatchObject({ verdict: 'drift', odd: [] })
    expect(first(three(deployment(3), deployment(3), deployment(2), 'Deployment'))).toMatchObject({
      verdict: 'odd-one-out',
      odd: ['zone-c'],
    })
  })
  test('two that agree do not hide one that could not be read', () => {
    const columns = { 'zone-a': [config('1')], 'zone-b': [config('1')], 'zone-c': { state: 'forbidden', why: 'no' } as const }
    expect(first({ kind: kindOf('ConfigMap'), columns })).toMatchObject({ verdict: 'unknown', odd: [] })
  })
  test('drift among those that were read is said although one was not', () => {
    const columns = { 'zone-a': [config('1')], 'zone-b': [config('2')], 'zone-c': { state: 'unreachable', why: 'no' } as const }
    expect(first({ kind: kindOf('ConfigMap'), columns }).verdict).toBe('drift')
  })
  test('an object that one lacks is the odd one out, and a kind that one lacks is named as such', () => {
    expect(first({ kind: kindOf('ConfigMap'), columns: { 'zone-a': [config('1')], 'zone-b': [config('1')], 'zone-c': [] } })).toMatchObject(
      {
        verdict: 'odd-one-out',
        odd: ['zone-c'],
      },
    )
    const missing = first({
      kind: kindOf('ConfigMap'),
      columns: { 'zone-a': [config('1')], 'zone-b': [config('1')], 'zone-c': { state: 'kind-missing' } },
    })
    expect(missing).toMatchObject({ verdict: 'odd-one-out', odd: ['zone-c'] })
    expect(missing.leaves[0]?.cells['zone-c']).toEqual({ state: 'kind-missing' })
  })
  test('one that is being deleted is never equal, even where all are', () => {
    const going = object('ConfigMap', { data: { a: '1' } }, { deletionTimestamp: '2026-01-01T00:00:00Z' })
    expect(first(three(going, config('1'), config('1')))).toMatchObject({ verdict: 'drift', odd: ['zone-a'] })
    expect(first(three(going, going, going)).verdict).toBe('drift')
  })
})

describe('intents', () => {
  const intent = (more: Partial<DeclaredIntent> = {}): DeclaredIntent => ({
    kind: 'Deployment',
    name: 'higress-*',
    path: 'spec.replicas',
    centers: ['zone-c'],
    value: 2,
    reason: 'remote runs smaller',
    ...more,
  })
  const world = (c: number, more: Partial<DeclaredIntent> = {}, now = 0) =>
    first({ ...three(deployment(3), deployment(3), deployment(c), 'Deployment'), intents: [intent(more)], now })

  test('the declared value is intended', () => {
    expect(world(2)).toMatchObject({ verdict: 'intended', odd: ['zone-c'], warnings: [] })
  })
  test('another value in its place is drift, even the one that the others have', () => {
    expect(world(1)).toMatchObject({ verdict: 'drift', odd: ['zone-c'] })
    expect(world(3)).toMatchObject({ verdict: 'drift', odd: ['zone-c'] })
  })
  test('an intent does not excuse another center', () => {
    expect(
      first({ ...three(deployment(3), deployment(2), deployment(3), 'Deployment'), intents: [intent({ centers: ['zone-c'], value: 3 })] }),
    ).toMatchObject({
      verdict: 'drift',
    })
  })
  test('an expired one is a warning', () => {
    expect(world(2, { until: 10 }, 11)).toMatchObject({ verdict: 'intended', warnings: ['intent-expired'] })
  })
  test('one without which nothing differs is a warning', () => {
    expect(world(3, { value: 3 })).toMatchObject({ verdict: 'equal', warnings: ['intent-unneeded'] })
  })
  test('of a center that was not read nothing is said', () => {
    const columns = { 'zone-a': [deployment(3)], 'zone-b': [deployment(3)], 'zone-c': { state: 'unreachable' } as const }
    expect(first({ kind: kindOf('Deployment'), columns, intents: [intent()] })).toMatchObject({ verdict: 'unknown', warnings: [] })
  })
  test('an object that is meant to be absent may be, and may not be there', () => {
    const { path: _path, value: _value, ...absent } = intent({ absent: true })
    const columns = { 'zone-a': [deployment(3)], 'zone-b': [deployment(3)], 'zone-c': [] }
    expect(first({ kind: kindOf('Deployment'), columns, intents: [absent] })).toMatchObject({ verdict: 'intended', odd: ['zone-c'] })
  })
})

describe('runs in force', () => {
  const route = (a: number, b: number, seq?: number): AnyObject => {
    const uid = `uid-${a}-${b}-${seq ?? 0}`
    const set = { '/': { '/Service/ai/a:80': 0, '/Service/ai/b:80': 100 } }
    const mark = encodeMark({ seq: seq ?? 0, run: 'r', verb: 'failover', uid, was: [], situation: ['zone-a'], normal: {}, set })
    const refs = [
      { name: 'a', port: 80, weight: a },
      { name: 'b', port: 80, weight: b },
    ]
    return object(
      'HTTPRoute',
      { spec: { rules: [{ backendRefs: refs }] } },
      { uid, ...(seq === undefined ? {} : { annotations: { [MARK_ANNOTATION]: mark } }) },
    )
  }
  const world = (a: AnyObject, b: AnyObject, c: AnyObject) =>
    first({ kind: kindOf('HTTPRoute'), columns: { desired: [route(50, 50)], 'zone-a': [a], 'zone-b': [b], 'zone-c': [c] } })

  test('weights that a switch wrote are intended', () => {
    expect(world(route(0, 100, 3), route(0, 100, 3), route(0, 100, 3))).toMatchObject({
      verdict: 'intended',
      odd: ['zone-a', 'zone-b', 'zone-c'],
    })
  })
  test('a center that the switch has not reached is behind', () => {
    expect(world(route(50, 50), route(0, 100, 3), route(0, 100, 3))).toMatchObject({ verdict: 'drift', odd: ['zone-a'] })
  })
  test('a weight that somebody changed under the switch is drift', () => {
    expect(world(route(0, 100, 3), route(10, 90, 3), route(0, 100, 3))).toMatchObject({ verdict: 'drift', odd: ['zone-b'] })
  })
})

test('names that differ by center are one object, and one text within it', () => {
  const named = (name: string): AnyObject => object('Deployment', { spec: { selector: { matchLabels: { app: name } } } }, { name })
  const given = {
    ...three(named('higress-zone-a'), named('higress-zone-b'), named('higress-shanghai'), 'Deployment'),
    aliases: { 'zone-c': 'shanghai' },
  }
  const kind = kindOf('Deployment', { rename: ['higress-{center}'] })
  expect(documentOf(compared({ ...given, kind })).totals).toMatchObject({ equal: 1, drift: 0 })
  expect(documentOf(compared(given)).objects).toHaveLength(3)
})

test('a path that is ignored is not compared', () => {
  const kind = kindOf('ConfigMap', { ignore: ['data.*'] })
  expect(first({ ...three(config('1'), config('2'), config('3')), kind }).verdict).toBe('equal')
})

test('the version check looks at the version alone', () => {
  const kind = kindOf('ConfigMap', { check: { by: 'version', carrier: 'annotation', key: 'v' } })
  const at = (version: string, value: string): AnyObject => object('ConfigMap', { data: { a: value } }, { annotations: { v: version } })
  expect(first({ ...three(at('1', 'x'), at('1', 'y'), at('1', 'z')), kind }).verdict).toBe('equal')
  expect(first({ ...three(at('1', 'x'), at('2', 'x'), at('1', 'x')), kind })).toMatchObject({ verdict: 'odd-one-out', odd: ['zone-b'] })
})

test('who changed a field, and when, comes from managedFields', () => {
  const changed = object(
    'ConfigMap',
    { data: { a: '2' } },
    {
      managedFields: [
        { manager: 'helm', operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:data': { '.': {}, 'f:b': {} } } },
        { manager: 'kubectl-patch', operation: 'Update', time: '2026-01-02T00:00:00Z', fieldsV1: { 'f:data': { 'f:a': {} } } },
        {
          manager: 'controller',
          operation: 'Update',
          time: '2026-01-03T00:00:00Z',
          subresource: 'status',
          fieldsV1: { 'f:data': { 'f:a': {} } },
        },
      ],
    },
  )
  expect(first(three(config('1'), changed, config('1'))).leaves[0]?.changedBy['zone-b']).toEqual({
    manager: 'kubectl-patch',
    operation: 'Update',
    at: Date.parse('2026-01-02T00:00:00Z'),
  })
})

const fixtures = new URL('../../../shared/fixtures/crds/', import.meta.url)

describe.skipIf(!existsSync(fixtures))('with the real definitions', () => {
  const schemaOf = (file: string, kind: string): object => {
    const definitions = parseAllDocuments(readFileSync(new URL(file, fixtures), 'utf8')).map((one) => one.toJS() as Record<string, never>)
    const found = definitions.find((one) => (one?.['spec'] as { names?: { kind?: string } } | undefined)?.names?.kind === kind)
    const { versions = [] } = (found?.['spec'] ?? {}) as { versions?: { name: string; schema: { openAPIV3Schema: object } }[] }
    return versions.find(({ name }) => name === 'v1' || versions.length === 1)?.schema.openAPIV3Schema ?? {}
  }
  const routeSchema = () => schemaOf('gateway-api-v1.4.0/standard/gateway.networking.k8s.io_httproutes.yaml', 'HTTPRoute')
  const short = object('HTTPRoute', { spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'a', port: 80 }] }] } })

  test('what an API server fills into an HTTPRoute is no difference', () => {
    const filled = object('HTTPRoute', {
      spec: {
        parentRefs: [{ name: 'gw', group: 'gateway.networking.k8s.io', kind: 'Gateway' }],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            backendRefs: [{ name: 'a', port: 80, group: '', kind: 'Service', weight: 1 }],
          },
        ],
      },
    })
    expect(withDefaults(short, schemaNode(routeSchema()))).toEqual(filled)
    expect(
      documentOf(
        compared({ kind: kindOf('HTTPRoute'), schema: schemaNode(routeSchema()), columns: { desired: [short], 'zone-a': [filled] } }),
      ).objects,
    ).toEqual([])
  })

  test.each(['gateway-api-v1.0.0', 'gateway-api-v1.4.0', 'gateway-api-v1.6.1'])(
    'a field that %s does not know is said to be dropped',
    (version) => {
      const schema = schemaNode(schemaOf(`${version}/standard/gateway.networking.k8s.io_httproutes.yaml`, 'HTTPRoute'))
      const more = object('HTTPRoute', { spec: { ...(short['spec'] as object), nonsense: { a: 1 } } })
      const { leaves } = first({ kind: kindOf('HTTPRoute'), schema, columns: { desired: [more], 'zone-a': [short] } })
      expect(leaves.map(({ path, cells }) => [path, cells['zone-a']])).toEqual([['spec.nonsense.a', { state: 'unset', dropped: true }]])
    },
  )

  test('listeners of a Gateway are known by name, and free configuration of a WasmPlugin is never dropped', () => {
    const gateway = schemaNode(schemaOf('gateway-api-v1.4.0/standard/gateway.networking.k8s.io_gateways.yaml', 'Gateway'))
    const listeners = [
      { name: 'a', port: 80, protocol: 'HTTP' },
      { name: 'b', port: 81, protocol: 'HTTP' },
    ]
    const of = (list: object[]): AnyObject => object('Gateway', { spec: { gatewayClassName: 'x', listeners: list } })
    expect(
      first({ kind: kindOf('Gateway'), schema: gateway, columns: { 'zone-a': [of(listeners)], 'zone-b': [of(listeners.toReversed())] } })
        .verdict,
    ).toBe('equal')
    const wasm = schemaNode(schemaOf('higress-v2.1.9/customresourcedefinitions.gen.yaml', 'WasmPlugin'))
    const plugin = (defaultConfig: object): AnyObject => object('WasmPlugin', { spec: { url: 'oci://x', defaultConfig } })
    const { leaves } = first({
      kind: kindOf('WasmPlugin'),
      schema: wasm,
      columns: { desired: [plugin({ b: 1, x: 1 })], 'zone-a': [plugin({ b: 1 })] },
    })
    expect(leaves.map(({ path, cells }) => [path, cells['zone-a']])).toEqual([['spec.defaultConfig.x', { state: 'unset' }]])
  })

  test('no example differs from itself, by whatever schema', () => {
    const examples = new URL('../examples/', fixtures)
    const objects = ['gateway-and-route.corrected.yaml', 'mcpbridge.corrected.yaml', 'degrade-block-heavy.yaml'].flatMap((file) =>
      readFileSync(new URL(file, examples), 'utf8')
        .split(/^---$/m)
        .map((text) => parse(text) as AnyObject | null),
    )
    const read = objects.filter((one) => one !== null && typeof one['kind'] === 'string')
    expect(read.length).toBeGreaterThan(3)
    for (const one of read) {
      const kind = kindOf(String(one?.['kind']))
      const other = { ...structuredClone(one), status: { x: 1 }, apiVersion: 'x/v9' } as AnyObject
      expect(documentOf(compared({ kind, columns: { 'zone-a': [one as AnyObject], 'zone-b': [other] } })).objects).toEqual([])
    }
  })
})
