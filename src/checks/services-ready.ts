import { defineCheck } from './check.ts'

/** After a restore: every workload of the centers has its replicas ready again and carries no drill's mark. */
export const servicesReady = defineCheck({
  name: 'services-ready',
  id: 'TC-505',
  evaluate: async ({ out, look, baseline, mode }) => {
    const { sightings } = await look()
    let wanted = 0
    let ready = 0
    for (const { center, workloads, serving } of sightings) {
      if (!out.includes(center)) continue
      if (workloads.state !== 'present')
        return { verdict: 'unknown', reason: 'workloads-unread', facts: { center, why: workloads.state }, center }
      for (const state of workloads.value) {
        const name = `${state.workload.namespace}/${state.workload.name}`
        const before = baseline?.replicas[`${center} ${name}`]
        if (state.fault !== undefined)
          return { verdict: 'no', reason: 'still-marked', facts: { center, workload: name, run: state.fault.run }, center }
        if (before !== undefined && state.desired !== before) {
          return { verdict: 'no', reason: 'replicas-differ', facts: { center, workload: name, replicas: state.desired, before }, center }
        }
        wanted += state.desired
        ready += Math.min(state.ready, state.desired)
      }
      if (mode !== 'drill' && serving.verdict !== 'yes')
        return { verdict: serving.verdict, reason: serving.reason, facts: serving.facts, center }
    }
    return {
      verdict: ready === wanted && wanted > 0 ? 'yes' : 'no',
      reason: ready === wanted && wanted > 0 ? 'all-ready' : 'not-ready',
      facts: { ready, wanted },
    }
  },
  words: {
    'workloads-unread': { en: '{center}: workloads could not be read ({why})', zh: '{center}：无法读取工作负载（{why}）' },
    'still-marked': { en: '{center}: {workload} is still marked by {run}', zh: '{center}：{workload} 仍带有 {run} 的标记' },
    'replicas-differ': {
      en: '{center}: {workload} has {replicas} replicas, {before} before',
      zh: '{center}：{workload} 副本数 {replicas}，之前为 {before}',
    },
    'all-ready': { en: '{ready}/{wanted} ready', zh: '{ready}/{wanted} 就绪' },
    'not-ready': { en: '{ready}/{wanted} ready', zh: '{ready}/{wanted} 就绪' },
  },
})
