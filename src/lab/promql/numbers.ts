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

/** A bound of a bucket as Prometheus 3 keeps it in the label `le`: always with a point or an exponent (`1` → `1.0`). */
export function boundText(value: number): string {
  const text =
    value !== 0 && Number.isFinite(value) && (Math.abs(value) >= 1e21 || Math.abs(value) < 1e-4) ? exponentText(value) : numberText(value)
  return /[.eIN]/.test(text) ? text : `${text}.0`
}

/** What the text format and labels hold; undefined: not a number. */
export function readNumber(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^nan$/i.test(text)) return NaN
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

const twoDigits = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2')
