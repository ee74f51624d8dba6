import { expect, test } from 'vitest'
import type { ReleaseIntent, Revision } from '../../src/domain/deploy.ts'
import { prepareRelease } from '../../src/effects/release.ts'

const intent: ReleaseIntent = {
  kind: 'release',
  center: 'zone-a',
  release: { name: 'gateway', namespace: 'higress-system', values: [] },
  want: { kind: 'upgrade', install: false, chart: '/chart', digest: 'a1' },
  run: '20261121-0300-abcd',
  description: 'tricenter run 20261121-0300-abcd',
  routes: [],
  overlay: [],
  helm: 3,
  force: false,
}
const revision = (number: number, status: Revision['status']): Revision => ({
  revision: number,
  status,
  chart: 'gateway-stack-1.4.0',
  appVersion: '2.1.9',
  description: '',
  updated: '2026-11-21T03:00:00Z',
})
const sighting = (...revisions: readonly Revision[]) => ({
  helm: { major: 3, version: '3.22.0', program: 'helm' } as const,
  history: revisions.length === 0 ? undefined : { name: 'gateway', namespace: 'higress-system', revisions },
  going: false,
})

test('records the newest revision, and goes back to the one that is deployed', () => {
  const change = prepareRelease(intent, sighting(revision(3, 'deployed'), revision(4, 'failed')), 'c1')
  expect(change).toMatchObject({ effect: 'release', before: '{"base":4}', inverse: { want: { kind: 'rollback', revision: 3 } } })
})

test('has no way back from a first install but to take it away', () => {
  expect(
    prepareRelease({ ...intent, want: { kind: 'upgrade', install: true, chart: '/chart', digest: 'a1' } }, sighting(), 'c1'),
  ).toMatchObject({
    before: '{"base":0}',
    inverse: { want: { kind: 'uninstall' } },
  })
})

test('a rollback records where it goes', () => {
  const change = prepareRelease({ ...intent, want: { kind: 'rollback', revision: 3 } }, sighting(revision(4, 'failed')), 'c1')
  expect(JSON.parse(change.before)).toEqual({ base: 4, rollbackTo: 3 })
})
