import { routeName } from '../domain/route.ts'
import type { Conclusion } from '../domain/verify.ts'
import { routes } from '../facts/routes.ts'
import { askCenter, failed, passed } from './question.ts'

/** Two refs of one identity: which of them a weight belongs to is a guess, and the tool does not guess. The API server accepts them. */
export const backendsDistinct = askCenter({
  name: 'backends-distinct',
  id: 'TC-206',
  group: 'routes',
  level: 'object',
  title: { en: 'backends named once', zh: '后端不重复' },
  about: {
    en: 'No rule names one backend twice. The API server accepts that, and no tool can tell which of the two weights is meant: a switch leaves such a rule alone.',
    zh: '没有规则重复引用同一后端。API Server 会接受，但无法判断哪个权重有效：切换会跳过此类规则。',
  },
  needs: { routes },
  evaluate: ({ routes: seen }) =>
    seen.value.map((route): Conclusion => {
      const twice = route.rules.flatMap(({ key, name, backends }) =>
        backends
          .filter(({ id }, i) => backends.findIndex((one) => one.id === id) < i)
          .map(({ backend }) => `${name ?? key}: ${backend.name}`),
      )
      const evidence = [
        { source: `${route.kind} ${routeName(route)} backendRefs`, at: seen.at, took: seen.took, value: twice.length, limit: 0 },
      ]
      const subject = routeName(route)
      return twice.length === 0 ? passed('distinct', {}, evidence, subject) : failed('duplicate', { twice }, evidence, subject)
    }),
  words: {
    distinct: { en: 'every backend once', zh: '后端均只出现一次' },
    duplicate: {
      en: 'named twice in one rule: {twice}\nA switch leaves such a rule alone, and it keeps sending to a lost center.\nNext: merge the two backendRefs by kubectl edit',
      zh: '同一规则中重复：{twice}\n切换会跳过该规则，它将继续向故障中心发送流量。\n下一步：用 kubectl edit 合并两个 backendRef',
    },
  },
})
