import { expect, test } from 'vitest'
import type { DeployView, ReleaseView } from '../../src/domain/deploy.ts'
import type { Finding } from '../../src/domain/finding.ts'
import { createPhrasebook } from '../../src/report/phrasebook.ts'
import { valuesWords } from '../../src/deploy/values-effect.ts'
import { createPaint } from '../../src/ui/color.ts'
import { deployPlanText } from '../../src/ui/deploy-plan.ts'
import { foldFindings } from '../../src/ui/fold-findings.ts'
import { renderLines } from '../../src/ui/line.ts'

const release = (center: string, more: Partial<ReleaseView> = {}): ReleaseView => ({
  center,
  wave: 1,
  name: 'gateway',
  namespace: 'higress-system',
  now: { revision: 3, status: 'deployed', chart: 'stack-1.4.0' },
  age: 180_000,
  deployed: 3,
  chart: 'stack-1.5.0',
  does: 'upgrade',
  kept: [],
  command: `helm upgrade gateway ./stack --kube-context ${center}`,
  ...more,
})
const finding = (center: string, key: string, of = 10): Finding => ({
  reason: 'value-not-read',
  effect: 'warn',
  facts: { key, nearest: `core.${key}`, count: 1, of },
  where: { center },
})
const started = {
  verb: 'deploy',
  run: 'r-1',
  params: { helm: 'helm' },
  topology: { name: 't', regions: ['north'], centers: ['zone-a', 'zone-b'].map((name) => ({ name, region: 'north' })), deploy: {} },
  runbook: { name: 'deploy', steps: [{ key: 'do', name: 'preflight', with: { centers: ['zone-a', 'zone-b'] } }] },
} as unknown as Parameters<typeof deployPlanText>[0]

function plan(deploy: DeployView, findings: readonly Finding[] = [], language: 'en' | 'zh' = 'en'): string {
  const options = { language, width: 80, phrasebook: createPhrasebook([valuesWords]) }
  return renderLines(deployPlanText(started, { deploy, findings }, options), createPaint({}, false, 'never'))
}

test('says what is the same in all centers once, and names centers where it is not', () => {
  const folded = foldFindings([finding('zone-a', 'x'), finding('zone-b', 'x', 12), finding('zone-b', 'y')], ['zone-a', 'zone-b'])
  expect(folded.map(({ facts, lead }) => [facts['key'], lead])).toEqual([
    ['x', ''],
    ['y', 'zone-b: '],
  ])
})

test('a dry run shows releases, changes, dead values and the calls of Helm', () => {
  const text = plan(
    {
      releases: [release('zone-a'), release('zone-b', { wave: 2 })],
      changes: [
        {
          object: 'Deployment.apps higress-system/gateway',
          kind: 'changed',
          centers: ['zone-a', 'zone-b'],
          leaves: [{ pointer: '/spec/replicas', before: 2, after: 3, centers: ['zone-b'] }],
        },
      ],
      recover: false,
    },
    [finding('zone-a', 'gateway.replicaCount'), finding('zone-b', 'gateway.replicaCount')],
  )
  expect(text).toContain('Plan: Deploy to zone-a and zone-b. Nothing was written.')
  expect(text).toMatch(/2\s+zone-b\s+3 deployed stack-1\.4\.0\s+3 min\s+upgrade/)
  expect(text).toContain('/spec/replicas (zone-b)  2 → 3')
  expect(text.match(/gateway\.replicaCount has no effect/g)).toHaveLength(1)
  expect(text).toContain('helm upgrade gateway ./stack --kube-context zone-a')
  expect(text).not.toMatch(/\brules?\b|kubectl/)
})

test('stuck releases stand side by side with what each needs and what it left', () => {
  const stuck = release('zone-a', {
    now: { revision: 4, status: 'pending-upgrade', chart: 'stack-1.4.0' },
    age: 7_200_000,
    recovery: { kind: 'rollback', revision: 3 },
    pending: [{ object: 'ConfigMap a/b', kind: 'added', leaves: [] }],
  })
  const view = { releases: [stuck, release('zone-b', { wave: 2 })], changes: [], recover: false }
  const text = plan(view)
  expect(text).toMatch(/zone-a\s+4 pending-upgrade\s+2 h\s+needs: rollback to 3/)
  expect(text).toMatch(/zone-a 4, pending-upgrade: .* 1 object/)
  expect(text).toContain('added   ConfigMap a/b')
  expect(plan({ ...view, recover: true })).toMatch(/rollback to 3, then upgrade/)
  expect(plan(view, [], 'zh')).toContain('需要：回滚到 3')
})
