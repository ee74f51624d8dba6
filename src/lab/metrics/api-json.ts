import type { RangeSeries } from '../promql/evaluate.ts'
import type { Labels } from '../promql/labels.ts'
import { exponentText, numberText } from '../promql/numbers.ts'
import type { Result } from '../promql/query.ts'
import type { Alert, RuleEvaluator, RuleState } from './alerts.ts'
import type { Scraper } from './scraper.ts'
import { durationText } from '../promql/durations.ts'

const point = (time: number, value: number): readonly [number, string] => [time / 1000, numberText(value)]
/** An instant as Go writes one that was never set. */
const instant = (time: number): string => (time === 0 ? '0001-01-01T00:00:00Z' : new Date(time).toISOString())

/** `data` of an answer to a query. */
export function resultJson(result: Result): unknown {
  switch (result.type) {
    case 'scalar':
      return { resultType: 'scalar', result: point(result.time, result.value) }
    case 'string':
      return { resultType: 'string', result: [result.time / 1000, result.value] }
    case 'vector':
      return {
        resultType: 'vector',
        result: result.vector.map(({ labels, value }) => ({ metric: labels, value: point(result.time, value) })),
      }
    case 'matrix':
      return { resultType: 'matrix', result: result.series.map(seriesJson) }
  }
}

function seriesJson({ labels, times, values }: RangeSeries): { readonly metric: Labels; readonly values: readonly unknown[] } {
  return { metric: labels, values: times.map((time, i) => point(time, values[i]!)) }
}

export function alertJson({ labels, annotations, state, since, value }: Alert): unknown {
  return { labels, annotations, state, activeAt: instant(since), value: exponentText(value) }
}

/** `data` of `/api/v1/rules`. `type`: only alerts (`alert`) or recorded series (`record`). */
export function rulesJson(rules: RuleEvaluator, file: string, type: string): unknown {
  const groups = rules.groups().map(({ group, states }) => ({
    name: group.name,
    file,
    rules: states.filter(({ rule }) => type === '' || rule.kind.startsWith(type)).map(ruleJson),
    interval: group.interval / 1000,
    limit: 0,
    evaluationTime: states.reduce((sum, { took }) => sum + took, 0) / 1000,
    lastEvaluation: instant(Math.max(0, ...states.map(({ at }) => at))),
  }))
  return { groups: groups.filter(({ rules: shown }) => shown.length > 0) }
}

function ruleJson({ rule, alerts, health, error, at, took }: RuleState): unknown {
  const common = { name: rule.name, query: rule.query, labels: rule.labels }
  const evaluation = {
    health,
    ...(error === '' ? {} : { lastError: error }),
    evaluationTime: took / 1000,
    lastEvaluation: instant(at),
    type: rule.kind,
  }
  if (rule.kind === 'recording') return { ...common, ...evaluation }
  const state = alerts.some((one) => one.state === 'firing') ? 'firing' : alerts.length > 0 ? 'pending' : 'inactive'
  return {
    state,
    ...common,
    duration: rule.for / 1000,
    keepFiringFor: 0,
    annotations: rule.annotations,
    alerts: alerts.map(alertJson),
    ...evaluation,
  }
}

/** `data` of `/api/v1/targets`. */
export function targetsJson(scraper: Scraper): unknown {
  return {
    activeTargets: scraper.states().map(({ target: { url, labels }, health, lastError, lastScrape, lastDuration }) => ({
      discoveredLabels: { ...labels, __address__: new URL(url).host, __metrics_path__: new URL(url).pathname, __scheme__: 'http' },
      labels,
      scrapePool: labels['job'] ?? '',
      scrapeUrl: url,
      globalUrl: url,
      lastError,
      lastScrape: instant(lastScrape),
      lastScrapeDuration: lastDuration / 1000,
      health,
      scrapeInterval: durationText(scraper.interval),
      scrapeTimeout: durationText(scraper.interval),
    })),
    droppedTargets: [],
    droppedTargetCounts: {},
  }
}

/** `data` of `/api/v1/metadata`. */
export function metadataJson(scraper: Scraper, metric: string): unknown {
  const found = [...scraper.types()].filter(([name]) => metric === '' || name === metric)
  return Object.fromEntries(found.map(([name, { type, help }]) => [name, [{ type, help, unit: '' }]]))
}

/** Names of labels, or the values of one, in order. */
export function labelNames(series: readonly Labels[]): readonly string[] {
  return [...new Set(series.flatMap((labels) => Object.keys(labels)))].sort()
}
export function labelValues(series: readonly Labels[], name: string): readonly string[] {
  return [...new Set(series.flatMap((labels) => (Object.hasOwn(labels, name) ? [labels[name]!] : [])))].sort()
}
