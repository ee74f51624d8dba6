import { installationOf } from '../domain/estate.ts'
import type { Conclusion } from '../domain/verify.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { askCenter, failed, passed, unsure } from './question.ts'
import { readinessOf } from './workload-ready.ts'

/** §4.7: `kubectl get pods -l app=higress-gateway` and of the control plane, as the Deployments' own figures. */
export const gatewayReady = askCenter({
  name: 'gateway-ready',
  id: 'TC-101',
  group: 'deployment',
  level: 'object',
  title: { en: 'gateway pods ready', zh: '网关 Pod 就绪' },
  about: {
    en: 'The Deployments of the gateway and of its controller exist, and all their replicas are ready, by a status that speaks of the live generation. At 0 replicas nothing is ready.',
    zh: '网关与控制器的 Deployment 存在，且其全部副本就绪，状态对应当前代。副本数为 0 不算就绪。',
  },
  needs: { gatewayDeployments },
  evaluate: ({ gatewayDeployments: seen }, { topology }) => {
    const { namespace, deployment, controller } = installationOf(topology)
    return [
      { name: deployment, object: seen.value.gateway },
      { name: controller, object: seen.value.controller },
    ].map(({ name, object }): Conclusion => {
      const subject = `${namespace}/${name}`
      const evidence = (value: string) => [{ source: `Deployment ${subject}`, at: seen.at, took: seen.took, value, limit: 'all replicas' }]
      if (object === undefined) return failed('missing', { workload: subject }, evidence('absent'), subject)
      const { wanted, ready, stale } = readinessOf(object)
      const facts = { ready, wanted, name, namespace }
      if (stale) return unsure('stale', facts, evidence(`${ready}/${wanted}, older generation`), subject)
      return (wanted > 0 && ready >= wanted ? passed : failed)(
        wanted > 0 && ready >= wanted ? 'ready' : 'not-ready',
        facts,
        evidence(`${ready}/${wanted}`),
        subject,
      )
    })
  },
  words: {
    ready: { en: '{ready}/{wanted} ready', zh: '{ready}/{wanted} 就绪' },
    missing: {
      en: 'there is no Deployment {workload}\nNext: tricenter deploy --dry-run, or name it under installation: in tricenter.yaml',
      zh: 'Deployment {workload} 不存在\n下一步：tricenter deploy --dry-run，或在 tricenter.yaml 的 installation: 中写明名称',
    },
    stale: {
      en: '{ready}/{wanted} ready, of an older generation: its controller has not looked yet',
      zh: '{ready}/{wanted} 就绪，但为旧代的数据：控制器尚未处理',
    },
    'not-ready': {
      en: '{ready}/{wanted} ready\nNext: kubectl describe deployment {name} -n {namespace}',
      zh: '{ready}/{wanted} 就绪\n下一步：kubectl describe deployment {name} -n {namespace}',
    },
  },
})
