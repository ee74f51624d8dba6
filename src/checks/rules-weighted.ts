import { routeName } from '../domain/route.ts'
import type { Conclusion } from '../domain/verify.ts'
import { routes } from '../facts/routes.ts'
import { askCenter, failed, passed } from './question.ts'

/** Gateway API: all weights of a rule 0 is an answer 500 to every request. */
export const rulesWeighted = askCenter({
  name: 'rules-weighted',
  id: 'TC-205',
  group: 'routes',
  level: 'object',
  title: { en: 'rules have weight', zh: '规则权重非零' },
  about: {
    en: 'No rule of a managed route has all weights 0, or no backend: Gateway API answers such a rule with 500.',
    zh: '受管路由的规则不存在全部权重为 0 或没有后端的情况：Gateway API 对此类规则返回 500。',
  },
  needs: { routes },
  evaluate: ({ routes: seen }) =>
    seen.value.map((route): Conclusion => {
      const dead = route.rules.filter(({ backends }) => backends.every(({ weight }) => weight === 0))
      const evidence = [
        {
          source: `${route.kind} ${routeName(route)} spec.rules`,
          at: seen.at,
          took: seen.took,
          value: `${dead.length} of ${route.rules.length} at 0`,
          limit: 0,
        },
      ]
      const subject = routeName(route)
      return dead.length === 0
        ? passed('weighted', { rules: route.rules.length }, evidence, subject)
        : failed('all-zero', { rules: dead.map(({ key, name }) => name ?? key) }, evidence, subject)
    }),
  words: {
    weighted: { en: '{rules} rules with weight', zh: '{rules} 条规则均有权重' },
    'all-zero': {
      en: 'all weights are 0 in {rules}\nClients get 500: a rule without weight has nowhere to send.\nNext: tricenter status, then tricenter sync or tricenter rebalance --to normal',
      zh: '{rules} 的权重全为 0\n客户端收到 500：无权重的规则没有去向。\n下一步：tricenter status，再执行 tricenter sync 或 tricenter rebalance --to normal',
    },
  },
})
