import { describe, expect, test } from 'vitest'
import { createPaint, plainPaint } from '../../src/ui/color.ts'
import { renderLines, widthOf } from '../../src/ui/line.ts'
import { verifyScreen } from '../../src/ui/verify-screen.ts'
import { check, concluded, mixed, NOW, readingOf, withoutA } from '../report/verification.ts'

const screen = (reading = mixed(), { width = 80, wide = false } = {}): string =>
  renderLines(verifyScreen(reading, { width, now: NOW, wide }), plainPaint)

test('the picture first, then what is not well with the worst last, then the counts', () => {
  expect(screen()).toBe(`CHECK                              zone-a  zone-b  zone-c       all
TC-101 pods stand as declared      ok      ok      ok           –
TC-102 backends stand as declared  ok      FAIL    ok           –
TC-103 budgets stand as declared   warn    ok      ok           –
TC-104 answers stand as declared   ok      ok      cannot tell  –
TC-106 alike stand as declared     –       –       –            ok

warn TC-103 zone-a
  2 left

cannot tell TC-104 zone-c
  nothing was answered
  Next: look at it
  Deployment ai-system/a = 2/3 (limit 3), 4 s ago

FAIL TC-102 zone-b: ai/x, ai/y
  2 of 3 ready <&> "quoted" | piped
  Clients get 503.
  Next: kubectl get pods -n ai-system
  Deployment ai-system/a = 2/3 (limit 3), 4 s ago

First broken link: zone-b at the object.
Not asked without --probe, which sends requests: 1 check.
10 ok · 1 failed · 1 warned · 1 cannot tell · 6 not applicable · in 1.2 s
`)
})

test('a center out of traffic stands in brackets, is told to be deferred, and is counted apart', () => {
  expect(screen(withoutA())).toBe(`CHECK                              zone-a         zone-b  zone-c
TC-101 pods stand as declared      (cannot tell)  ok      ok
TC-102 backends stand as declared  (cannot tell)  ok      ok

(cannot tell) TC-101 TC-102 zone-a
  its API cannot be read: no answer

zone-a out of traffic by the switch in force: what is in brackets does not
count.
zone-a cannot be read, and is deferred: tricenter sync --center zone-a --wait
4 ok · 2 of centers out of traffic · in 1.2 s
`)
})

test('in Chinese columns stand under each other, two cells a character', () => {
  const [head = '', ...rows] = screen(mixed('zh')).split('\n').slice(0, 6)
  expect(head).toMatch(/^检查 +zone-a +zone-b +zone-c +全部$/)
  const starts = ['zone-b', 'zone-c'].map((name) => widthOf(head.slice(0, head.indexOf(name))))
  for (const row of rows)
    for (const start of starts) {
      const at = Array.from(row).findIndex((_, i) => widthOf(row.slice(0, i)) === start)
      expect(row.slice(at - 2, at), row).toBe('  ')
      expect(row.slice(at)).toMatch(/^\S/)
    }
  expect(screen(mixed('zh'))).toMatch(/\n10 项通过 · 1 项失败 · 1 项警告 · 1 项无法判断 · 6 项不适用 · 用时 1\.2 秒\n$/)
})

/** A query or a name that is to be copied stays whole. */
const ONE_WORD = /^ *[!-~]+$/

describe('width', () => {
  const long = concluded('failed', 'q.ill', {
    subject: 'ai-system/a-route-with-a-name-that-is-long-enough-to-need-a-line-of-its-own',
    evidence: [{ source: `sum(rate(${'envoy_cluster_upstream_rq_total'.repeat(4)}[5m]))`, value: 'none' }],
  })
  const wordy = concluded('inconclusive', 'fact-unknown', { facts: { fact: 'x', why: '网关没有应答'.repeat(12) } })
  const outcomes = check('a-check-with-quite-a-long-name', { 'zone-a': [long], 'zone-b': [wordy], 'zone-c': [long] })

  test.each([40, 60, 80, 120])('no line is wider than %i cells, unless it is one word', (width) => {
    for (const reading of [mixed(), mixed('zh'), withoutA('zh'), readingOf(outcomes), readingOf(outcomes, {}, 'zh')])
      for (const wide of [false, true])
        for (const line of screen(reading, { width, wide }).split('\n'))
          if (!ONE_WORD.test(line)) expect(widthOf(line), line).toBeLessThanOrEqual(width)
  })
})

test('with -o wide: what passed and what does not apply, every subject, all evidence', () => {
  const many = Array.from({ length: 5 }, (_, i) =>
    concluded('failed', 'q.ill', { subject: `ai/route-${i}`, evidence: [{ source: `GET /${i}`, value: 503 }] }),
  )
  const reading = readingOf([...check('many', { 'zone-a': many }), ...check('good', { 'zone-b': [concluded('passed', 'q.well')] })])
  const brief = screen(reading)
  expect(brief).toContain('zone-a: ai/route-0, ai/route-1, ai/route-2 and 2 more')
  expect(brief).toMatch(/ {2}GET \/2 = 503\n {2}and 2 more: -o wide\n/)
  expect(brief).not.toContain('2 ready')
  const wide = screen(reading, { wide: true, width: 120 })
  expect(wide).toContain('ai/route-3, ai/route-4')
  expect(wide).toMatch(/GET \/3 = 503\n {2}GET \/4 = 503/)
  expect(wide).toContain('2 ready')
  expect(screen(mixed(), { wide: true })).toMatch(/TC-105 .*[\s\S]*not applicable TC-107[\s\S]*Next: add one/)
})

test('nothing that had anything to look at is said aloud, and is no success', () => {
  expect(screen(readingOf(check('ledgers', { 'zone-a': [] })))).toBe(
    'Nothing was concluded: no check had anything to look at.\n1 not applicable · in 1.2 s\n',
  )
})

test('what may be several is one by itself: 1 check', () => {
  const unasked = (name: string) => check(name, { 'zone-a': [concluded('skipped', 'needs-probe', { evidence: [] })] })
  expect(screen(readingOf(unasked('one')))).toContain('requests: 1 check.')
  expect(screen(readingOf([...unasked('one'), ...unasked('two')]))).toContain('requests: 2 checks.')
})

test('colour is on the words that tell, and none where NO_COLOR is said', () => {
  const painted = (env: Record<string, string>) =>
    renderLines(verifyScreen(mixed(), { width: 80, now: NOW, wide: false }), createPaint(env, true))
  const red = '\u001B[31mFAIL'
  expect(painted({ TERM: 'xterm' })).toContain(red)
  expect(painted({ TERM: 'xterm', NO_COLOR: '1' })).toBe(screen())
  const brackets = renderLines(verifyScreen(withoutA(), { width: 80, now: NOW, wide: false }), createPaint({ TERM: 'xterm' }, true))
  expect(brackets).toContain('\u001B[2m(cannot tell)')
  for (const alarming of ['\u001B[31m', '\u001B[33m']) expect(painted({ TERM: 'xterm' })).toContain(alarming)
  for (const alarming of ['\u001B[31m(', '\u001B[33m']) expect(brackets).not.toContain(alarming)
})
