import type { Conclusion } from '../domain/verify.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { httpRoutes } from '../facts/http-routes.ts'
import { list, record, text } from '../gateways/strange.ts'
import { isFrom } from '../domain/version.ts'
import { askCenter, passed, unsure, warned } from './question.ts'

/** Checked in the sources: Higress 2.1.x ignores `timeouts` of an HTTPRoute, 2.2.x honours them. */
export const fieldsHonoured = askCenter({
  name: 'fields-honoured',
  id: 'TC-209',
  group: 'routes',
  level: 'object',
  title: { en: 'fields honoured', zh: '字段生效' },
  about: {
    en: 'Timeouts of an HTTPRoute are honoured by the gateway version that runs. Higress ignores them before 2.2.0.',
    zh: 'HTTPRoute 的 timeouts 被当前网关版本执行。Higress 在 2.2.0 之前会忽略。',
  },
  needs: { httpRoutes },
  maybe: { gatewayDeployments },
  evaluate: ({ httpRoutes: seen, gatewayDeployments: deployed }) =>
    seen.value.flatMap((route): readonly Conclusion[] => {
      const rules = list(record(route['spec'])['rules']).map(record)
      const timeouts = [...new Set(rules.flatMap((rule) => Object.values(record(rule['timeouts'])).flatMap((one) => text(one) ?? [])))]
      if (timeouts.length === 0) return []
      const subject = `${route.metadata.namespace ?? ''}/${route.metadata.name}`
      const version = deployed.state === 'present' ? deployed.value.version : undefined
      const evidence = [
        { source: `HTTPRoute ${subject} timeouts`, at: seen.at, took: seen.took, value: timeouts.join(','), limit: '2.2.0' },
      ]
      const honoured = isFrom(version, '2.2.0')
      if (honoured === undefined) return [unsure('version-unknown', { timeouts }, evidence, subject)]
      return [(honoured ? passed : warned)(honoured ? 'honoured' : 'ignored', { timeouts, version: version ?? '' }, evidence, subject)]
    }),
  words: {
    honoured: { en: 'timeouts {timeouts} hold in {version}', zh: '超时 {timeouts} 在 {version} 中生效' },
    ignored: {
      en: 'timeouts {timeouts} are ignored by {version}\nA hanging backend holds its clients for as long as it likes.\nNext: set the timeout by the annotation higress.io/timeout, or run 2.2.0 or later',
      zh: '超时 {timeouts} 被 {version} 忽略\n挂起的后端会一直占住客户端。\n下一步：用注解 higress.io/timeout 设置超时，或升级到 2.2.0 及以上',
    },
    'version-unknown': {
      en: 'whether timeouts {timeouts} hold cannot be told: the gateway’s version is not known',
      zh: '无法判断超时 {timeouts} 是否生效：网关版本未知',
    },
  },
})
