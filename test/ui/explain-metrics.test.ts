import { expect, test } from 'vitest'
import { createPhrasebook } from '../../src/report/phrasebook.ts'
import { metricsQps } from '../../src/checks/metrics-qps.ts'
import { explainMetricsLines } from '../../src/ui/explain-metrics.ts'

const phrasebook = createPhrasebook([metricsQps.words])
const at = Date.UTC(2026, 10, 21)
const text = (language: 'en' | 'zh', width = 80): readonly string[] =>
  explainMetricsLines(
    [
      {
        center: 'zone-a',
        url: 'http://prom:9090',
        figures: [
          {
            figure: { figure: 'qps', query: 'sum(rate(a[60s]))', took: 12, state: 'measured', value: 120.04, byCenter: {}, age: 7_000 },
            conclusions: [{ state: 'passed', reason: 'metrics-qps.within', facts: { qps: '120' }, evidence: [] }],
          },
          {
            figure: { figure: 'failovers', query: 'x', took: 3, state: 'gap', gap: 'nan', detail: 'NaN' },
            conclusions: [{ state: 'inconclusive', reason: 'metrics-qps.nan', facts: { detail: 'NaN' }, evidence: [{ source: 'x', at }] }],
          },
          { figure: { figure: 'p99_ms', query: '', took: 0, state: 'gap', gap: 'no-query', detail: 'ours' }, conclusions: [] },
        ],
      },
      { center: 'zone-b', why: 'no metrics are open', figures: [] },
    ],
    { language, width, phrasebook },
  ).map((line) => line.map((segment) => (typeof segment === 'string' ? segment : segment[1])).join(''))

test('each query stands with its answer, its age and what the check makes of it', () => {
  expect(text('en')).toEqual([
    'zone-a  http://prom:9090',
    '  qps',
    '    sum(rate(a[60s]))',
    '    = 120   newest sample 7 s old, answered in 12 ms',
    '    ok: 120 requests/s',
    '  failovers',
    '    x',
    '    ? nan: NaN   in 3 ms',
    '    cannot tell: not a number: NaN',
    '  p99_ms',
    '    – the profile has no query for it',
    '',
    'zone-b',
    '    not asked: no metrics are open',
    '',
  ])
})

test('speaks Chinese, and keeps the names of figures and gaps', () => {
  expect(text('zh')).toEqual(expect.arrayContaining(['  qps', '    通过: 每秒 120 个请求', '    ? nan：NaN   用时 3 ms']))
})
