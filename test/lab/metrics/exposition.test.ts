import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readExposition } from '../../../src/lab/metrics/exposition.ts'

test('reads samples with labels, escapes, odd values and times, and what is said of them', () => {
  const { samples, types } = readExposition(
    [
      '# HELP a_total What it counts.',
      '# TYPE a_total counter',
      '# a comment',
      'a_total 5',
      'a_total{zone="a",path="C:\\\\x",quote="\\"",line="1\\n2",empty="",} 1.5e3 1700000000123',
      'b NaN',
      'c{x="{y}"} -Inf',
      '',
    ].join('\n'),
  )
  expect(samples).toEqual([
    { labels: { __name__: 'a_total' }, value: 5 },
    { labels: { __name__: 'a_total', zone: 'a', path: 'C:\\x', quote: '"', line: '1\n2' }, value: 1500, time: 1_700_000_000_123 },
    { labels: { __name__: 'b' }, value: NaN },
    { labels: { __name__: 'c', x: '{y}' }, value: -Infinity },
  ])
  expect(types.get('a_total')).toEqual({ type: 'counter', help: 'What it counts.' })
})

test('bounds of a histogram get the form that Prometheus 3 keeps, other labels of that name stay', () => {
  const bounds = ['0.5', '1', '2.50', '1000000', '3.6e6', '+Inf']
  const lines = bounds.map((le) => `t_bucket{le="${le}"} 1\n`).join('')
  const of = (text: string) => readExposition(text).samples.map(({ labels }) => labels['le'])
  expect(of(`# TYPE t histogram\n${lines}`)).toEqual(['0.5', '1.0', '2.5', '1e+06', '3.6e+06', '+Inf'])
  expect(of(lines)).toEqual(bounds)
})

test.each(['a{b="c} 1', 'a{b=c} 1', 'a', 'a one', '<html>', '{a="b"} 1'])('does not guess at %s', (line) => {
  expect(() => readExposition(`ok 1\n${line}\n`)).toThrow(/^line 2 /)
})

const sample = '../shared/fixtures/prometheus/gateway-stats.sample.prom'
test.skipIf(!existsSync(sample))('reads the sample of a gateway (not run where it is not beside the repository)', () => {
  const { samples } = readExposition(readFileSync(sample, 'utf8'))
  expect(samples.find(({ labels }) => labels['__name__'] === 'envoy_cluster_membership_healthy')).toMatchObject({
    labels: { cluster_name: 'outbound|8080||ai-service.DEFAULT-GROUP.zone-a.nacos' },
    value: 10,
  })
})
