const UNITS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const
const WHOLE = /^(?=\d)(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/

/** A duration as Prometheus writes them (`1h30m`, `5m`, `15s`, `500ms`; no fractions) in ms; undefined: none. */
export function readDuration(text: string): number | undefined {
  const found = WHOLE.exec(text)
  if (found === null) return text === '0' ? 0 : undefined
  return Object.values(UNITS).reduce((sum, unit, i) => sum + Number(found[i + 1] ?? 0) * unit, 0)
}

/** 90 000 ms → `1m30s`, as Prometheus prints them: years and weeks only where nothing remains. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s'
  let rest = Math.abs(ms)
  let text = ''
  for (const [unit, size] of Object.entries(UNITS)) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return (ms < 0 ? '-' : '') + text
}
