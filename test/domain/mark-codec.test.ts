import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from '../../src/domain/canonical.ts'
import { decodeFaultMark, decodeMark, encodeFaultMark, encodeMark, MARK_LIMIT } from '../../src/domain/mark-codec.ts'
import type { Mark } from '../../src/domain/mark.ts'

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 3 })
const weights = fc.dictionary(
  fc.string(),
  fc.dictionary(fc.string(), fc.oneof(fc.nat(1_000_000), fc.constant('absent' as const), fc.constant(null)), { noNullPrototype: true }),
  { maxKeys: 3, noNullPrototype: true },
)
const mark: fc.Arbitrary<Mark> = fc.record(
  {
    seq: fc.integer({ min: 1, max: 1000 }),
    run: fc.string({ minLength: 1 }),
    verb: fc.constantFrom('failover' as const, 'failback' as const, 'undo' as const),
    uid: fc.string(),
    was: names,
    situation: names,
    until: fc.nat(),
    progress: fc.nat(100),
    base: weights,
    normal: weights,
    set: weights,
    epoch: fc.nat(),
  },
  { requiredKeys: ['seq', 'run', 'verb', 'uid', 'was', 'situation', 'normal', 'set'], noNullPrototype: true },
)

test('reads back every mark that it writes, and equal marks are equal texts', () => {
  fc.assert(
    fc.property(mark, (one) => {
      expect(decodeMark(encodeMark(one), one.uid)).toEqual({ state: 'marked', mark: one })
      expect(encodeMark(Object.fromEntries(Object.entries(one).toReversed()) as unknown as Mark)).toBe(encodeMark(one))
    }),
  )
})

test('never throws, and believes nothing that is not a mark', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.anything()), (raw) => {
      const { state } = decodeMark(raw, 'u')
      expect(['none', 'broken']).toContain(state)
    }),
  )
})

const good: Mark = { seq: 1, run: 'r', verb: 'failover', uid: 'u', was: [], situation: ['a'], normal: {}, set: {} }
test.each([
  ['nothing', undefined, 'none'],
  ['a mark', encodeMark(good), 'marked'],
  ["another object's mark", encodeMark({ ...good, uid: 'other' }), 'foreign'],
  ['half a mark', encodeMark(good).slice(0, 40), 'broken'],
  ['a negative seq', canonical({ ...good, seq: -1 }), 'broken'],
  ['a center named twice', canonical({ ...good, situation: ['a', 'a'] }), 'broken'],
  ['a weight beyond the limit', canonical({ ...good, normal: { r: { b: 1_000_001 } } }), 'broken'],
  ['an unknown verb', canonical({ ...good, verb: 'deploy' }), 'broken'],
  ['more text than an annotation should hold', encodeMark({ ...good, run: 'r'.repeat(MARK_LIMIT) }), 'broken'],
])('reads %s', (_, raw, state) => {
  expect(decodeMark(raw, 'u').state).toBe(state)
})

test("reads a fault's mark back, and none of another workload", () => {
  const fault = { run: 'r', uid: 'w', replicas: 10, until: 5 }
  expect(decodeFaultMark(encodeFaultMark(fault), 'w')).toEqual(fault)
  expect(decodeFaultMark(encodeFaultMark(fault), 'copy')).toBeUndefined()
  expect(decodeFaultMark('{"run":1}', 'w')).toBeUndefined()
})
