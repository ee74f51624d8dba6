const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const QUANTITY = /^([+-]?)(\d{1,40})?(?:\.(\d{0,40}))?(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d{1,2}))?$/

/** One text for equal quantities: `1000m`, `1` and `1e0` are one, `1Gi` and `1024Mi` are one, `1G` is not. Undefined: not a quantity. Source: apimachinery's resource.Quantity. */
export function quantityText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const found = QUANTITY.exec(String(value))
  if (found === null) return undefined
  const [, sign, whole = '', fraction = '', suffix = '', exponent] = found
  if (whole === '' && fraction === '') return undefined
  const tens = (exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent)) - fraction.length
  let above = BigInt(whole + fraction) * 2n ** BigInt(BINARY[suffix] ?? 0) * 10n ** BigInt(Math.max(0, tens))
  let below = 10n ** BigInt(Math.max(0, -tens))
  const common = divisor(above, below)
  above /= common
  below /= common
  return `${sign === '-' && above !== 0n ? '-' : ''}${above}${below === 1n ? '' : `/${below}`}`
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? (a === 0n ? 1n : a) : divisor(b, a % b)
}

const PART = /(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns)/g
const NANOSECONDS: Readonly<Record<string, number>> = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 }

/** One text for equal durations of Go and of Gateway API (`60s`, `1m`, `1m0s`). Undefined: not a duration with a unit. */
export function durationText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > 64) return undefined
  let total = 0
  let end = 0
  for (const part of value.matchAll(PART)) {
    if (part.index !== end) return undefined
    total += Number(part[1]) * (NANOSECONDS[part[2] ?? ''] ?? 0)
    end = part.index + part[0].length
  }
  return end === value.length ? `${total}ns` : undefined
}
