import type { Conclusion } from '../domain/verify.ts'
import { httpRoutes } from '../facts/http-routes.ts'
import { list, record } from '../gateways/strange.ts'
import { askCenter, failed, passed } from './question.ts'

/** Tried on Higress 2.1.9: an ExtensionRef filter drops all rules of the route while Accepted stays True. §6.2 has one (kind Retry). */
export const filtersEffective = askCenter({
  name: 'filters-effective',
  id: 'TC-208',
  group: 'routes',
  level: 'object',
  title: { en: 'filters keep the rules', zh: '过滤器不丢弃规则' },
  about: {
    en: 'No route has a filter of type ExtensionRef: Higress drops all rules of such a route and still reports Accepted, so that its status proves nothing.',
    zh: '没有路由使用 ExtensionRef 过滤器：Higress 会丢弃该路由的全部规则却仍上报 Accepted，其状态不能作证。',
  },
  needs: { httpRoutes },
  evaluate: ({ httpRoutes: seen }) =>
    seen.value.map((route): Conclusion => {
      const subject = `${route.metadata.namespace ?? ''}/${route.metadata.name}`
      const rules = list(record(route['spec'])['rules']).map(record)
      const filters = rules
        .flatMap((rule) => [...list(rule['filters']), ...list(rule['backendRefs']).flatMap((ref) => list(record(ref)['filters']))])
        .map(record)
      const refs = filters
        .filter(({ type }) => type === 'ExtensionRef')
        .map((filter) => String(record(filter['extensionRef'])['kind'] ?? '?'))
      const evidence = [
        {
          source: `HTTPRoute ${subject} spec.rules[].filters`,
          at: seen.at,
          took: seen.took,
          value: `${refs.length} of type ExtensionRef`,
          limit: 0,
        },
      ]
      return refs.length === 0
        ? passed('kept', { filters: filters.length }, evidence, subject)
        : failed('dropped', { kinds: refs }, evidence, subject)
    }),
  words: {
    kept: { en: '{filters} filters, none drops rules', zh: '{filters} 个过滤器，均不丢弃规则' },
    dropped: {
      en: 'has an ExtensionRef filter ({kinds})\nHigress drops all rules of this route and still reports Accepted: clients get 404.\nNext: remove the filter; retries and limits belong into a WasmPlugin or an annotation',
      zh: '含有 ExtensionRef 过滤器（{kinds}）\nHigress 会丢弃该路由的全部规则却仍上报 Accepted：客户端收到 404。\n下一步：移除该过滤器；重试与限流请用 WasmPlugin 或注解',
    },
  },
})
