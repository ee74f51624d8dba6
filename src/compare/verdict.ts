import type { Verdict } from '../domain/compare.ts'

/** One column's say in a verdict. `meaning` undefined: not there, which is knowledge too. */
export interface Voice {
  readonly name: string
  readonly source: 'desired' | 'live' | 'saved'
  readonly role: 'active' | 'standby' | undefined
  readonly meaning: string | undefined
  /** Nothing is known of it here. */
  readonly blind: boolean
  /** An intent that holds: it may differ. */
  readonly excused: boolean
  /** An intent that is not kept: it is wrong, whatever the others are. */
  readonly wrong: boolean
}

/** Fields in which a standby is expected to be smaller: its value says nothing of who is right among the active ones. */
const BY_ROLE = /(?:^|\.)(?:replicas|minReplicas|maxReplicas)$|\.resources(?:\.|$)/

/**
 * The verdict on one place, and who is odd. With a desired side whoever differs from it is odd; without, the one that differs from a majority of at least
 * three. Unknown never counts as equal.
 */
export function judge(voices: readonly Voice[], path: string): { readonly verdict: Verdict; readonly odd: readonly string[] } {
  const wrong = voices.filter((voice) => voice.wrong).map(({ name }) => name)
  const counted = voices.filter((voice) => !voice.blind && !voice.excused && !voice.wrong)
  const blind = voices.some((voice) => voice.blind)
  const excused = voices.some((voice) => voice.excused)
  const meanings = new Set(counted.map(({ meaning }) => meaning))
  if (meanings.size <= 1) {
    if (wrong.length > 0) return { verdict: 'drift', odd: wrong }
    return {
      verdict: blind ? 'unknown' : excused ? 'intended' : 'equal',
      odd: blind ? [] : voices.filter((voice) => voice.excused).map(({ name }) => name),
    }
  }
  const desired = counted.find(({ source }) => source === 'desired')
  if (desired !== undefined)
    return { verdict: 'drift', odd: [...wrong, ...counted.filter(({ meaning }) => meaning !== desired.meaning).map(({ name }) => name)] }
  const electors = BY_ROLE.test(path) ? counted.filter(({ role }) => role !== 'standby') : counted
  const majority = majorityOf(electors)
  if (majority === undefined) return { verdict: 'drift', odd: wrong }
  const odd = counted.filter(({ meaning }) => meaning !== majority.meaning).map(({ name }) => name)
  return { verdict: odd.length === 1 && wrong.length === 0 ? 'odd-one-out' : 'drift', odd: [...wrong, ...odd] }
}

/** What more than half of at least three say; two of two where roles leave only those. */
function majorityOf(electors: readonly Voice[]): { readonly meaning: string | undefined } | undefined {
  const counts = new Map<string | undefined, number>()
  for (const { meaning } of electors) counts.set(meaning, (counts.get(meaning) ?? 0) + 1)
  const [top] = [...counts].sort((a, b) => b[1] - a[1])
  const enough = electors.length >= 3 || counts.size === 1
  return top !== undefined && enough && electors.length >= 2 && top[1] * 2 > electors.length ? { meaning: top[0] } : undefined
}

/** The worst of several: known differences first, then what is not known. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  const found = new Set(verdicts)
  return (['drift', 'odd-one-out', 'unknown', 'intended'] as const).find((one) => found.has(one)) ?? 'equal'
}
