import type { Recovery } from '../domain/record.ts'
import type { Language } from '../domain/words.ts'
import { count, listed, seconds } from '../report/figures.ts'
import type { Say } from './words.ts'

/** The recovery time as one sentence: never a figure without its start and its resolution. */
export function recoveryText(recovery: Recovery, say: Say, language: Language): string {
  const zh = language === 'zh'
  const time = (ms: number) => seconds(ms, language)
  const facts = { through: listed(recovery.through, language), total: recovery.total === undefined ? '' : time(recovery.total) }
  const lead = !recovery.recovered
    ? say('not-recovered', facts)
    : recovery.start === 'none' || recovery.total === undefined
      ? say('recovered-none', facts)
      : say(recovery.start === 'probe' ? 'recovered-least' : 'recovered', facts)
  const notes = [targetText(recovery, say, language), ...startNote(recovery, say)].join(zh ? '，' : ', ')
  const parts = partsOf(recovery, say, language)
  const resolution = say('resolution', { time: time(recovery.resolution) })
  return zh
    ? `${lead}（${notes}）${parts === '' ? '' : `：${parts}`}，${resolution}。`
    : `${lead} (${notes})${parts === '' ? ', ' : `: ${parts}; `}${resolution}.`
}

/** `RTO 6.1 s (target 30 s), resolution 0.05 s.` */
export function rtoText(recovery: Recovery, say: Say, language: Language): string {
  if (!recovery.recovered || recovery.total === undefined) return recoveryText(recovery, say, language)
  const rto = say('rto-drill', { total: seconds(recovery.total, language) })
  const notes = [targetText(recovery, say, language), ...startNote(recovery, say)]
  const resolution = say('resolution', { time: seconds(recovery.resolution, language) })
  return language === 'zh' ? `${rto}（${notes.join('，')}），${resolution}。` : `${rto} (${notes.join(', ')}), ${resolution}.`
}

/** How many requests failed before the last write, and after. */
export function failedText({ failedBefore, failedAfter }: Recovery, say: Say): string {
  return say('failed-requests', { before: count(failedBefore), after: count(failedAfter) })
}

function targetText({ target, withinTarget }: Recovery, say: Say, language: Language): string {
  return say(withinTarget === false ? 'target-missed' : 'target', { target: seconds(target, language) })
}

function startNote({ start }: Recovery, say: Say): readonly string[] {
  return start === 'since' ? [say('start-since')] : start === 'probe' ? [say('start-probe')] : []
}

function partsOf({ detect, decide, apply, prove }: Recovery, say: Say, language: Language): string {
  return Object.entries({ detect, decide, apply, prove })
    .flatMap(([part, ms]) => (ms === undefined ? [] : [say(part as 'detect', { time: seconds(ms, language) })]))
    .join(' · ')
}
