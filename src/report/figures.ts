import type { Language } from '../domain/words.ts'

/** A length of time in ms as people say it: `0.05 s`, `9.4 s`, `30 s`, `2 min 5 s`. Whole seconds have no decimals, less than 0.1 s has two. */
export function seconds(ms: number, language: Language = 'en'): string {
  const unit = language === 'zh' ? '秒' : 's'
  if (ms >= 119_950) {
    const whole = Math.round(ms / 1000)
    const minutes = `${Math.floor(whole / 60)} ${language === 'zh' ? '分' : 'min'}`
    return whole % 60 === 0 ? minutes : `${minutes} ${whole % 60} ${unit}`
  }
  if (ms % 1000 === 0) return `${ms / 1000} ${unit}`
  return `${(ms / 1000).toFixed(Math.abs(ms) < 95 ? 2 : 1)} ${unit}`
}

/** A point of a run's time, always with one decimal so that columns align: `28.0 s`; negative before the run began. */
export function elapsed(ms: number, language: Language = 'en'): string {
  return `${(ms / 1000).toFixed(1)} ${language === 'zh' ? '秒' : 's'}`
}

/** How long an answer took: `12 ms`, from one second on `3 s`. */
export function latency(ms: number, language: Language = 'en'): string {
  return ms < 999.5 ? `${Math.max(1, Math.round(ms))} ms` : seconds(ms, language)
}

/** A whole number, its digits in groups of three from four digits on: `1 204`. */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ' ')
}

/** `03:15:09` of an ISO 8601 time in UTC; a time that cannot be read shows as given. */
export function clockTime(iso: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(iso)?.[1] ?? iso
}

/** `2026-11-20 03:15:09` of an ISO 8601 time in UTC. */
export function dateTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d).*$/, '$1 $2')
}

/** Names as a sentence has them: `zone-b and zone-c`, `zone-b、zone-c`. */
export function listed(names: readonly string[], language: Language): string {
  if (language === 'zh') return names.join('、')
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
