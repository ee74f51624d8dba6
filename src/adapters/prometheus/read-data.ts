import { parseDuration } from '../../domain/duration.ts'
import { ResponseType } from './driver.ts'
import type { AlertRule, Sample, ScrapeTarget } from '../../ports/metrics.ts'
import { gapOf, isGap, isMap, type Gap } from './raw-answer.ts'

type Labels = Readonly<Record<string, string>>

/** Numbers as Prometheus writes them. `parseFloat` would read `+Inf` as NaN and `12abc` as 12. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const SPECIAL: Readonly<Record<string, number>> = { NaN: NaN, Inf: Infinity, '+Inf': Infinity, '-Inf': -Infinity }

/** An instant vector, or a scalar as one sample without labels. NaN and ±Inf pass as they are. */
export function readSamples(data: unknown): readonly Sample[] | Gap {
  if (!isMap(data)) return gapOf('malformed', 'data is no object')
  const { resultType, result } = data
  if (resultType === ResponseType.SCALAR) return whole([readPoint({}, result)])
  if (resultType !== ResponseType.VECTOR) return gapOf('wrong-type', typeof resultType === 'string' ? resultType : 'no result type')
  if (!Array.isArray(result)) return gapOf('malformed', 'the result is no list')
  const samples = whole(result.map(readSeries))
  if (isGap(samples)) return samples
  const keys = new Set(samples.map(({ labels }) => JSON.stringify(Object.entries(labels).toSorted())))
  return keys.size === samples.length ? samples : gapOf('malformed', 'a series stands there twice')
}

function readSeries(series: unknown): Sample | Gap {
  if (!isMap(series)) return gapOf('malformed', 'a series is no object')
  if (series['histogram'] !== undefined) return gapOf('wrong-type', 'native histogram')
  const labels = readLabels(series['metric'])
  return labels === undefined ? gapOf('malformed', 'a series has no labels') : readPoint(labels, series['value'])
}

function readPoint(labels: Labels, point: unknown): Sample | Gap {
  if (!Array.isArray(point) || point.length !== 2) return gapOf('malformed', 'a value is no pair of time and number')
  const [time, text] = point as readonly unknown[]
  if (typeof time !== 'number' || !Number.isFinite(time) || time <= 0) return gapOf('malformed', 'a value has no time')
  if (typeof text !== 'string') return gapOf('malformed', 'a value is no text')
  const value = Object.hasOwn(SPECIAL, text) ? SPECIAL[text] : NUMBER.test(text) ? Number(text) : undefined
  return value === undefined ? gapOf('malformed', `${text} is no number`) : { labels, value, at: Math.round(time * 1000) }
}

export function readSeriesList(data: unknown): readonly Labels[] | Gap {
  if (!Array.isArray(data)) return gapOf('malformed', 'data is no list')
  const all = data.map(readLabels)
  return all.every((labels) => labels !== undefined) ? all : gapOf('malformed', 'a series has no labels')
}

/** Alerting rules of every group; recording rules are left out. */
export function readRules(data: unknown): readonly AlertRule[] | Gap {
  if (!isMap(data) || !Array.isArray(data['groups'])) return gapOf('malformed', 'no groups of rules')
  const rules = data['groups'].flatMap((group): readonly unknown[] =>
    isMap(group) && Array.isArray(group['rules']) ? group['rules'] : [undefined],
  )
  return whole(rules.filter((rule) => !isMap(rule) || rule['type'] !== 'recording').map(readRule))
}

function readRule(rule: unknown): AlertRule | Gap {
  if (!isMap(rule) || rule['type'] !== 'alerting') return gapOf('malformed', 'a rule of no known type')
  const { name, query, duration, state, health, lastError } = rule
  const [labels, annotations] = [readLabels(rule['labels'] ?? {}), readLabels(rule['annotations'] ?? {})]
  if (
    typeof name !== 'string' ||
    typeof query !== 'string' ||
    typeof duration !== 'number' ||
    labels === undefined ||
    annotations === undefined
  )
    return gapOf('malformed', 'a rule without name, query, duration or labels')
  return { name, query, for: duration, labels, annotations, state: text(state), health: text(health), lastError: text(lastError) }
}

export function readTargets(data: unknown): readonly ScrapeTarget[] | Gap {
  if (!isMap(data) || !Array.isArray(data['activeTargets'])) return gapOf('malformed', 'no list of targets')
  return whole(data['activeTargets'].map(readTarget))
}

function readTarget(target: unknown): ScrapeTarget | Gap {
  const labels = isMap(target) ? readLabels(target['labels']) : undefined
  if (!isMap(target) || labels === undefined || typeof target['health'] !== 'string')
    return gapOf('malformed', 'a target without labels or health')
  const lastScrape = Date.parse(text(target['lastScrape']))
  const interval = parseDuration(text(target['scrapeInterval']))
  return {
    labels,
    health: target['health'],
    lastError: text(target['lastError']),
    lastScrape: Number.isNaN(lastScrape) ? 0 : lastScrape,
    ...(interval === undefined ? {} : { interval }),
  }
}

function readLabels(value: unknown): Labels | undefined {
  return isMap(value) && Object.values(value).every((one) => typeof one === 'string') ? (value as Labels) : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** All of them, or the first gap. */
function whole<T extends object>(parts: readonly (T | Gap)[]): readonly T[] | Gap {
  return parts.find((part): part is Gap => isGap(part)) ?? (parts as readonly T[])
}
