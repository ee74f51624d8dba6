import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fewRoutes } from './fixture.ts'
import { scene, type Scene } from './harness.ts'

const RUNS = 60
const seed = Number(process.env['SEED'] ?? 20261120)

const center = fc.constantFrom('zone-a', 'zone-b', 'zone-c')
const act = fc.oneof(
  fc.record({ verb: fc.constant('failover' as const), center }),
  fc.record({ verb: fc.constant('failback' as const), center }),
  fc.record({ verb: fc.constant('sync' as const), center }),
  fc.record({ verb: fc.constant('undo' as const) }),
  fc.record({ verb: fc.constant('rebalance' as const), share: fc.integer({ min: 10, max: 90 }) }),
  fc.record({ verb: fc.constant('api-dead' as const), center }),
  fc.record({ verb: fc.constant('lost' as const), center }),
  fc.record({ verb: fc.constant('back' as const), center }),
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

/** No rule without a single weight, in any cluster. */
function zeroed(s: Scene): readonly string[] {
  return s.topology.centers.flatMap(({ name }) =>
    fewRoutes.flatMap(({ metadata }) =>
      Object.values(s.weights(name, metadata.name)).some((weight) => weight > 0) ? [] : [`${name} ${metadata.name}`],
    ),
  )
}

async function perform(s: Scene, one: Act): Promise<number> {
  // Another machine each time: nothing but the marks tells it what is in force.
  const m = s.machine()
  switch (one.verb) {
    case 'api-dead':
      s.world.cluster(one.center).fault = { kind: 'refused' }
      return 0
    case 'lost':
      s.lose(one.center)
      return 0
    case 'back':
      s.heal(one.center)
      s.world.cluster(one.center).fault = null
      return 0
    case 'undo':
      return (await m.undo(undefined, { takeOver: true })).exit
    case 'rebalance':
      return (await m.rebalance({ 'zone-a': one.share, 'zone-b': 100 - one.share }, { takeOver: true })).exit
    default:
      return (await m[one.verb]([one.center], { takeOver: true })).exit
  }
}

/** What a person does to bring everything home, and no more than that: mend, end what is open, sync, fail back. */
async function bringHome(s: Scene): Promise<void> {
  const all = s.topology.centers.map(({ name }) => name)
  for (const name of all) {
    s.heal(name)
    s.world.cluster(name).fault = null
  }
  for (let i = 0; i < 3 && s.marks() > 0; i += 1) {
    await s.machine().resume(undefined, { takeOver: true })
    await s.machine().sync(all, { takeOver: true })
    const out = [...new Set(all.flatMap((name) => fewRoutes.flatMap(({ metadata }) => s.mark(name, metadata.name)?.situation ?? [])))]
    if (out.length > 0) await s.machine().failback(out, { takeOver: true })
  }
}

test('any sequence of switches, losses and returns ends in exactly the first objects, once everything is back', async () => {
  console.log(`seed ${seed}, ${RUNS} runs`)
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 8 }), async (acts) => {
      const s = scene({ routes: fewRoutes })
      const before = s.snapshot()
      let rebalanced = false
      for (const one of acts) {
        const exit = await perform(s, one)
        expect([0, 3, 4, 5, 6, 7]).toContain(exit)
        if (one.verb === 'rebalance' && exit !== 3) rebalanced = true
        expect(zeroed(s)).toEqual([])
      }
      await bringHome(s)
      // A rebalance is a new normal; its way back is to ask for the old one.
      if (rebalanced) await s.machine().rebalance(s.topology.policy.normal, { takeOver: true })
      expect({ marks: s.marks(), same: rebalanced || s.snapshot() === before }).toEqual({ marks: 0, same: true })
      if (rebalanced) for (const { name } of s.topology.centers) expect(s.weights(name)).toEqual({ 'zone-a': 50, 'zone-b': 50 })
    }),
    { seed, numRuns: RUNS },
  )
})
