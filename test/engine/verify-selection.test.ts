import { expect, test } from 'vitest'
import { questions } from '../../src/checks/questions.ts'
import { askedByDefault, selectQuestions } from '../../src/engine/select-questions.ts'

const select = (more: Partial<Parameters<typeof selectQuestions>[1]>) =>
  selectQuestions(questions, { checks: [], groups: [], narrowed: false, ...more }).map(({ name }) => name)

test('nothing said: every question but those about the set-up', () => {
  expect(select({})).toEqual(askedByDefault(questions).map(({ name }) => name))
  expect(select({ groups: ['setup'] }).length).toBe(questions.length - askedByDefault(questions).length)
})

test('by name or id, in any case', () => {
  expect(select({ checks: ['routes-reported', 'tc-201'] })).toEqual(['routes-present', 'routes-reported'])
})

test('by group', () => {
  const groups = new Map(questions.map(({ name, group }) => [name, group]))
  expect(new Set(select({ groups: ['routes', 'practice'] }).map((name) => groups.get(name)))).toEqual(new Set(['routes', 'practice']))
})

test('questions about all centers together are left out when fewer are asked for, unless named', () => {
  expect(select({ groups: ['routes'], narrowed: true })).not.toContain('routes-alike')
  expect(select({ checks: ['routes-alike'], narrowed: true })).toEqual(['routes-alike'])
})

test.each([
  { given: { checks: ['routes-reportd'] }, reason: 'unknown-check', meant: ' (did you mean routes-reported?)' },
  { given: { checks: ['gatway-ready'] }, reason: 'unknown-check', meant: ' (did you mean gateway-ready?)' },
  {
    given: { checks: ['rout'] },
    reason: 'unknown-check',
    meant: expect.stringMatching(/^ \(did you mean routes-\w+, routes-\w+, routes-\w+, --group routes\?\)$/) as string,
  },
  { given: { checks: ['registry'] }, reason: 'unknown-check', meant: expect.stringContaining('--group registry?)') as string },
  { given: { checks: ['something-else'] }, reason: 'unknown-check', meant: '' },
  { given: { groups: ['rotes'] }, reason: 'unknown-check-group', meant: ' (did you mean routes?)' },
])('$reason is a usage fault that names what is near', ({ given, reason, meant }) => {
  expect(() => select(given)).toThrow(
    expect.objectContaining({ kind: 'usage', reason, facts: expect.objectContaining({ meant }) as object }),
  )
})

test('nothing left is a usage fault', () => {
  expect(() => select({ checks: ['routes-reported'], groups: ['registry'] })).toThrow(expect.objectContaining({ reason: 'no-checks-left' }))
})
