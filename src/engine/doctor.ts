import type { Question } from '../checks/question.ts'
import { symptoms, type CausePattern, type Pattern, type Symptom } from '../checks/symptoms.ts'
import type { Cause, Checkup, Clue, Diagnosis, SymptomName } from '../domain/diagnosis.ts'
import type { Fault } from '../domain/fault.ts'
import { percent } from '../domain/percent.ts'
import { inOrder, type Topology } from '../domain/topology.ts'
import type { CheckOutcome, Conclusion, ConclusionState, Verification } from '../domain/verify.ts'
import { fill, type Words } from '../domain/words.ts'
import type { SplitReport } from './split.ts'

/** Of the set-up too, though `verify` asks them by themselves. */
const ALSO_SETUP: ReadonlySet<string> = new Set(['clocks-agree', 'gateway-answers'])

export interface ExamineOptions {
  readonly topology: Topology
  readonly verification: Verification
  /** What clients' requests showed, where some were sent. */
  readonly split?: SplitReport
  readonly asked?: SymptomName
  readonly probe: boolean
}

/** What a verification of everything, set-up included, means: faults of the set-up, and every symptom with its causes. Pure. */
export function examine({ topology, verification, split, asked, probe }: ExamineOptions): Checkup {
  const { unread, out, startedAt, took } = verification
  const outcomes = [...verification.outcomes, ...(split === undefined ? [] : splitOutcomes(split))]
  const setup = outcomes.filter(isSetup)
  const diagnoses = symptoms
    .filter(({ name }) => asked === undefined || name === asked)
    .map((symptom) => diagnose(symptom, outcomes, topology))
    .filter(({ state }) => asked !== undefined || state === 'seen')
  const told = new Set(diagnoses.flatMap(({ causes, signs }) => [...causes, ...signs]).map(({ check }) => check))
  const elsewhere = new Set(
    outcomes.filter((one) => one.state === 'failed' && !isSetup(one) && !told.has(one.check)).map(({ check }) => check),
  ).size
  return { setup, diagnoses, elsewhere, unread, out, startedAt, took, unprobed: !probe, ...(asked === undefined ? {} : { asked }) }
}

const isSetup = ({ group, check }: CheckOutcome): boolean => group === 'setup' || ALSO_SETUP.has(check)

/** Without a topology, or the files that it names, there is one answer, in the words of the fault or of every mistake in the file. */
export function unfounded(question: Question, fault: Fault, startedAt: number): Checkup {
  const { reason, facts, lines } = fault
  const said = lines === undefined ? { reason, facts } : { reason: 'file-mistake', facts: { lines: lines.join('\n') } }
  const conclusions: readonly Conclusion[] = [{ state: 'failed', ...said, evidence: [] }]
  return { setup: [outcomeOf(question, conclusions)], diagnoses: [], elsewhere: 0, unread: [], out: [], startedAt, took: 0, unprobed: true }
}

function outcomeOf({ name, id, group, level }: Question, conclusions: readonly Conclusion[]): CheckOutcome {
  return { check: name, id, group, level, state: 'failed', conclusions }
}

/** One symptom over everything that was concluded. */
function diagnose({ name, signs, causes }: Symptom, outcomes: readonly CheckOutcome[], topology: Topology): Diagnosis {
  const shown = signs.flatMap((sign) => matches(sign, outcomes))
  const measured = outcomes.some(
    ({ check, state }) => state === 'passed' && signs.some((sign) => sign.measures === true && sign.check === check),
  )
  const wanted = new Set(causes.map(({ check }) => check))
  const unsure = outcomes.filter(({ check, state }) => state === 'inconclusive' && wanted.has(check))
  const blind = [...Map.groupBy(unsure, ({ check }) => check)].map(([check, all]) => ({
    check,
    id: all[0]?.id ?? '',
    centers: inOrder(
      topology,
      all.flatMap(({ center }) => center ?? []),
    ),
  }))
  const found = causes.flatMap((cause) => matches(cause, outcomes).map((clue): Cause => ({ ...clue, mend: mendOf(cause, clue, topology) })))
  return { symptom: name, state: shown.length > 0 ? 'seen' : measured ? 'not-seen' : 'unmeasured', signs: shown, causes: found, blind }
}

/** Conclusions of the pattern's question that failed, or that it names, warnings included; failed ones first. */
function matches({ check, reasons }: Pattern, outcomes: readonly CheckOutcome[]): readonly Clue[] {
  const clues = outcomes
    .filter((outcome) => outcome.check === check)
    .flatMap(({ id, center, conclusions }) =>
      conclusions.flatMap(({ state, reason, facts, subject, evidence }): readonly Clue[] => {
        if (!isTelling(state)) return []
        const own = reason.slice(reason.indexOf('.') + 1)
        if (reasons === undefined ? state !== 'failed' : !reasons.includes(own)) return []
        return [
          {
            check,
            id,
            state,
            reason,
            facts,
            evidence,
            ...(center === undefined ? {} : { center }),
            ...(subject === undefined ? {} : { subject }),
          },
        ]
      }),
    )
  return clues.toSorted((a, b) => Number(b.state === 'failed') - Number(a.state === 'failed'))
}

function isTelling(state: ConclusionState): state is 'failed' | 'warning' {
  return state === 'failed' || state === 'warning'
}

function mendOf({ mend }: CausePattern, { center, subject, facts }: Clue, topology: Topology): string {
  const first = [center, facts['center'], facts['centers']].flat().find((one) => typeof one === 'string')
  const context = topology.centers.find(({ name }) => name === first)?.context
  return fill(mend, {
    center: 'CENTER',
    context: 'CONTEXT',
    subject: subject ?? '',
    ...facts,
    ...(first === undefined ? {} : { center: first }),
    ...(context === undefined ? {} : { context }),
  })
}

function splitOutcomes({ splits }: SplitReport): readonly CheckOutcome[] {
  return splits.map(({ service, verdict, requests, errorRatio }): CheckOutcome => {
    const facts = { service, requests, errors: percent(errorRatio, 1, ' ') }
    const evidence = [{ source: `${requests} requests to ${service}`, value: verdict }]
    const said =
      verdict === 'balanced'
        ? ({ state: 'passed', reason: 'split.even' } as const)
        : verdict === 'not-balanced'
          ? ({ state: 'failed', reason: 'split.uneven' } as const)
          : verdict === 'failing'
            ? ({ state: 'failed', reason: 'split.failing' } as const)
            : ({ state: 'inconclusive', reason: 'split.untold' } as const)
    return {
      check: 'split',
      id: 'split',
      group: 'functions',
      level: 'requests',
      state: said.state,
      conclusions: [{ ...said, facts, evidence, subject: service }],
    }
  })
}

export const doctorWords = {
  'file-mistake': { en: '{lines}', zh: '{lines}' },
  'split.even': { en: '{requests} requests were split as meant', zh: '{requests} 个请求的分配符合预期' },
  'split.uneven': { en: '{requests} requests were not split as the weights in force say', zh: '{requests} 个请求的分配与生效权重不符' },
  'split.failing': { en: '{errors} of {requests} requests failed', zh: '{requests} 个请求中有 {errors} 失败' },
  'split.untold': { en: '{requests} requests are not enough to tell', zh: '{requests} 个请求不足以判断' },
} satisfies Words
