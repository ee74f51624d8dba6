import { defineCheck } from './check.ts'
import { shareText } from './share.ts'
import { unmeasured, unmeasuredWords } from './unmeasured.ts'
import { liveGateways, ratioText, windowOf } from './window.ts'

/** The fewest requests that can condemn a step before its hold is over. */
const EARLY = 20

/** A paced step holds: over the hold since its last write, the error ratio stays below the limit. A clear failure is not waited out. */
export const errorsLow = defineCheck({
  name: 'errors-low',
  id: 'TC-502',
  evaluate: (moment) => {
    const { probes, share, now, since, hold, topology } = moment
    if (probes === undefined) return unmeasured
    const { errorLimit, abortLimit, holdRequests } = topology.policy
    const through = liveGateways(moment)
    const window = windowOf(probes, since, now, through)
    const facts = { requests: window.requests, failed: window.failed, ratio: ratioText(window.ratio), limit: ratioText(errorLimit) }
    if (window.ratio !== undefined && window.requests >= EARLY && window.ratio > Math.max(abortLimit, errorLimit))
      return { verdict: 'no', reason: 'step-fails', facts, final: true }
    if (now - since < hold) return { verdict: 'unknown', reason: 'holding', facts }
    if (window.ratio !== undefined && window.ratio >= errorLimit) return { verdict: 'no', reason: 'step-fails', facts }
    const wanted = Math.min(holdRequests, Math.floor((hold / 1000) * topology.policy.probe.rate * 0.5))
    if (window.requests < Math.max(1, wanted)) return { verdict: 'unknown', reason: 'step-unmeasured', facts: { ...facts, needed: wanted } }
    return { verdict: 'yes', reason: 'step-held', facts: { ...facts, share: shareText(topology, share, since, now) } }
  },
  words: {
    ...unmeasuredWords,
    holding: { en: 'holding: errors {ratio} of {requests}', zh: '观察中：错误率 {ratio}，共 {requests} 个请求' },
    'step-fails': { en: 'errors {ratio} of {requests} (limit {limit})', zh: '错误率 {ratio}，共 {requests} 个请求（上限 {limit}）' },
    'step-unmeasured': { en: '{requests} requests, {needed} are needed to tell', zh: '仅 {requests} 个请求，至少需要 {needed} 个' },
    'step-held': { en: 'errors {ratio} of {requests}{share}', zh: '错误率 {ratio}，共 {requests} 个请求{share}' },
  },
})
