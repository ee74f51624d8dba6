import { routes } from '../facts/routes.ts'
import { askCenter, failed, passed } from './question.ts'

/** §2.1, §3: a center whose cluster has no route to a service cannot be switched, and nobody would notice. */
export const routesPresent = askCenter({
  name: 'routes-present',
  id: 'TC-201',
  group: 'routes',
  level: 'object',
  title: { en: 'services have routes', zh: '服务均有路由' },
  about: {
    en: 'Each declared service is named by a backend of at least one managed route of the cluster. Without one a switch would find nothing to change and look done.',
    zh: '每个声明的服务至少被一条受管路由引用。否则切换将无可修改，却显得已完成。',
  },
  needs: { routes },
  evaluate: ({ routes: seen }, { topology }) =>
    topology.services.map(({ name }) => {
      const naming = seen.value.filter(({ rules }) => rules.some(({ backends }) => backends.some(({ member }) => member?.service === name)))
      const rules = naming.flatMap((route) =>
        route.rules.filter(({ backends }) => backends.some(({ member }) => member?.service === name)),
      ).length
      const evidence = [{ source: 'list HTTPRoute', at: seen.at, took: seen.took, value: `${naming.length} routes`, limit: '1' }]
      return rules === 0
        ? failed('unnamed', { service: name }, evidence, name)
        : passed('named', { routes: naming.length, rules }, evidence, name)
    }),
  words: {
    named: { en: '{rules} rules in {routes} routes', zh: '{routes} 条路由中的 {rules} 条规则' },
    unnamed: {
      en: 'no managed route names a backend of {service}\nA switch would change nothing in this cluster.\nNext: kubectl get httproute -A, then check routes.namespaces and the backend names in tricenter.yaml',
      zh: '没有受管路由引用 {service} 的后端\n切换不会改变本集群的任何内容。\n下一步：kubectl get httproute -A，并核对 tricenter.yaml 中的 routes.namespaces 与后端名称',
    },
  },
})
