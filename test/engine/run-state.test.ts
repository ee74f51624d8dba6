import { expect, test } from 'vitest'
import type { Entry, JournalRecord } from '../../src/domain/record.ts'
import type { RunOutcome } from '../../src/domain/outcome.ts'
import { foldRun, isUnfinished } from '../../src/engine/run-state.ts'
import { startOf } from '../worlds/small-run.ts'
import { fewRoutes } from './fixture.ts'
import { scene, type Answer } from './harness.ts'

function sealed(entries: readonly Entry[]): readonly JournalRecord[] {
  return entries.map((entry, i) => ({ ...entry, n: i + 1, at: '', ms: 0, prev: '', hash: '' }))
}

const started = startOf('r1')
const ended = (answer: RunOutcome['answer'], world: RunOutcome['world']): Entry => ({
  type: 'run-ended',
  outcome: { answer, world },
  exit: 0,
  reason: 'done',
  facts: {},
  next: [],
  deferred: [],
})

test.each<[string, readonly Entry[], boolean]>([
  ['without an end', [started], true],
  ['done', [started, ended('yes', 'as-planned')], false],
  ['refused', [started, ended('refused', 'untouched')], false],
  ['part-way', [started, ended('failed', 'partial')], true],
  ['brought back', [started, ended('failed', 'restored')], false],
  ['stopped by a signal', [started, ended({ signal: 'SIGINT' }, 'as-planned')], true],
  ['a bug', [started, ended('bug', 'untouched')], true],
  [
    'resumed, and not ended again',
    [started, ended('failed', 'partial'), { type: 'run-resumed', actor: started.actor, how: 'resume' }],
    true,
  ],
  ['taken up from marks and refused', [{ ...started, elsewhere: true }, ended('refused', 'untouched')], true],
])('a run %s: unfinished is %#', (_, entries, unfinished) => {
  expect(isUnfinished(foldRun(sealed(entries)))).toBe(unfinished)
})

test('a journal that does not begin with its beginning is not folded', () => {
  expect(() => foldRun([])).toThrow('run-started')
})

test.each<[string, Entry, boolean]>([
  [
    'the value that was asked for',
    {
      type: 'answered',
      question: { kind: 'type-value', value: 'zone-a', reason: 'confirm-value', facts: {} },
      answer: ' zone-a ',
      by: 'terminal',
    },
    true,
  ],
  [
    'another value',
    {
      type: 'answered',
      question: { kind: 'type-value', value: 'zone-a', reason: 'confirm-value', facts: {} },
      answer: 'zone-b',
      by: 'terminal',
    },
    false,
  ],
  ['yes', { type: 'answered', question: { kind: 'yes-no', reason: 'confirm-yes', facts: {} }, answer: 'Y', by: 'flag' }, true],
  ['no', { type: 'answered', question: { kind: 'yes-no', reason: 'confirm-yes', facts: {} }, answer: 'n', by: 'flag' }, false],
  [
    "yes to the runbook's own question, which confirms no change",
    { type: 'answered', question: { kind: 'yes-no', reason: 'runbook-question', facts: {} }, answer: 'y', by: 'terminal' },
    false,
  ],
])('%s: confirmed is %#', (_, entry, confirmed) => {
  expect(foldRun(sealed([started, entry])).confirmed).toBe(confirmed)
})

const intended = ({ records }: Answer) => records.filter((record) => record.type === 'intended')

test('what was announced and never answered is open, what was answered is not, and only what arrived is applied', async () => {
  const s = scene({ routes: fewRoutes })
  s.loseServices('zone-a')
  s.world.cluster('zone-b').lose.push('lost-after')
  const answer = await s.machine().failover(['zone-a'])
  const whole = foldRun(answer.records)
  expect(whole.open).toEqual([])
  expect(whole.applied.map(({ id }) => id).sort()).toEqual(
    intended(answer)
      .map((one) => one.change.id)
      .sort(),
  )
  expect([...whole.marks.values()].every(({ situation }) => situation.join() === 'zone-a')).toBe(true)
  const cut = answer.records.filter((record, i) => record.type !== 'written' || i % 2 === 0)
  const part = foldRun(cut)
  expect(part.open.length + part.applied.length).toBe(intended(answer).length)
  expect(part.open.length).toBeGreaterThan(0)
})

test('where a run began is what its first plan said, each runbook inside it by itself', async () => {
  const s = scene({ routes: fewRoutes })
  const answer = await s.machine().drill(['zone-a'])
  const { origins, baseline } = foldRun(answer.records)
  expect([...origins].map(([scope, { was, situation }]) => ({ scope, was, situation }))).toEqual([
    { scope: 'drill/switch', was: [], situation: ['zone-a'] },
    { scope: 'drill/end/failback', was: ['zone-a'], situation: [] },
  ])
  expect(baseline?.replicas['zone-a ai-system/ai-service-zone-a']).toBe(2)
})
