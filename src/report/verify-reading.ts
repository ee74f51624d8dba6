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
import { seconds } from './figures.ts'
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

/** The worst first. */
export const conclusionStates: readonly ConclusionState[] = ['failed', 'inconclusive', 'warning', 'passed', 'skipped']

/** Centers of which the same was concluded about the same subjects. No center: about all of them together. */
export interface Place {
  readonly centers: readonly CenterName[]
  readonly subjects: readonly string[]
}

/** One thing that was concluded, with every check and place of which exactly the same was. */
export interface Said {
  readonly state: ConclusionState
  /** Of centers that the situation in force takes out of traffic: it does not count. */
  readonly out: boolean
  /** Ids. */
  readonly checks: readonly string[]
  readonly places: readonly Place[]
  /** What, why, next. */
  readonly lines: readonly string[]
  readonly evidence: readonly Evidence[]
}

/** What was concluded with one of these states, in their order, then by check; what says the same is said once. What does not count stands with the warnings. */
export function saidOf(reading: VerifyReading, states: readonly ConclusionState[]): readonly Said[] {
  const byCheck = new Map<string, Gathered>()
  for (const outcome of reading.verification.outcomes)
    for (const conclusion of outcome.conclusions) {
      const { state, subject, evidence } = conclusion
      if (!states.includes(state)) continue
      const lines = conclusionLines(reading, outcome, conclusion)
      const out = doesNotCount({ ...outcome, state })
      const key = JSON.stringify([state, out, outcome.id, lines])
      const empty = { state, out, checks: [outcome.id], places: [], lines, evidence: [], about: new Map() }
      const known: Gathered = byCheck.get(key) ?? empty
      const subjects = known.about.get(outcome.center) ?? []
      known.about.set(outcome.center, subject === undefined ? subjects : [...subjects, subject])
      byCheck.set(key, { ...known, evidence: isUnread(reading, outcome, conclusion) ? known.evidence : [...known.evidence, ...evidence] })
    }
  const all = new Map<string, Said>()
  for (const { about, ...one } of byCheck.values()) {
    const places = placesOf(about)
    const key = JSON.stringify([one.state, one.out, one.lines, places])
    const known = all.get(key)
    all.set(key, {
      ...one,
      places,
      checks: [...(known?.checks ?? []), ...one.checks],
      evidence: [...(known?.evidence ?? []), ...one.evidence],
    })
  }
  const rank = ({ state, out }: Said): number => states.indexOf(out ? 'warning' : state)
  return [...all.values()].toSorted((a, b) => rank(a) - rank(b) || (a.checks[0] ?? '').localeCompare(b.checks[0] ?? ''))
}

/** Something ill of a center out of traffic: it is told, and changes nothing. */
export function doesNotCount({ out, state }: Pick<CheckOutcome, 'out' | 'state'>): boolean {
  return out === true && (state === 'failed' || state === 'inconclusive')
}

/** The word for a state, in brackets where it does not count. */
export function stateText({ out = false, state }: { readonly out?: boolean; readonly state: ConclusionState }, say: VerifySay): string {
  return out ? say('not-counted', { state: say(state) }) : say(state)
}

interface Gathered extends Said {
  readonly about: Map<CenterName | undefined, readonly string[]>
}

function placesOf(about: ReadonlyMap<CenterName | undefined, readonly string[]>): readonly Place[] {
  const places = new Map<string, Place>()
  for (const [center, subjects] of about) {
    const key = JSON.stringify([center === undefined, subjects])
    places.set(key, { subjects, centers: [...(places.get(key)?.centers ?? []), ...(center === undefined ? [] : [center])] })
  }
  return [...places.values()]
}

/** `zone-a, zone-b: ai/x, ai/y and 2 more; zone-c: ai/z`; at most `shown` subjects of each place. */
export function placesText(places: readonly Place[], say: VerifySay, shown = Number.POSITIVE_INFINITY): string {
  return places
    .map(({ centers, subjects }) => {
      const where = centers.length === 0 ? say('all-centers') : centers.join(', ')
      if (subjects.length === 0) return where
      const first = subjects.slice(0, shown).join(', ')
      return `${where}: ${subjects.length <= shown ? first : say('more', { shown: first, count: subjects.length - shown })}`
    })
    .join('; ')
}

type Spoken = Pick<VerifyReading, 'verification' | 'phrasebook' | 'language'>

/** What, why, next. Every fact of a center whose API cannot be read is missing for that one reason. */
export function conclusionLines(
  reading: Spoken,
  outcome: Pick<CheckOutcome, 'center'>,
  conclusion: Pick<Conclusion, 'reason' | 'facts'>,
): readonly string[] {
  const { reason, facts } = conclusion
  return isUnread(reading, outcome, conclusion)
    ? [verifySpeaker(reading.language)('api-unread', { why: String(facts['why']) })]
    : reading.phrasebook.lookup(reason, facts, reading.language).split('\n')
}

function isUnread(
  { verification }: Pick<Spoken, 'verification'>,
  { center }: Pick<CheckOutcome, 'center'>,
  { reason, facts }: Pick<Conclusion, 'reason' | 'facts'>,
): boolean {
  if (reason !== 'fact-unreachable' && reason !== 'fact-unknown') return false
  return verification.unread.some((one) => one.center === center && one.why === facts['why'])
}

export function titleOf({ titles, language }: Pick<VerifyReading, 'titles' | 'language'>, check: string): string {
  return titles[check]?.[language] ?? check
}

/** `Deployment a/b = 2 (limit 3), 4 s ago`. Younger than a second: no age. */
export function evidenceText({ source, at, value, limit }: Evidence, now: number, language: Language): string {
  const say = verifySpeaker(language)
  const seen = value === undefined ? '' : ` = ${String(value)}`
  const against = limit === undefined ? '' : ` (${say('limit', { limit: String(limit) })})`
  const age = at === undefined || now - at < 1000 ? '' : `, ${say('ago', { age: seconds(Math.round((now - at) / 1000) * 1000, language) })}`
  return `${source}${seen}${against}${age}`
}

/** The same piece of evidence, seen several times, is one. */
export function evidenceTexts(evidence: readonly Evidence[], now: number, language: Language): readonly string[] {
  return [...new Set(evidence.map((one) => evidenceText(one, now, language)))]
}

/** How many outcomes there are of each state; `out`: of centers out of traffic, whatever their state. */
export function countsOf({ outcomes }: Pick<Verification, 'outcomes'>): Readonly<Record<ConclusionState | 'out', number>> {
  const counts = { passed: 0, failed: 0, warning: 0, inconclusive: 0, skipped: 0, out: 0 }
  for (const { state, out } of outcomes) counts[out === true ? 'out' : state] += 1
  return counts
}

/** `18 ok · 1 failed · 1 cannot tell`. */
export function countsText(verification: Pick<Verification, 'outcomes'>, say: VerifySay): string {
  const counts = countsOf(verification)
  return (['passed', 'failed', 'warning', 'inconclusive', 'skipped', 'out'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => say(`count-${state}`, { count: counts[state] }))
    .join(' · ')
}

/** Which centers are out of traffic where something of theirs is told that does not count, and which of them are deferred. */
export function outTexts({ outcomes, unread, out }: Verification, say: VerifySay): readonly string[] {
  const told = out.filter((center) => outcomes.some((one) => one.center === center && doesNotCount(one)))
  const deferred = unread.filter((one) => one.out === true).map(({ center }) => center)
  return [
    ...(told.length === 0 ? [] : [say('out', { centers: told })]),
    ...(deferred.length === 0 ? [] : [say('out-unread', { centers: deferred, given: deferred.join(',') })]),
  ]
}

/** Where each center's chain of proof breaks first; undefined: nowhere. */
export function brokenText({ firstBroken }: Verification, say: VerifySay, language: Language): string | undefined {
  const list = proofLevels.flatMap((level) => {
    const centers = Object.keys(firstBroken).filter((center) => firstBroken[center] === level)
    return centers.length === 0 ? [] : [say('broken-at', { center: centers.join(', '), level: say(`level-${level}`) })]
  })
  return list.length === 0 ? undefined : say('first-broken', { list: list.join(language === 'zh' ? '、' : '; ') })
}

/** How many checks were not asked for want of a flag, one line for each flag. */
export function unaskedLines({ outcomes }: Verification, say: VerifySay): readonly string[] {
  return (['needs-probe', 'needs-data-plane'] as const).flatMap((why) => {
    const checks = outcomes.filter(({ conclusions }) => conclusions.some(({ reason }) => reason === why)).map(({ check }) => check)
    const count = new Set(checks).size
    return count === 0 ? [] : [say(why === 'needs-probe' ? 'unprobed' : 'unforwarded', { count })]
  })
}

/** `out`: it does not count. */
export interface Cell {
  readonly state: ConclusionState
  readonly out: boolean
}

/** One row per check, in the order of ids, with the state by center; `all`: of all centers together. */
export function rowsOf({ verification }: Pick<VerifyReading, 'verification'>): readonly {
  readonly id: string
  readonly check: string
  readonly all?: ConclusionState
  readonly by: Readonly<Record<CenterName, Cell>>
}[] {
  const checks = [...new Map(verification.outcomes.map(({ check, id }) => [check, id]))].toSorted(([, a], [, b]) => a.localeCompare(b))
  return checks.map(([check, id]) => {
    const mine = verification.outcomes.filter((one) => one.check === check)
    const all = mine.find(({ center }) => center === undefined)?.state
    return {
      id,
      check,
      ...(all === undefined ? {} : { all }),
      by: Object.fromEntries(
        mine.flatMap((one) => (one.center === undefined ? [] : [[one.center, { state: one.state, out: doesNotCount(one) }]])),
      ),
    }
  })
}
