import type { CenterName } from './topology.ts'
import { wilson } from './wilson.ts'

/**
 * The quantile of the standard normal distribution: z with P(|Z| ≤ z) = `confidence`, e.g. 0.99 → 2.576. By bisection of Φ (Abramowitz and Stegun 7.1.26, |error| < 1.5e-7 of erf).
 */
export function zOf(confidence: number): number {
  let [low, high] = [0, 8]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (erf(middle / Math.SQRT2) < confidence) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * x)
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return 1 - series * Math.exp(-x * x)
}

/** Requests after which a share near a half is known to ± `points` (per cent) at `confidence`: z² · ¼ / t². 5 points at 0.99 are 664. */
export function requestsFor(points: number, confidence: number): number {
  const z = zOf(confidence)
  return Math.ceil((z * z * 0.25) / (points / 100) ** 2)
}

/** Interim looks decide only where the answer would hold at this z: 99.9 % (Haybittle and Peto), which leaves the last look's confidence what it was. */
export const INTERIM_Z = 3.2905

export interface SplitCounts {
  /** Good answers by the center that gave them. */
  readonly answered: Readonly<Record<CenterName, number>>
  /** Good answers that did not say who gave them. */
  readonly unnamed: number
  readonly errors: number
}

export interface CenterShare {
  readonly center: CenterName
  /** 0–1. */
  readonly expected: number
  readonly measured: number
  /** Wilson's interval, widened by the answers that named nobody: they may all be this center's, or none. */
  readonly low: number
  readonly high: number
  readonly verdict: 'within' | 'outside' | 'undecided'
}

export interface SplitVerdict {
  readonly verdict: 'balanced' | 'not-balanced' | 'failing' | 'undecided'
  readonly requests: number
  readonly errorRatio: number
  readonly shares: readonly CenterShare[]
}

/**
 * Judges a sample. `band`: points by which a share may differ from what is expected; `errorLimit` 0–1. A share is within when its whole interval is, outside when
 * none of it is, else undecided; errors above the limit, surely, make the split meaningless: `failing`. Nothing asked: undecided.
 */
export function judgeSplit(
  expected: Readonly<Record<CenterName, number>>,
  { answered, unnamed, errors }: SplitCounts,
  { band, errorLimit, z }: { readonly band: number; readonly errorLimit: number; readonly z: number },
): SplitVerdict {
  const named = Object.values(answered).reduce((a, b) => a + b, 0)
  const good = named + unnamed
  const requests = good + errors
  const total = Object.values(expected).reduce((a, b) => a + b, 0)
  const centers = [...new Set([...Object.keys(expected), ...Object.keys(answered)])]
  const shares = centers.map((center): CenterShare => {
    const hits = answered[center] ?? 0
    const share = total === 0 ? 0 : (expected[center] ?? 0) / total
    const { low } = wilson(hits, good, z)
    const { high } = wilson(hits + unnamed, good, z)
    const [least, most] = [share - band / 100, share + band / 100]
    const verdict =
      good === 0 ? 'undecided' : low >= least && high <= most ? 'within' : high < least || low > most ? 'outside' : 'undecided'
    return { center, expected: share, measured: named === 0 ? 0 : hits / named, low, high, verdict }
  })
  const errorRatio = requests === 0 ? 0 : errors / requests
  const failing = requests > 0 && wilson(errors, requests, z).low > errorLimit
  const verdict = failing
    ? 'failing'
    : shares.some((one) => one.verdict === 'outside')
      ? 'not-balanced'
      : shares.length > 0 && shares.every((one) => one.verdict === 'within')
        ? 'balanced'
        : 'undecided'
  return { verdict, requests, errorRatio, shares }
}
