import { expect, test } from 'vitest'
import { chartOf, gapOf, historyOf, versionOf, writeResultOf } from '../../../src/adapters/helm/helm-answer.ts'

const release = { name: 'gateway', namespace: 'higress-system', values: [] }

test.each([
  ['v3.22.0', { major: 3, version: '3.22.0' }],
  ['v4.3', { major: 4, version: '4.3' }],
  ['v2.17.0', undefined],
  ['<html>', undefined],
])('reads the version %s', (said, expected) => {
  expect(versionOf(said)).toEqual(expected)
})

test.each(['', '{}', '[{"revision":1}]', '[{"revision":1,"status":"deployed"},7]', '[{'])('takes no history from %s', (said) => {
  expect(historyOf(said, release)).toBeUndefined()
})

test('orders revisions, and knows no status that Helm does not have', () => {
  const said = JSON.stringify([
    { revision: 2, status: 'strange', chart: 'a-1' },
    { revision: 1, status: 'superseded', chart: 'a-1' },
  ])
  expect(historyOf(said, release)?.revisions.map(({ revision, status }) => [revision, status])).toEqual([
    [1, 'superseded'],
    [2, 'unknown'],
  ])
})

test.each([
  ['Error: release: not found', 'absent'],
  ['Error: query: failed: secrets is forbidden: User "x" cannot list', 'forbidden'],
  ['Error: Kubernetes cluster unreachable: dial tcp: connection refused', 'unreachable'],
  ['Error: something else', 'unknown'],
  ['', 'unknown'],
])('understands %s as %s', (stderr, state) => {
  expect(gapOf({ kind: 'ended', code: 1, stdout: '', stderr }).state).toBe(state)
})

test('a Helm that was killed or late leaves an unknown result', () => {
  expect(writeResultOf({ kind: 'late', stdout: '', stderr: '' })).toEqual({ kind: 'unknown', reason: 'no-answer' })
  expect(writeResultOf({ kind: 'killed', stdout: '', stderr: '' })).toEqual({ kind: 'unknown', reason: 'cut' })
})

test('reads the versions of a chart, quoted or not', () => {
  expect(chartOf('apiVersion: v2\nname: demo\nversion: "1.2.3"\nappVersion: 2.1.9\n')).toEqual({
    name: 'demo',
    version: '1.2.3',
    appVersion: '2.1.9',
  })
})
