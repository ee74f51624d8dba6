import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readAlertRules } from '../../src/documents/alert-rules.ts'
import { mistakeLine } from '../../src/documents/mistake.ts'

const groups = `groups:
  - name: g
    rules:
      - record: a:b
        expr: sum(a)
      - alert: High
        expr: a > 1
        for: 1h30m
        labels: { severity: critical, level: 2 }
        annotations: { summary: x }
`

test('reads the alerts of a rule file, and of a PrometheusRule', () => {
  const alerts = [{ name: 'High', query: 'a > 1', for: 5_400, labels: { severity: 'critical', level: '2' } }]
  expect(readAlertRules(groups, 'r.yaml')).toEqual({ alerts })
  const object = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: x }\nspec:\n${groups.replaceAll(/^/gm, '  ')}`
  expect(readAlertRules(object, 'r.yaml')).toEqual({ alerts })
})

test('says where a rule is no rule', () => {
  const read = readAlertRules(groups.replace('a > 1', 'a >').replace('sum(a)', 'sum(a'), 'r.yaml')
  expect('mistakes' in read ? read.mistakes.map(mistakeLine) : []).toEqual([
    'r.yaml:5:15: groups[0].rules[0].expr: not PromQL from here: it ends too early',
    'r.yaml:7:15: groups[0].rules[1].expr: not PromQL from here: it ends too early',
  ])
  expect('mistakes' in readAlertRules('a: 1\n', 'r.yaml')).toBe(true)
})

const fixture = new URL('../../../shared/fixtures/prometheus/tricenter.rules.yaml', import.meta.url)
test.skipIf(!existsSync(fixture))('reads the rules of the fixtures (not run where they are missing)', () => {
  const read = readAlertRules(readFileSync(fixture), 'rules')
  expect('alerts' in read ? read.alerts.map(({ name }) => name) : read.mistakes.map(mistakeLine)).toEqual([
    'HighErrorRate',
    'ImbalancedTraffic',
    'RemoteCentreServing',
    'RouteToUnknownCluster',
    'OutlierEjections',
  ])
})
