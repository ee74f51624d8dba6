import { expect, test } from 'vitest'
import { verifyExitCode, worstState, type CheckOutcome, type ConclusionState } from '../../src/domain/verify.ts'

const outcome = (state: ConclusionState, center?: string, out?: true): CheckOutcome => ({
  check: 'check',
  id: 'TC-901',
  group: 'routes',
  level: 'object',
  ...(center === undefined ? {} : { center }),
  state,
  ...(out === undefined ? {} : { out }),
  conclusions: [],
})
const unread = (center: string, out?: true) => ({ center, why: 'no answer', ...(out === undefined ? {} : { out }) })

test.each([
  { of: 'everything passed', outcomes: [outcome('passed')], exit: 0 },
  { of: 'a warning', outcomes: [outcome('warning')], exit: 0 },
  { of: 'passed, and not applicable', outcomes: [outcome('passed'), outcome('skipped')], exit: 0 },
  { of: 'nothing that applies', outcomes: [outcome('skipped')], exit: 7 },
  { of: 'nothing at all', outcomes: [], exit: 7 },
  { of: 'one that cannot be told', outcomes: [outcome('passed'), outcome('inconclusive')], exit: 7 },
  { of: 'one that failed', outcomes: [outcome('failed'), outcome('inconclusive')], exit: 1 },
  { of: 'a center that cannot be read', outcomes: [outcome('inconclusive', 'zone-a')], unread: [unread('zone-a')], exit: 4 },
  { of: 'one that cannot be read, and one that failed', outcomes: [outcome('failed')], unread: [unread('zone-a')], exit: 1 },
  {
    of: 'a center out of traffic that cannot be read',
    outcomes: [outcome('passed', 'zone-b'), outcome('inconclusive', 'zone-a', true)],
    unread: [unread('zone-a', true)],
    exit: 0,
  },
  { of: 'failures of a center out of traffic', outcomes: [outcome('passed', 'zone-b'), outcome('failed', 'zone-a', true)], exit: 0 },
  {
    of: 'a center out of traffic and another that cannot be read',
    outcomes: [outcome('inconclusive', 'zone-a', true), outcome('inconclusive', 'zone-b')],
    unread: [unread('zone-a', true), unread('zone-b')],
    exit: 4,
  },
  { of: 'centers out of traffic only', outcomes: [outcome('passed', 'zone-a', true)], exit: 7 },
])('$of: exit $exit', ({ outcomes, unread: gone = [], exit }) => {
  expect(verifyExitCode({ outcomes, unread: gone })).toBe(exit)
})

test.each<[readonly ConclusionState[], ConclusionState]>([
  [[], 'skipped'],
  [['skipped', 'passed'], 'passed'],
  [['passed', 'warning'], 'warning'],
  [['warning', 'inconclusive'], 'inconclusive'],
  [['inconclusive', 'failed', 'passed'], 'failed'],
])('%j together are %s', (states, worst) => {
  expect(worstState(states)).toBe(worst)
})
