import { recoveryOf } from '../domain/recovery.ts'
import type { CheckAnswer, Moment } from './check.ts'
import { defineCheck } from './check.ts'
import { unmeasured, unmeasuredWords } from './unmeasured.ts'
import { liveGateways, ratioText, windowOf } from './window.ts'

/** After the last write, routes need this long to reach the gateways before survivors are judged by the abort limit. */
const SETTLE = 2_000
const ABORT_REQUESTS = 20

/** Clients recovered by the rules of docs/recovery-time.md. In a drill the survivors are watched too: worse than the abort limit after the last write, or no recovery by the target, is final. */
export const clientsRecovered = defineCheck({
  name: 'clients-recovered',
  id: 'TC-510',
  evaluate: (moment) => {
    const { probes, now, topology, times, mode } = moment
    if (probes === undefined) return unmeasured
    const through = liveGateways(moment)
    const recovery = recoveryOf({
      requests: probes,
      through,
      times,
      until: now - slowest(moment, through),
      hold: moment.hold,
      holdRequests: topology.policy.holdRequests,
      errorLimit: topology.policy.errorLimit,
      resolution: moment.resolution,
      target: targetOf(moment),
    })
    const seen = windowOf(probes, times.appliedAt ?? moment.since, now, through)
    const facts = { requests: seen.requests, failed: seen.failed, ratio: ratioText(seen.ratio), through }
    if (recovery.recovered) return { verdict: 'yes', reason: 'recovered', facts, recovery }
    if (mode === 'drill') {
      const abort = aborted(moment, through)
      if (abort !== undefined) return { ...abort, recovery }
      if (recovery.withinTarget === false)
        return { verdict: 'no', reason: 'target-missed', facts: { ...facts, target: `${recovery.target / 1000} s` }, final: true, recovery }
    }
    if (through.length === 0) return { verdict: 'unknown', reason: 'no-gateway', facts, recovery }
    if (seen.requests < topology.policy.holdRequests && seen.failed === 0)
      return { verdict: 'unknown', reason: 'recovery-unmeasured', facts, recovery }
    return { verdict: 'no', reason: 'not-recovered', facts, recovery }
  },
  words: {
    ...unmeasuredWords,
    recovered: {
      en: '{failed} of {requests} requests failed since the last write',
      zh: '最后一次写入后 {requests} 个请求中 {failed} 个失败',
    },
    'target-missed': {
      en: 'clients had not recovered after {target}: errors {ratio} of {requests}',
      zh: '{target} 后客户端仍未恢复：错误率 {ratio}，共 {requests} 个请求',
    },
    'survivors-fail': {
      en: 'survivors fail {ratio} of {requests} requests (abort limit {limit})',
      zh: '存活中心 {requests} 个请求的错误率为 {ratio}（中止上限 {limit}）',
    },
    'no-gateway': { en: 'no gateway answers probes', zh: '没有网关应答探测' },
    'recovery-unmeasured': { en: '{requests} requests so far, too few to tell', zh: '目前仅 {requests} 个请求，无法判定' },
    'not-recovered': { en: 'errors {ratio} of {requests} requests', zh: '{requests} 个请求的错误率为 {ratio}' },
  },
})

/** Requests that are still on their way are not good: the window ends before the slowest of them could. While no answer is slow, it ends close to now. */
function slowest({ probes = [], now, topology }: Moment, through: readonly string[]): number {
  const open = Math.max(0, ...topology.services.map(({ probe }) => probe?.timeout ?? 0))
  const recent = probes.filter(({ gateway, startedAt, took }) => through.includes(gateway) && startedAt + took > now - open - 1_000)
  const took = Math.max(50, ...recent.map((one) => one.took))
  return Math.min(open, took * 2)
}

function aborted({ probes = [], now, topology, times }: Moment, through: readonly string[]): CheckAnswer | undefined {
  const { appliedAt } = times
  if (appliedAt === undefined) return undefined
  const window = windowOf(probes, Math.max(appliedAt + SETTLE, now - SETTLE), now, through)
  const { abortLimit } = topology.policy
  if (window.requests < ABORT_REQUESTS || window.ratio === undefined || window.ratio <= abortLimit) return undefined
  return {
    verdict: 'no',
    reason: 'survivors-fail',
    facts: { ratio: ratioText(window.ratio), requests: window.requests, limit: ratioText(abortLimit) },
    final: true,
  }
}

/** The documented limits: 30 s when one center of a region is out, 60 s when the whole region is (§1.3). */
function targetOf({ topology, out }: Pick<Moment, 'topology' | 'out'>): number {
  const whole = topology.regions.some((region) => {
    const inside = topology.centers.filter((center) => center.region === region)
    return inside.length > 1 && inside.every(({ name }) => out.includes(name))
  })
  return whole ? topology.policy.targets.dual : topology.policy.targets.single
}
