import type { CheckOutcome, Conclusion, ConclusionState, Verification } from '../../src/domain/verify.ts'
import { createPhrasebook } from '../../src/report/phrasebook.ts'
import type { VerifyReading } from '../../src/report/verify-reading.ts'
import { verifyWords } from '../../src/engine/verify.ts'

/** A wall clock, ms since the epoch; what was seen was seen 4 s before. */
export const NOW = Date.parse('2026-11-21T06:00:00Z')

const phrasebook = createPhrasebook([
  verifyWords,
  {
    'q.well': { en: '{count} ready', zh: '{count} 就绪' },
    'q.ill': {
      en: '{count} of 3 ready <&> "quoted" | piped\nClients get 503.\nNext: kubectl get pods -n ai-system',
      zh: '3 个中 {count} 个就绪 <&> "引号" | 竖线\n客户端得到 503。\n下一步：kubectl get pods -n ai-system',
    },
    'q.close': { en: '{count} left\nNext: add one', zh: '还剩 {count}\n下一步：增加一个' },
    'q.gap': { en: 'nothing was answered\nNext: look at it', zh: '没有应答\n下一步：查看' },
  },
])

export function concluded(state: ConclusionState, reason: string, more: Partial<Conclusion> = {}): Conclusion {
  const evidence = [{ source: 'Deployment ai-system/a', at: NOW - 4_000, took: 12, value: '2/3', limit: 3 }]
  return { state, reason, facts: { count: 2 }, evidence, ...more }
}

let ids = 100
/** What one check concluded in each of these centers. */
export function check(
  name: string,
  by: Readonly<Record<string, readonly Conclusion[]>>,
  more: Partial<CheckOutcome> = {},
): readonly CheckOutcome[] {
  const id = `TC-${(ids += 1)}`
  return Object.entries(by).map(([center, conclusions]) => ({
    check: name,
    id,
    group: 'routes',
    level: 'object',
    ...(center === 'all' ? {} : { center }),
    state: conclusions[0]?.state ?? 'skipped',
    conclusions,
    ...more,
  }))
}

export function readingOf(
  outcomes: readonly CheckOutcome[],
  more: Partial<Verification> = {},
  language: VerifyReading['language'] = 'en',
): VerifyReading {
  const names = [...new Set(outcomes.map((one) => one.check))]
  return {
    verification: { outcomes, unread: [], out: [], firstBroken: {}, startedAt: NOW - 5_000, took: 1_234, ...more },
    centers: ['zone-a', 'zone-b', 'zone-c'],
    titles: Object.fromEntries(names.map((name) => [name, { en: `${name} stand as declared`, zh: `${name} 与声明一致` }])),
    phrasebook,
    language,
  }
}

const well = [concluded('passed', 'q.well')]
const unread = [concluded('inconclusive', 'fact-unreachable', { facts: { fact: 'routes', why: 'no answer' } })]

/** One of each: a check that passed, one that failed in one center, one that warns, one that cannot be told, one that applies nowhere, one about all centers, one not asked. */
export function mixed(language: VerifyReading['language'] = 'en'): VerifyReading {
  ids = 100
  return readingOf(
    [
      ...check('pods', { 'zone-a': well, 'zone-b': well, 'zone-c': well }),
      ...check('backends', {
        'zone-a': well,
        'zone-b': [concluded('failed', 'q.ill', { subject: 'ai/x' }), concluded('failed', 'q.ill', { subject: 'ai/y' })],
        'zone-c': well,
      }),
      ...check('budgets', { 'zone-a': [concluded('warning', 'q.close')], 'zone-b': well, 'zone-c': well }),
      ...check('answers', { 'zone-a': well, 'zone-b': well, 'zone-c': [concluded('inconclusive', 'q.gap')] }),
      ...check('ledgers', { 'zone-a': [], 'zone-b': [], 'zone-c': [] }),
      ...check('alike', { all: well }),
      ...check('headers', {
        'zone-a': [concluded('skipped', 'needs-probe', { evidence: [] })],
        'zone-b': [concluded('skipped', 'needs-probe', { evidence: [] })],
        'zone-c': [concluded('skipped', 'needs-probe', { evidence: [] })],
      }),
    ],
    { firstBroken: { 'zone-b': 'object' } },
    language,
  )
}

/** zone-a is out of traffic and cannot be read; zone-b and zone-c are well. */
export function withoutA(language: VerifyReading['language'] = 'en'): VerifyReading {
  ids = 100
  const gone = { 'zone-a': unread, 'zone-b': well, 'zone-c': well }
  const outcomes = [...check('pods', gone), ...check('backends', gone)].map((one) =>
    one.center === 'zone-a' ? { ...one, out: true as const } : one,
  )
  return readingOf(outcomes, { out: ['zone-a'], unread: [{ center: 'zone-a', why: 'no answer', out: true }] }, language)
}
