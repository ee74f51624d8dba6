import { wasmPlugins } from '../facts/wasm-plugins.ts'
import { record } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { askCenter, passed, unsure, warned } from './question.ts'

/** Names of Higress' plugins that ask a client who it is. */
const AUTHENTICATING = /(key|jwt|basic|hmac|ext)-auth|oauth|oidc/

/** §9.3: JWT or OAuth2 at the gateway. Model calls cost money: an open gateway is somebody else's budget. */
export const clientsAuthenticated = askCenter({
  name: 'clients-authenticated',
  id: 'TC-708',
  group: 'practice',
  level: 'object',
  title: { en: 'clients authenticated', zh: '客户端认证' },
  about: {
    en: 'A WasmPlugin of the installation’s namespace asks clients who they are (key-auth, jwt-auth, basic-auth, hmac-auth, oauth, oidc, ext-auth) and is not switched off. Whether its rules cover every route is not judged. Authentication before the gateway is not seen here.',
    zh: '安装命名空间中有启用的认证类 WasmPlugin（key-auth、jwt-auth、basic-auth、hmac-auth、oauth、oidc、ext-auth）。不判断其规则是否覆盖全部路由；网关之前的认证在此不可见。',
  },
  needs: {},
  maybe: { wasmPlugins },
  evaluate: ({ wasmPlugins: seen }) => {
    // A cluster that does not serve the kind has no plugin, and that is known.
    if (seen.state !== 'present' && seen.state !== 'absent')
      return [unsure('unread', { why: seen.why }, [{ source: 'list WasmPlugin', at: seen.at, took: seen.took, value: seen.state }])]
    const plugins = seen.state === 'present' ? seen.value : []
    const asking = plugins.filter(asksClients).map(({ metadata }) => metadata.name)
    const evidence = [{ source: 'list WasmPlugin', at: seen.at, took: seen.took, value: asking.join(',') || 'none', limit: '1' }]
    return [asking.length === 0 ? warned('open', { plugins: plugins.length }, evidence) : passed('asked', { asking }, evidence)]
  },
  words: {
    unread: { en: 'WasmPlugins could not be read: {why}', zh: '无法读取 WasmPlugin：{why}' },
    asked: { en: 'by {asking}', zh: '由 {asking}' },
    open: {
      en: 'none of {plugins} WasmPlugins asks clients who they are: whoever reaches the gateway may call the models, unless something before it asks',
      zh: '{plugins} 个 WasmPlugin 中没有认证插件：除非网关之前已有认证，能访问网关者即可调用模型',
    },
  },
})

function asksClients(plugin: KubeObject): boolean {
  const { url, defaultConfigDisable, matchRules } = record(plugin['spec'])
  const named = `${plugin.metadata.name} ${typeof url === 'string' ? url.split('/').at(-1) : ''}`
  const on = defaultConfigDisable !== true || (Array.isArray(matchRules) && matchRules.length > 0)
  return on && AUTHENTICATING.test(named)
}
