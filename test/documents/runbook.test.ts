import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bindRunbook } from '../../src/documents/bind-runbook.ts'
import { lintRunbooks } from '../../src/documents/lint-runbooks.ts'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { readRunbook } from '../../src/documents/runbook.ts'
import { readTopology } from '../../src/documents/topology.ts'
import type { Runbook } from '../../src/domain/runbook.ts'
import { broken } from './broken/broken.ts'
import { brokenRunbooks, helper, trial, trialKnown } from './broken/runbooks.ts'

const lint = (text: string) =>
  lintRunbooks(
    [
      { file: 'helper.yaml', text: helper },
      { file: 'trial.yaml', text },
    ],
    trialKnown,
  )
const read = readTopology(readFileSync(new URL('example.yaml', import.meta.url), 'utf8'), 'example.yaml')
if ('mistakes' in read) throw new Error('the example is broken')
const { policy } = read.topology

function soundTrial(text = trial): Runbook {
  const found = readRunbook(text, 'trial.yaml', { ...trialKnown, runbooks: ['helper'] })
  if ('mistakes' in found) throw new Error(found.mistakes.map(mistakeLine).join('\n'))
  return found.runbook
}

test('reads every step key', () => {
  expect(lint(trial)).toMatchObject({ mistakes: [], runbooks: [{ name: 'helper' }, { name: 'trial' }] })
  const { steps } = soundTrial()
  expect(steps.map(({ key }) => key)).toEqual(['ask', 'during', 'do'])
  expect(steps[1]).toMatchObject({ name: 'work', title: { en: 'work', zh: 'work' }, probe: { rate: 20, shareRate: 60 } })
  const inner = steps[1]!.key === 'during' ? steps[1]!.steps : []
  expect(inner.map(({ key }) => key)).toEqual(['do', 'gate', 'run', 'always'])
  expect(inner[1]).toEqual({
    key: 'gate',
    name: 'recovered',
    title: { en: 'recovered', zh: 'recovered' },
    checks: ['clients-recovered'],
    with: {},
    until: 30_000,
    hold: 0,
  })
})

test('probes at the rates of the policy where a step says nothing', () => {
  expect(soundTrial(trial.replace('    probe: { rate: 20, shareRate: 60 }\n', '')).steps[1]).toMatchObject({
    probe: { rate: '${policy.probe.rate}', shareRate: '${policy.probe.shareRate}' },
  })
})

test('knows at least 25 ways to break a runbook', () => {
  expect(new Set(brokenRunbooks.map(({ says }) => says)).size).toBeGreaterThanOrEqual(25)
})

test.each(brokenRunbooks)('says where $says', (row) => {
  expect(lint(broken(trial, row)).mistakes.map(mistakeLine)).toEqual(row.lines)
})

test('says how three runbooks run each other in a circle, at each step that closes it', () => {
  const one = (name: string, next: string) =>
    helper.replace('name: helper', `name: ${name}`).replace('do: clear-marks', `run: ${next}\n    with: { wait: 1s }`)
  const files = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
    ['d', 'a'],
  ].map(([name, next]) => ({ file: `${name}.yaml`, text: one(name!, next!) }))
  const { mistakes, runbooks } = lintRunbooks(files, trialKnown)
  expect(mistakes.map(mistakeLine)).toEqual([
    'a.yaml:13:10: steps[0].run: runs itself: a → b → c → a',
    'b.yaml:13:10: steps[0].run: runs itself: b → c → a → b',
    'c.yaml:13:10: steps[0].run: runs itself: c → a → b → c',
  ])
  expect(runbooks.map(({ name }) => name)).toEqual(['d'])
})

test('binds params and figures of the policy as values', () => {
  const bound = bindRunbook(soundTrial(), { centers: ['zone-a'] }, policy)
  if ('mistakes' in bound) throw new Error(bound.mistakes.join('\n'))
  const during = bound.runbook.steps[1]!
  expect(during.key === 'during' && during.steps[0]).toMatchObject({
    with: { out: ['zone-a'] },
    pace: { steps: [20, 50, 100], hold: 5_000, gate: ['errors-low'] },
  })
  expect(JSON.stringify(bound.runbook.steps)).not.toContain('${')
})

test('leaves out what an optional param does not say, and takes defaults', () => {
  const text = trial.replace(
    '          out: ${params.centers}',
    '          out: ${params.centers}\n          limit: ${params.limit}\n          kinds: ["${params.fault}"]',
  )
  const bound = bindRunbook(soundTrial(text), { centers: 'zone-a,zone-b', limit: undefined }, policy)
  if ('mistakes' in bound) throw new Error(bound.mistakes.join('\n'))
  const during = bound.runbook.steps[1]!
  expect(during.key === 'during' && during.steps[0]!.key === 'do' && during.steps[0]!.with).toEqual({
    out: ['zone-a', 'zone-b'],
    kinds: ['scale'],
  })
})

test.each<[Record<string, unknown>, readonly string[]]>([
  [{}, ['centers: missing, trial needs it']],
  [{ centers: [] }, ['centers: expected names of centers such as zone-a,zone-b, not a list']],
  [{ centers: 5 }, ['centers: expected names of centers such as zone-a,zone-b, not 5']],
  [{ center: ['zone-a'] }, ['center: trial has no such param. Did you mean centers?', 'centers: missing, trial needs it']],
  [{ centers: ['a'], limit: 'soon' }, ['limit: expected a duration such as 5s, 500ms or 1m30s, not "soon"']],
  [{ centers: ['a'], limit: -1 }, ['limit: expected a duration such as 5s, 500ms or 1m30s, not -1']],
  [{ centers: ['a'], fault: 'loost' }, ['fault: expected one of scale, lost, not "loost". Did you mean lost?']],
])('does not bind %j', (params, lines) => {
  expect(bindRunbook(soundTrial(), params, policy)).toEqual({ mistakes: lines })
})
