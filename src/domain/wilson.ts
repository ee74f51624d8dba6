/** The Wilson score interval of a share: `hits` of `n`, both ends 0–1. `z` 1.96 is 95 %, 2.576 is 99 %. With nothing measured it is everything. */
export function wilson(hits: number, n: number, z = 1.96): { readonly low: number; readonly high: number } {
  if (n === 0) return { low: 0, high: 1 }
  const share = hits / n
  const spread = (z * z) / n
  const middle = (share + spread / 2) / (1 + spread)
  const half = (z / (1 + spread)) * Math.sqrt((share * (1 - share)) / n + spread / (4 * n))
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
