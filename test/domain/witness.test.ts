import { expect, test } from 'vitest'
import { compareWitnesses, witnessedErrors, witnessVerdict, type ClientsWitness, type PrometheusWitness } from '../../src/domain/witness.ts'

const prometheus: PrometheusWitness = { qps: 800, errorRatio: 0.001, shares: { 'zone-a': 0.5, 'zone-b': 0.5 }, age: 1_000, gaps: [] }
const clients: ClientsWitness = { requests: 400, errorRatio: 0, shares: { 'zone-a': 0.5, 'zone-b': 0.5 }, named: 400 }
const gap = { figure: 'error_ratio', gap: 'stale', detail: 'its newest sample is 40 s old' } as const

test.each<{ name: string; theirs: Partial<PrometheusWitness>; ours: Partial<ClientsWitness>; verdict: string; reasons: readonly string[] }>(
  [
    { name: 'both well', theirs: {}, ours: {}, verdict: 'agree', reasons: [] },
    { name: 'both failing', theirs: { errorRatio: 0.3 }, ours: { errorRatio: 0.5 }, verdict: 'agree', reasons: [] },
    {
      name: 'errors that only Prometheus counts',
      theirs: { errorRatio: 0.011 },
      ours: {},
      verdict: 'disagree',
      reasons: ['witness-errors'],
    },
    { name: 'errors that only clients see', theirs: {}, ours: { errorRatio: 0.02 }, verdict: 'disagree', reasons: ['witness-errors'] },
    { name: 'shares within ten points', theirs: { shares: { 'zone-a': 0.59, 'zone-b': 0.41 } }, ours: {}, verdict: 'agree', reasons: [] },
    {
      name: 'shares that differ by more',
      theirs: { shares: { 'zone-a': 0.62, 'zone-b': 0.38 } },
      ours: {},
      verdict: 'disagree',
      reasons: ['witness-share', 'witness-share'],
    },
    {
      name: 'shares that chance explains',
      theirs: { shares: { 'zone-a': 0.61, 'zone-b': 0.39 } },
      ours: { named: 100, requests: 100 },
      verdict: 'agree',
      reasons: [],
    },
    { name: 'too few probes', theirs: { errorRatio: 0.9 }, ours: { requests: 99, named: 99 }, verdict: 'cannot-compare', reasons: [] },
  ],
)('$name: $verdict', ({ theirs, ours, verdict, reasons }) => {
  const { witnessed, findings } = compareWitnesses('zone-a', { ...prometheus, ...theirs }, { ...clients, ...ours }, 0.01)
  expect(witnessed.verdict).toBe(verdict)
  expect(findings.map(({ reason }) => reason)).toEqual(reasons)
})

test('a figure that is not known is a gap with its reason, and agrees with nobody', () => {
  const { witnessed, findings } = compareWitnesses('zone-a', { gaps: [gap] }, clients, 0.01)
  expect(witnessed.verdict).toBe('cannot-compare')
  expect(findings).toMatchObject([{ reason: 'witness-gap', facts: { figure: 'error_ratio', why: 'stale' } }])
})

test('without probes nothing is compared', () => {
  expect(compareWitnesses('zone-a', prometheus, undefined, 0.01).witnessed.verdict).toBe('cannot-compare')
})

test('one disagreement is one; agreement needs somebody who agrees', () => {
  const of = (theirs: Partial<PrometheusWitness>) => compareWitnesses('zone-a', { ...prometheus, ...theirs }, clients, 0.01).witnessed
  const unknown = compareWitnesses('zone-b', { gaps: [gap] }, clients, 0.01).witnessed
  expect(witnessVerdict([of({}), unknown])).toBe('agree')
  expect(witnessVerdict([of({}), of({ errorRatio: 0.5 })])).toBe('disagree')
  expect(witnessVerdict([unknown])).toBe('cannot-compare')
  expect(witnessVerdict([])).toBe('cannot-compare')
})

test('only errors that were counted, at gateways that count, are held against a recovery', () => {
  const of = (center: string, theirs: PrometheusWitness) => compareWitnesses(center, theirs, clients, 0.01).witnessed
  const seen = [
    of('zone-a', { ...prometheus, errorRatio: 0.4 }),
    of('zone-b', { ...prometheus, errorRatio: 0.02 }),
    of('zone-c', { gaps: [gap] }),
  ]
  expect(witnessedErrors(seen, ['zone-b', 'zone-c'], 0.01)).toEqual([{ center: 'zone-b', ratio: 0.02 }])
})
