import type { Conclusion } from '../domain/verify.ts'
import { registryInstances } from '../facts/registry-instances.ts'
import { askCenter, passed, warned } from './question.ts'
import { instancesOf } from './registered.ts'

/** An ephemeral instance goes when its heartbeat ends; a persistent one stays in the list, sick at best. */
export const registryEphemeral = askCenter({
  name: 'registry-ephemeral',
  id: 'TC-304',
  group: 'registry',
  level: 'data-plane',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'instances leave when they die', zh: '实例失效即摘除' },
  about: {
    en: 'The center’s instances are ephemeral: Nacos takes them out when their heartbeat ends. Persistent ones stay listed, and gateways go on sending to instances that are not healthy.',
    zh: '本中心实例为临时实例：心跳停止后 Nacos 会摘除。持久实例会一直保留，而网关会继续转发到不健康的实例。',
  },
  needs: { registryInstances },
  evaluate: ({ registryInstances: seen }, { center }) =>
    seen.value.flatMap((view): readonly Conclusion[] => {
      const own = instancesOf(view, center.name)
      if (own.length === 0) return []
      const persistent = own.filter(({ ephemeral }) => !ephemeral).length
      const facts = { persistent, instances: own.length }
      const value = `${own.length - persistent} of ${own.length} ephemeral`
      const evidence = [{ source: `registry: instances of ${view.name}`, at: seen.at, took: seen.took, value }]
      if (persistent === 0) return [passed('ephemeral', facts, evidence, view.service)]
      return [warned(persistent === own.length ? 'persistent' : 'mixed', facts, evidence, view.service)]
    }),
  words: {
    ephemeral: { en: '{instances} instances, all ephemeral', zh: '{instances} 个实例均为临时实例' },
    persistent: {
      en: 'all {instances} instances are persistent: a dead one stays in the list\nNothing takes it out, and gateways send to unhealthy instances too.\nNext: register with ephemeral=true, or deregister in preStop',
      zh: '{instances} 个实例均为持久实例：失效后仍保留在列表中\n无人摘除，网关也会转发到不健康实例。\n下一步：以 ephemeral=true 注册，或在 preStop 中注销',
    },
    mixed: {
      en: '{persistent} of {instances} instances are persistent, the others are not\nThey leave in different ways; Nacos 2 takes one kind for a service.\nNext: register all of them alike',
      zh: '{instances} 个实例中 {persistent} 个为持久实例\n两种实例的摘除方式不同；Nacos 2 中一个服务只有一种。\n下一步：统一注册方式',
    },
  },
})
