import { afterEach, describe, expect, test } from 'vitest'
import type { Topology } from '../../src/domain/topology.ts'
import { backOff } from '../../src/engine/back-off.ts'
import type { Manifest } from '../worlds/memory-cluster.ts'
import { centers, topology as plain } from './fixture.ts'
import { followed, type Followed } from './follow-world.ts'
import { configMap, configMaps } from './objects-world.ts'

const topology: Topology = { ...plain, compare: { kinds: [configMaps], intents: [], aliases: {} } }
const started: Followed[] = []
const follow = async (objects: readonly Manifest[], more: Partial<Parameters<typeof followed>[0]> = {}): Promise<Followed> => {
  const it = await followed({ topology, objects, ...more })
  started.push(it)
  it.told()
  return it
}
afterEach(() => started.splice(0).forEach((one) => one.stop()))
const types = (it: Followed) => it.told().map((event) => ('object' in event ? `${event.type} ${event.object.name}` : event.type))

describe('following', () => {
  test('a difference is told when it begins, changes and ends, with who wrote last', async () => {
    const it = await follow([configMap('one')])
    const edit = async (value: string) => {
      it.world.cluster('zone-b').edit('ConfigMap', 'ai-system', 'one', (draft) => (draft['data'] = { key: value }))
      await it.pass(1_000)
      return types(it)
    }
    expect(await edit('x')).toEqual(['began one'])
    expect(await edit('y')).toEqual(['changed one'])
    expect(await edit('value')).toEqual(['ended one'])
    expect(await edit('value')).toEqual([])
  })

  test('a change that reaches every center within half a second is none', async () => {
    const it = await follow([configMap('one')])
    for (const center of centers) {
      it.world.cluster(center).put(configMap('one', { key: 'new' }))
      await it.pass(100)
    }
    await it.pass(2_000)
    expect(types(it)).toEqual([])
  })

  test('a version that is too old in the middle is listed anew, and what happened meanwhile is told', async () => {
    const it = await follow([configMap('one'), configMap('two')])
    await it.pass(60_000)
    const cluster = it.world.cluster('zone-a')
    const lists = () => cluster.reads.filter((one) => one === 'list ConfigMap').length
    const before = lists()
    cluster.fault = { kind: 'refused' }
    cluster.drop('ConfigMap', 'ai-system', 'two')
    cluster.compact()
    cluster.fault = null
    await it.pass(60_000)
    expect(lists() - before).toBe(1)
    expect(types(it)).toContain('began two')
  })

  test('a center that was away is listed anew, for it may be back from a backup', async () => {
    const it = await follow([configMap('one')])
    const cluster = it.world.cluster('zone-a')
    const lists = () => cluster.reads.filter((one) => one === 'list ConfigMap').length
    const before = lists()
    cluster.endWatches()
    await it.pass(20_000)
    expect(lists() - before).toBe(0)
    for (const times of [1, 2]) {
      cluster.fault = { kind: 'refused' }
      await it.pass(20_000)
      cluster.fault = null
      await it.pass(60_000)
      expect(lists() - before).toBe(times)
      expect(types(it)).toEqual(['unread', 'read'])
    }
  })

  test('a server that is always too late is asked ever more seldom', async () => {
    const it = await follow([configMap('one')])
    const cluster = it.world.cluster('zone-a')
    const watch = cluster.watch.bind(cluster)
    cluster.watch = async function* (kind, options, deadline, signal) {
      if (kind.kind !== 'ConfigMap') return yield* watch(kind, options, deadline, signal)
      yield { type: 'opened' }
      yield { type: 'expired' }
    }
    cluster.endWatches()
    await it.pass(1_000)
    const before = cluster.reads.filter((one) => one === 'list ConfigMap').length
    await it.pass(300_000)
    const lists = cluster.reads.filter((one) => one === 'list ConfigMap').length - before
    expect(lists).toBeGreaterThan(10)
    expect(lists).toBeLessThan(25)
  })

  test.each(['refused', 'blackholed'] as const)(
    'a center that is %s is told once, hides no drift, and is told when it is back',
    async (kind) => {
      const it = await follow([configMap('one')])
      it.world.cluster('zone-c').put(configMap('one', { key: 'x' }))
      await it.pass(1_000)
      expect(types(it)).toEqual(['began one'])
      it.world.cluster('zone-c').fault = { kind }
      await it.pass(10_000)
      expect(it.following.state()).toMatchObject({
        totals: { equal: 0, unknown: 1 },
        unread: [{ gap: 'unreachable' }, { gap: 'unreachable' }],
      })
      await it.pass(300_000)
      expect(it.told()).toMatchObject([{ type: 'unread', column: 'zone-c', kinds: ['HTTPRoute', 'ConfigMap'], gap: 'unreachable' }])
      it.world.cluster('zone-c').fault = null
      await it.pass(60_000)
      expect(types(it)).toEqual(['read'])
      expect(it.following.state().totals).toMatchObject({ 'odd-one-out': 1 })
    },
  )

  test('equal objects are held once, however many centers have them', async () => {
    const body = 'x'.repeat(2_000)
    const it = await follow(Array.from({ length: 300 }, (_, i) => configMap(`c${i}`, { body })))
    const { held, totals } = it.following.state()
    expect(totals.equal).toBe(300)
    // One content an object, and per center what is its own.
    expect(held).toBeGreaterThan(300 * 2_000)
    expect(held).toBeLessThan(300 * (2_000 + 200 + centers.length * 100))
    for (let i = 0; i < 300; i++) it.world.cluster('zone-a').drop('ConfigMap', 'ai-system', `c${i}`)
    for (let i = 0; i < 300; i++) it.world.cluster('zone-b').drop('ConfigMap', 'ai-system', `c${i}`)
    for (let i = 0; i < 300; i++) it.world.cluster('zone-c').drop('ConfigMap', 'ai-system', `c${i}`)
    await it.pass(2_000)
    expect(it.following.state().held).toBe(0)
  })
})

test('a pause doubles from half a second to 30 s, and chance takes up to a half of it', () => {
  expect([0, 1, 2, 3, 7, 40].map((failures) => backOff(failures, () => 1))).toEqual([0, 500, 1_000, 2_000, 30_000, 30_000])
  expect(backOff(3, () => 0)).toBe(1_000)
})
