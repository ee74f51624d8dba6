import type { Conclusion } from '../domain/verify.ts'
import { installationOf } from '../domain/estate.ts'
import { servedKinds } from '../facts/served-kinds.ts'
import { askCenter, failed, passed, warned } from './question.ts'

/** Routes that send to registered services need the McpBridge kind; plugins are a matter of degradation. */
export const higressServed = askCenter({
  name: 'higress-served',
  id: 'TC-015',
  group: 'setup',
  level: 'object',
  applies: (topology) => installationOf(topology).controllerName.startsWith('higress.io/'),
  title: { en: 'Higress’ kinds installed', zh: '已安装 Higress 的 CRD' },
  about: {
    en: 'The API serves McpBridge and WasmPlugin. Without McpBridge, backends of networking.higress.io lead nowhere; without WasmPlugin no degradation can be switched on.',
    zh: 'API 提供 McpBridge 与 WasmPlugin。缺少 McpBridge 时 networking.higress.io 后端无效；缺少 WasmPlugin 时无法启用降级。',
  },
  needs: { servedKinds },
  evaluate: ({ servedKinds: seen }, { topology, center: { name, context } }) => {
    const { served } = seen.value
    const bridged = topology.services.some(({ backends }) => backends[name]?.group === 'networking.higress.io')
    const evidence = (value: string) => [{ source: 'GET /apis/networking.higress.io/v1', at: seen.at, took: seen.took, value }]
    const bridges = served.has('mcpbridges.networking.higress.io/v1')
    const plugins = served.has('wasmplugins.extensions.higress.io/v1alpha1')
    const facts = { context }
    if (!bridges && !plugins) return [(bridged ? failed : warned)('missing', facts, evidence('neither'))]
    const found: Conclusion[] = []
    if (!bridges) found.push((bridged ? failed : warned)('no-bridge', facts, evidence('without mcpbridges'), 'McpBridge'))
    if (!plugins) found.push(warned('no-plugin', facts, evidence('without wasmplugins'), 'WasmPlugin'))
    return found.length > 0 ? found : [passed('served', {}, evidence('served'))]
  },
  words: {
    served: { en: 'McpBridge and WasmPlugin', zh: 'McpBridge 与 WasmPlugin 均有' },
    missing: {
      en: 'the API serves none of Higress’ kinds\nBackends of networking.higress.io lead nowhere: clients get 500 or 503.\nNext: install the chart higress/higress, or apply its crds/ to context {context}',
      zh: 'API 未提供任何 Higress 类型\nnetworking.higress.io 后端无效：客户端收到 500 或 503。\n下一步：安装 higress/higress，或将其 crds/ 应用到上下文 {context}',
    },
    'no-bridge': {
      en: 'the API serves no McpBridge: registered services are unknown to the gateway\nNext: apply crds/ of the chart higress/higress to context {context}',
      zh: 'API 未提供 McpBridge：网关不认识注册中心的服务\n下一步：将 higress/higress 的 crds/ 应用到上下文 {context}',
    },
    'no-plugin': { en: 'the API serves no WasmPlugin: no degradation can be switched on', zh: 'API 未提供 WasmPlugin：无法启用降级' },
  },
})
