import type { CenterName } from '../domain/topology.ts'
import {
  type CheckOutcome,
  type Conclusion,
  type ConclusionState,
  type Evidence,
  proofLevels,
  type Verification,
} from '../domain/verify.ts'
import type { Language } from '../domain/words.ts'
import { latency, seconds } from './figures.ts'
import type { Phrasebook } from './phrasebook.ts'
import { type VerifySay, verifySpeaker } from './verify-words.ts'

/** A verification, and everything that is needed to say it. */
export interface VerifyReading {
  readonly verification: Verification
  /** The centers that were asked about, in the topology's order. */
  readonly centers: readonly CenterName[]
  /** What each check is called, by name. */
  readonly titles: Readonly<Record<string, Readonly<Record<Language, string>>>>
  readonly phrasebook: Phrasebook
  readonly language: Language
}

export const conclusionStates: readonly ConclusionState[] = ['failed', 'inconclusive', 'warning', 'passed', 'skipped']

/** One thing that was concluded, about every check, center and subject of which exactly the same was. */
export interface Said {
  readonly state: ConclusionState
  /** Ids. */
  readonly checks: readonly string[]
  /** Empty: all of them together. */
  readonly centers: readonly CenterName[]
  readonly subjects: readonly string[]
  /** What, why, next. */
  readonly lines: readonly string[]
  readonly evidence: readonly Evidence[]
}

/** What was concluded with one of these states, worst first, then by check; what says the same is said once. */
export function saidOf(reading: VerifyReading, states: readonly ConclusionState[]): readonly Said[] {
  const each = reading.verification.outcomes.flatMap((outcome) =>
    outcome.conclusions.map((conclusion): Said => ({
      state: conclusion.state,
      checks: [outcome.id],
      centers: outcome.center === undefined ? [] : [outcome.center],
      subjects: conclusion.subject === undefined ? [] : [conclusion.subject],
      lines: conclusionLines(reading, outcome, conclusion),
      evidence: conclusion.evidence,
    })),
  )
  const wanted = each.filter(({ state }) => states.includes(state))
  return merged(merged(merged(wanted, 'subjects'), 'centers'), 'checks').toSorted(
    (a, b) => conclusionStates.indexOf(a.state) - conclusionStates.indexOf(b.state) || (a.checks[0] ?? '').localeCompare(b.checks[0] ?? ''),
  )
}

/** Joins those that differ in nothing but `by` (and their evidence). */
function merged(all: readonly Said[], by: 'subjects' | 'centers' | 'checks'): readonly Said[] {
  const groups = new Map<string, Said>()
  for (const one of all) {
    const key = JSON.stringify([
      one.state,
      one.lines,
      ...(['checks', 'centers', 'subjects'] as const).map((name) => (name === by ? one[name].length > 0 : one[name])),
    ])
    const known = groups.get(key)
    groups.set(
      key,
      known === undefined
        ? one
        : { ...known, [by]: [...new Set([...known[by], ...one[by]])], evidence: [...known.evidence, ...one.evidence] },
    )
  }
  return [...groups.values()]
}

/** What, why, next. Every fact of a center whose API cannot be read is missing for that one reason. */
export function conclusionLines(
  { verification, phrasebook, language }: Pick<VerifyReading, 'verification' | 'phrasebook' | 'language'>,
  { center }: Pick<CheckOutcome, 'center'>,
  { reason, facts }: Pick<Conclusion, 'reason' | 'facts'>,
): readonly string[] {
  const unread = verification.unread.find((one) => one.center === center)
  if (unread !== undefined && (reason === 'fact-unreachable' || reason === 'fact-unknown') && facts['why'] === unread.why)
    return [verifySpeaker(language)('api-unread', { why: unread.why })]
  return phrasebook.lookup(reason, facts, language).split('\n')
}

export function titleOf({ titles, language }: Pick<VerifyReading, 'titles' | 'language'>, check: string): string {
  return titles[check]?.[language] ?? check
}

/** `Deployment a/b = 2 (limit 3), 4 s ago`. */
export function evidenceText({ source, at, took, value, limit }: Evidence, now: number, language: Language): string {
  const say = verifySpeaker(language)
  const seen = value === undefined ? '' : ` = ${String(value)}`
  const against = limit === undefined ? '' : ` (${say('limit', { limit: String(limit) })})`
  const age = at === undefined || now - at < 1000 ? '' : `, ${say('ago', { age: seconds(Math.round((now - at) / 1000) * 1000, language) })}`
  const cost = took === undefined || took < 1 ? '' : `, ${latency(took, language)}`
  return `${source}${seen}${against}${age}${cost}`
}

/** How many outcomes there are of each state. */
export function countsOf({ outcomes }: Pick<Verification, 'outcomes'>): Readonly<Record<ConclusionState, number>> {
  const counts = { passed: 0, failed: 0, warning: 0, inconclusive: 0, skipped: 0 }
  for (const { state } of outcomes) counts[state] += 1
  return counts
}

/** `18 ok · 1 failed · 1 cannot tell`. */
export function countsText(verification: Pick<Verification, 'outcomes'>, say: VerifySay): string {
  const counts = countsOf(verification)
  return (['passed', 'failed', 'warning', 'inconclusive', 'skipped'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => say(`count-${state}`, { count: counts[state] }))
    .join(' · ')
}

/** Where each center's chain of proof breaks first; undefined: nowhere. */
export function brokenText({ firstBroken }: Verification, say: VerifySay, language: Language): string | undefined {
  const list = proofLevels.flatMap((level) => {
    const centers = Object.keys(firstBroken).filter((center) => firstBroken[center] === level)
    return centers.length === 0 ? [] : [say('broken-at', { center: centers.join(', '), level: say(`level-${level}`) })]
  })
  return list.length === 0 ? undefined : say('first-broken', { list: list.join(language === 'zh' ? '、' : '; ') })
}

/** Checks, by name, that were not asked because they send requests. */
export function unprobedOf({ outcomes }: Verification): readonly string[] {
  return [
    ...new Set(outcomes.filter(({ conclusions }) => conclusions.some(({ reason }) => reason === 'needs-probe')).map(({ check }) => check)),
  ]
}

/** One row per check, in the order of ids, with the state by center; `all`: of all centers together. */
export function rowsOf({ verification }: Pick<VerifyReading, 'verification'>): readonly {
  readonly id: string
  readonly check: string
  readonly all?: ConclusionState
  readonly by: Readonly<Record<CenterName, ConclusionState>>
}[] {
  const checks = [...new Map(verification.outcomes.map(({ check, id }) => [check, id]))].toSorted(([, a], [, b]) => a.localeCompare(b))
  return checks.map(([check, id]) => {
    const mine = verification.outcomes.filter((one) => one.check === check)
    const all = mine.find(({ center }) => center === undefined)?.state
    return {
      id,
      check,
      ...(all === undefined ? {} : { all }),
      by: Object.fromEntries(mine.flatMap(({ center, state }) => (center === undefined ? [] : [[center, state]]))),
    }
  })
}
