import { expect, test } from 'vitest'
import type { DriftEvent } from '../../src/domain/drift-record.ts'
import type { Language } from '../../src/domain/words.ts'
import { plainPaint } from '../../src/ui/color.ts'
import { driftLines } from '../../src/ui/drift-lines.ts'
import { renderLines } from '../../src/ui/line.ts'
import { compared, documentOf, kindOf, object } from '../compare/world.ts'

const AT = Date.UTC(2026, 10, 20, 3, 15, 30)
const deployment = (replicas: number, manager: string, seconds: number) =>
  object(
    'Deployment',
    { spec: { replicas } },
    {
      name: 'gateway',
      managedFields: [{ manager, operation: 'Update', time: `2026-11-20T03:15:${seconds}Z`, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }],
    },
  )
const [found] = documentOf(
  compared({
    kind: kindOf('Deployment'),
    columns: {
      'zone-a': [deployment(3, 'helm', 10)],
      'zone-b': [deployment(2, 'kubectl-scale', 25)],
      'zone-c': [deployment(3, 'helm', 10)],
    },
  }),
).objects
if (found === undefined) throw new Error('nothing differs')
const totals = { equal: 7, intended: 1, drift: 1, 'odd-one-out': 1, unknown: 3 }

const events: readonly DriftEvent[] = [
  {
    type: 'following',
    topology: 'lab',
    columns: [],
    centers: [
      { center: 'zone-a', objects: { HTTPRoute: 4, Deployment: 1 }, unread: [] },
      { center: 'zone-c', objects: { HTTPRoute: 4 }, unread: [{ kind: 'Deployment', gap: 'forbidden', why: '' }] },
    ],
    totals,
  },
  { type: 'found', object: found, since: AT - 20_000 },
  { type: 'changed', object: found, since: AT - 20_000 },
  { type: 'ended', object: found, now: 'gone', since: AT - 20_000, changedBy: {} },
  { type: 'unread', column: 'zone-c', kinds: ['HTTPRoute', 'Deployment'], gap: 'unreachable', why: 'refused' },
  { type: 'read', column: 'zone-c', kinds: ['HTTPRoute'], since: AT - 90_000 },
  { type: 'stopped', totals, exit: 1 },
]

function drawn(language: Language): string {
  const lines = driftLines(language)
  return renderLines(
    events.flatMap((event) => lines({ apiVersion: 'tricenter.io/v1', kind: 'DriftRecord', at: AT, ...event })),
    plainPaint,
  )
}

test('everything that can happen has its line', () => {
  expect(drawn('en')).toMatchInlineSnapshot(`
    "zone-a  4 HTTPRoute, 1 Deployment
    zone-c  4 HTTPRoute  Deployment · forbidden
    03:15:30 7 objects equal · 1 intended · 2 drift · 3 unknown
    03:15:30 ! drift Deployment ai/gateway · drift · spec.replicas zone-a 3, zone-b 2, zone-c 3 · zone-b: kubectl-scale, 5 s ago
    03:15:30 ! drift changed Deployment ai/gateway · drift · spec.replicas zone-a 3, zone-b 2, zone-c 3 · zone-b: kubectl-scale, 5 s ago · since 20 s
    03:15:30 = drift ended Deployment ai/gateway · gone everywhere · lasted 20 s
    03:15:30 ? zone-c: HTTPRoute, Deployment · unreachable (refused) · nothing counts as equal there
    03:15:30 + zone-c: HTTPRoute · read again after 90 s
    03:15:30 7 objects equal · 1 intended · 2 drift · 3 unknown
    "
  `)
})

test('the same in Chinese', () => {
  expect(drawn('zh')).toMatchInlineSnapshot(`
    "zone-a  4 HTTPRoute, 1 Deployment
    zone-c  4 HTTPRoute  Deployment · 无权限
    03:15:30 7 个对象一致 · 1 个有意差异 · 2 个漂移 · 3 个未知
    03:15:30 ! 漂移 Deployment ai/gateway · 漂移 · spec.replicas zone-a 3, zone-b 2, zone-c 3 · zone-b：kubectl-scale，5 秒前
    03:15:30 ! 漂移变化 Deployment ai/gateway · 漂移 · spec.replicas zone-a 3, zone-b 2, zone-c 3 · zone-b：kubectl-scale，5 秒前 · 已持续 20 秒
    03:15:30 = 漂移消除 Deployment ai/gateway · 各处均已删除 · 持续了 20 秒
    03:15:30 ? zone-c: HTTPRoute, Deployment · 无法连接 (refused) · 该处不视为一致
    03:15:30 + zone-c: HTTPRoute · 90 秒后恢复读取
    03:15:30 7 个对象一致 · 1 个有意差异 · 2 个漂移 · 3 个未知
    "
  `)
})
