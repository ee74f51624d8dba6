import type { Conclusion } from '../domain/verify.ts'
import { workloads } from '../facts/workloads.ts'
import { askCenter, failed, passed, warned } from './question.ts'

/** The instances that stand behind the backends. An active center needs `minReady`; all of them should be there. */
export const servicesServing = askCenter({
  name: 'services-serving',
  id: 'TC-106',
  group: 'deployment',
  level: 'object',
  title: { en: 'service workloads ready', zh: '服务工作负载就绪' },
  about: {
    en: 'The workloads behind every service of the center exist, have at least `minReady` ready replicas, and as many as they want; none carries a drill’s mark.',
    zh: '中心内每个服务的工作负载存在，就绪副本不少于 minReady，并达到期望数；没有演练留下的标记。',
  },
  needs: { workloads },
  evaluate: ({ workloads: seen }, { topology }) =>
    seen.value.map(({ service, workload, desired, ready, fault }): Conclusion => {
      const subject = `${workload.namespace}/${workload.name}`
      const minReady = topology.services.find(({ name }) => name === service)?.minReady ?? 1
      const evidence = [
        { source: `${workload.kind} ${subject}`, at: seen.at, took: seen.took, value: `${ready}/${desired}`, limit: minReady },
      ]
      const facts = { ready, desired, minReady }
      if (fault !== undefined) return failed('drilled', { ...facts, run: fault.run }, evidence, subject)
      if (ready < minReady) return failed('too-few', facts, evidence, subject)
      return ready < desired ? warned('some-missing', facts, evidence, subject) : passed('ready', facts, evidence, subject)
    }),
  words: {
    ready: { en: '{ready}/{desired} ready', zh: '{ready}/{desired} 就绪' },
    'some-missing': { en: '{ready}/{desired} ready', zh: '{ready}/{desired} 就绪' },
    'too-few': {
      en: '{ready}/{desired} ready, at least {minReady} needed\nNext: kubectl get pods there; to switch away: tricenter failover --center CENTER',
      zh: '{ready}/{desired} 就绪，至少需要 {minReady}\n下一步：在该处 kubectl get pods；如需切走：tricenter failover --center 中心',
    },
    drilled: {
      en: 'a drill ({run}) has left it at {desired}\nNext: tricenter resume {run}',
      zh: '演练（{run}）将其留在 {desired}\n下一步：tricenter resume {run}',
    },
  },
})
