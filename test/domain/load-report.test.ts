import { expect, test } from 'vitest'
import { judgeLoad, lastBaseline, loadExitCode, type LoadFigures } from '../../src/domain/load-report.ts'

const targets = { qps: 10_000, p99Local: 100, p99Remote: 200, errorRatio: 0.001, connections: 10_000 }
const well: LoadFigures = {
  rate: 1000,
  achieved: 999,
  requests: 10_000,
  good: 10_000,
  errors: {},
  p99Local: 20,
  connections: 100,
  open: 40,
  lateP99: 2,
}

function judged(more: Partial<LoadFigures>, instances?: number) {
  const { verdict, judgements } = judgeLoad({ ...well, ...more }, targets, instances)
  return { verdict, ...Object.fromEntries(judgements.map(({ target, state }) => [target, state])) }
}

test.each<{ name: string; more: Partial<LoadFigures>; instances?: number; want: object }>([
  {
    name: 'all well',
    more: {},
    want: { verdict: 'met', rate: 'met', 'p99-local': 'met', errors: 'met', 'instance-qps': 'not-asked', connections: 'not-asked' },
  },
  { name: 'the slowest within the region at its limit', more: { p99Local: 100 }, want: { verdict: 'met' } },
  { name: 'too slow within the region', more: { p99Local: 100.1 }, want: { verdict: 'not-met', 'p99-local': 'not-met' } },
  { name: 'slow, but across regions', more: { p99Remote: 180 }, want: { verdict: 'met', 'p99-remote': 'met' } },
  { name: 'too slow across regions', more: { p99Remote: 201 }, want: { verdict: 'not-met', 'p99-remote': 'not-met' } },
  { name: 'as many errors as allowed', more: { good: 9_990, errors: { status: 10 } }, want: { verdict: 'met', errors: 'met' } },
  { name: 'one error too many', more: { good: 9_989, errors: { status: 11 } }, want: { verdict: 'not-met', errors: 'not-met' } },
  { name: 'too few answers', more: { achieved: 900 }, want: { verdict: 'not-met', rate: 'not-met' } },
  {
    name: 'too few answers of a late generator',
    more: { achieved: 900, lateP99: 80 },
    want: { verdict: 'cannot-tell', rate: 'cannot-tell' },
  },
  { name: 'slow with a late generator', more: { p99Local: 300, lateP99: 80 }, want: { verdict: 'cannot-tell' } },
  { name: 'met in spite of a late generator', more: { lateP99: 80 }, want: { verdict: 'met' } },
  {
    name: 'wrong answers, late generator or not',
    more: { good: 9_000, errors: { status: 1_000 }, lateP99: 80 },
    want: { verdict: 'not-met', errors: 'not-met' },
  },
  {
    name: 'time-outs of a late generator',
    more: { good: 9_000, errors: { timeout: 1_000 }, lateP99: 80 },
    want: { verdict: 'cannot-tell', errors: 'cannot-tell' },
  },
  { name: 'one instance at its rate', more: { rate: 10_000, achieved: 9_990 }, want: { verdict: 'met', 'instance-qps': 'met' } },
  {
    name: 'two instances, not at their rate',
    more: { rate: 10_000, achieved: 9_990 },
    instances: 2,
    want: { verdict: 'met', 'instance-qps': 'not-asked' },
  },
  { name: 'enough connections', more: { connections: 10_000, open: 10_000 }, want: { verdict: 'met', connections: 'met' } },
  {
    name: 'asked for, and not all opened',
    more: { connections: 10_000, open: 4_000 },
    want: { verdict: 'not-met', connections: 'not-met' },
  },
  { name: 'interrupted', more: { stopped: 'interrupted' }, want: { verdict: 'cannot-tell' } },
  { name: 'nothing sent', more: { requests: 0, good: 0, achieved: 0 }, want: { verdict: 'cannot-tell' } },
])('$name', ({ more, instances, want }) => {
  expect(judged(more, instances)).toMatchObject(want)
})

test('connections that nobody counted are not told', () => {
  const { open: _, ...rest } = { ...well, connections: 10_000 }
  expect(judgeLoad(rest, targets)).toMatchObject({ verdict: 'cannot-tell' })
})

test.each([
  [[], 7],
  [['met'], 0],
  [['met', 'cannot-tell'], 7],
  [['met', 'cannot-tell', 'not-met'], 1],
] as const)('%j answers %i', (verdicts, code) => {
  expect(loadExitCode(verdicts)).toBe(code)
})

test('is compared with the newest of the same center, service, rate and way of asking, and never a cluster with a lab', () => {
  const key = { center: 'zone-a', service: 'ai', generator: 'own', rate: 100, connections: 10 }
  const kept = [
    { ...key, n: 1 },
    { ...key, n: 2 },
    { ...key, rate: 500, n: 3 },
    { ...key, generator: 'wrk', n: 4 },
    { ...key, lab: 'lab', n: 5 },
  ]
  expect(lastBaseline(kept, key)).toMatchObject({ n: 2 })
  expect(lastBaseline(kept, { ...key, lab: 'lab, embedded API' })).toMatchObject({ n: 5 })
  expect(lastBaseline(kept, { ...key, connections: 11 })).toBeUndefined()
})
