import { type Labels, NAME, drop, keyOf, withLabel } from '../promql/labels.ts'
import { instantQuery } from '../promql/query.ts'
import { QueryRefusal } from '../promql/refusal.ts'
import type { Sample } from '../promql/vector.ts'
import { type AlertRule, type Rule, type RuleGroup, filled } from './rules.ts'
import type { Tsdb } from './tsdb.ts'

/** An alert that its rule's query gives. `since`: ms since the epoch, when it was first given. */
export interface Alert {
  readonly labels: Labels
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
  readonly since: number
  readonly value: number
}

/** A rule and its last evaluation. `took` in ms; `at` 0: never. */
export interface RuleState {
  readonly rule: Rule
  readonly alerts: readonly Alert[]
  readonly health: 'unknown' | 'ok' | 'err'
  readonly error: string
  readonly at: number
  readonly took: number
}

export interface RuleEvaluator {
  groups(): readonly { readonly group: RuleGroup; readonly states: readonly RuleState[] }[]
  /** Computes all rules of one group at `time`, ms. */
  evaluate(group: RuleGroup, time: number): void
}

/** Keeps what rules give between their evaluations, and writes it into the samples: recorded series, `ALERTS` and `ALERTS_FOR_STATE`. */
export function openRules(groups: readonly RuleGroup[], tsdb: Tsdb): RuleEvaluator {
  const states = new Map<Rule, RuleState>()
  const written = new Map<Rule, ReadonlyMap<string, Labels>>()
  const stateOf = (rule: Rule): RuleState => states.get(rule) ?? { rule, alerts: [], health: 'unknown', error: '', at: 0, took: 0 }

  const write = (rule: Rule, time: number, samples: readonly { readonly labels: Labels; readonly value: number }[]): void => {
    const current = new Map(samples.map(({ labels }) => [keyOf(labels), labels]))
    for (const { labels, value } of samples) tsdb.append(labels, time, value)
    for (const [key, labels] of written.get(rule) ?? []) if (!current.has(key)) tsdb.append(labels, time, undefined)
    written.set(rule, current)
  }

  const evaluate = (rule: Rule, time: number): void => {
    const began = performance.now()
    const before = stateOf(rule)
    try {
      const { result } = instantQuery(rule.query, time, tsdb)
      const vector = result.type === 'vector' ? result.vector : result.type === 'scalar' ? [{ labels: {}, value: result.value }] : []
      const alerts = rule.kind === 'alerting' ? alertsOf(rule, vector, before.alerts, time) : []
      write(rule, time, rule.kind === 'alerting' ? alerts.flatMap(seriesOf) : vector.map((sample) => recorded(rule, sample)))
      states.set(rule, { rule, alerts, health: 'ok', error: '', at: time, took: performance.now() - began })
    } catch (error) {
      if (!(error instanceof QueryRefusal)) throw error
      states.set(rule, { ...before, health: 'err', error: error.message, at: time, took: performance.now() - began })
    }
  }

  return {
    groups: () => groups.map((group) => ({ group, states: group.rules.map(stateOf) })),
    evaluate: ({ rules }, time) => rules.forEach((rule) => evaluate(rule, time)),
  }
}

function alertsOf(rule: AlertRule, vector: readonly Sample[], before: readonly Alert[], time: number): readonly Alert[] {
  const alerts = vector.map(({ labels, value }): Alert => {
    const own = Object.entries(rule.labels).map(([name, template]) => [name, filled(template, labels, value)] as const)
    const full = withLabel({ ...drop(labels, [NAME]), ...Object.fromEntries(own) }, 'alertname', rule.name)
    const since = before.find((one) => keyOf(one.labels) === keyOf(full))?.since ?? time
    const annotations = Object.fromEntries(
      Object.entries(rule.annotations).map(([name, template]) => [name, filled(template, labels, value)]),
    )
    return { labels: full, annotations, since, value, state: time - since >= rule.for ? 'firing' : 'pending' }
  })
  if (new Set(alerts.map(({ labels }) => keyOf(labels))).size < alerts.length)
    throw new QueryRefusal('execution', 'vector contains metrics with the same labelset after applying alert labels')
  return alerts
}

function seriesOf({ labels, state, since }: Alert): readonly { readonly labels: Labels; readonly value: number }[] {
  return [
    { labels: { ...labels, [NAME]: 'ALERTS', alertstate: state }, value: 1 },
    { labels: { ...labels, [NAME]: 'ALERTS_FOR_STATE' }, value: Math.floor(since / 1000) },
  ]
}

function recorded(rule: Rule, { labels, value }: Sample): { readonly labels: Labels; readonly value: number } {
  return { labels: { ...labels, ...rule.labels, [NAME]: rule.name }, value }
}
