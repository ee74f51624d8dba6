/** Median and the span from the lower to the upper quartile of some measurements. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly n: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? Number.NaN
  return { median: at(0.5), low: at(0.25), high: at(0.75), n: sorted.length }
}

/** `64.1 ms (61–70, n 9)` */
export function inMs({ median, low, high, n }: Spread): string {
  return `${round(median)} ms (${round(low)}–${round(high)}, n ${n})`
}

const round = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0))

/** One line of the answer. A gate says its limit and whether it is met; nothing fails because of it. */
export function line(
  name: string,
  text: string,
  gate?: { readonly value: number; readonly limit: number; readonly digits?: number; readonly atLeast?: boolean },
): void {
  const verdict =
    gate === undefined
      ? ''
      : `  = ${gate.value.toFixed(gate.digits ?? 2)} (gate ${gate.atLeast ? '≥' : '≤'} ${gate.limit}: ${(gate.atLeast ? gate.value >= gate.limit : gate.value <= gate.limit) ? 'met' : 'MISSED'})`
  process.stdout.write(`  ${name.padEnd(44)} ${text}${verdict}\n`)
}

export function heading(text: string): void {
  process.stdout.write(`\n${text}\n`)
}
