import type { Finding } from './finding.ts'
import { percent } from './percent.ts'
import type { CenterName, Milliseconds } from './topology.ts'
import { wilson } from './wilson.ts'
import type { Words } from './words.ts'

/** What a drill holds against each other: clients' probes through one gateway, and what that gateway's Prometheus counted, over the same window. Never averaged. */
export interface WitnessedCenter {
  readonly center: CenterName
  readonly prometheus: PrometheusWitness
  /** Absent: no probe through this gateway began in the window. */
  readonly clients?: ClientsWitness
  readonly verdict: WitnessVerdict
}

export type WitnessVerdict = 'agree' | 'disagree' | 'cannot-compare'
export const witnessFigures = ['qps', 'error_ratio', 'share_by_center'] as const
export type WitnessFigure = (typeof witnessFigures)[number]

export interface PrometheusWitness {
  /** Requests per second of all clients. */
  readonly qps?: number
  /** 0–1. */
  readonly errorRatio?: number
  /** 0–1 by the center that requests went to. */
  readonly shares?: Readonly<Record<CenterName, number>>
  /** Of the oldest figure's newest sample, ms. */
  readonly age?: Milliseconds
  /** Figures that are not known, and why. */
  readonly gaps: readonly { readonly figure: WitnessFigure; readonly gap: string; readonly detail: string }[]
}

export interface ClientsWitness {
  readonly requests: number
  readonly errorRatio: number
  readonly shares: Readonly<Record<CenterName, number>>
  /** Good answers that named a center. */
  readonly named: number
}

/** Points by which shares may differ, and beyond what chance explains at 99 %. */
const SHARE_POINTS = 10
const Z = 2.576
/** Fewer requests say nothing about a ratio of one per cent. */
const FEWEST = 100

/** One gateway's two witnesses: what differs beyond tolerance, and what could not be compared. */
export function compareWitnesses(
  center: CenterName,
  prometheus: PrometheusWitness,
  clients: ClientsWitness | undefined,
  errorLimit: number,
): { readonly witnessed: WitnessedCenter; readonly findings: readonly Finding[] } {
  const findings: Finding[] = []
  const say = (reason: keyof typeof witnessWords, facts: Finding['facts']): void =>
    void findings.push({ reason, facts: { center, ...facts }, where: { center }, effect: 'warn' })
  for (const { figure, gap, detail } of prometheus.gaps) say('witness-gap', { figure, why: gap, detail })
  let compared = 0
  let differ = false
  if (clients !== undefined && clients.requests >= FEWEST && prometheus.errorRatio !== undefined) {
    compared += 1
    if (prometheus.errorRatio > errorLimit !== clients.errorRatio > errorLimit) {
      differ = true
      say('witness-errors', {
        prometheus: percent(prometheus.errorRatio, 2, ' '),
        clients: percent(clients.errorRatio, 2, ' '),
        limit: percent(errorLimit, 2, ' '),
      })
    }
  }
  if (clients !== undefined && clients.named >= FEWEST && prometheus.shares !== undefined) {
    compared += 1
    for (const of of new Set([...Object.keys(prometheus.shares), ...Object.keys(clients.shares)])) {
      const [theirs, ours] = [prometheus.shares[of] ?? 0, clients.shares[of] ?? 0]
      const { low, high } = wilson(Math.round(ours * clients.named), clients.named, Z)
      if (Math.abs(theirs - ours) * 100 <= SHARE_POINTS || (theirs >= low && theirs <= high)) continue
      differ = true
      say('witness-share', { of, prometheus: percent(theirs, 2, ' '), clients: percent(ours, 2, ' '), points: SHARE_POINTS })
    }
  }
  const verdict = differ ? 'disagree' : compared === 0 ? 'cannot-compare' : 'agree'
  return { witnessed: { center, prometheus, ...(clients === undefined ? {} : { clients }), verdict }, findings }
}

/** Any disagreement is one; agreement needs one center that could be compared. */
export function witnessVerdict(centers: readonly WitnessedCenter[]): WitnessVerdict {
  if (centers.some(({ verdict }) => verdict === 'disagree')) return 'disagree'
  return centers.some(({ verdict }) => verdict === 'agree') ? 'agree' : 'cannot-compare'
}

/** Gateways at which Prometheus positively counted more errors than the limit, among those that count. */
export function witnessedErrors(
  centers: readonly WitnessedCenter[],
  through: readonly CenterName[],
  errorLimit: number,
): readonly { readonly center: CenterName; readonly ratio: number }[] {
  return centers.flatMap(({ center, prometheus: { errorRatio } }) =>
    through.includes(center) && errorRatio !== undefined && errorRatio > errorLimit ? [{ center, ratio: errorRatio }] : [],
  )
}

export const witnessWords = {
  'witness-errors': {
    en: '{center}: the witnesses disagree: Prometheus counts {prometheus} errors, clients saw {clients} (limit {limit})',
    zh: '{center}：两个证人不一致：Prometheus 统计错误 {prometheus}，客户端实测 {clients}（上限 {limit}）',
  },
  'witness-share': {
    en: '{center}: the witnesses disagree: {of} gets {prometheus} by Prometheus, {clients} by clients (tolerance {points} points)',
    zh: '{center}：两个证人不一致：{of} 的份额 Prometheus 为 {prometheus}，客户端为 {clients}（容差 {points} 个百分点）',
  },
  'witness-gap': { en: '{center}: no {figure} of Prometheus: {why}', zh: '{center}：Prometheus 没有 {figure}：{why}' },
  'witnesses-disagree': {
    en: 'the witnesses disagree: clients recovered, and Prometheus counts {errors} errors after that at {centers}',
    zh: '两个证人不一致：客户端已恢复，而 Prometheus 此后在 {centers} 仍统计到 {errors} 错误',
  },
} satisfies Words
