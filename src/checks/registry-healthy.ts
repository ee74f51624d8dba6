import type { Conclusion } from '../domain/verify.ts'
import { registryInstances } from '../facts/registry-instances.ts'
import { askCenter, failed, passed, unsure } from './question.ts'
import { instancesOf } from './registered.ts'

/** §7.1: healthy instances per center. What counts takes traffic: healthy, enabled, and with a weight. */
export const registryHealthy = askCenter({
  name: 'registry-healthy',
  id: 'TC-302',
  group: 'registry',
  level: 'data-plane',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'enough healthy instances', zh: '健康实例充足' },
  about: {
    en: 'Of the center’s own instances at least the declared number are healthy, enabled and of a weight above 0 (a standby center: the service’s minReady). Where too many are sick, Nacos protects the list and shows all as healthy: then only the catalog tells, and without it nothing can be said.',
    zh: '本中心实例中健康、启用且权重大于 0 的数量不少于声明值（备用中心按服务的 minReady）。不健康实例过多时 Nacos 触发保护，列表全部显示健康：此时只有目录接口可信，读不到目录则无法判定。',
  },
  needs: { registryInstances },
  evaluate: ({ registryInstances: seen }, { topology, center }) =>
    seen.value.flatMap((view): readonly Conclusion[] => {
      if (!view.homes.includes(center.name)) return []
      const own = instancesOf(view, center.name)
      const usable = own.filter(({ healthy, enabled, weight }) => healthy && enabled && weight > 0).length
      const minReady = topology.services.find(({ name }) => name === view.service)?.minReady ?? 1
      const wanted = center.role === 'standby' ? minReady : (topology.registry?.minInstances ?? minReady)
      const { catalogued = false, protected: overrun = false, unflagged = false } = view.seen ?? {}
      const evidence = [
        {
          source: `registry: ${catalogued ? 'catalog' : 'list'} of ${view.name}`,
          at: seen.at,
          took: seen.took,
          value: `${usable} of ${own.length}`,
          limit: wanted,
        },
      ]
      const facts = {
        usable,
        wanted,
        instances: own.length,
        sick: own.filter(({ healthy }) => !healthy).length,
        disabled: own.filter(({ enabled }) => !enabled).length,
        weightless: own.filter(({ weight }) => weight === 0).length,
      }
      if (own.length === 0) return [failed('none', { name: view.name, wanted }, evidence, view.service)]
      if (overrun && !catalogued) return [unsure('protected', facts, evidence, view.service)]
      if (overrun) return [failed('behind-protection', facts, evidence, view.service)]
      if (usable < wanted) return [failed('too-few', facts, evidence, view.service)]
      if (unflagged && facts.sick === 0) return [unsure('unflagged', facts, evidence, view.service)]
      return [passed('enough', facts, evidence, view.service)]
    }),
  words: {
    enough: {
      en: '{usable} of {instances} instances take traffic, {wanted} needed',
      zh: '{instances} 个实例中 {usable} 个可接收流量，需要 {wanted} 个',
    },
    none: { en: 'this center has no instance of {name}, {wanted} needed', zh: '本中心没有 {name} 的实例，需要 {wanted} 个' },
    'too-few': {
      en: '{usable} of {instances} instances take traffic, {wanted} needed\n{sick} sick, {disabled} disabled, {weightless} of weight 0.\nNext: bring them back, or take the center out: tricenter failover',
      zh: '{instances} 个实例中仅 {usable} 个可接收流量，需要 {wanted} 个\n不健康 {sick} 个，已下线 {disabled} 个，权重为 0 的 {weightless} 个。\n下一步：恢复实例，或摘除该中心：tricenter failover',
    },
    protected: {
      en: 'the list is protected: all {instances} are shown as healthy because too many are not\nHow many really are, only the catalog tells, and it may not be read.\nNext: allow the catalog API to this user, or look at the Pods themselves',
      zh: '列表处于保护状态：因不健康实例过多，{instances} 个全部显示为健康\n真实数量只有目录接口知道，而目录不可读。\n下一步：为该用户开放目录接口，或直接查看 Pod',
    },
    'behind-protection': {
      en: '{usable} of {instances} instances are healthy, and the list shows all of them as healthy\nReach protection is on: gateways send to the {sick} sick ones too.\nNext: bring them back, or take the center out: tricenter failover',
      zh: '{instances} 个实例中仅 {usable} 个健康，而列表全部显示为健康\n保护阈值已触发：网关也会转发到 {sick} 个不健康实例。\n下一步：恢复实例，或摘除该中心：tricenter failover',
    },
    unflagged: {
      en: 'all {instances} are shown as healthy, and this API does not say whether its list is protected\nNext: allow the catalog (admin) API to this user',
      zh: '{instances} 个全部显示为健康，但该接口不说明列表是否处于保护状态\n下一步：为该用户开放目录（管理）接口',
    },
  },
})
