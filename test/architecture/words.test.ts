import { expect, test } from 'vitest'
import { checks } from '../../src/checks/index.ts'
import { questions } from '../../src/checks/questions.ts'
import { phrasebook } from '../../src/cli/phrases.ts'
import { fill } from '../../src/domain/words.ts'
import { reasonsIn, type ReasonInSource } from './reasons-in-source.ts'

const ROOMS = ['domain', 'gateways', 'facts', 'checks', 'actions', 'effects', 'engine', 'adapters', 'cli/verbs'].map(
  (room) => `src/${room}`,
)

/** Reasons that no person reads as such. */
const NOT_READ: Readonly<Record<string, string>> = {
  'confirm-yes': 'a question that the screen asks in its own words',
  'confirm-value': 'a question that the screen asks in its own words',
  'runbook-question': 'a question whose words are the runbook’s',
  'test-failed': 'a write result; the run goes on',
  version: 'a write result; the run goes on',
  'no-answer': 'a write result; it is settled by reading back',
  cut: 'a write result; it is settled by reading back',
  '': 'an API’s status without a reason',
}

/** What several questions conclude alike stands in a file beside them, and its words in each of them. */
const entries = new Set([...checks, ...questions].map(({ name }) => `src/checks/${name}.ts`))
function inQuestions({ reason, at }: ReasonInSource): readonly ReasonInSource[] {
  const [file = ''] = at.split(':')
  if (!file.startsWith('src/checks/') || entries.has(file) || phrasebook.has(reason)) return [{ reason, at }]
  const sharing = questions.filter(({ name, words }) => `${name}.${reason}` in words)
  return sharing.length === 0 ? [{ reason, at }] : sharing.map(({ name }) => ({ reason: `${name}.${reason}`, at }))
}

const reasons = reasonsIn(ROOMS)
  .filter(({ reason }) => !Object.hasOwn(NOT_READ, reason))
  .flatMap(inQuestions)

test('every reason that the program gives has words', () => {
  expect(reasons.length).toBeGreaterThan(120)
  expect(reasons.filter(({ reason }) => !phrasebook.has(reason))).toEqual([])
})

test('the words are there in both languages', () => {
  for (const { reason, at } of reasons) {
    const [english, chinese] = [phrasebook.lookup(reason, {}, 'en'), phrasebook.lookup(reason, {}, 'zh')]
    expect(english, at).not.toBe('')
    if (fill(english, {}).replaceAll(/\{\w+\}|[^A-Za-z]/g, '') !== '') expect(chinese, at).toMatch(/\p{Script=Han}/u)
  }
})

test('nothing is excused that is never given', () => {
  const given = new Set(reasonsIn(ROOMS).map(({ reason }) => reason))
  expect(Object.keys(NOT_READ).filter((reason) => !given.has(reason))).toEqual([])
})
