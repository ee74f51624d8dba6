import { defineCheck } from './check.ts'
import { shareText } from './share.ts'
import { liveGateways, ratioText, windowOf } from './window.ts'

/** The hypothesis of a drill (§8.3): recovered within the target, and the error ratio below the limit from then on. */
export const drillHeld = defineCheck({
  name: 'drill-held',
  id: 'TC-511',
  evaluate: (moment) => {
    const { probes, share, now, topology, times, recovery } = moment
    if (recovery === undefined || probes === undefined) return { verdict: 'unknown', reason: 'drill-unmeasured', facts: {}, final: true }
    const total = `${((recovery.total ?? 0) / 1000).toFixed(1)} s`
    const target = `${recovery.target / 1000} s`
    if (!recovery.recovered) return { verdict: 'no', reason: 'drill-no-recovery', facts: { target }, final: true }
    if (recovery.withinTarget === false) return { verdict: 'no', reason: 'drill-too-slow', facts: { total, target }, final: true }
    if (recovery.start === 'none') return { verdict: 'unknown', reason: 'drill-no-failure', facts: {}, final: true }
    const recoveredAt = (times.appliedAt ?? 0) + (recovery.prove ?? 0)
    const window = windowOf(probes, recoveredAt, now, liveGateways(moment))
    const facts = {
      ratio: ratioText(window.ratio),
      requests: window.requests,
      total,
      target,
      limit: ratioText(topology.policy.errorLimit),
      share: shareText(topology, share, recoveredAt, now),
    }
    if (window.ratio === undefined || window.ratio >= topology.policy.errorLimit)
      return { verdict: 'no', reason: 'drill-errors', facts, final: true }
    return { verdict: 'yes', reason: 'drill-held', facts }
  },
  words: {
    'drill-unmeasured': { en: 'the recovery was not measured', zh: '未测量恢复时间' },
    'drill-no-recovery': { en: 'clients did not recover within {target}', zh: '客户端未在 {target} 内恢复' },
    'drill-too-slow': { en: 'recovered after {total}, the target is {target}', zh: '{total} 后恢复，目标为 {target}' },
    'drill-no-failure': { en: 'no request failed, so the recovery time could not be measured', zh: '没有请求失败，无法测量恢复时间' },
    'drill-errors': {
      en: 'errors {ratio} of {requests} after the recovery (limit {limit})',
      zh: '恢复后错误率 {ratio}，共 {requests} 个请求（上限 {limit}）',
    },
    'drill-held': {
      en: 'errors {ratio} of {requests}, RTO {total}{share}',
      zh: '错误率 {ratio}，共 {requests} 个请求，RTO {total}{share}',
    },
  },
})
