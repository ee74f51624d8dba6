import type { Deadline } from '../domain/change.ts'
import type { DeclaredAlert, MetricsProfile, SeriesSelector } from '../domain/metrics-profile.ts'
import type { CenterName } from '../domain/topology.ts'

/** One series of an instant answer. `at`: the moment that it was computed for, by the clock of Prometheus, ms since the epoch; how old the newest sample is, `timestamp()` tells. Values may be NaN or ±Inf: whoever concludes from them says so. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly at: number
}

/** Why an answer of Prometheus is no knowledge. Each is its own reason of `inconclusive`. */
export type MetricsGap =
  | 'no-endpoint'
  | 'no-token'
  | 'unreachable'
  | 'timeout'
  | 'redirected'
  | 'too-large'
  | 'truncated'
  | 'not-json'
  | 'html'
  | 'http-status'
  | 'error-status'
  | 'partial'
  | 'wrong-type'
  | 'malformed'

/** An answer that was checked as a whole: `warnings` and `infos` make it partial, but for the remark that a name does not look like a counter's. */
export type MetricsAnswer<T> =
  | { readonly state: 'answered'; readonly value: T; readonly at: number; readonly took: number }
  | { readonly state: 'gap'; readonly gap: MetricsGap; readonly detail: string; readonly at: number; readonly took: number }

export interface AlertRule {
  readonly name: string
  readonly query: string
  /** Seconds. */
  readonly for: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: string
  readonly health: string
  readonly lastError: string
}

export interface ScrapeTarget {
  readonly labels: Readonly<Record<string, string>>
  readonly health: string
  readonly lastError: string
  /** Wall clock, ms. */
  readonly lastScrape: number
  /** Between two scrapes, ms; absent: it is not told. */
  readonly interval?: number
}

/** Each center's Prometheus. Every call ends by its deadline and answers with a value. */
export interface Metrics {
  /** An instant vector; a scalar is one sample without labels. */
  query(center: CenterName, promql: string, deadline: Deadline, at?: number): Promise<MetricsAnswer<readonly Sample[]>>
  /** Label sets of the series that match, newest window only. */
  series(center: CenterName, matcher: string, deadline: Deadline): Promise<MetricsAnswer<readonly Readonly<Record<string, string>>[]>>
  rules(center: CenterName, deadline: Deadline): Promise<MetricsAnswer<readonly AlertRule[]>>
  targets(center: CenterName, deadline: Deadline): Promise<MetricsAnswer<readonly ScrapeTarget[]>>
}

/** What is declared about metrics in files, read and checked before anything is asked; and what can be told of a query without asking anybody. */
export interface MetricsDocuments {
  readonly profile: MetricsProfile
  /** Absent: no rule file is declared. */
  readonly alerts?: readonly DeclaredAlert[]
  /** Undefined: it is no PromQL. */
  selectorsOf(query: string): readonly SeriesSelector[] | undefined
  /** Two ways to write one query become the same text. */
  canonical(query: string): string
}
