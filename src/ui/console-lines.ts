import type { Readable, Writable } from 'node:stream'
import type { Finding } from '../domain/finding.ts'
import type { CheckResult, JournalRecord, Progress, Question, Recovery, RunEvent } from '../domain/record.ts'
import type { Console } from '../ports/console.ts'
import { createTimeline, type Moment } from '../report/timeline.ts'
import { closingLines } from './closing.ts'
import type { Paint } from './color.ts'
import { type Decision, decisionScreen, type ScreenOptions, titleLine } from './decision-screen.ts'
import { deployScreen } from './deploy-screen.ts'
import { createDrillStory } from './drill-story.ts'
import { type Line, padded, renderLine, renderLines } from './line.ts'
import { type Answer, preparedAnswer, type Prepared } from './prepared-answer.ts'
import { askTerminal } from './question.ts'
import { momentLines } from './run-lines.ts'
import { createSink } from './sink.ts'
import { wrap } from './wrap.ts'
import { clockTime } from '../report/figures.ts'
import { speaker } from './words.ts'

export interface LinesConsoleOptions extends ScreenOptions {
  readonly paint: Paint
  /** stderr. */
  readonly output: Writable
  readonly input: Readable
  /** Both stdin and stderr are terminals: only then is anybody asked. */
  readonly terminal: boolean
  readonly prepared: Prepared
  /** Records of a run that is taken up again: known, and not told once more. */
  readonly history?: readonly JournalRecord[]
  /** What Ctrl-C does while a question is open; by default the process gets SIGINT, as it would anywhere else. */
  readonly interrupt?: () => void
  /** Wall clock (ISO 8601, UTC) for progress, which carries no time. */
  readonly now?: () => string
}

export interface LinesConsole extends Console {
  /** The last line: where the report is. */
  reported(path: string): void
}

/** Plain, calm lines: the decision screen, then one line for each change of state, then what came of it. */
export function createLinesConsole(options: LinesConsoleOptions): LinesConsole {
  const say = speaker(options.language)
  const sink = createSink(options.output)
  const timeline = createTimeline()
  const findings: Finding[] = []
  const checks: CheckResult[] = []
  let decision: Decision | undefined
  let recovery: Recovery | undefined
  let drill: ((record: JournalRecord) => readonly Line[]) | undefined
  let shown: 'nothing' | 'title' | 'screen' = 'nothing'
  let talking = false
  /** A prompt stands open on the last line. */
  let prompting = false
  /** The last line was empty. */
  let parted = false

  function print(lines: readonly Line[]): void {
    if (lines.length === 0) return
    if (prompting) sink.write('\n')
    prompting = false
    sink.write(renderLines(lines, options.paint))
    parted = lines.at(-1)?.length === 0
  }

  /** Keeps what later lines are made of. */
  function learn(record: JournalRecord): void {
    switch (record.type) {
      case 'run-started':
        decision = { started: record }
        if (record.verb === 'drill') drill = createDrillStory(record, options)
        return
      case 'lab-seen':
        if (decision !== undefined) decision = { ...decision, lab: record.lab }
        return
      case 'observed':
        if (decision !== undefined) decision = { ...decision, observed: record }
        return
      case 'planned':
        if (decision !== undefined && (shown !== 'screen' || record.deferred.length > 0)) decision = { ...decision, planned: record }
        findings.push(...record.findings)
        return
      case 'found':
        findings.push(...record.findings)
        return
      case 'gated':
        checks.push(...record.checks)
        return
      case 'recovered':
        recovery = record.recovery
        return
      default:
    }
  }

  function showScreen(): void {
    if (decision === undefined || shown === 'screen') return
    const screen = screenOf(decision, options)
    print([...(shown === 'title' ? screen.slice(1) : screen), []])
    shown = 'screen'
  }

  function showTitle(): void {
    if (decision === undefined || shown !== 'nothing') return
    print([titleLine(decision, options)])
    shown = 'title'
  }

  function tellRecord(record: JournalRecord): void {
    learn(record)
    const moments = timeline(record)
    if (record.type === 'run-ended') {
      if (drill === undefined) print(moments.filter(worthALine).flatMap((moment) => momentLines(moment, options)))
      if (decision === undefined) return
      // What refuses a deploy is seen best with its releases side by side.
      if (record.outcome.answer === 'refused' && decision.planned?.deploy !== undefined) showScreen()
      if (shown !== 'nothing' && !parted) print([[]])
      print(closingLines({ ...decision, ended: record, ...(recovery ? { recovery } : {}), findings, checks }, options))
      return
    }
    if (drill !== undefined) {
      if (record.type === 'step-started') showTitle()
      print([...moments.filter(isAlarm).flatMap((moment) => momentLines(moment, options)), ...drill(record)])
      return
    }
    if (record.type === 'intended') showScreen()
    print(moments.filter((moment) => worthALine(moment)).flatMap((moment) => momentLines(moment, options)))
  }

  function worthALine(moment: Moment): boolean {
    if (isAlarm(moment)) return true
    switch (moment.label) {
      case 'step':
        return decision?.started.runbook.mode !== 'emergency' && shown === 'screen'
      case 'deferred':
        return !(decision?.planned?.deferred ?? []).some(({ center }) => center === moment.facts['center'])
      case 'decided':
      case 'applied':
      case 'held':
      case 'not-recovered':
        return true
      case 'not-held':
      case 'cannot-tell':
        // The gate has said why; that its step ended so adds nothing.
        return moment.says.length > 0
      default:
        return false
    }
  }

  function tellProgress(progress: Progress): void {
    const label = progress.kind === 'interrupted' ? 'interrupting' : progress.kind
    const lead: Line = [
      ['dim', padded(clockTime(options.now?.() ?? new Date().toISOString()), 10)],
      [progress.kind === 'interrupted' ? 'warn' : 'dim', padded(say(label), 11)],
      ' ',
    ]
    const text = options.phrasebook.lookup(progress.reason, progress.facts, options.language).replaceAll('\n', ' ')
    print(wrap(text, options.width - 22).map((line, i): Line => (i === 0 ? [...lead, ['dim', line]] : [' '.repeat(22), ['dim', line]])))
  }

  async function ask(question: Question, signal: AbortSignal): Promise<Answer | undefined> {
    const prepared = preparedAnswer(question, options.prepared)
    const asking = prepared === undefined && options.terminal
    if (drill === undefined || asking) showScreen()
    if (!asking) return prepared
    const own = question.facts[options.language]
    const words =
      typeof own === 'string'
        ? own
        : options.phrasebook.has(question.reason)
          ? options.phrasebook.lookup(question.reason, question.facts, options.language)
          : ''
    if (words !== '') print(words.split('\n').flatMap((text) => wrap(text, options.width).map((line): Line => [line])))
    const verb = decision?.started.verb
    const key =
      question.kind === 'yes-no'
        ? 'ask-yes'
        : verb === 'failover' || verb === 'failback' || verb === 'drill' || verb === 'deploy'
          ? (`ask-${verb}` as const)
          : 'ask-value'
    const prompt = say(key, question.kind === 'type-value' ? { value: question.value } : {})
    const interrupt = options.interrupt ?? (() => process.kill(process.pid, 'SIGINT'))
    prompting = true
    const answer = await askTerminal(
      `${renderLine([['strong', prompt.trimEnd()]], options.paint)} `,
      options.input,
      options.output,
      signal,
      interrupt,
    )
    if (answer !== undefined) prompting = false
    print([[]])
    return answer
  }

  function guarded(task: () => void): void {
    if (talking) return
    talking = true
    try {
      task()
    } catch {
      // The console cannot stop a switch: what it could not draw is in the journal.
    } finally {
      talking = false
    }
  }

  for (const record of options.history ?? []) {
    learn(record)
    timeline(record)
    shown = 'screen'
  }

  return {
    tell(event: RunEvent) {
      guarded(() => (event.type === 'progress' ? tellProgress(event) : tellRecord(event)))
    },
    ask,
    reported(path) {
      guarded(() => print(wrap(say('report', { path }), options.width).map((line): Line => [line])))
    },
  }
}

function screenOf(decision: Decision, options: ScreenOptions): readonly Line[] {
  const { planned } = decision
  const deploy = planned?.deploy
  return planned === undefined || deploy === undefined
    ? decisionScreen(decision, options)
    : deployScreen(titleLine(decision, options), decision, { ...planned, deploy }, options)
}

/** What is told in any run, at once. */
function isAlarm({ label }: Moment): boolean {
  return ['conflict', 'rejected', 'uncertain', 'found', 'signal', 'resumed'].includes(label)
}
