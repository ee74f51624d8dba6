import { gateway } from '../facts/gateway.ts'
import { askCenter, failed, passed } from './question.ts'

/** The center's own gateway answers HTTP, with any status: 404 without a route is an answer. */
export const gatewayAnswers = askCenter({
  name: 'gateway-answers',
  id: 'TC-107',
  group: 'deployment',
  level: 'requests',
  title: { en: 'gateway answers', zh: '网关有应答' },
  about: {
    en: 'One bare request to the gateway’s declared URL gets an HTTP answer within the deadline. Objects and conditions can all be well while no packet comes through.',
    zh: '向声明的网关 URL 发送一个请求，在时限内得到 HTTP 应答。对象与条件全部正常时，流量仍可能不通。',
  },
  needs: {},
  maybe: { gateway },
  evaluate: ({ gateway: seen }, { center }) => {
    const evidence = [
      {
        source: `GET ${center.gateway}`,
        at: seen.at,
        took: seen.took,
        value: seen.state === 'present' ? seen.value.status : 'why' in seen ? seen.why : seen.state,
      },
    ]
    return [
      seen.state === 'present'
        ? passed('answers', { status: seen.value.status, ms: Math.round(seen.took) }, evidence, center.gateway)
        : failed(
            'silent',
            { why: 'why' in seen ? seen.why : seen.state, url: center.gateway, center: center.name },
            evidence,
            center.gateway,
          ),
    ]
  },
  words: {
    answers: { en: 'HTTP {status} in {ms} ms', zh: 'HTTP {status}，{ms} 毫秒' },
    silent: {
      en: '{url} does not answer: {why}\nClients whose DNS answer is this gateway fail, whatever the weights are.\nNext: tricenter status, then tricenter failover --center {center} --dry-run',
      zh: '{url} 无应答：{why}\n无论权重如何，DNS 指向此网关的客户端都会失败。\n下一步：tricenter status，再 tricenter failover --center {center} --dry-run',
    },
  },
})
