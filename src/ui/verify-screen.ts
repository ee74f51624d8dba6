import type { ConclusionState } from '../domain/verify.ts'
import { latency } from '../report/figures.ts'
import {
  brokenText,
  conclusionStates,
  countsOf,
  countsText,
  evidenceTexts,
  outTexts,
  placesText,
  rowsOf,
  saidOf,
  stateText,
  titleOf,
  unaskedLines,
  type Cell,
  type Said,
  type VerifyReading,
} from '../report/verify-reading.ts'
import { type VerifySay, verifySpeaker } from '../report/verify-words.ts'
import type { Tone } from './color.ts'
import type { Line, Segment } from './line.ts'
import { table } from './table.ts'
import { wrap } from './wrap.ts'

export interface VerifyScreenOptions {
  readonly width: number
  /** Wall clock, ms since the epoch. */
  readonly now: number
  /** What passed and what does not apply too, every subject and all evidence. */
  readonly wide: boolean
}

const TONES: Readonly<Record<ConclusionState, Tone>> = {
  passed: 'good',
  failed: 'bad',
  warning: 'warn',
  inconclusive: 'warn',
  skipped: 'dim',
}
/** Subjects of a place, and pieces of evidence, of one problem; all of them with `wide`. */
const SHOWN = 3

/** Checks by center, then what is not well, the worst last, and the counts. */
export function verifyScreen(reading: VerifyReading, options: VerifyScreenOptions): readonly Line[] {
  const { verification, language } = reading
  const say = verifySpeaker(language)
  const text = (line: string, tone?: Tone): readonly Line[] =>
    wrap(line, options.width).map((one): Line => [tone === undefined ? one : [tone, one]])
  const states = (options.wide ? conclusionStates : conclusionStates.slice(0, 3)).toReversed()
  const problems = saidOf(reading, states).flatMap((one, i, all): readonly Line[] => [
    ...problem(one, reading, options, say),
    ...(brief(one, options) && brief(all[i + 1] ?? one, options) && i + 1 < all.length ? [] : [[]]),
  ])
  const broken = brokenText(verification, say, language)
  const { skipped } = countsOf(verification)
  const out = outTexts(verification, say)
  return [
    ...picture(reading, options, say),
    ...problems,
    ...out.flatMap((line) => text(line, 'dim')),
    ...(broken === undefined ? [] : text(broken, 'bad')),
    ...unaskedLines(verification, say).flatMap((line) => text(line, 'dim')),
    ...(skipped === verification.outcomes.length ? text(say('nothing'), 'warn') : []),
    ...text(`${countsText(verification, say)} · ${say('took', { took: latency(verification.took, language) })}`, 'strong'),
  ]
}

/** A check that applies nowhere takes no row, unless everything is asked for; no row, no table. */
function picture(reading: VerifyReading, { width, wide }: VerifyScreenOptions, say: VerifySay): readonly Line[] {
  const { centers } = reading
  const rows = rowsOf(reading).filter(
    ({ all, by }) => wide || [all ?? 'skipped', ...Object.values(by).map(({ state }) => state)].some((state) => state !== 'skipped'),
  )
  if (rows.length === 0) return []
  const cell = ({ state, out }: Cell = { state: 'skipped', out: false }): Segment => [
    out ? 'dim' : TONES[state],
    stateText({ state, out }, say),
  ]
  const together = rows.some(({ all }) => all !== undefined && all !== 'skipped')
  const lines = table(
    [{ title: say('CHECK') }, ...centers.map((title) => ({ title })), ...(together ? [{ title: say('ALL') }] : [])],
    rows.map(({ id, check, by, all }) => [
      `${id} ${titleOf(reading, check)}`,
      ...centers.map((center) => cell(by[center])),
      ...(together ? [cell({ state: all ?? 'skipped', out: false })] : []),
    ]),
    { width },
  )
  return [...lines, []]
}

/** A warning, and what does not count, take as little room as they can; -o wide shows them whole. */
function brief({ state, out }: Pick<Said, 'state' | 'out'>, { wide }: Pick<VerifyScreenOptions, 'wide'>): boolean {
  return !wide && (out || state === 'warning')
}

/** Of a warning the first line tells enough; the others say why and what next, and show what was seen. */
export function problem(
  { state, out, checks, places, lines, evidence }: Said,
  { language }: VerifyReading,
  { width, now, wide }: VerifyScreenOptions,
  say: VerifySay,
): readonly Line[] {
  const word = state === 'skipped' ? say('state-skipped') : stateText({ state, out }, say)
  const where = placesText(places, say, wide ? Number.POSITIVE_INFINITY : SHOWN)
  const many = checks.length > SHOWN
  const [first = '', ...rest] = wrap(`${word} ${many ? say('checks', { count: checks.length }) : checks.join(' ')} ${where}`, width)
  const indented = (line: string, tone?: Tone): readonly Line[] =>
    wrap(line, width - 2).map((one): Line => ['  ', tone === undefined ? one : [tone, one]])
  const short = brief({ state, out }, { wide })
  const texts = short ? [] : evidenceTexts(evidence, now, language)
  const hidden = wide ? 0 : Math.max(0, texts.length - SHOWN)
  return [
    [[out ? 'dim' : TONES[state], first.slice(0, word.length)], first.slice(word.length)],
    ...rest.map((one): Line => ['  ', one]),
    ...(short ? lines.slice(0, 1) : lines).flatMap((one) => indented(one)),
    ...(many ? indented(checks.join(', '), 'dim') : []),
    ...texts.slice(0, texts.length - hidden).flatMap((one) => indented(one, 'dim')),
    ...(hidden === 0 ? [] : indented(say('more-evidence', { count: hidden }), 'dim')),
  ]
}
