import { expect, test } from 'vitest'
import { phrasebook } from '../../src/cli/phrases.ts'
import { plainPaint } from '../../src/ui/color.ts'
import { diffNames, diffScreen, diffStat } from '../../src/ui/diff-screen.ts'
import { renderLines, widthOf } from '../../src/ui/line.ts'
import { compared, documentOf, kindOf, object } from '../compare/world.ts'

const deployment = (replicas: number, image: string) =>
  object('Deployment', { spec: { replicas, template: { spec: { containers: [{ name: 'c', image }] } } } }, { name: 'higress-gateway' })
const document = documentOf(
  compared({
    kind: kindOf('Deployment'),
    columns: {
      'zone-a': [deployment(3, 'registry.example/higress/gateway:2.1.9')],
      'zone-b': [deployment(3, 'registry.example/higress/gateway:2.1.9')],
      'zone-c': [deployment(2, 'registry.example/higress/gateway:2.1.8')],
    },
    intents: [
      {
        kind: 'Deployment',
        name: '*',
        path: 'spec.replicas',
        centers: ['zone-c'],
        value: 2,
        reason: '异地规模较小',
        owner: 'sre',
        until: Date.parse('2027-01-01'),
      },
    ],
  }),
)
const screen = (language: 'en' | 'zh', width?: number): string =>
  renderLines(
    diffScreen({ document, language, phrasebook }, { ...(width === undefined ? {} : { width }), mend: 'tricenter sync --dry-run' }),
    plainPaint,
  )

test('short values stand in columns, long ones under their field, and the way to mend comes last', () => {
  expect(screen('en', 80)).toBe(`1 Deployment in zone-a, zone-b, zone-c · 1 ms

                                                        zone-a   zone-b   zone-c
! Deployment ai/higress-gateway                            odd one out in zone-c
  spec.replicas                                              3        3        2
    zone-c: 异地规模较小, sre (until 2027-01-01)
  spec.template.spec.containers[c].image
    zone-a  registry.example/higress/gateway:2.1.9
    zone-b  registry.example/higress/gateway:2.1.9
    zone-c  registry.example/higress/gateway:2.1.8

0 objects equal · 1 drift
Mend: tricenter sync --dry-run
`)
})

test.each([60, 80, 120])('no line is wider than %i columns, in either language', (width) => {
  for (const language of ['en', 'zh'] as const) {
    for (const line of screen(language, width).split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(width)
  }
})

test('numbers by object and kind, and names for a script', () => {
  expect(renderLines(diffStat({ document, language: 'en', phrasebook }), plainPaint)).toBe(`OBJECT                         FIELDS
Deployment ai/higress-gateway       2  odd one out in zone-c

KIND        OBJECTS  EQUAL  INTENDED  DRIFT  UNKNOWN
Deployment        1      0         0      1        0
`)
  expect(diffNames({ document })).toBe('Deployment.apps/ai/higress-gateway\n')
})

test('a name and a verdict that do not fit beside each other stand below each other, whole', () => {
  const named = (data: object) => object('ConfigMap', { data }, { name: 'a-name-that-is-as-long-as-names-of-releases-may-be' })
  const long = documentOf(
    compared({
      kind: kindOf('ConfigMap'),
      columns: { 'zone-a': [named({ a: '1' })], 'zone-b': [named({ a: '1' })], 'zone-c': [named({ a: '2' })] },
    }),
  )
  const lines = renderLines(diffScreen({ document: long, language: 'en', phrasebook }, { width: 60 }), plainPaint).split('\n')
  expect(lines).toContain('  odd one out in zone-c')
  for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(60)
})
