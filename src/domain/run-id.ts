import type { RunId } from './record.ts'

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/** `20261120-0315-k3f9`: UTC date and time of `now` (ms since the epoch), and four characters of `random` (0 ≤ x < 1). Letters that look like digits are left out. */
export function newRunId(now: number, random: () => number): RunId {
  const [date = '', time = ''] = new Date(now).toISOString().split('T')
  const chance = Array.from({ length: 4 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('')
  return `${date.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}-${chance}`
}

/** What may name a run's directory: nothing that could lead out of it. */
export function isRunId(text: string): boolean {
  return /^[0-9a-z][0-9a-z-]{0,63}$/.test(text)
}
