import * as z from 'zod'
import type { DeclaredAlert } from '../domain/metrics-profile.ts'
import { sortedMistakes, type Mistake, type Path } from './mistake.ts'
import { promqlMistake } from './promql.ts'
import { readShape } from './read-shape.ts'
import { readYaml } from './yaml.ts'

/** As Prometheus reads durations: `5m`, `1h30m`, `1d`. */
const DURATION = /^(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/
const SECONDS: Readonly<Record<string, number>> = { y: 31_536_000, w: 604_800, d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 }

const rule = z.looseObject({
  alert: z.exactOptional(z.string()),
  record: z.exactOptional(z.string()),
  expr: z.union([z.string(), z.number()]).transform(String),
  for: z.exactOptional(z.string().regex(DURATION, { error: 'expected a duration such as 5m' })),
  labels: z.exactOptional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))),
})
const groups = z.array(z.looseObject({ name: z.string(), rules: z.array(rule) }))
const ruleFile = z.union([z.looseObject({ groups }), z.looseObject({ spec: z.looseObject({ groups }) })], {
  error: 'expected a Prometheus rule file: groups, each with a name and rules; or an object of kind PrometheusRule',
})

/** Reads a Prometheus rule file, or a PrometheusRule as the operator takes it: its alerts in their order, or every mistake. Recording rules are left out. */
export function readAlertRules(
  text: string | Uint8Array,
  file: string,
): { readonly alerts: readonly DeclaredAlert[] } | { readonly mistakes: readonly Mistake[] } {
  const { document, mistakes: unreadable } = readYaml(text, file)
  if (document === undefined) return { mistakes: unreadable }
  const { mistakes, value } = readShape(ruleFile, document)
  const found = [...unreadable, ...mistakes]
  if (value === undefined || found.length > 0) return { mistakes: sortedMistakes(found) }
  const [all, base]: [z.output<typeof groups>, Path] =
    'spec' in value ? [(value.spec as { groups: z.output<typeof groups> }).groups, ['spec', 'groups']] : [value.groups, ['groups']]
  const alerts = all.flatMap((group, i) =>
    group.rules.flatMap((one, j): readonly DeclaredAlert[] => {
      const wrong = promqlMistake(one.expr)
      if (wrong !== undefined) found.push(document.mistake([...base, i, 'rules', j, 'expr'], wrong.message))
      if (one.alert === undefined) return []
      return [{ name: one.alert, query: one.expr, for: secondsOf(one.for ?? '0s'), labels: one.labels ?? {} }]
    }),
  )
  if (found.length > 0) return { mistakes: sortedMistakes(found) }
  return { alerts }
}

function secondsOf(duration: string): number {
  return [...duration.matchAll(/(\d+)(ms|[ywdhms])/g)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? 0), 0)
}
