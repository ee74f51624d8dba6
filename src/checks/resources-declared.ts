import type { Conclusion } from '../domain/verify.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { serviceDeployments } from '../facts/service-deployments.ts'
import { record } from '../gateways/strange.ts'
import { requestPath } from './pod-templates.ts'
import { askCenter, passed, warned } from './question.ts'

/** §9.1: requests and limits. Without requests a Pod is the first to be evicted, and an autoscaler by utilisation has no basis. */
export const resourcesDeclared = askCenter({
  name: 'resources-declared',
  id: 'TC-703',
  group: 'practice',
  level: 'object',
  title: { en: 'requests and limits', zh: '资源请求与限制' },
  about: {
    en: 'Every container that serves requests declares requests of CPU and memory and a limit of memory.',
    zh: '每个处理请求的容器都声明了 CPU 与内存的 requests 以及内存 limit。',
  },
  needs: { gatewayDeployments, serviceDeployments },
  evaluate: ({ gatewayDeployments: deployed, serviceDeployments: services }) =>
    requestPath(deployed, services).map(({ name, object, containers }): Conclusion => {
      const missing = containers.flatMap((container) => {
        const { requests, limits } = record(container['resources'])
        const wanted: readonly (readonly [string, unknown])[] = [
          ['requests.cpu', record(requests)['cpu']],
          ['requests.memory', record(requests)['memory']],
          ['limits.memory', record(limits)['memory']],
        ]
        return wanted.flatMap(([key, value]) => (value === undefined ? [`${String(container['name'])} ${key}`] : []))
      })
      const evidence = [
        { source: `${object.kind} ${name} resources`, at: deployed.at, took: deployed.took, value: `${missing.length} missing`, limit: 0 },
      ]
      return missing.length === 0
        ? passed('declared', { containers: containers.length }, evidence, name)
        : warned('undeclared', { missing }, evidence, name)
    }),
  words: {
    declared: { en: 'declared by {containers} containers', zh: '{containers} 个容器均已声明' },
    undeclared: {
      en: 'not declared: {missing}\nSuch a Pod is evicted first when its node runs short, and is not counted by the scheduler.',
      zh: '未声明：{missing}\n节点资源紧张时此类 Pod 最先被驱逐，调度器也不计入。',
    },
  },
})
