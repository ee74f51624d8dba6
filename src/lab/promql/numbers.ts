/** A value as the HTTP API of Prometheus and the text format write it: shortest digits that read back, `NaN`, `+Inf`, `-Inf`, exponents of at least two digits. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  if (Object.is(value, -0)) return '-0'
  return twoDigits(String(value))
}

/** `1.5` → `1.5e+00`, as values of alerts are written. */
export function exponentText(value: number): string {
  return Number.isFinite(value) ? twoDigits(value.toExponential()) : numberText(value)
}

/** A bound of a bucket as Prometheus 3 keeps it in the label `le`: always with a point or an exponent (`1` → `1.0`, `1000000` → `1e+06`). */
export function boundText(value: number): string {
  const text = shortText(value)
  return /[.eIN]/.test(text) ? text : `${text}.0`
}

/** As messages write numbers: with an exponent from a million on. */
export function shortText(value: number): string {
  const size = Math.abs(value)
  return value !== 0 && Number.isFinite(value) && (size >= 1e6 || size < 1e-4) ? exponentText(value) : numberText(value)
}

/** What the text format and labels hold; undefined: not a number. */
export function readNumber(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^nan$/i.test(text)) return NaN
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

const twoDigits = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2')
