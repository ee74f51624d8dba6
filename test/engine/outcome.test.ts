import { expect, test } from 'vitest'
import { exitCode, type RunOutcome } from '../../src/domain/outcome.ts'
import { outcomeOf } from '../../src/engine/ending.ts'
import type { Run, StepResult, Verdict } from '../../src/engine/run.ts'

test.each<[RunOutcome['answer'], RunOutcome['world'], number]>([
  ['yes', 'untouched', 0],
  ['yes', 'as-planned', 0],
  ['yes', 'restored', 0],
  ['yes', 'partial', 6],
  ['no', 'untouched', 1],
  ['no', 'restored', 1],
  ['no', 'partial', 6],
  ['usage', 'untouched', 2],
  ['refused', 'untouched', 3],
  ['refused', 'as-planned', 5],
  ['refused', 'partial', 6],
  ['unreachable', 'untouched', 4],
  ['unreachable', 'as-planned', 4],
  ['unreachable', 'partial', 6],
  ['failed', 'restored', 5],
  ['failed', 'untouched', 6],
  ['failed', 'as-planned', 6],
  ['failed', 'partial', 6],
  ['inconclusive', 'as-planned', 7],
  ['inconclusive', 'restored', 7],
  ['inconclusive', 'partial', 6],
  ['bug', 'partial', 8],
  ['bug', 'untouched', 8],
  [{ signal: 'SIGHUP' }, 'untouched', 129],
  [{ signal: 'SIGINT' }, 'restored', 130],
  [{ signal: 'SIGTERM' }, 'as-planned', 143],
  [{ signal: 'SIGINT' }, 'partial', 6],
])('%o in a world that is %s exits %i', (answer, world, code) => {
  expect(exitCode({ answer, world })).toBe(code)
})

interface Situation {
  readonly mode?: Run['mode']
  readonly verdicts?: readonly Verdict[]
  readonly written?: number
  readonly left?: number
  readonly deferred?: readonly string[]
  readonly away?: readonly string[]
  readonly overtaken?: true
  readonly resumed?: true
  readonly restoreOnly?: true
  readonly dryRun?: true
  readonly result?: StepResult
}

function run({
  mode = 'emergency',
  verdicts = [],
  written = 1,
  left = 0,
  deferred = [],
  away = [],
  overtaken,
  resumed,
  restoreOnly,
  dryRun,
}: Situation): Run {
  const state = {
    verdicts: new Set(verdicts),
    written,
    left: Array.from({ length: left }, () => ({})),
    deferred: new Map(deferred.map((center) => [center, {}])),
    away: new Set(away),
    overtaken: overtaken === true,
  }
  const request = { dryRun: dryRun === true, ...(resumed ? { resumeAt: { progress: 0 } } : {}), ...(restoreOnly ? { restoreOnly } : {}) }
  return { mode, state, request, deps: { interrupt: { reason: 'SIGINT' } } } as unknown as Run
}

test.each<[string, Situation, number]>([
  ['an emergency that was written and proved', {}, 0],
  ['one with nothing to do', { written: 0 }, 0],
  ['one whose clients still fail', { verdicts: ['no'], result: 'no' }, 6],
  ['one that could not be measured', { verdicts: ['inconclusive'], result: 'unknown' }, 7],
  ['one with a rule left alone', { left: 1 }, 6],
  ['one that wrote nothing, with every rule left', { left: 1, written: 0, result: 'no' }, 3],
  ['one whose every write was rejected, while clients are well', { left: 1, written: 0, result: 'done' }, 3],
  ['one refused before any write', { verdicts: ['refused'], written: 0, result: 'refused' }, 3],
  ['one with a survivor deferred', { deferred: ['zone-c'] }, 4],
  ['one with a lost center deferred', { deferred: ['zone-a'], away: ['zone-a'] }, 0],
  ['6 over 4', { deferred: ['zone-c'], left: 1 }, 6],
  ['6 over 7', { verdicts: ['inconclusive'], left: 1, result: 'unknown' }, 6],
  ['4 over 7', { verdicts: ['inconclusive'], deferred: ['zone-c'], result: 'unknown' }, 4],
  ['a change brought back one step', { mode: 'change', verdicts: ['brought-back'], result: 'no' }, 5],
  ['5 over 4', { mode: 'change', verdicts: ['brought-back'], deferred: ['zone-c'], result: 'no' }, 5],
  ['a change whose way back failed', { mode: 'change', verdicts: ['unrestored'], result: 'no' }, 6],
  ['a change stopped by somebody else half-way', { mode: 'change', left: 1, result: 'failed' }, 6],
  ['a change refused at a later step', { mode: 'change', verdicts: ['refused'], result: 'refused' }, 5],
  ['a resumed change refused with half of it written', { mode: 'change', verdicts: ['refused'], resumed: true, result: 'refused' }, 6],
  ['a change that holds, for it cannot tell', { mode: 'change', verdicts: [], result: 'unknown' }, 7],
  ['a check that says no and changed nothing', { mode: 'change', verdicts: ['no'], written: 0, result: 'no' }, 1],
  ['a drill that held', { mode: 'drill' }, 0],
  ['a drill that did not hold, restored', { mode: 'drill', verdicts: ['no'], result: 'no' }, 1],
  ['a drill that proved nothing, restored', { mode: 'drill', verdicts: ['inconclusive'], result: 'unknown' }, 7],
  ['a drill that could not go on, restored', { mode: 'drill', left: 1, result: 'failed' }, 7],
  ['a drill that was not restored', { mode: 'drill', verdicts: ['no', 'unrestored'], result: 'no' }, 6],
  ['a drill overtaken by a real switch', { mode: 'drill', verdicts: ['no'], overtaken: true, result: 'no' }, 7],
  ['an abandoned drill, restored', { mode: 'drill', restoreOnly: true }, 7],
  ['a drill refused on paper', { mode: 'drill', verdicts: ['refused'], written: 0, result: 'refused' }, 3],
  ['a run stopped by a signal', { verdicts: ['stopped'], result: 'stopped' }, 130],
  ['a drill stopped by a signal and not restored', { mode: 'drill', verdicts: ['stopped', 'unrestored'], result: 'stopped' }, 6],
  ['a dry run', { dryRun: true, written: 0 }, 0],
  ['a dry run that a guard refuses', { dryRun: true, verdicts: ['refused'], written: 0 }, 3],
])('%s', (_, situation, code) => {
  expect(exitCode(outcomeOf(run(situation), situation.result ?? 'done'))).toBe(code)
})
