import fc from 'fast-check'
import type { CenterName, Topology } from '../../src/domain/topology.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'
import { backend, centers, route, topology, worldOf, type World } from './world.ts'

/** Worlds, situations and policies at random: small numbers, so that odd cases (absent, 0, 1/1, all zero) come often, and large ones now and then. */
const weight = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 3, arbitrary: fc.nat(100) }, fc.nat(400_000), fc.constant(null))

const withWeight = <T extends object>(ref: T, value: number | null) => (value === null ? ref : { ...ref, weight: value })

const refs = fc
  .record({
    members: fc.uniqueArray(
      fc.record({ center: fc.constantFrom(...centers), service: fc.constantFrom('ai-service', 'ai-service', 'chat'), weight }),
      {
        minLength: 1,
        maxLength: 5,
        selector: ({ center, service }) => `${service} ${center}`,
      },
    ),
    others: fc.array(weight, { maxLength: 2 }),
    odd: fc.boolean(),
  })
  .map(({ members, others, odd }) => [
    ...members.map((one) =>
      withWeight({ ...backend(one.center, one.service), ...(odd ? { filters: [{ type: 'X', deep: [1, { y: null }] }] } : {}) }, one.weight),
    ),
    ...others.map((value, i) => withWeight({ name: `other-${i}`, port: 80 }, value)),
  ])

const rules = fc.array(refs, { minLength: 1, maxLength: 3 }).map((lists) =>
  lists.map((backendRefs, i) => ({
    matches: [{ path: { type: 'PathPrefix', value: `/${i}` } }],
    backendRefs,
    timeouts: { request: '1s' },
  })),
)

const annotations = fc.constantFrom({}, { annotations: {} }, { annotations: { 'team/owner': 'ai' } })
const objects: fc.Arbitrary<readonly KubeObject[]> = fc
  .array(fc.tuple(rules, annotations), { minLength: 1, maxLength: 3 })
  .map((all) => all.map(([one, metadata], i) => route(`r${i}`, one, metadata)))

/** All clusters hold the same routes, or each its own. */
export const world: fc.Arbitrary<World> = fc.oneof(
  objects.map((same) => worldOf(same)),
  fc.tuple(objects, objects, objects).map(([a, b, c]) => worldOf(a, { 'zone-b': { objects: b }, 'zone-c': { objects: c } })),
)

const verdict = fc.constantFrom('yes' as const, 'yes' as const, 'no' as const, 'unknown' as const)

/** The same, where some centers do not serve. */
export const shakyWorld: fc.Arbitrary<World> = fc
  .tuple(world, fc.tuple(verdict, verdict, verdict))
  .map(([one, serving]) => one.map((center, i) => ({ ...center, serving: serving[i] ?? 'unknown' })))

export const out: fc.Arbitrary<readonly CenterName[]> = fc.subarray([...centers], { minLength: 1, maxLength: 2 })

const shares = fc.record({ 'zone-a': fc.nat(100), 'zone-b': fc.nat(100), 'zone-c': fc.nat(100) })
/** With a policy of its own, and no capacity, so that only weights speak. */
export const policy: fc.Arbitrary<Topology> = fc
  .tuple(shares, fc.array(fc.record({ centers: out, weights: shares }), { maxLength: 3 }), fc.boolean())
  .map(([normal, without, documented]) => ({
    ...topology,
    centers: topology.centers.map(({ capacity: _capacity, ...center }) => center),
    policy: documented ? topology.policy : { ...topology.policy, normal, without },
  }))
