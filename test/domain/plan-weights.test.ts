import { describe, expect, test } from 'vitest'
import { planWeightsWords } from '../../src/domain/plan-weights.ts'
import { situationInForce } from '../../src/domain/situation.ts'
import type { Topology } from '../../src/domain/topology.ts'
import {
  backend,
  documented,
  guardsOf,
  idOf,
  marked,
  plan,
  route,
  rule,
  run,
  sightings,
  situation,
  specs,
  topology,
  weightsIn,
  worldOf,
  written,
} from './world.ts'

const lostA = situation([], ['zone-a'])
const backA = situation(['zone-a'], [])
const document = worldOf(documented)
const places = (world: typeof document, wish: Parameters<typeof plan>[1]) =>
  plan(world, wish).intents.reduce((sum, { rules }) => sum + rules.length, 0)
const one = (weights: Record<string, number | null>, more = {}) => worldOf([route('r', [rule('/x', weights, more)])])

describe('the situations of the document', () => {
  test('moves 15 places when the AI services of zone-a are lost and its gateway is alive', () => {
    expect(places(document, { goal: lostA })).toBe(15)
    expect(plan(document, { goal: lostA }).census).toEqual(
      ['zone-a', 'zone-b', 'zone-c'].map((center) => ({ center, rules: 5, pinned: 0 })),
    )
  })

  test('moves 10 places when zone-a is lost whole', () => {
    const world = worldOf(documented, { 'zone-a': { unread: true, serving: 'no' } })
    expect(places(world, { goal: lostA })).toBe(10)
    expect(guardsOf(plan(world, { goal: lostA }))).toEqual([])
  })

  test('sends everything to the remote when both home centers are lost, adding its backend once', () => {
    const after = run(document, { goal: situation([], ['zone-a', 'zone-b']) })
    expect(weightsIn(after, 'zone-b', 'ai-service-dual-active-route')).toEqual({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
    expect(weightsIn(after, 'zone-c', 'cross-region-failover-route')).toEqual({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
    expect(after[1]?.objects[0]?.['spec']).toMatchObject({ rules: [{ backendRefs: [{}, {}, { ...backend('zone-c'), weight: 100 }] }] })
  })

  test('gives the Shanghai rule to both home centers when zone-c is lost, and takes them out again', () => {
    const after = run(document, { goal: situation([], ['zone-c']) })
    expect(weightsIn(after, 'zone-b', 'proximity-route-by-header', 1)).toEqual({ 'zone-a': 1, 'zone-b': 1, 'zone-c': 0 })
    expect(weightsIn(after, 'zone-b', 'cross-region-failover-route')).toEqual({ 'zone-a': 50, 'zone-b': 50, 'zone-c': 0 })
    expect(specs(run(after, { goal: situation(['zone-c'], []), mode: 'change' }))).toEqual(specs(document))
  })

  test('leaves rules that never named an affected center untouched', () => {
    const after = run(document, { goal: lostA })
    expect(weightsIn(after, 'zone-b', 'proximity-route-by-header', 1)).toEqual({ 'zone-c': 1 })
  })
})

describe('weights', () => {
  const remote: Topology = {
    ...topology,
    policy: { ...topology.policy, without: [{ centers: ['zone-a'], weights: { 'zone-b': 80, 'zone-c': 20 } }] },
  }

  test('follows the policy of 80/20', () => {
    expect(weightsIn(run(document, { topology: remote, goal: lostA }), 'zone-b', 'ai-service-dual-active-route')).toEqual({
      'zone-a': 0,
      'zone-b': 80,
      'zone-c': 20,
    })
  })

  test('gives the part of a center that is not proved to those that are', () => {
    const world = worldOf(documented, { 'zone-b': { serving: 'no' } })
    const { findings } = plan(world, { topology: remote, goal: lostA })
    expect(weightsIn(run(world, { topology: remote, goal: lostA }), 'zone-b', 'ai-service-dual-active-route')).toEqual({
      'zone-a': 0,
      'zone-b': 0,
      'zone-c': 100,
    })
    expect(findings).toMatchObject([
      { guard: 'survivor-not-serving', reason: 'part-to-others', effect: 'warn', facts: { center: 'zone-b', others: ['zone-c'] } },
    ])
  })

  test('raises nobody on the way back who gained nothing on the way out', () => {
    const world = worldOf(documented, { 'zone-c': { serving: 'no' } })
    const out = run(world, { topology: remote, goal: lostA })
    const step = run(out, { topology: remote, goal: situation(['zone-a'], [], 10), mode: 'change', verb: 'failback' })
    expect(weightsIn(step, 'zone-b', 'ai-service-dual-active-route')).toEqual({ 'zone-a': 5, 'zone-b': 95 })
  })

  test.each([
    { normal: { 'zone-a': 70, 'zone-b': 30 }, after: { 'zone-a': 0, 'zone-b': 100 } },
    { normal: { 'zone-a': 60, 'zone-b': 30, 'zone-c': 10 }, after: { 'zone-a': 0, 'zone-b': 75, 'zone-c': 25 } },
    { normal: { 'zone-a': 1, 'zone-b': 1 }, after: { 'zone-a': 0, 'zone-b': 2 } },
    { normal: { 'zone-a': null, 'zone-b': null }, after: { 'zone-a': 0, 'zone-b': 2 } },
    { normal: { 'zone-a': 100 }, after: { 'zone-a': 0, 'zone-b': 100 } },
  ])('keeps the total and the own split of $normal: $after', ({ normal, after }) => {
    const world = one(normal)
    const out = run(world, { goal: lostA })
    expect(weightsIn(out, 'zone-b', 'r')).toEqual(after)
    expect(specs(run(out, { goal: backA, mode: 'change' }))).toEqual(specs(world))
  })

  test('scales a rule of 1/1 for 70/30, unmanaged refs included, by the smallest whole number', () => {
    const world = worldOf([
      route('r', [
        { backendRefs: [{ ...backend('zone-a'), weight: 1 }, { ...backend('zone-b') }, { name: 'other', port: 80, weight: 3 }] },
      ]),
    ])
    const after = run(world, {
      goal: { kind: 'shares', shares: { 'zone-a': 70, 'zone-b': 30 }, progress: 100 },
      mode: 'change',
      verb: 'rebalance',
    })
    // 2, 4, 6 and 8 cannot show 70/30 within a point; 10 can.
    expect(weightsIn(after, 'zone-b', 'r')).toEqual({ 'zone-a': 7, 'zone-b': 3, other: 15 })
    expect(specs(run(after, { goal: { kind: 'base', progress: 100 }, mode: 'change', verb: 'undo' }))).toEqual(specs(world))
  })

  test('lets every service of a rule keep its own total', () => {
    const backendRefs = [
      { ...backend('zone-a'), weight: 30 },
      { ...backend('zone-b'), weight: 30 },
      { ...backend('zone-a', 'chat'), weight: 10 },
      { ...backend('zone-b', 'chat'), weight: 10 },
    ]
    const intent = plan(worldOf([route('r', [{ backendRefs }])]), { goal: lostA }).intents[0]
    expect(intent?.rules[0]?.refs.map(({ weight }) => weight)).toEqual([0, 60, 0, 20])
  })

  test('keeps unknown fields of refs and rules to the letter', () => {
    const filters = [{ type: 'RequestHeaderModifier', x: 1 }]
    const world = worldOf([
      route('r', [
        {
          filters,
          backendRefs: [
            { weight: 50, ...backend('zone-a'), filters, odd: { deep: [1] } },
            { ...backend('zone-b'), weight: 50 },
          ],
        },
      ]),
    ])
    const spec = run(world, { goal: lostA })[0]?.objects[0]?.['spec']
    expect(spec).toEqual({
      rules: [
        {
          filters,
          backendRefs: [
            { weight: 0, ...backend('zone-a'), filters, odd: { deep: [1] } },
            { ...backend('zone-b'), weight: 100 },
          ].map((ref, i) => (i === 0 ? { ...ref, weight: 0 } : ref)),
        },
      ],
    })
  })

  test('paces the way back from what stands to the recorded normal', () => {
    let world = run(document, { goal: lostA })
    const shown = [10, 50, 100].map((progress) => {
      const until = progress === 100 ? {} : { until: 1000 }
      world = run(world, { goal: situation(['zone-a'], [], progress), mode: 'change', verb: 'failback', run: 'back', seq: 2, ...until })
      return weightsIn(world, 'zone-c', 'ai-service-dual-active')
    })
    expect(shown).toEqual([
      { 'zone-a': 5, 'zone-b': 95 },
      { 'zone-a': 25, 'zone-b': 75 },
      { 'zone-a': 50, 'zone-b': 50 },
    ])
    expect(specs(world)).toEqual(specs(document))
    expect(situationInForce(topology, sightings(world))).toMatchObject({ out: [], seq: 2, behind: [], split: false })
  })

  test('counts a step from where the way back began, not from what rounding left of a small part', () => {
    const of: Topology = {
      ...topology,
      policy: { ...topology.policy, without: [{ centers: ['zone-c'], weights: { 'zone-a': 99, 'zone-b': 1 } }] },
    }
    const out = run(one({ 'zone-c': 71 }), { topology: of, goal: situation([], ['zone-c']) })
    expect(weightsIn(out, 'zone-a', 'r')).toEqual({ 'zone-a': 70, 'zone-b': 1, 'zone-c': 0 })
    const back = { topology: of, goal: situation(['zone-c'], [], 50), run: 'back', seq: 2, mode: 'change' } as const
    const half = run(out, back)
    expect(weightsIn(half, 'zone-a', 'r')).toEqual({ 'zone-a': 35, 'zone-b': 0, 'zone-c': 36 })
    expect(plan(half, back).intents).toEqual([])
    expect(specs(run(half, { ...back, goal: situation(['zone-c'], []) }))).toEqual(specs(one({ 'zone-c': 71 })))
  })

  test('takes the policy for normal where no mark says it, and says so', () => {
    const drained = one({ 'zone-a': 0, 'zone-b': 100 })
    const { findings } = plan(drained, { goal: backA, mode: 'change' })
    expect(findings).toMatchObject(Array(3).fill({ reason: 'normal-assumed', effect: 'warn' }))
    expect(weightsIn(run(drained, { goal: backA, mode: 'change' }), 'zone-b', 'r')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
  })
})

describe('marks', () => {
  test('says when there is nothing to do, from any machine', () => {
    expect(plan(run(document, { goal: lostA }), { goal: situation(['zone-a'], ['zone-a']) }).intents).toEqual([])
  })

  test('marks an object that names the center though nothing in it changes', () => {
    const [intent] = plan(one({ 'zone-a': 0, 'zone-b': 100 }), { goal: lostA }).intents
    expect(intent).toMatchObject({ rules: [], mark: { seq: 1, was: [], situation: ['zone-a'], normal: { '/x': { [idOf('zone-a')]: 0 } } } })
  })

  test('keeps normal through later failovers, and returns to it in any order', () => {
    const both = run(run(document, { goal: lostA }), { goal: situation(['zone-a'], ['zone-a', 'zone-b']) })
    expect(situationInForce(topology, sightings(both))).toMatchObject({ out: ['zone-a', 'zone-b'], seq: 2 })
    const onlyB = run(both, { goal: situation(['zone-a', 'zone-b'], ['zone-b']), mode: 'change' })
    expect(weightsIn(onlyB, 'zone-a', 'ai-service-dual-active')).toEqual({ 'zone-a': 100, 'zone-b': 0, 'zone-c': 0 })
    expect(specs(run(onlyB, { goal: situation(['zone-b'], []), mode: 'change' }))).toEqual(specs(document))
  })

  test('brings a cluster in line that was not read, with the marks in force', () => {
    const half = written(document, plan(document, { goal: lostA }), topology, ['zone-b', 'zone-c'])
    expect(situationInForce(topology, sightings(half))).toMatchObject({ out: ['zone-a'], behind: ['zone-a'] })
    const sync = { goal: situation(['zone-a'], ['zone-a']), only: ['zone-a'], mode: 'change', verb: 'sync', seq: 1, run: 'sync' } as const
    expect(places(half, sync)).toBe(5)
    expect(situationInForce(topology, sightings(run(half, sync)))).toMatchObject({ out: ['zone-a'], behind: [] })
  })

  test('brings a cluster with older marks back to normal when the others are', () => {
    const out = run(document, { goal: lostA })
    const back = written(out, plan(out, { goal: backA, mode: 'change' }), topology, ['zone-a', 'zone-c'])
    expect(situationInForce(topology, sightings(back))).toMatchObject({ out: [], behind: ['zone-b'] })
    const synced = run(back, { goal: situation([], []), only: ['zone-b'], mode: 'change', verb: 'sync', seq: 2, run: 'sync' })
    expect(specs(synced)).toEqual(specs(document))
    expect(situationInForce(topology, sightings(synced)).behind).toEqual([])
  })

  test('takes the marks away only when every cluster has arrived at normal', () => {
    const out = run(document, { goal: lostA })
    expect(plan(out, { goal: { kind: 'unmark' } }).findings).toMatchObject([{ reason: 'marks-needed' }])
    const back = plan(out, { goal: backA, mode: 'change' })
    expect(plan(written(out, back, topology, ['zone-a', 'zone-c']), { goal: { kind: 'unmark' } }).intents).toEqual([])
    const clean = run(written(out, back), { goal: { kind: 'unmark' } })
    expect(specs(clean)).toEqual(specs(document))
    expect(JSON.stringify(clean)).not.toContain('tricenter.io')
  })

  test('ignores a mark that belongs to another object, and says so', () => {
    const copied = marked(route('r', [rule('/x', { 'zone-a': 50, 'zone-b': 50 })]), { uid: 'other', situation: ['zone-b'] })
    expect(guardsOf(plan(worldOf([copied]), { goal: lostA }))).toEqual(['foreign-mark:warn'])
    expect(situationInForce(topology, sightings(worldOf([copied])))).toMatchObject({ out: [], seq: 0 })
  })

  test('leaves what somebody else changed since, and says so', () => {
    const out = run(document, { goal: lostA })
    const edited = out.map((center) => ({
      ...center,
      objects: center.objects.map((object, i) =>
        i === 0 ? { ...object, spec: { rules: [rule('/api', { 'zone-a': 9, 'zone-b': 91 })] } } : object,
      ),
    }))
    const undo = plan(edited, { goal: backA, mode: 'change', verb: 'undo', leaveForeignEdits: true })
    expect(guardsOf(undo)).toEqual(['changed-since:leave'])
    expect(weightsIn(written(edited, undo), 'zone-a', 'ai-service-dual-active-route')).toEqual({ 'zone-a': 9, 'zone-b': 91 })
    expect(weightsIn(written(edited, undo), 'zone-a', 'ai-service-dual-active')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
  })

  test('goes on with the union when two operators marked different situations, and refuses other verbs', () => {
    const mix = written(document, plan(document, { goal: lostA }), topology, ['zone-a', 'zone-b'])
    const dark = written(mix, plan(document, { goal: situation([], ['zone-b']), run: 'other' }), topology, ['zone-c'])
    const inForce = situationInForce(topology, sightings(dark))
    expect(inForce).toMatchObject({ split: true, out: ['zone-a', 'zone-b'] })
    expect(weightsIn(run(dark, { goal: situation(inForce.out, inForce.out) }), 'zone-a', 'ai-service-dual-active')).toEqual({
      'zone-a': 0,
      'zone-b': 0,
      'zone-c': 100,
    })
    expect(guardsOf(plan(dark, { goal: situation(inForce.out, []), mode: 'change' }))).toContain('split:refuse')
  })
})

describe('rebalance', () => {
  const goal = (progress: number) => ({ kind: 'shares', shares: { 'zone-a': 70, 'zone-b': 30 }, progress }) as const
  const change = { mode: 'change', verb: 'rebalance', run: 'reb', seq: 1 } as const

  test('paces from what it found, marks while it runs, and is undone to the letter', () => {
    const half = run(document, { ...change, goal: goal(50), until: 5 })
    expect(weightsIn(half, 'zone-a', 'cross-region-failover-route')).toEqual({ 'zone-a': 60, 'zone-b': 40, 'zone-c': 0 })
    expect(situationInForce(topology, sightings(half))).toMatchObject({ out: [], behind: [], progress: 50, until: 5 })
    const whole = run(half, { ...change, goal: goal(100) })
    expect(weightsIn(whole, 'zone-a', 'cross-region-failover-route')).toEqual({ 'zone-a': 70, 'zone-b': 30, 'zone-c': 0 })
    const back = run(whole, { goal: { kind: 'base', progress: 50 }, mode: 'change', verb: 'undo' })
    expect(weightsIn(back, 'zone-a', 'cross-region-failover-route')).toEqual({ 'zone-a': 60, 'zone-b': 40, 'zone-c': 0 })
    expect(specs(run(back, { goal: { kind: 'base', progress: 100 }, mode: 'change', verb: 'undo' }))).toEqual(specs(document))
    expect(JSON.stringify(run(whole, { goal: { kind: 'unmark' } }))).not.toContain('tricenter.io')
  })

  test('never raises a center that is out', () => {
    const out = run(document, { goal: lostA })
    expect(guardsOf(plan(out, { mode: 'change', goal: goal(100) }))).toEqual(['center-is-out:refuse'])
  })
})

describe('guards', () => {
  const notServing = (verdict: 'no' | 'unknown') => worldOf(documented, { 'zone-b': { serving: verdict } })
  const small: Topology = {
    ...topology,
    centers: topology.centers.map((center) => ({ ...center, capacity: center.name === 'zone-b' ? 900 : 1200 })),
  }
  const pinnedTo: Topology = { ...topology, centers: topology.centers.map((center) => ({ ...center, cluster: 'uid' })) }
  const twice = { backendRefs: [backend('zone-a'), backend('zone-a'), backend('zone-b')] }
  const strange = route('r', [rule('/x', { 'zone-a': 50, 'zone-b': 50 })])
  const unresolved = {
    ...strange,
    status: {
      parents: [{ parentRef: { name: 'gw' }, conditions: [{ type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound' }] }],
    },
  }
  const many = { backendRefs: [backend('zone-a'), ...Array.from({ length: 15 }, (_, i) => ({ name: `other-${i}`, port: 1 }))] }

  const good = route('good', [rule('/good', { 'zone-a': 60, 'zone-c': 40 })])
  const beside = (rules: readonly Record<string, unknown>[], metadata = {}) => worldOf([route('r', rules, metadata), good])
  const half = [rule('/x', { 'zone-a': 50, 'zone-b': 50 })]
  const uncertain = (serving: 'no' | 'unknown') =>
    beside(half).map((center) => (center.center === 'zone-b' ? { ...center, serving } : center))

  test.each([
    { name: 'survivor-not-serving', world: uncertain('no'), emergency: 'leave', change: 'refuse' },
    { name: 'survivor-not-serving', world: uncertain('unknown'), emergency: 'leave', change: 'refuse' },
    { name: 'capacity', world: beside(half), topology: small, emergency: 'leave', change: 'refuse' },
    {
      name: 'identity',
      world: worldOf(documented, { 'zone-b': { identity: 'wrong' } }),
      topology: pinnedTo,
      emergency: 'leave',
      change: 'refuse',
    },
    { name: 'all-zero', world: beside([rule('/x', { 'zone-a': 0, 'zone-b': 0 })]), emergency: 'leave', change: 'refuse' },
    { name: 'duplicate-backend', world: beside([twice]), emergency: 'leave', change: 'refuse' },
    {
      name: 'foreign-owner',
      world: beside(half, { labels: { 'argocd.argoproj.io/instance': 'shop' } }),
      emergency: 'warn',
      change: 'refuse',
    },
    { name: 'helm-owned', world: beside(half, { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }), emergency: 'warn', change: 'warn' },
    { name: 'unresolved-route', world: worldOf([unresolved]), emergency: 'warn', change: 'refuse' },
    { name: 'too-many-backends', world: beside([many]), emergency: 'leave', change: 'refuse' },
    {
      name: 'weight-limit',
      world: beside([rule('/x', { 'zone-a': 1_000_000, 'zone-b': 1_000_000 })]),
      emergency: 'leave',
      change: 'refuse',
    },
  ])('$name: $emergency in an emergency, where the rest proceeds; $change elsewhere', ({ name, world, emergency, change, ...more }) => {
    const urgent = plan(world, { goal: lostA, ...more })
    expect(guardsOf(urgent)).toContain(`${name}:${emergency}`)
    expect(urgent.intents.flatMap(({ rules }) => rules)).not.toEqual([])
    for (const mode of ['change', 'drill'] as const) {
      const calm = plan(world, { goal: lostA, mode, ...more })
      expect(guardsOf(calm)).toContain(`${name}:${change}`)
      if (change === 'refuse') expect(calm.intents).toEqual([])
    }
  })

  test.each([
    { name: 'survivor-not-serving', world: notServing('no'), goal: lostA },
    { name: 'no-survivor', world: document, goal: situation([], ['zone-a', 'zone-b', 'zone-c']) },
    { name: 'capacity', world: document, goal: lostA, topology: small },
    { name: 'duplicate-backend', world: worldOf([route('r', [twice])]), goal: lostA },
  ])('refuses a switch that may move no rule ($name), and marks nothing', ({ name, world, ...wish }) => {
    const urgent = plan(world, wish)
    expect(guardsOf(urgent)).toEqual([`${name}:refuse`])
    expect(urgent.intents).toEqual([])
  })

  test('refuses a failback while the cluster of the center is behind, or unread', () => {
    const half = written(document, plan(document, { goal: lostA }), topology, ['zone-b', 'zone-c'])
    expect(guardsOf(plan(half, { goal: backA, mode: 'change' }))).toEqual(['quarantine:refuse'])
    const unread = half.map((center) => (center.center === 'zone-a' ? { ...center, unread: true as const } : center))
    expect(guardsOf(plan(unread, { goal: backA, mode: 'change' }))).toEqual(['deferred-open:refuse'])
    expect(guardsOf(plan(half, { goal: backA }))).toEqual(['quarantine:warn'])
  })

  test('names the wider situation when nobody that would gain is proved serving, once for all rules', () => {
    const { findings, intents } = plan(notServing('no'), { goal: lostA })
    expect(findings).toMatchObject([
      { reason: 'survivor-not-serving-wider', where: { center: 'zone-b' }, facts: { wider: ['zone-a', 'zone-b'], rules: 15 } },
    ])
    expect(intents).toEqual([])
  })

  test('lifts survivor-not-serving by name only where serving cannot be told', () => {
    const overrides = [{ guard: 'survivor-not-serving', reason: 'seen by phone' }] as const
    expect(places(notServing('unknown'), { goal: lostA, overrides })).toBe(15)
    expect(plan(notServing('unknown'), { goal: lostA, overrides }).findings).toMatchObject([
      { effect: 'warn', overridden: 'seen by phone' },
    ])
    expect(places(notServing('no'), { goal: lostA, overrides })).toBe(0)
  })

  test('counts ready replicas against capacity, says the figures, and can be overridden', () => {
    const world = worldOf(documented, { 'zone-b': { ready: 5 } })
    const drill = plan(world, { goal: lostA, mode: 'drill' })
    expect(drill.findings).toMatchObject([
      { guard: 'capacity', effect: 'refuse', facts: { center: 'zone-b', load: 800, limit: 600, margin: 1.2, capacity: 1200 } },
    ])
    expect(places(world, { goal: lostA, mode: 'drill', overrides: [{ guard: 'capacity', reason: 'load was shed' }] })).toBe(15)
  })

  test('only warns of capacity in an emergency where the lost centers serve nothing and nobody else can take it', () => {
    const world = worldOf(documented, { 'zone-a': { serving: 'no' }, 'zone-b': { ready: 5 } })
    expect(guardsOf(plan(world, { goal: lostA }))).toEqual(['capacity:warn'])
    expect(places(world, { goal: lostA })).toBe(15)
  })

  test('shows pinned rules as failing and leaves them', () => {
    const pins: Topology = {
      ...topology,
      routes: { pinned: [{ namespace: 'ai-system', name: 'ai-service-dual-active', rule: '/v1/chat', reason: 'data stays in Beijing' }] },
    }
    const { findings, census } = plan(document, { topology: pins, goal: lostA })
    expect(places(document, { topology: pins, goal: lostA })).toBe(12)
    expect(census[0]).toEqual({ center: 'zone-a', rules: 5, pinned: 1 })
    expect(findings).toMatchObject(Array(3).fill({ reason: 'pinned', effect: 'warn', where: { rule: '/v1/chat' } }))
  })

  test('has words in both languages for whatever it finds', () => {
    for (const { en, zh } of Object.values(planWeightsWords)) expect([en.length > 0, /[\u4e00-\u9fff]/.test(zh)]).toEqual([true, true])
  })
})
