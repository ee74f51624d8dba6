import { defineCheck } from './check.ts'
import { ratioText, windowOf } from './window.ts'

/** Before this, requests are watched and instances not counted: a look at a lost center takes its whole deadline. */
const FEEL = 1_500

/** Proof that a drill's fault bites: requests fail since it was made, or the instances are gone. A fault that nobody feels would prove nothing. */
export const faultBites = defineCheck({
  name: 'fault-bites',
  id: 'TC-503',
  evaluate: async ({ probes, now, topology, out, times, look }) => {
    const { faultAt } = times
    if (faultAt === undefined) return { verdict: 'unknown', reason: 'no-fault', facts: {}, final: true }
    const window = windowOf(
      probes ?? [],
      faultAt,
      now,
      topology.centers.map(({ name }) => name),
    )
    const delay = `${((now - faultAt) / 1000).toFixed(1)} s`
    const facts = { failed: window.failed, requests: window.requests, ratio: ratioText(window.ratio), delay, centers: out }
    if (window.failed >= 3) return { verdict: 'yes', reason: 'requests-fail', facts }
    if (now - faultAt < FEEL) return { verdict: 'unknown', reason: 'no-bite', facts }
    const { sightings } = await look()
    const states = sightings
      .filter(({ center }) => out.includes(center))
      .flatMap(({ workloads }) => (workloads.state === 'present' ? workloads.value : []))
    if (states.length > 0 && states.every(({ ready }) => ready === 0)) return { verdict: 'yes', reason: 'instances-gone', facts }
    return { verdict: 'unknown', reason: 'no-bite', facts }
  },
  words: {
    'no-fault': { en: 'no fault was made', zh: '未制造故障' },
    'requests-fail': { en: '{failed} of {requests} requests fail after {delay}', zh: '{delay} 后 {requests} 个请求中有 {failed} 个失败' },
    'instances-gone': { en: 'instances gone after {delay}', zh: '{delay} 后实例已全部消失' },
    'no-bite': {
      en: 'the fault is not felt yet: {failed} of {requests} requests fail',
      zh: '故障尚未显现：{requests} 个请求中 {failed} 个失败',
    },
  },
})
