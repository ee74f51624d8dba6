/** A ratio (0–1) as per cents: `percent(0.499) → 49.9%`. `gap` stands before the sign: prose writes `49.9 %`. Never rounds something up to all, or down to nothing. */
export function percent(ratio: number, digits = 1, gap = ''): string {
  const least = 10 ** -digits
  let value = ratio * 100
  if (ratio > 0 && value < least) value = least
  if (ratio < 1 && value > 100 - least) value = 100 - least
  return `${value.toFixed(digits)}${gap}%`
}
