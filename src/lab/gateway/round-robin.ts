/**
 * Smooth weighted round-robin: each turn every entry gains its weight, the highest is taken and pays the total. Any window of `total` turns holds every entry
 * exactly `weight` times, well mixed, so that small samples are exact where chance would scatter. Answers the entry's index; undefined: all weights are 0.
 */
export function roundRobin(weights: readonly number[]): () => number | undefined {
  const total = weights.reduce((a, b) => a + b, 0)
  const credit = weights.map(() => 0)
  return () => {
    if (total === 0) return undefined
    let best = -1
    for (const [i, weight] of weights.entries()) {
      if (weight === 0) continue
      credit[i] = (credit[i] ?? 0) + weight
      if (best < 0 || (credit[i] ?? 0) > (credit[best] ?? 0)) best = i
    }
    credit[best] = (credit[best] ?? 0) - total
    return best
  }
}
