import type { Conclusion } from '../domain/verify.ts'
import { openPorts } from '../facts/open-ports.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** §5.3, and Nacos clients' gRPC: 8080, 8848 and 9848 between centers. */
export const portsOpen = askCenter({
  name: 'ports-open',
  id: 'TC-603',
  group: 'network',
  level: 'requests',
  title: { en: 'declared ports open', zh: '声明的端口可达' },
  about: {
    en: 'Each declared port takes a TCP connection, from where the tool runs: a firewall between the centers may answer otherwise. The documents open 8080 and 8848 and forget 9848, which Nacos 2 clients need.',
    zh: '从工具运行处可以建立到每个声明端口的 TCP 连接；中心之间的防火墙可能不同。文档开放了 8080 与 8848，遗漏了 Nacos 2 客户端所需的 9848。',
  },
  needs: { openPorts },
  evaluate: ({ openPorts: seen }) =>
    seen.value.map(({ port: { host, port, purpose }, answer }): Conclusion => {
      const subject = `${host}:${port}`
      const evidence = [
        {
          source: `TCP ${subject}`,
          at: answer.at,
          took: answer.took,
          value: answer.state === 'present' ? 'open' : 'why' in answer ? answer.why : 'refused',
        },
      ]
      if (answer.state === 'present') return passed('open', { purpose, ms: Math.round(answer.took) }, evidence, subject)
      if (answer.state === 'absent') return failed('refused', { purpose }, evidence, subject)
      if (answer.state === 'unreachable') return failed('blocked', { purpose, why: answer.why }, evidence, subject)
      return unsure('unasked', { purpose, why: 'why' in answer ? answer.why : '' }, evidence, subject)
    }),
  words: {
    open: { en: '{purpose}: open, {ms} ms from here', zh: '{purpose}：可达，从此处 {ms} 毫秒' },
    refused: { en: '{purpose}: refused, nothing listens there', zh: '{purpose}：被拒绝，无进程监听' },
    blocked: { en: '{purpose}: no answer ({why}): a firewall, or no route', zh: '{purpose}：无应答（{why}）：防火墙或无路由' },
    unasked: { en: '{purpose}: could not be asked: {why}', zh: '{purpose}：无法探测：{why}' },
  },
})
