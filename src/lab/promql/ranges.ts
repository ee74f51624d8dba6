/** Samples of one series in a range, oldest first; `times` in ms. The range is open on the left: `from` itself lies outside. */
export interface Window {
  readonly times: readonly number[]
  readonly values: readonly number[]
  readonly from: number
  readonly to: number
}

type RangeFunction = (window: Window) => number | undefined

/** Functions of one series' range; undefined: too few samples to say anything. */
export const RANGE_FUNCTIONS = {
  rate: (window) => divided(extrapolated(window), (window.to - window.from) / 1000),
  increase: (window) => extrapolated(window)?.(1),
  irate,
  max_over_time: ({ values }) => extreme(values, (best, value) => value > best),
  min_over_time: ({ values }) => extreme(values, (best, value) => value < best),
} satisfies Record<string, RangeFunction>

/**
 * The increase of a counter over its whole window, as Prometheus 3 extrapolates it: to the window's edges where the samples lie close (up to 1.1 mean distances), else by half
 * a distance; never below zero at the left. A fall is a reset. The result takes the seconds that it is to be divided by, because roundings follow the order of operations.
 */
function extrapolated({ times, values, from, to }: Window): ((seconds: number) => number) | undefined {
  const [first, last] = [values[0], values.at(-1)]
  if (first === undefined || last === undefined || values.length < 2) return undefined
  let increase = last - first
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) increase += values[i - 1]!
  const sampled = (times.at(-1)! - times[0]!) / 1000
  const distance = sampled / (values.length - 1)
  const reach = distance * 1.1
  let before = (times[0]! - from) / 1000
  let after = (to - times.at(-1)!) / 1000
  if (before >= reach) before = distance / 2
  if (increase > 0 && first >= 0) before = Math.min(before, sampled * (first / increase))
  if (after >= reach) after = distance / 2
  const factor = sampled === 0 ? 1 : (sampled + before + after) / sampled
  return (seconds) => increase * (factor / seconds)
}

const divided = (increase: ((seconds: number) => number) | undefined, seconds: number): number | undefined => increase?.(seconds)

/** Per second between the last two samples. */
function irate({ times, values }: Window): number | undefined {
  if (values.length < 2) return undefined
  const [before, last] = [values.at(-2)!, values.at(-1)!]
  const ms = times.at(-1)! - times.at(-2)!
  return ms === 0 ? undefined : (last < before ? last : last - before) / (ms / 1000)
}

/** What is not a number counts only where nothing else is there. */
function extreme(values: readonly number[], better: (best: number, value: number) => boolean): number | undefined {
  return values.length === 0 ? undefined : values.reduce((best, value) => (better(best, value) || Number.isNaN(best) ? value : best))
}
