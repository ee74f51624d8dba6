import { defineCheck } from './check.ts'
import { endedIn, liveGateways, ratioText } from './window.ts'

/** One second of probes decides. */
const SPAN = 1_000
const FEWEST = 10

/** `--detect auto`: the tool's own probes cross the abort limit over one second. `--detect now`: at once. */
export const faultDetected = defineCheck({
  name: 'fault-detected',
  id: 'TC-504',
  evaluate: async (moment) => {
    const { probes, now, topology, input, out, look } = moment
    if (input['detect'] === 'now') return { verdict: 'yes', reason: 'detect-now', facts: {} }
    const through = liveGateways(moment)
    const window = endedIn(probes ?? [], now - SPAN, now, through)
    const facts = { ratio: ratioText(window.ratio), requests: window.requests, limit: ratioText(topology.policy.abortLimit) }
    if (window.ratio !== undefined && window.requests >= FEWEST && window.ratio > topology.policy.abortLimit)
      return { verdict: 'yes', reason: 'detected', facts }
    if (probes !== undefined) return { verdict: 'unknown', reason: 'not-detected', facts }
    const { sightings } = await look()
    const gone = sightings.filter(({ center }) => out.includes(center)).every(({ serving }) => serving.verdict === 'no')
    return gone ? { verdict: 'yes', reason: 'detected-instances', facts } : { verdict: 'unknown', reason: 'not-detected', facts }
  },
  words: {
    'detect-now': { en: 'decided at once, as asked', zh: '按要求立即决策' },
    detected: { en: 'errors {ratio} of {requests} (threshold {limit})', zh: '错误率 {ratio}，共 {requests} 个请求（阈值 {limit}）' },
    'detected-instances': { en: 'the instances are gone', zh: '实例已全部消失' },
    'not-detected': { en: 'errors {ratio} of {requests}, threshold {limit}', zh: '错误率 {ratio}，共 {requests} 个请求，阈值 {limit}' },
  },
})
