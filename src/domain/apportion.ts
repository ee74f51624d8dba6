/**
 * Splits `total` into whole numbers in the ratio of `shares` (non-negative integers) by largest remainder (Hamilton), ties to the earlier entry.
 * The parts sum to `total`, so a rule never grows or shrinks by rounding. All-zero shares give all zeros: refusing that is the guard `all-zero`'s duty.
 * Exact for every safe integer, hence the big integers inside.
 */
export function apportion(total: number, shares: readonly number[]): readonly number[] {
  const sum = shares.reduce((a, b) => a + BigInt(b), 0n)
  if (sum === 0n) return shares.map(() => 0)
  const exact = shares.map((share) => BigInt(total) * BigInt(share))
  const floors = exact.map((part) => Number(part / sum))
  const missing = total - floors.reduce((a, b) => a + b, 0)
  const byRemainder = exact
    .map((part, i) => ({ i, rest: part % sum }))
    .sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest < b.rest ? 1 : -1))
  const raised = new Set(byRemainder.slice(0, missing).map(({ i }) => i))
  return floors.map((part, i) => (raised.has(i) ? part + 1 : part))
}
