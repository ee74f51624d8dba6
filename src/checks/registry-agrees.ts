import type { Conclusion } from '../domain/verify.ts'
import { backendPods } from '../facts/backend-pods.ts'
import { registryInstances } from '../facts/registry-instances.ts'
import { askCenter, failed, passed, unsure, warned } from './question.ts'
import { addressOf, instancesOf, some } from './registered.ts'

/** From the object to the registry: what runs is registered, what is registered runs. */
export const registryAgrees = askCenter({
  name: 'registry-agrees',
  id: 'TC-306',
  group: 'registry',
  level: 'data-plane',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'registry agrees with the Pods', zh: '注册中心与 Pod 一致' },
  about: {
    en: 'Every ready Pod of a service is registered in its own center, at the latest after the declared maxLag; every registered instance is a Pod. What is registered and runs no more still gets requests.',
    zh: '服务的每个就绪 Pod 在 maxLag 内已注册到本中心；每个已注册实例都有对应的 Pod。已注册但不再运行的实例仍会收到请求。',
  },
  needs: { registryInstances, backendPods },
  evaluate: ({ registryInstances: seen, backendPods: pods }, { topology, center, now }) =>
    seen.value.flatMap((view): readonly Conclusion[] => {
      if (!view.homes.includes(center.name)) return []
      const own = instancesOf(view, center.name)
      const mine = pods.value.filter(({ service }) => service === view.service)
      const limit = topology.registry?.maxLag ?? 0
      const ips = new Set(own.map(({ ip }) => ip))
      const ghosts = own.filter(({ ip, enabled }) => enabled && !mine.some((pod) => pod.ip === ip)).map(addressOf)
      const strangers = mine.filter(({ ip, readySince }) => readySince !== undefined && !ips.has(ip))
      const overdue = strangers.filter(({ readySince = now }) => now - readySince > limit)
      const ready = mine.filter(({ readySince }) => readySince !== undefined).length
      const evidence = [
        {
          source: `registry: instances of ${view.name} against its Pods`,
          at: seen.at,
          took: seen.took,
          value: `${own.length} registered`,
          limit: `${ready} ready Pods`,
        },
      ]
      if (mine.length === 0 && own.length === 0) return []
      // Services that register another address than their Pod's are outside of what can be compared.
      if (own.length > 0 && ghosts.length === own.length && ready > 0)
        return [unsure('elsewhere', { instances: some(ghosts) }, evidence, view.service)]
      if (overdue.length > 0)
        return [
          failed(
            'unregistered',
            { pods: some(overdue.map(({ name }) => name)), count: overdue.length, limit: limit / 1000 },
            evidence,
            view.service,
          ),
        ]
      if (ghosts.length > 0) return [warned('ghosts', { instances: some(ghosts), count: ghosts.length }, evidence, view.service)]
      return [passed('agrees', { registered: own.length, ready }, evidence, view.service)]
    }),
  words: {
    agrees: { en: '{registered} registered, {ready} ready Pods', zh: '已注册 {registered} 个，就绪 Pod {ready} 个' },
    unregistered: {
      en: '{count} ready Pods are not registered: {pods}\nThey have been ready for longer than {limit} s and get no requests.\nNext: look at their logs for the registration, and at port 9848',
      zh: '{count} 个就绪 Pod 未注册：{pods}\n就绪已超过 {limit} 秒，收不到请求。\n下一步：查看其注册日志，以及 9848 端口',
    },
    ghosts: {
      en: '{count} registered instances are no Pods: {instances}\nRequests that are sent to them fail until they are deregistered.\nNext: wait for their heartbeat to end (30 s), then deregister them',
      zh: '{count} 个已注册实例没有对应的 Pod：{instances}\n发往它们的请求会失败，直到被注销。\n下一步：等待心跳超时（30 秒），之后手动注销',
    },
    elsewhere: {
      en: 'none of the registered addresses is a Pod of this center: {instances}\nThe services register other addresses than their Pods have, or run elsewhere.',
      zh: '已注册的地址均不是本中心的 Pod：{instances}\n服务注册的地址不是 Pod 地址，或运行在别处。',
    },
  },
})
