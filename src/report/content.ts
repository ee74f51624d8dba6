import type { Finding } from '../domain/finding.ts'
import { percent } from '../domain/percent.ts'
import type { Recovery } from '../domain/record.ts'
import type { Language } from '../domain/words.ts'
import { drillEvidence } from './drill-evidence.ts'
import type { ReportFacts } from './facts.ts'
import { clockTime, count, dateTime, elapsed, listed, seconds } from './figures.ts'
import type { Part, ReportContent, Section } from './parts.ts'
import { paramsText } from './params-text.ts'
import { type Phrasebook, spoken } from './phrasebook.ts'
import { type ReportSay, reportSpeaker } from './report-words.ts'
import { labelWords, momentWords, objectName, type Moment, paceOf } from './timeline.ts'
import type { WeightRow } from './weight-table.ts'
import { witnessParts } from './witnesses.ts'
import type { Write } from './writes.ts'

export function reportContent(facts: ReportFacts, language: Language, phrasebook: Phrasebook): ReportContent {
  const say = reportSpeaker(language)
  const words = (of: Pick<Finding, 'reason' | 'facts'>) => phrasebook.lookup(of.reason, of.facts, language).replaceAll('\n', ' ')
  const { started, ended, recovery } = facts
  const verdict = verdictOf(facts, say)
  const rto = recovery === undefined ? undefined : rtoLine(recovery, say, language)
  const summary = recovery === undefined ? [] : recoveryLines(recovery, say, language)
  const why = ended === undefined || ended.outcome.answer === 'yes' ? [] : [words(ended)]
  const section = (word: Parameters<ReportSay>[0], ...parts: readonly Part[]): Section => ({ title: say(word), parts })
  return {
    title: `${started.runbook.name} ${started.run}`,
    headline: [verdict.text, ...(rto === undefined ? [] : [rto])].join(' · '),
    tone: verdict.tone,
    lines: [...why, ...summary],
    about: about(facts, say),
    sections: [
      section('h-clients', { kind: 'plots' }),
      ...(started.verb === 'drill'
        ? [{ title: say('h-evidence'), parts: drillEvidence(facts, { verdict: verdict.text, rto, say, language, words }) }]
        : []),
      ...(facts.witnessed.length === 0 ? [] : [section('h-witnesses', ...witnessParts(facts.witnessed, say, language, words))]),
      section('h-timeline', {
        kind: 'table',
        head: [say('time'), say('elapsed'), '', say('what'), say('took')],
        rows: facts.moments.map((moment) => momentRow(moment, language, words)),
        right: [1, 4],
      }),
      ...(facts.weights.length === 0 && ofReleases(facts)
        ? []
        : [
            section(
              'h-weights',
              { kind: 'text', text: say('by-center', { centers: started.topology.centers.map(({ name }) => name).join(' / ') }) },
              weightsPart(facts.weights, facts, say),
            ),
          ]),
      section('h-guards', ...guardParts(facts, say, words)),
      ...(facts.load.length === 0 ? [] : [section('h-load', loadPart(facts, say, language))]),
      ...(facts.checks.length === 0
        ? []
        : [
            section('h-checks', {
              kind: 'table',
              head: [say('check'), say('center'), say('verdict'), say('says')],
              rows: facts.checks.map((check) => [check.check, check.center ?? '', say(check.verdict), words(check)]),
            }),
          ]),
      section('h-decisions', { kind: 'list', items: decisions(facts, say) }),
      section('h-writes', facts.writes.length === 0 ? { kind: 'text', text: say('no-writes') } : writesPart(facts.writes, say, language)),
      section(
        'h-deferred',
        facts.deferred.length === 0
          ? { kind: 'text', text: say('no-deferred') }
          : {
              kind: 'list',
              items: facts.deferred.map(({ center, rules, why: reason }) => say('deferred-line', { center, rules, why: reason })),
            },
      ),
      section(
        'h-journal',
        { kind: 'text', text: say('journal-line', { ...facts.journal }) },
        { kind: 'text', text: say('journal-check', { run: started.run }) },
      ),
      ...(ended === undefined || ended.next.length === 0 ? [] : [section('h-next', { kind: 'commands', commands: ended.next })]),
    ],
  }
}

/** Of releases, not of weights: only a drained deploy moves both. */
function ofReleases({ started }: ReportFacts): boolean {
  return started.runbook.name === 'deploy' || started.runbook.name === 'undo-deploy'
}

function verdictOf({ started, ended }: ReportFacts, say: ReportSay): { readonly text: string; readonly tone: ReportContent['tone'] } {
  if (ended === undefined) return { text: say('verdict-open'), tone: 'warn' }
  const { answer, world } = ended.outcome
  const drill = started.verb === 'drill'
  const text =
    typeof answer === 'object'
      ? say('verdict-signal', { signal: answer.signal })
      : answer === 'yes'
        ? say(world === 'untouched' ? 'verdict-nothing' : drill ? 'verdict-held' : 'verdict-yes')
        : say(answer === 'no' && drill ? 'verdict-not-held' : `verdict-${answer}`)
  const tone =
    world === 'partial' || answer === 'no' || answer === 'failed' || answer === 'bug' ? 'bad' : answer === 'yes' ? 'good' : 'warn'
  return {
    text: [
      text,
      ...(ended.outcome.answer === 'yes' && world !== 'restored' && world !== 'partial'
        ? []
        : [say(world === 'restored' && !drill ? 'brought-back' : world)]),
    ].join(say('comma')),
    tone,
  }
}

/** Never a figure without its target, its start and, in the lines below it, its resolution. */
function rtoLine(recovery: Recovery, say: ReportSay, language: Language): string {
  const target = seconds(recovery.target, language)
  if (!recovery.recovered) return say('rto-not', { target })
  if (recovery.start === 'none' || recovery.total === undefined) return say('rto-none')
  const total = seconds(recovery.total, language)
  if (recovery.start === 'probe') return say('rto-least', { total, target })
  return say('rto', { total, target, judged: recovery.withinTarget === undefined ? '' : say(recovery.withinTarget ? 'met' : 'missed') })
}

function recoveryLines(recovery: Recovery, say: ReportSay, language: Language): readonly string[] {
  const { detect, decide, apply, prove } = recovery
  const parts = Object.entries({ detect, decide, apply, prove }).flatMap(([part, ms]) =>
    ms === undefined ? [] : [say(part as 'detect', { time: seconds(ms, language) })],
  )
  return [
    [...parts, say('resolution', { time: seconds(recovery.resolution, language) })].join(' · '),
    [
      say(`start-${recovery.start}`),
      say('through', { centers: listed(recovery.through, language) }),
      say('failed', { before: count(recovery.failedBefore), after: count(recovery.failedAfter) }),
    ].join(' · '),
  ]
}

function about({ started, ended, lab }: ReportFacts, say: ReportSay): readonly (readonly [string, string])[] {
  const { user, host, pid } = started.actor
  return [
    [say('run'), started.run],
    [say('verb'), started.verb],
    [say('runbook'), started.runbook.name],
    [say('parameters'), paramsText(started.params)],
    [say('where'), lab === undefined ? say('where-clusters', { topology: started.topology.name }) : say('where-lab', { lab })],
    [say('began'), `${dateTime(started.at)} UTC`],
    ...(ended === undefined
      ? []
      : ([
          [say('endedAt'), `${dateTime(ended.at)} UTC`],
          [say('exit'), String(ended.exit)],
        ] as const)),
    [say('actor'), `${user}@${host} (${pid})`],
    [say('version'), `tricenter ${started.version}`],
  ]
}

function momentRow(moment: Moment, language: Language, words: (of: Pick<Finding, 'reason' | 'facts'>) => string): readonly string[] {
  const own = moment.reason === undefined ? [] : [spoken(momentWords[moment.reason], moment.facts, language)]
  const title = moment.title === undefined ? [] : [moment.title[language]]
  const step = moment.step === undefined || moment.title === undefined ? [] : [`(${moment.step})`]
  return [
    clockTime(moment.at),
    elapsed(moment.ms, language),
    labelWords[moment.label][language],
    [...paceOf(moment), ...title, ...step, ...own, ...moment.says.map(words)].join(' '),
    moment.took === undefined ? '' : seconds(moment.took, language),
  ]
}

/** Clusters in which a rule went the same way share a row. `50 / 50 / 0` is by center, in the order of the heading; `-`: the rule names no backend of it. */
function weightsPart(rows: readonly WeightRow[], { started }: ReportFacts, say: ReportSay): Part {
  if (rows.length === 0) return { kind: 'text', text: say('no-writes') }
  const centers = started.topology.centers.map(({ name }) => name)
  const figures = (weights: WeightRow['before']) =>
    Object.keys(weights).length === 1
      ? String(Object.values(weights)[0])
      : centers.map((name) => weights[name] ?? '-').join('\u00A0/\u00A0')
  const alike = Map.groupBy(rows, ({ object, where, before, during, after }) => JSON.stringify([object, where, before, during, after]))
  return {
    kind: 'table',
    head: [say('object'), say('rule'), say('cluster'), say('before'), say('during'), say('after')],
    rows: [...alike.values()].flatMap((group) =>
      group
        .slice(0, 1)
        .map((row) => [
          row.object,
          row.where,
          group.map(({ cluster }) => cluster).join(', '),
          figures(row.before),
          row.during.map(figures).join(' → ') || '-',
          figures(row.after),
        ]),
    ),
  }
}

function guardParts({ findings, started }: ReportFacts, say: ReportSay, words: (of: Finding) => string): readonly Part[] {
  if (findings.length === 0 && started.overrides.length === 0) return [{ kind: 'text', text: say('no-findings') }]
  const rows = findings.map((finding) => [
    finding.guard ?? '',
    finding.overridden === undefined ? say(finding.effect) : say('overridden', { reason: finding.overridden }),
    [finding.where.center, finding.where.route, finding.where.rule].filter((part) => part !== undefined).join(' '),
    words(finding),
    Object.entries(finding.facts)
      .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`)
      .join(' '),
  ])
  return [{ kind: 'table', head: [say('guard'), say('effect'), say('object'), say('says'), ''], rows }]
}

function loadPart({ load, started }: ReportFacts, say: ReportSay, language: Language): Part {
  const { margin } = started.topology.policy
  const rate = (value: number) => say('rate', { value: count(value) })
  return {
    kind: 'table',
    head: [say('center'), say('load'), say('capacity'), `× ${margin}`, say('source')],
    rows: load.map((one) => [
      one.center,
      rate(one.load),
      one.capacity === undefined ? say('not-set') : rate(one.capacity),
      one.capacity ? percent((one.load * margin) / one.capacity, 0, ' ') : '-',
      one.age === undefined ? say(one.source) : say('measured-ago', { age: seconds(one.age, language) }),
    ]),
    right: [1, 2, 3],
  }
}

function decisions({ answers, started, takenUp }: ReportFacts, say: ReportSay): readonly string[] {
  const { user, host } = started.actor
  const items = [
    ...started.overrides.map(({ guard, reason }) => `${clockTime(started.at)}  ${say('override-given', { user, host, guard, reason })}`),
    ...takenUp.map(({ actor, how, at }) => `${clockTime(at)}  ${say('taken-up', { user: actor.user, host: actor.host, how })}`),
    ...answers.map(
      ({ question, answer, by, at }) =>
        `${clockTime(at)}  ${say(`decided-by-${by}`, { user, host, answer })}${question.kind === 'type-value' ? ` (${say('asked-for', { value: question.value })})` : ''}`,
    ),
  ]
  return items.length === 0 ? [say('nobody-decided')] : items
}

function writesPart(writes: readonly Write[], say: ReportSay, language: Language): Part {
  return {
    kind: 'writes',
    head: [say('time'), say('cluster'), say('object'), say('outcome'), say('took')],
    writes: writes.map(({ change, written, at }) => ({
      cells: [
        clockTime(at),
        change.center,
        objectName(change),
        answerOf(written, say),
        written === undefined ? '' : seconds(written.took, language),
      ],
      patch: JSON.stringify(change.patch.length > 0 ? change.patch : change.intent, null, 2),
      summary:
        change.effect === 'release' ? change.edits.map(({ where }) => where).join(', ') : say('patch', { count: change.patch.length }),
    })),
  }
}

function answerOf(written: Write['written'], say: ReportSay): string {
  if (written === undefined) return say('unanswered')
  const answer = written.outcome === 'unknown' ? say('unknown-settled', { settled: written.settled ?? 'unknown' }) : say(written.outcome)
  return written.detail === undefined ? answer : `${answer}: ${written.detail}`
}
