import type { Conclusion } from '../domain/verify.ts'
import { registryInstances } from '../facts/registry-instances.ts'
import { askCenter, failed, passed, warned } from './question.ts'
import { instancesOf } from './registered.ts'

/** §8.1: asked for the service, a registry answers with the instances of both home centers. */
export const registryRegistered = askCenter({
  name: 'registry-registered',
  id: 'TC-301',
  group: 'registry',
  level: 'data-plane',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'services registered', zh: '服务已注册' },
  about: {
    en: 'The center’s own registry has instances of every declared service from each active center; without those of a standby center a warning. An empty list is an answer, and a bad one; a registry that cannot be asked is none.',
    zh: '本中心注册中心包含每个声明服务在各活动中心的实例；缺少备用中心的实例时告警。空列表是一个（坏的）回答；无法访问的注册中心不是回答。',
  },
  needs: { registryInstances },
  evaluate: ({ registryInstances: seen }, { topology }) =>
    [...Map.groupBy(seen.value, ({ service }) => service)].flatMap(([service, views]): readonly Conclusion[] => {
      const counts = views.flatMap((view) => view.homes.map((home) => ({ home, name: view.name, count: instancesOf(view, home).length })))
      const evidence = [
        {
          source: `registry: instances of ${views.map(({ name }) => name).join(', ')}`,
          at: seen.at,
          took: seen.took,
          value: counts.map(({ home, count }) => `${home} ${count}`).join(', '),
          limit: 'at least 1 each',
        },
      ]
      const standby = new Set(topology.centers.filter(({ role }) => role === 'standby').map(({ name }) => name))
      const unknown = views.filter((view) => view.seen === undefined).map(({ name }) => name)
      const absent = counts.filter(({ count }) => count === 0)
      const total = counts.reduce((sum, { count }) => sum + count, 0)
      if (unknown.length === views.length) return [failed('unknown-service', { names: unknown }, evidence, service)]
      if (total === 0) return [failed('empty', { names: views.map(({ name }) => name) }, evidence, service)]
      if (absent.length === 0)
        return [passed('registered', { counts: counts.map(({ home, count }) => `${home} ${count}`) }, evidence, service)]
      const missing = { centers: absent.map(({ home }) => home), names: [...new Set(absent.map(({ name }) => name))] }
      return [(absent.every(({ home }) => standby.has(home)) ? warned : failed)('missing', missing, evidence, service)]
    }),
  words: {
    registered: { en: 'instances by center: {counts}', zh: '各中心实例数：{counts}' },
    'unknown-service': {
      en: 'the registry knows no service {names}\nOther namespace or group than declared, or nothing has ever registered there.\nNext: compare registry.namespace and registry.group in the topology with what the services register',
      zh: '注册中心没有服务 {names}\n命名空间或分组与声明不符，或从未有实例注册。\n下一步：比对拓扑中的 registry.namespace、registry.group 与服务的注册配置',
    },
    empty: {
      en: 'the registry has no instance of {names} at all\nGateways keep the last addresses that they knew and send to nobody.\nNext: look why the services do not register; the registry itself answers',
      zh: '注册中心中 {names} 没有任何实例\n网关会保留最后已知的地址，请求无人应答。\n下一步：排查服务为何未注册；注册中心本身有应答',
    },
    missing: {
      en: 'no instance of {names} from {centers}\nThis center’s gateway cannot send there: a switch to it would fail here.\nNext: check registration in {centers}, and the synchronisation between the registries',
      zh: '没有来自 {centers} 的 {names} 实例\n本中心网关无法转发到那里：切换过去会在此失败。\n下一步：检查 {centers} 的注册，以及注册中心之间的同步',
    },
  },
})
