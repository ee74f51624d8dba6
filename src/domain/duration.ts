import type { Milliseconds } from './topology.ts'

/** Hours, minutes, seconds, milliseconds, in this order, each at most once; seconds may have up to three decimals. */
export const DURATION = /^(?=\d)(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d{1,3})?)s)?(?:(\d+)ms)?$/

/** `5s`, `500ms`, `1m30s`, `1.5s` → milliseconds. Anything else, a bare number included, is undefined: a unit is never guessed. */
export function parseDuration(text: string): Milliseconds | undefined {
  const found = DURATION.exec(text)
  if (found === null) return undefined
  const [hours, minutes, seconds, rest] = found.slice(1).map((part) => Number(part ?? 0))
  const total = Math.round((hours! * 3600 + minutes! * 60) * 1000 + seconds! * 1000 + rest!)
  return Number.isSafeInteger(total) ? total : undefined
}

/** The shortest text that `parseDuration` reads back: 90000 → `1m30s`, 1500 → `1.5s`, 500 → `500ms`, 0 → `0s`. For whole, non-negative milliseconds. */
export function formatDuration(ms: Milliseconds): string {
  if (ms > 0 && ms < 1000) return `${ms}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor((ms % 3_600_000) / 60_000)
  const seconds = (ms % 60_000) / 1000
  const text = `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 ? `${seconds}s` : ''}`
  return text === '' ? '0s' : text
}
