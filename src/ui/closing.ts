import type { Deferred } from '../domain/change.ts'
import type { Finding } from '../domain/finding.ts'
import type { CheckResult, Recovery, RunEnded } from '../domain/record.ts'
import { entriesNotMoved, entryText, findingLines, type Decision, type ScreenOptions } from './decision-screen.ts'
import { foldFindings } from './fold-findings.ts'
import type { Line } from './line.ts'
import { failedText, recoveryText, rtoText } from './recovery-text.ts'
import { unbroken, wrap } from './wrap.ts'
import { type Say, speaker } from './words.ts'

/** What the last lines are made of. `findings` and `checks` are all of the run's. */
export interface Ending extends Decision {
  readonly ended: RunEnded
  readonly recovery?: Recovery
  readonly findings: readonly Finding[]
  readonly checks: readonly CheckResult[]
}

/** Guards that no person can override: the command line would only fail again. */
const FIXED: ReadonlySet<string> = new Set(['identity', 'all-zero', 'no-survivor', 'duplicate-backend', 'not-latest', 'stale-plan'])

/** The last words of a run: verdict, recovery time, what was not moved, what is owed, what to do next; the most actionable line last. */
export function closingLines(ending: Ending, options: ScreenOptions): readonly Line[] {
  const say = speaker(options.language)
  const { started, ended, recovery } = ending
  const { answer, world } = ended.outcome
  if (answer === 'refused') return refusalLines(ending, options, say)
  const verdict = verdictText(ending, options, say)
  const why = reasonText(ending, options)
  const happened =
    world === 'untouched' && answer !== 'yes'
      ? [say('world-untouched')]
      : world === 'restored' && answer !== 'yes' && started.verb === 'drill'
        ? [say('world-restored-drill')]
        : []
  const told =
    recovery === undefined || world === 'untouched'
      ? []
      : started.verb === 'drill'
        ? [rtoText(recovery, say, options.language), failedText(recovery, say)]
        : [recoveryText(recovery, say, options.language)]
  const ledger = ending.checks
    .filter(({ facts }) => 'acknowledged' in facts)
    .map(({ reason, facts }) => sentence(options.phrasebook.lookup(reason, facts, options.language), options))
  const left = ending.findings
    .filter(({ effect }) => effect === 'leave')
    .flatMap((finding) => findingLines(finding, options.phrasebook, options.language, options.width))
  const entries =
    world === 'untouched'
      ? []
      : entriesNotMoved(ending).map((center) => entryText(started.topology, center, 'entry-not-moved', say, options.language))
  const tone =
    answer === 'yes' && world !== 'partial' ? 'good' : answer === 'no' || world === 'partial' || answer === 'failed' ? 'bad' : 'warn'
  const lead = [verdict, ...why, ...happened, ...told, ...ledger].join(options.language === 'zh' ? '' : ' ')
  return [
    ...wrap(lead, options.width).map((text, i): Line =>
      i === 0 && text.startsWith(verdict) ? [[tone, verdict], text.slice(verdict.length)] : [text],
    ),
    ...left,
    ...[...entries, ...ended.deferred.flatMap((duty) => deferredTexts(duty, ended, say))].flatMap((text) =>
      wrap(text, options.width).map((line): Line => [line]),
    ),
    ...nextLines(ended, say),
  ]
}

function verdictText({ started, ended }: Ending, { phrasebook, language }: ScreenOptions, say: Say): string {
  const { answer, world } = ended.outcome
  const drill = started.verb === 'drill'
  if (typeof answer === 'object')
    return world === 'partial'
      ? `${say('interrupted', { signal: answer.signal })} ${say('stopped-partial')}`
      : say('interrupted', { signal: answer.signal })
  if (answer === 'bug' || answer === 'usage') return say(answer)
  if (world === 'partial') return say(drill ? 'not-restored' : answer === 'yes' ? 'left-over' : 'stopped-partial')
  switch (answer) {
    case 'yes': {
      if (world !== 'untouched') return say(`done-${started.verb}`)
      const why = phrasebook.lookup(ended.reason, ended.facts, language)
      const nothing = say('nothing')
      return why.startsWith(nothing) ? why : `${nothing}${language === 'zh' ? '：' : ': '}${why}`
    }
    case 'no':
      return say(drill ? 'no-drill' : 'no')
    case 'unreachable':
      return say(world === 'untouched' ? 'could-not-begin' : 'part-unreachable')
    case 'inconclusive':
      return say(drill ? 'inconclusive-drill' : world === 'as-planned' ? 'inconclusive-stands' : 'inconclusive')
    default:
      return say(world === 'restored' ? 'stopped-restored' : 'stopped-partial')
  }
}

/** Why, where the verdict does not say it already. A reason without words is shown as it is when something went wrong. */
function reasonText({ ended }: Ending, options: ScreenOptions): readonly string[] {
  if (ended.outcome.answer === 'yes' && ended.outcome.world !== 'partial') return []
  const { reason, facts } = ended
  return [sentence(options.phrasebook.lookup(reason, facts, options.language).replaceAll('\n', ' '), options)]
}

function sentence(text: string, { language }: ScreenOptions): string {
  return /[.。!?！？)）:：]$/.test(text) ? text : `${text}${language === 'zh' ? '。' : '.'}`
}

function refusalLines(ending: Ending, options: ScreenOptions, say: Say): readonly Line[] {
  const { started, ended } = ending
  const { phrasebook, language, width } = options
  const all = ending.findings.filter(({ effect, overridden }) => effect === 'refuse' && overridden === undefined)
  const refusing = ending.planned?.deploy === undefined ? all.map((one) => ({ ...one, lead: '' })) : foldFindings(all, [])
  const will = say(`will-not-${started.verb}`)
  const colon = language === 'zh' ? '：' : ': '
  const texts =
    refusing.length === 0
      ? [phrasebook.lookup(ended.reason, ended.facts, language)]
      : refusing.map(
          ({ guard, reason, facts, lead }) =>
            `${guard === undefined ? '' : `${guard}${language === 'zh' ? '：' : '. '}`}${lead}${phrasebook.lookup(reason, facts, language)}`,
        )
  const [first = '', ...others] = texts.flatMap((text) => text.split('\n'))
  const whole = /^(Will not|不会|拒绝|停止)/.test(first)
  const head = wrap(whole ? first : `${will}${colon}${first}`, width)
  const said = /Nothing was changed|未做任何/.test(texts.join(' '))
  const fixed = (guard: string): boolean => FIXED.has(guard) || (guard === 'locked' && started.verb !== 'failover')
  const guards = [
    ...new Set(refusing.flatMap((one) => (one.guard === undefined || one.fixed === true || fixed(one.guard) ? [] : [one.guard]))),
  ]
  return [
    ...head.map((text, i): Line => (i === 0 ? (whole ? [['bad', text]] : [['bad', will], text.slice(will.length)]) : [text])),
    ...others.flatMap((text) => wrap(text, width - 2).map((line): Line => [`  ${line}`])),
    ...(ended.outcome.world === 'untouched' && !said ? [[say('world-untouched')]] : []),
    ...(guards.length === 0
      ? []
      : wrap(
          say('override-line', { flags: unbroken(`${guards.map((guard) => `--override ${guard}`).join(' ')} --reason "…"`) }),
          width,
        ).map((line): Line => [line])),
    ...nextLines(ended, say),
  ]
}

function deferredTexts({ center, rules }: Deferred, { next }: RunEnded, say: Say): readonly string[] {
  const command = next.find((one) => waitsFor(one, center)) ?? `tricenter sync --center ${center} --wait`
  return [say('deferred-closing', { center, rules, command: unbroken(command) })]
}

function waitsFor(command: string, center: string): boolean {
  return command.startsWith('tricenter sync') && command.includes(center)
}

/** Commands to paste, the most useful last; those that the deferred duty has named already are not said twice. */
function nextLines({ next, deferred }: RunEnded, say: Say): readonly Line[] {
  return next
    .filter((command) => !deferred.some(({ center }) => waitsFor(command, center)))
    .toReversed()
    .map((command): Line => [say('next', { command: '' }), ['strong', command]])
}
