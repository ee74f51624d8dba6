import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { effective } from '../../src/domain/rule-plan.ts'
import { situationInForce } from '../../src/domain/situation.ts'
import type { CenterName, Topology } from '../../src/domain/topology.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import { out, policy, shakyWorld, world } from './arbitrary-world.ts'
import { centers, plan, run, sightings, situation, specs, topology, written, type World } from './world.ts'

const runs = { numRuns: 50 }
const change = { mode: 'change', verb: 'failback' } as const
const shares = fc.record({ 'zone-a': fc.integer({ min: 1, max: 100 }), 'zone-b': fc.nat(100) })
const progress = fc.constantFrom(1, 10, 33, 50, 90, 100)

/** Every rule that exists, with what it weighs. */
function rulesOf(one: World, of: Topology = topology) {
  return one.flatMap(({ center, objects }) =>
    objects.flatMap((object) =>
      httpRoute.toRoute(object, center, of).rules.map((rule) => ({ id: `${center} ${object.metadata.name} ${rule.key}`, rule })),
    ),
  )
}

function pairs(before: World, after: World) {
  const then = new Map(rulesOf(before).map(({ id, rule }) => [id, rule]))
  return rulesOf(after).map(({ id, rule }) => ({ id, now: rule, before: then.get(id) ?? rule }))
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const totalOf = (rule: ReturnType<typeof rulesOf>[number]['rule'], service: string) =>
  sum(rule.backends.flatMap(({ member, weight }) => (member?.service === service ? [weight] : [])))
const shareOf = (rule: ReturnType<typeof rulesOf>[number]['rule'], center: CenterName, service: string) =>
  sum(rule.backends.flatMap(({ member, weight }) => (member?.center === center && member.service === service ? [weight] : []))) /
  (sum(rule.backends.map(({ weight }) => weight)) || 1)
const weightOf = ({ weight }: { readonly weight: number | 'absent' }) => effective(weight)

/** The same, and every center serves again. */
const healed = (all: World): World => all.map((one) => ({ ...one, serving: 'yes' }))

/** By how much a rule was multiplied, or nothing where it cannot be told. */
function scaleOf(before: ReturnType<typeof rulesOf>[number]['rule'], now: typeof before): number | undefined {
  const service = before.backends.find(({ member, weight }) => member !== undefined && weight > 0)?.member?.service
  return service === undefined ? undefined : totalOf(now, service) / totalOf(before, service)
}

describe('a switch', () => {
  test('keeps the total of every service in every rule, or multiplies the whole rule by one whole number', () => {
    fc.assert(
      fc.property(world, policy, out, (one, of, lost) => {
        for (const { before, now } of pairs(one, run(one, { topology: of, goal: situation([], lost) }))) {
          const scale = scaleOf(before, now) ?? 1
          expect(Number.isInteger(scale)).toBe(true)
          for (const service of ['ai-service', 'chat']) expect(totalOf(now, service)).toBe(totalOf(before, service) * scale)
          for (const ref of before.backends.filter(({ member }) => member === undefined)) {
            expect(now.backends.find(({ id }) => id === ref.id)?.weight).toBe(ref.weight * scale)
          }
        }
      }),
      runs,
    )
  })

  test('writes at most 16 backends and weights of at most 1 000 000', () => {
    fc.assert(
      fc.property(world, policy, out, progress, (one, of, lost, step) => {
        for (const goal of [
          situation([], lost, step),
          { kind: 'shares', shares: { 'zone-a': 70, 'zone-b': 30 }, progress: step } as const,
        ]) {
          for (const { refs } of plan(one, { topology: of, goal }).intents.flatMap(({ rules }) => rules)) {
            expect(refs.length).toBeLessThanOrEqual(16)
            expect(Math.max(...refs.map(weightOf))).toBeLessThanOrEqual(1_000_000)
          }
        }
      }),
      runs,
    )
  })

  test('never leaves a rule all zero that was not', () => {
    fc.assert(
      fc.property(shakyWorld, policy, out, progress, (one, of, lost, step) => {
        for (const { before, now } of pairs(one, run(one, { topology: of, goal: situation([], lost, step) }))) {
          if (sum(before.backends.map(weightOf)) > 0) expect(sum(now.backends.map(weightOf))).toBeGreaterThan(0)
        }
      }),
      runs,
    )
  })

  test('never raises a center that is not proved serving, or that is in the situation', () => {
    fc.assert(
      fc.property(shakyWorld, policy, out, progress, (one, of, lost, step) => {
        const bad = one.flatMap(({ center, serving }) => (serving !== 'yes' || lost.includes(center) ? [center] : []))
        for (const { before, now } of pairs(one, run(one, { topology: of, goal: situation([], lost, step) }))) {
          for (const center of bad) {
            for (const service of ['ai-service', 'chat'])
              expect(shareOf(now, center, service)).toBeLessThanOrEqual(shareOf(before, center, service) + 1e-9)
          }
        }
      }),
      runs,
    )
  })

  test('takes every lost center out of every affected rule, or says why not', () => {
    fc.assert(
      fc.property(shakyWorld, policy, out, (one, of, lost) => {
        const made = plan(one, { topology: of, goal: situation([], lost) })
        if (made.findings.some(({ effect }) => effect !== 'warn')) return
        for (const { rule } of rulesOf(written(one, made, of), of)) {
          for (const { member, weight } of rule.backends) if (member !== undefined && lost.includes(member.center)) expect(weight).toBe(0)
        }
      }),
      runs,
    )
  })

  test('touches no rule that names no affected center, and no other field of any rule', () => {
    fc.assert(
      fc.property(world, policy, out, (one, of, lost) => {
        const strip = (all: World) =>
          all.map(({ objects }) =>
            objects.map(({ spec }) => JSON.stringify(spec, (key, value: unknown) => (key === 'backendRefs' ? undefined : value))),
          )
        const after = run(one, { topology: of, goal: situation([], lost) })
        expect(strip(after)).toEqual(strip(one))
        for (const { before, now } of pairs(one, after)) {
          if (!before.backends.some(({ member }) => member && lost.includes(member.center)))
            expect(now.rawBackendRefs).toEqual(before.rawBackendRefs)
          for (const [i, ref] of (before.rawBackendRefs as readonly object[]).entries()) {
            expect({ ...(now.rawBackendRefs as readonly object[])[i], weight: 0 }).toEqual({ ...ref, weight: 0 })
          }
        }
      }),
      runs,
    )
  })

  test('is safe in every mixture of old and new clusters, and can be finished from there', () => {
    fc.assert(
      fc.property(world, policy, out, fc.subarray([...centers]), (one, of, lost, done) => {
        const made = plan(one, { topology: of, goal: situation([], lost), run: 'one', seq: 1 })
        const mixed = written(one, made, of, done)
        for (const { before, now } of pairs(one, mixed)) {
          if (sum(before.backends.map(weightOf)) > 0) expect(sum(now.backends.map(weightOf))).toBeGreaterThan(0)
        }
        const rest = plan(mixed, { topology: of, goal: situation([], lost), run: 'one', seq: 1 })
        expect(specs(written(mixed, rest, of))).toEqual(specs(written(one, made, of)))
      }),
      runs,
    )
  })
})

describe('planning', () => {
  test('over what a plan has written gives nothing, for the same run and for a later one', () => {
    fc.assert(
      fc.property(shakyWorld, policy, out, (one, of, lost) => {
        const after = run(one, { topology: of, goal: situation([], lost), run: 'one', seq: 1 })
        expect(plan(after, { topology: of, goal: situation([], lost), run: 'one', seq: 1 }).intents).toEqual([])
        if (situationInForce(of, sightings(after, of)).seq === 0) return
        expect(plan(after, { topology: of, goal: situation(lost, lost) }).intents).toEqual([])
      }),
      runs,
    )
  })

  test('of a step on the way back, or of a rebalance, over what it has written gives nothing', () => {
    fc.assert(
      fc.property(shakyWorld, policy, out, progress, shares, (shaky, of, lost, step, wanted) => {
        const one = healed(shaky)
        const away = healed(run(shaky, { topology: of, goal: situation([], lost) }))
        const back = { topology: of, goal: situation(lost, [], step), run: 'back', seq: 2, ...change }
        expect(plan(run(away, back), back).intents).toEqual([])
        const rebalance = { topology: of, goal: { kind: 'shares', shares: wanted, progress: step }, run: 'reb', seq: 1, ...change } as const
        expect(plan(run(one, rebalance), rebalance).intents).toEqual([])
      }),
      runs,
    )
  })

  test('is deterministic, and changes nothing that it was given', () => {
    fc.assert(
      fc.property(shakyWorld, policy, out, (one, of, lost) => {
        const seen = sightings(one, of)
        const copy = structuredClone(seen)
        const wish = { topology: of, sightings: seen, goal: situation([], lost) }
        expect(plan(one, wish)).toEqual(plan(one, wish))
        expect(seen).toEqual(copy)
      }),
      { numRuns: 60 },
    )
  })

  test('gives the same weights by identity in whatever order refs, rules, routes and centers come', () => {
    fc.assert(
      fc.property(shakyWorld, policy, out, (one, of, lost) => {
        const turned = one.toReversed().map((center) => ({
          ...center,
          objects: center.objects.toReversed().map((object) => {
            const rules = (object['spec'] as { rules: { backendRefs: object[] }[] }).rules
            return {
              ...object,
              spec: { rules: rules.toReversed().map((rule) => ({ ...rule, backendRefs: rule.backendRefs.toReversed() })) },
            }
          }),
        }))
        const byIdentity = (all: World) =>
          new Map(
            rulesOf(run(all, { topology: of, goal: situation([], lost) }), of).map(({ id, rule }) => [
              id,
              new Map(rule.backends.map((ref) => [ref.id, ref.weight])),
            ]),
          )
        expect(byIdentity(turned)).toEqual(byIdentity(one))
      }),
      runs,
    )
  })
})

describe('the way back', () => {
  test('of a failover, in any steps, is what was there to the letter: absent weights absent, added refs gone', () => {
    fc.assert(
      fc.property(world, policy, out, fc.array(progress, { maxLength: 3 }), (one, of, lost, steps) => {
        let now = run(one, { topology: of, goal: situation([], lost) })
        for (const step of [...steps.toSorted((a, b) => a - b), 100])
          now = run(now, { topology: of, goal: situation(lost, [], step), run: 'back', seq: 2, ...change })
        expect(specs(now)).toEqual(specs(one))
      }),
      runs,
    )
  })

  test('of A then B, back B then A, is what was there to the letter', () => {
    fc.assert(
      fc.property(world, policy, fc.shuffledSubarray([...centers], { minLength: 2, maxLength: 2 }), (one, of, [a = '', b = '']) => {
        let now = run(one, { topology: of, goal: situation([], [a]) })
        now = run(now, { topology: of, goal: situation([a], [a, b]) })
        now = run(now, { topology: of, goal: situation([a, b], [a]), ...change })
        now = run(now, { topology: of, goal: situation([a], []), ...change })
        expect(specs(now)).toEqual(specs(one))
      }),
      runs,
    )
  })

  test('of a rebalance, from wherever it came, is what was there to the letter', () => {
    fc.assert(
      fc.property(world, shares, progress, progress, (one, wanted, there, back) => {
        const wish = { mode: 'change', verb: 'rebalance' } as const
        let now = run(one, { goal: { kind: 'shares', shares: wanted, progress: there }, ...wish })
        for (const step of [back, 100])
          now = run(now, { goal: { kind: 'base', progress: step }, mode: 'change', verb: 'undo', run: 'undo', seq: 2 })
        expect(specs(now)).toEqual(specs(one))
      }),
      runs,
    )
  })

  test('raises every returning center step by step', () => {
    fc.assert(
      fc.property(world, policy, out, (one, of, lost) => {
        let now = run(one, { topology: of, goal: situation([], lost) })
        for (const step of [10, 50, 90, 100]) {
          const next = run(now, { topology: of, goal: situation(lost, [], step), run: 'back', seq: 2, ...change })
          for (const { before, now: after } of pairs(now, next)) {
            // A rule's split is shown within one point, so a step may fall short by that.
            for (const center of lost)
              expect(shareOf(after, center, 'ai-service')).toBeGreaterThanOrEqual(shareOf(before, center, 'ai-service') - 0.011)
          }
          now = next
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('shares', () => {
  test('keep the total among the named, everybody else, and every rule that names only one of them', () => {
    fc.assert(
      fc.property(world, shares, progress, (one, wanted, step) => {
        const after = run(one, { goal: { kind: 'shares', shares: wanted, progress: step }, mode: 'change', verb: 'rebalance' })
        for (const { before, now } of pairs(one, after)) {
          const scale = scaleOf(before, now) ?? 1
          for (const service of ['ai-service', 'chat']) expect(totalOf(now, service)).toBe(totalOf(before, service) * scale)
          for (const ref of before.backends) {
            if (ref.member?.center === 'zone-a' || ref.member?.center === 'zone-b') continue
            expect(now.backends.find(({ id }) => id === ref.id)?.weight).toBe(ref.weight * scale)
          }
          const named = new Set(before.backends.flatMap(({ member }) => (member && member.center !== 'zone-c' ? [member.center] : [])))
          if (named.size < 2) expect(now.rawBackendRefs).toEqual(before.rawBackendRefs)
        }
      }),
      runs,
    )
  })
})
