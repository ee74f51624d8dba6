import fc from 'fast-check'
import { expect, test } from 'vitest'
import { probeValues, sameEffect, valuesFindings, type ValuesEffect } from '../../src/deploy/values-effect.ts'
import { leavesOf, mergeValues, withLeaves, withoutLeaves, type Values } from '../../src/deploy/values.ts'
import { fakeRender, type FakeChart } from './fake-chart.ts'

async function probe(chart: FakeChart, given: Values, limit?: number): Promise<Extract<ValuesEffect, { kind: 'examined' }>> {
  const found = await probeValues({
    given,
    defaults: chart.defaults,
    render: fakeRender(chart).render,
    namespace: 'default',
    ...(limit === undefined ? {} : { limit }),
  })
  if (found.kind !== 'examined') throw new Error(found.message)
  return found
}
const effects = async (chart: FakeChart, given: Values) =>
  Object.fromEntries((await probe(chart, given)).keys.map(({ key, effect }) => [key, effect]))

const chart: FakeChart = {
  defaults: {
    global: { ingressClass: 'higress', deepName: 'x' },
    core: {
      gateway: {
        replicas: 2,
        service: { type: 'LoadBalancer' },
        autoscaling: { enabled: false, max: 5 },
        metrics: { enabled: false, interval: '30s' },
        image: { tag: '1' },
      },
    },
  },
  prints: [
    ['global', 'ingressClass'],
    ['core', 'gateway', 'service', 'type'],
    ['core', 'gateway', 'autoscaling', 'enabled'],
    ['core', 'gateway', 'image', 'tag'],
  ],
  guarded: [
    { key: ['core', 'gateway', 'replicas'], when: [[['core', 'gateway', 'autoscaling', 'enabled'], false]] },
    { key: ['core', 'gateway', 'autoscaling', 'max'], when: [[['core', 'gateway', 'autoscaling', 'enabled'], true]] },
    { key: ['core', 'gateway', 'metrics', 'interval'], when: [[['core', 'gateway', 'metrics', 'enabled'], true]] },
  ],
}

test('tells apart what has an effect, what says the default, and what nobody reads', async () => {
  expect(
    await effects(chart, {
      global: { ingressClass: 'internal' },
      core: { gateway: { service: { type: 'LoadBalancer' } } },
      nacos: { replicaCount: 3, image: { tag: '2' } },
    }),
  ).toEqual({
    'global.ingressClass': 'has-effect',
    'core.gateway.service.type': 'equal-to-default',
    'nacos.replicaCount': 'not-read',
    'nacos.image.tag': 'not-read',
  })
})

test('names the switch that a key waits for, on or off', async () => {
  const { keys } = await probe(chart, { core: { gateway: { replicas: 3, autoscaling: { enabled: true }, metrics: { interval: '15s' } } } })
  expect(keys).toEqual([
    { key: 'core.gateway.replicas', effect: 'behind-condition', conditions: [{ key: 'core.gateway.autoscaling.enabled', value: false }] },
    { key: 'core.gateway.autoscaling.enabled', effect: 'has-effect' },
    {
      key: 'core.gateway.metrics.interval',
      effect: 'behind-condition',
      conditions: [{ key: 'core.gateway.metrics.enabled', value: true }],
    },
  ])
})

test('names both switches where a key waits for two', async () => {
  const nested: FakeChart = {
    defaults: { a: { enabled: false, b: { enabled: false, port: 1 }, c: { enabled: false } }, d: { enabled: false } },
    prints: [],
    guarded: [
      {
        key: ['a', 'b', 'port'],
        when: [
          [['a', 'enabled'], true],
          [['a', 'b', 'enabled'], true],
        ],
      },
    ],
  }
  const { keys } = await probe(nested, { a: { b: { port: 2 } } })
  expect(keys[0]!.conditions!.map(({ key }) => key).sort()).toEqual(['a.b.enabled', 'a.enabled'])
})

test('names the nearest key that has an effect: under another map, of a like name, in global, behind its own switch', async () => {
  const { keys } = await probe(chart, {
    gateway: {
      replicaCount: 3,
      ingressClass: 'internal',
      service: { type: 'NodePort' },
      autoscaling: { max: 9 },
      image: { repository: 'x' },
    },
  })
  expect(Object.fromEntries(keys.map(({ key, nearest }) => [key, nearest]))).toEqual({
    'gateway.replicaCount': 'core.gateway.replicas',
    'gateway.ingressClass': 'global.ingressClass',
    'gateway.service.type': 'core.gateway.service.type',
    'gateway.autoscaling.max': undefined,
    'gateway.image.repository': undefined,
  })
  const moved = await probe(chart, { gateway: { replicaCount: 3, autoscaling: { enabled: true, max: 9 } } })
  expect(moved.keys.map(({ nearest }) => nearest)).toEqual([
    'core.gateway.replicas',
    'core.gateway.autoscaling.enabled',
    'core.gateway.autoscaling.max',
  ])
})

test('is not misled by output that is random', async () => {
  expect(await effects({ ...chart, random: true }, { global: { ingressClass: 'internal' }, nacos: { mode: 'cluster' } })).toEqual({
    'global.ingressClass': 'has-effect',
    'nacos.mode': 'not-read',
  })
})

test('takes a key that makes the render fail for one that is read, and goes on', async () => {
  const strict: FakeChart = {
    ...chart,
    refuses: (values) => (values['needed'] === undefined || values['needed'] === 'yes' ? undefined : 'needed must be yes'),
  }
  expect(await effects(strict, { needed: 'yes', nacos: { a: '1' }, global: { ingressClass: 'internal' } })).toEqual({
    needed: 'not-examined',
    'nacos.a': 'not-read',
    'global.ingressClass': 'has-effect',
  })
})

test('says what Helm says where the values do not render at all', async () => {
  const broken: FakeChart = { ...chart, refuses: () => 'Error: execution error: core.hub is required' }
  const found = await probeValues({ given: {}, defaults: {}, render: fakeRender(broken).render, namespace: 'default' })
  expect(found).toEqual({ kind: 'failed', message: 'Error: execution error: core.hub is required' })
  expect(valuesFindings('zone-a', {}, found)).toMatchObject([{ reason: 'chart-not-rendered', effect: 'refuse' }])
})

test('two keys of which either suffices are not both called dead', async () => {
  const either: Values = { a: true, b: true }
  const render = async (given: Values) =>
    await Promise.resolve({
      kind: 'rendered' as const,
      documents: [{ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'x' }, on: given['a'] === true || given['b'] === true }],
    })
  const found = await probeValues({ given: either, defaults: {}, render, namespace: 'default' })
  expect(found).toMatchObject({
    keys: [
      { key: 'a', effect: 'not-read' },
      { key: 'b', effect: 'has-effect' },
    ],
  })
})

test('stops at its allowance and says what was not examined', async () => {
  const given = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, { v: i }]))
  const found = await probe(
    { defaults: given, prints: Object.keys(given).map((key) => [key, 'v']) },
    mergeValues([given, { dead: { x: 1 } }]),
    10,
  )
  expect(found).toMatchObject({ complete: false, renders: 10 })
  expect(found.keys.filter(({ effect }) => effect === 'not-read')).toEqual([])
  expect(found.keys.some(({ effect }) => effect === 'not-examined')).toBe(true)
})

test('finds one living key among a hundred dead ones in few renders', async () => {
  const dead = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`dead${i}`, { v: `${i}` }]))
  const found = await probe({ defaults: { core: { x: 'a' } }, prints: [['core', 'x']] }, { ...dead, core: { x: 'b' } })
  expect(found.keys.filter(({ effect }) => effect === 'has-effect')).toEqual([{ key: 'core.x', effect: 'has-effect' }])
  expect(found.renders).toBeLessThan(30)
})

test('tells a map of which nothing is read by its name, and a map that moved by both', async () => {
  const given = {
    nacos: { mode: 'cluster', storage: { size: '1Gi', class: 'x' } },
    gateway: { service: { type: 'NodePort', also: 'x' }, ingressClass: 'internal' },
  }
  const open: FakeChart = { ...chart, prints: [...chart.prints, ['core', 'gateway', 'service', 'also']] }
  const findings = valuesFindings('zone-a', given, await probe(open, given))
  expect(findings.map(({ reason, facts }) => [reason, facts['keys'] ?? facts['key'], facts['nearest']])).toEqual([
    ['value-not-read', 'gateway.service.*', 'core.gateway.service.*'],
    ['value-not-read', 'gateway.ingressClass', 'global.ingressClass'],
    ['values-not-read', ['nacos.*'], undefined],
  ])
})

/** Charts over a small tree of keys, each printed, guarded or unread; and values for some of them. */
const names = ['a', 'b', 'c'] as const
const trees: fc.Arbitrary<Values> = fc.dictionary(
  fc.constantFrom(...names),
  fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.oneof(fc.nat(5), fc.constantFrom('p', 'q'), fc.boolean()), { minKeys: 1 }),
)
const worlds = fc.tuple(trees, trees).chain(([defaults, given]) => {
  const all = leavesOf(mergeValues([defaults, given]))
  return fc.tuple(fc.constant(defaults), fc.constant(given), fc.subarray(all.map(({ path }) => path)))
})

test('what is not read can be deleted or changed, all at once, and what has an effect cannot be missed', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async ([defaults, given, prints]) => {
      const fake: FakeChart = { defaults, prints }
      const found = await probe(fake, given)
      const { render } = fakeRender(fake)
      const text = async (values: Values) => JSON.stringify(await render(values))
      const leaves = leavesOf(given)
      const of = (effect: string) => leaves.filter((_, i) => found.keys[i]!.effect === effect)
      const before = await text(given)
      const dead = [...of('not-read'), ...of('behind-condition')]
      expect(
        await text(
          withoutLeaves(
            given,
            dead.map(({ path }) => path),
          ),
        ),
      ).toBe(before)
      expect(
        await text(
          withLeaves(
            given,
            dead.map(({ path }) => ({ path, value: 'other' })),
          ),
        ),
      ).toBe(before)
      for (const { path } of of('has-effect')) expect(await text(withoutLeaves(given, [path]))).not.toBe(before)
      for (const { path } of of('equal-to-default')) {
        expect(await text(withoutLeaves(given, [path]))).toBe(before)
        expect(await text(withLeaves(given, [{ path, value: 'other' }]))).not.toBe(before)
      }
    }),
    { numRuns: 60 },
  )
})

test('gives the same answer twice, in the same number of renders', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async ([defaults, given, prints]) => {
      const fake: FakeChart = { defaults, prints }
      expect(await probe(fake, given)).toEqual(await probe(fake, given))
    }),
    { numRuns: 20 },
  )
})

test('a sister center with the same keys costs three renders, and one where a dead key is missed is examined for itself', async () => {
  const given = { core: { gateway: { image: { tag: '2' } } }, nacos: { replicaCount: 3 } }
  const effect = await probe(chart, given)
  const ask = async (other: Values, sister: FakeChart = chart) =>
    await sameEffect(
      { given: other, defaults: sister.defaults, render: fakeRender(sister).render, namespace: 'default' },
      { given, effect },
    )
  const other = { core: { gateway: { image: { tag: '3' } } }, nacos: { replicaCount: 5 } }
  expect(await ask(other)).toMatchObject({ keys: effect.keys, renders: 3 })
  expect(await ask({ ...other, more: 1 })).toBeUndefined()
  expect(await ask(other, { ...chart, prints: [...chart.prints, ['nacos', 'replicaCount']] })).toBeUndefined()
})

test('keys for which no time is left are not examined, and none is called dead', async () => {
  const { render, calls } = fakeRender(chart)
  const found = await probeValues({
    given: { nacos: { replicaCount: 3 } },
    defaults: chart.defaults,
    render: async (values) => (calls() >= 2 ? { kind: 'late' } : await render(values)),
    namespace: 'default',
  })
  expect(found).toMatchObject({ complete: false, keys: [{ key: 'nacos.replicaCount', effect: 'not-examined' }] })
})
