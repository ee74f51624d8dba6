import { isFrom } from '../domain/version.ts'
import { servedKinds } from '../facts/served-kinds.ts'
import { askCenter, failed, passed, warned } from './question.ts'

const KINDS = ['gatewayclasses', 'gateways', 'httproutes']
/** `timeouts` of a rule are in the standard channel from this bundle on; older ones drop them. */
const LEAST = '1.2.0'

/** Gateway API is no part of Kubernetes: somebody installs it, or does not. */
export const gatewayApiServed = askCenter({
  name: 'gateway-api-served',
  id: 'TC-014',
  group: 'setup',
  level: 'object',
  title: { en: 'Gateway API installed', zh: '已安装 Gateway API' },
  about: {
    en: 'The API serves GatewayClass, Gateway and HTTPRoute in v1. The bundle’s version, where its definitions say one, is 1.2.0 or later: older ones drop `timeouts` of rules.',
    zh: 'API 提供 v1 的 GatewayClass、Gateway 与 HTTPRoute。若定义中标明版本，应为 1.2.0 及以上：更早的版本会丢弃规则的 timeouts。',
  },
  needs: { servedKinds },
  evaluate: ({ servedKinds: seen }, { center: { context } }) => {
    const { served, bundle } = seen.value
    const missing = KINDS.filter((plural) => !served.has(`${plural}.gateway.networking.k8s.io/v1`))
    const source = 'GET /apis/gateway.networking.k8s.io/v1'
    if (missing.length > 0)
      return [failed('missing', { missing, context }, [{ source, at: seen.at, took: seen.took, value: `without ${missing.join(', ')}` }])]
    const evidence = [{ source, at: seen.at, took: seen.took, value: bundle ?? 'served', limit: LEAST }]
    return [
      isFrom(bundle, LEAST) === false
        ? warned('old', { bundle: bundle ?? '', least: LEAST }, evidence)
        : passed('served', { bundle: bundle ?? 'v1' }, evidence),
    ]
  },
  words: {
    served: { en: '{bundle}', zh: '{bundle}' },
    missing: {
      en: 'the API serves no {missing}: Gateway API is not installed\nNext: kubectl --context {context} apply -f the standard-install.yaml of the Gateway API release',
      zh: 'API 未提供 {missing}：未安装 Gateway API\n下一步：kubectl --context {context} apply -f Gateway API 发布版的 standard-install.yaml',
    },
    old: {
      en: 'bundle {bundle} is older than {least}: timeouts of rules are dropped',
      zh: '版本 {bundle} 低于 {least}：规则的 timeouts 会被丢弃',
    },
  },
})
