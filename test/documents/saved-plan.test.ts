import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { readSavedPlan, writeSavedPlan } from '../../src/documents/saved-plan.ts'
import type { SavedPlan } from '../../src/documents/saved-plan.ts'
import type { WeightsIntent } from '../../src/domain/intent.ts'

const object = { kind: 'HTTPRoute', namespace: 'ai-system', name: 'ai-service-dual-active' }
const intent: WeightsIntent = {
  kind: 'weights',
  center: 'zone-b',
  object,
  rules: [{ key: '/v1/chat', refs: [{ id: 'a', weight: 0 }] }],
  mark: null,
}
const plan: SavedPlan = {
  run: '20261120-0315-k3f9',
  verb: 'failover',
  params: { centers: ['zone-a'] },
  createdAt: '2026-11-20T03:15:09.123Z',
  situation: ['zone-a'],
  changes: [
    {
      id: 'zone-b-1',
      effect: 'patch',
      center: 'zone-b',
      object,
      edits: [{ where: '/v1/chat', before: { 'zone-a': 50 }, after: { 'zone-a': 0 }, added: [], removed: [], unmanaged: 0 }],
      patch: [{ op: 'replace', path: '/spec/rules/0/backendRefs/0/weight', value: 0 }],
      before: '{}',
      after: '{"a":0}',
      intent,
      inverse: intent,
    },
  ],
}
const text = writeSavedPlan(plan)
const line = (damaged: string) => {
  const read = readSavedPlan(damaged, 'plan.json')
  return 'mistakes' in read ? read.mistakes.map(mistakeLine).join('\n') : undefined
}

test('reads back the plan that it wrote, whatever the order of its keys', () => {
  expect(readSavedPlan(text, 'plan.json')).toEqual({ plan })
  const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse()))
  expect(readSavedPlan(turned, 'plan.json')).toEqual({ plan })
})

test.each([
  [
    'an edited weight',
    text.replace('"value": 0', '"value": 1'),
    'plan.json:1:1: hash: damaged: its content does not match its hash. Save the plan again with --plan-out',
  ],
  [
    'an edited situation',
    text.replace('"situation": [\n    "zone-a"', '"situation": [\n    "zone-b"'),
    'plan.json:1:1: hash: damaged: its content does not match its hash. Save the plan again with --plan-out',
  ],
  ['a cut file', text.slice(0, -20), 'plan.json:1:1: damaged: not whole JSON. Save the plan again with --plan-out'],
  ['an empty file', '', 'plan.json:1:1: damaged: not whole JSON. Save the plan again with --plan-out'],
  [
    'a missing part',
    text.replace('"verb": "failover",', ''),
    'plan.json:1:1: verb: damaged: missing or of another type. Save the plan again with --plan-out',
  ],
  [
    'a part of another type',
    text.replace('"effect": "patch"', '"effect": "shell"'),
    'plan.json:1:1: changes.0.effect: damaged: missing or of another type. Save the plan again with --plan-out',
  ],
  ['another kind', '{"kind":"Topology"}', 'plan.json:1:1: kind: not a saved plan: expected kind Plan'],
  ['a list', '[]', 'plan.json:1:1: kind: not a saved plan: expected kind Plan'],
])('refuses %s with one line', (_, damaged, expected) => {
  expect(line(damaged)).toBe(expected)
})

test('notices every change of a single character that still is JSON with another meaning', () => {
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('0', '7', 'x', ' ', '}', '"'), (i, letter) => {
      const changed = text.slice(0, i) + letter + text.slice(i + 1)
      const same = (() => {
        try {
          return JSON.stringify(JSON.parse(changed)) === JSON.stringify(JSON.parse(text))
        } catch {
          return false
        }
      })()
      expect(line(changed) === undefined).toBe(same)
    }),
  )
})
