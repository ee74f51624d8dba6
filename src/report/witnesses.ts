import type { Finding } from '../domain/finding.ts'
import { percent } from '../domain/percent.ts'
import type { Witnessed } from '../domain/record.ts'
import type { WitnessedCenter, WitnessFigure } from '../domain/witness.ts'
import type { Language } from '../domain/words.ts'
import { count, seconds } from './figures.ts'
import type { Part } from './parts.ts'
import type { ReportSay } from './report-words.ts'

type Tell = (of: Pick<Finding, 'reason' | 'facts'>) => string

/** What Prometheus counted and what clients saw, side by side, by gateway; a figure that is not known says why. */
export function witnessParts(records: readonly Witnessed[], say: ReportSay, language: Language, words: Tell): readonly Part[] {
  const [first] = records
  if (first === undefined) return []
  const head = ['witness-when', 'center', 'witness-figure', 'witness-prometheus', 'witness-clients', 'verdict'] as const
  return [
    { kind: 'text', text: say('witness-window', { window: seconds(first.window, language) }) },
    {
      kind: 'table',
      head: head.map((one) => say(one)),
      rows: records.flatMap(({ moment, centers }) =>
        centers.flatMap((center) => rowsOf(center, say, words).map((row) => [say(`witness-${moment}`), center.center, ...row])),
      ),
    },
  ]
}

function rowsOf({ prometheus, clients, verdict }: WitnessedCenter, say: ReportSay, words: Tell): readonly (readonly string[])[] {
  const gap = (figure: WitnessFigure): string => {
    const found = prometheus.gaps.find((one) => one.figure === figure)
    return found === undefined ? '-' : words({ reason: found.gap, facts: { detail: found.detail, profile: found.detail } })
  }
  const { qps, errorRatio, shares } = prometheus
  return [
    [say('witness-qps-row'), qps === undefined ? gap('qps') : count(Math.round(qps)), '-', ''],
    [
      say('witness-errors-row'),
      errorRatio === undefined ? gap('error_ratio') : percent(errorRatio, 2, ' '),
      clients === undefined ? '-' : `${percent(clients.errorRatio, 2, ' ')} (${count(clients.requests)})`,
      say(`witness-${verdict}`),
    ],
    [
      say('witness-share-row'),
      shares === undefined ? gap('share_by_center') : sharesText(shares),
      clients === undefined || clients.named === 0 ? '-' : sharesText(clients.shares),
      '',
    ],
  ]
}

function sharesText(shares: Readonly<Record<string, number>>): string {
  return Object.entries(shares)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([center, share]) => `${center} ${percent(share, 1, ' ')}`)
    .join(' · ')
}
