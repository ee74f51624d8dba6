import type { Finding } from '../domain/finding.ts'
import type { RunStarted } from '../domain/record.ts'
import type { GateStep, Step } from '../domain/runbook.ts'
import type { Language } from '../domain/words.ts'
import type { ReportFacts, StepFacts } from './facts.ts'
import { clockTime, dateTime, seconds } from './figures.ts'
import { paramsText } from './params-text.ts'
import type { Part } from './parts.ts'
import type { ReportSay } from './report-words.ts'
import { placeOfStep } from './step-place.ts'

interface Told {
  readonly verdict: string
  readonly rto: string | undefined
  readonly say: ReportSay
  readonly language: Language
  readonly words: (of: Pick<Finding, 'reason' | 'facts'>) => string
}

/**
 * The fields that China's rules ask of a drill's record (GB/T 20988-2025, JR/T 0044-2008): purpose, scope, scenario, kind, time, people and roles,
 * steps planned and actual, RTO and RPO against target, rollback, problems, conclusion. What the journal does not know is said to be not recorded.
 */
export function drillEvidence(facts: ReportFacts, { verdict, rto, say, language, words }: Told): readonly Part[] {
  const { started, ended, lab } = facts
  const { user, host } = started.actor
  const services = started.topology.services.map(({ name }) => name).join(', ')
  const ledger = facts.checks.filter((check) => 'acknowledged' in check.facts)
  const failed = facts.checks.filter((check) => check.verdict !== 'yes').map(words)
  const problems = [...new Set([...facts.findings.map(words), ...failed])]
  const rows: readonly (readonly string[])[] = [
    [say('purpose'), started.runbook.summary[language]],
    [
      say('scope'),
      `${paramsText(started.params)} · ${started.topology.centers.map(({ name, region }) => `${name} (${region})`).join(', ')} · ${services}`,
    ],
    [say('scenario'), started.runbook.source === undefined ? started.runbook.name : `${started.runbook.name}: ${started.runbook.source}`],
    [say('kind'), lab === undefined ? say('kind-real') : `${say('kind-lab')} (${lab})`],
    [say('when'), `${dateTime(started.at)} – ${ended === undefined ? say('verdict-open') : dateTime(ended.at)} UTC`],
    [say('people'), `${say('executor', { user, host })} · ${say('reviewer')}`],
    [say('rto-row'), rto ?? say('not-recorded')],
    [say('rpo-row'), ledger.length === 0 ? say('not-measured') : ledger.map(words).join(' ')],
    [say('rollback'), ended === undefined ? say('verdict-open') : say(ended.outcome.world)],
    [say('problems'), problems.length === 0 ? say('none') : problems.join(' ')],
    [say('conclusion'), verdict],
  ]
  const head = [
    say('step'),
    say('plannedStart'),
    say('actualStart'),
    say('plannedTime'),
    say('actualTime'),
    say('by'),
    say('review'),
    say('result'),
  ]
  return [
    { kind: 'table', head: ['', ''], rows },
    {
      kind: 'table',
      head,
      rows: facts.steps.filter(({ step }) => placeOfStep(started, step) === 'step').map((step) => stepRow(step, started, say, language)),
      right: [3, 4],
    },
  ]
}

function stepRow(step: StepFacts, started: RunStarted, say: ReportSay, language: Language): readonly string[] {
  const planned = plannedTime(step.step, started)
  const result = step.result === undefined ? say('verdict-open') : step.result === 'failed' ? say('step-failed') : say(step.result)
  return [
    step.title[language],
    say('in-turn'),
    clockTime(step.at),
    planned === undefined ? say('not-set') : seconds(planned, language),
    step.took === undefined ? '' : seconds(step.took, language),
    `${started.actor.user}@${started.actor.host}`,
    say('not-recorded'),
    result,
  ]
}

/** The longest time that the runbook gives a gate, ms; other steps end by the policy's deadlines and have no time of their own. */
function plannedTime(path: string, { runbook, topology }: RunStarted): number | undefined {
  const name = path.split('/').at(-1)
  const gate = flat(runbook.steps).find((step): step is GateStep => step.key === 'gate' && step.name === name)
  if (gate === undefined) return undefined
  if (typeof gate.until === 'number') return gate.until
  const value = /^\$\{policy\.([\w.]+)\}$/
    .exec(gate.until)?.[1]
    ?.split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      topology.policy,
    )
  return typeof value === 'number' ? value : undefined
}

function flat(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => (step.key === 'during' || step.key === 'always' ? [step, ...flat(step.steps)] : [step]))
}
