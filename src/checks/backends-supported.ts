import type { Conclusion } from '../domain/verify.ts'
import { gatewayDeployments } from '../facts/gateway-deployments.ts'
import { routeName } from '../domain/route.ts'
import { routes } from '../facts/routes.ts'
import { isFrom } from '../domain/version.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** Checked in the sources: Higress 2.1.x takes backends of group networking.higress.io unasked, 2.2.0 refuses them (ResolvedRefs InvalidKind, 503). */
export const backendsSupported = askCenter({
  name: 'backends-supported',
  id: 'TC-210',
  group: 'routes',
  level: 'object',
  title: { en: 'backend kinds supported', zh: '后端类型受支持' },
  about: {
    en: 'The gateway version that runs supports the kind of every backend. Higress refuses backends of group networking.higress.io from 2.2.0 on; before that it does not check that they exist, so that a next upgrade breaks every such route.',
    zh: '当前网关版本支持每个后端的类型。Higress 自 2.2.0 起拒绝 networking.higress.io 组的后端；此前不检查其是否存在，下一次升级会使所有此类路由失效。',
  },
  needs: { routes },
  maybe: { gatewayDeployments },
  evaluate: ({ routes: seen, gatewayDeployments: deployed }) => {
    const version = deployed.state === 'present' ? deployed.value.version : undefined
    return seen.value.flatMap((route): readonly Conclusion[] => {
      const backends = [
        ...new Set(
          route.rules.flatMap((rule) =>
            rule.backends.filter(({ backend }) => backend.group === 'networking.higress.io').map(({ backend }) => backend.name),
          ),
        ),
      ]
      const subject = routeName(route)
      const evidence = [
        {
          source: `${route.kind} ${subject} backendRefs[].group`,
          at: seen.at,
          took: seen.took,
          value: `${backends.length} of networking.higress.io`,
          limit: 'gateway < 2.2.0',
        },
      ]
      if (backends.length === 0) return [passed('services', {}, evidence, subject)]
      const refused = isFrom(version, '2.2.0')
      if (refused === undefined) return [unsure('version-unread', { backends: backends.length }, evidence, subject)]
      const facts = { backends: backends.length, version: version ?? '' }
      return [refused ? failed('refused', facts, evidence, subject) : passed('taken', facts, evidence, subject)]
    })
  },
  words: {
    services: { en: 'backends are Services', zh: '后端均为 Service' },
    taken: {
      en: '{backends} backends of networking.higress.io, which {version} takes',
      zh: '{backends} 个 networking.higress.io 后端，{version} 支持',
    },
    refused: {
      en: '{backends} backends of networking.higress.io, which {version} refuses\nHigress reports ResolvedRefs=False InvalidKind from 2.2.0 on, and clients get 503.\nNext: tricenter deploy --chart-version 2.1.9 --dry-run, or move the backends to Services',
      zh: '{backends} 个 networking.higress.io 后端，{version} 拒绝\nHigress 自 2.2.0 起上报 ResolvedRefs=False InvalidKind，客户端收到 503。\n下一步：tricenter deploy --chart-version 2.1.9 --dry-run，或将后端改为 Service',
    },
    'version-unread': {
      en: 'whether {backends} backends of networking.higress.io work cannot be told: the gateway’s version is not known',
      zh: '无法判断 {backends} 个 networking.higress.io 后端是否可用：网关版本未知',
    },
  },
})
