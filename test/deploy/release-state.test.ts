import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  lastDeployed,
  locateRelease,
  recoveryOf,
  releaseFindings,
  releaseState,
  releaseStateWords,
} from '../../src/deploy/release-state.ts'
import type { ReleaseHistory, ReleaseStatus, Revision } from '../../src/domain/deploy.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const TIMEOUT = 600_000
const revision = (number: number, status: ReleaseStatus, more: Partial<Revision> = {}): Revision => ({
  revision: number,
  status,
  chart: 'gateway-stack-1.4.0',
  appVersion: '2.1.9',
  description: '',
  updated: '2026-11-20T10:00:00Z',
  ...more,
})
const history = (...revisions: readonly Revision[]): ReleaseHistory => ({ name: 'higress-zone-a', namespace: 'higress-system', revisions })
const young = { updated: '2026-11-20T11:55:00Z' }
const upgradeFailed = { description: 'Upgrade "higress-zone-a" failed: context deadline exceeded' }

test.each([
  { says: 'no release', given: undefined, kind: 'never-installed', recovery: { kind: 'none' }, reason: undefined },
  { says: 'a release without revisions', given: history(), kind: 'never-installed', recovery: { kind: 'none' }, reason: undefined },
  {
    says: 'one that works',
    given: history(revision(1, 'superseded'), revision(2, 'deployed')),
    kind: 'deployed',
    recovery: { kind: 'none' },
    reason: undefined,
  },
  {
    says: 'a failed upgrade',
    given: history(revision(1, 'superseded'), revision(2, 'deployed'), revision(3, 'failed')),
    kind: 'failed',
    recovery: { kind: 'rollback', revision: 2 },
    reason: 'release-failed',
  },
  {
    says: 'a failed first install',
    given: history(revision(1, 'failed')),
    kind: 'failed-first',
    recovery: { kind: 'uninstall' },
    reason: 'release-never-deployed',
  },
  {
    says: 'an install killed in the middle',
    given: history(revision(1, 'pending-install')),
    kind: 'stuck',
    recovery: { kind: 'uninstall' },
    reason: 'release-stuck-first',
  },
  {
    says: 'an upgrade killed in the middle',
    given: history(revision(1, 'deployed'), revision(2, 'pending-upgrade')),
    kind: 'stuck',
    recovery: { kind: 'rollback', revision: 1 },
    reason: 'release-stuck',
  },
  {
    says: 'a rollback killed in the middle',
    given: history(revision(1, 'superseded'), revision(2, 'deployed'), revision(3, 'failed'), revision(4, 'pending-rollback')),
    kind: 'stuck',
    recovery: { kind: 'rollback', revision: 2 },
    reason: 'release-stuck',
  },
  {
    says: 'a rollback that failed: what it came from is superseded and never worked',
    given: history(revision(1, 'superseded'), revision(2, 'superseded', upgradeFailed), revision(3, 'failed')),
    kind: 'failed',
    recovery: { kind: 'rollback', revision: 1 },
    reason: 'release-failed',
  },
  {
    says: 'an upgrade that somebody may be at',
    given: history(revision(1, 'deployed'), revision(2, 'pending-upgrade', young)),
    kind: 'stuck',
    recovery: { kind: 'wait', for: 300_000 },
    reason: 'release-busy',
  },
  {
    says: 'an uninstall that stopped',
    given: history(revision(1, 'uninstalling')),
    kind: 'uninstalling',
    recovery: { kind: 'uninstall' },
    reason: 'release-stuck-first',
  },
  {
    says: 'one that was uninstalled',
    given: history(revision(1, 'uninstalled')),
    kind: 'uninstalled',
    recovery: { kind: 'none' },
    reason: undefined,
  },
  {
    says: 'a history that ends in a superseded revision',
    given: history(revision(1, 'superseded')),
    kind: 'unknown',
    recovery: { kind: 'look' },
    reason: 'release-unclear',
  },
] as const)('understands $says', ({ given, kind, recovery, reason }) => {
  const state = releaseState(given)
  expect(state.kind).toBe(kind)
  expect(recoveryOf(state, NOW, TIMEOUT)).toEqual(recovery)
  expect(releaseFindings('zone-a', state, NOW, TIMEOUT).map((finding) => finding.reason)).toEqual(reason === undefined ? [] : [reason])
  if (reason !== undefined) expect(releaseStateWords).toHaveProperty(reason)
})

test('does not go back past an uninstall', () => {
  expect(lastDeployed(history(revision(1, 'superseded'), revision(2, 'uninstalled'), revision(3, 'failed')))).toBeUndefined()
})

test('takes a time that cannot be read for long ago', () => {
  expect(recoveryOf(releaseState(history(revision(1, 'pending-install', { updated: 'yesterday' }))), NOW, TIMEOUT)).toEqual({
    kind: 'uninstall',
  })
})

const RUN = 'deploy-20261120-1'
const ours = { description: `Upgrade complete, tricenter ${RUN}` }
test.each([
  { says: 'nothing came after', given: history(revision(2, 'deployed')), base: 2, where: 'before' },
  { says: 'there was none and is none', given: undefined, base: 0, where: 'before' },
  { says: 'ours is deployed', given: history(revision(2, 'superseded'), revision(3, 'deployed', ours)), base: 2, where: 'after' },
  { says: 'somebody else’s is deployed', given: history(revision(2, 'superseded'), revision(3, 'deployed')), base: 2, where: 'neither' },
  {
    says: 'a run with a longer id is deployed',
    given: history(revision(3, 'deployed', { description: `${RUN}2` })),
    base: 2,
    where: 'neither',
  },
  { says: 'one is pending', given: history(revision(2, 'deployed'), revision(3, 'pending-upgrade')), base: 2, where: 'neither' },
  { says: 'one failed', given: history(revision(2, 'deployed'), revision(3, 'failed', upgradeFailed)), base: 2, where: 'neither' },
  {
    says: 'ours was there and another came',
    given: history(revision(3, 'superseded', ours), revision(4, 'deployed')),
    base: 2,
    where: 'neither',
  },
  { says: 'the recorded revision is gone', given: undefined, base: 2, where: 'neither' },
  {
    says: 'the recorded revision was failed from the start',
    given: history(revision(1, 'deployed'), revision(2, 'failed')),
    base: 2,
    where: 'before',
  },
  { says: 'the recorded one is pending', given: history(revision(2, 'pending-upgrade')), base: 2, where: 'neither' },
  { says: 'Helm does not know', given: history(revision(3, 'unknown')), base: 2, where: 'unknown' },
])('locates $where where $says', ({ given, base, where }) => {
  expect(locateRelease(given, { run: RUN, base })).toBe(where)
})

test('knows its rollback by where it went', () => {
  const rolledBack = history(
    revision(1, 'superseded'),
    revision(2, 'superseded'),
    revision(3, 'deployed', { description: 'Rollback to 1' }),
  )
  expect(locateRelease(rolledBack, { run: RUN, base: 2, rollbackTo: 1 })).toBe('after')
  expect(locateRelease(rolledBack, { run: RUN, base: 2, rollbackTo: 11 })).toBe('neither')
  expect(locateRelease(rolledBack, { run: RUN, base: 2 })).toBe('neither')
})

const statuses = [
  'unknown',
  'deployed',
  'uninstalled',
  'superseded',
  'failed',
  'uninstalling',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
] as const
const anyHistory = fc
  .array(fc.constantFrom(...statuses), { maxLength: 6 })
  .map((all) => history(...all.map((status, i) => revision(i + 1, status))))

test('proposes no rollback to a revision that never worked, and nothing where Helm can go on', () => {
  fc.assert(
    fc.property(anyHistory, (given) => {
      const state = releaseState(given)
      const recovery = recoveryOf(state, NOW, TIMEOUT)
      if (recovery.kind === 'rollback') expect(['deployed', 'superseded']).toContain(given.revisions[recovery.revision - 1]!.status)
      if (given.revisions.at(-1)?.status.startsWith('pending-')) expect(recovery.kind).not.toBe('none')
    }),
  )
})

test('is after only where ours is deployed, and before only where nothing came', () => {
  const described = fc.array(fc.tuple(fc.constantFrom(...statuses), fc.boolean()), { maxLength: 6 })
  const given = described.map((all) => history(...all.map(([status, isOurs], i) => revision(i + 1, status, isOurs ? ours : {}))))
  fc.assert(
    fc.property(given, fc.nat(6), (all, base) => {
      const last = all.revisions.at(-1)
      const where = locateRelease(all, { run: RUN, base })
      const isAfter = last !== undefined && last.revision > base && last.status === 'deployed' && last.description === ours.description
      expect(where === 'after').toBe(isAfter)
      if (where === 'before') expect(last?.revision ?? 0).toBe(base)
    }),
  )
})
