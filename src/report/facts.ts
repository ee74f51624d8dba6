import type { Change, Deferred } from '../domain/change.ts'
import type { Finding } from '../domain/finding.ts'
import type { Actor, CenterLoad, CheckResult, JournalRecord, Recovery, RunStarted, Sampled, SituationInForce } from '../domain/record.ts'
import { createTimeline, type Moment } from './timeline.ts'
import { weightTable, type WeightRow } from './weight-table.ts'
import { arrived, type Write, writesOf } from './writes.ts'

type Type<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>

/** Everything that a report tells of one run, drawn from its records alone. Times in ms since the run began. */
export interface ReportFacts {
  readonly started: Type<'run-started'>
  /** `lab, embedded API` where a lab's marker was seen. */
  readonly lab?: string
  /** Absent: the run has not ended. */
  readonly ended?: Type<'run-ended'>
  readonly recovery?: Recovery
  readonly marks: readonly TimeMark[]
  readonly samples: readonly Sampled[]
  readonly moments: readonly Moment[]
  readonly weights: readonly WeightRow[]
  readonly plans: readonly Type<'planned'>[]
  readonly load: readonly CenterLoad[]
  /** Each once, in the order in which they were found. */
  readonly findings: readonly Finding[]
  readonly gates: readonly Type<'gated'>[]
  readonly checks: readonly CheckResult[]
  /** What Prometheus counted beside the clients' probes; newest last. */
  readonly witnessed: readonly Type<'witnessed'>[]
  readonly answers: readonly Type<'answered'>[]
  readonly takenUp: readonly { readonly actor: Actor; readonly how: string; readonly at: string }[]
  readonly writes: readonly Write[]
  readonly deferred: readonly Deferred[]
  readonly steps: readonly StepFacts[]
  readonly observed: readonly Type<'observed'>[]
  readonly situation?: SituationInForce
  readonly journal: { readonly records: number; readonly hash: string; readonly last: string }
}

export interface TimeMark {
  readonly kind: 'fault' | 'first-failure' | 'detected' | 'decided' | 'applied' | 'recovered' | 'restored'
  readonly ms: number
}

export interface StepFacts {
  readonly step: string
  readonly title: Readonly<Record<'en' | 'zh', string>>
  readonly at: string
  readonly ms: number
  readonly took?: number
  readonly result?: Type<'step-ended'>['result']
}

/** Folds the records of one run, which begin with `run-started`. Throws when they do not. */
export function reportFacts(records: readonly JournalRecord[]): ReportFacts {
  const started = records[0]
  if (started?.type !== 'run-started') throw new Error('a journal begins with run-started')
  const of = <T extends JournalRecord['type']>(type: T) => records.filter((record): record is Type<T> => record.type === type)
  const ended = of('run-ended').at(-1)
  const plans = of('planned')
  const gates = of('gated')
  const writes = writesOf(records)
  const recovery = of('recovered').at(-1)
  const timeline = createTimeline()
  const last = records.at(-1) ?? started
  const situation = of('observed').at(-1)?.situation
  const lab = of('lab-seen').at(-1)?.lab
  // What is not known stands beside its figure; what differs is a finding.
  const disagreements = of('witnessed').flatMap(({ findings }) => findings.filter(({ reason }) => reason !== 'witness-gap'))
  return {
    started,
    ...(lab === undefined ? {} : { lab }),
    ...(ended ? { ended } : {}),
    ...(recovery ? { recovery: recovery.recovery } : {}),
    marks: timeMarks(started, writes, of('recovered').find((record) => record.recovery.recovered) ?? recovery, of('answered').at(0)?.ms),
    samples: of('sampled'),
    moments: records.flatMap((record) => timeline(record)),
    weights: weightTable(writes),
    plans,
    load: plans.findLast(({ load }) => load.length > 0)?.load ?? [],
    findings: distinct([
      ...plans.flatMap(({ findings }) => findings),
      ...of('found').flatMap(({ findings }) => findings),
      ...disagreements,
    ]),
    gates,
    checks: gates.flatMap(({ checks }) => checks),
    witnessed: of('witnessed'),
    answers: of('answered'),
    takenUp: of('run-resumed'),
    writes,
    deferred: ended?.deferred ?? of('deferred').flatMap(({ deferred }) => deferred),
    steps: stepsOf(of('step-started'), of('step-ended')),
    observed: of('observed'),
    ...(situation ? { situation } : {}),
    journal: { records: records.length, hash: last.hash, last: last.at },
  }
}

function isFault({ intent }: Change): boolean {
  return (intent.kind === 'replicas' && intent.mark !== null) || (intent.kind === 'lab-fault' && intent.fault !== null)
}

function isRestore({ intent }: Change): boolean {
  return (intent.kind === 'replicas' && intent.mark === null) || (intent.kind === 'lab-fault' && intent.fault === null)
}

/**
 * Where the clock's parts lie on the run's time. `applied` is the last weight that was written before clients had recovered; `prove` leads from it to the
 * recovery, the total back from there to the start, and the other parts forward from that.
 */
function timeMarks(
  started: RunStarted,
  writes: readonly Write[],
  recovered: Type<'recovered'> | undefined,
  answeredMs: number | undefined,
): readonly TimeMark[] {
  const when = (write: Write) => write.written?.ms ?? write.ms
  const done = writes.filter(arrived)
  const fault = done.find(({ change }) => isFault(change))
  const applied = done.findLast(
    (write) => write.change.intent.kind === 'weights' && (recovered === undefined || when(write) <= recovered.ms),
  )
  const marks: TimeMark[] = fault === undefined ? [] : [{ kind: 'fault', ms: when(fault) }]
  const { recovered: proved, start, total, detect, decide, prove } = recovered?.recovery ?? {}
  if (applied !== undefined) {
    const end = proved === true && prove !== undefined ? when(applied) + prove : undefined
    const begin = end === undefined || total === undefined || start === 'none' ? undefined : end - total
    if (begin !== undefined) marks.push({ kind: 'first-failure', ms: begin })
    if (begin !== undefined && detect !== undefined) marks.push({ kind: 'detected', ms: begin + detect })
    if (begin !== undefined && detect !== undefined && decide !== undefined) marks.push({ kind: 'decided', ms: begin + detect + decide })
    else if (answeredMs !== undefined) marks.push({ kind: 'decided', ms: answeredMs })
    marks.push({ kind: 'applied', ms: when(applied) })
    if (end !== undefined) marks.push({ kind: 'recovered', ms: end })
  }
  const restored = started.verb === 'drill' && done.some(({ change }) => isRestore(change)) ? done.at(-1) : undefined
  if (restored !== undefined) marks.push({ kind: 'restored', ms: when(restored) })
  return marks
}

function stepsOf(begun: readonly Type<'step-started'>[], ended: readonly Type<'step-ended'>[]): readonly StepFacts[] {
  return begun.map((record) => {
    const end = ended.find(({ step, n }) => step === record.step && n > record.n)
    return { step: record.step, title: record.title, at: record.at, ms: record.ms, ...(end ? { took: end.took, result: end.result } : {}) }
  })
}

function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()]
}
