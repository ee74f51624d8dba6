import type { Conclusion } from '../domain/verify.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { serviceDeployments } from '../facts/service-deployments.ts'
import { record } from '../gateways/strange.ts'
import { requestPath } from './pod-templates.ts'
import { askCenter, passed, warned } from './question.ts'

/** §9.1: preStop and grace. Without preStop a Pod stops taking connections before every gateway has forgotten it. */
export const gracefulStop = askCenter({
  name: 'graceful-stop',
  id: 'TC-702',
  group: 'practice',
  level: 'object',
  title: { en: 'graceful stop', zh: '优雅关闭' },
  about: {
    en: 'Every container that serves requests has a preStop hook, and the Pod more grace than a bare default of 0: requests in flight end, and endpoints are withdrawn first.',
    zh: '每个处理请求的容器都有 preStop 钩子，且 Pod 的宽限期大于 0：先摘除端点，再结束在途请求。',
  },
  needs: { gatewayDeployments, serviceDeployments },
  evaluate: ({ gatewayDeployments: deployed, serviceDeployments: services }) =>
    requestPath(deployed, services).map(({ name, object, pod, containers }): Conclusion => {
      const grace = Number(pod['terminationGracePeriodSeconds'] ?? 30)
      const bare = containers
        .filter((container) => record(container['lifecycle'])['preStop'] === undefined)
        .map((one) => String(one['name']))
      const evidence = [
        {
          source: `${object.kind} ${name} lifecycle.preStop`,
          at: deployed.at,
          took: deployed.took,
          value: `${containers.length - bare.length} of ${containers.length}`,
          limit: containers.length,
        },
      ]
      if (grace === 0) return warned('no-grace', {}, evidence, name)
      return bare.length === 0
        ? passed('graceful', { grace }, evidence, name)
        : warned('no-hook', { containers: bare, grace }, evidence, name)
    }),
  words: {
    graceful: { en: 'preStop, {grace} s of grace', zh: '有 preStop，宽限期 {grace} 秒' },
    'no-grace': {
      en: 'terminationGracePeriodSeconds is 0: requests in flight are cut',
      zh: 'terminationGracePeriodSeconds 为 0：在途请求会被切断',
    },
    'no-hook': {
      en: '{containers} has no preStop hook\nA rollout cuts requests that arrive before the endpoint is withdrawn.\nNext: add lifecycle.preStop with a sleep of 5 to 15 s',
      zh: '{containers} 没有 preStop 钩子\n滚动更新会切断端点摘除前到达的请求。\n下一步：增加 lifecycle.preStop，等待 5 至 15 秒',
    },
  },
})
