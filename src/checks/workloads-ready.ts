import { defineCheck } from './check.ts'

/** After a rollout: every workload behind the services of the wave's centers has its replicas ready. */
export const workloadsReady = defineCheck({
  name: 'workloads-ready',
  id: 'TC-513',
  evaluate: async ({ input, look }) => {
    const centers = Array.isArray(input['centers']) ? (input['centers'] as readonly string[]) : []
    const { sightings } = await look()
    let wanted = 0
    let ready = 0
    for (const { center, workloads } of sightings) {
      if (!centers.includes(center)) continue
      if (workloads.state !== 'present')
        return { verdict: 'unknown', reason: 'wave-unread', facts: { center, why: workloads.state }, center }
      for (const state of workloads.value) {
        wanted += state.desired
        ready += Math.min(state.ready, state.desired)
      }
    }
    return {
      verdict: ready === wanted ? 'yes' : 'no',
      reason: ready === wanted ? 'wave-ready' : 'wave-not-ready',
      facts: { ready, wanted, centers },
    }
  },
  words: {
    'wave-unread': { en: '{center}: workloads could not be read ({why})', zh: '{center}：无法读取工作负载（{why}）' },
    'wave-ready': { en: '{centers}: {ready}/{wanted} ready', zh: '{centers}：{ready}/{wanted} 就绪' },
    'wave-not-ready': { en: '{centers}: {ready}/{wanted} ready', zh: '{centers}：{ready}/{wanted} 就绪' },
  },
})
