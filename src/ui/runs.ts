import type { JournalRecord } from '../domain/record.ts'
import type { Language } from '../domain/words.ts'
import type { RunSummary } from '../ports/journals.ts'
import { dateTime } from '../report/figures.ts'
import { reportFacts } from '../report/facts.ts'
import { paramsText } from '../report/params-text.ts'
import { closingLines } from './closing.ts'
import { type ScreenOptions, titleLine } from './decision-screen.ts'
import type { Line, Segment } from './line.ts'
import { momentLines } from './run-lines.ts'
import { table } from './table.ts'
import { unbroken, wrap } from './wrap.ts'
import { speaker } from './words.ts'

/** `runs list`: newest first as given. */
export function runsTable(
  summaries: readonly RunSummary[],
  { language, width }: { readonly language: Language; readonly width?: number },
): readonly Line[] {
  const say = speaker(language)
  if (summaries.length === 0) return [[say('no-runs')]]
  const rows = summaries.map(({ run, verb, started, params, exit, state }): readonly Segment[] => [
    ['name', run],
    verb,
    dateTime(started),
    paramsText(params),
    [state === 'ended' ? 'dim' : state === 'damaged' ? 'bad' : 'warn', say(state)],
    exit === undefined ? '-' : [exit === 0 ? 'good' : 'warn', String(exit)],
  ])
  return table(
    [
      { title: say('RUN') },
      { title: say('VERB') },
      { title: say('STARTED') },
      { title: say('WHAT') },
      { title: say('STATE') },
      { title: say('EXIT'), align: 'right' },
    ],
    rows,
    width === undefined ? {} : { width },
  )
}

/** `runs show RUN`: its title, every moment in time, and its last words. */
export function runShow(records: readonly JournalRecord[], options: ScreenOptions): readonly Line[] {
  const say = speaker(options.language)
  const facts = reportFacts(records)
  const { started, ended, recovery, findings, checks, lab } = facts
  const observed = facts.observed.at(-1)
  const planned = facts.plans.findLast(({ changes, deferred }) => changes.length > 0 || deferred.length > 0) ?? facts.plans.at(-1)
  const story = {
    started,
    ...(observed ? { observed } : {}),
    ...(planned ? { planned } : {}),
    ...(recovery ? { recovery } : {}),
    findings,
    checks,
  }
  return [
    titleLine({ started, ...(lab === undefined ? {} : { lab }) }, options),
    [
      [
        'dim',
        `${dateTime(started.at)} UTC · ${say('by', { user: started.actor.user, host: started.actor.host })} · ${say('journal-line', { records: facts.journal.records, hash: facts.journal.hash.slice(0, 12) })}`,
      ],
    ],
    [],
    ...facts.moments.flatMap((moment) => momentLines(moment, options)),
    [],
    ...(ended === undefined
      ? wrap(say('unfinished-line', { command: unbroken(`tricenter resume ${started.run}`) }), options.width).map((line): Line => [line])
      : [
          ...closingLines({ ...story, ended }, options),
          [['dim', say('exit-line', { exit: ended.exit, world: ended.outcome.world })] as const],
        ]),
  ]
}
