import { kubeContext } from '../facts/kube-context.ts'
import { station } from '../facts/station.ts'
import { once, whyOf } from './once.ts'
import { askFleet, passed, unsure, warned } from './question.ts'

/** Connections go where files say, and nowhere else: an emergency must not depend on what a shell happened to export. */
export const proxiesUnheeded = askFleet({
  name: 'proxies-unheeded',
  id: 'TC-023',
  group: 'setup',
  level: 'object',
  title: { en: 'no proxy variable expected to work', zh: '无依赖代理变量的连接' },
  about: {
    en: 'HTTPS_PROXY and its like are not heeded, for clusters, gateways and witnesses alike. A cluster that is reached by a proxy says so itself, with `proxy-url` in the kubeconfig.',
    zh: '访问集群、网关与观测源时均不使用 HTTPS_PROXY 等变量。需经代理访问的集群应在 kubeconfig 中设置 proxy-url。',
  },
  needs: { station, kubeContext },
  evaluate: ({ station: cells, kubeContext: contexts }) => {
    const seen = once(cells)
    if (seen.state !== 'present') return [unsure('unread', { why: whyOf(seen) }, [])]
    const { proxies } = seen.value
    const evidence = [{ source: 'environment', at: seen.at, value: proxies.join(', ') || 'none' }]
    if (proxies.length === 0) return [passed('none', {}, evidence)]
    const direct = [...contexts].flatMap(([center, cell]) =>
      cell.state === 'present' && cell.value.state === 'usable' && !cell.value.proxied ? [center] : [],
    )
    const untold = [...contexts].flatMap(([center, cell]) => (cell.state === 'present' ? [] : [center]))
    if (direct.length === 0 && untold.length > 0) return [unsure('untold', { proxies, untold }, evidence)]
    return [direct.length === 0 ? passed('declared', { proxies }, evidence) : warned('unheeded', { proxies, direct }, evidence)]
  },
  words: {
    none: { en: 'none is set', zh: '未设置' },
    declared: { en: '{proxies} is not heeded; every context has its proxy-url', zh: '{proxies} 不生效；每个上下文都有 proxy-url' },
    untold: {
      en: '{proxies} is set and not heeded; whether {untold} has its proxy-url is not known',
      zh: '已设置 {proxies}，但不生效；不知 {untold} 是否设置了 proxy-url',
    },
    unread: { en: 'not looked at: {why}', zh: '未查看：{why}' },
    unheeded: {
      en: '{proxies} is set and not heeded: {direct} is reached directly (else: proxy-url in the kubeconfig)',
      zh: '已设置 {proxies}，但不生效：{direct} 为直连（如需代理：在 kubeconfig 中设置 proxy-url）',
    },
  },
})
