import type { Cause, Checkup, Clue, Diagnosis } from '../domain/diagnosis.ts'
import type { Verification } from '../domain/verify.ts'
import type { Language } from '../domain/words.ts'
import { latency } from '../report/figures.ts'
import { countsText, evidenceTexts, saidOf, type VerifyReading } from '../report/verify-reading.ts'
import { doctorSpeaker, type DoctorSay } from './doctor-words.ts'
import { verifySpeaker } from '../report/verify-words.ts'
import type { Tone } from './color.ts'
import type { Line } from './line.ts'
import { problem } from './verify-screen.ts'
import { unbroken, wrap } from './wrap.ts'

export interface CheckupReading extends Omit<VerifyReading, 'verification'> {
  readonly checkup: Checkup
  readonly symptomTitles: Readonly<Record<string, Readonly<Record<Language, string>>>>
}

export interface DoctorScreenOptions {
  readonly width: number
  /** Wall clock, ms since the epoch. */
  readonly now: number
  /** What is well too, every sign, cause and piece of evidence. */
  readonly wide: boolean
}

/** Causes beyond the first that are named; all of them with `wide`. */
const SHOWN = 4

/** The set-up first, for whoever cannot reach a cluster cannot ask it anything; then each symptom with its most likely cause; what to do last. */
export function doctorScreen(reading: CheckupReading, options: DoctorScreenOptions): readonly Line[] {
  const { checkup, language } = reading
  const { width, wide } = options
  const say = doctorSpeaker(language)
  const text = (line: string, tone?: Tone): readonly Line[] =>
    wrap(line, width).map((one): Line => [tone === undefined ? one : [tone, one]])
  const { unread, out, startedAt, took } = checkup
  const verification: Verification = { unread, out, startedAt, took, outcomes: checkup.setup, firstBroken: {} }
  const { shown, hidden } = wide ? { shown: checkup.setup, hidden: [] } : told(checkup)
  const set = { ...reading, verification: { ...verification, outcomes: shown } }
  const said = saidOf(set, wide ? ['passed', 'warning', 'inconclusive', 'failed'] : ['warning', 'inconclusive', 'failed'])
  const counts = countsText(verification, verifySpeaker(language))
  const first = checkup.diagnoses[0]?.causes[0]
  return [
    ...text(say('setup', { counts: counts === '' ? say('nothing') : counts }), 'strong'),
    [],
    ...said.flatMap((one): readonly Line[] => [...problem(one, set, options, verifySpeaker(language)), []]),
    ...(hidden.length === 0 ? [] : [...text(say('blocked', { centers: hidden.join(', ') }), 'dim'), []]),
    ...checkup.diagnoses.flatMap((one): readonly Line[] => [...diagnosisLines(one, reading, options, say), []]),
    ...(checkup.asked === undefined && checkup.diagnoses.length === 0 && checkup.setup.length > 1 ? text(say('no-symptom')) : []),
    ...(checkup.unprobed && checkup.setup.length > 1 ? text(say('unprobed'), 'dim') : []),
    ...(checkup.elsewhere > 0 ? text(say('elsewhere', { count: checkup.elsewhere }), 'dim') : []),
    ...text(say('took', { took: latency(checkup.took, language) }), 'dim'),
    ...(first === undefined ? [] : text(say('mend', { command: unbroken(first.mend) }), 'strong')),
  ]
}

/** Whoever cannot ask a cluster learns nothing of it: that follows, and is said once. */
const BLOCKING: ReadonlySet<string> = new Set(['contexts-known', 'api-reached', 'login-plugin', 'logged-in'])
/** About what is so now, and not about how it was set up: told by the symptom that they explain. */
const EXPLAINING: ReadonlySet<string> = new Set(['weights-in-force', 'lost-unweighted', 'routes-unowned', 'probe-names'])

/** Outcomes of the set-up that are told one by one, and the centers of which nothing could be asked. */
function told({ setup, diagnoses }: Checkup): { readonly shown: Checkup['setup']; readonly hidden: readonly string[] } {
  const blocked = new Set(setup.flatMap(({ check, state, center }) => (state === 'failed' && BLOCKING.has(check) ? (center ?? []) : [])))
  const explained = new Set(diagnoses.flatMap(({ signs, causes }) => [...signs, ...causes]).map(({ check }) => check))
  const follows = ({ state, center }: Checkup['setup'][number]): boolean =>
    state === 'inconclusive' && center !== undefined && blocked.has(center)
  return {
    shown: setup.filter((one) => !follows(one) && !(EXPLAINING.has(one.check) && explained.has(one.check))),
    hidden: [...new Set(setup.filter(follows).flatMap(({ center }) => center ?? []))],
  }
}

function diagnosisLines(
  { symptom, state, signs, causes, blind }: Diagnosis,
  reading: CheckupReading,
  { width, wide, now }: DoctorScreenOptions,
  say: DoctorSay,
): readonly Line[] {
  const { language, symptomTitles } = reading
  const indented = (line: string, by: number, tone?: Tone): readonly Line[] =>
    wrap(line, width - by).map((one): Line => [' '.repeat(by), tone === undefined ? one : [tone, one]])
  const proof = ({ evidence }: Told<Cause>): readonly Line[] =>
    evidenceTexts(evidence, now, language)
      .slice(0, wide ? undefined : 1)
      .flatMap((one) => indented(one, 4, 'dim'))
  const short = (told: Told<Clue>): readonly Line[] => indented(`${place(told)}: ${linesOf(told.clue, reading)[0] ?? ''}`, 4)
  const title = symptomTitles[symptom]?.[language] ?? symptom
  const own = signs.filter((sign) => !causes.some((cause) => cause.check === sign.check && cause.reason === sign.reason))
  const [first, ...others] = gathered(causes, reading)
  const more = wide ? others : others.slice(0, SHOWN)
  return [
    ...wrap(say('headline', { title, state: say(state) }), width).map((one): Line => [[state === 'seen' ? 'bad' : 'strong', one]]),
    ...(own.length === 0
      ? []
      : [
          ...indented(say('signs'), 2),
          ...gathered(own, reading)
            .slice(0, wide ? undefined : 2)
            .flatMap(short),
        ]),
    ...(first === undefined
      ? indented(blind.length > 0 ? say('blind-nothing') : say('points-nowhere'), 2, 'warn')
      : [
          ...indented(say('likely', { place: place(first) }), 2, 'strong'),
          ...linesOf(first.clue, reading).flatMap((one) => indented(one, 4)),
          ...proof(first),
          ...indented(say('next', { command: unbroken(first.clue.mend) }), 4),
        ]),
    ...(more.length === 0
      ? []
      : [
          ...indented(say('others'), 2),
          ...more.flatMap((one) =>
            wide ? [...short(one), ...indented(say('next', { command: unbroken(one.clue.mend) }), 6, 'dim')] : short(one),
          ),
        ]),
    ...(others.length > more.length ? indented(say('more', { count: others.length - more.length }), 4, 'dim') : []),
    ...(blind.length === 0
      ? []
      : indented(
          say('blind', { list: blind.map(({ id, centers }) => `${id}${centers.length === 0 ? '' : ` ${centers.join('+')}`}`).join(', ') }),
          2,
          'dim',
        )),
  ]
}

/** The same said of several centers, or of several subjects of one, is said once. */
interface Told<T extends Clue> {
  readonly clue: T
  readonly centers: readonly string[]
  readonly subjects: readonly string[]
  readonly evidence: Clue['evidence']
}

function gathered<T extends Clue>(clues: readonly T[], reading: CheckupReading): readonly Told<T>[] {
  const groups = Map.groupBy(clues, (clue) => JSON.stringify([clue.check, linesOf(clue, reading)]))
  const each = (values: readonly (string | undefined)[]): readonly string[] => [...new Set(values.filter((one) => one !== undefined))]
  return [...groups.values()].flatMap((all) => {
    const [clue] = all
    return clue === undefined
      ? []
      : [
          {
            clue,
            centers: each(all.map(({ center }) => center)),
            subjects: each(all.map(({ subject }) => subject)),
            evidence: all.flatMap((one) => one.evidence),
          },
        ]
  })
}

function place({ clue: { id }, centers, subjects }: Told<Clue>): string {
  const [subject] = subjects
  const where = [centers.join(', '), subjects.length === 1 ? subject : undefined]
    .filter((one) => one !== undefined && one !== '')
    .join(': ')
  return `${id}${where === '' ? '' : ` ${where}`}`
}

/** What and why; the command of the cause stands in the place of the next. */
function linesOf({ reason, facts }: Clue, { phrasebook, language }: CheckupReading): readonly string[] {
  return phrasebook
    .lookup(reason, facts, language)
    .split('\n')
    .filter((line) => !/^(Next: |下一步：)/.test(line))
}
