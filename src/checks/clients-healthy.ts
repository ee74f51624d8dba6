import { defineCheck } from './check.ts'
import { shareText } from './share.ts'
import { unmeasured, unmeasuredWords } from './unmeasured.ts'
import { liveGateways, ratioText, windowOf } from './window.ts'

/** Baseline: over the whole hold, enough requests and an error ratio below the limit. Before a drill the hypothesis must hold, else the drill would prove nothing. */
export const clientsHealthy = defineCheck({
  name: 'clients-healthy',
  id: 'TC-501',
  evaluate: (moment) => {
    const { probes, share, now, since, hold, topology } = moment
    if (probes === undefined) return unmeasured
    const { errorLimit, holdRequests } = topology.policy
    const through = topology.centers.map(({ name }) => name)
    const window = windowOf(probes, Math.max(since, now - hold), now, through)
    const facts = {
      requests: window.requests,
      failed: window.failed,
      ratio: ratioText(window.ratio),
      limit: ratioText(errorLimit),
      gateways: liveGateways(moment),
    }
    if (now - since < hold) return { verdict: 'unknown', reason: 'too-early', facts }
    if (window.ratio !== undefined && window.ratio >= errorLimit) return { verdict: 'no', reason: 'clients-fail', facts }
    if (window.requests < holdRequests) return { verdict: 'unknown', reason: 'too-few', facts: { ...facts, needed: holdRequests } }
    return {
      verdict: 'yes',
      reason: 'clients-well',
      facts: { ...facts, share: shareText(topology, share, Math.max(since, now - hold), now) },
    }
  },
  words: {
    ...unmeasuredWords,
    'too-early': { en: 'measuring: {requests} requests so far', zh: '正在测量：已有 {requests} 个请求' },
    'too-few': { en: '{requests} requests, {needed} are needed to tell', zh: '仅 {requests} 个请求，至少需要 {needed} 个' },
    'clients-fail': { en: 'errors {ratio} of {requests} (limit {limit})', zh: '错误率 {ratio}，共 {requests} 个请求（上限 {limit}）' },
    'clients-well': { en: 'errors {ratio} of {requests}{share}', zh: '错误率 {ratio}，共 {requests} 个请求{share}' },
  },
})
