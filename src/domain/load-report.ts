import type { LoadTargets } from './estate.ts'
import type { CenterName, Milliseconds } from './topology.ts'

/** What is judged of one run of load. Times in ms; `local` and `remote` by whether the answering center lies in the gateway's region. */
export interface LoadFigures {
  /** Requests per second that were asked for. */
  readonly rate: number
  readonly achieved: number
  readonly requests: number
  readonly good: number
  readonly errors: Readonly<Record<string, number>>
  readonly p99Local?: Milliseconds
  readonly p99Remote?: Milliseconds
  /** Most connections at one time; absent: the generator does not tell. */
  readonly open?: number
  readonly connections: number
  /** How late the generator itself was; absent: it does not tell. */
  readonly lateP99?: Milliseconds
  /** Ended before its time. */
  readonly stopped?: 'interrupted' | 'failing'
}

/** One target of §8.4 against one run. `not-asked`: the run was not made to try it. */
export interface LoadJudgement {
  readonly target: 'rate' | 'p99-local' | 'p99-remote' | 'errors' | 'instance-qps' | 'connections'
  readonly state: 'met' | 'not-met' | 'cannot-tell' | 'not-asked'
  readonly value: number
  readonly limit: number
}

export interface LoadVerdict {
  readonly verdict: 'met' | 'not-met' | 'cannot-tell'
  /** The generator could not keep its own times: what is missed may be its own fault. */
  readonly saturated: boolean
  readonly judgements: readonly LoadJudgement[]
}

/** Of the asked rate: what comes late at the end of a run is no shortfall. */
const KEPT = 0.95
/** A generator that sends so much later (ms, P99) than due is the bottleneck itself. */
const LATE = 25

/**
 * Holds one run against the targets. A target that was missed while the generator itself was late is `cannot-tell`, but for answers that were plainly wrong;
 * one that was met all the same is met. `instances`: of the gateway, undefined where it is not known; then one counts.
 */
export function judgeLoad(figures: LoadFigures, targets: LoadTargets, instances = 1): LoadVerdict {
  const { rate, achieved, requests, good, errors, connections, open, stopped } = figures
  const saturated = (figures.lateP99 ?? 0) > LATE
  const missed = (blameless: boolean): LoadJudgement['state'] => (saturated && blameless ? 'cannot-tell' : 'not-met')
  const judge = (target: LoadJudgement['target'], value: number, limit: number, met: boolean, blameless = true): LoadJudgement => ({
    target,
    value,
    limit,
    state: met ? 'met' : missed(blameless),
  })
  const errorRatio = requests === 0 ? 1 : (requests - good) / requests
  const wrong = requests === 0 ? 0 : (requests - good - (errors['timeout'] ?? 0)) / requests
  const goal = targets.qps * instances
  const latency = (target: 'p99-local' | 'p99-remote', value: Milliseconds | undefined, limit: Milliseconds): readonly LoadJudgement[] =>
    value === undefined ? [] : [judge(target, value, limit, value <= limit)]
  const judgements: readonly LoadJudgement[] = [
    judge('rate', achieved, rate, achieved >= rate * KEPT),
    ...latency('p99-local', figures.p99Local, targets.p99Local),
    ...latency('p99-remote', figures.p99Remote, targets.p99Remote),
    judge('errors', errorRatio, targets.errorRatio, errorRatio <= targets.errorRatio, wrong <= targets.errorRatio),
    rate < goal
      ? { target: 'instance-qps', value: rate, limit: goal, state: 'not-asked' }
      : judge('instance-qps', achieved, goal, achieved >= goal * KEPT),
    connections < targets.connections
      ? { target: 'connections', value: connections, limit: targets.connections, state: 'not-asked' }
      : open === undefined
        ? { target: 'connections', value: connections, limit: targets.connections, state: 'cannot-tell' }
        : judge('connections', open, targets.connections, open >= targets.connections),
  ]
  const has = (state: LoadJudgement['state']): boolean => judgements.some((one) => one.state === state)
  const cut = stopped === 'interrupted' || requests === 0
  const verdict = cut ? 'cannot-tell' : has('not-met') ? 'not-met' : has('cannot-tell') ? 'cannot-tell' : 'met'
  return { verdict, saturated, judgements }
}

/** 1 over 7 over 0; nothing run is nothing known. */
export function loadExitCode(verdicts: readonly LoadVerdict['verdict'][]): 0 | 1 | 7 {
  if (verdicts.includes('not-met')) return 1
  return verdicts.length === 0 || verdicts.includes('cannot-tell') ? 7 : 0
}

/** What was measured of one center at one rate, by which it is found again. */
export interface LoadKey {
  readonly center: CenterName
  readonly service: string
  readonly generator: string
  readonly rate: number
  readonly connections: number
  readonly lab?: string
}

/** The last measurement of the same center, service, rate and way of asking; a lab's is never compared with a cluster's. */
export function lastBaseline<T extends LoadKey>(kept: readonly T[], key: LoadKey): T | undefined {
  return kept.findLast(
    (one) =>
      one.center === key.center &&
      one.service === key.service &&
      one.generator === key.generator &&
      one.rate === key.rate &&
      one.connections === key.connections &&
      (one.lab === undefined) === (key.lab === undefined),
  )
}
