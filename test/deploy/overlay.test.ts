import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isInForce, overlaid, overlayWords, planOverlay, type OverlayRequest } from '../../src/deploy/overlay.ts'
import type { Manifest } from '../../src/deploy/manifests.ts'
import { MARK_ANNOTATION } from '../../src/domain/mark.ts'
import type { Route } from '../../src/domain/route.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'
import { documented, route, rule, run, situation, topology, worldOf } from '../domain/world.ts'

/** What the chart renders: the documented routes without anything that a cluster adds. */
const rendered: readonly Manifest[] = documented.map(({ apiVersion, kind, metadata, spec }) => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, namespace: 'ai-system' },
  spec,
}))
const switched = run(worldOf(documented), { goal: situation([], ['zone-a']) })
const objects = (world: typeof switched): readonly KubeObject[] => world[1]!.objects
const seen = (all: readonly KubeObject[]): readonly Route[] => all.map((object) => httpRoute.toRoute(object, 'zone-b', topology))
const request = (more: Partial<OverlayRequest> = {}): OverlayRequest => ({
  center: 'zone-b',
  namespace: 'higress-system',
  manifests: rendered,
  deployed: rendered,
  live: seen(objects(switched)),
  situation: ['zone-a'],
  topology,
  ...more,
})
const rulesOf = (manifest: unknown): any[] => (manifest as any).spec.rules
const byName = (manifests: readonly Manifest[], name: string): any =>
  manifests.find((one) => (one['metadata'] as { name: string }).name === name)
/** The render with one route made otherwise. */
const withRoute = (name: string, rules: readonly unknown[]): readonly Manifest[] =>
  rendered.map((one) => (one === byName(rendered, name) ? { ...one, spec: { rules } } : one))

test('keeps the live weights of every route that a switch has changed, and its mark', () => {
  const { overlay, findings } = planOverlay(request())
  expect(findings).toEqual([])
  const applied = overlaid(rendered, overlay, 'higress-system')
  for (const live of objects(switched).filter((one) => isInForce(seen([one])[0]!))) {
    const manifest = byName(applied, live.metadata.name)
    expect(rulesOf(manifest)).toEqual(rulesOf(live))
    expect(manifest.metadata.annotations[MARK_ANNOTATION]).toBe(live.metadata.annotations![MARK_ANNOTATION])
  }
  expect(overlay.length).toBeGreaterThan(2)
})

test('lays nothing over where nothing is in force, not even a mark that says so', () => {
  expect(planOverlay(request({ live: seen(documented), situation: [] }))).toEqual({ overlay: [], findings: [] })
  const back = run(switched, { goal: situation(['zone-a'], []), mode: 'change', verb: 'failback' })
  const returned = planOverlay(request({ live: seen(objects(back)), situation: [] }))
  expect(objects(back)[0]!.metadata.annotations![MARK_ANNOTATION]).toContain('"situation":[]')
  expect(returned.overlay).toEqual([])
})

test('keeps the weights of a return that is on its way', () => {
  const half = run(switched, { goal: situation(['zone-a'], [], 50), mode: 'change', verb: 'failback' })
  expect(planOverlay(request({ live: seen(objects(half)), situation: [] })).overlay.length).toBeGreaterThan(0)
})

test('finds a rule by its matches where the chart has put it elsewhere', () => {
  const [beijing, shanghai, other] = rulesOf(byName(rendered, 'proximity-route-by-header'))
  const manifests = withRoute('proximity-route-by-header', [other, beijing, shanghai])
  const applied = byName(overlaid(manifests, planOverlay(request({ manifests })).overlay, 'higress-system'), 'proximity-route-by-header')
  const live = rulesOf(objects(switched).find(({ metadata }) => metadata.name === 'proximity-route-by-header'))
  expect(rulesOf(applied)).toEqual([live[2], live[0], live[1]])
})

test('lets the chart change what is no weight', () => {
  const [chat] = rulesOf(byName(rendered, 'ai-service-dual-active'))
  const manifests = withRoute('ai-service-dual-active', [{ ...chat, timeouts: { backendRequest: '90s' } }])
  const { overlay, findings } = planOverlay(request({ manifests }))
  expect(findings).toEqual([])
  expect(rulesOf(byName(overlaid(manifests, overlay, 'higress-system'), 'ai-service-dual-active'))[0].timeouts).toEqual({
    backendRequest: '90s',
  })
})

test('knows a backend that the switch itself added', () => {
  const both = run(worldOf(documented), { goal: situation([], ['zone-a', 'zone-b']) })
  const live = seen(both[2]!.objects)
  expect(live.find(({ name }) => name === 'ai-service-dual-active')!.rules[0]!.backends).toHaveLength(3)
  expect(planOverlay(request({ live, situation: ['zone-a', 'zone-b'] })).findings).toEqual([])
})

const chat = rulesOf(byName(rendered, 'ai-service-dual-active'))
test.each([
  {
    says: 'adds a rule',
    manifests: withRoute('ai-service-dual-active', [...chat, rule('/v1/new', { 'zone-a': 50, 'zone-b': 50 })]),
    reason: 'live-weights-rule-added',
  },
  {
    says: 'takes a rule away',
    manifests: withRoute('proximity-route-by-header', rulesOf(byName(rendered, 'proximity-route-by-header')).slice(1)),
    reason: 'live-weights-rule-removed',
  },
  {
    says: 'names another backend',
    manifests: withRoute('ai-service-dual-active', [rule('/v1/chat', { 'zone-a': 50, 'zone-b': 30, 'zone-c': 20 })]),
    reason: 'live-weights-backends',
  },
  { says: 'no longer holds a route', manifests: rendered.slice(1), reason: 'live-weights-route-removed' },
  {
    says: 'brings a route that sends to the lost center',
    manifests: [...rendered, { ...rendered[0]!, metadata: { name: 'new', namespace: 'ai-system' } }],
    reason: 'live-weights-new-route',
  },
])('refuses where the chart $says', ({ manifests, reason }) => {
  const { findings } = planOverlay(request({ manifests }))
  expect(findings.map((finding) => [finding.reason, finding.effect])).toEqual([[reason, 'refuse']])
  expect(overlayWords).toHaveProperty(reason)
})

test('does not mind a route that the chart never held', () => {
  expect(planOverlay(request({ manifests: [], deployed: [] }))).toEqual({ overlay: [], findings: [] })
})

test('does not mind a new route that sends to survivors alone', () => {
  const fresh = route('new', [rule('/new', { 'zone-b': 1 })])
  expect(planOverlay(request({ manifests: [...rendered, { ...fresh }] })).findings).toEqual([])
})

test('laid twice is laid once, and nothing but backendRefs and the mark is touched', () => {
  const refs = fc.array(fc.record({ name: fc.constantFrom('a', 'b'), weight: fc.nat(100) }), { maxLength: 3 })
  const overlays = fc.array(
    fc.record({
      route: fc.constantFrom('ai-system/ai-service-dual-active', 'ai-system/proximity-route-by-header', 'x/y'),
      rules: fc.array(fc.record({ index: fc.nat(3), backendRefs: refs }), { maxLength: 3 }),
      mark: fc.string(),
    }),
    { maxLength: 3 },
  )
  const stripped = (manifests: readonly Manifest[]) =>
    manifests.map((one) => ({
      ...one,
      metadata: { ...(one['metadata'] as object), annotations: undefined },
      spec: { ...(one['spec'] as object), rules: rulesOf(one).map((each) => ({ ...each, backendRefs: undefined })) },
    }))
  fc.assert(
    fc.property(overlays, (overlay) => {
      const once = overlaid(rendered, overlay, 'higress-system')
      expect(overlaid(once, overlay, 'higress-system')).toEqual(once)
      expect(stripped(once)).toEqual(stripped(rendered))
    }),
  )
})
